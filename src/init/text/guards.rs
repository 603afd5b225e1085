//! What can guard an environment beside a person, shown in comments: what of it a team wants, no repository tells.

use crate::document::page::Page;
use crate::init::{Answers, Found};

/// Keys of production that are shown and do not count. Each line is a key of its own, right as it stands: the names in it are
/// those that this app's would have.
pub(super) fn guards(page: &mut Page, found: &Found, answers: &Answers) {
    let app = &answers.app;
    page.comment("More that can guard it. Take the # away from what it shall have, and set the names right:");
    page.comment_line("window: { cron: \"* * 9-16 ? * MON-THU *\", timezone: UTC } # when it may be entered");
    page.comment_line(&format!(
        "alarms: [\"{app}-{{environment}}-errors\"] # must stay off for 10m after each deploy"
    ));
    page.comment_line("rollback: on_failure # the last good deploy runs again; no migration is undone");
    if answers.migrate.is_some() {
        page.comment_line(&format!(
            "snapshot: {{ instance: \"{app}-{{environment}}\" }} # of the database, before each migration"
        ));
    }
    let health = found.services.iter().find_map(|service| Some((service.health.as_deref()?, &service.name)));
    let (path, why) = match health {
        Some((path, service)) => (path, format!("what the health check of {service} asks")),
        None => ("/", "asked after each deploy".to_owned()),
    };
    page.comment_line(&format!("verify: {{ http: {{ url: \"https://{app}.example.com{path}\" }} }} # {why}"));
}
