//! Whether each account can be asked with the credentials that are meant for it.

use super::Examined;
use crate::diagnostic::Finding;
use crate::operate::plain;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let (config, home) = (examined.plan.config, &examined.plan.home);
    let closed = examined.facts.closed.iter().map(|(account, (why, help))| {
        let own: Vec<_> = examined.plan.environments().filter(|place| place.account == *account).collect();
        let of: Vec<String> = own.iter().map(|place| format!("`{}`", place.name)).collect();
        let whose = if account == home.account() {
            "of the pipelines".to_owned()
        } else {
            format!("of {}", of.join(", "))
        };
        let place = examined
            .spots
            .find(&["account"], account, super::spot::Filled { app: &config.app, ..Default::default() })
            .or_else(|| own.first().map(|place| place.place));
        Finding::error("BL901", place, format!("account {account} {whose} cannot be asked"))
            .because(plain(why))
            .help(format!("{help}; nothing else of this account was looked at"))
    });
    closed.collect()
}
