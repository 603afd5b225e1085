use super::super::super::copies::{Branch, Content};
use super::super::pick::pipelines;
use super::*;

/// The draft of manifests, each on the branch that it names.
fn drawn(manifests: &[&str]) -> (Draft, Vec<Remark>) {
    let branches = manifests.iter().enumerate().map(|(at, text)| {
        let line = text.lines().find(|line| line.contains("branch:")).unwrap_or_default();
        let name =
            line.split("branch:").nth(1).unwrap_or_default().split([',', '}']).next().unwrap_or_default();
        let path = format!("copilot/pipelines/p{at}/manifest.yml");
        let files = BTreeMap::from([(path, Content::Text((*text).into()))]);
        Branch { name: name.trim().to_owned(), is_remote: false, files }
    });
    let found = pipelines(&branches.collect::<Vec<_>>(), None);
    assert_eq!(
        found.remarks.iter().filter(|one| one.weight != Weight::Mistake).count(),
        0,
        "{:?}",
        found.remarks
    );
    draft(&found.all, &BTreeSet::new(), None)
}

fn manifest(name: &str, branch: &str, rest: &str) -> String {
    format!(
        "name: {name}\nsource:\n  provider: GitHub\n  properties: {{ repository: https://github.com/acme/shop, branch: {branch} }}\n{rest}\n"
    )
}

fn told<'r>(remarks: &'r [Remark], part: &str) -> Vec<&'r Remark> {
    remarks.iter().filter(|remark| remark.what.contains(part)).collect()
}

#[test]
fn branches_go_to_the_same_environments_with_the_same_approvals() {
    let develop = manifest("shop-dev", "develop", "stages: [{ name: dev }]");
    let release = manifest(
        "shop-release",
        "release",
        "stages: [{ name: staging, test_commands: [make it] }, { name: production, requires_approval: true }]",
    );
    let (draft, remarks) = drawn(&[&develop, &release]);
    let rules: Vec<_> =
        draft.rules.iter().map(|rule| (rule.key.as_str(), rule.environments.join(" "))).collect();
    assert_eq!(rules, [("develop", "dev".to_owned()), ("release", "staging production".to_owned())]);
    let environments: Vec<_> = draft
        .environments
        .iter()
        .map(|one| (one.name.as_str(), one.approval, one.verify.join(";")))
        .collect();
    assert_eq!(
        environments,
        [
            ("dev", false, String::new()),
            ("staging", false, "make it".to_owned()),
            ("production", true, String::new())
        ]
    );
    let source = draft.source.expect("it is told");
    assert_eq!((source.repository.as_str(), source.provider), ("acme/shop", RawProvider::GitHub));
    assert_eq!(remarks, []);
}

#[test]
fn an_approval_of_one_pipeline_is_the_environments_and_a_misspelt_one_counts() {
    let release = manifest("release", "release", "stages: [{ name: production, require_approval: true }]");
    let hotfix = manifest("hotfix", "hotfix", "stages: [{ name: production }]");
    let (draft, remarks) = drawn(&[&hotfix, &release]);
    assert!(draft.environments[0].approval);
    assert_eq!(told(&remarks, "in one pipeline and for none in another").len(), 1);
    assert_eq!(told(&remarks, "both deploy to `production`")[0].weight, Weight::Changed);
}

#[test]
fn two_pipelines_of_one_branch_are_two_rules_by_name() {
    let web = manifest(
        "web",
        "main",
        "stages: [{ name: prod, deployments: { web: , network: { template_path: n.yml } } }]",
    );
    let api = manifest("api", "main", "stages: [{ name: prod, deployments: { api: } }]");
    let (draft, remarks) = drawn(&[&web, &api]);
    let rules: Vec<_> = draft
        .rules
        .iter()
        .map(|rule| {
            (
                rule.key.as_str(),
                rule.start.branch.as_str(),
                rule.services.clone().unwrap_or_default().join(" "),
            )
        })
        .collect();
    assert_eq!(rules, [("api", "main", "api".to_owned()), ("web", "main", "web".to_owned())]);
    assert_eq!(told(&remarks, "both deploy").len(), 0);
    let both = manifest("both", "main", "stages: [{ name: prod }]");
    let (_, remarks) = drawn(&[&both, &api]);
    assert_eq!(told(&remarks, "both deploy to `prod`")[0].weight, Weight::Mistake);
}

#[test]
fn a_name_that_speaks_of_another_environment_is_a_mistake() {
    let staging = manifest("shop-staging", "staging", "stages: [{ name: staging }]");
    let wrong = manifest("shop-prod", "release", "stages: [{ name: staging }]");
    let right = manifest("shop-prd", "main", "stages: [{ name: production }]");
    let (_, remarks) = drawn(&[&staging, &wrong, &right]);
    let [remark] = &told(&remarks, "does not deploy to")[..] else { panic!("{remarks:?}") };
    assert_eq!(remark.what, "the pipeline `shop-prod` does not deploy to `production`, but to `staging`");
    assert_eq!(remark.weight, Weight::Mistake);
}

#[test]
fn what_is_lost_is_told_where_it_stands() {
    let text = manifest(
        "p",
        "main",
        "build: { additional_policy: { PolicyDocument: { Statement: [] } } }\nstages: [{ name: prod }]",
    );
    let (_, remarks) = drawn(&[&text]);
    let lines: Vec<_> =
        remarks.iter().filter_map(|one| Some((one.weight, one.place.as_ref()?.line))).collect();
    assert_eq!(lines, [(Weight::Lost, 5)]);
}

fn reading(name: &str, provider: &str, repository: &str) -> String {
    format!(
        "name: {name}\nsource:\n  provider: {provider}\n  properties:\n    branch: {name}\n    repository: {repository}\nstages: [{{ name: prod }}]\n"
    )
}

#[test]
fn every_way_to_write_a_repository_is_read() {
    for (provider, written, repository, region) in [
        ("GitHub", "acme/shop", Some("acme/shop"), None),
        ("GitHub", "git@github.com:acme/shop.git", Some("acme/shop"), None),
        ("Bitbucket", "https://bitbucket.org/acme/shop", Some("acme/shop"), None),
        (
            "CodeCommit",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/shop",
            Some("shop"),
            Some("us-east-2"),
        ),
        (
            "CodeCommit",
            "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/shop",
            Some("shop"),
            Some("us-east-2"),
        ),
        ("CodeCommit", "codecommit::us-west-2://shop", Some("shop"), Some("us-west-2")),
        ("CodeCommit", "codecommit://shop", Some("shop"), None),
        ("CodeCommit", "shop", Some("shop"), None),
        (
            "CodeCommit",
            "https://us-west-2.console.aws.amazon.com/codesuite/codecommit/repositories/shop/browse",
            Some("shop"),
            Some("us-west-2"),
        ),
        ("CodeCommit", "https://github.com/acme/shop", None, None),
        ("CodeCommit", "'codecommit::us-west-2://$(id)'", None, None),
        ("GitHub", "codecommit::us-west-2://shop", None, None),
    ] {
        let (draft, remarks) = drawn(&[&reading("main", provider, written)]);
        let source = draft.source.map(|source| (source.repository, source.region.map(|(region, _)| region)));
        let wanted = repository.map(|name| (name.to_owned(), region.map(str::to_owned)));
        assert_eq!(source, wanted, "{written}");
        assert_eq!(
            told(&remarks, "cannot be made out").len(),
            usize::from(repository.is_none()),
            "{written}"
        );
        let is_there = provider == "CodeCommit" && repository.is_some();
        assert_eq!(told(&remarks, "every few minutes").len(), usize::from(is_there), "{written}");
    }
}

#[test]
fn repositories_of_one_name_in_two_regions_are_two() {
    let here = reading("main", "CodeCommit", "codecommit::us-west-2://shop");
    let there = reading("dev", "CodeCommit", "codecommit::us-east-1://shop");
    let unsaid = reading("qa", "CodeCommit", "codecommit://shop");
    let (draft, remarks) = drawn(&[&here, &there, &unsaid]);
    let [remark] = &told(&remarks, "and this map is of")[..] else { panic!("{remarks:?}") };
    assert_eq!(
        remark.what,
        "the pipeline `main` reads `shop` in us-west-2, and this map is of `shop` in us-east-1: it has no rule here"
    );
    let remark = elsewhere(&draft, "eu-west-1").expect("it is in another region");
    assert_eq!((remark.weight, remark.place.map(|place| place.line)), (Weight::Lost, Some(6)));
    assert_eq!(elsewhere(&draft, "us-east-1"), None);
}

#[test]
fn a_branch_that_is_a_pattern_here_is_told_as_changed() {
    for (branch, times) in [("release/*", 1), ("'fix{1}'", 1), ("release/1.2", 0)] {
        let (_, remarks) = drawn(&[&manifest("p", branch, "stages: [{ name: prod }]")]);
        let told = told(&remarks, "a pattern in the map");
        assert_eq!(told.len(), times, "{branch}");
        assert!(told.iter().all(|remark| remark.weight == Weight::Changed));
    }
}

#[test]
fn rights_of_the_build_are_named_and_a_clone_that_is_none_any_more_is_told() {
    let manifest = "name: shop\nsource: { provider: GitHub, properties: { branch: main, repository: acme/shop, output_artifact_format: \
                    CODEBUILD_CLONE_REF } }\nbuild: { additional_policy: { PolicyDocument: { Statement: [{ Effect: Allow, Action: 's3:*', \
                    Resource: '*' }] } } }\nstages: [{ name: dev }]\n";
    let (_, remarks) = drawn(&[manifest]);
    let told = |weight, part: &str| remarks.iter().any(|one| one.weight == weight && one.what.contains(part));
    assert!(told(Weight::Lost, "(`build.additional_policy`): `s3:*` on `*`"), "{remarks:?}");
    assert!(told(Weight::Changed, "had a clone with git's history"), "{remarks:?}");
}

#[test]
fn a_repository_on_another_host_than_the_providers_is_no_source() {
    for (provider, written, host) in [
        ("GitHub", "https://gitlab.com/acme/shop", "gitlab.com"),
        ("GitHub", "https://github.example.com/acme/shop", "github.example.com"),
        ("Bitbucket", "https://github.com/acme/shop", "github.com"),
    ] {
        let (draft, remarks) = drawn(&[&reading("main", provider, written)]);
        assert_eq!(draft.source, None, "{written}");
        let said = told(&remarks, &format!("is on `{host}`, which is not its provider's host"));
        assert!(said.iter().all(|one| one.weight == Weight::Lost) && said.len() == 1, "{remarks:?}");
        let (draft, _) =
            drawn(&[&reading("main", provider, written), &reading("dev", "GitHub", "acme/shop")]);
        let rules: Vec<_> = draft.rules.iter().map(|rule| rule.start.branch.as_str()).collect();
        assert_eq!(rules, ["dev"], "{written}");
    }
}

#[test]
fn a_pipeline_of_another_repository_has_no_rule() {
    let branch = |at: usize, text: &str| Branch {
        name: format!("b{at}"),
        is_remote: false,
        files: BTreeMap::from([(
            format!("copilot/pipelines/p{at}/manifest.yml"),
            Content::Text(text.into()),
        )]),
    };
    let infra = branch(0, &reading("a-infra", "GitHub", "acme/infra"));
    let shop = branch(1, &reading("shop", "GitHub", "acme/shop"));
    let found = pipelines(&[infra, shop], None);
    let origin = Remote::parse("git@github.com:acme/shop.git").expect("it is an address");
    let (drawn_of, remarks) = draft(&found.all, &BTreeSet::new(), Some(&origin));
    assert_eq!(drawn_of.source.map(|source| source.repository).as_deref(), Some("acme/shop"));
    let rules: Vec<_> = drawn_of.rules.iter().map(|rule| rule.pipeline.as_str()).collect();
    assert_eq!(rules, ["shop"]);
    assert_eq!(told(&remarks, "`a-infra` reads `acme/infra`, and this map is of `acme/shop`").len(), 1);
    let one = reading("a", "GitHub", "acme/infra");
    let (two, three) = (reading("b", "GitHub", "acme/shop"), reading("c", "GitHub", "acme/shop"));
    let (most, _) = drawn(&[&one, &two, &three]);
    assert_eq!(most.source.map(|source| source.repository).as_deref(), Some("acme/shop"));
    assert_eq!(most.rules.len(), 2);
}

#[test]
fn a_region_that_one_address_leaves_out_does_not_make_two_regions_one() {
    let unsaid = reading("a", "CodeCommit", "codecommit://shop");
    let here = reading("b", "CodeCommit", "codecommit::us-west-2://shop");
    let there = reading("c", "CodeCommit", "codecommit::us-east-1://shop");
    let (draft, remarks) = drawn(&[&unsaid, &here, &there]);
    let rules: Vec<_> = draft.rules.iter().map(|rule| rule.start.branch.as_str()).collect();
    assert_eq!(rules, ["a", "b"]);
    assert_eq!(told(&remarks, "`shop` in us-east-1, and this map is of `shop` in us-west-2").len(), 1);
}

#[test]
fn a_pattern_on_code_commit_has_no_rule() {
    let many =
        reading("main", "CodeCommit", "codecommit://shop").replace("branch: main", "branch: release/*");
    let (draft, remarks) = drawn(&[&many, &reading("dev", "CodeCommit", "codecommit://shop")]);
    let rules: Vec<_> = draft.rules.iter().map(|rule| rule.start.branch.as_str()).collect();
    assert_eq!(rules, ["dev"]);
    assert_eq!(told(&remarks, "on CodeCommit a rule is for one branch")[0].weight, Weight::Lost);
}

#[test]
fn one_name_on_two_branches_is_one_stack_and_told_while_both_rules_stay() {
    let (dev, main) = (
        manifest("shop", "develop", "stages: [{ name: dev }]"),
        manifest("shop", "main", "stages: [{ name: prod }]"),
    );
    let (draft, remarks) = drawn(&[&dev, &main]);
    assert_eq!(draft.rules.len(), 2);
    let said = told(&remarks, "only the one deployed last runs");
    assert_eq!((said.len(), said[0].weight), (1, Weight::Mistake));
}
