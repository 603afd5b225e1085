//! What all CodeBuild projects have in common: the statements of their roles, their variables.

use indexmap::IndexMap;

use super::iam::{Role, Statement, Trust};
use super::model::Variable;
use super::text::{Part, Text};
use super::{Plan, names, network};
use crate::config::{Cache, Machine, Secret};

/// Using the artifact key to read and write.
pub(super) const KEY_READ_WRITE: &[&str] = &[
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// Using the artifact key to read.
pub(super) const KEY_READ: &[&str] = &["kms:Decrypt", "kms:DescribeKey"];

/// What CodePipeline does with a CodeBuild project.
pub(super) const RUN_BUILDS: &[&str] =
    &["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"];

/// Signing in to the registry, which AWS knows for `*` alone.
pub(super) const ECR_SIGN_IN: &[&str] = &["ecr:GetAuthorizationToken"];

/// Pulling an image (Amazon ECR, "Using Amazon ECR images with Amazon ECS").
pub(super) const ECR_PULL: &[&str] = &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What CodeBuild asks for when the machine itself is an image in ECR (CodeBuild, "Amazon ECR sample").
const MACHINE: &[&str] =
    &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What a project does with artifacts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Artifacts<'a> {
    /// It only reads its input.
    Read,
    /// It has an output too, in this pipeline.
    ReadAndWrite {
        /// The pipeline.
        pipeline: &'a str,
    },
}

/// The artifact bucket's ARN.
pub(super) fn bucket_arn(app: &str) -> Text {
    Text::literal("arn:").and(Part::Partition).text(":s3:::").then(names::artifact_bucket(app))
}

/// An image repository's ARN.
pub(super) fn repository_arn(repository: &str) -> Text {
    Text::arn("ecr", format!("repository/{repository}"))
}

/// The account's registry: `111111111111.dkr.ecr.eu-west-1.amazonaws.com`.
pub(super) fn registry() -> Text {
    Text::part(Part::Account).text(".dkr.ecr.").and(Part::Region).text(".").and(Part::UrlSuffix)
}

/// A project's role: its log, its artifacts, the key, what is its own, and what its machine needs.
pub(super) fn role(
    plan: &Plan,
    project: &str,
    artifacts: Artifacts,
    own: Vec<Statement>,
    machine: &Machine,
) -> Role {
    let bucket = bucket_arn(&plan.config.app);
    let log = Text::arn("logs", format!("log-group:/aws/codebuild/{project}:*"));
    let mut statements = vec![
        Statement::allow("Log", &["logs:CreateLogStream", "logs:PutLogEvents"], vec![log]),
        Statement::allow("Bucket", &["s3:GetBucketAcl", "s3:GetBucketLocation"], vec![bucket.clone()]),
    ];
    let in_own_account = |statement: Statement| {
        statement.when("StringEquals", "aws:ResourceAccount", vec![Text::part(Part::Account)])
    };
    let objects = |actions, path: &str| {
        in_own_account(Statement::allow("Artifacts", actions, vec![bucket.clone().text(path)]))
    };
    let keeps_files = matches!(machine.cache, Some(Cache::Bucket(_)));
    match artifacts {
        Artifacts::Read => statements.push(objects(&["s3:GetObject", "s3:GetObjectVersion"], "/*")),
        Artifacts::ReadAndWrite { pipeline } if plan.keeps_files() => {
            // What another project keeps for its next run is in the same bucket, and this one must not write it.
            statements.push(objects(&["s3:GetObject", "s3:GetObjectVersion"], "/*"));
            let outputs = bucket.clone().text(format!("/{}*", names::artifact_prefix(pipeline)));
            statements.push(in_own_account(Statement::allow("Outputs", &["s3:PutObject"], vec![outputs])));
        }
        Artifacts::ReadAndWrite { .. } => {
            statements.push(objects(&["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], "/*"));
        }
    }
    let writes = keeps_files || artifacts != Artifacts::Read;
    let key_actions = if writes { KEY_READ_WRITE } else { KEY_READ };
    statements.push(Statement::allow("Key", key_actions, vec![Text::part(Part::ArtifactKey)]));
    if keeps_files {
        let folder = bucket.text(format!("/{}/*", names::cache_folder(project)));
        statements.push(in_own_account(Statement::allow("Kept", &["s3:PutObject"], vec![folder])));
    }
    if let Some(vpc) = &machine.vpc {
        statements.extend(network::statements(vpc));
    }
    let signs_in = own.iter().any(|statement| statement.actions == ECR_SIGN_IN);
    statements.extend(own);
    if let Some(repository) = machine.image.as_deref().and_then(private_image) {
        if !signs_in {
            statements.push(Statement::allow("SignIn", ECR_SIGN_IN, vec![Text::from("*")]));
        }
        statements.push(Statement::allow("Machine", MACHINE, vec![repository]));
    }
    Role {
        name: names::project_role(project),
        trust: Trust::CodeBuild { project: project.to_owned() },
        statements,
    }
}

/// The repository of an image in a private ECR registry; `None` for an image from elsewhere.
fn private_image(image: &str) -> Option<Text> {
    let (registry, rest) = image.split_once('/')?;
    let (account, rest_of_host) = registry.split_once(".dkr.ecr.")?;
    let region = rest_of_host.split('.').next()?;
    let repository = rest.split(['@', ':']).next()?;
    Some(
        Text::literal("arn:")
            .and(Part::Partition)
            .text(format!(":ecr:{region}:{account}:repository/{repository}")),
    )
}

/// Adds what the file says to a project's variables.
pub(super) fn variables(
    variables: &mut IndexMap<String, Variable>,
    plain: &IndexMap<String, String>,
    secrets: &IndexMap<String, Secret>,
) {
    for (name, value) in plain {
        variables.insert(name.clone(), Variable::Plain(Text::from(value.as_str())));
    }
    for (name, secret) in secrets {
        let variable = match secret {
            Secret::SecretsManager { arn, key: Some(key) } => {
                Variable::SecretsManager(format!("{arn}:{key}"))
            }
            Secret::SecretsManager { arn, key: None } => Variable::SecretsManager(arn.clone()),
            Secret::ParameterStore(name) => Variable::ParameterStore(name.clone()),
        };
        variables.insert(name.clone(), variable);
    }
}

/// What a role needs so that CodeBuild can read the project's secrets.
pub(super) fn secret_statements(secrets: &IndexMap<String, Secret>) -> Vec<Statement> {
    let mut arns = Vec::new();
    let mut parameters = Vec::new();
    for secret in secrets.values() {
        let (list, arn) = match secret {
            Secret::SecretsManager { arn, .. } => (&mut arns, Text::from(arn.as_str())),
            Secret::ParameterStore(name) => (&mut parameters, parameter_arn(name)),
        };
        if !list.contains(&arn) {
            list.push(arn);
        }
    }
    let mut statements = Vec::new();
    if !arns.is_empty() {
        statements.push(Statement::allow("Secrets", &["secretsmanager:GetSecretValue"], arns));
    }
    if !parameters.is_empty() {
        statements.push(Statement::allow("Parameters", &["ssm:GetParameters"], parameters));
    }
    statements
}

/// A parameter's ARN: the name's leading slash is the ARN's.
pub(super) fn parameter_arn(name: &str) -> Text {
    Text::arn("ssm", format!("parameter/{}", name.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::{Part, private_image};

    #[test]
    fn a_private_image_names_its_repository_and_a_public_one_none() {
        let arn =
            private_image("444444444444.dkr.ecr.eu-west-1.amazonaws.com/tools/ci:7").expect("a repository");
        assert_eq!(
            arn.parts(),
            [
                Part::Literal("arn:".into()),
                Part::Partition,
                Part::Literal(":ecr:eu-west-1:444444444444:repository/tools/ci".into())
            ]
        );
        assert_eq!(private_image("aws/codebuild/standard:7.0"), None);
        assert_eq!(private_image("ruby:3.3"), None);
    }
}
