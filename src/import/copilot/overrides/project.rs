//! Patches of a `CodeBuild` project: what becomes a setting of its machine.

use crate::config::schema::misfit;
use crate::config::tree::{Node, Value};

use super::super::super::buildspecs::secret::Safe;
use super::super::super::draft::{Machine, Secret, Vpc};
use super::super::super::reader::text;

/// What became of a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Became {
    /// The key under the machine that says the same.
    Setting(&'static str),
    /// It goes without saying here.
    Granted(&'static str),
    /// Nothing, since it is a secret in plain text: its name.
    Secret(String),
    /// Nothing, and why.
    Nothing(String),
}

fn nothing(why: &str) -> Vec<Became> {
    vec![Became::Nothing(why.to_owned())]
}

/// Takes what a patch sets at a path below a project's `Properties`.
pub(super) fn set(machine: &mut Machine, path: &[&str], value: &Node) -> Vec<Became> {
    match (path, &value.value) {
        // A mapping that is set as a whole sets each of its keys.
        (["Environment" | "VpcConfig"], Value::Mapping(entries)) => entries
            .iter()
            .flat_map(|entry| set(machine, &[path[0], entry.key.as_str()], &entry.node))
            .collect(),
        (["Environment", "EnvironmentVariables"], Value::List(items)) => {
            items.iter().map(|item| variable(machine, item)).collect()
        }
        (["Environment", "EnvironmentVariables", _], Value::Mapping(_)) => vec![variable(machine, value)],
        (["Environment", key], _) => environment(machine, key, value),
        (["VpcConfig", rest @ ..], _) => network(machine, rest, value),
        (["TimeoutInMinutes"], _) => {
            let minutes = text(value).and_then(|minutes| minutes.value.parse::<u16>().ok());
            let Some(minutes) = minutes.filter(|minutes| (5..=480).contains(minutes)) else {
                return nothing("a build takes 5 to 480 minutes here");
            };
            machine.minutes = Some(minutes);
            vec![Became::Setting("timeout")]
        }
        (["Cache"], Value::Mapping(_)) => cache(machine, value),
        _ => nothing("no key of branchline.yml says it"),
    }
}

fn environment(machine: &mut Machine, key: &str, value: &Node) -> Vec<Became> {
    let Some(word) = text(value).map(|text| text.value) else {
        return nothing("its value is made by CloudFormation");
    };
    match key {
        "ComputeType" => {
            let size = SIZES.iter().find(|(aws, _)| *aws == word);
            let Some((_, size)) = size else { return nothing("branchline knows no machine of this size") };
            machine.compute = Some(size);
            vec![Became::Setting("compute")]
        }
        "Image" => {
            if let Some(why) = misfit("build-image", &word) {
                return vec![Became::Nothing(format!("an image {why}"))];
            }
            machine.image = Some(word);
            vec![Became::Setting("image")]
        }
        "PrivilegedMode" if word == "true" => {
            vec![Became::Granted("a build has Docker here without a word")]
        }
        "PrivilegedMode" => nothing("a build that makes images has to have Docker"),
        "Type" if word == "LINUX_CONTAINER" => vec![Became::Granted("machines are of this kind")],
        "Type" => nothing("the kind of the machine follows each service's `build.platform`"),
        _ => nothing("no key of branchline.yml says it"),
    }
}

/// Sizes by their names in AWS (CodeBuild API, `ComputeType`).
const SIZES: [(&str, &str); 5] = [
    ("BUILD_GENERAL1_SMALL", "small"),
    ("BUILD_GENERAL1_MEDIUM", "medium"),
    ("BUILD_GENERAL1_LARGE", "large"),
    ("BUILD_GENERAL1_XLARGE", "xlarge"),
    ("BUILD_GENERAL1_2XLARGE", "2xlarge"),
];

/// Variables that Copilot sets itself.
const COPILOTS: [&str; 2] = ["AWS_ACCOUNT_ID", "PARTITION"];

fn variable(machine: &mut Machine, node: &Node) -> Became {
    let at = |key: &str| node.get(key).and_then(text).map(|text| text.value);
    let Some(name) = at("Name") else { return Became::Nothing("a variable needs a `Name`".to_owned()) };
    if COPILOTS.contains(&name.as_str()) {
        return Became::Granted("it was Copilot's own variable");
    }
    let Some(value) = at("Value") else {
        return Became::Nothing("its value is made by CloudFormation".to_owned());
    };
    let kind = at("Type").unwrap_or_else(|| "PLAINTEXT".to_owned());
    if kind == "PLAINTEXT" && !Safe::of(Some(&name), &value).is_whole() {
        return Became::Secret(name);
    }
    put(machine, &name, &kind, value)
}

/// Puts a variable of one of `CodeBuild`'s kinds (`EnvironmentVariableType`) to a machine's variables or secrets.
pub(in super::super) fn put(machine: &mut Machine, name: &str, kind: &str, value: String) -> Became {
    if let Some(why) = misfit("variable-name", name) {
        return Became::Nothing(format!("of the name `{name}`: {why}"));
    }
    match kind {
        "PLAINTEXT" if value.contains("{{resolve:") => {
            return Became::Nothing(
                "CloudFormation would read its value from elsewhere (`{{resolve:…}}`): make it a secret"
                    .to_owned(),
            );
        }
        "PLAINTEXT" => {
            machine.variables.insert(name.to_owned(), value);
            return Became::Setting("variables");
        }
        "PARAMETER_STORE" => match misfit("parameter-name", &value) {
            Some(why) => return Became::Nothing(format!("a parameter {why}")),
            None => machine.secrets.insert(name.to_owned(), Secret::Parameter(value)),
        },
        // `name:json-key:stage:version`: a stage or a version is none of a whole ARN's parts here.
        "SECRETS_MANAGER" => {
            let value = value.trim_end_matches(':').to_owned();
            match misfit("secret-arn", &value) {
                Some(why) => return Became::Nothing(format!("a secret {why}")),
                None => machine.secrets.insert(name.to_owned(), Secret::Manager(value)),
            }
        }
        other => return Became::Nothing(format!("`{other}` is no kind of variable")),
    };
    Became::Setting("secrets")
}

fn network(machine: &mut Machine, path: &[&str], value: &Node) -> Vec<Became> {
    let ids = |form: &str| -> Option<Vec<String>> {
        let items = match &value.value {
            Value::List(items) => items.iter().map(text).collect::<Option<Vec<_>>>()?,
            _ => vec![text(value)?],
        };
        let ids: Vec<String> = items.into_iter().map(|item| item.value).collect();
        ids.iter().all(|id| misfit(form, id).is_none()).then_some(ids)
    };
    let made = || nothing("it has to be an id as it stands in AWS, such as `subnet-0a1b2c3d4e5f60718`");
    let vpc = machine.vpc.get_or_insert_default();
    match path {
        ["VpcId"] => {
            let Some(id) = ids("vpc-id").and_then(|ids| ids.into_iter().next()) else { return made() };
            vpc.id = id;
        }
        [key @ ("Subnets" | "SecurityGroupIds"), rest @ ..] if rest.len() < 2 => {
            let (form, list) = match *key {
                "Subnets" => ("subnet-id", &mut vpc.subnets),
                _ => ("security-group-id", &mut vpc.security_groups),
            };
            let Some(ids) = ids(form) else { return made() };
            if rest.is_empty() {
                list.clear();
            }
            list.extend(ids);
        }
        _ => return nothing("no key of branchline.yml says it"),
    }
    vec![Became::Setting("vpc")]
}

/// Takes a network out again that lacks one of its parts: whether it did.
pub(super) fn is_cut(machine: &mut Machine) -> bool {
    let is_whole = |vpc: &Vpc| {
        !vpc.id.is_empty()
            && (1..=16).contains(&vpc.subnets.len())
            && (1..=5).contains(&vpc.security_groups.len())
    };
    let is_cut = machine.vpc.as_ref().is_some_and(|vpc| !is_whole(vpc));
    if is_cut {
        machine.vpc = None;
    }
    is_cut
}

fn cache(machine: &mut Machine, value: &Node) -> Vec<Became> {
    let kind = value.get("Type").and_then(text).map(|text| text.value);
    let modes = value.get("Modes").map(|modes| match &modes.value {
        Value::List(items) => items.iter().filter_map(text).map(|text| text.value).collect(),
        _ => Vec::new(),
    });
    match (kind.as_deref(), modes.unwrap_or_default().as_slice()) {
        (Some("NO_CACHE"), _) => vec![Became::Granted("nothing is kept unless `cache` says so")],
        (Some("LOCAL"), [mode]) if mode == "LOCAL_DOCKER_LAYER_CACHE" => {
            machine.keeps_layers = true;
            vec![Became::Setting("cache")]
        }
        _ => nothing("`cache` keeps Docker's layers on the machine, or paths"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tree::read_of_others;

    fn patched(path: &[&str], value: &str) -> (Machine, Vec<Became>) {
        let mut machine = Machine::default();
        let node = read_of_others(value).0.expect("it is YAML");
        let became = set(&mut machine, path, &node);
        (machine, became)
    }

    #[test]
    fn each_setting_of_a_machine_has_its_key() {
        let (machine, became) = patched(
            &["Environment"],
            "{ ComputeType: BUILD_GENERAL1_LARGE, Image: 'aws/codebuild/standard:7.0', PrivilegedMode: true, EnvironmentVariables: [{ Name: \
             AWS_ACCOUNT_ID, Value: x }, { Name: A, Value: b }, { Name: T, Type: PARAMETER_STORE, Value: /shop/t }] }",
        );
        assert_eq!(
            (machine.compute, machine.image.as_deref()),
            (Some("large"), Some("aws/codebuild/standard:7.0"))
        );
        assert_eq!(machine.variables["A"], "b");
        assert_eq!(machine.secrets["T"], Secret::Parameter("/shop/t".to_owned()));
        let settings = became.iter().filter(|one| matches!(one, Became::Setting(_))).count();
        assert_eq!((settings, became.len()), (4, 6));
        assert_eq!(patched(&["TimeoutInMinutes"], "90").0.minutes, Some(90));
        let (machine, _) = patched(
            &["VpcConfig"],
            "{ VpcId: vpc-0a1b2c3d, Subnets: [subnet-0a1b2c3d], SecurityGroupIds: [sg-0a1b2c3d] }",
        );
        assert_eq!(machine.vpc.expect("there is one").subnets, ["subnet-0a1b2c3d"]);
    }

    #[test]
    fn what_has_no_key_or_no_value_of_its_own_is_left_with_its_reason() {
        for (path, value) in [
            (&["TimeoutInMinutes"][..], "481"),
            (&["TimeoutInMinutes"], "{ Ref: Minutes }"),
            (&["Environment", "ComputeType"], "BUILD_LAMBDA_1GB"),
            (&["Environment", "Image"], "$(id)"),
            (&["Environment", "PrivilegedMode"], "false"),
            (&["Environment", "Type"], "WINDOWS_SERVER_2022_CONTAINER"),
            (&["Environment", "EnvironmentVariables", "-"], "{ Name: PATH, Value: x }"),
            (&["Environment", "EnvironmentVariables", "-"], "{ Name: A, Value: '{{resolve:ssm:/a}}' }"),
            (
                &["Environment", "EnvironmentVariables", "-"],
                "{ Name: A, Type: SECRETS_MANAGER, Value: shop }",
            ),
            (&["VpcConfig", "VpcId"], "{ 'Fn::ImportValue': shop-vpc }"),
            (&["Cache"], "{ Type: S3, Location: bucket }"),
            (&["ServiceRole"], "arn:aws:iam::111122223333:role/x"),
        ] {
            let (mut machine, became) = patched(path, value);
            assert!(matches!(&became[..], [Became::Nothing(_)]), "{path:?}: {became:?}");
            is_cut(&mut machine);
            assert_eq!(machine, Machine::default(), "{path:?}");
        }
    }
}
