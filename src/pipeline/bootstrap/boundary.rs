//! The most that the app's roles may do in an account.
//!
//! It is made of what the roles of the map are allowed today, and widened so that a new branch, service or environment of the same
//! kind needs no new one: what is called like the app's is any of that name, another resource any of its kind in its account. What leads
//! to other rights or to secrets is not widened: passing roles on, secrets, parameters, the file's own statements.

use indexmap::{IndexMap, IndexSet};

use super::super::iam::{Condition, Role, Statement};
use super::super::text::{Part, Place, Text};
use super::super::{Plan, names};
use super::{Boundary, names_like};

/// What every resource of the app carries, as a condition's key.
pub(super) const OF_APP: &str = "aws:ResourceTag/branchline:app";

/// What the roles of the map that stand in an account may do together, widened.
pub(super) fn most(plan: &Plan, at: &Place, name: String) -> Boundary {
    let mut declared = Vec::new();
    let mut allowed: IndexMap<(&'static [&'static str], Vec<Condition>), IndexSet<Text>> = IndexMap::new();
    for role in roles(plan, at) {
        for one in role.declared {
            if !declared.contains(&one) {
                declared.push(one);
            }
        }
        for statement in role.statements {
            let passes = statement.actions.contains(&"iam:PassRole");
            for resource in &statement.resources {
                let mut conditions = statement.conditions.clone();
                // In which cluster a task runs, each role's own policy says.
                conditions.retain(|_| !statement.actions.iter().all(|action| action.starts_with("ecs:")));
                let is_key = resource.parts().iter().any(|part| matches!(part, Part::ArtifactKey(_)));
                if is_key && at.account() == plan.home.account() {
                    conditions.push(Condition {
                        operator: "StringEquals",
                        key: OF_APP,
                        values: vec![Text::from(plan.config.app.as_str())],
                    });
                }
                let resource = if passes { resource.clone() } else { widened(plan, resource) };
                allowed.entry((statement.actions, conditions)).or_default().insert(resource);
            }
        }
    }
    let statements = allowed.into_iter().map(|((actions, conditions), resources)| Statement {
        conditions,
        ..Statement::allow("Most", actions, resources.into_iter().collect())
    });
    Boundary { name, statements: statements.collect(), declared }
}

/// The roles that the map's stacks make in an account.
fn roles(plan: &Plan, at: &Place) -> Vec<Role> {
    let mut roles = Vec::new();
    if at.account() == plan.home.account() {
        let base = plan.base();
        roles.extend(base.projects.into_iter().map(|project| project.role));
        roles.extend(base.lock_holders.into_iter().map(|holder| holder.role));
        for entry in &plan.map.entries {
            let pipeline = plan.pipeline(entry);
            roles.push(pipeline.role);
            roles.extend(pipeline.projects.into_iter().map(|project| project.role));
        }
    }
    for place in plan.environments().filter(|place| place.account == at.account()) {
        let environment = plan.environment(place);
        roles.push(environment.deploy_role);
        roles.extend(environment.lock_holder);
        roles.extend(environment.projects.into_iter().map(|project| project.role));
    }
    roles.retain(|role| !role.exists);
    roles
}

/// A resource, and what is like it.
fn widened(plan: &Plan, resource: &Text) -> Text {
    let home = &plan.home;
    let written = resource.resolve(|part| match part {
        Part::Literal(text) => text.clone(),
        Part::Partition => "P".to_owned(),
        Part::Region(text) | Part::Account(text) => text.to_string(),
        Part::UrlSuffix => home.partition().url_suffix().to_owned(),
        Part::ArtifactKey(region) => format!("arn:P:kms:{region}:{}:key/*", home.account()),
        Part::Connection => {
            format!("arn:P:codeconnections:{}:{}:connection/*", home.region(), home.account())
        }
        Part::ConnectionId => "*".to_owned(),
    });
    // arn:partition:service:region:account:resource
    let fields: Vec<&str> = written.splitn(6, ':').collect();
    let [_, _, service, region, account, rest] = fields.as_slice() else { return resource.clone() };
    let like = match *service {
        "secretsmanager" | "ssm" | "kms" | "codeconnections" | "codestar-connections" => (*rest).to_owned(),
        // A bucket's own name tells whose it is; in it every folder of the app's may be a pipeline's.
        "s3" => rest.split_once('/').map_or_else(|| (*rest).to_owned(), |(bucket, _)| format!("{bucket}/*")),
        _ => like(plan, rest),
    };
    let part = |text: &str, part: fn(std::sync::Arc<str>) -> Part| {
        if text.is_empty() { Text::default() } else { Text::part(part(text.into())) }
    };
    Text::literal("arn:")
        .and(Part::Partition)
        .text(format!(":{service}:"))
        .then(part(region, Part::Region))
        .text(":")
        .then(part(account, Part::Account))
        .text(format!(":{like}"))
}

/// The last part of an ARN and what is like it: `project/shop-main-build` → `project/shop-*`, `service/web/api` → `service/*`.
fn like(plan: &Plan, rest: &str) -> String {
    let stem = &plan.config.stem;
    // The folder that a log group of ours stands in tells as much as its name.
    for folder in ["log-group:/aws/codebuild/", "log-group:/branchline/"] {
        if let Some(name) = rest.strip_prefix(folder) {
            return own(plan, name).map_or_else(|| rest.to_owned(), |like| format!("{folder}{like}"));
        }
    }
    let (kind, name) = match rest.find(['/', ':']) {
        Some(at) => rest.split_at(at + 1),
        None => ("", rest),
    };
    if kind == "role/" {
        let path = plan.config.role_path.trim_start_matches('/');
        let inner = name.strip_prefix(path).and_then(|name| own(plan, name));
        return inner.map_or_else(|| rest.to_owned(), |like| format!("role/{path}{like}"));
    }
    if name == format!("{stem}/*") || names::artifact_folder(name).is_empty() {
        return rest.to_owned();
    }
    match own(plan, name) {
        Some(like) => format!("{kind}{like}"),
        None if kind.is_empty() => rest.to_owned(),
        None => format!("{kind}*"),
    }
}

/// What a name of the app's is like; `None` for any other.
fn own(plan: &Plan, name: &str) -> Option<String> {
    let stem = &plan.config.stem;
    if let Some(behind) = name.strip_prefix(stem.as_str()) {
        let next = behind.chars().next().filter(|next| "-/".contains(*next));
        return next.map(|next| format!("{stem}{next}*"));
    }
    let like = names_like(plan).into_iter().nth(1)?;
    let cut = like.split_once('?')?.0;
    name.starts_with(cut).then_some(like)
}
