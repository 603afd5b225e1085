//! Patterns against trying everything.

use super::{Breach, FaultKind, Part, Pattern, Syntax};
use crate::branch_map::git_name;
use proptest::prelude::*;

fn fault(text: &str) -> (std::ops::Range<usize>, FaultKind) {
    let fault = Pattern::parse(text).unwrap_err();
    (fault.at, fault.kind)
}

fn stands(written: &str, run: &str) -> Part {
    Part::StandIn { written: written.into(), run: run.into() }
}

#[test]
fn each_character_matches_what_codepipeline_says() {
    for (pattern, name, matches) in [
        ("release/*", "release/1.4", true),
        ("release/*", "release/1/4", false),
        ("release/*", "release", false),
        ("release/**", "release/1/4", true),
        ("feature**", "feature/a/b", true),
        ("a/**/b", "a/b", false),
        ("a/**/b", "a/x/y/b", true),
        ("v*.*", "v1.2.3", true),
        ("develop", "develop", true),
        ("develop", "Develop", false),
        ("v?", "v1", true),
        ("v?", "v", false),
        ("v?x", "v/x", false),
        ("v[0-9]", "v7", true),
        ("v[!0-9]", "v7", false),
        ("v[!0-9]", "vx", true),
        ("{main,release/*}-eu", "release/1-eu", true),
        ("{main,release/*}-eu", "main", false),
        ("a\\{b\\,c\\}", "a{b,c}", true),
    ] {
        assert_eq!(Pattern::parse(pattern).unwrap().matches(name), matches, "{pattern} {name}");
    }
}

#[test]
fn what_each_character_stands_for_is_told() {
    let parts = Pattern::parse("v*/**-{x,y*}[ab]?\\!").unwrap().parts("v1/a/b-y2bc!").unwrap();
    let expected = [
        Part::Same("v".into()),
        stands("*", "1"),
        Part::Same("/".into()),
        stands("**", "a/b"),
        Part::Same("-".into()),
        stands("{x,y*}", "y2"),
        stands("[ab]", "b"),
        stands("?", "c"),
        Part::Same("!".into()),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn what_is_no_pattern_is_refused_where_it_stands() {
    assert_eq!(fault("!main"), (0..1, FaultKind::Syntax(Syntax::Bang)));
    assert_eq!(fault("{a,{b}}"), (3..4, FaultKind::Syntax(Syntax::Nested)));
    assert!(Pattern::parse("a!b").is_ok(), "`!` means something at the beginning only");
    assert_eq!(Pattern::parse("\\!main").unwrap().exact(), Some("!main"));
}

#[test]
fn a_pattern_that_no_branch_can_match_is_refused_with_gits_reason() {
    assert_eq!(fault("a..*"), (2..3, FaultKind::NoName(Breach::TwoDots)));
    assert_eq!(fault("/**"), (0..1, FaultKind::NoName(Breach::LeadingSlash)));
    assert_eq!(fault("release/**/"), (0..11, FaultKind::NoName(Breach::FinalSlash)));
    assert_eq!(fault("*.lock"), (0..6, FaultKind::NoName(Breach::Lock)));
    assert_eq!(fault("HEAD"), (0..4, FaultKind::NoName(Breach::Head)));
    assert_eq!(fault("a\\*"), (1..3, FaultKind::NoName(Breach::Character('*'))));
    assert_eq!(fault("v[*?]"), (0..5, FaultKind::NoNameAtAll));
    assert_eq!(fault("{a,b}.{lock,}").0, 12..13, "an empty alternative comes first");
    assert_eq!(fault("a.{loc[k]}"), (0..10, FaultKind::NoNameAtAll));
    assert!(Pattern::parse("a.{loc[k],x}").is_ok());
}

#[test]
fn a_pattern_has_1_to_255_characters() {
    assert_eq!(fault(""), (0..0, FaultKind::Empty));
    assert!(Pattern::parse(&"ü".repeat(255)).is_ok());
    assert_eq!(fault(&"ü".repeat(256)).1, FaultKind::TooLong(256));
}

/// Decides a match by trying everything, on the text and not on what was read of it.
pub(in crate::branch_map) fn brute(pattern: &[char], name: &[char]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return name.is_empty() };
    match first {
        '*' => {
            let crosses = rest.first() == Some(&'*');
            let rest = if crosses { &rest[1..] } else { rest };
            (0..=name.len())
                .take_while(|end| crosses || *end == 0 || name[end - 1] != '/')
                .any(|end| brute(rest, &name[end..]))
        }
        '{' => {
            let end = rest.iter().position(|character| *character == '}').unwrap();
            rest[..end].split(|character| *character == ',').any(|alternative| {
                // Between them stands what is no character, lest two stars that meet be taken for `**`.
                let chosen: Vec<char> =
                    alternative.iter().chain(&['\0']).chain(&rest[end + 1..]).copied().collect();
                brute(&chosen, name)
            })
        }
        '[' => {
            let end = rest.iter().position(|character| *character == ']').unwrap();
            let is_negated = rest[0] == '!';
            let set = &rest[usize::from(is_negated)..end];
            name.split_first().is_some_and(|(character, name)| {
                let is_listed = match set {
                    [from, '-', to] => (from..=to).contains(&character),
                    set => set.contains(character),
                };
                *character != '/' && is_listed != is_negated && brute(&rest[end + 1..], name)
            })
        }
        '\0' => brute(rest, name),
        '?' => name.split_first().is_some_and(|(next, name)| *next != '/' && brute(rest, name)),
        first => name.split_first().is_some_and(|(next, name)| next == first && brute(rest, name)),
    }
}

/// Patterns of all tokens, over letters of which there are few.
pub(in crate::branch_map) fn patterns() -> impl Strategy<Value = String> {
    let plain = || prop::sample::select(vec!["a", "b", "/", "*", "**", "?", "[ab]", "[!a]", "[a-b]", "."]);
    let group = prop::collection::vec(prop::collection::vec(plain(), 1..3), 1..3).prop_map(|group| {
        let alternatives: Vec<String> = group.iter().map(|tokens| tokens.concat()).collect();
        format!("{{{}}}", alternatives.join(","))
    });
    let token = prop_oneof![4 => plain().prop_map(str::to_owned), 1 => group];
    prop::collection::vec(token, 1..6).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn matching_is_what_trying_everything_says(text in patterns(), name in "[ab/x]{0,7}") {
        if let Ok(pattern) = Pattern::parse(&text) {
            let characters: Vec<char> = text.chars().collect();
            let expected = brute(&characters, &name.chars().collect::<Vec<_>>());
            prop_assert_eq!(pattern.matches(&name), expected, "{} {}", text, name);
            prop_assert_eq!(pattern.parts(&name).is_some(), expected);
        }
    }

    #[test]
    fn parts_put_together_are_the_name(text in patterns(), name in "[ab/]{1,7}") {
        if let Some(parts) = Pattern::parse(&text).ok().and_then(|pattern| pattern.parts(&name)) {
            let together: String = parts
                .iter()
                .map(|(Part::Same(run) | Part::StandIn { run, .. })| run.as_str())
                .collect();
            prop_assert_eq!(together, name);
        }
    }

    /// The claim behind the `x` in [`Pattern::possible`].
    #[test]
    fn a_pattern_that_matches_a_legal_name_is_never_refused(name in "[.a@/Hk-]{1,6}", from in 0..6usize, to in 0..6usize) {
        if git_name::check(&name).is_ok() {
            let (from, to) = (from.min(name.len()), to.min(name.len()));
            let (before, behind) = (&name[..from.min(to)], &name[from.max(to)..]);
            for text in [format!("{before}**{behind}"), format!("{before}{{q,**}}{behind}")] {
                prop_assert!(Pattern::parse(&text).is_ok(), "{} matches {}", text, name);
            }
        }
    }
}
