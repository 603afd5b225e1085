//! A pipeline as AWS has it, whichever way it was declared.

use std::collections::BTreeMap;

use crate::import::remark::Place;

/// A pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Its name in AWS.
    pub(super) name: String,
    /// Where it is declared.
    pub(super) place: Place,
    /// Its account and region, where something says them.
    pub(super) home: Home,
    /// `SUPERSEDED`, `QUEUED` or `PARALLEL`; AWS takes the first where nothing is said.
    pub(super) mode: Option<String>,
    /// The names of its variables.
    pub(super) variables: Vec<String>,
    /// What starts it, where it says.
    pub(super) triggers: Vec<Trigger>,
    /// Its stages, in order.
    pub(super) stages: Vec<Stage>,
}

/// An account and a region, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Home {
    /// Twelve digits.
    pub(super) account: Option<String>,
    /// Such as `eu-west-1`.
    pub(super) region: Option<String>,
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// Its name.
    pub(super) name: String,
    /// Where it is declared.
    pub(super) place: Place,
    /// Its actions, in the order in which they run.
    pub(super) actions: Vec<Action>,
    /// Whether it is there only by a condition of the template.
    pub(super) is_conditional: bool,
    /// What has to hold before it is entered.
    pub(super) before_entry: Vec<Rule>,
    /// What has to hold after it has succeeded.
    pub(super) on_success: Vec<Rule>,
    /// What follows when it has failed: `ROLLBACK`, `RETRY`, `FAIL`, `SKIP`.
    pub(super) on_failure: Option<String>,
    /// What is asked then.
    pub(super) after_failure: Vec<Rule>,
}

/// A rule of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// What it asks: `DeploymentWindow`.
    pub(super) provider: String,
    /// What follows where it does not hold: `FAIL`.
    pub(super) result: Option<String>,
    /// Its settings.
    pub(super) configuration: BTreeMap<String, String>,
    /// Where it is declared.
    pub(super) place: Place,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    /// Its name.
    pub(super) name: String,
    /// Where it is declared.
    pub(super) place: Place,
    /// `Source`, `Build`, `Test`, `Deploy`, `Invoke`, `Approval` or `Compute`.
    pub(super) category: String,
    /// Who provides it: `AWS`, `ThirdParty` or `Custom`.
    pub(super) owner: String,
    /// What it is: `CodeBuild`.
    pub(super) provider: String,
    /// Its settings; a text with `CHECK` in it holds what a file does not say.
    pub(super) configuration: BTreeMap<String, String>,
    /// Variables of its own: the name, and whether the value stands there in plain text.
    pub(super) variables: Vec<(String, bool)>,
    /// When it runs in its stage; those of one number run side by side.
    pub(super) order: u32,
    /// Where it works, where that is not the pipeline's account or region.
    pub(super) home: Home,
    /// How long it may take, in minutes.
    pub(super) timeout: Option<u32>,
}

impl Action {
    /// A setting that is there and not empty.
    pub(super) fn setting(&self, key: &str) -> Option<&str> {
        self.configuration.get(key).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// What starts a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trigger {
    /// The source action that it is of.
    pub(super) source: Option<String>,
    /// Pushes, each filter for itself.
    pub(super) push: Vec<Filter>,
    /// Pull requests.
    pub(super) pull: Vec<Filter>,
    /// Where it is declared.
    pub(super) place: Place,
}

/// A filter of a trigger: what is not there holds for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    /// Branches; of a pull request those that it leads to.
    pub(super) branches: Option<Patterns>,
    /// Tags.
    pub(super) tags: Option<Patterns>,
    /// Paths of files.
    pub(super) paths: Option<Patterns>,
    /// Where it is declared.
    pub(super) place: Place,
}

/// Patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Patterns {
    /// What is meant.
    pub(super) includes: Vec<String>,
    /// What of it is not.
    pub(super) excludes: Vec<String>,
}

/// A CodeBuild project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Project {
    /// The machine's image.
    pub(super) image: Option<String>,
    /// Its size, as the API has it: `BUILD_GENERAL1_SMALL`.
    pub(super) compute: Option<String>,
    /// Whether it is of ARM.
    pub(super) is_arm: bool,
    /// The network: VPC, subnets, security groups.
    pub(super) vpc: Option<Vpc>,
    /// The buildspec: its text, or a path in the source.
    pub(super) buildspec: Option<String>,
    /// Its variables: name, and whether the value stands there in plain text.
    pub(super) variables: Vec<(String, bool)>,
}

/// A network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vpc {
    /// The VPC's id.
    pub(super) id: String,
    /// Subnets' ids.
    pub(super) subnets: Vec<String>,
    /// Security groups' ids.
    pub(super) security_groups: Vec<String>,
}
