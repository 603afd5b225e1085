//! Files that are made to cost time or memory. Each is read, judged and drawn in well under a second, also by a debug
//! build on a busy machine.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use branchline::config::tree::MAX_BYTES;
use branchline::diagnostic::terminal::{Style, render};

use super::clock::Clock;

/// The codes found, each once and in order, after the time it took has been judged.
#[track_caller]
fn codes(text: &str) -> Vec<&'static str> {
    let mut took = Duration::MAX;
    let mut findings = Vec::new();
    // The fastest of four, as the processor's caches are shared with other tests.
    for _ in 0..4 {
        let start = Clock::start();
        findings = super::findings(text);
        let drawn = render(&findings, text, "branchline.yml", Style { colour: true, width: 80, wrap: false });
        let narrow = render(&findings, text, "branchline.yml", Style { colour: true, width: 40, wrap: true });
        let records = branchline::diagnostic::json::render(&findings, text, "branchline.yml");
        took = took.min(start.elapsed());
        assert!(!drawn.is_empty() && !narrow.is_empty() && records.len() > 2, "a hostile file passed");
        if took < Duration::from_secs(1) {
            break;
        }
    }
    let (bytes, found) = (text.len(), findings.len());
    assert!(took < Duration::from_secs(1), "{took:?} for {bytes} bytes and {found} findings");
    let codes: BTreeSet<&str> = findings.into_iter().map(|finding| finding.code).collect();
    codes.into_iter().collect()
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn brackets_without_end_are_refused_at_the_seventeenth() {
    for bracket in ["[", "{", "- ", "? ", "[{", "{[", "[ ? ", "a: [", "[a: "] {
        let codes = codes(&bracket.repeat(200_000 / bracket.len()));
        assert!(codes == ["BL008"] || codes == ["BL001"] || codes == ["BL004"], "{bracket}: {codes:?}");
    }
    assert_eq!(codes(&"[".repeat(200_000)), ["BL008"]);
}

#[test]
fn an_alias_bomb_is_refused_before_it_is_filled_in() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let last = level - 1;
        let items = vec![format!("*a{last}"); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    assert_eq!(codes(&bomb), ["BL008"]);
}

#[test]
fn a_long_text_behind_many_aliases_is_refused_before_it_is_filled_in() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 15_000].join(","));
    assert_eq!(codes(&text), ["BL008"]);
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let keys = lines(100_000, |number| format!("key{number}: 1"));
    assert!(keys.len() > 1_000_000);
    assert_eq!(codes(&keys), ["BL008"]);
    assert_eq!(codes(&"a".repeat(MAX_BYTES + 1)), ["BL008"]);
}

#[test]
fn thousands_of_unknown_keys_are_told_in_time() {
    let keys = lines(9_000, |number| format!("enviroment{number}: {{}}"));
    assert_eq!(codes(&keys), ["BL008", "BL010", "BL014"]);
    let long = lines(2_000, |number| format!("{number}{}: x", "k".repeat(110)));
    assert_eq!(codes(&long), ["BL008", "BL010"]);
}

#[test]
fn unknown_names_are_told_in_time_however_long_and_many() {
    for (width, count) in [(400, 280), (8, 7_000)] {
        let unknown: Vec<String> =
            (0..count).map(|number| format!("{number}{}", "ba".repeat(width / 2))).collect();
        let known = lines(count.min(300), |number| format!("  {}{number}: {{}}", "ab".repeat(width / 2)));
        let text = format!("branches:\n  main: [{}]\nenvironments:\n{known}\n", unknown.join(", "));
        assert!(codes(&text).contains(&"BL030"));
    }
}

#[test]
fn everything_on_one_line_is_drawn_in_time() {
    let items = (0..9_000).map(|number| format!("key{number}: 1")).collect::<Vec<_>>().join(", ");
    assert_eq!(codes(&format!("{{{items}}}")), ["BL008", "BL010"]);
    let twice = "same: 1, ".repeat(9_000);
    assert_eq!(codes(&format!("{{{twice}}}")), ["BL002", "BL010", "BL012"]);
}

#[test]
fn ten_thousand_hostile_lines_are_judged_in_time() {
    let lines = [
        "  \"\\u001b[31m\": [dev, dev]",
        "  a: {b: {c: 1}}",
        "  ? [x]",
        "  x: !tag y",
        "  <<: *m",
        "  y: \"{nothing}{at}{all}\"",
        "  z: ''",
        "  12: ~",
        "  あ: [あ, あ]",
        "  q: 'it''s'",
    ];
    let mut text = String::from("m: &m {}\nbranches:\n");
    for number in 0..10_000 {
        text.push_str(lines[number % lines.len()]);
        text.push('\n');
    }
    let codes = codes(&text);
    assert!(codes.contains(&"BL002") && codes.contains(&"BL003"), "{codes:?}");
}

#[test]
fn patterns_are_matched_in_time_whatever_the_text() {
    let long = "a-".repeat(60_000);
    for key in ["app", "repository", "notify"] {
        assert!(
            codes(&format!("{key}: \"{long}\"\nenvironments: {{p: {{approval: {{notify: \"{long}\"}}}}}}"))
                .len()
                > 1
        );
    }
    let braces = "{a}".repeat(60_000);
    assert!(
        codes(&format!("services: {{a: {{deploy: {{ecs: {{cluster: '{braces}'}}}}}}}}")).contains(&"BL018")
    );
}

#[test]
fn a_nul_does_not_hide_what_follows_it() {
    let findings = super::findings("version: 1\n\0branches: {}\n");
    assert_eq!(findings.len(), 1);
    assert!(findings[0].message.contains("U+0000"), "{}", findings[0].message);
    assert_eq!(findings[0].place.map(|place| place.start), Some(11));
}

#[test]
fn each_limit_lets_through_what_reaches_it_and_nothing_beyond() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let block = |levels: usize| lines(levels, |level| format!("{}a:", " ".repeat(level)));
    let wide = |values: usize| format!("[{}]", vec!["a"; values - 1].join(","));
    let aliased = |levels: usize| format!("a: &a {}\nb: [*a]\n", deep(levels));
    for (at, beyond) in [
        (deep(24), deep(25)),
        (block(24), block(25)),
        (wide(20_000), wide(20_001)),
        (aliased(22), aliased(23)),
        (format!("a{}", " ".repeat(MAX_BYTES - 1)), format!("a{}", " ".repeat(MAX_BYTES))),
    ] {
        assert!(!codes(&at).contains(&"BL008"), "{}", &at[..20]);
        assert_eq!(codes(&beyond), ["BL008"], "{}", &beyond[..20]);
    }
}

/// A file of many rules, each with an environment of its own; the services' cluster is this one.
fn many(rules: usize, cluster: &str) -> String {
    let branches = lines(rules, |number| format!("  branch-{number}: [e{number}]"));
    let environments = lines(rules, |number| format!("  e{number}: {{ approval: {{}} }}"));
    format!(
        "version: 1\napp: shop\nbranches:\n{branches}\nenvironments:\n{environments}\n\
         pipelines: {{ account: \"111122223333\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
         services: {{ api: {{ deploy: {{ ecs: {{ cluster: \"{cluster}\", roles: ['{{environment}}-task'] }} }} }} }}\n\
         migrate: {{ command: migrate }}\n"
    )
}

#[test]
fn two_thousand_rules_are_judged_in_time_and_one_cluster_for_all_is_told_once() {
    for (cluster, expected) in [("c-{environment}", vec![]), ("c", vec!["BL041"])] {
        let text = many(2_000, cluster);
        let mut took = Duration::MAX;
        for _ in 0..4 {
            let start = Clock::start();
            let findings = super::told(&text);
            took = took.min(start.elapsed());
            assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), expected);
        }
        // A debug build, a tenth as fast as what people have.
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}

#[test]
fn a_few_thousand_lines_that_make_millions_of_deploys_are_refused_before_they_are_made() {
    let services = lines(800, |number| format!("  s{number}: {{ deploy: *here }}"));
    let text = many(2_000, "c-{environment}")
        .replace("services: { api: { deploy: {", "services:\n  api: { deploy: &here {")
        .replace("roles: ['{environment}-task'] } } } }", "roles: ['{environment}-task'] } } }")
        .replace("migrate: { command: migrate }", &services);
    let start = Clock::start();
    let findings = super::told(&text);
    let took = start.elapsed();
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["BL008"], "{findings:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn overrides_without_end_are_refused_and_as_many_as_are_taken_are_judged_in_time() {
    let operation = "{ op: replace, path: /Resources/ArtifactKey/Properties/Description, value: a }";
    let last = "{ op: replace, path: /Resources/ArtifactBucket/Properties/BucketName, value: a }";
    let patches = |count: usize, operations: usize| {
        let patch = vec![operation; operations].join(", ");
        let one = lines(count, |_| format!("  - {{ document: base.yml, patch: [{patch}, {last}] }}"));
        format!("{}overrides:\n{one}\n", many(20, "c-{environment}"))
    };
    let refused = super::told(&patches(201, 1));
    assert_eq!(refused.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["BL008"]);
    let text = patches(200, 8);
    let mut took = Duration::MAX;
    for _ in 0..4 {
        let start = Clock::start();
        let findings = super::told(&text);
        took = took.min(start.elapsed());
        assert!(findings.iter().all(|finding| finding.code == "BL226"), "{findings:?}");
    }
    assert!(took < Duration::from_secs(2), "{took:?}");
}
