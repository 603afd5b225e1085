//! What all CodeBuild projects have in common: the statements of their roles, their variables.

use indexmap::IndexMap;

use super::iam::{Role, Statement, Trust};
use super::model::Variable;
use super::roles::Known;
use super::store::{Artifacts, Store};
use super::text::{Part, Place, Text};
use super::{names, network};
use crate::config::{Cache, Machine, Secret};

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

/// An image repository's ARN; `home` is where the pipelines are.
pub(super) fn repository_arn(home: &Place, repository: &str) -> Text {
    home.arn("ecr", format!("repository/{repository}"))
}

/// A project's role: its log, its artifacts, the key, and what is its own. `at` is where the project is, `known` the role.
pub(super) fn role(
    at: &Place,
    store: &Store,
    (project, known): (&str, Known),
    artifacts: Artifacts,
    own: Vec<Statement>,
    machine: &Machine,
) -> Role {
    let log = at.arn("logs", format!("log-group:/aws/codebuild/{project}:*"));
    let mut statements = vec![
        Statement::allow("Log", &["logs:CreateLogStream", "logs:PutLogEvents"], vec![log]),
        Statement::allow("Bucket", &["s3:GetBucketAcl", "s3:GetBucketLocation"], vec![store.bucket()]),
        store.objects(artifacts),
        store.key(artifacts),
    ];
    if matches!(machine.cache, Some(Cache::Bucket(_))) {
        statements.push(store.kept(&names::cache_folder(project)));
        if artifacts == Artifacts::Read {
            // What is kept is written with the key, too.
            statements.retain(|statement| statement.sid != "Key");
            statements.push(store.key(Artifacts::ReadAndWrite));
        }
    }
    if let Some(vpc) = &machine.vpc {
        statements.extend(network::statements(at, vpc));
    }
    let signs_in = own.iter().any(|statement| statement.actions == ECR_SIGN_IN);
    statements.extend(own);
    if let Some(repository) = machine.image.as_deref().and_then(private_image) {
        if !signs_in {
            statements.push(Statement::allow("SignIn", ECR_SIGN_IN, vec![Text::from("*")]));
        }
        statements.push(Statement::allow("Machine", MACHINE, vec![repository]));
    }
    let trust = Trust::CodeBuild { at: at.clone(), projects: vec![project.to_owned()] };
    Role::new(known, trust, statements)
}

/// The repository of an image in a private ECR registry; `None` for an image from elsewhere.
pub(super) fn private_image(image: &str) -> Option<Text> {
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

/// What a role needs so that CodeBuild can read the secrets of a project that is there.
pub(super) fn secret_statements(at: &Place, secrets: &IndexMap<String, Secret>) -> Vec<Statement> {
    let mut arns = Vec::new();
    let mut parameters = Vec::new();
    for secret in secrets.values() {
        let (list, arn) = match secret {
            Secret::SecretsManager { arn, .. } => (&mut arns, Text::from(arn.as_str())),
            Secret::ParameterStore(name) => (&mut parameters, parameter_arn(at, name)),
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

/// The ARN of a parameter of a place: the name's leading slash is the ARN's.
pub(super) fn parameter_arn(at: &Place, name: &str) -> Text {
    at.arn("ssm", format!("parameter/{}", name.trim_start_matches('/')))
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
