//! What things are called in messages.

use super::shape::{List, Settings, Shape};

/// The types of `raw.rs` that are mappings with settings, in words with their article.
const KINDS: &[(&str, &str)] = &[
    ("", "the file"),
    ("RuleMapping", "a rule"),
    ("Filter", "a filter"),
    ("Environment", "an environment"),
    ("MigrateOverride", "an environment's migration"),
    ("Vpc", "a network"),
    ("Cache", "a project's cache"),
    ("Approval", "an approval"),
    ("Window", "a window"),
    ("LockSettings", "a lock"),
    ("EnvironmentService", "a service in an environment"),
    ("DeployOverride", "a deploy in an environment"),
    ("EcsOverride", "an ECS deploy in an environment"),
    ("Pipelines", "`pipelines`"),
    ("Source", "`source`"),
    ("Service", "a service"),
    ("ImageBuild", "an image's build"),
    ("Deploy", "a deploy"),
    ("Ecs", "an ECS deploy"),
    ("EcsTask", "a deploy to a task family"),
    ("EcsTaskOverride", "a deploy to a task family in an environment"),
    ("Targets", "what is moved on"),
    ("DeployCommands", "a deploy by commands"),
    ("DeployCommandsOverride", "a deploy by commands in an environment"),
    ("Statement", "a statement"),
    ("Build", "the build project"),
    ("Secret", "a secret"),
    ("Test", "the tests"),
    ("Migrate", "the migration"),
    ("Override", "an override"),
    ("Operation", "an operation of a patch"),
    ("Artifacts", "`artifacts`"),
    ("RegionalArtifacts", "the artifacts of a region"),
    ("ExistingBucket", "an existing bucket"),
    ("ExistingKey", "an existing key"),
    ("ExistingRepository", "an existing repository"),
    ("ExistingRole", "an existing role"),
    ("PipelineRoles", "the pipelines' roles"),
    ("EnvironmentRoles", "an environment's roles"),
    ("Verify", "an environment's `verify`"),
    ("Http", "a request"),
    ("Snapshot", "a snapshot"),
    ("Notification", "a notification"),
    ("Recipient", "who is told"),
    ("Slack", "a channel of Slack"),
    ("Teams", "a channel of Teams"),
    ("Parity", "`parity`"),
    ("ParityException", "an exception"),
];

/// What a list or a mapping under a key holds.
const CONTENTS: &[(&str, &str)] = &[
    ("branches", "branches, each with its environments"),
    ("environments", "environments"),
    ("services", "services"),
    ("roles", "names of roles"),
    ("alarms", "names of alarms"),
    ("migrate", "migrations"),
    ("subnets", "subnets"),
    ("security_groups", "security groups"),
    ("paths", "paths"),
    ("local", "words"),
    ("commands", "commands"),
    ("run", "commands"),
    ("rules", "names of rules"),
    ("schedules", "names of schedules"),
    ("state_machines", "names of state machines"),
    ("statements", "statements, each with `actions` and `resources`"),
    ("actions", "actions"),
    ("resources", "ARNs"),
    ("depends_on", "services"),
    ("command", "words"),
    ("variables", "variables"),
    ("args", "build arguments"),
    ("secrets", "secrets"),
    ("tags", "tags"),
    ("overrides", "overrides, each with a `document` and its `patch`"),
    ("patch", "operations, each with `op` and `path`"),
    ("tags", "patterns of tags"),
    ("paths", "patterns of paths"),
    ("pull_requests", "patterns of branches"),
    ("includes", "patterns"),
    ("excludes", "patterns"),
    ("notifications", "notifications, each with `to`"),
    ("events", "words"),
    ("email", "addresses"),
    ("exceptions", "exceptions, each with `key` and `reason`"),
];

/// A line that is right, for each key that has to be there and each that is often written wrong.
const EXAMPLES: &[(&str, &str)] = &[
    ("version", "version: 1"),
    ("app", "app: shop"),
    ("branches", "branches: { develop: [dev] }"),
    ("environments", "environments: { dev: {} }"),
    ("pipelines", "pipelines: { account: \"111122223333\", region: ap-northeast-1 }"),
    ("source", "source: { repository: acme/shop }"),
    (
        "services",
        "services: { api: { deploy: { ecs: { cluster: \"shop-{environment}\", roles: [shop-task] } } } }",
    ),
    ("account", "account: \"111122223333\""),
    ("region", "region: ap-northeast-1"),
    ("deploy", "deploy: { ecs: { cluster: \"shop-{environment}\", roles: [shop-task] } }"),
    ("ecs", "ecs: { cluster: \"shop-{environment}\", roles: [\"shop-{environment}-task\"] }"),
    ("cluster", "cluster: \"shop-{environment}\""),
    (
        "ecs_task",
        "ecs_task: { family: \"shop-nightly-{environment}\", roles: [\"shop-{environment}-task\"] }",
    ),
    ("family", "family: \"shop-nightly-{environment}\""),
    (
        "targets",
        "targets: { schedules: [\"shop-nightly-{environment}\"], roles: [\"shop-{environment}-scheduler\"] }",
    ),
    ("run", "run: [bin/deploy]"),
    ("statements", "statements: [{ actions: [s3:PutObject], resources: [\"arn:aws:s3:::shop-site/*\"] }]"),
    ("actions", "actions: [s3:PutObject]"),
    ("resources", "resources: [\"arn:aws:s3:::shop-site/*\"]"),
    ("depends_on", "depends_on: [api]"),
    ("roles", "roles: [\"shop-{environment}-task\"]"),
    ("commands", "commands: [make test]"),
    ("command", "command: bundle exec rails db:migrate"),
    ("approval", "approval: {}"),
    ("verify", "verify: { http: { url: \"https://{environment}.example.com/health\" } }"),
    ("http", "http: { url: \"https://{environment}.example.com/health\" }"),
    ("url", "url: \"https://{environment}.example.com/health\""),
    ("contains", "contains: ok"),
    ("snapshot", "snapshot: { instance: \"shop-{environment}\" }"),
    ("instance", "instance: \"shop-{environment}\""),
    ("window", "window: { cron: \"* * 9-16 ? * MON-THU *\", timezone: Asia/Tokyo }"),
    ("cron", "cron: \"* * 9-16 ? * MON-THU *\""),
    ("timezone", "timezone: Asia/Tokyo"),
    ("alarms", "alarms: [\"shop-{environment}-errors\"]"),
    ("bake", "bake: 10m"),
    ("rollback", "rollback: on_failure"),
    (
        "vpc",
        "vpc: { id: vpc-0a1b2c3d4e5f60718, subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718] }",
    ),
    ("id", "id: vpc-0a1b2c3d4e5f60718"),
    ("subnets", "subnets: [subnet-0a1b2c3d4e5f60718]"),
    ("security_groups", "security_groups: [sg-0a1b2c3d4e5f60718]"),
    ("cache", "cache: { paths: [node_modules/**/*] }"),
    ("paths", "paths: [node_modules/**/*]"),
    ("local", "local: [docker_layers]"),
    ("secrets", "secrets: { NPM_TOKEN: { parameter_store: /shop/npm-token } }"),
    ("variables", "variables: { RAILS_ENV: test }"),
    ("tags", "tags: { team: checkout }"),
    ("buildspecs", "buildspecs: repository"),
    ("permission_boundary", "permission_boundary: developer-boundary"),
    ("overrides", "overrides: [{ document: base.yml, patch: [{ op: …, path: … }] }]"),
    ("document", "document: shop-release/pipeline.yml"),
    (
        "patch",
        "patch: [{ op: replace, path: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes, value: 30 }]",
    ),
    ("op", "op: replace"),
    ("bucket", "bucket: { existing: acme-artifacts }"),
    ("key", "key: { existing: \"arn:aws:kms:…:key/…\" }"),
    ("path", "path: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes"),
    ("from", "from: /Resources/BuildProject/Properties/QueuedTimeoutInMinutes"),
    ("value", "value: 30"),
    ("branch", "branch: release/*"),
    ("tags", "tags: [\"v*\"]"),
    ("paths", "paths: [\"api/**\"]"),
    ("pull_requests", "pull_requests: true"),
    ("per_branch", "per_branch: true"),
    ("limit", "limit: 20"),
    ("includes", "includes: [\"**\"]"),
    ("notifications", "notifications: { team: { to: { email: [team@example.com] } } }"),
    ("to", "to: { email: [team@example.com] }"),
    ("email", "email: [team@example.com]"),
    ("slack", "slack: { workspace: T0123ABCD, channel: C0123ABCD }"),
    ("events", "events: [failed, approval]"),
    ("workspace", "workspace: T0123ABCD"),
    ("channel", "channel: C0123ABCD"),
    ("teams", "teams: { tenant: …, team: …, channel: … }"),
    ("tenant", "tenant: 0a1b2c3d-0000-4000-8000-000000000001"),
    ("team", "team: 0a1b2c3d-0000-4000-8000-000000000002"),
    ("excludes", "excludes: [\"**/README.md\"]"),
    ("exceptions", "exceptions: [{ key: DEBUG, environments: [production], reason: only for development }]"),
    ("reason", "reason: only for development"),
];

/// Words that AWS has and branchline does not take: key, word, why, what to write.
const REFUSED: &[(&str, &str, &str, &str)] = &[(
    "mode",
    "parallel",
    "two executions would migrate and deploy to one environment at the same time, and none could be rolled back",
    "write `mode: queued`, or `mode: superseded` to drop those that wait when a newer one comes",
)];

/// Why a word of AWS's is not taken, and what to write instead; `None` for any other word.
pub(super) fn refused(key: &str, word: &str) -> Option<(&'static str, &'static str)> {
    let word = word.to_lowercase();
    let found = REFUSED.iter().find(|(name, refused, ..)| *name == key && *refused == word);
    found.map(|(.., reason, help)| (*reason, *help))
}

/// A kind in words; `None` for one without an entry.
pub(super) fn kind(settings: &Settings) -> Option<&'static str> {
    KINDS.iter().find(|(name, _)| *name == settings.kind).map(|(_, words)| *words)
}

/// A kind in words, whatever it is.
pub(super) fn kind_or_mapping(settings: &Settings) -> &'static str {
    kind(settings).unwrap_or("this mapping")
}

/// A line that is right for a key. In a rule `environments` is a list, and in an environment a deploy says only what
/// differs.
pub(super) fn example(key: &str, settings_kind: &str) -> Option<&'static str> {
    match (key, settings_kind) {
        ("environments", "RuleMapping") => return Some("environments: [staging, production]"),
        ("services", "RuleMapping" | "ParityException") => return Some("services: [api]"),
        ("paths", "RuleMapping" | "Service") => return Some("paths: [\"api/**\"]"),
        ("tags", "RuleMapping") => return Some("tags: [\"v*\"]"),
        ("deploy", "EnvironmentService") => return Some("deploy: { ecs: { cluster: shop-staging } }"),
        ("existing", "ExistingBucket") => return Some("existing: acme-artifacts"),
        ("existing", "ExistingKey") => return Some("existing: \"arn:aws:kms:…:key/…\""),
        ("existing", "ExistingRepository") => return Some("existing: shop/api"),
        ("existing", "ExistingRole") => return Some("existing: \"arn:aws:iam::…:role/…\""),
        ("environments", "ParityException") => return Some("environments: [production]"),
        ("key", "ParityException") => return Some("key: DEBUG"),
        ("ecs", "DeployOverride") => return Some("ecs: { cluster: shop-staging }"),
        _ => {}
    }
    EXAMPLES.iter().find(|(name, _)| *name == key).map(|(_, example)| *example)
}

/// What a shape wants, as the end of "has to be …". `key` is the nearest key.
pub(super) fn expected(shape: &Shape, key: &str) -> String {
    let contents = CONTENTS.iter().find(|(name, _)| *name == key).map(|(_, contents)| *contents);
    match shape {
        Shape::Settings(settings) => format!("a mapping with the settings of {}", kind_or_mapping(settings)),
        Shape::Names(_) => format!("a mapping of {}", contents.unwrap_or("names")),
        Shape::List(List { .. }) => {
            // A rule is a list of environments, and its key is a branch.
            format!("a list of {}", contents.unwrap_or("environments"))
        }
        Shape::Text(text) => text.format.map_or("text".to_owned(), |format| {
            format!("text, {} such as `{}`", format.noun, format.example)
        }),
        Shape::Word(words) => one_of(words),
        Shape::Switch => "`true` or `false`".to_owned(),
        Shape::Exactly(number) => format!("the number {number}"),
        Shape::Number(range) => format!("a whole number, {} to {}", range.start(), range.end()),
        Shape::Choice(shapes) => {
            let shapes: Vec<String> = shapes.iter().map(|shape| expected(shape, key)).collect();
            shapes.join(", or ")
        }
        Shape::Anything => "a value".to_owned(),
        Shape::Unknown(schema) => format!("what the schema says: {schema}"),
    }
}

/// Words in backquotes, as a choice.
pub(super) fn one_of(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("the word `{one}`"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}

/// The candidate that was probably meant: a typing mistake or two away, more in a longer word; neither case nor `-` for `_` counts, as ours are
/// lowercase.
pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// No key is longer; and the distance costs time in proportion to the length.
    const LONGEST: usize = 40;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    let allowed = |candidate: &str| candidate.len().max(word.len()) / 3;
    candidates
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed(candidate))
        .map(|candidate| (strsim::osa_distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed(candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::shape;

    #[test]
    fn every_mapping_with_settings_has_words_and_every_required_key_an_example() {
        shape::root().each(&mut |shape| {
            let Shape::Settings(settings) = shape else { return };
            assert!(kind(settings).is_some(), "{} has no words", settings.kind);
            for (name, key) in &settings.keys {
                assert!(
                    !key.is_required || example(name, &settings.kind).is_some(),
                    "`{name}` has no example"
                );
                assert!(!key.description.is_empty(), "`{name}` has no description");
            }
        });
    }

    #[test]
    fn a_typing_mistake_is_near_and_another_word_is_not() {
        let keys = || ["environments", "services", "app"].into_iter();
        assert_eq!(nearest("enviroments", keys()), Some("environments"));
        assert_eq!(nearest("Service", keys()), Some("services"));
        assert_eq!(nearest("colour", keys()), None);
        assert_eq!(nearest(&"a".repeat(100_000), keys()), None);
    }
}
