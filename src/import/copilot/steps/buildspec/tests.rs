use super::*;

const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf";

#[test]
fn the_commands_of_all_phases_are_one_list_with_what_they_are_given() {
    let reading = read(&format!(
        "version: 0.2\nenv:\n  variables: {{ LEVEL: 3 }}\n  parameter-store: {{ KEY: /shop/key }}\n  secrets-manager: {{ TOKEN: \
         '{SECRET}:token' }}\nphases:\n  install: {{ commands: [npm ci] }}\n  pre_build: {{ commands: npm run lint }}\n  build:\n    \
         commands:\n      - |\n        a\n        b\n"
    ));
    assert_eq!((reading.raised, reading.findings), (Vec::new(), Vec::new()));
    let buildspec = reading.buildspec.expect("it can be said");
    let commands: Vec<&str> = buildspec.commands.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(commands, ["npm ci", "npm run lint", "a\nb\n"]);
    assert_eq!(buildspec.variables["LEVEL"], "3");
    assert_eq!(buildspec.secrets["KEY"], Secret::Parameter("/shop/key".to_owned()));
    assert_eq!(buildspec.secrets["TOKEN"], Secret::SecretsManager(format!("{SECRET}:token")));
}

#[test]
fn what_would_do_something_else_is_told_and_nothing_is_taken() {
    let commands = "phases: { build: { commands: [a] } }\n";
    for (text, what) in [
        (commands.to_owned(), "not of version 0.2"),
        (format!("version: 0.1\n{commands}"), "not of version 0.2"),
        (format!("version: 0.2\nrun-as: app\n{commands}"), "as another user"),
        (format!("version: 0.2\nenv: {{ shell: powershell.exe }}\n{commands}"), "are for `powershell.exe`"),
        (
            format!("version: 0.2\nenv: {{ secrets-manager: {{ A: token:key }} }}\n{commands}"),
            "not named by an ARN",
        ),
        (
            format!(
                "version: 0.2\nenv: {{ secrets-manager: {{ A: '{SECRET}:key:AWSCURRENT' }} }}\n{commands}"
            ),
            "not named by an ARN",
        ),
        (
            "version: 0.2\nphases: { build: { commands: [a], finally: [b] } }\n".to_owned(),
            "`phases.build.finally`",
        ),
        (
            "version: 0.2\nphases: { build: { on-failure: CONTINUE, commands: [a] } }\n".to_owned(),
            "(`CONTINUE`)",
        ),
        ("version: 0.2\nphases: { build: { commands: [[a]] } }\n".to_owned(), "is no text"),
        ("version: 0.2\nphases: { build: [a] }\n".to_owned(), "has to be a mapping"),
        (
            format!("version: 0.2\nenv: {{ variables: {{ ENVIRONMENT: prod }} }}\n{commands}"),
            "`ENVIRONMENT` cannot be given",
        ),
        (
            format!("version: 0.2\nenv: {{ parameter-store: {{ A: 'a/b' }} }}\n{commands}"),
            "`A` names no parameter",
        ),
        ("version: 0.2\nphases: {}\n".to_owned(), "has no commands"),
        (format!("version: 0.2\nphases: {{ build: {{ commands: [{}] }} }}\n", "x".repeat(MOST)), "too long"),
    ] {
        let reading = read(&text);
        assert!(reading.buildspec.is_none(), "{text}");
        assert!(
            reading.raised.iter().any(|raised| raised.what.contains(what)),
            "{what}: {:?}",
            reading.raised
        );
    }
}

#[test]
fn what_does_not_change_the_commands_is_told_and_they_are_taken() {
    let reading = read(
        "version: 0.2\nenv: { git-credential-helper: yes, exported-variables: [A] }\nphases:\n  install: { runtime-versions: { nodejs: 20 } }\n  \
         build: { on-failure: ABORT, commands: [a] }\n  post_build: { commands: [b] }\nartifacts: { files: [x] }\nbatch: {}\n",
    );
    assert_eq!(reading.buildspec.expect("it is taken").commands.len(), 2);
    let told: Vec<&str> = reading.raised.iter().map(|raised| raised.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "`env.git-credential-helper` is not carried over",
            "the versions of languages (`runtime-versions`) are not carried over",
            "`post_build` ran when a command of `build` had failed, too",
            "`artifacts` of the buildspec is not carried over",
            "`batch` of the buildspec is not carried over",
        ]
    );
}

#[test]
fn a_hostile_buildspec_is_read_no_further_than_its_limits() {
    for text in [
        "[".repeat(5_000),
        "- *nowhere".to_owned(),
        "\u{1}".to_owned(),
        "just text".to_owned(),
        String::new(),
    ] {
        let reading = read(&text);
        assert!(reading.buildspec.is_none(), "{text:.20}");
        assert!(!reading.findings.is_empty() || !reading.raised.is_empty(), "{text:.20}");
    }
}

#[test]
fn a_secret_in_plain_text_is_told_by_its_key_and_nothing_is_taken() {
    for (text, by) in [
        ("version: 0.2\nphases: { build: { commands: [export API_TOKEN=hunter2] } }\n", "API_TOKEN"),
        (
            "version: 0.2\nenv: { variables: { JWT_KEY: hunter2 } }\nphases: { build: { commands: [a] } }\n",
            "JWT_KEY",
        ),
    ] {
        let reading = read(text);
        assert!(reading.buildspec.is_none(), "{text}");
        let mistake =
            reading.raised.iter().find(|raised| raised.weight == Weight::Mistake).expect("it is told");
        assert_eq!(mistake.what, format!("a secret stands here in plain text: {by}"));
        assert!(!format!("{:?}", reading.raised).contains("hunter2"));
    }
}
