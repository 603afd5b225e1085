//! The environments that a codebase's pipelines lead to: their names, approvals and accounts.

use crate::config::account::is_account;
use std::collections::BTreeMap;

use super::super::super::draft::{Environment, Spot, Whereabouts};
use super::super::super::names::{LONGEST, free, name};
use super::super::super::reader::Located;
use super::super::super::remark::Weight;
use super::super::read::Config;
use super::Drawing;

impl Drawing<'_> {
    /// An environment by branchline's name.
    pub(super) fn environment(
        &mut self,
        config: &Config,
        written: &Located<String>,
        asks: bool,
        reached: &mut BTreeMap<String, String>,
    ) -> String {
        let known =
            reached.iter().find(|(_, theirs)| **theirs == written.value).map(|(ours, _)| ours.clone());
        if let Some(known) = known {
            let mut is_other = false;
            if let Some(environment) = self.draft.environments.iter_mut().find(|one| one.name == known) {
                is_other = environment.approval != asks;
                environment.approval |= asks;
            }
            if is_other {
                self.say(
                    Weight::Changed,
                    written.span,
                    format!("`{known}` asked for an approval in one pipeline and for none in another"),
                    "an approval belongs to the environment, so that no branch goes round it: all ask for it now",
                );
            }
            return known;
        }
        let made =
            free(name(&written.value, LONGEST, "environment"), LONGEST, |name| reached.contains_key(name));
        if made != written.value {
            let what = format!("the environment `{}` is called `{made}`", written.value);
            self.say(
                Weight::Changed,
                written.span,
                what,
                "a name has lowercase letters, digits and single hyphens here",
            );
        }
        reached.insert(made.clone(), written.value.clone());
        self.draft.environments.push(Environment {
            name: made.clone(),
            approval: asks,
            verify: Vec::new(),
            place: self.file.place(written.span),
        });
        self.whereabouts(config, written, &made);
        made
    }

    fn whereabouts(&mut self, config: &Config, written: &Located<String>, made: &str) {
        let found = config.environments.iter().find(|one| one.name.value == written.value);
        let account = found.and_then(|one| one.account.as_ref());
        match (account.filter(|id| is_account(&id.value)), account) {
            (Some(id), _) => {
                let place = Whereabouts { account: Some(id.value.clone()), region: None };
                self.draft.places.insert(made.to_owned(), place);
            }
            (None, wrong) => {
                if let Some(wrong) = wrong {
                    let what = format!("`{}` is no account: it has twelve digits, in quotes", wrong.value);
                    self.say(Weight::Mistake, wrong.span, what, "write the environment's `account`");
                } else if found.is_none() {
                    let what = format!(
                        "a pipeline deploys to `{}`, which is not under `environments`",
                        written.value
                    );
                    self.say(
                        Weight::Mistake,
                        written.span,
                        what,
                        "platform-helper's Terraform fails there; see whether it is in use",
                    );
                }
                self.draft.notes.note(
                    Spot::Environment(made.to_owned()),
                    "no account was found for it. Write its `account`, without which it is that of the pipelines.",
                );
            }
        }
        if let Some(one) = found.filter(|one| one.mode.is_double()) {
            let kept = if one.mode.is_copilots() { "Copilot's" } else { "the platform's own" };
            self.say(
                Weight::Lost,
                one.name.span,
                format!(
                    "in `{}` each service is deployed twice, by Copilot and by the platform",
                    written.value
                ),
                &format!(
                    "{kept} service is taken, which has the traffic; the other one is not deployed any more"
                ),
            );
        }
    }
}
