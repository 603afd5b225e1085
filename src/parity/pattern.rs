//! Which file is which environment's: `production=FILE`, `production/api=FILE`, or a pattern of paths.

use regex_lite::Regex;

/// Files as a person names them.
#[derive(Clone, Debug)]
pub enum Named {
    /// One file.
    File {
        /// The environment.
        environment: String,
        /// The service, where it is named.
        service: Option<String>,
        /// The path.
        path: String,
    },
    /// Every file whose path fits.
    Pattern(Pattern),
}

/// A pattern of paths, with `{environment}` and perhaps `{service}` in it.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it was written.
    pub text: String,
    regex: Regex,
}

/// Why a text names no files.
pub type Misnamed = &'static str;

impl Named {
    /// Reads what a person wrote.
    pub fn parse(text: &str) -> Result<Self, Misnamed> {
        if text.contains("{environment}") {
            return Pattern::parse(text).map(Named::Pattern);
        }
        let Some((whose, path)) = text.split_once('=') else {
            return Err(
                "say whose file it is, as in `production=FILE` or `production/api=FILE`, or write a pattern with \
                        `{environment}` in it",
            );
        };
        let (environment, service) = match whose.split_once('/') {
            Some((environment, service)) => (environment, Some(service)),
            None => (whose, None),
        };
        if environment.is_empty() || path.is_empty() || service.is_some_and(str::is_empty) {
            return Err(
                "the environment, the service or the file is empty: write `production=FILE` or `production/api=FILE`",
            );
        }
        let service = service.map(str::to_owned);
        Ok(Named::File { environment: environment.to_owned(), service, path: path.to_owned() })
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, Misnamed> {
        let mut regex = String::from("^");
        let mut rest = text;
        let mut services = 0;
        let mut environments = 0;
        while let Some(letter) = rest.chars().next() {
            if let Some(behind) = rest.strip_prefix("{environment}") {
                environments += 1;
                regex.push_str("(?<environment>[A-Za-z0-9_-]+)");
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix("{service}") {
                services += 1;
                regex.push_str("(?<service>[A-Za-z0-9_-]+)");
                rest = behind;
            } else {
                match letter {
                    '*' => regex.push_str("[^/]*"),
                    letter => regex.push_str(&regex_lite::escape(letter.encode_utf8(&mut [0; 4]))),
                }
                rest = &rest[letter.len_utf8()..];
            }
        }
        regex.push('$');
        if environments > 1 || services > 1 {
            return Err("`{environment}` and `{service}` stand at most once in a pattern");
        }
        let regex = Regex::new(&regex).map_err(|_| "this pattern cannot be read")?;
        Ok(Pattern { text: text.to_owned(), regex })
    }

    /// The folder above the first name that is not fixed; empty for the current one.
    pub fn folder(&self) -> &str {
        let fixed = self.text.find(['{', '*']).unwrap_or(self.text.len());
        self.text[..fixed].rfind('/').map_or("", |slash| &self.text[..=slash])
    }

    /// How many names a path has behind that folder.
    pub fn depth(&self) -> usize {
        self.text[self.folder().len()..].split('/').count()
    }

    /// Whose file a path is, where it fits: environment and service.
    pub fn whose(&self, path: &str) -> Option<(String, Option<String>)> {
        let found = self.regex.captures(path)?;
        let environment = found.name("environment")?.as_str().to_owned();
        Some((environment, found.name("service").map(|service| service.as_str().to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(pattern: &str, path: &str) -> Option<String> {
        let Ok(Named::Pattern(pattern)) = Named::parse(pattern) else { panic!("{pattern} is no pattern") };
        let (environment, service) = pattern.whose(path)?;
        Some(format!("{environment} {}", service.unwrap_or_default()))
    }

    #[test]
    fn a_pattern_says_whose_a_path_is() {
        for (pattern, path, expected) in [
            (".env.{environment}", ".env.dev", Some("dev ")),
            (".env.{environment}", "xenv.dev", None),
            ("ecs/{environment}/{service}.json", "ecs/dev/api.json", Some("dev api")),
            ("ecs/{environment}/{service}.json", "ecs/dev/api/x.json", None),
            ("ecs/{service}-{environment}.json", "ecs/api-web-dev.json", Some("dev api-web")),
            ("*/{environment}.json", "a/dev.json", Some("dev ")),
        ] {
            assert_eq!(whose(pattern, path).as_deref(), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn files_are_looked_for_no_further_than_they_can_be() {
        let pattern = |text| match Named::parse(text) {
            Ok(Named::Pattern(pattern)) => (pattern.folder().to_owned(), pattern.depth()),
            other => panic!("{other:?}"),
        };
        assert_eq!(pattern("a/b/c-{environment}/{service}.json"), ("a/b/".to_owned(), 2));
        assert_eq!(pattern(".env.{environment}"), (String::new(), 1));
    }

    #[test]
    fn a_file_is_an_environments_and_perhaps_a_services() {
        let named = |text| match Named::parse(text) {
            Ok(Named::File { environment, service, path }) => format!("{environment} {service:?} {path}"),
            Ok(Named::Pattern(_)) => "pattern".to_owned(),
            Err(why) => why.split(':').next().unwrap_or_default().to_owned(),
        };
        assert_eq!(named("dev=a=b.json"), "dev None a=b.json");
        assert_eq!(named("dev/api=a.json"), "dev Some(\"api\") a.json");
        for (text, why) in [
            ("a.json", "say whose file it is"),
            ("=a", "the environment, the service"),
            ("dev/=a", "the environment"),
            ("dev=", "the environment"),
        ] {
            assert!(named(text).starts_with(why), "{text}: {}", named(text));
        }
        assert!(Named::parse("{environment}{environment}").is_err());
    }
}
