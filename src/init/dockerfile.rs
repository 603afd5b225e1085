//! What a Dockerfile tells: its stages, the ports and the platform of the one that runs, and where its files come from.

use super::health;

/// A Dockerfile, as far as it is of interest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its stages, in order.
    pub stages: Vec<Stage>,
}

/// What stands below one `FROM`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    /// `AS name`, in small letters, when it is a name that `docker build --target` takes.
    pub name: Option<String>,
    /// What it begins with: an image, or a stage by its name.
    base: String,
    /// `--platform=…`.
    platform: Option<String>,
    /// `EXPOSE`.
    ports: Vec<u16>,
    /// The path that `HEALTHCHECK` asks.
    health: Option<String>,
    /// The first words of `COPY` and `ADD` that name files of the context.
    sources: Vec<String>,
}

/// Names of stages that do not run in production.
const ASIDE: [&str; 9] = ["test", "tests", "testing", "ci", "dev", "development", "local", "debug", "lint"];

/// Names of stages that do.
const PRODUCTION: [&str; 8] = ["production", "prod", "release", "runtime", "runner", "final", "app", "web"];

/// Whether a stage, or what a Dockerfile is called after, does not run in production.
pub(super) fn is_aside(name: &str) -> bool {
    ASIDE.contains(&name.to_ascii_lowercase().as_str())
}

impl Dockerfile {
    /// Reads a Dockerfile. What is not understood is passed over.
    pub fn parse(text: &str) -> Self {
        let mut stages: Vec<Stage> = Vec::new();
        for line in instructions(text) {
            let mut words = line.split_whitespace();
            let instruction = words.next().unwrap_or_default().to_ascii_uppercase();
            if instruction == "FROM" {
                stages.push(from(words));
                continue;
            }
            let Some(stage) = stages.last_mut() else { continue };
            match instruction.as_str() {
                "EXPOSE" => {
                    stage.ports.extend(words.filter_map(|word| word.split('/').next()?.parse::<u16>().ok()));
                }
                "HEALTHCHECK" => stage.health = health::path(&line),
                "COPY" | "ADD" => stage.sources.extend(sources(words)),
                _ => {}
            }
        }
        Dockerfile { stages }
    }

    /// The stage that has to be named so that what is built runs in production; `None` where the last one does.
    pub fn target(&self) -> Option<&str> {
        let last = self.stages.last()?.name.as_deref()?;
        if !is_aside(last) {
            return None;
        }
        let named = || self.stages.iter().rev().filter_map(|stage| stage.name.as_deref());
        named()
            .find(|name| PRODUCTION.contains(name))
            .or_else(|| named().find(|name| !is_aside(name) && *name != "base"))
    }

    /// The stage that is there to be tested in.
    pub fn test_stage(&self) -> Option<&str> {
        let mut named = self.stages.iter().filter_map(|stage| stage.name.as_deref());
        named.find(|name| matches!(*name, "test" | "tests" | "testing" | "ci"))
    }

    /// The names of its stages.
    pub fn stage_names(&self) -> Vec<&str> {
        self.stages.iter().filter_map(|stage| stage.name.as_deref()).collect()
    }

    /// The ports of a stage, the last one if none is named, and of those that it is made from.
    pub fn ports(&self, target: Option<&str>) -> Vec<u16> {
        let mut ports: Vec<u16> = self.chain(target).flat_map(|stage| stage.ports.iter().copied()).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    /// The path that the health check of a stage asks, the last one if none is named: its own, or that of a stage that it
    /// is made from.
    pub fn health(&self, target: Option<&str>) -> Option<&str> {
        self.chain(target).find_map(|stage| stage.health.as_deref())
    }

    /// Whether a stage, the last one if none is named, is for ARM.
    pub fn is_arm(&self, target: Option<&str>) -> bool {
        self.chain(target).any(|stage| stage.platform.as_deref().is_some_and(is_arm))
    }

    /// The files that are copied out of the context, but for those that could be anything (`.`, `*`, a variable).
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.stages.iter().flat_map(|stage| stage.sources.iter().map(String::as_str))
    }

    /// A stage and those that it is made from. Each names one before itself, so there is an end.
    fn chain<'d>(&'d self, target: Option<&str>) -> impl Iterator<Item = &'d Stage> {
        let of = |name: &str, before: usize| {
            self.stages[..before].iter().rposition(|stage| stage.name.as_deref() == Some(name))
        };
        let mut next = match target {
            Some(target) => of(target, self.stages.len()),
            None => self.stages.len().checked_sub(1),
        };
        std::iter::from_fn(move || {
            let at = next?;
            next = of(&self.stages[at].base.to_ascii_lowercase(), at);
            Some(&self.stages[at])
        })
    }
}

/// Whether a platform of Docker's is that of Graviton.
pub(super) fn is_arm(platform: &str) -> bool {
    matches!(platform, "linux/arm64" | "linux/arm64/v8" | "linux/aarch64")
}

/// The instructions, each in one line: without comments, and without the text of here-documents.
fn instructions(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with('#') || (line.is_empty() && !open.is_empty()) {
            continue;
        }
        if let Some(start) = line.strip_suffix('\\') {
            open.push_str(start);
            open.push(' ');
            continue;
        }
        let whole = std::mem::take(&mut open) + line;
        if let Some(end) = heredoc(&whole) {
            lines.by_ref().find(|line| line.trim_start_matches('\t').trim_end() == end);
        }
        found.push(whole);
    }
    found.push(open);
    found
}

/// The word that ends the here-document which begins in this instruction.
fn heredoc(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("<<")?;
    let word: String = rest
        .trim_start_matches(['-', '"', '\''])
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
        .collect();
    (word.starts_with(|letter: char| letter.is_ascii_alphabetic())).then_some(word)
}

/// `FROM [--platform=…] image [AS name]`.
fn from<'w>(words: impl Iterator<Item = &'w str>) -> Stage {
    let mut stage = Stage::default();
    let mut plain = Vec::new();
    for word in words {
        match word.strip_prefix("--platform=") {
            Some(platform) => stage.platform = Some(platform.to_owned()),
            None if word.starts_with("--") => {}
            None => plain.push(word),
        }
    }
    if let [image, rest @ ..] = plain.as_slice() {
        (*image).clone_into(&mut stage.base);
        if let [word, name, ..] = rest
            && word.eq_ignore_ascii_case("as")
        {
            stage.name = Some(name.to_ascii_lowercase()).filter(|name| is_stage(name));
        }
    }
    stage
}

/// Docker's own rule for a stage's name (`BuildKit`, "invalid name for build stage").
fn is_stage(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
}

/// The files of the context that an instruction copies.
fn sources<'w>(words: impl Iterator<Item = &'w str>) -> Vec<String> {
    let words: Vec<&str> = words.collect();
    if words.iter().any(|word| word.starts_with("--from=")) {
        return Vec::new();
    }
    let paths: Vec<&str> = words.into_iter().filter(|word| !word.starts_with("--")).collect();
    let Some((_, sources)) = paths.split_last() else { return Vec::new() };
    let is_plain = |path: &&str| !path.contains(['*', '?', '$', '[', ':', '"', '<', '~']);
    let trimmed = sources.iter().copied().filter(is_plain);
    trimmed
        .map(|path| path.trim_start_matches("./").trim_matches('/').to_owned())
        .filter(|path| !path.is_empty() && path != ".")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Dockerfile;

    const RAILS: &str = "# syntax=docker/dockerfile:1\nARG RUBY=3.4\nFROM ruby:${RUBY} AS base\nEXPOSE 3000/tcp \\\n  # why\n  9394\n\
        COPY --chown=app Gemfile Gemfile.lock ./\nRUN <<EOF\nFROM nowhere AS fake\nEOF\nfrom base as Production\nCOPY . .\n\
        FROM --platform=linux/arm64 base AS test\nCOPY --from=production /app /app\n";

    #[test]
    fn stages_ports_and_platform_are_read_as_docker_reads_them() {
        let file = Dockerfile::parse(RAILS);
        assert_eq!(file.stage_names(), ["base", "production", "test"]);
        assert_eq!(file.ports(Some("production")), [3000, 9394]);
        assert!(file.is_arm(None) && !file.is_arm(Some("production")));
        assert_eq!(file.sources().collect::<Vec<_>>(), ["Gemfile", "Gemfile.lock"]);
    }

    #[test]
    fn a_test_stage_at_the_end_is_not_what_production_gets() {
        assert_eq!(Dockerfile::parse(RAILS).target(), Some("production"));
        assert_eq!(Dockerfile::parse(RAILS).test_stage(), Some("test"));
        let plain = Dockerfile::parse("FROM a AS build\nFROM b\nEXPOSE 80\n");
        assert_eq!((plain.target(), plain.ports(None)), (None, vec![80]));
        let well = Dockerfile::parse(
            "FROM a AS b\nHEALTHCHECK --interval=5s CMD curl -f http://localhost/up\nFROM b\nFROM c\n",
        );
        assert_eq!((well.health(Some("b")), well.health(None)), (Some("/up"), None));
    }

    #[test]
    fn what_is_no_dockerfile_is_empty_and_a_stage_made_from_itself_has_an_end() {
        assert_eq!(Dockerfile::parse("EXPOSE 80\n\u{0}\\").stages, []);
        assert_eq!(Dockerfile::parse("FROM a AS a\nEXPOSE 1\nFROM a AS a\n").ports(None), [1]);
    }
}
