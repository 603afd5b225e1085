//! Whether what is only named is there: secrets, parameters, image repositories, roles, topics.

use super::Examined;
use super::facts::{Answer, Remark};
use super::questions::{Kind, Thing, Use};
use crate::diagnostic::{Finding, Span};

/// How a kind is told.
struct Words {
    code: &'static str,
    what: &'static str,
    /// What it means that it is not there.
    without: &'static str,
    help: &'static str,
}

fn words(kind: Kind) -> Words {
    match kind {
        Kind::Secret => Words {
            code: "BL930",
            what: "secret",
            without: "CodeBuild and ECS start nothing without it",
            help: "make it, or correct the ARN: `aws secretsmanager list-secrets` lists those that are there",
        },
        Kind::Parameter => Words {
            code: "BL932",
            what: "parameter",
            without: "CodeBuild and ECS start nothing without it",
            help: "make it, or correct the name: `aws ssm describe-parameters` lists those that are there",
        },
        Kind::Repository => Words {
            code: "BL933",
            what: "image repository",
            without: "what is named as existing is not made",
            help: "make it, or leave `existing` out, and the pipelines have repositories of their own",
        },
        Kind::Role => Words {
            code: "BL934",
            what: "role",
            without: "what is named as existing is not made",
            help: "make it with the policy and the trust of its file in `pipelines/roles`, or leave it out and it is made",
        },
        Kind::Topic => Words {
            code: "BL935",
            what: "SNS topic",
            without: "without it nobody is told",
            help: "make it, or correct the ARN: `aws sns list-topics` lists those that are there",
        },
    }
}

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let things = examined.questions.things.iter();
    things.filter_map(|(thing, uses)| judge(examined, thing, uses)).collect()
}

fn judge(examined: &Examined, thing: &Thing, uses: &[Use]) -> Option<Finding> {
    let Words { code, what, without, help } = words(thing.kind);
    let by: Vec<&str> = uses.iter().map(|one| one.by.as_str()).collect();
    let by = by.join(", ");
    match examined.facts.things.get(thing)? {
        Answer::Hidden | Answer::There(None) => None,
        Answer::Missing => Some(
            Finding::error(
                code,
                spot(examined, thing, uses),
                format!("there is no {what} `{}` in {}", thing.name, thing.place),
            )
            .because(format!("needed by {by}; {without}"))
            .help(help),
        ),
        Answer::There(Some(Remark::Deleted)) => Some(
            Finding::error(
                "BL931",
                spot(examined, thing, uses),
                format!("the secret `{}` is about to be deleted", thing.name),
            )
            .because(format!("needed by {by}; its value cannot be read any more"))
            .help("`aws secretsmanager restore-secret` keeps it, or name another"),
        ),
    }
}

/// Where it is named; else where what needs it stands.
fn spot(examined: &Examined, thing: &Thing, uses: &[Use]) -> Option<Span> {
    let app = &examined.plan.config.app;
    let keys: &[&str] = match thing.kind {
        Kind::Secret => &["secrets_manager"],
        Kind::Parameter => &["parameter_store"],
        Kind::Repository | Kind::Role | Kind::Topic => &[],
    };
    let named = uses.iter().find_map(|one| examined.spots.find(keys, &thing.name, one.filled(app)));
    named.or_else(|| uses.iter().find_map(|one| one.near))
}
