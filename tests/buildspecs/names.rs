//! The names of the steps' own variables: none can be the name of a user's, which the step would replace unseen.

use std::collections::BTreeSet;

use branchline::config;

use crate::jobs;
use crate::support::job::Job;

/// The variables that a shell text gives a value: `name=`, `export`, `local`, `for`, `read`, `mapfile`, `printf -v`.
///
/// It looks at words alone, so what stands in quotes may count as well: then it finds too much, never too little.
fn assigned(shell: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let lines = shell.lines().map(|line| line.split(" # ").next().unwrap_or_default());
    for line in lines.flat_map(|line| line.split(';')) {
        let words: Vec<&str> = line
            .split(|it: char| it.is_whitespace() || "|&(){}\"'`!".contains(it))
            .filter(|word| !word.is_empty())
            .collect();
        if words.first().is_some_and(|first| first.starts_with('#')) {
            continue;
        }
        for (index, word) in words.iter().enumerate() {
            let before = index.checked_sub(1).map_or("", |before| words[before]);
            let name = word.split_once('=').map(|(name, _)| name.trim_end_matches('+'));
            // The value of an option, as in `--build-arg NAME=value`, is docker's.
            names.extend(name.filter(|_| !before.starts_with("--")).map(str::to_owned));
            let declared = match *word {
                "export" | "local" | "declare" | "typeset" | "readonly" | "read" | "mapfile"
                | "readarray" => &words[index + 1..],
                "for" | "-v" => &words[index + 1..words.len().min(index + 2)],
                _ => &[],
            };
            names.extend(declared.iter().take_while(|it| !it.contains('<')).map(|it| (*it).to_owned()));
        }
    }
    let is_name = |name: &String| {
        name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && !name.is_empty()
    };
    names.into_iter().filter(is_name).collect()
}

#[test]
fn every_way_to_give_a_variable_a_value_is_seen() {
    let shell = "a=1\n  b+=2; c=$(x) d=\nexport e=1 f\nlocal g h=2\nfor i in 1 2; do j=1; done\nif k=$(y); then\n\
                 while IFS= read -r l m; do :; done < file\nmapfile -t n < file\nprintf -v o '%s' x\nlists=(*.json)\n\
                 f() { # p=1\n# q=1\ndocker --build-arg r=1 \\\n  --env s t \"$u\" 'v' \"$((w + 1))\" ! x=1\n";
    let expected =
        ["IFS", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "lists", "m", "n", "o", "x"];
    assert_eq!(assigned(shell).into_iter().collect::<Vec<_>>(), expected);
}

/// Whether a configuration may call a variable or a secret of the build or of the tests so.
fn may_be_a_users(name: &str) -> bool {
    ["build", "test"].into_iter().any(|section| {
        let commands = if section == "test" { "commands: [make]," } else { "" };
        let with = |named: &str| {
            let text = format!(
                "version: 1\napp: shop\nbranches: {{ main: [dev] }}\nenvironments: {{ dev: {{}} }}\n\
                 pipelines: {{ account: \"123456789012\", region: eu-west-1 }}\nsource: {{ repository: acme/shop }}\n\
                 services:\n  api: {{ deploy: {{ ecs: {{ cluster: shop, roles: [task] }} }} }}\n\
                 {section}: {{ {commands} {named} }}\n"
            );
            config::read(&text).findings.is_empty()
        };
        with(&format!("variables: {{ {name}: x }}"))
            || with(&format!("secrets: {{ {name}: {{ parameter_store: /shop/x }} }}"))
    })
}

/// The build, tests in the image, tests in a stage of the Dockerfile, migrations on a machine; with every branch of their
/// templates.
fn steps() -> [Job; 5] {
    let test = |place: &str| {
        let own = "variables: { RAILS_ENV: test }, secrets: { API_KEY: { parameter_store: /shop/key } }";
        jobs::test_with(&format!("test: {{ in: image, service: api, {place} commands: [make], {own} }}\n"))
    };
    let (image, checkout) = (jobs::migrate_in_image(), jobs::migrate_in_checkout("true"));
    [jobs::build(), test(""), test("target: test,"), image, checkout]
}

#[test]
fn no_variable_of_a_step_can_be_a_users() {
    assert!(may_be_a_users("RAILS_ENV"), "the configuration under test is refused for another reason");
    let names: BTreeSet<String> = steps().iter().flat_map(|job| assigned(&job.buildspec)).collect();
    for known in
        ["tag", "image", "digest", "answer", "REUSED_IMAGE_API", "IMAGE_MAIL_WORKER", "DOCKER_BUILDKIT"]
    {
        assert!(names.contains(known), "{known} is not among {names:?}");
    }
    let open: Vec<&String> = names.iter().filter(|name| may_be_a_users(name)).collect();
    assert!(
        open.is_empty(),
        "a user's variable of this name would be replaced, unseen, before docker runs: {open:?}"
    );
}

#[test]
fn no_variable_that_a_step_is_given_can_be_a_users() {
    let users = [
        "BUNDLE_TOKEN",
        "NPM_TOKEN",
        "CI_NAME",
        "RUBY",
        "NODE",
        "LICENCE",
        "RAILS_ENV",
        "API_KEY",
        "SHARD",
        "DATABASE_URL",
    ];
    for job in steps() {
        let given = job.env.iter().map(|(name, _)| name.as_str()).filter(|name| !users.contains(name));
        let open: Vec<&str> = given.filter(|name| may_be_a_users(name)).collect();
        assert!(open.is_empty(), "{open:?}");
    }
}
