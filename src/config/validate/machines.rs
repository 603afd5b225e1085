//! Images that build machines are made from, in the registries of other accounts.

use super::Judge;
use crate::config::raw::RawOrNone;
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// A machine's image in another account than the project (code `BL056`). What is so in several environments is told for
    /// the first.
    pub(super) fn distant_machines(&mut self) {
        let raw = self.raw;
        let home = raw.pipelines.account.as_str();
        let build = raw.build.as_ref().and_then(|build| build.image.as_deref());
        self.distant_machine("build", build, home, "the pipelines");
        let test = raw.test.as_ref().and_then(|test| test.image.as_deref());
        self.distant_machine("test", test, home, "the pipelines");
        let migrate = raw.migrate.as_ref().and_then(|migrate| migrate.image.as_deref());
        let migrated = raw
            .environments
            .iter()
            .filter(|(_, environment)| !matches!(environment.migrate, Some(RawOrNone::None(_))))
            .map(|(name, environment)| (name, environment.account.as_deref().unwrap_or(home)));
        for (name, account) in migrated {
            if self.distant_machine("migrate", migrate, account, &format!("`{name}`")) {
                break;
            }
        }
    }

    /// Whether it was one.
    fn distant_machine(&mut self, section: &str, image: Option<&str>, own: &str, whose: &str) -> bool {
        let registry = image.and_then(|image| image.split_once(".dkr.ecr.")).map(|(account, _)| account);
        let Some(account) = registry.filter(|account| *account != own) else { return false };
        let place = self.place(&[section, "image"]);
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
