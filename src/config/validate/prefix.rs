//! What the names of everything begin with.

use super::Judge;
use crate::diagnostic::{Finding, shown};

/// Characters of prefix and app together: what an app's name alone may have, so that no name that is made of them gets
/// longer than AWS takes (`pipeline/names.rs`).
const STEM: usize = 20;

/// What S3 takes at the beginning of no bucket's name (Amazon S3, "General purpose bucket naming rules").
const RESERVED: [&str; 2] = ["sthree-", "amzn-s3-demo-"];

impl Judge<'_> {
    /// The prefix and the app's name.
    pub(super) fn stem(&self) -> String {
        format!("{}{}", self.raw.name_prefix.as_deref().unwrap_or_default(), self.raw.app)
    }

    /// A prefix that does not go with the app's name (code `BL092`).
    pub(super) fn prefix(&mut self) {
        let raw = self.raw;
        let Some(prefix) = &raw.name_prefix else { return };
        let stem = self.stem();
        let place = self.place(&["name_prefix"]);
        let app = self.place(&["app"]);
        if stem.len() > STEM {
            let help = match STEM.checked_sub(raw.app.len()).filter(|room| *room > 1) {
                Some(room) => format!("write a prefix of at most {room} characters, or a shorter `app`"),
                None => "write a shorter `app`, or no prefix".to_owned(),
            };
            self.report(
                Finding::error(
                    "BL092",
                    place,
                    format!("{} and {} have {} characters together", shown(prefix), shown(&raw.app), stem.len()),
                )
                .because(format!(
                    "the names of roles and buckets begin with both, and with more than {STEM} they get longer than AWS takes"
                ))
                .help(help)
                .related(app, "the app's name"),
            );
        } else if RESERVED.iter().any(|reserved| format!("{stem}-").starts_with(reserved)) {
            self.report(
                Finding::error("BL092", place, format!("the artifact bucket would be called `{stem}-…`"))
                    .because("S3 reserves names that begin with `sthree-` or `amzn-s3-demo-`")
                    .help("choose a prefix that begins otherwise")
                    .related(app, "the app's name"),
            );
        }
    }
}
