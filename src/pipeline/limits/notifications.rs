//! How much EventBridge can be told.

use super::Judge;
use crate::diagnostic::Finding;
use crate::pipeline::notifications::{self, PATTERN};

/// Rules of an event bus (Amazon EventBridge quotas; 100 in a few regions, and raised when asked).
const RULES: usize = 300;

/// Notifications: each has a topic and its policy in the base stack, which takes 500 resources with all rules.
const NOTIFICATIONS: usize = 50;

impl Judge<'_> {
    /// Too many notifications or rules of EventBridge's, or one whose pattern gets too long (code `BL261`).
    pub(super) fn notifications(&mut self) {
        let plan = self.plan;
        let all = &plan.config.notifications;
        if let Some((_, beyond)) = all.get_index(NOTIFICATIONS) {
            self.findings.push(
                Finding::error("BL261", beyond.place, format!("there are {} notifications", all.len()))
                    .because(format!("the base stack has room for {NOTIFICATIONS}"))
                    .help("let one notification stand for several `rules` or several addresses"),
            );
            return;
        }
        let mut rules = 0;
        for one in all.values() {
            let notice = notifications::notice(plan, one);
            rules += notice.rules.len();
            if let Some(long) = notice.rules.iter().find(|rule| rule.size() > PATTERN) {
                let message = format!("an event pattern would have up to {} characters", long.size());
                self.findings.push(
                    Finding::error("BL261", one.place, message)
                        .because(format!(
                            "it names {} stages with a window or alarms, and EventBridge takes {PATTERN} characters",
                            long.stages.len()
                        ))
                        .help("split the environments of the rule over two rules, each with a branch of its own"),
                );
                return;
            }
            if rules > RULES {
                let message = format!("the notifications need more than {RULES} rules of EventBridge's");
                self.findings.push(
                    Finding::error("BL261", one.place, message)
                        .because(
                            "each names the pipelines that it is for, and a pattern has room for few dozens",
                        )
                        .help("name fewer `rules` in the notifications, or make fewer notifications"),
                );
                return;
            }
        }
    }
}
