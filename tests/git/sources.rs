//! Where the code comes from, as the git remote says it.

use std::fmt::Write;
use std::path::Path;

use branchline::edge::git::facts;

use crate::place::{Place, unnamed};

fn with_remote(source: &str, address: &str) -> Place {
    let place = Place::with(&unnamed().replace("source: {}", source));
    place.git("shop", &["remote", "add", "origin", address]);
    place
}

#[test]
fn an_address_is_read_after_git_s_own_instead_of() {
    let place = with_remote("source: {}", "work:shop.git");
    place.git("shop", &["config", "url.git@github.com:acme/.insteadOf", "work:"]);
    assert_eq!(place.git("shop", &["remote", "get-url", "origin"]), "git@github.com:acme/shop.git");
    let origin = facts(&place.path("shop")).unwrap().origin.unwrap();
    assert_eq!((origin.host.as_str(), origin.repository.as_str()), ("github.com", "acme/shop"));
}

#[test]
fn a_host_of_one_s_own_is_told_by_the_remote_and_linked_to_in_approvals() {
    let connection = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0f0f";
    for (provider, link) in [("github_enterprise_server", ""), ("gitlab_self_managed", "-/")] {
        let links = ["commit/{new}", "compare/{old}...{new}"]
            .map(|end| format!("https://git.example.com:8443/acme/shop/{link}{end}"));
        let source = format!("source: {{ provider: {provider}, connection: \"{connection}\" }}");
        let place = with_remote(&source, "https://git.example.com:8443/acme/shop.git");
        place.write(
            "shop/branchline.yml",
            &unnamed().replace("source: {}", &source).replace("live: {}", "live: { approval: {} }"),
        );
        let printed = place.branchline("shop", &["generate", "--stdout"]);
        for link in links {
            assert!(printed.done().contains(&link), "{provider}: {}", printed.stderr);
        }
        assert!(printed.done().contains("\"FullRepositoryId\": \"acme/shop\""));
        assert!(!printed.done().contains("AWS::CodeConnections::Connection"), "the connection exists");
    }
}

#[test]
fn a_repository_in_code_commit_is_told_by_the_remote_and_its_pipelines_are_made() {
    for address in [
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/Shop",
        "codecommit::eu-west-1://me@Shop",
        "codecommit://Shop",
    ] {
        let place = with_remote("source: {}", address);
        place.write("shop/branchline.yml", &unnamed().replace("release/*", "release"));
        let printed = place.branchline("shop", &["generate", "--stdout"]);
        for part in [
            "\"RepositoryName\": \"Shop\"",
            "- referenceUpdated",
            ":codecommit:",
            "repositories/Shop/commit/{new}",
        ] {
            assert!(printed.done().contains(part), "{address}: {part}: {}", printed.stderr);
        }
        for part in ["codeconnections", "ConnectionArn", "gitConfiguration", "GitConfiguration"] {
            assert!(!printed.done().contains(part), "{address}: {part}");
        }
    }
}

/// The findings of codes BL128, BL129, BL601 and BL605, as a terminal shows them. `BLESS=1 cargo test --test git` writes them anew.
#[test]
fn a_remote_that_does_not_fit_is_told_as_it_was_read_aloud() {
    let mut told = String::new();
    for (source, address) in [
        ("source: {}", ""),
        ("source: {}", "/srv/git/shop.git"),
        ("source: {}", "https://github.com/acme"),
        ("source: {}", "https://git.example.com/acme/shop"),
        ("source: { provider: gitlab }", "https://git.example.com/acme/shop"),
        ("source: {}", "https://acme@dev.azure.com/acme/web/_git/shop"),
        ("source: {}", "git@ssh.dev.azure.com:v3/acme/web/shop"),
        ("source: {}", "git@work:acme/shop"),
        ("source: {}", "codecommit::us-west-2://me@shop"),
        ("source: {}", "https://git-codecommit.eu-west-1.amazonaws.com/shop"),
        (
            "source: { connection: \"arn:aws:codeconnections:eu-west-1:111122223333:connection/0f\" }",
            "codecommit::eu-west-1://me@shop",
        ),
        ("source: { provider: codecommit }", "git@github.com:acme/shop"),
        ("source: { provider: gitlab }", "git@github.com:acme/shop"),
        (
            "source: { provider: github_enterprise_server, connection: \"arn:aws:codeconnections:eu-west-1:111122223333:connection/0f\" }",
            "git@gitlab.com:acme/shop",
        ),
    ] {
        let text = unnamed().replace("source: {}", source).replace(", release/*: [live]", "");
        let place = Place::with(&text);
        if !address.is_empty() {
            place.git("shop", &["remote", "add", "origin", address]);
        }
        let run = place.branchline("shop", &["check"]);
        assert_eq!(run.code, 3, "{address}: {run:?}");
        let shown = if address.is_empty() { "no remote" } else { address };
        write!(told, "── {shown}\n{}\n", run.stdout).unwrap();
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/git/remotes.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &told).unwrap();
    }
    snapbox::assert_data_eq!(told, snapbox::Data::read_from(&golden, None).raw());
}

#[test]
fn a_password_in_the_remote_reaches_no_output() {
    for address in [
        "https://me:S3CRET@github.com/acme/shop.git",
        "https://S3CRET@git.example.com/acme/shop.git",
        "https://me:S3CRET@github.com/acme",
        "https://me:S3CRET@git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
    ] {
        let place = with_remote("source: {}", address);
        for arguments in [&["check"][..], &["check", "--json"], &["map"], &["generate", "--stdout"]] {
            let run = place.branchline("shop", arguments);
            assert!(!run.stdout.contains("S3CRET") && !run.stderr.contains("S3CRET"), "{address}: {run:?}");
        }
    }
}
