//! Who is told what happens, shown in a comment: a repository knows nobody's address.

use crate::document::page::Page;

/// The key that is shown and does not count, right as it stands.
pub(super) fn notifications(page: &mut Page) {
    page.gap();
    page.comment(
        "Who is told of failures, of approvals that wait and of what was deployed; nobody is, so far. Take the # away from it and \
         set the address right. In the place of `email`, `slack: { workspace: T0123ABCD, channel: C0123ABCD }` tells a channel, \
         once somebody has authorized the workspace in the console of Amazon Q Developer in chat applications.",
    );
    page.comment_line("notifications: { team: { to: { email: [team@example.com] } } }");
}
