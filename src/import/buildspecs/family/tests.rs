use super::*;

fn branch(name: &str, files: &[(&str, &str)]) -> Branch {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Content::Text((*text).into())));
    Branch { name: name.to_owned(), is_remote: false, files: files.collect() }
}

fn told(branches: &[Branch]) -> Vec<String> {
    let (found, _) = families(branches, None);
    let shown = found.iter().map(|family| {
        let members: Vec<String> =
            family.all.iter().map(|one| format!("{}={:?}", one.name, one.speaks)).collect();
        format!("{}: {}", family.name, members.join(" "))
    });
    shown.collect()
}

#[test]
fn names_of_all_kinds_are_families_and_jobs_are_none() {
    for (paths, name) in [
        (["buildspec-develop.yml", "buildspec-production.yml"], "buildspec-*.yml"),
        (["ci/buildspec.develop.yml", "ci/buildspec_production.yaml"], "ci/buildspec-*.yml"),
        (["develop.buildspec.yml", "production-buildspec.yml"], "buildspec-*.yml"),
        (["ci/buildspec/develop.yml", "ci/buildspec/production.yml"], "ci/buildspec/*.yml"),
        (["buildspec-api-develop.yml", "buildspec-api-production.yml"], "buildspec-api-*.yml"),
    ] {
        let found = told(&[branch("develop", &[(paths[0], "a"), (paths[1], "b")])]);
        let members = "develop=[Branch(\"develop\")] production=[Environment(\"production\")]";
        assert_eq!(found, [format!("{name}: {members}")]);
    }
    assert!(told(&[branch("main", &[("buildspec-lint.yml", "a"), ("buildspec-test.yml", "b")])]).is_empty());
    for path in ["buildspecs.yml", "src/spec.yml", "buildspec.json", "buildspec", "mybuildspec.yml"] {
        assert!(!is_read(path), "{path}");
    }
}

#[test]
fn a_name_whose_branches_stand_below_it_is_a_pattern() {
    let files = [("buildspec-develop.yml", "a"), ("buildspec-release.yml", "b")];
    let found = told(&[branch("develop", &files), branch("release/1.4", &files)]);
    assert_eq!(found, ["buildspec-*.yml: develop=[Branch(\"develop\")] release=[Pattern(\"release/*\")]"]);
}

#[test]
fn one_file_that_differs_on_branches_that_stay_is_a_family() {
    let on = |name, text| branch(name, &[("buildspec.yml", text)]);
    let branches = [
        on("develop", "a"),
        on("feature/x", "c"),
        on("main", "b"),
        on("release/1", "b"),
        on("release/2", "b"),
    ];
    assert_eq!(
        told(&branches),
        ["buildspec.yml: develop=[Branch(\"develop\")] release/*=[Branch(\"main\"), Pattern(\"release/*\")]"]
    );
    let (_, remarks) = families(&branches, None);
    assert!(
        remarks.iter().any(|remark| remark.what.contains("another file again on feature/x")),
        "{remarks:?}"
    );
    assert!(told(&[on("develop", "a"), on("main", "a")]).is_empty());
}

#[test]
fn a_members_copy_is_that_of_its_own_branch() {
    let files = |develop: &'static str| [("buildspec-develop.yml", develop), ("buildspec-main.yml", "m")];
    let (found, remarks) =
        families(&[branch("develop", &files("new")), branch("main", &files("old"))], Some("main"));
    assert_eq!(&*found[0].all[0].copy.text, "new");
    assert!(
        remarks[0].what.contains("in 2 ways") && remarks[0].what.contains("on that branch itself"),
        "{remarks:?}"
    );
}
