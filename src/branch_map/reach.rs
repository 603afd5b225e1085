//! Whether a filter lets anything through: paths that a file can have, and includes that excludes leave something of.

use super::pattern::Pattern;
use super::search::{Language, Search};

/// How much is done for one filter: far more than what people write takes, and little enough for two thousand rules. What is
/// not decided within it is not told.
const STEPS: usize = 20_000;

/// Paths that no file in git has, as patterns: an empty part, `.` or `..` for a part, a slash at either end.
const NO_PATHS: [&str; 11] =
    ["/**", "**/", "**//**", ".", "./**", "**/.", "**/./**", "..", "../**", "**/..", "**/../**"];

/// What is searched for in a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Names of branches or tags.
    Refs,
    /// Paths of files.
    Paths,
}

/// Whether a file can have a path that matches.
pub(super) fn is_path(pattern: &Pattern) -> bool {
    // Nearly always what it is without its stars is such a path.
    let example = pattern.without_stars();
    (is_path_of_a_file(&example) && pattern.matches(&example)) || is_open(Of::Paths, &[pattern], &[])
}

/// Whether something matches one of the includes and none of the excludes. `true` where that is not decided in time.
pub(super) fn lets_through(of: Of, includes: &[Pattern], excludes: &[Pattern]) -> bool {
    if excludes.is_empty() {
        return true;
    }
    let is_through = |name: &String| {
        let is_name = of == Of::Refs || is_path_of_a_file(name);
        is_name
            && includes.iter().any(|pattern| pattern.matches(name))
            && !excludes.iter().any(|pattern| pattern.matches(name))
    };
    if of == Of::Paths && includes.iter().map(Pattern::without_stars).any(|name| is_through(&name)) {
        return true;
    }
    is_open(of, &includes.iter().collect::<Vec<_>>(), excludes)
}

fn is_open(of: Of, includes: &[&Pattern], excludes: &[Pattern]) -> bool {
    let mut search = match of {
        Of::Refs => Search::new(STEPS),
        Of::Paths => Search::of_any_text(STEPS),
    };
    let no_paths: Vec<Pattern> = match of {
        Of::Refs => Vec::new(),
        Of::Paths => NO_PATHS.into_iter().filter_map(|text| Pattern::of_paths(text).ok()).collect(),
    };
    let language = Language::new(includes.iter().copied(), excludes.iter().chain(&no_paths));
    // The empty text, which is no path either, is found only where stars alone stand, and these match others as well.
    !matches!(search.find(&[&language], &[]), Ok(None))
}

fn is_path_of_a_file(text: &str) -> bool {
    text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::{Of, Pattern, is_path, lets_through};

    fn path(text: &str) -> Pattern {
        Pattern::of_paths(text).unwrap()
    }

    #[test]
    fn a_path_that_no_file_has_is_told_from_one_that_a_file_may_have() {
        for (text, is) in [
            ("a//b", false),
            ("a/../b", false),
            ("../x", false),
            ("a/./b", false),
            ("/a", false),
            ("a/", false),
            ("{a,b}//c", false),
            ("[a]/../b", false),
            ("{./a,../b}", false),
            ("a b/c", true),
            ("**", true),
            ("a/**", true),
            (".github/**", true),
            ("a..b/c", true),
            ("..*", true),
            ("{.,..}*/x", true),
            ("{/,x}a", true),
            ("*.lock", true),
            ("@", true),
            ("[.]x", true),
            ("[.]", false),
            ("ä/ö", true),
        ] {
            assert_eq!(is_path(&path(text)), is, "{text}");
        }
    }

    #[test]
    fn a_filter_whose_excludes_take_all_lets_nothing_through() {
        let opens = |includes: &[&str], excludes: &[&str]| {
            let read = |texts: &[&str]| -> Vec<Pattern> { texts.iter().map(|text| path(text)).collect() };
            lets_through(Of::Paths, &read(includes), &read(excludes))
        };
        assert!(!opens(&["api/**"], &["**"]));
        assert!(!opens(&["api/**", "lib/*"], &["{api,lib}/**"]));
        assert!(!opens(&["*.md"], &["*.md"]));
        assert!(!opens(&["a/[bc]"], &["a/?"]));
        assert!(!opens(&["**"], &["*", "**/**"]), "each part of it is excluded");
        assert!(opens(&["api/**"], &["api/**/*.md"]));
        assert!(opens(&["api/**", "lib/*"], &["api/**"]));
        assert!(opens(&["x/**"], &["x/x*"]), "the shortest example alone is excluded");
        assert!(opens(&["a b"], &["a?c"]));
    }
}
