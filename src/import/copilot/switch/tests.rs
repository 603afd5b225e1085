use std::collections::BTreeMap;

use super::super::super::copies::{Branch, Content};
use super::super::{pick, rules};
use super::*;

/// The steps of manifests, each on the branch of its name.
fn told(manifests: &[(&str, &str)]) -> Vec<Errand> {
    let branches = manifests.iter().map(|(branch, text)| {
        let files = BTreeMap::from([("copilot/pipeline.yml".to_owned(), Content::Text((*text).into()))]);
        Branch { name: (*branch).to_owned(), is_remote: false, files }
    });
    let found = pick::pipelines(&branches.collect::<Vec<_>>(), None);
    let (draft, _) = rules::draft(&found.all, &std::collections::BTreeSet::new(), None);
    let before = Before { app: "shop".to_owned(), pipelines: found.all, ..Before::default() };
    steps(&before, &draft)
}

fn manifest(name: &str, branch: &str, stages: &str) -> String {
    format!(
        "name: {name}\nsource:\n  provider: GitHub\n  properties: {{ repository: https://github.com/acme/shop, branch: {branch} }}\nstages: \
         [{stages}]\n"
    )
}

fn starting<'s>(steps: &'s [Errand], with: &str) -> Vec<&'s str> {
    steps.iter().map(|step| step.what.as_str()).filter(|what| what.starts_with(with)).collect()
}

#[test]
fn what_asks_a_person_is_opened_behind_what_does_not() {
    let release = manifest("release", "release", "{ name: production, requires_approval: true }");
    let develop = manifest("develop", "develop", "{ name: dev }, { name: staging }");
    let steps = told(&[("release", &release), ("develop", &develop)]);
    assert_eq!(starting(&steps, "open "), ["open dev", "open staging", "open production"]);
}

#[test]
fn no_environment_is_opened_while_an_earlier_one_of_its_rule_is_closed() {
    let main = manifest("main", "main", "{ name: staging, requires_approval: true }, { name: production }");
    assert_eq!(starting(&told(&[("main", &main)]), "open "), ["open staging", "open production"]);
}

#[test]
fn where_rules_go_round_in_a_circle_the_step_says_where_a_release_goes_on() {
    let one = manifest("one", "one", "{ name: a }, { name: b }");
    let two = manifest("two", "two", "{ name: b }, { name: a }");
    let steps = told(&[("one", &one), ("two", &two)]);
    let last = steps.iter().rfind(|step| step.what.starts_with("open "));
    assert!(last.is_some_and(|step| step.why.contains("CHECK")), "{steps:#?}");
}

#[test]
fn copilots_list_of_the_app_stays_while_anything_stays_with_copilot() {
    let main = manifest("main", "main", "{ name: dev }");
    let deletes = |workloads: &[&str]| {
        let files =
            BTreeMap::from([("copilot/pipeline.yml".to_owned(), Content::Text(main.as_str().into()))]);
        let branch = Branch { name: "main".to_owned(), is_remote: false, files };
        let found = pick::pipelines(&[branch], None);
        let (draft, _) = rules::draft(&found.all, &BTreeSet::new(), None);
        let workloads = workloads.iter().map(|one| (*one).to_owned()).collect();
        let before = Before { app: "shop".to_owned(), pipelines: found.all, workloads, ..Before::default() };
        let steps = steps(&before, &draft);
        let by_hand = starting(&steps, "deploy by hand").len();
        let all = steps.iter().flat_map(|step| &step.commands);
        (all.filter(|one| one.contains("delete-parameter")).count(), by_hand)
    };
    assert_eq!(deletes(&[]), (2, 0));
    assert_eq!(deletes(&["left-out"]), (0, 1));
}

#[test]
fn a_pipeline_that_was_looked_up_is_stopped_by_what_aws_said() {
    let main = manifest("main", "main", "{ name: dev }");
    let files = BTreeMap::from([("copilot/pipeline.yml".to_owned(), Content::Text(main.into()))]);
    let found = pick::pipelines(&[Branch { name: "main".to_owned(), is_remote: false, files }], None);
    let (mut draft, _) = rules::draft(&found.all, &BTreeSet::new(), None);
    let names = ["main", "main", "main-Pipeline-1X2Y"].map(str::to_owned);
    let [name, stack, pipeline] = names;
    let mut known = crate::import::looked_up::LookedUp::default();
    known.pipelines.push(crate::import::looked_up::Running { name, stack, pipeline });
    draft.looked_up = Some(known);
    let before = Before { app: "shop".to_owned(), pipelines: found.all, ..Before::default() };
    let steps = steps(&before, &draft);
    let commands: Vec<&str> = steps.iter().flat_map(|step| &step.commands).map(String::as_str).collect();
    assert_eq!(commands.iter().filter(|one| **one == "OLD='main-Pipeline-1X2Y'").count(), 2, "{commands:#?}");
    assert!(commands.iter().all(|one| !one.contains("pipeline-shop-main")), "{commands:#?}");
}

#[test]
fn a_pipeline_of_one_name_on_two_branches_is_stopped_once() {
    let develop = manifest("shop", "develop", "{ name: dev }");
    let release = manifest("shop", "release", "{ name: production }");
    let steps = told(&[("develop", &develop), ("release", &release)]);
    assert_eq!(starting(&steps, "stop ").len(), 1, "{steps:#?}");
}

#[test]
fn a_pipeline_that_no_rule_takes_over_is_neither_stopped_nor_deleted() {
    let own = "{ name: dev, deployments: { bucket: { template_path: infrastructure/bucket.yml } } }";
    let steps = told(&[
        ("main", &manifest("extras", "main", own)),
        ("release", &manifest("shop", "release", "{ name: production }")),
    ]);
    assert_eq!(starting(&steps, "leave alone"), ["leave alone what no rule takes over: extras"]);
    let commands: Vec<&String> = steps.iter().flat_map(|step| &step.commands).collect();
    assert!(commands.iter().all(|command| !command.contains("extras")), "{commands:?}");
    assert!(commands.iter().any(|command| command.contains("pipeline-shop-shop")));
}

#[test]
fn without_rules_there_is_nothing_to_switch_over() {
    assert_eq!(told(&[("main", &manifest("shop", "main", ""))]), []);
}

#[test]
fn without_a_look_up_no_stack_is_taken_by_its_name_alone() {
    let steps = told(&[("main", &manifest("web-main", "main", "{ name: dev }"))]);
    let all = steps.iter().flat_map(|step| &step.commands);
    let named: Vec<&String> = all.filter(|one| one.contains("pipeline-shop-web-main")).collect();
    assert_eq!(named.len(), 3, "{named:#?}");
    assert!(named.iter().all(|one| one.contains("copilot-application")), "{named:#?}");
}

#[test]
fn the_way_back_waits_for_what_is_inside_before_copilots_pipelines_are_opened() {
    let steps = told(&[("main", &manifest("shop", "main", "{ name: dev }"))]);
    let place = |with: &str| steps.iter().position(|step| step.commands.iter().any(|one| one.contains(with)));
    let frozen = place("branchline freeze");
    assert!(frozen.is_some() && frozen < place("enable-stage-transition"), "{steps:#?}");
    let closes = frozen.and_then(|at| steps.get(at));
    assert!(closes.is_some_and(|step| step.commands.last().is_some_and(|last| last == "branchline status")));
    assert!(closes.is_some_and(|step| step.why.contains("`branchline stop ")));
}
