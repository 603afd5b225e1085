//! What may go before tests: commands that install or prepare, and change nothing outside of the machine.
//!
//! `test.commands` run for every pipeline, pull requests included. A deploy that stood between the tests of one pipeline would run for
//! all of them there, so what is not known for harmless is not taken.

/// Beginnings of commands that install or prepare.
const PREPARES: &[&[&str]] = &[
    &["npm", "ci"],
    &["npm", "install"],
    &["npm", "i"],
    &["yarn", "install"],
    &["pnpm", "install"],
    &["pnpm", "i"],
    &["corepack", "enable"],
    &["nvm", "install"],
    &["nvm", "use"],
    &["pip", "install"],
    &["pip3", "install"],
    &["python", "-m", "pip", "install"],
    &["python3", "-m", "pip", "install"],
    &["python", "-m", "venv"],
    &["python3", "-m", "venv"],
    &["poetry", "install"],
    &["pipenv", "install"],
    &["uv", "sync"],
    &["bundle", "install"],
    &["bundle", "config"],
    &["gem", "install"],
    &["composer", "install"],
    &["go", "mod", "download"],
    &["cargo", "fetch"],
    &["apt-get", "update"],
    &["apt-get", "install"],
    &["apt", "update"],
    &["apt", "install"],
    &["yum", "install"],
    &["dnf", "install"],
    &["apk", "add"],
    &["npx", "playwright", "install"],
    &["docker", "compose", "up"],
    &["docker-compose", "up"],
    &["docker", "pull"],
    &["cd"],
    &["export"],
    &["set"],
    &["echo"],
    &["mkdir"],
    &["ls"],
    &["pwd"],
    &["cp"],
    &["sleep"],
    &["true"],
];

/// Words that send something away, or change what is deployed. A command with one of them is no test, whatever else it does.
const SENDS: &[&str] = &[
    "deploy",
    "publish",
    "push",
    "upload",
    "apply",
    "destroy",
    "release",
    "promote",
    "curl",
    "wget",
    "aws",
    "kubectl",
    "helm",
    "terraform",
    "cdk",
    "sls",
    "serverless",
    "vercel",
    "netlify",
    "heroku",
    "flyctl",
    "gcloud",
    "ssh",
    "scp",
    "rsync",
    "eb",
    "sam",
    "pulumi",
    "cloudformation",
];

/// Whether each of its commands installs or prepares. What is given by another command, or goes on into one, is not known. `is_for_tests`
/// says that its databases are those of tests, which are made anew.
pub(super) fn prepares(command: &str, is_for_tests: bool) -> bool {
    !command.contains(['`', '|', '>', '<'])
        && !command.contains("$(")
        && parts(command).all(|words| {
            let words: Vec<&str> = words
                .into_iter()
                .skip_while(|word| *word == "sudo" || (word.contains('=') && !word.starts_with('-')))
                .collect();
            let is_database = || {
                let is_task = |word: &&str| {
                    ["db:create", "db:schema:load", "db:migrate", "db:setup", "db:prepare"].contains(word)
                };
                (is_for_tests || command.contains("_ENV=test")) && words.iter().any(is_task)
            };
            words.is_empty()
                || words == ["yarn"]
                || PREPARES.iter().any(|some| words.starts_with(some))
                || is_database()
        })
}

/// Whether a command sends something away besides its tests: `npm test && npm publish`.
pub(super) fn sends(command: &str) -> bool {
    let is_one = |word: &str| {
        let last = word.rsplit('/').next().unwrap_or(word);
        last.split([':', '-', '.', '_']).any(|part| SENDS.contains(&part))
    };
    // What comes to the program: its name and what follows, without values such as `--tag=release`.
    parts(command).any(|words| {
        words.first() != Some(&"echo") && words.iter().any(|word| !word.contains('=') && is_one(word))
    })
}

/// The words of each command in it.
fn parts(command: &str) -> impl Iterator<Item = Vec<&str>> {
    let is_empty = |words: &Vec<&str>| words.is_empty();
    command
        .split(['\n', ';', '&', '|', '(', ')'])
        .map(|part| part.split_whitespace().take_while(|word| !word.starts_with('#')).collect::<Vec<_>>())
        .filter(move |words| !is_empty(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_installs_goes_before_tests_and_what_sends_does_not() {
        for command in [
            "npm ci",
            "sudo apt-get update && sudo apt-get install -y jq",
            "CI=1 npm install",
            "export CI=true",
            "bundle install --jobs 4",
            "RAILS_ENV=test bin/rails db:schema:load",
        ] {
            assert!(prepares(command, false) && !sends(command), "{command}");
        }
        for command in [
            "npx vercel deploy --prod",
            "curl -X POST https://deploy.example.com/production",
            "npm ci && ./go.sh",
            "export X=$(./go.sh)",
            "echo x | sh",
            "npm run build",
            "bin/rails db:migrate",
            "echo `./go.sh`",
        ] {
            assert!(!prepares(command, false), "{command}");
        }
        for command in
            ["npm test && npm publish", "make test; aws s3 sync . s3://a", "npm test && npm run deploy:prod"]
        {
            assert!(sends(command), "{command}");
        }
        assert!(!sends("npm test") && !sends("for one in a b; do\n  npm test \"$one\"\ndone\n"));
    }
}
