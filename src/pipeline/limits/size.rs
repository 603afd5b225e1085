//! How long AWS will find what it is told.

use std::collections::BTreeSet;

use crate::branch_map::Entry;
use crate::config::{
    Config, Declared, Deploy, EcsTask, Environment as Place, Machine, Migrate, Partition, Secret, Service,
    Verify,
};
use crate::pipeline::iam::{Grant, Role, Statement};
use crate::pipeline::text::{Part, Text};
use crate::pipeline::{Plan, images, roles};

/// Lengths, where the pipelines are in a region.
pub(super) struct Size {
    region: String,
}

impl Size {
    pub(super) fn new(region: &str) -> Self {
        Size { region: region.to_owned() }
    }

    fn partition(&self) -> Partition {
        Partition::of_region(&self.region)
    }

    /// The characters of a text once its stack has filled it in.
    pub(super) fn text(&self, text: &Text) -> usize {
        text.parts().iter().map(|part| self.part(part)).sum()
    }

    fn part(&self, part: &Part) -> usize {
        match part {
            Part::Literal(text) => text.chars().count(),
            Part::Partition => self.partition().id().len(),
            Part::Region(text) | Part::Account(text) => text.len(),
            Part::UrlSuffix => self.partition().url_suffix().len(),
            Part::ArtifactKey(region) => {
                "arn::kms::111111111111:key/".len() + self.partition().id().len() + 36 + region.len()
            }
            Part::Connection => {
                let partition = self.partition().id().len();
                "arn::codeconnections::111111111111:connection/".len() + partition + 36 + self.region.len()
            }
            Part::ConnectionId => 36,
        }
    }

    /// The characters of a role's policy, as compact JSON.
    pub(super) fn policy(&self, role: &Role) -> usize {
        let statements = role.statements.iter().map(|statement| self.statement(statement) + 1);
        let declared = role.declared.iter().map(of_declared);
        r#"{"Version":"2012-10-17","Statement":[]}"#.len()
            + statements.sum::<usize>()
            + declared.sum::<usize>()
    }

    /// The characters of a grant as a statement of a resource's policy, as compact JSON.
    pub(super) fn grant(&self, grant: &Grant) -> usize {
        let list = |texts: &[Text]| texts.iter().map(|text| self.text(text) + 3).sum::<usize>();
        r#"{"Sid":"Environments00","Effect":"Allow","Principal":{"AWS":[]},"Action":[],"Resource":["*"],"#
            .len()
            + r#""Condition":{"ArnEquals":{"aws:PrincipalArn":[]}}},"#.len()
            + list(&grant.accounts)
            + list(&grant.roles)
            + list(&grant.resources)
            + grant.actions.iter().map(|action| action.len() + 3).sum::<usize>()
    }

    /// The characters of a statement, as compact JSON.
    pub(super) fn statement(&self, statement: &Statement) -> usize {
        let list = |texts: &[Text]| texts.iter().map(|text| self.text(text) + 3).sum::<usize>();
        let conditions = statement.conditions.iter().map(|condition| {
            r#","":{"":[]}"#.len() + condition.operator.len() + condition.key.len() + list(&condition.values)
        });
        let conditions =
            conditions.reduce(|one, other| one + other).map_or(0, |sum| sum + r#","Condition":{}"#.len());
        r#"{"Sid":"","Effect":"Allow","Action":[],"Resource":[]}"#.len()
            + statement.sid.len()
            + statement.actions.iter().map(|action| action.len() + 3).sum::<usize>()
            + list(&statement.resources)
            + conditions
    }
}

/// The characters of a statement that the file declares, as compact JSON with a comma behind it.
pub(super) fn of_declared(one: &Declared) -> usize {
    let list = |texts: &[String]| texts.iter().map(|text| text.len() + 3).sum::<usize>();
    r#"{"Sid":"Declared00","Effect":"Allow","Action":[],"Resource":[]},"#.len()
        + list(&one.actions)
        + list(&one.resources)
}

/// The characters of a policy that trusts the roles of these pipelines, by name.
pub(super) fn of_trust(config: &Config, entering: &[&Entry]) -> usize {
    // What a role's ARN comes to, beside 200 characters of the policy's own; with a longer word for the partition, and a path.
    let more = config.role_path.len() - 1 + Partition::of_region(&config.region).id().len() - "aws".len();
    entering.iter().map(|entry| roles::name_of_pipelines(entry).len() + 36 + more).sum::<usize>() + 200
}

/// All that the lengths of an environment's policies depend on, where these pipelines deploy to it: in two environments with
/// the same numbers, they are equally long.
pub(super) fn of_environment(plan: &Plan, place: &Place, entering: &[&Entry]) -> Vec<usize> {
    let letters = |texts: &BTreeSet<&str>| texts.iter().map(|text| text.len()).sum();
    let ecs = || place.deploys.values().filter_map(Deploy::ecs);
    let clusters: BTreeSet<&str> = ecs().map(|ecs| ecs.cluster.as_str()).collect();
    let roles: BTreeSet<&str> = ecs().flat_map(|ecs| ecs.roles.iter().map(String::as_str)).collect();
    let targets = ecs().map(|ecs| ecs.cluster.len() + ecs.service.len()).sum();
    let mut numbers = vec![
        place.name.len(),
        clusters.len(),
        letters(&clusters),
        roles.len(),
        letters(&roles),
        targets,
        place.migrations.len(),
        usize::from(place.alarms.is_some()),
        usize::from(place.lock.is_some()),
        place.region.len(),
        entering.len(),
        folders(entering.iter().copied()),
        plan.config.services.values().map(|service| repositories(service, entering)).sum(),
    ];
    let of_one = |migrate: &Migrate| {
        let service = plan.config.services.get(&migrate.service);
        let images = service.map_or(0, |service| repositories(service, entering));
        of_migration(place, migrate, entering).into_iter().chain([images])
    };
    numbers.extend(place.migrations.iter().flat_map(of_one));
    numbers.extend(place.deploys.values().map(of_deploy));
    numbers.extend(place.snapshot.iter().map(|snapshot| snapshot.database.name().len()));
    numbers.extend(place.verify.iter().flat_map(of_verify));
    numbers
}

/// The letters that a deploy with a project of its own adds to that project's policy.
fn of_deploy(deploy: &Deploy) -> usize {
    let letters = |texts: &[String]| texts.iter().map(|text| text.len() + 64).sum::<usize>();
    match deploy {
        Deploy::Ecs(_) => 0,
        Deploy::EcsTask(EcsTask { family, roles, targets, sidecars: _, place: _ }) => {
            let schedules = targets.schedules.iter().map(|(group, name)| group.len() + name.len() + 64);
            [&targets.rules, &targets.state_machines, &targets.roles, roles]
                .map(|list| letters(list))
                .iter()
                .sum::<usize>()
                + family.len()
                + schedules.sum::<usize>()
        }
        Deploy::Commands(commands) => {
            let of_secret = |secret: &Secret| match secret {
                Secret::SecretsManager { arn, .. } => arn.len() + 64,
                Secret::ParameterStore(name) => name.len() + 64,
            };
            let statements = commands.statements.iter();
            statements.map(|one| letters(&one.actions) + letters(&one.resources)).sum::<usize>()
                + commands.secrets.values().map(of_secret).sum::<usize>()
                + of_network(&commands.machine)
        }
    }
}

/// The letters of the pipelines' folders in the artifact bucket.
fn folders<'a>(entries: impl Iterator<Item = &'a Entry>) -> usize {
    entries.map(|entry| entry.pipeline.len().min(20) + 64).sum()
}

/// The letters of a service's repositories in these pipelines.
fn repositories(service: &Service, entering: &[&Entry]) -> usize {
    let building = entering.iter().filter(|entry| entry.has(&service.name));
    building.map(|entry| images::name(entry, service).len() + 64).sum()
}

fn of_verify(verify: &Verify) -> [usize; 2] {
    [verify.secrets.values().map(|secret| of_secret(secret) + 64).sum(), of_network(&verify.machine)]
}

/// The letters that a network adds to the policy of a project in it.
fn of_network(machine: &Machine) -> usize {
    machine.vpc.as_ref().map_or(0, |vpc| vpc.subnets.len() * 100 + vpc.security_groups.len())
}

fn of_secret(secret: &Secret) -> usize {
    match secret {
        Secret::SecretsManager { arn, .. } => arn.len(),
        Secret::ParameterStore(name) => name.len(),
    }
}

fn of_migration(place: &Place, migrate: &Migrate, entering: &[&Entry]) -> [usize; 8] {
    let [cluster, service, own_roles] =
        place.deploys.get(&migrate.service).and_then(Deploy::ecs).map_or([0; 3], |ecs| {
            [ecs.cluster.len(), ecs.service.len(), ecs.roles.iter().map(|role| role.len() + 64).sum()]
        });
    [
        migrate.name.as_ref().map_or(0, String::len),
        folders(entering.iter().copied().filter(|entry| entry.has(&migrate.service))),
        cluster,
        service,
        own_roles,
        migrate.run as usize,
        migrate.secrets.values().map(|secret| of_secret(secret) + 64).sum(),
        of_network(&migrate.machine),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::iam::Trust;
    use crate::pipeline::text::Place;

    #[test]
    fn a_grant_is_as_long_as_the_statement_that_aws_counts() {
        let at = Place::new("222222222222", "eu-west-1");
        let grant = Grant {
            accounts: vec![at.root_arn()],
            roles: vec![at.role_arn("one"), at.role_arn("two")],
            actions: vec!["s3:GetObject", "s3:GetObjectVersion"],
            resources: vec![Text::from("arn:aws:s3:::shop/release/*")],
        };
        let json = concat!(
            r#"{"Sid":"Environments2","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::222222222222:root"]},"#,
            r#""Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":["arn:aws:s3:::shop/release/*"],"#,
            r#""Condition":{"ArnEquals":{"aws:PrincipalArn":["#,
            r#""arn:aws:iam::222222222222:role/one","arn:aws:iam::222222222222:role/two"]}}}"#,
        );
        let letters = Size::new("eu-west-1").grant(&grant);
        assert!((json.len()..json.len() + 16).contains(&letters), "{letters} for {}", json.len());
    }

    #[test]
    fn a_policy_is_as_long_as_the_json_that_iam_counts() {
        let at = Place::new("111111111111", "eu-west-1");
        let role = Role {
            name: "shop".into(),
            path: "/".into(),
            arn: at.role_arn("shop"),
            exists: false,
            trust: Trust::CodePipeline,
            declared: Vec::new(),
            statements: vec![
                Statement::allow("One", &["s3:GetObject", "s3:PutObject"], vec![Text::from("*")]),
                Statement::allow("Two", &["kms:Decrypt"], vec![at.role_arn("x"), at.arn("ecs", "y")])
                    .when("StringEquals", "aws:x", vec![at.account_text()])
                    .when("ArnEquals", "ecs:cluster", vec![Text::from("z"), Text::from("w")]),
            ],
        };
        let json = concat!(
            r#"{"Version":"2012-10-17","Statement":["#,
            r#"{"Sid":"One","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["*"]},"#,
            r#"{"Sid":"Two","Effect":"Allow","Action":["kms:Decrypt"],"#,
            r#""Resource":["arn:aws:iam::111111111111:role/x","arn:aws:ecs:eu-west-1:111111111111:y"],"#,
            r#""Condition":{"StringEquals":{"aws:x":["111111111111"]},"ArnEquals":{"ecs:cluster":["z","w"]}}}]}"#,
        );
        let letters = Size::new("eu-west-1").policy(&role);
        // A comma too many at the end of each list.
        assert!((json.len()..json.len() + 16).contains(&letters), "{letters} for {}", json.len());
    }
}
