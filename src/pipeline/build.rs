//! The Build stage: every image is built and pushed once, and known by its digest from then on.

use indexmap::IndexMap;

use super::iam::Statement;
use super::model::{Gates, Project, ProjectKind, Provider, Repository, RepositoryKind, Stage, Variable};
use super::store::{Artifacts, Store};
use super::text::Text;
use super::{Plan, action_variables, build_action, images, names, project, reuse, roles, sidecars, source};
use crate::branch_map::Entry;

/// The artifact with the image definitions.
pub(super) const ARTIFACT: &str = "Images";

/// What pushing needs. `BatchGetImage` is how Docker asks whether a manifest is there already.
const PUSH: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

/// What the cache needs: pushed to after a build, pulled from before the next.
const CACHE: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

pub(super) fn stage(entry: &Entry) -> Stage {
    let mut action =
        build_action("Build", Provider::Build, &names::pipeline_project(&entry.pipeline, "build"));
    action.namespace = Some("Build".to_owned());
    action.inputs = vec![source::ARTIFACT];
    action.outputs = vec![ARTIFACT];
    action.configuration.push((
        "EnvironmentVariables",
        action_variables(&[
            ("COMMIT_ID", "#{Source.CommitId}"),
            ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ]),
    ));
    Stage { name: "Build".to_owned(), actions: vec![action], gates: Gates::default() }
}

pub(super) fn project(plan: &Plan, entry: &Entry) -> Project {
    let config = plan.config;
    let build = &config.build;
    let home = &plan.home;
    let name = names::pipeline_project(&entry.pipeline, "build");
    let caches: Vec<Text> =
        caches(plan, entry).iter().map(|cache| project::repository_arn(home, &cache.name)).collect();
    let mut own = vec![
        Statement::allow("SignIn", project::ECR_SIGN_IN, vec![Text::from("*")]),
        Statement::allow("Images", PUSH, images::of_all(plan, &[entry])),
    ];
    let mut variables = IndexMap::from([
        ("REGISTRY".to_owned(), Variable::Plain(home.registry())),
        (images::VARIABLE.to_owned(), Variable::Plain(Text::from(entry.slug.as_str()))),
    ]);
    if !caches.is_empty() {
        own.push(Statement::allow("Cache", CACHE, caches));
        variables.insert("CACHE_FOLDER".to_owned(), Variable::Plain(Text::from(entry.pipeline.as_str())));
    }
    own.extend(reuse::statement(plan, entry));
    reuse::variables(plan, entry, &mut variables);
    own.extend(project::secret_statements(home, &build.secrets));
    sidecars::build_variables(plan, entry, &mut variables);
    project::variables(&mut variables, &build.variables, &build.secrets);
    let store = Store::new(plan, home, [entry.pipeline.as_str()]);
    let known = roles::of_project(config, home, &name, config.existing.roles.build.as_ref());
    Project {
        kind: ProjectKind::Build,
        part: None,
        role: project::role(home, &store, (&name, known), Artifacts::ReadAndWrite, own, &build.machine),
        compute: build.machine.compute,
        platform: build.platform,
        image: build.machine.image.clone(),
        privileged: true,
        vpc: build.machine.vpc.clone(),
        cache: build.machine.cache.clone(),
        alone: false,
        timeout: build.machine.timeout,
        variables,
        buildspec: plan.buildspecs.builds.get(&entry.services).cloned().unwrap_or_default(),
        name,
    }
}

/// The repositories in which this pipeline's build keeps layers, and no other.
pub(super) fn caches(plan: &Plan, entry: &Entry) -> Vec<Repository> {
    let cached = plan.config.services.values().filter(|service| service.cache && entry.has(&service.name));
    cached
        .map(|service| Repository {
            stem: format!("{}Cache", names::camel(&service.name)),
            name: names::cache_repository(&entry.pipeline, &service.name),
            kind: RepositoryKind::Cache,
            grants: Vec::new(),
        })
        .collect()
}
