use super::*;

fn manifest(name: &str, branch: &str, stages: &str) -> String {
    format!(
        "name: {name}\nsource:\n  provider: GitHub\n  properties: {{ branch: {branch}, repository: acme/shop }}\nstages: [{stages}]\n"
    )
}

fn branch(name: &str, files: &[(&str, &str)]) -> Branch {
    let (name, is_remote) = match name.strip_prefix("origin/") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Content::Text((*text).into())));
    Branch { name: name.to_owned(), is_remote, files: files.collect() }
}

fn shown(pipelines: &Pipelines) -> Vec<String> {
    let shown = pipelines.all.iter().map(|picked| {
        let stages: Vec<_> = picked.manifest.stages.iter().map(|stage| stage.name.value.as_str()).collect();
        format!(
            "{} → {} [{}]",
            picked.manifest.source.branch.value,
            stages.join(", "),
            list(&picked.copy.branches)
        )
    });
    shown.collect()
}

const LEGACY: &str = "copilot/pipeline.yml";

#[test]
fn the_workaround_is_one_pipeline_for_each_branch_that_has_its_own_file() {
    let develop = manifest("shop", "develop", "{ name: dev }");
    let release =
        manifest("shop", "release", "{ name: staging }, { name: production, requires_approval: true }");
    let branches = [
        branch("develop", &[(LEGACY, &develop)]),
        branch("feature/a", &[(LEGACY, &develop)]),
        branch("release", &[(LEGACY, &release)]),
    ];
    let found = pipelines(&branches, Some("develop"));
    assert_eq!(
        shown(&found),
        ["develop → dev [develop, feature/a]", "release → staging, production [release]"]
    );
    assert_eq!(found.remarks, []);
}

#[test]
fn the_copy_on_the_pipelines_own_branch_is_taken_and_the_stale_ones_are_told() {
    let old = manifest("shop", "main", "{ name: staging }");
    let new = manifest("shop", "main", "{ name: staging }, { name: production }");
    let path = "copilot/pipelines/shop/manifest.yml";
    let branches = [
        branch("main", &[(path, &old)]),
        branch("feature/a", &[(path, &old)]),
        branch("origin/main", &[(path, &new)]),
    ];
    let found = pipelines(&branches, Some("feature/a"));
    assert_eq!(shown(&found), ["main → staging, production [origin/main]"]);
    let [remark] = &found.remarks[..] else { panic!("{:?}", found.remarks) };
    assert!(
        remark
            .what
            .ends_with("is written in 2 ways; this one is taken, since it stands on that branch itself")
    );
    assert!(
        remark.help.contains("copilot/pipelines/shop/manifest.yml (feature/a, main)")
            || remark.help.contains("(main, feature/a)"),
        "{}",
        remark.help
    );
}

#[test]
fn a_branch_that_is_not_there_is_a_mistake_and_what_is_checked_out_counts() {
    let one = manifest("shop", "gone", "{ name: staging }");
    let other = manifest("shop", "gone", "{ name: production }");
    let branches =
        [branch("a", &[(LEGACY, &one)]), branch("b", &[(LEGACY, &one)]), branch("c", &[(LEGACY, &other)])];
    assert_eq!(shown(&pipelines(&branches, Some("c"))), ["gone → production [c]"]);
    let found = pipelines(&branches, None);
    assert_eq!(shown(&found), ["gone → staging [a, b]"]);
    assert!(found.remarks.iter().any(|remark| {
        remark.weight == Weight::Mistake && remark.what.contains("there is no such branch")
    }));
}

#[test]
fn what_cannot_be_read_is_told_with_file_branch_and_line() {
    let mut binary = branch("develop", &[(LEGACY, "name: [\n")]);
    binary.files.insert("copilot/pipelines/x/manifest.yml".to_owned(), Content::Unread("too large"));
    let found = pipelines(&[binary], None);
    assert!(found.all.is_empty());
    let places: Vec<_> = found.remarks.iter().filter_map(|remark| remark.place.as_ref()).collect();
    assert_eq!(places.len(), found.remarks.len());
    assert!(places.iter().all(|place| place.branches == ["develop"]));
    assert!(places.iter().any(|place| place.file == LEGACY && place.line >= 1));
    assert!(found.remarks.iter().any(|remark| remark.what.contains("is too large")));
}

#[test]
fn only_pipelines_manifests_are_read() {
    for path in ["copilot/pipeline.yml", "copilot/pipelines/p/manifest.yml"] {
        assert!(is_manifest(path), "{path}");
    }
    for path in [
        "copilot/api/manifest.yml",
        "pipeline.yml",
        "copilot/pipelines/p/buildspec.yml",
        "x/copilot/pipeline.yml",
    ] {
        assert!(!is_manifest(path), "{path}");
    }
}
