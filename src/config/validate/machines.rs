//! Images that build machines are made from, in the registries of other accounts.

use super::{Judge, below, sections};
use crate::config::raw::RawMigrateOverrides;
use crate::config::tree::Step;
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// A machine's image in another account than the project (code `BL056`). What is so in several environments is told for
    /// the first.
    pub(super) fn distant_machines(&mut self) {
        let raw = self.raw;
        let home = raw.pipelines.account.as_str();
        let build = raw.build.as_ref().and_then(|build| build.image.as_deref());
        self.distant_machine(&["build"], build, home, "the pipelines");
        for test in sections::tests(raw) {
            self.distant_machine(&test.path, test.raw.image.as_deref(), home, "the pipelines");
        }
        for migration in sections::migrations(raw) {
            let image = migration.raw.image.as_deref();
            for (name, environment) in &raw.environments {
                let is_off = matches!(environment.migrate, Some(RawMigrateOverrides::None(_)));
                let account = environment.account.as_deref().unwrap_or(home);
                if !is_off && self.distant_machine(&migration.path, image, account, &format!("`{name}`")) {
                    break;
                }
            }
        }
        for (name, environment) in &raw.environments {
            let image = environment.verify.as_ref().and_then(|verify| verify.image.as_deref());
            let account = environment.account.as_deref().unwrap_or(home);
            self.distant_machine(&["environments", name, "verify"], image, account, &format!("`{name}`"));
        }
    }

    /// Whether it was one.
    fn distant_machine<'p>(
        &mut self,
        section: &[impl Copy + Into<Step<'p>>],
        image: Option<&str>,
        own: &str,
        whose: &str,
    ) -> bool {
        let registry = image.and_then(|image| image.split_once(".dkr.ecr.")).map(|(account, _)| account);
        let Some(account) = registry.filter(|account| *account != own) else { return false };
        let place = self.place(&below(section, &["image"]));
        self.report(
            Finding::warning(
                "BL056",
                place,
                format!("the image is kept in the account `{account}`, and the machine runs for {whose} in `{own}`"),
            )
            .because("the project's role may pull it; the repository's policy in the other account has to allow that role too")
            .help(format!("see that it does, or name an image in `{own}`")),
        );
        true
    }
}
