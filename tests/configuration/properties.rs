//! What holds for any text.

use std::time::Duration;

use branchline::config::{
    self,
    tree::{self, Node, Value},
};
use branchline::diagnostic::terminal::{Style, render};
use branchline::diagnostic::{Span, json};
use proptest::prelude::*;

use super::clock::Clock;
use super::findings;

/// Pieces of which YAML, and this file in particular, is made.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "あ",
        "é",
        "1",
        "012",
        "1.5",
        "true",
        "~",
        "null",
        "none",
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "    ",
        "\t",
        ": ",
        ":",
        "- ",
        "? ",
        ", ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "\\",
        "#",
        " # x",
        "|\n",
        ">-\n",
        "&x ",
        "*x",
        "!t ",
        "!!str ",
        "<<: ",
        "---\n",
        "...\n",
        "%TAG ! x\n",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "{environment}",
        "version: 1\n",
        "app: shop\n",
        "branches:\n",
        "environments:\n",
        "services:\n",
        "deploy: {ecs: {cluster: ",
        "roles: [",
        "approval:\n",
        "test:\n  commands:\n",
        "migrate: none\n",
        "account: ",
        "\"\\x41\"",
        "\0",
        "\u{1b}",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Values of every kind, to be put in another's place.
fn values() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "null",
        "true",
        "7",
        "1",
        "0x1",
        "1.5",
        "word",
        "none",
        "small",
        "30m",
        "\"\"",
        "\"{app}\"",
        "[]",
        "[dev]",
        "[dev, dev]",
        "[api]",
        "[[]]",
        "{}",
        "{ a: b }",
        "{ ecs: {} }",
        "{ dev: {} }",
        "{ api: {} }",
        "{ environments: [dev] }",
        "{ parameter_store: /a }",
        "*roles",
    ])
}

fn spans(node: &Node, out: &mut Vec<Span>) {
    out.push(node.span);
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| spans(item, out)),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            out.push(entry.key_span);
            spans(&entry.node, out);
        }),
        _ => {}
    }
}

fn judge(text: &str) -> Result<(), TestCaseError> {
    let start = Clock::start();
    let findings = findings(text);
    let drawn = render(&findings, text, "f", Style { colour: false, width: 80, wrap: false });
    let records = json::records(&findings, text, "f").len();
    prop_assert!(start.elapsed() < Duration::from_secs(1));
    prop_assert_eq!(records, findings.len());
    prop_assert!(!drawn.contains(['\u{1b}', '\u{202e}']), "{drawn:?}");
    let mut places = Vec::new();
    if let Some(tree) = tree::read(text).0 {
        spans(&tree, &mut places);
    }
    for finding in &findings {
        prop_assert!(!finding.message.contains('\n') && !finding.help.contains('\n'), "{finding:?}");
        places.extend(finding.place);
        places.extend(finding.related.iter().map(|label| label.span));
    }
    for place in places {
        prop_assert!(text.get(place.start..place.end).is_some(), "{place:?} in {} bytes", text.len());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged_without_a_panic_and_every_place_lies_in_it(text in any::<String>()) {
        judge(&text)?;
    }

    #[test]
    fn any_text_of_yaml_is_judged_without_a_panic_and_every_place_lies_in_it(text in pieces()) {
        judge(&text)?;
    }

    #[test]
    fn a_file_with_a_character_taken_out_or_put_in_is_judged(at in 0usize..2_000, piece in pieces()) {
        let text = include_str!("sound/branchline.yml");
        let at = text.floor_char_boundary(at.min(text.len()));
        let rest = text[at..].chars().next().map_or(0, char::len_utf8);
        judge(&format!("{}{}", &text[..at], &text[at + rest..]))?;
        judge(&format!("{}{piece}{}", &text[..at], &text[at..]))?;
    }

    #[test]
    fn a_file_of_the_right_shape_can_always_be_decoded(which in any::<prop::sample::Index>(), value in values()) {
        let text = include_str!("sound/branchline.yml");
        let mut places = Vec::new();
        spans(&tree::read(text).0.unwrap(), &mut places);
        let place = which.get(&places);
        let changed = format!("{}{value}{}", &text[..place.start], &text[place.end..]);
        judge(&changed)?;
        let reading = config::read(&changed);
        let codes: Vec<&str> = reading.findings.iter().map(|finding| finding.code).collect();
        prop_assert!(!codes.contains(&"BL040"), "{changed}");
        prop_assert!(reading.config.is_some() || !codes.is_empty(), "refused without a word: {changed}");
    }

    #[test]
    fn a_plain_word_stands_where_its_place_says(before in "[ a-zé-ÿあ-ん]{0,20}", word in "[a-z][a-zあ-ん]{0,10}") {
        let text = format!("# {before}\r\n\"{}\": {word} # x\r\n", before.trim());
        if let Some(Node { value: Value::Mapping(entries), .. }) = tree::read(&text).0 {
            let span = entries[0].node.span;
            prop_assert_eq!(&text[span.start..span.end], word);
        } else {
            prop_assert!(false, "no tree for {text:?}");
        }
    }
}
