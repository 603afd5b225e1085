//! Accounts and regions that nobody has.

use super::Judge;
use crate::config::regions;
use crate::config::tree::Step;
use crate::diagnostic::Finding;

/// Twelve digits that are an account's id in form alone.
const NO_ACCOUNT: &str = "000000000000";

impl Judge<'_> {
    /// Places that are none: an account (code `BL081`), and a region that AWS had not when the list was made (`BL082`).
    pub(super) fn places(&mut self) {
        let raw = self.raw;
        let mut told = Vec::new();
        let home = (Some(&raw.pipelines.account), Some(&raw.pipelines.region), vec![Step::Key("pipelines")]);
        let others = raw.environments.iter().map(|(name, environment)| {
            let path = vec![Step::Key("environments"), Step::Key(name)];
            (environment.account.as_ref(), environment.region.as_ref(), path)
        });
        for (account, region, path) in std::iter::once(home).chain(others) {
            if account.is_some_and(|account| account == NO_ACCOUNT) {
                self.no_account(&path);
            }
            if let Some(region) = region.filter(|region| !regions::is_known(region))
                && !told.contains(&region)
            {
                // A region that is written many times is told once.
                told.push(region);
                self.unknown_region(region, &path);
            }
        }
    }

    fn no_account(&mut self, path: &[Step]) {
        let place = self.place(&super::below(path, &["account"]));
        self.report(
            Finding::error("BL081", place, format!("`{NO_ACCOUNT}` is nobody's account"))
                .because("AWS gives no account this id; it stands in for one that was not known yet")
                .help("write the id that `aws sts get-caller-identity` tells, in quotes"),
        );
    }

    fn unknown_region(&mut self, region: &str, path: &[Step]) {
        let place = self.place(&super::below(path, &["region"]));
        let near = regions::nearest(region).unwrap_or_default();
        self.report(
            Finding::warning("BL082", place, format!("`{region}` is no region that this branchline knows"))
                .because("it has the form of one; AWS may have it by now, or it is mistyped")
                .help(format!("did you mean `{near}`? A region that is new may stay as it is")),
        );
    }
}
