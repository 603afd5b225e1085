//! Whose credentials reach which account, as the person said it.

use std::collections::BTreeMap;

/// How one account is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// The profile of the AWS configuration files whose credentials are taken; else the SDK's own order decides.
    pub profile: Option<String>,
    /// The ARN of a role that is assumed with them.
    pub role: Option<String>,
}

/// The ways to all accounts.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// To the accounts that nothing else is said of.
    everywhere: Way,
    /// By account.
    accounts: BTreeMap<String, Way>,
}

/// `--profile` and `--role` as they were written: `VALUE`, or `ENVIRONMENT=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The environment whose account it is for; all accounts without one.
    pub environment: Option<String>,
    /// A profile's name, or a role's ARN.
    pub value: String,
}

impl std::str::FromStr for Given {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A role's name may have a `=` in it (IAM user guide, "IAM and STS quotas"), an ARN's beginning has none.
        let is_name = |name: &&str| !name.is_empty() && !name.contains([':', '/']);
        Ok(match text.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((environment, value)) => {
                Given { environment: Some(environment.to_owned()), value: value.to_owned() }
            }
            None => Given { environment: None, value: text.to_owned() },
        })
    }
}

/// What was said of credentials fits together with no configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// An environment that the file does not have.
    #[error("there is no environment `{0}`")]
    NoEnvironment(String),
    /// Two ways to one account.
    #[error("account {account} is given two {what}s: `{one}` and `{other}`")]
    Two {
        /// The account's twelve digits.
        account: String,
        /// `profile` or `role`.
        what: &'static str,
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// A role that is to be assumed for all accounts.
    #[error("`--role` needs an environment: a role belongs to one account")]
    RoleEverywhere,
    /// A role of another account than the environment's.
    #[error("`{role}` is no role of account {account}, in which `{environment}` is")]
    Elsewhere {
        /// The role's ARN.
        role: String,
        /// The environment's account.
        account: String,
        /// The environment.
        environment: String,
    },
}

impl AccessError {
    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            AccessError::NoEnvironment(_) => {
                "the environments are those of branchline.yml: see `branchline map`"
            }
            AccessError::Two { .. } => "say it once: environments of one account are reached in one way",
            AccessError::RoleEverywhere => "write `--role ENVIRONMENT=ARN`",
            AccessError::Elsewhere { .. } => "name a role of the account in which the environment is",
        }
    }
}

impl Access {
    /// The ways that options say. `account_of` knows the account of an environment.
    pub fn new(
        profiles: &[Given],
        roles: &[Given],
        account_of: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, AccessError> {
        let mut access = Access::default();
        let account = |environment: &str| {
            account_of(environment).ok_or_else(|| AccessError::NoEnvironment(environment.to_owned()))
        };
        for Given { environment, value } in profiles {
            match environment {
                None => access.everywhere.profile = Some(value.clone()),
                Some(environment) => {
                    let account = account(environment)?;
                    let way = access.accounts.entry(account.clone()).or_default();
                    set(&mut way.profile, value, &account, "profile")?;
                }
            }
        }
        for Given { environment, value } in roles {
            let environment = environment.as_ref().ok_or(AccessError::RoleEverywhere)?;
            let account = account(environment)?;
            if value.split(':').nth(4) != Some(account.as_str()) {
                let (role, environment) = (value.clone(), environment.clone());
                return Err(AccessError::Elsewhere { role, account, environment });
            }
            let way = access.accounts.entry(account.clone()).or_default();
            set(&mut way.role, value, &account, "role")?;
        }
        Ok(access)
    }

    /// The way to an account.
    pub fn to(&self, account: &str) -> Way {
        let own = self.accounts.get(account).cloned().unwrap_or_default();
        Way { profile: own.profile.or_else(|| self.everywhere.profile.clone()), role: own.role }
    }
}

fn set(at: &mut Option<String>, value: &str, account: &str, what: &'static str) -> Result<(), AccessError> {
    match at.replace(value.to_owned()) {
        Some(before) if before != value => {
            let (account, other) = (account.to_owned(), value.to_owned());
            Err(AccessError::Two { account, what, one: before, other })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account_of(environment: &str) -> Option<String> {
        match environment {
            "staging" | "qa" => Some("222233334444".to_owned()),
            "production" => Some("333344445555".to_owned()),
            _ => None,
        }
    }

    fn given(texts: &[&str]) -> Vec<Given> {
        texts.iter().map(|text| text.parse().expect("any text is one")).collect()
    }

    const ROLE: &str = "arn:aws:iam::333344445555:role/ci/apply=now";

    #[test]
    fn an_account_has_its_own_way_and_the_others_the_common_one() {
        let (profiles, role) = (given(&["ci", "staging=stage"]), format!("production={ROLE}"));
        let access = Access::new(&profiles, &given(&[&role]), account_of).expect("sound");
        assert_eq!(access.to("222233334444"), Way { profile: Some("stage".to_owned()), role: None });
        assert_eq!(
            access.to("333344445555"),
            Way { profile: Some("ci".to_owned()), role: Some(ROLE.to_owned()) }
        );
        assert_eq!(access.to("111122223333"), Way { profile: Some("ci".to_owned()), role: None });
    }

    #[test]
    fn what_fits_no_configuration_is_refused() {
        let refused = |profiles: &[&str], roles: &[&str]| {
            Access::new(&given(profiles), &given(roles), account_of).expect_err("refused")
        };
        assert_eq!(refused(&["nowhere=ci"], &[]), AccessError::NoEnvironment("nowhere".to_owned()));
        assert!(matches!(refused(&["staging=a", "qa=b"], &[]), AccessError::Two { what: "profile", .. }));
        assert_eq!(refused(&[], &[ROLE]), AccessError::RoleEverywhere);
        let elsewhere = format!("staging={ROLE}");
        assert!(matches!(refused(&[], &[&elsewhere]), AccessError::Elsewhere { .. }));
    }
}
