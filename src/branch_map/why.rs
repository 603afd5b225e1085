//! Why a branch matches a pattern, and why not, in words.

use super::pattern::{Part, Pattern, Stuck};

/// Why a branch matches; `None` when it does not. A sentence without its capital and full stop.
pub fn matching(pattern: &Pattern, branch: &str) -> Option<String> {
    if pattern.is_exact() {
        return pattern.matches(branch).then(|| "the rule names this very branch".to_owned());
    }
    let parts = pattern.parts(branch)?;
    let words: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Same(run) => format!("`{run}` stands in both"),
            Part::StandIn { written, run } => format!("`{written}` stands for {}", run_in_words(run)),
        })
        .collect();
    Some(words.join(", "))
}

fn run_in_words(run: &str) -> String {
    if run.is_empty() { "nothing".to_owned() } else { format!("`{run}`") }
}

/// Why a branch does not match, in words that follow the pattern. Empty when it does match.
pub fn not_matching(pattern: &Pattern, branch: &str) -> String {
    if pattern.matches(branch) {
        return String::new();
    }
    if pattern_in_lower_case(pattern).is_some_and(|lower| lower.matches(&branch.to_lowercase())) {
        return "differs in capitals, which git tells apart".to_owned();
    }
    if pattern.is_exact() {
        return "is another name".to_owned();
    }
    if !branch.starts_with(pattern.prefix()) {
        return format!("wants `{}` at the beginning", pattern.prefix());
    }
    if !branch.ends_with(pattern.suffix()) {
        return format!("wants `{}` at the end", pattern.suffix());
    }
    let across = across_slashes(pattern.text());
    if Pattern::parse(&across).is_ok_and(|across| across.matches(branch)) {
        return format!("has a `*`, which stops at `/`; `{across}` would match");
    }
    if let Some(Stuck { written, is_literal: false, character }) = pattern.stuck(branch) {
        return match character {
            Some(character) => format!("`{written}` does not stand for the `{character}` there"),
            None => format!("`{written}` stands for a character more than the name has"),
        };
    }
    "has fixed parts that are not in the name in this order".to_owned()
}

fn pattern_in_lower_case(pattern: &Pattern) -> Option<Pattern> {
    Pattern::parse(&pattern.text().to_lowercase()).ok()
}

/// The pattern with every `*` made a `**`.
fn across_slashes(text: &str) -> String {
    let mut across = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        across.push(character);
        if character == '*' {
            across.push('*');
            while characters.next_if_eq(&'*').is_some() {}
        }
    }
    across
}

#[cfg(test)]
mod tests {
    use super::{Pattern, matching, not_matching};

    fn why(pattern: &str, branch: &str) -> Option<String> {
        matching(&Pattern::parse(pattern).unwrap(), branch)
    }

    fn why_not(pattern: &str, branch: &str) -> String {
        not_matching(&Pattern::parse(pattern).unwrap(), branch)
    }

    #[test]
    fn a_match_is_told_part_by_part() {
        assert_eq!(why("develop", "develop").unwrap(), "the rule names this very branch");
        assert_eq!(
            why("release/*", "release/1.4").unwrap(),
            "`release/` stands in both, `*` stands for `1.4`"
        );
        assert_eq!(why("v**", "v").unwrap(), "`v` stands in both, `**` stands for nothing");
        assert_eq!(
            why("v[0-9]?{-rc*,-x}", "v71-rc2").unwrap(),
            "`v` stands in both, `[0-9]` stands for `7`, `?` stands for `1`, `{-rc*,-x}` stands for `-rc2`"
        );
        assert_eq!(why("release/*", "develop"), None);
    }

    #[test]
    fn what_keeps_a_branch_from_matching_is_named() {
        for (pattern, branch, reason) in [
            ("develop", "main", "is another name"),
            ("develop", "Develop", "differs in capitals, which git tells apart"),
            ("Release/*", "release/1", "differs in capitals, which git tells apart"),
            ("hotfix/*", "release/1", "wants `hotfix/` at the beginning"),
            ("*-rc", "v1", "wants `-rc` at the end"),
            ("release/*", "release/1/4", "has a `*`, which stops at `/`; `release/**` would match"),
            ("v[0-9]", "vx", "`[0-9]` does not stand for the `x` there"),
            ("v1?", "v1", "`?` stands for a character more than the name has"),
            ("v{1,2}", "v3", "`{1,2}` does not stand for the `3` there"),
            ("v?x", "v/x", "`?` does not stand for the `/` there"),
            ("a*b*c", "a-c", "has fixed parts that are not in the name in this order"),
            ("develop", "develop", ""),
        ] {
            assert_eq!(why_not(pattern, branch), reason, "{pattern} {branch}");
        }
    }
}
