//! Whether the connection to the repository's host is there, and complete.

use super::Examined;
use super::facts::Answer;
use super::spot::Filled;
use crate::diagnostic::Finding;
use crate::operate::plain;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let Some((arn, answer)) = &examined.facts.connection else { return Vec::new() };
    let (config, home) = (examined.plan.config, &examined.plan.home);
    let found = examined.spots.find(&["source", "connection"], arn, Filled::default());
    let place = found.unwrap_or(config.source.place);
    let shown = plain(arn);
    // A connection may be of another region than the pipelines: its ARN says which.
    let region = arn.split(':').nth(3).unwrap_or_else(|| home.region());
    // Developer Tools console user guide, "Update a pending connection".
    let console = home.partition().console(region);
    let link = format!("https://{console}/codesuite/settings/connections?region={region}");
    let finding = match answer {
        Answer::Hidden => return Vec::new(),
        Answer::There(status) if status == "AVAILABLE" => return Vec::new(),
        Answer::Missing => Finding::error("BL903", place, format!("there is no connection `{shown}`"))
            .because("no pipeline can read its branch without it")
            .help("name one that is there: `aws codeconnections list-connections` lists them"),
        Answer::There(status) => {
            let (what, why) = match status.as_str() {
                "PENDING" => {
                    ("waits for a person", "AWS lets nobody but a person allow it to read the repository")
                }
                _ => ("does not work", "its host does not let AWS in any more"),
            };
            Finding::error("BL904", place, format!("the connection {what}: it is {}", plain(status)))
                .because(why)
                .help(format!("complete it at {link} (\"Update pending connection\")"))
        }
    };
    vec![finding]
}
