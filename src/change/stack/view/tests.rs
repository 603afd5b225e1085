use std::collections::BTreeMap;

use super::*;
use crate::change::stack::{Change, Template};
use crate::document::stacks::{Purpose, Stack};

fn submission(stack: &str) -> Submission {
    let text = "Resources: {}";
    let template = Template::read(text).expect("a template");
    Submission::new(stack, (text, &template), BTreeMap::new(), BTreeMap::new())
}

fn review() -> Standing {
    Standing { status: "REVIEW_IN_PROGRESS".to_owned(), ..Standing::default() }
}

#[test]
fn what_is_looked_at_has_names_that_no_apply_uses() {
    let shop = submission("shop-base");
    assert_ne!(change_set(&shop), shop.change_set());
    assert!(change_set(&shop).starts_with(CHANGE_SET) && change_set(&shop).len() <= 128);
    assert_ne!(stand_in(&shop), "shop-base");
    assert!(stand_in(&submission(&"a".repeat(128))).len() <= 128);
}

#[test]
fn only_a_look_that_was_broken_off_is_cleared_away() {
    for stack in ["shop-base".to_owned(), "a".repeat(128)] {
        let left = stand_in(&submission(&stack));
        let wanted = [stack.as_str()];
        assert!(is_look(&left, &review(), &wanted), "{left}");
        let stands = Standing { status: "CREATE_COMPLETE".to_owned(), ..Standing::default() };
        assert!(!is_look(&left, &stands, &wanted), "something stands in it");
        assert!(!is_look(&left, &review(), &[&stack, &left]), "it is a stack of the map");
        assert!(!is_look(&left, &review(), &["other-base"]), "it is another app's");
        assert!(!is_look(&stack, &review(), &wanted), "it is what an apply has left");
    }
    assert!(!is_look("shop-base-plan-of-ours", &review(), &["shop-base"]));
}

fn planned(verb: Verb) -> Planned {
    let stack = Stack {
        name: "shop-base".to_owned(),
        purpose: Purpose::Base,
        place: Place::new("111122223333", "eu-west-1"),
        template: String::new(),
        keys: BTreeMap::new(),
    };
    let kind = "AWS::S3::Bucket".to_owned();
    let changes = vec![Change { logical: "Bucket".to_owned(), kind, verb, what: Vec::new() }];
    Planned {
        stack,
        verdict: Verdict::Update,
        changes,
        parameters: Vec::new(),
        drift: Vec::new(),
        running: Vec::new(),
        is_unread: false,
    }
}

#[test]
fn what_cloudformation_says_otherwise_is_marked() {
    let says = |ours: Verb, action: &str, replacement: &str| {
        let one = Foreseen {
            logical: "Bucket".to_owned(),
            kind: "AWS::S3::Bucket".to_owned(),
            action: action.to_owned(),
            replacement: Some(replacement.to_owned()),
            ..Foreseen::default()
        };
        let planning = Planning { stacks: vec![planned(ours)], left: Vec::new() };
        told(&planning, &[Some(View::Worked(vec![one]))]).contains("otherwise than above")
    };
    assert!(!says(Verb::Update, "Modify", "False"));
    assert!(!says(Verb::Update, "Modify", "Conditional"), "it may be so");
    assert!(says(Verb::Update, "Modify", "True"), "nobody was told that data is lost");
    assert!(says(Verb::Replace, "Modify", "False"));
    assert!(says(Verb::Update, "Remove", "False"));
    let planning = Planning { stacks: vec![planned(Verb::Update)], left: Vec::new() };
    assert!(told(&planning, &[Some(View::Worked(Vec::new()))]).contains("Bucket: no change, otherwise"));
}
