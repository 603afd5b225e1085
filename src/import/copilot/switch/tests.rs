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
    steps("shop", &draft, &found.all, false)
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
