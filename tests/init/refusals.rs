//! What `init` does not do.

use crate::place::Place;
use crate::sample::{Sample, init, written};

#[test]
fn what_is_missing_is_one_error_that_names_every_flag() {
    let place = Sample::default().place();
    let run = place.branchline("shop", &["init"]);
    run.refused(
        64,
        &[
            "--account, --region, --repository",
            "--account 111122223333 --region eu-west-1 --repository acme/shop",
        ],
    );
    assert_eq!(run.stderr.matches("error:").count(), 1, "{}", run.stderr);
    assert!(!place.path("shop/branchline.yml").exists());
}

#[test]
fn a_host_of_one_s_own_needs_its_provider_and_a_connection() {
    let sample = Sample { remote: "https://git.example.com/acme/shop.git", ..Sample::default() };
    let place = sample.place();
    init(&place, &[]).refused(64, &["does not tell: --provider\n"]);
    init(&place, &["--provider", "github_enterprise_server"]).refused(64, &["does not tell: --connection\n"]);
}

#[test]
fn every_wrong_answer_is_told_at_once() {
    let place = Sample::default().place();
    let run = place.branchline(
        "shop",
        &[
            "init",
            "--app",
            "My Shop",
            "--account",
            "12",
            "--region",
            "Ireland",
            "--flow",
            "svn",
            "--role",
            "a b",
            "--environment-account",
            "qa=111122223333",
            "--environment-account",
            "staging=12",
            "--migrate",
            "a\nb",
            "--repository",
            "shop",
        ],
    );
    run.refused(
        64,
        &[
            "--app `My Shop` has to be",
            "--account `12` has to be twelve digits",
            "--region `Ireland`",
            "--flow `svn`",
            "--role `a b`",
            "--environment-account `qa=111122223333` names another environment",
            "--repository `shop`",
            "--environment-account `staging=12` is no account",
            "--migrate `a\\nb` has to be a command in one line",
        ],
    );
    assert!(!place.path("shop/branchline.yml").exists());
}

#[test]
fn an_answer_that_only_the_whole_file_shows_to_be_wrong_writes_nothing() {
    let sample = Sample { remote: "git@github.com:acme/shop", ..Sample::default() };
    let place = sample.place();
    let elsewhere = "arn:aws-cn:codeconnections:cn-north-1:111122223333:connection/0a1b2c3d";
    init(&place, &["--connection", elsewhere]).refused(3, &["error[BL", "nothing was written"]);
    assert!(!place.path("shop/branchline.yml").exists());
}

#[test]
fn a_file_that_is_there_is_never_overwritten_and_a_new_one_can_be_printed() {
    let place = Place::with("version: 1 # mine\n");
    let run = init(&place, &["--repository", "acme/shop"]);
    run.refused(1, &["is there already, and is not overwritten", "--stdout"]);
    let printed = init(&place, &["--repository", "acme/shop", "--stdout"]);
    assert!(printed.done().contains("\napp: shop\n"), "{printed:?}");
    assert_eq!(written(&place), "version: 1 # mine\n");
}

#[test]
fn the_file_stands_at_the_repository_s_root_whichever_folder_it_is_asked_in() {
    let sample = Sample {
        files: &[("app/models/order.rb", "")],
        remote: "git@github.com:acme/shop",
        ..Sample::default()
    };
    let place = sample.place();
    let run = place.branchline(
        "shop/app/models",
        &["init", "--yes", "--account", "111122223333", "--region", "eu-west-1"],
    );
    run.done();
    assert!(place.path("shop/branchline.yml").is_file());
    assert!(!place.path("shop/app/models/branchline.yml").exists());
}

#[test]
fn a_folder_that_is_in_no_repository_gets_its_file_and_a_bare_repository_does_not() {
    let place = Place::new();
    place.write("shop/Dockerfile", "FROM scratch\n");
    init(&place, &["--repository", "acme/shop"]).done();
    place.branchline("shop", &["check"]).done();
    place.git(".", &["init", "--quiet", "--bare", "bare.git"]);
    place.branchline("bare.git", &["init"]).refused(1, &["no working tree", "clone"]);
    place.branchline(".", &["init", "-C", "nowhere"]).refused(1, &["nowhere"]);
}
