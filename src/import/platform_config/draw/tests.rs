use super::*;
use crate::import::draft::{Deploy, Rule};

fn config(codebase: &str, environments: &str) -> File {
    let text = format!(
        "application: Shop_App\nenvironments:\n{environments}codebase_pipelines:\n  web:\n    repository: acme/web\n    services: [{{ all: [web] \
         }}]\n{codebase}"
    );
    File { path: "platform-config.yml".to_owned(), text: text.into() }
}

fn one(file: &File) -> (Draft, Vec<Remark>) {
    match gather(file, None, &[]) {
        Gathered::One(drawn) => {
            assert_eq!(drawn.app.as_deref(), Some("shop-app"));
            (drawn.draft, drawn.remarks)
        }
        Gathered::Several(all) => panic!("{all:?}"),
    }
}

fn told<'r>(remarks: &'r [Remark], part: &str) -> &'r Remark {
    remarks.iter().find(|remark| remark.what.contains(part)).unwrap_or_else(|| panic!("{part}: {remarks:#?}"))
}

const DEV: &str = "  dev: { accounts: { deploy: { name: a, id: '111111111111' } } }\n";

#[test]
fn a_branch_with_a_star_never_started_and_makes_no_rule() {
    let pipelines = "    pipelines: [{ name: features, branch: 'feature/*', environments: [{ name: dev }] }, { name: both, branch: a, tag: true, \
                     environments: [{ name: dev }] }, { name: none, environments: [{ name: dev }] }]\n";
    let (draft, remarks) = one(&config(pipelines, DEV));
    assert_eq!(draft.rules, []);
    for part in [
        "waits for an image of the tag `branch-feature/*`",
        "has a branch and tags",
        "neither a branch nor tags",
    ] {
        assert_eq!(told(&remarks, part).weight, Weight::Mistake);
    }
    assert_eq!(told(&remarks, "waits for an image").place.as_ref().map(|place| place.line), Some(8));
}

#[test]
fn an_approval_of_one_pipeline_is_asked_for_by_all_and_that_is_told() {
    let pipelines = "    pipelines: [{ name: main, branch: main, environments: [{ name: dev }] }, { name: live, tag: true, environments: [{ name: \
                     dev, requires_approval: true }] }]\n";
    let (draft, remarks) = one(&config(pipelines, DEV));
    assert!(draft.environments[0].approval);
    assert_eq!(told(&remarks, "for none in another").weight, Weight::Changed);
    assert_eq!(
        draft.rules.iter().find(|rule| rule.key == "live").and_then(Rule::tags),
        Some(&["**".to_owned()][..])
    );
    assert_eq!((draft.rules[0].starts(), draft.rules[1].starts()), ("main".to_owned(), "tags **".to_owned()));
}

#[test]
fn accounts_come_from_the_star_unless_the_environment_has_its_own() {
    let environments = "  '*': { accounts: { deploy: { id: '111111111111' } }, service-deployment-mode: dual-deploy-platform-traffic }\n  dev:\n  \
                        myProd: { accounts: { deploy: { id: '222222222222' } }, requires_approval: true }\n  odd: { accounts: { deploy: { id: abc } } }\n";
    let pipelines = "    pipelines: [{ name: main, branch: main, environments: [{ name: dev }, { name: myProd }, { name: odd }, { name: gone }] }]\n";
    let (draft, remarks) = one(&config(pipelines, environments));
    let account = |name: &str| draft.places.get(name).and_then(|place| place.account.clone());
    assert_eq!(draft.rules[0].environments, ["dev", "myprod", "odd", "gone"]);
    assert_eq!(account("dev").as_deref(), Some("111111111111"));
    assert_eq!(account("myprod").as_deref(), Some("222222222222"));
    for name in ["odd", "gone"] {
        assert_eq!(account(name), None);
        assert!(!draft.notes.at(&Spot::Environment(name.to_owned())).is_empty());
    }
    for (part, weight) in [
        ("the environment `myProd` is called `myprod`", Weight::Changed),
        ("`requires_approval` of the environment `myProd`", Weight::Mistake),
        ("`abc` is no account", Weight::Mistake),
        ("deploys to `gone`, which is not under", Weight::Mistake),
        ("in `dev` each service is deployed twice", Weight::Lost),
    ] {
        assert_eq!(told(&remarks, part).weight, weight, "{part}");
    }
    assert!(draft.environments.iter().all(|one| !one.approval), "an old approval asks nobody");
    // Its own name is in AWS, and ours is not.
    let Deploy::Ecs(names) = &draft.services[0].deploy else { panic!() };
    assert_eq!(names.known["myprod"].service, "Shop_App-myProd-web");
    assert_eq!(names.pattern.roles[1], "Shop_App-{environment}-web-task-exec");
    assert!(!names.known.contains_key("dev"));
}

#[test]
fn what_no_push_starts_has_no_rules_and_unknown_keys_are_told() {
    let rest = "    requires_image_build: false\n    additional_ecr_repository: public.ecr.aws/acme/web\n    pipeline_mode: github_actions\n    \
                deploy_repository_branch: next\n    brunch: x\n    pipelines: [{ name: main, branch: main, require_approval: true, environments: [{ \
                name: dev, requires_aproval: true }] }]\n";
    let (draft, remarks) = one(&config(rest, DEV));
    assert_eq!(draft.rules, []);
    for (part, weight) in [
        ("no push to the repository starts the pipelines of `web`", Weight::Lost),
        ("deployed the images of a repository of its own", Weight::Lost),
        ("was released by GitHub Actions", Weight::Changed),
        ("the branch `next` of the deploy repository", Weight::Changed),
        ("`codebase_pipelines.web.brunch` is no key of platform-helper's", Weight::Mistake),
        ("`codebase_pipelines.web.pipelines[0].require_approval` is no key", Weight::Mistake),
        ("environments[0].requires_aproval` is no key", Weight::Mistake),
    ] {
        assert_eq!(told(&remarks, part).weight, weight, "{part}");
    }
    assert!(told(&remarks, "requires_aproval").help.contains("`requires_approval` was meant"));
}

#[test]
fn two_pipelines_of_one_branch_are_one_rule_and_caches_are_told() {
    let rest = "    cache_invalidation: { domains: { web.example.com: { paths: [/*], environment: dev }, other: { paths: [], environment: none } } }\n    \
                pipelines: [{ name: one, branch: main, environments: [{ name: dev }] }, { name: two, branch: main, environments: [{ name: dev }] }]\n";
    let (draft, remarks) = one(&config(rest, DEV));
    let rules: Vec<_> =
        draft.rules.iter().map(|rule| (rule.key.as_str(), rule.environments.as_slice())).collect();
    assert_eq!(rules, [("main", &["dev".to_owned()][..])]);
    assert_eq!(told(&remarks, "`one` and `two` start together").weight, Weight::Changed);
    told(&remarks, "the cache of `web.example.com`");
    assert!(remarks.iter().all(|remark| !remark.what.contains("`other`")));
}
