//! Paths within a repository: text, with `/`, and `.` or nothing for its root.

/// The last part.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder that holds it; `.` for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

/// How many folders stand above it.
pub(super) fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// A path as it is written in a folder, from the root. `None` for one that leaves the repository, and for addresses.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains([':', '\\', '$']) {
        return None;
    }
    let mut parts = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// The way from a folder down to another, or to a file; `None` when it is not below. `.` for the folder itself.
pub(super) fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder == "." {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(".") } else { rest.strip_prefix('/') }
}

/// Whether it can be written into the configuration: letters, digits, spaces and `-_.@+`, no part of it like an option.
pub(super) fn is_plain(path: &str) -> bool {
    let is_part = |part: &str| {
        !part.starts_with(['-', ' '])
            && part.chars().all(|letter| letter.is_alphanumeric() || " -_.@+".contains(letter))
    };
    path.split('/').all(is_part)
}

/// Whether it is one word of a shell as it stands.
pub(super) fn is_word(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

/// The words of a text as a name of an app, an environment or a service: letters, digits and single hyphens, beginning
/// with a letter, at most so many. `None` when nothing is left.
pub(super) fn slug(text: &str, longest: usize) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let joined = words.join("-");
    let mut slug = joined.trim_start_matches(|letter: char| !letter.is_ascii_lowercase()).to_owned();
    slug.truncate(longest);
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{below, join, slug};

    #[test]
    fn a_path_stays_in_the_repository_or_is_none() {
        for (folder, path, joined) in [
            (".", ".", Some(".")),
            (".", "./api", Some("api")),
            ("deploy", "..", Some(".")),
            ("deploy", "../services/api/", Some("services/api")),
            (".", "../other", None),
            (".", "/srv", None),
            (".", "https://github.com/acme/shop.git", None),
            (".", "${ROOT}/api", None),
        ] {
            assert_eq!(join(folder, path).as_deref(), joined, "{folder} {path}");
        }
        assert_eq!(below("api", "api/Dockerfile"), Some("Dockerfile"));
        assert_eq!(below("api", "apis/Dockerfile"), None);
        assert_eq!(below("api", "api"), Some("."));
    }

    #[test]
    fn a_name_is_made_of_what_a_name_may_have() {
        for (text, name) in
            [("My Shop_2", Some("my-shop-2")), ("2048", None), ("9-lives", Some("lives")), ("日本", None)]
        {
            assert_eq!(slug(text, 20).as_deref(), name, "{text}");
        }
        assert_eq!(slug("abcdefghi-jk", 10).as_deref(), Some("abcdefghi"));
    }
}
