//! Statements of policies that the file declares.

use super::{Judge, below};
use crate::config::Declared;
use crate::config::placeholder::Names;
use crate::config::raw::RawStatement;
use crate::config::tree::Step;
use crate::diagnostic::{Finding, Span, shown};

impl Judge<'_> {
    /// Statements with their placeholders filled in; one that is wide needs a reason (code `BL514`).
    pub(super) fn statements(
        &mut self,
        written: &[RawStatement],
        path: &[Step],
        names: &Names,
    ) -> Vec<Declared> {
        let mut all = Vec::with_capacity(written.len());
        for (index, statement) in written.iter().enumerate() {
            let mut path = path.to_vec();
            path.push(Step::Item(index));
            self.wide(statement, &path);
            all.push(Declared {
                actions: statement.actions.iter().map(|action| action.0.clone()).collect(),
                resources: statement.resources.iter().map(|resource| names.fill(&resource.0)).collect(),
            });
        }
        all
    }

    fn wide(&mut self, statement: &RawStatement, path: &[Step]) {
        if statement.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty()) {
            return;
        }
        for (index, action) in statement.actions.iter().enumerate() {
            if action.0.contains(['*', '?']) {
                let place = self.item(path, "actions", index);
                self.too_wide(
                    place,
                    &action.0,
                    "it stands for actions that nobody has named, and for those that AWS adds later",
                    "name each action",
                );
            }
        }
        for (index, resource) in statement.resources.iter().enumerate() {
            if is_everything(&resource.0) {
                let place = self.item(path, "resources", index);
                self.too_wide(
                    place,
                    &resource.0,
                    "the commands may do this to everything in the account that it fits, of other environments too",
                    "write the ARNs of what is deployed to",
                );
            }
        }
    }

    fn item(&self, path: &[Step], key: &str, index: usize) -> Span {
        let mut steps = path.to_vec();
        steps = below(&steps, &[]);
        steps.push(Step::Key(key));
        steps.push(Step::Item(index));
        self.place(&steps)
    }

    fn too_wide(&mut self, place: Span, text: &str, reason: &str, help: &str) {
        let finding =
            Finding::error("BL514", place, format!("{} is wide, and nothing says why", shown(text)))
                .because(reason)
                .help(format!("{help}, or add a `reason` to the statement"));
        if !self.findings.contains(&finding) {
            self.report(finding);
        }
    }
}

/// Whether an ARN names no resource: what stands behind the account is a wildcard alone, or a kind and a wildcard.
fn is_everything(resource: &str) -> bool {
    let Some(name) = resource.splitn(6, ':').nth(5) else { return true };
    let behind = name.split_once(['/', ':']).map_or(name, |(_, behind)| behind);
    // A bucket is the whole name; behind its slash are its own objects.
    let is_of_bucket = resource.contains(":s3:::") && !name.starts_with('*');
    name == "*" || (behind == "*" && !is_of_bucket)
}

#[cfg(test)]
mod tests {
    use super::is_everything;

    #[test]
    fn an_arn_that_names_nothing_is_everything() {
        for wide in
            ["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:lambda:eu-west-1:111122223333:function:*"]
        {
            assert!(is_everything(wide), "{wide}");
        }
        for narrow in [
            "arn:aws:s3:::shop-site/*",
            "arn:aws:s3:::shop-site",
            "arn:aws:lambda:eu-west-1:111122223333:function:shop-*",
            "arn:aws:cloudfront::111122223333:distribution/E1",
        ] {
            assert!(!is_everything(narrow), "{narrow}");
        }
    }
}
