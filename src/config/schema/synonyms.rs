//! What other tools call the things that branchline knows by another name.

mod release;

/// Kinds in which the name is explained (none: in every kind that has the key), the names, what to write instead: the key, and an
/// example. A name counts without regard to case, `-` and `_`.
type Name = (&'static [&'static str], &'static [&'static str], &'static str, &'static str);

/// A word of another tool, and ours.
type Word = (&'static str, &'static str);

/// All names: those of what guards a release stand in a file of their own.
fn names() -> impl Iterator<Item = &'static Name> {
    NAMES.iter().chain(release::NAMES)
}

const NAMES: &[Name] = &[
    (
        &["Environment"],
        &[
            "requiresapproval",
            "requireapproval",
            "needsapproval",
            "requireapprovals",
            "manualapproval",
            "approve",
            "approvals",
            "approvers",
            "reviewers",
            "requiredreviewers",
            "manual",
            "when",
        ],
        "approval",
        "approval: {}",
    ),
    (
        &["Approval"],
        &[
            "snstopic",
            "snstopicarn",
            "topic",
            "topicarn",
            "notification",
            "notificationarn",
            "notificationtopic",
        ],
        "notify",
        "notify: arn:aws:sns:…",
    ),
    (&[""], &["stages", "envs", "targets", "accounts"], "environments", "environments: { dev: {} }"),
    (&[""], &["name", "application", "appname", "project"], "app", "app: shop"),
    (
        &[""],
        &["on", "branch", "rules", "map", "triggers", "workflows", "refs", "branchmap", "mapping"],
        "branches",
        "branches: { develop: [dev] }",
    ),
    (
        &[""],
        &["jobs", "workloads", "containers", "images", "components"],
        "services",
        "services: { api: { … } }",
    ),
    (
        &[""],
        &["pipeline", "aws", "account", "accountid", "region"],
        "pipelines",
        "pipelines: { account: \"111122223333\", region: ap-northeast-1 }",
    ),
    (
        &[""],
        &["repository", "repo", "connection", "connectionarn", "scm", "git", "connectionname"],
        "source",
        "source: { repository: acme/shop, connection: arn:aws:codeconnections:… }",
    ),
    (
        &[""],
        &["migration", "migrations", "database", "predeployments", "postdeployments", "releasecommand"],
        "migrate",
        "migrate: { command: bundle exec rails db:migrate }",
    ),
    (
        &["", "Environment"],
        &[
            "permissionsboundary",
            "permissionboundary",
            "boundary",
            "permissionsboundaryarn",
            "boundarypolicy",
        ],
        "permission_boundary",
        "permission_boundary: developer-boundary",
    ),
    (
        &[""],
        &[
            "notification",
            "notify",
            "notificationtopic",
            "notificationarn",
            "alerts",
            "snstopic",
            "slack",
            "chatops",
        ],
        "notifications",
        "notifications: { team: { to: { email: [team@example.com] } } }",
    ),
    (
        &["Notification"],
        &["on", "when", "event", "eventtypes", "detailtype"],
        "events",
        "events: [failed, approval]",
    ),
    (&["Notification"], &["branches", "rule", "pipelines", "pipeline"], "rules", "rules: [release/*]"),
    (
        &["Notification"],
        &[
            "email",
            "emails",
            "slack",
            "teams",
            "topic",
            "target",
            "targets",
            "recipient",
            "recipients",
            "channel",
        ],
        "to",
        "to: { email: [team@example.com] }",
    ),
    (&["Recipient"], &["emails", "mail", "address", "addresses"], "email", "email: [team@example.com]"),
    (
        &["Recipient"],
        &["sns", "snstopic", "snstopicarn", "topicarn", "arn", "notificationtopic", "notificationarn"],
        "topic",
        "topic: arn:aws:sns:…",
    ),
    (&["Recipient"], &["slackchannel"], "slack", "slack: { workspace: T0123ABCD, channel: C0123ABCD }"),
    (&["Recipient"], &["msteams", "microsoftteams"], "teams", "teams: { tenant: …, team: …, channel: … }"),
    (
        &["Slack"],
        &["workspaceid", "slackworkspaceid", "slackteamid", "team"],
        "workspace",
        "workspace: T0123ABCD",
    ),
    (
        &["Slack", "Teams"],
        &["channelid", "slackchannelid", "teamschannelid"],
        "channel",
        "channel: C0123ABCD",
    ),
    (&["Teams"], &["tenantid", "teamstenantid"], "tenant", "tenant: 0a1b2c3d-0000-4000-8000-000000000001"),
    (&["Teams"], &["teamid"], "team", "team: 0a1b2c3d-0000-4000-8000-000000000002"),
    (&[""], &["resourcetags", "labels", "tag", "defaulttags"], "tags", "tags: { team: checkout }"),
    (
        &[""],
        &["patches", "jsonpatch", "patch", "escapehatches", "taskdefoverrides", "cfnoverrides"],
        "overrides",
        "overrides: [{ document: base.yml, patch: […] }]",
    ),
    (
        &["Override"],
        &["file", "path", "template", "target", "name"],
        "document",
        "document: shop-release/pipeline.yml",
    ),
    (&["Override"], &["operations", "patches", "ops", "changes"], "patch", "patch: [{ op: …, path: … }]"),
    (&["Operation"], &["operation", "type", "action"], "op", "op: replace"),
    (&[""], &["tests", "testcommands", "check"], "test", "test: { commands: [make test] }"),
    (
        &["RuleMapping"],
        &["stages", "environment", "envs", "env", "deploy", "deployto", "promote", "targets", "deployments"],
        "environments",
        "environments: [staging, production]",
    ),
    (&["RuleMapping"], &["pipeline", "pipelinename", "slug"], "name", "name: release"),
    (&["RuleMapping"], &["branches", "pattern", "ref", "branchname", "on"], "branch", "branch: release/*"),
    (&["RuleMapping"], &["tag", "tagpattern"], "tags", "tags: [\"v*\"]"),
    (
        &["RuleMapping", "Service"],
        &["path", "filepaths", "filepath", "files", "changes", "pathfilters", "watch"],
        "paths",
        "paths: [\"api/**\"]",
    ),
    (
        &["RuleMapping"],
        &["pullrequest", "prs", "mergerequests", "mergerequestevent"],
        "pull_requests",
        "pull_requests: true",
    ),
    (&["RuleMapping"], &["executionmode", "concurrency"], "mode", "mode: queued"),
    (
        &["RuleMapping"],
        &["eachbranch", "foreachbranch", "perbranches", "branchpipelines"],
        "per_branch",
        "per_branch: true",
    ),
    (&["RuleMapping"], &["max", "maxbranches", "branchlimit", "maxpipelines"], "limit", "limit: 20"),
    (&["RuleMapping"], &["service", "only", "components", "apps"], "services", "services: [api]"),
    (&["Filter"], &["include", "only"], "includes", "includes: [\"api/**\"]"),
    (&["Filter"], &["exclude", "except", "ignore", "ignored"], "excludes", "excludes: [\"**/README.md\"]"),
    (
        &["Pipelines", "Environment"],
        &["accountid", "awsaccount", "awsaccountid"],
        "account",
        "account: \"111122223333\"",
    ),
    (&["Pipelines", "Environment"], &["awsregion", "location"], "region", "region: ap-northeast-1"),
    (
        &["Source"],
        &["connectionarn", "codestarconnection", "codestarconnectionarn"],
        "connection",
        "connection: arn:aws:codeconnections:…",
    ),
    (&["Source"], &["connectionname"], "connection", "connection: arn:aws:codeconnections:…"),
    (
        &["Source"],
        &["repo", "url", "repositoryurl", "fullrepositoryid", "repositoryid", "owner"],
        "repository",
        "repository: acme/shop",
    ),
    (&["Source"], &["type", "providertype"], "provider", "provider: github"),
    (
        &["Source"],
        &["hostname", "server", "domain", "baseurl", "endpoint", "hosturl"],
        "host",
        "host: git.example.com",
    ),
    (
        &["Service"],
        &["image", "dockerfile", "dockerfilepath", "context", "buildargs"],
        "build",
        "build: { dockerfile: Dockerfile }",
    ),
    (
        &["Service"],
        &["ecr", "ecrrepository", "imagerepository", "repositoryname", "repo"],
        "repository",
        "repository: shop/api",
    ),
    (
        &["Service"],
        &["ecs", "deployment", "cluster", "taskroles"],
        "deploy",
        "deploy: { ecs: { cluster: …, roles: […] } }",
    ),
    (
        &["ImageBuild"],
        &["dockerfilepath", "file", "dockerfilename"],
        "dockerfile",
        "dockerfile: docker/Dockerfile",
    ),
    (
        &["ImageBuild"],
        &["buildargs", "arguments", "buildarguments"],
        "args",
        "args: { RUBY_VERSION: \"3.4\" }",
    ),
    (
        &["ImageBuild"],
        &["path", "contextpath", "directory", "dir", "workingdirectory"],
        "context",
        "context: .",
    ),
    (&["ImageBuild"], &["stage", "buildtarget", "targetstage"], "target", "target: production"),
    (
        &["ImageBuild"],
        &["platforms", "arch", "architecture", "runtimeplatform"],
        "platform",
        "platform: linux/amd64",
    ),
    (&["ImageBuild"], &["cachefrom", "cacheto"], "cache", "cache: true"),
    (&["Ecs", "EcsOverride"], &["clustername", "clusterarn"], "cluster", "cluster: \"shop-{environment}\""),
    (&["Ecs", "EcsOverride"], &["servicename", "servicearn"], "service", "service: api"),
    (&["Ecs"], &["containername"], "container", "container: app"),
    (
        &["Ecs", "EcsOverride"],
        &["taskroles", "taskrole", "executionrole", "taskrolearn", "executionrolearn", "role", "passroles"],
        "roles",
        "roles: [shop-task, shop-execution]",
    ),
    (
        &["Ecs", "EcsOverride", "Build", "Test", "Migrate", "MigrateOverride"],
        &["deploymenttimeout", "timeoutinminutes", "timeoutminutes", "timeoutmins"],
        "timeout",
        "timeout: 30m",
    ),
    (
        &[],
        &["env", "vars", "environment", "environmentvariables", "envvars", "variable"],
        "variables",
        "variables: { NAME: value }",
    ),
    (
        &[],
        &["secret", "envsecrets", "secretsmanager", "parameterstore"],
        "secrets",
        "secrets: { NAME: { parameter_store: /shop/name } }",
    ),
    (
        &["Secret"],
        &["arn", "valuefrom", "secretarn", "secretsmanagerarn", "secretmanager"],
        "secrets_manager",
        "secrets_manager: arn:aws:secretsmanager:…",
    ),
    (
        &["Secret"],
        &["ssm", "ssmparameter", "parameter", "from"],
        "parameter_store",
        "parameter_store: /shop/name",
    ),
    (
        &["Test"],
        &["script", "steps", "run", "command", "scripts", "buildspec"],
        "commands",
        "commands: [make test]",
    ),
    (&["Test"], &["where", "runin", "runson", "location"], "in", "in: image"),
    (
        &["Migrate", "MigrateOverride"],
        &["commands", "script", "steps", "cmd"],
        "command",
        "command: bundle exec rails db:migrate",
    ),
    (&["Migrate"], &["type", "using", "runner", "runas"], "run", "run: ecs_task"),
    (
        &["Build", "Test", "Migrate", "MigrateOverride", "Environment"],
        &["vpcconfig", "network", "networking", "networkconfiguration"],
        "vpc",
        "vpc: { id: vpc-…, subnets: [subnet-…], security_groups: [sg-…] }",
    ),
    (&["Vpc"], &["vpcid", "vpc"], "id", "id: vpc-…"),
    (&["Vpc"], &["subnet", "subnetids", "subnetid", "privatesubnets"], "subnets", "subnets: [subnet-…]"),
    (
        &["Vpc"],
        &["securitygroup", "securitygroupids", "securitygroupid", "sgs", "sg"],
        "security_groups",
        "security_groups: [sg-…]",
    ),
    (&["Cache"], &["path", "files", "folders", "directories"], "paths", "paths: [node_modules/**/*]"),
    (&["Cache"], &["modes", "mode", "type"], "local", "local: [docker_layers]"),
    (&["Test", "Migrate"], &["privilegedmode"], "privileged", "privileged: true"),
    (&["Migrate", "MigrateOverride"], &["id", "database"], "name", "name: orders"),
    (
        &["Build", "Test", "Migrate"],
        &["computetype", "size", "machine", "instancesize", "resourceclass"],
        "compute",
        "compute: medium",
    ),
    (
        &["Build", "Test", "Migrate"],
        &["buildimage", "baseimage", "codebuildimage"],
        "image",
        "image: aws/codebuild/amazonlinux-x86_64-standard:5.0",
    ),
];

/// Words of other tools for a word of branchline's.
const WORDS: &[Word] = &[
    ("amd64", "linux/amd64"),
    ("x86_64", "linux/amd64"),
    ("linux/x86_64", "linux/amd64"),
    ("arm64", "linux/arm64"),
    ("aarch64", "linux/arm64"),
    ("linux/aarch64", "linux/arm64"),
    ("build_general1_small", "small"),
    ("build_general1_medium", "medium"),
    ("build_general1_large", "large"),
    ("build_general1_xlarge", "xlarge"),
    ("build_general1_2xlarge", "2xlarge"),
    ("github.com", "github"),
    ("gitlab.com", "gitlab"),
    ("bitbucket.org", "bitbucket"),
    ("source", "checkout"),
    ("container", "image"),
    ("docker", "image"),
    ("ecs", "ecs_task"),
    ("task", "ecs_task"),
    ("fargate", "ecs_task"),
    ("code_build", "codebuild"),
    ("local_docker_layer_cache", "docker_layers"),
    ("docker_layer_cache", "docker_layers"),
    ("local_custom_cache", "paths"),
    ("custom", "paths"),
    ("failure", "failed"),
    ("failures", "failed"),
    ("fail", "failed"),
    ("approvals", "approval"),
    ("succeeded", "deployed"),
    ("success", "deployed"),
    ("deploy", "deployed"),
    ("off", "none"),
    ("no", "none"),
    ("skip", "none"),
    ("disabled", "none"),
    ("queue", "queued"),
    ("supersede", "superseded"),
];

/// The key that another tool's name stands for, with an example, when it is one of `keys`.
pub(super) fn key<'a>(
    kind: &str,
    name: &str,
    mut keys: impl Iterator<Item = &'a str>,
) -> Option<(&'static str, &'static str)> {
    let name: String = name.chars().filter(|character| !matches!(character, '-' | '_')).collect();
    let name = name.to_lowercase();
    let is_it = |(kinds, names, ..): &&Name| {
        (kinds.is_empty() || kinds.contains(&kind)) && names.contains(&name.as_str())
    };
    let (.., key, example) = names().find(is_it)?;
    keys.any(|known| known == *key).then_some((*key, *example))
}

/// The word that another tool's word stands for, when it is one of `words`.
pub(super) fn word(word: &str, words: &[String]) -> Option<&'static str> {
    let word = word.to_lowercase();
    let mut known = WORDS.iter().chain(release::WORDS);
    let (_, ours) = known.find(|(theirs, ours)| *theirs == word && words.iter().any(|word| word == ours))?;
    Some(ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::shape::{self, Shape};

    #[test]
    fn every_name_of_another_tool_leads_to_a_key_and_is_none_itself() {
        let mut reached = vec![false; names().count()];
        shape::root().each(&mut |shape| {
            let Shape::Settings(settings) = shape else { return };
            for (index, (kinds, names, key, _)) in names().enumerate() {
                if !kinds.contains(&settings.kind.as_str()) && !kinds.is_empty() {
                    continue;
                }
                assert!(
                    kinds.is_empty() || settings.keys.contains_key(*key),
                    "{}: no `{key}`",
                    settings.kind
                );
                reached[index] |= settings.keys.contains_key(*key);
                for name in settings.keys.keys().filter(|_| !kinds.is_empty()) {
                    assert!(!names.contains(&name.as_str()), "{}: `{name}` is a key", settings.kind);
                }
            }
        });
        for (reached, (kinds, ..)) in reached.into_iter().zip(names()) {
            assert!(reached, "{kinds:?}");
        }
    }
}
