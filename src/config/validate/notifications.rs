//! Who is told what happens: whether they can be, whether there is anything to tell, and whether they are told twice.

use indexmap::{IndexMap, IndexSet};

use super::Judge;
use crate::config::raw::{RawNotification, RawRecipient, RawTold};
use crate::config::tree::Step;
use crate::config::{Config, Notification, Partition, Recipient, Rule};
use crate::diagnostic::{Finding, Span, shown};

/// All that people may be told of.
const ALL: [RawTold; 3] = [RawTold::Failed, RawTold::Approval, RawTold::Deployed];

impl Judge<'_> {
    /// The notifications, in the order of the file. The shape says that each has exactly one recipient.
    pub(super) fn notifications(&mut self) -> IndexMap<String, Notification> {
        let raw = self.raw;
        let written = raw.notifications.iter().flatten();
        let mut all = IndexMap::new();
        for (name, written) in written {
            let Some(to) = recipient(&written.to) else { continue };
            self.reached(name, &to);
            all.insert(name.clone(), self.notification(name, written, to));
        }
        all
    }

    fn notification(&self, name: &str, written: &RawNotification, to: Recipient) -> Notification {
        let is_meant = |key: &&String| written.rules.as_ref().is_none_or(|rules| rules.contains(*key));
        let is_told = |told: &RawTold| written.events.as_ref().is_none_or(|events| events.contains(told));
        Notification {
            name: name.to_owned(),
            to,
            events: ALL.into_iter().filter(is_told).collect(),
            rules: self.raw.branches.keys().filter(is_meant).cloned().collect(),
            place: self.key(&["notifications", name]),
        }
    }

    /// A recipient whom EventBridge cannot reach (codes `BL044`, `BL262`).
    fn reached(&mut self, name: &str, to: &Recipient) {
        let home = &self.raw.pipelines;
        let own = Partition::of_region(&home.region);
        match to {
            Recipient::Topic(arn) => {
                let place = self.place(&["notifications", name, "to", "topic"]);
                let mut parts = arn.split(':').skip(3);
                let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                if region != home.region {
                    self.report(
                        Finding::error(
                            "BL044",
                            place,
                            format!("the topic is in `{region}`, the pipelines in `{}`", home.region),
                        )
                        .because("EventBridge tells only topics of its own region")
                        .help(format!("write the ARN of a topic in `{}`", home.region)),
                    );
                } else if account != home.account {
                    self.report(
                        Finding::error(
                            "BL262",
                            place,
                            format!("the topic belongs to the account `{account}`"),
                        )
                        .because(format!(
                            "the pipelines are in `{}`, whose events reach topics of that account",
                            home.account
                        ))
                        .help(
                            "write the ARN of a topic there, to which others may subscribe across accounts",
                        ),
                    );
                }
            }
            Recipient::Slack(_) | Recipient::Teams(_) if own != Partition::Aws => {
                let key = if matches!(to, Recipient::Slack(_)) { "slack" } else { "teams" };
                let place = self.key(&["notifications", name, "to", key]);
                self.report(
                    Finding::error("BL262", place, format!("no chat can be told from `{}`", home.region))
                        .because(format!(
                            "AWS tells chats by Amazon Q Developer, whose API takes no role of the partition `{own}`"
                        ))
                        .help("name `email` addresses or a `topic`"),
                );
            }
            Recipient::Slack(_) | Recipient::Teams(_) | Recipient::Email(_) => {}
        }
    }

    /// What was asked for and never happens (code `BL259`), and who is told the same twice (code `BL260`).
    pub(super) fn notified(&mut self, config: &Config) {
        for (name, written) in self.raw.notifications.iter().flatten() {
            let Some(notification) = config.notifications.get(name) else { continue };
            for (index, told) in written.events.iter().flatten().enumerate() {
                self.nothing_to_tell(config, notification, *told, index);
            }
        }
        self.twice_by_approvals(config);
        let all: Vec<&Notification> = config.notifications.values().collect();
        for (index, one) in all.iter().enumerate() {
            let earlier = all.iter().take(index).find(|earlier| tell_the_same(earlier, one));
            if let Some(earlier) = earlier {
                self.report(
                    Finding::warning("BL260", one.place, format!("{} is told twice", subject(&one.to)))
                        .because(format!("{} tells the same of the same rules", shown(&earlier.name)))
                        .help("give the two different `events` or `rules`, or make one of them")
                        .related(earlier.place, "the other"),
                );
            }
        }
    }

    fn nothing_to_tell(&mut self, config: &Config, notification: &Notification, told: RawTold, index: usize) {
        let happens = |of: fn(&crate::config::Environment) -> bool| {
            environments(config, notification).any(|name| config.environments.get(name).is_some_and(of))
        };
        let path: Vec<Step> = ["notifications", notification.name.as_str(), "events"]
            .into_iter()
            .map(Step::Key)
            .chain([Step::Item(index)])
            .collect();
        let place = self.place(&path);
        let (what, reason, help) = match told {
            RawTold::Approval if !happens(|place| place.approval.is_some()) => (
                "an approval",
                "no environment of these rules has an `approval`",
                "take it out, or ask for an approval in an environment",
            ),
            RawTold::Deployed if !happens(|place| place.lock.is_some()) => (
                "a deploy",
                "what was deployed is recorded, and told, where an environment has a lock; none of these rules' has one",
                "take it out, or give an environment `lock: true`",
            ),
            RawTold::Deployed => {
                self.deploys_left_out(config, notification, place);
                return;
            }
            RawTold::Failed | RawTold::Approval => return,
        };
        self.report(
            Finding::warning("BL259", place, format!("nobody will be told of {what}"))
                .because(reason)
                .help(help),
        );
    }

    /// The environments of whose deploys nobody is told, beside others of which somebody is.
    fn deploys_left_out(&mut self, config: &Config, notification: &Notification, place: Span) {
        let has_no_lock =
            |name: &&String| config.environments.get(*name).is_some_and(|place| place.lock.is_none());
        let left: IndexSet<&String> = environments(config, notification).filter(has_no_lock).collect();
        if left.is_empty() {
            return;
        }
        let left: Vec<String> = left.into_iter().map(|name| shown(name)).collect();
        self.report(
            Finding::note("BL259", place, format!("nobody will be told of deploys to {}", left.join(", ")))
                .because(
                    "what was deployed is recorded, and told, where an environment has a lock; of itself one has it where a \
                     migration runs or several pipelines deploy",
                )
                .help("give an environment of which people shall be told `lock: true`"),
        );
    }

    /// The topic of an approval that is a notification's as well.
    fn twice_by_approvals(&mut self, config: &Config) {
        for place in config.environments.values() {
            let Some(topic) = place.approval.as_ref().and_then(|approval| approval.notify.as_ref()) else {
                continue;
            };
            let is_same = |one: &&Notification| {
                matches!(&one.to, Recipient::Topic(arn) if arn == topic)
                    && one.events.contains(&RawTold::Approval)
                    && environments(config, one).any(|name| *name == place.name)
            };
            let Some(other) = config.notifications.values().find(is_same) else { continue };
            let notify = self.place(&["environments", &place.name, "approval", "notify"]);
            self.report(
                Finding::warning("BL260", notify, format!("the approval of `{}` is told twice", place.name))
                    .because(format!("{} tells the same topic of approvals", shown(&other.name)))
                    .help("take `notify` out, or give the notification `events` without `approval`")
                    .related(other.place, "the notification"),
            );
        }
    }
}

/// The environments that the rules of a notification deploy to, some of them more than once.
fn environments<'c>(config: &'c Config, notification: &'c Notification) -> impl Iterator<Item = &'c String> {
    let is_meant = |rule: &&Rule| notification.rules.contains(&rule.key);
    config.rules.iter().filter(is_meant).flat_map(|rule| &rule.environments)
}

fn tell_the_same(one: &Notification, other: &Notification) -> bool {
    let is_same_person = match (&one.to, &other.to) {
        (Recipient::Email(one), Recipient::Email(other)) => one.iter().any(|address| other.contains(address)),
        (one, other) => one == other,
    };
    is_same_person
        && one.events.iter().any(|told| other.events.contains(told))
        && one.rules.iter().any(|rule| other.rules.contains(rule))
}

fn recipient(written: &RawRecipient) -> Option<Recipient> {
    let email = || {
        let addresses = written.email.as_ref()?;
        Some(Recipient::Email(addresses.iter().map(|address| address.0.clone()).collect()))
    };
    email()
        .or_else(|| written.slack.clone().map(Recipient::Slack))
        .or_else(|| written.teams.clone().map(Recipient::Teams))
        .or_else(|| written.topic.clone().map(Recipient::Topic))
}

/// Who is told, at the beginning of a sentence about one of them.
fn subject(to: &Recipient) -> String {
    match to {
        Recipient::Email(addresses) if addresses.len() > 1 => "one of the addresses".to_owned(),
        Recipient::Email(addresses) => addresses.iter().map(|address| shown(address)).collect(),
        Recipient::Slack(slack) => format!("the Slack channel {}", shown(&slack.channel)),
        Recipient::Teams(teams) => format!("the Teams channel {}", shown(&teams.channel)),
        Recipient::Topic(arn) => format!("the topic {}", shown(arn)),
    }
}
