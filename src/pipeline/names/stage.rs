//! The names of an environment's stages: what a stage is for, and the environment, `Deploy-production`. The stages of no
//! environment, `Source`, `Build` and `Test`, have no hyphen.

/// What a stage of an environment is for, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageKind {
    /// A person says yes.
    Approve,
    /// Databases are migrated.
    Migrate,
    /// Services are deployed.
    Deploy,
    /// What was deployed is asked whether it works.
    Verify,
}

impl StageKind {
    const ALL: [StageKind; 4] =
        [StageKind::Approve, StageKind::Migrate, StageKind::Deploy, StageKind::Verify];

    /// What its name begins with, before the hyphen.
    fn word(self) -> &'static str {
        match self {
            StageKind::Approve => "Approve",
            StageKind::Migrate => "Migrate",
            StageKind::Deploy => "Deploy",
            StageKind::Verify => "Verify",
        }
    }

    /// The stage's name. At most 38 characters, of which CodePipeline takes 100.
    pub fn stage(self, environment: &str) -> String {
        format!("{}-{environment}", self.word())
    }

    /// What a stage of this name is for; `None` where it is of no environment.
    pub fn of(stage: &str) -> Option<Self> {
        let (word, _) = stage.split_once('-')?;
        StageKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::StageKind;

    #[test]
    fn a_stage_is_known_by_its_name_whatever_its_environment_is_called() {
        for kind in StageKind::ALL {
            for environment in ["production", "eu-1", "Deploy", "deploy-verify"] {
                assert_eq!(StageKind::of(&kind.stage(environment)), Some(kind));
            }
        }
        for other in ["Source", "Build", "Test", "Deploy", "deploy-x", "-production", ""] {
            assert_eq!(StageKind::of(other), None, "{other}");
        }
    }
}
