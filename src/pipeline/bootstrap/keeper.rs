//! The pipeline that keeps the pipelines: Source, Plan, Apply.

use indexmap::IndexMap;

use super::super::gates::{Condition, Outcome, Rule, RuleProvider};
use super::super::iam::{Role, Statement, Trust};
use super::super::model::{Action, Gates, Pipeline, Project, ProjectKind, Provider, Stage, Variable};
use super::super::store::{Artifacts, Store};
use super::super::text::Text;
use super::super::{Plan, action_variables, build_action, caller, project, roles, source};
use super::{Machine, Program, Schedule, Wishes, apply_role, entrances, name, plan_role, service_role, work};
use crate::config::raw::{RawMode, RawPlatform};

/// The most pushes that are told apart (CodePipeline API, `GitConfiguration`: 1 to 3 filters).
pub const MOST_TRIGGERS: usize = 3;

/// What was reviewed: the plan, and the branches that it was made for.
const REVIEWED: &str = "Reviewed";

/// Minutes that a plan may take.
const PLANNING: u32 = 30;

pub(super) fn pipeline(
    plan: &Plan,
    wishes: &Wishes,
    machine: &Machine,
    [planning, applying]: [&str; 2],
) -> (Pipeline, Schedule) {
    let (config, home) = (plan.config, &plan.home);
    let keeper = name(&config.stem);
    let store = Store::new(plan, home, [keeper.as_str()]);
    let one = |kind: ProjectKind, name: String, own: Vec<Statement>, timeout: u32, spec: &str| {
        let mut runs = caller::machine(timeout);
        if let Program::Image(image) = &machine.program {
            runs.image = Some(image.clone());
        }
        let known = roles::known(config, home, name.clone(), None);
        // The build fetches the commit itself, with its history, by the connection (AWS CodePipeline user guide, "Full clone").
        let clone = Statement::allow("Clone", source::USE_CONNECTION, source::connection_arns(home, config));
        let own = std::iter::once(clone).chain(own);
        Project {
            kind,
            part: None,
            role: project::role(home, &store, (&name, known), Artifacts::ReadAndWrite, own.collect(), &runs),
            compute: runs.compute,
            platform: RawPlatform::Amd64,
            image: runs.image,
            privileged: false,
            vpc: None,
            cache: None,
            alone: true,
            timeout,
            variables: variables(plan, wishes, machine, kind),
            buildspec: spec.into(),
            name,
        }
    };
    let plans =
        one(ProjectKind::Plan, plan_role(&config.stem), work::looking(plan, home), PLANNING, planning);
    let applies = one(
        ProjectKind::Apply,
        apply_role(&config.stem),
        work::changing(plan, home),
        machine.timeout,
        applying,
    );
    let mut triggers = wishes.triggers.iter().cloned();
    let trigger = triggers.next().unwrap_or_else(|| crate::branch_map::Trigger {
        event: crate::config::Event::Push,
        includes: Vec::new(),
        excludes: Vec::new(),
        paths: Vec::new(),
        paths_excluded: Vec::new(),
    });
    let pipeline = Pipeline {
        rule: wishes.branch.clone(),
        pattern: wishes.branch.clone(),
        role: role(plan, &keeper, machine, &store, &[&plans, &applies]),
        home: home.clone(),
        regions: Vec::new(),
        trigger,
        further_triggers: triggers.collect(),
        starter: None,
        mode: RawMode::Queued,
        variables: Vec::new(),
        stages: stages(plan, wishes, machine, &[&plans, &applies]),
        projects: vec![plans, applies],
        repositories: Vec::new(),
        name: keeper.clone(),
    };
    let rule = format!("{keeper}-schedule");
    let starts = Statement::allow(
        "Start",
        &["codepipeline:StartPipelineExecution"],
        vec![home.arn("codepipeline", keeper)],
    );
    let trust = Trust::EventBridge { at: home.clone(), rule: rule.clone() };
    let starter = Role::new(roles::known(config, home, rule.clone(), None), trust, vec![starts]);
    (pipeline, Schedule { rule, role: starter })
}

/// What the builds are told. What comes from outside reaches their shell in no other way.
fn variables(
    plan: &Plan,
    wishes: &Wishes,
    machine: &Machine,
    kind: ProjectKind,
) -> IndexMap<String, Variable> {
    let stem = &plan.config.stem;
    let is_apply = kind == ProjectKind::Apply;
    let role = if is_apply { apply_role(stem) } else { plan_role(stem) };
    let accounts =
        entrances(plan).into_iter().enumerate().fold(Text::default(), |all, (at, (name, place))| {
            let arn = roles::known(plan.config, &place, role.clone(), None).arn;
            all.text(if at == 0 { "" } else { " " }).text(format!("{name}=")).then(arn)
        });
    let (url, sha256) = match &machine.program {
        Program::Image(_) => ("", ""),
        Program::Download { url, sha256 } => (url.as_str(), sha256.as_str()),
    };
    let mut all = IndexMap::from([
        ("CONFIG_BRANCH".to_owned(), Text::from(wishes.branch.as_str())),
        ("CONFIG_FOLDER".to_owned(), Text::from(wishes.folder.as_str())),
        ("PROGRAM_SHA256".to_owned(), Text::from(sha256)),
        ("PROGRAM_URL".to_owned(), Text::from(url)),
        ("ROLES".to_owned(), if accounts.parts().is_empty() { Text::from("") } else { accounts }),
    ]);
    if is_apply {
        let path = plan.config.role_path.trim_start_matches('/');
        all.insert("SERVICE_ROLE".to_owned(), format!("{path}{}", service_role(stem)).into());
    }
    all.into_iter().map(|(name, text)| (name, Variable::Plain(text))).collect()
}

fn stages(plan: &Plan, wishes: &Wishes, machine: &Machine, projects: &[&Project; 2]) -> Vec<Stage> {
    let mut planning = build_action("Plan", Provider::Build, &projects[0].name);
    planning.inputs = vec![source::ARTIFACT];
    planning.outputs = vec![REVIEWED];
    planning.namespace = Some("Plan".to_owned());
    let mut applying = build_action("Apply", Provider::Build, &projects[1].name);
    applying.inputs = vec![source::ARTIFACT, REVIEWED];
    applying.configuration.push(("PrimarySource", Text::from(source::ARTIFACT)));
    applying.configuration.push((
        "EnvironmentVariables",
        action_variables(&[("CHANGES", "#{Plan.CHANGES}"), ("COMMIT", "#{Plan.COMMIT}")]),
    ));
    let source = source::stage_of(plan, &wishes.branch, "CODEBUILD_CLONE_REF");
    let stage =
        |name: &str, actions: Vec<Action>, gates: Gates| Stage { name: name.to_owned(), actions, gates };
    if !machine.asks {
        // In one stage, so that no other execution comes between what was planned and what is done.
        applying.run_order = 2;
        return vec![source, stage("Apply", vec![planning, applying], Gates::default())];
    }
    applying.run_order = 2;
    let changes = Condition {
        outcome: Outcome::Skip,
        rules: vec![Rule {
            name: "Changes".to_owned(),
            provider: RuleProvider::VariableCheck,
            configuration: vec![
                ("Variable", "#{Plan.CHANGES}".into()),
                ("Value", "yes".into()),
                ("Operator", "EQ".into()),
            ],
            role: None,
            region: None,
        }],
    };
    let gates = Gates { before_entry: Some(changes), ..Gates::default() };
    vec![
        source,
        stage("Plan", vec![planning], Gates::default()),
        stage("Apply", vec![approval(plan, machine), applying], gates),
    ]
}

fn approval(plan: &Plan, machine: &Machine) -> Action {
    let mut configuration = Vec::new();
    if let Some(topic) = &machine.topic {
        configuration.push(("NotificationArn", Text::from(topic.as_str())));
    }
    // CodePipeline takes 1,000 characters: the summary has at most 600, the commit 40.
    configuration.push((
        "CustomData",
        Text::from(format!(
            "Bring the pipelines of {} to what branchline.yml says in commit #{{Plan.COMMIT}}? The build's log has the whole plan. \
             #{{Plan.SUMMARY}}",
            plan.config.app
        )),
    ));
    configuration.push(("ExternalEntityLink", Text::from("#{Plan.LINK}")));
    Action {
        name: "Approve".to_owned(),
        provider: Provider::Approval { timeout: None },
        namespace: None,
        configuration,
        inputs: Vec::new(),
        outputs: Vec::new(),
        run_order: 1,
        role: None,
        region: None,
    }
}

fn role(plan: &Plan, keeper: &str, machine: &Machine, store: &Store, projects: &[&Project; 2]) -> Role {
    let (config, home) = (plan.config, &plan.home);
    let mut statements = vec![
        Statement::allow(
            "Bucket",
            &["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
            vec![store.bucket()],
        ),
        store.objects(Artifacts::ReadAndWrite),
        store.key(Artifacts::ReadAndWrite),
        Statement::allow("Connection", source::USE_CONNECTION, source::connection_arns(home, config)),
        Statement::allow(
            "Projects",
            project::RUN_BUILDS,
            projects.iter().map(|one| home.arn("codebuild", format!("project/{}", one.name))).collect(),
        ),
    ];
    if let Some(topic) = machine.topic.as_deref().filter(|_| machine.asks) {
        statements.push(Statement::allow("Approval", &["sns:Publish"], vec![Text::from(topic)]));
    }
    let known = roles::known(config, home, format!("{keeper}-pipeline"), None);
    Role::new(known, Trust::CodePipeline, statements)
}
