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

/// Services whose ARNs have the resource's name first, and no kind before it.
const NAMED_FIRST: &[&str] = &["codecommit", "codepipeline", "execute-api", "s3", "s3express", "sns", "sqs"];

/// Words behind a kind that name nothing: kinds within it (IAM, "Service authorization reference").
const INNER_KINDS: &[&str] =
    &["app", "backup", "consumer", "export", "gwy", "index", "log-stream", "net", "stages", "stream"];

/// Whether an ARN names no resource: what stands behind the account, and behind the kind where there is one, is nothing but
/// wildcards.
fn is_everything(resource: &str) -> bool {
    let mut parts = resource.splitn(6, ':').skip(2);
    let service = parts.next().unwrap_or_default();
    let Some(name) = parts.nth(2) else { return true };
    let mut words = name.split(['/', ':']).filter(|word| !word.is_empty());
    let names = |word: &str| !word.chars().all(|letter| matches!(letter, '*' | '?'));
    if NAMED_FIRST.contains(&service) {
        // What stands behind the name is within it.
        return !words.next().is_some_and(names);
    }
    // A name alone is what it is; the first of several words is a kind.
    match words.next() {
        Some(alone) if name.trim_matches('/') == alone => !names(alone),
        _ => !words.any(|word| names(word) && !INNER_KINDS.contains(&word)),
    }
}

#[cfg(test)]
mod tests {
    use super::is_everything;

    #[test]
    fn an_arn_that_names_nothing_is_everything() {
        for wide in [
            "*",
            "arn:aws:s3:::*",
            "arn:aws:s3:::**",
            "arn:aws:s3:::?*/index.html",
            "arn:aws:s3:::*/*",
            "arn:aws:lambda:eu-west-1:111122223333:function:*",
            "arn:aws:lambda:eu-west-1:111122223333:*:*",
            "arn:aws:cloudformation:eu-west-1:111122223333:stack/*/*",
            "arn:aws:logs:eu-west-1:111122223333:log-group:*:log-stream:*",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/*/index/*",
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/*",
            "arn:aws:apigateway:eu-west-1::/restapis/*/stages/*",
            "arn:aws:sqs:eu-west-1:111122223333:??*",
            "arn:aws:iam::111122223333:role//*",
        ] {
            assert!(is_everything(wide), "{wide}");
        }
        for narrow in [
            "arn:aws:s3:::shop-site/*",
            "arn:aws:s3:::shop-site",
            "arn:aws:lambda:eu-west-1:111122223333:function:shop-*",
            "arn:aws:cloudfront::111122223333:distribution/E1",
            "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-*/*",
            "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop:*",
            "arn:aws:sns:eu-west-1:111122223333:shop",
            "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*",
            "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/*",
        ] {
            assert!(!is_everything(narrow), "{narrow}");
        }
    }
}
