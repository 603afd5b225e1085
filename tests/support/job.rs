//! A project of generated stacks as one action of a pipeline runs it.

use std::collections::BTreeMap;

use super::iam::{self, Need};
use super::policy::Role;
use super::runner::{Build, Outcome};
use super::stacks::{Action, Project, Stacks, Variable};
use super::world::{Place, World};

/// What CodePipeline's variables say: `Source.CommitId` → its value.
pub type Known = BTreeMap<String, String>;

/// What every secret of a project says.
pub const SECRET: &str = "s3cr3t";

/// A buildspec and all that a run of it is given.
#[derive(Debug, Clone)]
pub struct Job {
    /// The buildspec, or its path among the files. The project's own, unless a test broke it.
    pub buildspec: String,
    /// The variables of the project, over which go those of the action. Nothing else.
    pub env: Vec<(String, String)>,
    /// The files of the input artifact.
    pub files: BTreeMap<String, String>,
    /// The project's role.
    pub role: Role,
    /// The role that it assumes to write a lock, where it takes one.
    pub holder: Option<Role>,
    /// Whether it is as it was generated: then a variable that is not set is a fault.
    pub whole: bool,
    /// Whether a call that the role does not allow is a fault. Not where a test gives other variables.
    pub judged: bool,
    /// What `CodeBuild` reads before the build begins.
    pub secrets: Vec<Need>,
    /// Where the project is.
    pub place: Place,
}

impl Job {
    /// The project of an action, with the pipeline's variables as they are known.
    pub fn new(stacks: &Stacks, action: &Action, known: &Known) -> Self {
        let name = &action.configuration["ProjectName"];
        let project = stacks.projects.get(name).unwrap_or_else(|| panic!("no stack has the project {name}"));
        let mut env: Vec<(String, String)> =
            project.variables.iter().map(|variable| (variable.name.clone(), value(variable))).collect();
        if let Some(text) = action.configuration.get("EnvironmentVariables") {
            let given: Vec<Variable> = serde_json::from_str(text).expect("the action's variables are JSON");
            env.extend(
                given.iter().map(|variable| (variable.name.clone(), resolved(&variable.value, known))),
            );
        }
        Job {
            buildspec: project.buildspec.clone(),
            env,
            files: BTreeMap::new(),
            role: stacks.roles[&project.role].clone(),
            holder: holder(stacks, project),
            whole: true,
            judged: true,
            secrets: secrets(project, &project.place),
            place: project.place.clone(),
        }
    }

    /// With another buildspec, which may call what it likes.
    pub fn with(&self, buildspec: String) -> Self {
        Job { buildspec, whole: false, judged: false, ..self.clone() }
    }

    /// Runs it. A call that the project's role does not allow is a panic, and so is a variable that nothing sets.
    pub fn run(&self, world: World) -> Outcome {
        let place = self.place.clone();
        let world = world.at(&place);
        // One line that ends so is a path, as CodeBuild has it.
        let is_path = self.buildspec.strip_suffix(".yml").is_some_and(|stem| !stem.contains('\n'));
        let buildspec = if is_path {
            let found = self.files.get(&self.buildspec);
            found.unwrap_or_else(|| panic!("the input artifact has no {}", self.buildspec))
        } else {
            &self.buildspec
        };
        let build = Build { buildspec, env: self.env.clone(), files: self.files.clone(), world };
        let outcome = build.run();
        let unset = self.whole && outcome.output.contains("unbound variable");
        assert!(!unset, "nothing sets a variable that the buildspec reads:\n{}", outcome.output);
        if self.judged {
            let mut denied = self.role.denied(&self.needs(&outcome, &place));
            let assumed = self.holder.as_ref();
            denied.extend(
                assumed.into_iter().flat_map(|role| role.denied(&self.holders_needs(&outcome, &place))),
            );
            assert!(denied.is_empty(), "AWS would refuse:\n{}", denied.join("\n"));
        }
        outcome
    }

    /// Runs it with some variables in place of its own.
    pub fn run_with(&self, world: World, other: &[(&str, &str)]) -> Outcome {
        let mut job = self.clone();
        job.judged &= other.is_empty();
        job.env.extend(other.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        job.run(world)
    }

    /// The permissions that a run of it needed.
    pub fn needs(&self, outcome: &Outcome, place: &Place) -> Vec<Need> {
        let mut needs = iam::needs(&outcome.calls, place);
        needs.extend(self.secrets.iter().cloned());
        needs
    }

    /// The permissions that a run of it needed of the role that writes the lock.
    pub fn holders_needs(&self, outcome: &Outcome, place: &Place) -> Vec<Need> {
        let of_role = |role: &Role| iam::needs_under(&role.arn(), &outcome.calls, place);
        self.holder.as_ref().map(of_role).unwrap_or_default()
    }
}

/// A text with CodePipeline's variables replaced. One that no earlier action has made is a fault.
pub fn resolved(text: &str, known: &Known) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("#{") {
        let (name, behind) = after.split_once('}').expect("a closed name");
        let value =
            known.get(name).unwrap_or_else(|| panic!("nothing has made the variable #{{{name}}} of {text}"));
        out.push_str(before);
        out.push_str(value);
        rest = behind;
    }
    out + rest
}

/// The role that a project assumes to write a lock.
pub fn holder(stacks: &Stacks, project: &Project) -> Option<Role> {
    let arn = &project.variables.iter().find(|variable| variable.name == "LOCK_ROLE")?.value;
    let role = stacks.roles.values().find(|role| role.arn() == *arn);
    Some(role.unwrap_or_else(|| panic!("{} assumes {arn}, which no stack has", project.name)).clone())
}

fn value(variable: &Variable) -> String {
    match variable.r#type.as_str() {
        "PLAINTEXT" => variable.value.clone(),
        "SECRETS_MANAGER" | "PARAMETER_STORE" => SECRET.to_owned(),
        other => panic!("what is a variable of type {other}?"),
    }
}

/// CodeBuild reads a project's secrets with the project's role.
fn secrets(project: &Project, place: &Place) -> Vec<Need> {
    let secret = |variable: &Variable| match variable.r#type.as_str() {
        "SECRETS_MANAGER" => {
            // Seven parts are the ARN; what follows is a key of the secret's JSON.
            let arn: Vec<&str> = variable.value.split(':').take(7).collect();
            Some(iam::need("secretsmanager:GetSecretValue", &arn.join(":"), BTreeMap::new()))
        }
        "PARAMETER_STORE" => {
            let name = variable.value.trim_start_matches('/');
            Some(iam::need(
                "ssm:GetParameters",
                &place.arn("ssm", &format!("parameter/{name}")),
                BTreeMap::new(),
            ))
        }
        _ => None,
    };
    project.variables.iter().filter_map(secret).collect()
}
