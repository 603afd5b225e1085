//! A pipeline's name, made from its rule's pattern alone.

use sha2::{Digest, Sha256};

/// The longest slug, in characters: with an app's name of 22 characters or fewer, every name made from it fits.
pub const LONGEST: usize = 32;

/// A slug for a pattern: 1 to 32 of `a-z`, `0-9` and `-`, a letter or digit at both ends.
///
/// `word/*` is `word`, and a branch whose name is a slug already is itself. Everything else loses something on the
/// way (a slash, a capital, a dot), so that two patterns could end up alike; it is cut and carries six digits of the
/// pattern's SHA-256. No other rule has a say in it: a rule that is added renames nothing.
pub fn of(pattern: &str) -> String {
    let word = pattern.strip_suffix("/*").unwrap_or(pattern);
    if is_slug(word) {
        return word.to_owned();
    }
    let hash = Sha256::digest(pattern.as_bytes());
    let tail = format!("-{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2]);
    let mut words = words(pattern);
    words.truncate(LONGEST - tail.len());
    match words.trim_end_matches('-') {
        "" => format!("branch{tail}"),
        words => format!("{words}{tail}"),
    }
}

fn is_slug(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && bytes.iter().all(|byte| inner(*byte))
        && [bytes.first(), bytes.last()].iter().all(|end| end.is_some_and(|byte| *byte != b'-'))
}

/// The runs of letters and digits, in lower case, with a `-` between them.
pub(super) fn words(text: &str) -> String {
    let parts = text.split(|character: char| !character.is_ascii_alphanumeric());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, of};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn plain_names_stay_as_they_are() {
        assert_eq!(of("develop"), "develop");
        assert_eq!(of("release/*"), "release");
        assert_eq!(of("a-1"), "a-1");
    }

    /// These names are in people's AWS accounts: a change here renames their pipelines.
    #[test]
    fn what_is_lost_is_made_up_for_by_a_hash() {
        for (pattern, slug) in [
            ("release/**", "release-4e7490"),
            ("Release/*", "release-5d0cd2"),
            ("feature/x", "feature-x-217d2b"),
            ("v1.2", "v1-2-0e4f5b"),
            ("**", "branch-983987"),
            ("fünf", "f-nf-d26898"),
            ("release-", "release-8eeeec"),
            ("a-branch-with-a-name-that-is-far-too-long", "a-branch-with-a-name-that-06b2e5"),
        ] {
            assert_eq!(of(pattern), slug, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_legal_and_always_the_same(pattern in "\\PC{1,60}") {
            let slug = of(&pattern);
            prop_assert!((1..=LONGEST).contains(&slug.len()), "{}", slug);
            prop_assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'), "{}", slug);
            prop_assert_eq!(of(&pattern), slug);
        }
    }

    #[test]
    fn thousands_of_patterns_that_look_alike_have_names_of_their_own() {
        let mut patterns = BTreeSet::new();
        for number in 0..500 {
            for separator in ["/", ".", "_", "-", "//"] {
                patterns.insert(format!("Team{separator}{number}"));
                patterns.insert(format!("a-very-long-name-of-a-branch{separator}{number}"));
            }
        }
        let slugs: BTreeSet<String> = patterns.iter().map(|pattern| of(pattern)).collect();
        assert_eq!(slugs.len(), patterns.len());
    }
}
