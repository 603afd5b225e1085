//! One partition for everything: its region decides which, and nothing of another can be reached from it.

use super::Judge;
use crate::config::Partition;
use crate::config::raw::RawProvider;
use crate::config::tree::{Node, Value};
use crate::diagnostic::{Finding, Span, shown};

/// Keys whose values are ARNs of what is used, or may be.
const ARNS: &[&str] =
    &["connection", "existing", "notify", "permission_boundary", "secrets_manager", "topic"];

/// Keys below which the texts are the person's own: an ARN there is not one that branchline uses.
const THEIRS: &[&str] = &["args", "overrides", "tags", "variables"];

impl Judge<'_> {
    /// Environments and ARNs of another partition than the pipelines' (codes `BL093`, `BL094`), and regions where
    /// something that every pipeline needs is not to be had (`BL234`).
    pub(super) fn partitions(&mut self) {
        let raw = self.raw;
        let home = &raw.pipelines.region;
        let own = Partition::of_region(home);
        for (name, environment) in &raw.environments {
            let Some(region) = &environment.region else { continue };
            let theirs = Partition::of_region(region);
            if theirs != own {
                let place = self.place(&["environments", name, "region"]);
                let pipelines = self.place(&["pipelines", "region"]);
                self.report(
                    Finding::error(
                        "BL093",
                        place,
                        format!("`{name}` is in the partition `{theirs}`, the pipelines in `{own}`"),
                    )
                    .because("accounts of one partition are unknown in another: no role is assumed across")
                    .help(format!(
                        "write a file of its own for the environments in `{theirs}`, with pipelines there"
                    ))
                    .related(pipelines, "where the pipelines are"),
                );
            }
        }
        let mut found = Vec::new();
        arns(self.tree, &mut found);
        for (place, arn, theirs) in found {
            if theirs == own.id() {
                continue;
            }
            self.report(
                Finding::error("BL094", place, format!("{} is in the partition `{theirs}`", shown(arn)))
                    .because(format!("the pipelines are in `{home}`, and so in the partition `{own}`, which knows none of its ARNs"))
                    .help(format!("write the ARN of one in the partition of the pipelines: it begins with `arn:{own}:`")),
            );
        }
        let is_connected = self.raw.source.provider.is_none_or(RawProvider::has_connection);
        if is_connected && Partition::lacks_connections(home) {
            self.no_connections(home, own);
        }
    }

    /// A warning: tables lag behind what AWS offers. In China a stack knows not even the type of a connection (the schemas
    /// of resource types by region that come with cfn-lint), so one that the base would make is an error.
    fn no_connections(&mut self, home: &str, own: Partition) {
        let place = self.place(&["pipelines", "region"]);
        if own == Partition::China && self.raw.source.connection.is_none() {
            self.report(
                Finding::error("BL234", place, format!("no stack can make a connection in `{home}`"))
                    .because("CloudFormation has no type for it there, and `source` names none that exists")
                    .help("give `source` a `connection` once AWS offers them there, or keep the pipelines elsewhere"),
            );
            return;
        }
        let more = if own == Partition::China {
            ", and its pages on China say that CodePipeline is not offered there"
        } else {
            ""
        };
        self.report(
            Finding::warning(
                "BL234",
                place,
                format!("CodeConnections is not known to be offered in `{home}`"),
            )
            .because(format!(
                "every pipeline begins with a connection; AWS lists no endpoint for them there{more}"
            ))
            .help(
                "make sure of it before you deploy, or keep the pipelines in another region of the partition",
            ),
        );
    }
}

/// Every ARN that is used, with its place and partition.
fn arns<'n>(node: &'n Node, found: &mut Vec<(Span, &'n str, &'n str)>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries.iter().filter(|entry| !THEIRS.contains(&entry.key.as_str())) {
                if let (Value::Text(text), true) = (&entry.node.value, ARNS.contains(&entry.key.as_str())) {
                    let partition = text.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
                    found.extend(partition.map(|partition| (entry.node.span, text.as_str(), partition)));
                }
                arns(&entry.node, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| arns(item, found)),
        _ => {}
    }
}
