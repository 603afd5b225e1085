use std::collections::BTreeMap;

use super::*;
use crate::document::stacks::Stack;

const STEM: &str = "shop";

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn place() -> Place {
    Place::new("111122223333", "eu-west-1")
}

/// Stacks that stand, by name and tags.
fn found(stacks: &[(&str, &[(&str, &str)])]) -> Roll {
    let stacks = stacks.iter().map(|(name, own)| {
        let standing =
            Standing { status: "CREATE_COMPLETE".to_owned(), tags: tags(own), ..Standing::default() };
        ((*name).to_owned(), standing)
    });
    let found = BTreeMap::from([(place(), stacks.collect())]);
    roll(("shop", STEM), &[], &found)
}

const OURS: (&str, &str) = ("branchline:app", "shop");

fn wanted(pipelines: &[&str]) -> Wish {
    Wish { pipelines: pipelines.iter().map(|&name| name.to_owned()).collect(), ..Wish::default() }
}

fn chosen(roll: &Roll, wish: &Wish) -> Vec<String> {
    choose(wish, STEM, roll, &[]).stacks.into_iter().map(|one| one.name).collect()
}

#[test]
fn a_stack_is_known_by_its_name_where_no_tag_says_otherwise() {
    let none = tags(&[]);
    assert_eq!(shape(STEM, "shop-base", &none), Some(Purpose::Base));
    assert_eq!(shape(STEM, "shop-environment-live", &none), Some(Purpose::Environment("live".to_owned())));
    assert_eq!(shape(STEM, "shop-pipeline-main", &none), Some(Purpose::Pipeline("shop-main".to_owned())));
    for name in
        ["shop", "shop-bootstrap", "shop-pipeline-", "shop-environment-", "shops-base", "base", "x-shop-base"]
    {
        assert_eq!(shape(STEM, name, &none), None, "{name}");
    }
    for (name, key, value) in [
        ("shop-base", "branchline:pipeline", "shop-base"),
        ("shop-environment-live", "branchline:environment", "dev"),
        ("shop-environment-live", "branchline:pipeline", "live"),
        ("shop-pipeline-main", "branchline:pipeline", "shop-other"),
        ("shop-pipeline-main", "branchline:environment", "main"),
    ] {
        assert_eq!(shape(STEM, name, &tags(&[(key, value)])), None, "{name} {value}");
    }
}

#[test]
fn a_pipeline_of_a_branch_has_the_short_beginning() {
    let named = shape("customer-portal", "customer-portal-pipeline-0123456789-feature-x", &tags(&[]));
    assert_eq!(named, Some(Purpose::Pipeline("customer-0123456789-feature-x".to_owned())));
}

#[test]
fn one_name_means_one_pipeline() {
    // Slugs that are made to be mistaken: of each other's stacks and pipelines.
    let roll = found(&[
        ("shop-pipeline-x", &[OURS]),
        ("shop-pipeline-shop-x", &[OURS]),
        ("shop-pipeline-y-pipeline-x", &[OURS]),
        ("shop-pipeline-shop-pipeline-x", &[OURS]),
    ]);
    assert_eq!(roll.ours.len(), 4);
    assert_eq!(chosen(&roll, &wanted(&["x"])), ["shop-pipeline-x"]);
    assert_eq!(chosen(&roll, &wanted(&["shop-x"])), ["shop-pipeline-x"]);
    assert_eq!(chosen(&roll, &wanted(&["shop-shop-x"])), ["shop-pipeline-shop-x"]);
    assert_eq!(chosen(&roll, &wanted(&["shop-pipeline-x"])), ["shop-pipeline-x"]);
    assert_eq!(chosen(&roll, &wanted(&["y-pipeline-x"])), ["shop-pipeline-y-pipeline-x"]);
}

#[test]
fn what_is_not_the_apps_is_no_ones_choice() {
    let roll = found(&[
        ("shop-base", &[("branchline:app", "other")]),
        ("shop-pipeline-main", &[]),
        ("shop-bootstrap", &[OURS]),
    ]);
    assert_eq!(roll.ours, []);
    assert_eq!(roll.others.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["shop-bootstrap"]);
    let all = Wish { everything: true, ..Wish::default() };
    assert_eq!(chosen(&roll, &all), Vec::<String>::new());
}

#[test]
fn a_stack_that_the_map_asks_for_and_another_app_has_is_told() {
    let asked = Stack {
        purpose: Purpose::Base,
        name: "shop-base".to_owned(),
        place: place(),
        template: String::new(),
        keys: BTreeMap::new(),
    };
    let standing = Standing { tags: tags(&[("branchline:app", "other")]), ..Standing::default() };
    let found = BTreeMap::from([(place(), BTreeMap::from([("shop-base".to_owned(), standing)]))]);
    let roll = roll(("shop", STEM), std::slice::from_ref(&asked), &found);
    let wish = Wish { bases: Bases::All, ..Wish::default() };
    let choice = choose(&wish, STEM, &roll, &[asked]);
    assert_eq!((choice.stacks.len(), choice.others.len(), choice.gone.len()), (0, 1, 0));
    let refused = refusals(&Sight { roll, ..Sight::default() }, &choice, Consent::default());
    assert_eq!(refused[0].why, Why::Foreign(Some("other".to_owned())));
    assert!(!refused[0].passes());
}
