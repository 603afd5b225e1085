//! Names that nobody should give to a branch, and somebody does.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{DIGITS, Unfit, is_of_one_branch, slug};
use crate::branch_map::git_name;
use crate::branch_map::pattern::Pattern;
use crate::branch_map::search::{Language, Relation, Search};

/// The name that a pattern spells, when no character of it stands for another: read anew here, by the guide's rules alone.
fn spelt(pattern: &str) -> Option<String> {
    let mut name = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => name.push(characters.next()?),
            '*' | '?' | '[' | ']' | '{' | '}' => return None,
            '!' if name.is_empty() => return None,
            plain => name.push(plain),
        }
    }
    Some(name)
}

/// Names that git allows, of letters and of all that means something to a pattern, a shell, YAML or a template.
fn names() -> impl Strategy<Value = String> {
    let letters = prop_oneof![
        6 => "[a-cA-C0-9]{1,6}",
        4 => "[]{}!,$()'\"`;&|<>#%@=+._-]{1,4}",
        2 => "(\\$\\(x\\)|\\{a,b\\}|\\{\\{x\\}\\}|\\$\\{x\\}|-n|null|y: z)",
        2 => "\\PC{1,4}",
        1 => "[a-z]{60}",
    ];
    proptest::collection::vec(proptest::collection::vec(letters, 1..4), 1..5)
        .prop_map(|parts| parts.into_iter().map(|part| part.concat()).collect::<Vec<_>>().join("/"))
        .prop_filter("a name that git allows", |name| git_name::check(name).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn each_branch_has_a_trigger_that_matches_it_and_no_other_and_a_name_of_its_own(
        names in proptest::collection::btree_set(names(), 1..12),
    ) {
        let fit: Vec<(&String, Pattern)> =
            names.iter().filter_map(|name| Some((name, Unfit::of(name).ok()?))).collect();
        let languages: Vec<Language> = fit.iter().map(|(_, pattern)| Language::new([pattern], [])).collect();
        for (at, (name, pattern)) in fit.iter().enumerate() {
            prop_assert_eq!(spelt(pattern.text()), Some((*name).clone()));
            prop_assert_eq!(pattern.exact(), Some(name.as_str()));
            let mut search = Search::new(usize::MAX);
            prop_assert_eq!(search.find(&[&languages[at]], &[]).unwrap(), Some((*name).clone()));
            for other in &languages[..at] {
                prop_assert_eq!(search.relation(&languages[at], other), Ok(Relation::Apart));
            }
        }
        let slugs: BTreeSet<String> = fit.iter().map(|(name, _)| slug(name).to_lowercase()).collect();
        prop_assert_eq!(slugs.len(), fit.len());
    }

    #[test]
    fn a_name_in_aws_is_legal_and_not_taken_for_a_rules(name in names(), stem in "[a-z][a-z0-9-]{0,18}[a-z0-9]") {
        let slug = slug(&name);
        prop_assert!((10..=32).contains(&slug.len()), "{}", slug);
        prop_assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"), "{}", slug);
        let pipeline = format!("{stem}-{slug}");
        prop_assert!(format!("{pipeline}-pipeline").len() <= 64, "{}", pipeline);
        prop_assert!(is_of_one_branch(&pipeline));
    }
}

#[test]
fn ten_thousand_branches_that_look_alike_have_names_of_their_own() {
    let mut names = BTreeSet::new();
    for number in 0..2_000 {
        for name in ["Team/", "team/", "team-", "team//", "team/$(x)-"] {
            // The digits alone tell them apart: what is kept of the name is the same.
            names.insert(format!("a-very-long-name-of-a-branch/{name}{number}"));
        }
    }
    let slugs: BTreeSet<String> = names.iter().map(|name| slug(name)).collect();
    assert_eq!(slugs.len(), names.len());
}

/// These names are in people's AWS accounts: a change here renames their pipelines.
#[test]
fn the_names_stay_as_they_are() {
    for (branch, expected) in [
        ("feature/dark-mode", "9d921fe420-feature-dark-mode"),
        ("feature/$(whoami)", "1bd81856a2-feature-whoami"),
        ("feature/{draft}-search", "86b0ef477b-feature-draft-search"),
    ] {
        assert_eq!(slug(branch), expected);
    }
    assert_eq!(slug("ÄÖÜ").len(), 10, "digits alone where nothing is left of the name");
}

#[test]
fn all_digits_are_among_the_first_twenty_characters_whatever_the_app_is_called() {
    for (app, begins) in [
        ("shop", "shop-"),
        ("customer", "customer-"),
        ("customer-portal", "customer-"),
        ("cust-portal-core1", "cust-port-"),
        ("ab-cdefg-hi", "ab-cdefg-"),
    ] {
        assert_eq!(format!("{}-", super::stem(app)), begins);
        assert!(begins.len() + DIGITS <= 20, "{app}");
    }
}

#[test]
fn what_no_trigger_can_mean_alone_is_told_apart() {
    let long = |letter: &str, count: usize| format!("a/{}", letter.repeat(count));
    for (name, why) in [
        (long("x", 200), None),
        (long("x", 253), None),
        (long("x", 254), Some(Unfit::Long)),
        // Each brace takes two characters of the pattern.
        (long("}", 126), None),
        (long("}", 127), Some(Unfit::Long)),
        (long("\u{10348}", 225), Some(Unfit::Long)),
        ("a/#{x}".to_owned(), Some(Unfit::Variable)),
        ("a/\u{fffd}".to_owned(), Some(Unfit::Unreadable)),
        ("a/\u{85}".to_owned(), Some(Unfit::Unreadable)),
        ("-a".to_owned(), Some(Unfit::Illegal)),
    ] {
        assert_eq!(Unfit::of(&name).err(), why, "{name}");
    }
}
