use std::fmt::Write as _;

use super::*;

const SOURCE: &str = "      source: { provider: codeconnections, properties: { owner: acme, repository: shop, codeconnections_param_path: /adf/hub } }\n";

fn map(pipelines: &[(&str, &str, &str)]) -> File {
    let mut text = "x-anchor: 1\npipelines:\n".to_owned();
    for (name, source, rest) in pipelines {
        let _ = write!(text, "  - name: {name}\n    default_providers:\n{source}{rest}");
    }
    File { path: "deployment_map.yml".to_owned(), text: text.into() }
}

fn one(file: &File) -> (Draft, Vec<Remark>) {
    match gather(std::slice::from_ref(file), None, &Defaults::default()) {
        Gathered::One(drawn) => (drawn.draft, drawn.remarks),
        Gathered::Several(all) => panic!("{all:?}"),
    }
}

fn ways(draft: &Draft) -> Vec<String> {
    let asks = |name: &String| draft.environments.iter().any(|one| one.name == *name && one.approval);
    let shown = |rule: &Rule| {
        let names =
            rule.environments.iter().map(|name| if asks(name) { format!("{name}!") } else { name.clone() });
        format!("{}: {}", rule.start.branch, names.collect::<Vec<_>>().join(" "))
    };
    draft.rules.iter().map(shown).collect()
}

fn told<'r>(remarks: &'r [Remark], part: &str) -> &'r Remark {
    remarks.iter().find(|remark| remark.what.contains(part)).unwrap_or_else(|| panic!("{part}: {remarks:#?}"))
}

#[test]
fn targets_are_environments_and_an_approval_belongs_to_the_next_one() {
    let targets = "    targets:\n      - 111111111111\n      - approval\n      - path: [222222222222, /live/eu]\n        regions: [eu-west-1, us-east-1]\n      \
                   - { provider: approval, properties: { message: sure? } }\n      - { target: 333333333333, name: the end }\n";
    let (draft, remarks) = one(&map(&[("shop", SOURCE, targets)]));
    assert_eq!(
        ways(&draft),
        [
            "main: account-111111111111 account-222222222222-eu-west-1! account-222222222222-us-east-1 live-eu-eu-west-1 live-eu-us-east-1 \
          the-end!"
        ]
    );
    let place = &draft.places["account-222222222222-us-east-1"];
    assert_eq!(
        (place.account.as_deref(), place.region.as_deref()),
        (Some("222222222222"), Some("us-east-1"))
    );
    assert_eq!(draft.places["the-end"].region, None);
    let noted = draft.notes.at(&Spot::Environment("live-eu-us-east-1".to_owned()));
    assert!(noted[0].contains("every account of the organizational unit /live/eu"), "{noted:?}");
    assert!(!draft.notes.at(&Spot::Rule("main".to_owned())).is_empty(), "the branch was assumed");
    assert_eq!(told(&remarks, "side by side").place.as_ref().map(|place| place.line), Some(9));
    told(&remarks, "`message: sure?`");
}

#[test]
fn a_repository_in_code_commit_is_the_source_and_told_where_it_is_in_another_account() {
    let source = "      source: { provider: codecommit, properties: { account_id: '111111111111', repository: shop, branch: main } }\n";
    let map = map(&[("shop", source, "    targets: [222222222222]\n")]);
    let of = |home: &str| match gather(
        std::slice::from_ref(&map),
        None,
        &Defaults { home: Some(home.to_owned()), ..Defaults::default() },
    ) {
        Gathered::One(drawn) => (drawn.draft, drawn.remarks),
        Gathered::Several(all) => panic!("{all:?}"),
    };
    let (draft, remarks) = of("111111111111");
    let found = draft.source.map(|source| (source.provider, source.repository));
    assert_eq!(found, Some((RawProvider::CodeCommit, "shop".to_owned())));
    assert!(
        draft.notes.at(&Spot::Source).is_empty()
            && remarks.iter().all(|one| !one.what.contains("CodeCommit"))
    );
    let (draft, remarks) = of("444444444444");
    assert_eq!(told(&remarks, "CodeCommit of the account 111111111111").weight, Weight::Lost);
    assert_eq!(draft.notes.at(&Spot::Source).len(), 1);
}

#[test]
fn an_approval_beside_a_deploy_or_at_the_end_is_told() {
    let targets = "    targets: [[approval, 111111111111], 222222222222, approval]\n";
    let (draft, remarks) = one(&map(&[("shop", SOURCE, targets)]));
    assert_eq!(ways(&draft), ["main: account-111111111111 account-222222222222!"]);
    assert_eq!(told(&remarks, "stands beside what is deployed").weight, Weight::Mistake);
    assert_eq!(told(&remarks, "ends with an approval").weight, Weight::Lost);
}

#[test]
fn change_sets_that_are_approved_make_an_approval_unless_the_action_makes_none() {
    for (action, asks) in [("", "!"), (", action: replace_on_failure", "")] {
        let rest = format!(
            "      deploy: {{ provider: cloudformation, properties: {{ stack_name: shop{action} }} }}\n    targets:\n      - {{ path: 111111111111, \
             properties: {{ change_set_approval: true }} }}\n"
        );
        let (draft, remarks) = one(&map(&[("shop", SOURCE, &rest)]));
        assert_eq!(ways(&draft), [format!("main: account-111111111111{asks}")]);
        told(&remarks, "by CloudFormation, with `stack_name: shop`");
    }
}

#[test]
fn pipelines_of_one_branch_deploy_each_its_own_and_those_of_two_branches_the_same() {
    let on = |branch: &str| SOURCE.replace("owner: acme", &format!("owner: acme, branch: {branch}"));
    let to = |path: &str| format!("    targets: [{path}]\n");
    let (one_account, approved) = (to("111111111111"), to("approval, 111111111111"));
    let (draft, remarks) =
        one(&map(&[("shop-dev", &on("develop"), &one_account), ("shop-live", &on("release/1"), &approved)]));
    assert_eq!(ways(&draft), ["develop: account-111111111111!", "release/1: account-111111111111!"]);
    assert_eq!(draft.services.len(), 1);
    assert_eq!(told(&remarks, "for none in another").weight, Weight::Changed);
    let (draft, _) = one(&map(&[("web", SOURCE, &one_account), ("jobs", SOURCE, &one_account)]));
    let shown: Vec<_> = draft.rules.iter().map(|rule| (rule.key.as_str(), rule.services.clone())).collect();
    assert_eq!(shown, [("web", Some(vec!["web".to_owned()])), ("jobs", Some(vec!["jobs".to_owned()]))]);
}

#[test]
fn a_step_is_laid_over_the_pipelines_deploy_and_its_own_provider_takes_its_own_properties() {
    let rest = "      deploy: { provider: s3, properties: { bucket_name: files, role: r } }\n    targets:\n      - { target: 111111111111, properties: { \
                role: mine } }\n      - { provider: lambda, name: warm, properties: { function_name: warm } }\n";
    let (draft, remarks) = one(&map(&[("shop", SOURCE, rest)]));
    assert_eq!(ways(&draft), ["main: account-111111111111 warm"]);
    told(&remarks, "by a copy to S3, with `bucket_name: files`, `role: mine`");
    told(&remarks, "to warm by a Lambda function, with `role: r`, `function_name: warm`");
    // Nothing of the map reaches a shell.
    assert_eq!(
        draft.services[0].deploy,
        Deploy::Commands(vec![
            "echo 'write how shop is deployed: ADF did it by a Lambda function, a copy to S3' >&2; exit 1"
                .to_owned()
        ])
    );
}

#[test]
fn repositories_are_told_apart_and_one_is_picked_by_a_pipelines_name() {
    let other = SOURCE.replace("repository: shop", "repository: infra");
    let bucket = "      source: { provider: s3, properties: { bucket_name: zip, object_key: k, account_id: 111111111111 } }\n";
    let to = "    targets: [111111111111]\n";
    let file = map(&[("shop", SOURCE, to), ("base", &other, to), ("zip", bucket, to)]);
    let files = std::slice::from_ref(&file);
    let several = |wanted: Option<&str>| match gather(files, wanted, &Defaults::default()) {
        Gathered::Several(all) => all.into_iter().map(|one| one.name).collect::<Vec<_>>(),
        Gathered::One(drawn) => vec![format!("one with {}", drawn.draft.rules.len())],
    };
    assert_eq!(several(None), ["acme/infra", "acme/shop", "the bucket zip"]);
    assert_eq!(several(Some("nothing")).len(), 3);
    assert_eq!(several(Some("zip")), ["one with 0"]);
    let Gathered::One(drawn) = gather(files, Some("base"), &Defaults::default()) else { panic!() };
    let Drawn { app, draft, remarks } = *drawn;
    assert_eq!((app.as_deref(), draft.rules[0].pipeline.as_str()), (Some("infra"), "base"));
    assert_eq!(told(&remarks, "`shop` read acme/shop").weight, Weight::Lost);
    told(&remarks, "`zip` read the bucket zip");
}

#[test]
fn the_branch_of_adfconfig_is_taken_without_a_mark() {
    let file = map(&[("shop", SOURCE, "    targets: [111111111111]\n")]);
    let defaults = Defaults { branch: Some("trunk".to_owned()), ..Defaults::default() };
    let Gathered::One(drawn) = gather(&[file], None, &defaults) else { panic!() };
    let draft = drawn.draft;
    assert_eq!(ways(&draft), ["trunk: account-111111111111"]);
    assert!(draft.notes.at(&Spot::Rule("trunk".to_owned())).is_empty());
}

#[test]
fn what_adf_refuses_and_what_it_did_besides_is_told_with_its_line() {
    let rest = "      build: { provider: codebuild, image: STANDARD_5_0, properties: { size: large, imagee: x } }\n    params: { schedule: rate(7 days), \
                notification_endpoint: a@example.com, restart_execution_on_update: true, shedule: x }\n    completion_trigger: { pipelines: [b] }\n    \
                triggers: { triggered_by: { code_artifact: { repository: r } } }\n    tags: { a: b }\n    target: [1]\n    targets: [012345678901, 12, \
                nobody]\n";
    let (draft, remarks) = one(&map(&[("shop", SOURCE, rest)]));
    assert_eq!(
        ways(&draft),
        ["main: target-012345678901 target-12 nobody"].map(|way| way.replace("target-0123", "account-0123"))
    );
    for (part, weight) in [
        ("`pipelines[0].default_providers.build.image` is no key", Weight::Mistake),
        ("`pipelines[0].default_providers.build.properties.imagee` is no key", Weight::Mistake),
        ("`pipelines[0].params.shedule` is no key", Weight::Mistake),
        ("`pipelines[0].target` is no key", Weight::Mistake),
        ("begins with a zero and stands without quotes", Weight::Mistake),
        ("`12` is neither an account's", Weight::Mistake),
        ("`nobody` is neither an account's", Weight::Mistake),
        ("`buildspec.yml` unless it says otherwise, with `size: large`", Weight::Lost),
        ("ran by a schedule, too (`rate(7 days)`)", Weight::Lost),
        ("told `a@example.com`", Weight::Lost),
        ("started other pipelines when it was done (a mapping with pipelines)", Weight::Lost),
        ("was started by something else than pushes", Weight::Lost),
        ("has tags of its own", Weight::Lost),
    ] {
        assert_eq!(told(&remarks, part).weight, weight, "{part}");
    }
    assert!(told(&remarks, "imagee").help.contains("`image` was meant"));
}

#[test]
fn a_branch_that_would_be_a_pattern_makes_no_rule() {
    let source = SOURCE.replace("owner: acme", "owner: acme, branch: 'release/*'");
    let (draft, remarks) = one(&map(&[("shop", &source, "    targets: [111111111111]\n")]));
    assert!(draft.rules.is_empty());
    assert_eq!(told(&remarks, "`release/*` is the name of one branch").weight, Weight::Lost);
}

#[test]
fn a_webhook_is_told_without_its_address() {
    let rest = "    params: { notification_endpoint: 'https://hooks.slack.com/services/T0/B0/hunter2' }\n    targets:\n      - provider: approval\n        \
                properties: { notification_endpoint: 'https://hooks.slack.com/services/T0/B0/hunter2' }\n      - 111111111111\n";
    let (_, remarks) = one(&map(&[("shop", SOURCE, rest)]));
    assert!(!format!("{remarks:?}").contains("hunter2"), "{remarks:?}");
    told(&remarks, "told `https://***` of its executions");
}
