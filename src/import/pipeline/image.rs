//! What a buildspec says of `docker build`.

use std::collections::{BTreeMap, BTreeSet};

use super::project::is_secret;
use crate::import::buildspecs::secret::Safe;
use crate::import::draft::Build;

/// The builds of images in a buildspec's text, in order. Paths and words in which a shell would fill something in are left out: what
/// they would be is not known. So is every value that looks like a secret; the names of such arguments are put into `secrets`.
pub(super) fn builds(buildspec: &str, secrets: &mut BTreeSet<String>) -> Vec<Build> {
    // A `\` at the end goes on in the next line.
    let joined = buildspec.replace("\\\n", " ");
    joined.lines().filter_map(|line| build(line, secrets)).collect()
}

fn build(line: &str, secrets: &mut BTreeSet<String>) -> Option<Build> {
    let line = line.trim().trim_start_matches("- ").trim();
    if line.starts_with('#') {
        return None;
    }
    // The part of the line that builds, up to what follows it.
    let at = line
        .find("docker build ")
        .or_else(|| line.find("docker buildx build "))
        .or_else(|| line.find("docker image build "))?;
    let part = line[at..].split(['&', ';', '|']).next()?;
    let words: Vec<&str> = part
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', ',']))
        .skip_while(|word| *word != "build")
        .skip(1)
        .collect();
    let mut build = Build::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, own) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word, None),
        };
        let mut value = || {
            own.or_else(|| words.next()).filter(|value| is_known(value) && Safe::of(None, value).is_whole())
        };
        match name {
            "-f" | "--file" => build.dockerfile = value().map(relative),
            "--target" => build.target = value().map(str::to_owned),
            "--platform" => build.is_arm = value().is_some_and(|platform| platform == "linux/arm64"),
            "--build-arg" => {
                // Without a value it is the shell's own variable.
                let both = own.or_else(|| words.next()).and_then(|both| both.split_once('='));
                let Some((name, value)) = both.filter(|(name, _)| is_name(name)) else { continue };
                let is_hidden = !value.starts_with('$') && !value.is_empty() && is_secret(name);
                if is_hidden || !Safe::of(Some(name), value).is_whole() {
                    secrets.insert(name.to_owned());
                } else if is_known(value) {
                    build.args.insert(name.to_owned(), value.to_owned());
                }
            }
            "-t" | "--tag" | "--cache-from" | "--cache-to" | "--progress" | "--label" | "--network"
            | "--secret" | "--ssh" | "--output" | "-o" | "--builder" => drop(value()),
            _ if name.starts_with('-') => {}
            _ if is_known(word) && Safe::of(None, word).is_whole() => {
                build.context = Some(relative(word)).filter(|context| context != ".");
            }
            _ => {}
        }
    }
    // A context's own Dockerfile is what is taken anyway.
    let usual = build
        .context
        .as_ref()
        .map_or_else(|| "Dockerfile".to_owned(), |context| format!("{context}/Dockerfile"));
    if build.dockerfile.as_ref() == Some(&usual) {
        build.dockerfile = None;
    }
    build.args = std::mem::take(&mut build.args)
        .into_iter()
        .filter(|(name, _)| is_name(name))
        .collect::<BTreeMap<_, _>>();
    Some(build)
}

/// Whether a shell takes a word as it stands.
fn is_known(word: &str) -> bool {
    !word.is_empty()
        && !word.contains(['$', '`', '*', '?', '~', '\\', ':', '(', ')', '{', '}'])
        && !word.starts_with('/')
        && word.split('/').all(|part| part != "..")
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn relative(path: &str) -> String {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path.is_empty() { ".".to_owned() } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_read_as_a_shell_would_run_it() {
        let spec = "phases:\n  build:\n    commands:\n      - docker build -t $REPO:latest -f docker/api/Dockerfile --target production \\\n          --build-arg RUBY=3.4 --build-arg TOKEN=$TOKEN . && docker push x\n      - docker buildx build --platform=linux/arm64 ./web\n";
        let found = builds(spec, &mut BTreeSet::new());
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].dockerfile.as_deref(), Some("docker/api/Dockerfile"));
        assert_eq!(found[0].target.as_deref(), Some("production"));
        assert_eq!(found[0].context, None);
        assert_eq!(found[0].args, BTreeMap::from([("RUBY".to_owned(), "3.4".to_owned())]));
        assert_eq!((found[1].context.as_deref(), found[1].is_arm), (Some("web"), true));
    }

    #[test]
    fn what_a_shell_fills_in_is_not_guessed() {
        let found = builds(
            "docker build -f $(find . -name Dockerfile) --build-arg A=`id` ../other\n# docker build x\n",
            &mut BTreeSet::new(),
        );
        assert_eq!(found, [Build::default()]);
    }

    #[test]
    fn a_build_argument_that_is_a_secret_is_named_and_never_taken() {
        let mut secrets = BTreeSet::new();
        let found = builds(
            "docker build --build-arg NPM_TOKEN=hunter2 --build-arg=DB_PASSWORD=hunter2 --build-arg STAGE=dev --build-arg X=$X .",
            &mut secrets,
        );
        let args = BTreeMap::from([("STAGE".to_owned(), "dev".to_owned())]);
        assert_eq!(found, [Build { args, ..Build::default() }]);
        assert_eq!(secrets.into_iter().collect::<Vec<_>>(), ["DB_PASSWORD", "NPM_TOKEN"]);
    }
}
