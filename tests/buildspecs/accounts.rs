//! Several accounts and regions: every call of every action is allowed, on both sides, and what is production's is denied
//! to everybody else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use branchline::config::Environment;

use crate::permissions::{self, Needed};
use crate::support::authority::{Authority, Caller};
use crate::support::iam::{Need, need};
use crate::support::policy::{Role, Statement};
use crate::support::stacks::Stacks;

/// The configuration.
pub const TEXT: &str = include_str!("../judges/configurations/accounts/branchline.yml");

/// How `jobs` calls it.
pub const NAME: &str = "three accounts and two regions";

/// The same of another app, in the same accounts and regions.
fn other_app() -> Stacks {
    Stacks::of(&TEXT.replace("app: shop", "app: blog").replace("shop-{", "blog-{"))
}

fn of(name: &str) -> &'static Needed {
    permissions::every().iter().find(|it| it.name == name).expect("it is one of all")
}

/// The stacks alone: what each role needs takes long to find out.
pub fn stacks() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(TEXT))
}

/// Who calls, and what.
type Calls = Vec<(Caller, Vec<Need>)>;

/// The calls of every role by its name: recorded as the shell ran, and documented for the rest.
pub fn calls_of(needed: &Needed) -> BTreeMap<String, (Caller, Vec<Need>)> {
    let named = |(role, needs): &(Role, Vec<Need>)| (role.name.clone(), (Caller::from(role), needs.clone()));
    needed.needs.iter().map(named).collect()
}

fn calls() -> &'static BTreeMap<String, (Caller, Vec<Need>)> {
    static CALLS: OnceLock<BTreeMap<String, (Caller, Vec<Need>)>> = OnceLock::new();
    CALLS.get_or_init(|| calls_of(of(NAME)))
}

/// A role of an environment's tasks, with what AWS's managed policy for such roles allows (Amazon ECS, "Amazon ECS task
/// execution IAM role").
fn task_role(stacks: &Stacks, account: &str, name: &str) -> Caller {
    let statement = serde_json::json!({
        "Sid": "Managed", "Effect": "Allow", "Resource": ["*"],
        "Action": ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer",
            "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"],
    });
    let statement: Statement = serde_json::from_value(statement).expect("a statement");
    let arn = format!("arn:{}:iam::{account}:role/{name}", stacks.place.partition());
    Caller { arn, account: account.to_owned(), statements: vec![statement] }
}

/// What pulling an image asks of a repository.
fn pull(stacks: &Stacks, repository: &str) -> Vec<Need> {
    let arn = stacks.place.arn("ecr", &format!("repository/{repository}"));
    ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        .map(|action| need(action, &arn, BTreeMap::new()))
        .into()
}

/// A pipeline with each environment that it enters.
fn entered<'a>(stacks: &'a Stacks, pipeline: &'a str) -> Vec<(&'a str, &'a Environment)> {
    let enters = |place: &&Environment| {
        let stage = format!("Deploy-{}", place.name);
        stacks.pipelines[pipeline].actions.iter().any(|action| action.stage == stage)
    };
    stacks.config.environments.values().filter(enters).map(|place| (pipeline, place)).collect()
}

/// The pulls of all tasks.
fn pulls(stacks: &Stacks) -> Calls {
    let mut all = Vec::new();
    for (pipeline, place) in stacks.pipelines.keys().flat_map(|name| entered(stacks, name)) {
        for (service, repository) in stacks.repositories(pipeline) {
            let needs = pull(stacks, &repository);
            let runs_it = |name: &&String| stacks.config.services[*name].image() == service.name;
            let deploys = place.deploys.iter().filter(|(name, _)| runs_it(name));
            let roles = deploys.flat_map(|(_, deploy)| deploy.task_roles());
            all.extend(roles.map(|role| (task_role(stacks, &place.account, role), needs.clone())));
        }
    }
    all
}

/// Every call that is needed.
fn every_call(needed: &Needed) -> Calls {
    calls_of(needed).into_values().chain(pulls(&needed.stacks)).collect()
}

/// The calls that are not allowed.
fn refused(authority: &Authority, calls: &Calls) -> Vec<String> {
    let of_one = |(caller, needs): &(Caller, Vec<Need>)| -> Vec<String> {
        needs.iter().filter_map(|need| authority.decides(caller, need).err()).collect()
    };
    calls.iter().flat_map(of_one).collect()
}

#[test]
fn every_call_of_every_action_is_allowed_by_both_sides() {
    for needed in permissions::every() {
        let refused = refused(&Authority::of([&needed.stacks]), &every_call(needed));
        assert!(refused.is_empty(), "{}:\n{}", needed.name, refused.join("\n"));
    }
    let accounts: BTreeSet<&str> = calls().values().map(|(caller, _)| caller.account.as_str()).collect();
    assert_eq!(accounts.len(), 3, "{accounts:?}");
}

#[test]
fn services_of_aws_may_do_their_part() {
    let stacks = stacks();
    let authority = Authority::of([stacks]);
    let mut seen = 0;
    for (place, resource) in &stacks.located {
        if resource["Type"] == "AWS::Logs::LogGroup" {
            let text = |name: &str| resource["Properties"][name].as_str().expect("a text");
            let group = place.arn("logs", &format!("log-group:{}", text("LogGroupName")));
            let context = BTreeMap::from([("kms:EncryptionContext:aws:logs:arn".to_owned(), group.clone())]);
            let uses = need("kms:GenerateDataKey", text("KmsKeyId"), context);
            let service = format!("logs.{}.amazonaws.com", place.region);
            assert!(authority.lets_service(&service, &uses), "{group} with {uses:?}");
            let own = place.arn("kms", "key/");
            assert!(uses.resource.starts_with(&own), "{group} would depend on a key elsewhere: {uses:?}");
            seen += 1;
        }
    }
    assert!(seen >= 16, "{seen} log groups");
    for project in stacks.projects.values() {
        let role = authority.role(&project.role);
        let assumed_for = |name: &str| {
            let context = BTreeMap::from([
                ("aws:SourceAccount".to_owned(), project.place.account.clone()),
                ("aws:SourceArn".to_owned(), project.place.arn("codebuild", &format!("project/{name}"))),
            ]);
            authority.lets_service("codebuild.amazonaws.com", &need("sts:AssumeRole", &role.arn(), context))
        };
        assert!(assumed_for(&project.name) && !assumed_for("other"), "{}", project.name);
    }
}

/// What the release's pipeline and its environments call.
fn of_the_release(calls: &BTreeMap<String, (Caller, Vec<Need>)>) -> Vec<&Need> {
    let is_its = |name: &str| {
        ["release", "staging", "production"].iter().any(|word| name.starts_with(&format!("shop-{word}-")))
    };
    calls.iter().filter(|(name, _)| is_its(name)).flat_map(|(_, (_, needs))| needs).collect()
}

/// The calls of a release that somebody else may make, though they are on what is the release's own. That somebody makes the
/// same call for itself excuses it on what is [`SHARED`], [`GIVEN`] or [`LOOKED_AT`] alone.
pub fn leaks(authority: &Authority, caller: &Caller, own: &[Need], theirs: &[&Need]) -> Vec<String> {
    let is_shared = |theirs: &Need| {
        [SHARED, GIVEN, LOOKED_AT].iter().any(|list| list.contains(&theirs.action.as_str()))
            && own.contains(theirs)
    };
    theirs
        .iter()
        .filter(|theirs| !is_shared(theirs) && !INERT.contains(&theirs.action.as_str()))
        .filter(|theirs| authority.decides(caller, theirs).is_ok())
        .map(|theirs| format!("{} may {} on {}", caller.arn, theirs.action, theirs.resource))
        .collect()
}

fn is_of_others(name: &str) -> bool {
    ["develop", "local", "dev", "next", "canary", "checks"]
        .iter()
        .any(|word| name.starts_with(&format!("shop-{word}-")))
}

/// What changes nothing by itself: a revision runs only where a service or a task is told to run it, by its number. The
/// family of a service stands in no configuration, so an environment's role may register one of any family beside it.
///
/// And looking at a pipeline: who holds a lock may be any pipeline of the app.
const INERT: &[&str] = &[
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListPipelineExecutions",
    "ecs:RegisterTaskDefinition",
    "ecs:TagResource",
];

/// How CodeBuild looks at networks. EC2 knows no narrower resource, and nothing is changed by it.
const LOOKED_AT: &[&str] = &[
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
];

/// What the file gives to the builds or the tests of all pipelines: secrets under `build` and `test`.
const GIVEN: &[&str] = &["secretsmanager:GetSecretValue", "ssm:GetParameters"];

/// The only calls of a release that somebody else makes too, word for word: on what all pipelines of an app share. An image
/// repository is none of that.
const SHARED: &[&str] = &[
    "codeconnections:UseConnection",
    "codestar-connections:UseConnection",
    // The sign-in is to the registry; it opens no repository.
    "ecr:GetAuthorizationToken",
    // AWS knows no narrower resource.
    "ecs:DescribeTaskDefinition",
    // An event on the bus tells; it changes nothing.
    "events:PutEvents",
    // The key of the bucket opens only what can be read from the bucket.
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    // Of the bucket, not of what is in it.
    "s3:GetBucketAcl",
    "s3:GetBucketLocation",
    "s3:GetBucketVersioning",
    "s3:ListBucket",
];

#[test]
fn nobody_else_may_do_what_a_release_does() {
    let authority = Authority::of([stacks()]);
    let theirs = of_the_release(calls());
    assert!(theirs.len() > 100, "only {} calls", theirs.len());
    let (mut neighbours, mut shared) = (0, BTreeSet::new());
    let mut found = Vec::new();
    for (name, (caller, own)) in calls().iter().filter(|(name, _)| is_of_others(name)) {
        neighbours += 1;
        found.extend(leaks(&authority, caller, own, &theirs));
        shared.extend(own.iter().filter(|own| theirs.contains(own)).map(|own| own.action.as_str()));
        assert!(!name.contains("release"));
    }
    assert_eq!(
        neighbours, 30,
        "pipeline, build and test of three rules; deploy, migrate, keep, lock, guard, record and the lock's holder of three environments"
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(shared.into_iter().collect::<Vec<_>>(), SHARED);
}

#[test]
fn in_one_account_too_nobody_else_may_do_what_a_release_does() {
    let needed = of("rails-ecs");
    let (authority, calls) = (Authority::of([&needed.stacks]), calls_of(needed));
    let theirs = of_the_release(&calls);
    let mut found = Vec::new();
    for (_, (caller, own)) in calls.iter().filter(|(name, _)| is_of_others(name)) {
        found.extend(leaks(&authority, caller, own, &theirs));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn another_app_may_do_nothing_of_ours() {
    let blog = other_app();
    let authority = Authority::of([stacks(), &blog]);
    // Made-up ids of keys and connections are the same in both apps, and only they.
    let is_ours = |need: &&Need| {
        need.resource != "*"
            && !need.resource.contains("/0a1b2c3d-0000-4000")
            && !need.action.starts_with("sns:")
    };
    let theirs: Vec<&Need> = of_the_release(calls()).into_iter().filter(is_ours).collect();
    assert!(theirs.len() > 80, "only {} calls", theirs.len());
    let callers = blog.roles.values().map(Caller::from);
    let found: Vec<String> = callers.flat_map(|caller| leaks(&authority, &caller, &[], &theirs)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_task_pulls_the_image_of_its_own_service_and_no_other_role_of_its_account_does() {
    let authority = Authority::of([stacks()]);
    for account in ["222222222222", "333333333333"] {
        for need in pull(stacks(), "shop/api/release") {
            assert!(
                authority.decides(&task_role(stacks(), account, "other"), &need).is_err(),
                "{account}: {need:?}"
            );
        }
    }
    let cache = pull(stacks(), "shop-release/api-cache");
    let production = task_role(stacks(), "333333333333", "shop-production-execution");
    assert!(cache.iter().all(|need| authority.decides(&production, need).is_err()));
    // Nor the image of a pipeline that does not come there.
    for need in pull(stacks(), "shop/api/develop") {
        assert!(authority.decides(&production, &need).is_err(), "{need:?}");
        assert!(
            authority.decides(&task_role(stacks(), "333333333333", "shop-dev-execution"), &need).is_ok(),
            "{need:?}"
        );
    }
}

#[test]
fn nothing_in_a_resources_policy_is_left_without_a_call() {
    let calls = every_call(of(NAME));
    let authority = Authority::of([stacks()]);
    let idle: Vec<String> = authority
        .narrowed()
        .into_iter()
        .filter(|(_, narrowed)| refused(narrowed, &calls).is_empty())
        .map(|(what, _)| what)
        .collect();
    assert!(idle.is_empty(), "no call needs:\n{}", idle.join("\n"));
}

/// What is found when a role's statement is changed.
fn changed(role: &str, sid: &str, change: impl Fn(&mut Statement)) -> (Authority, Caller) {
    let authority = Authority::of([stacks()]);
    let mut caller = Caller::from(authority.role(role));
    change(caller.statements.iter_mut().find(|statement| statement.sid == sid).expect("a statement"));
    (authority, caller)
}

#[test]
fn a_role_that_reaches_further_is_seen() {
    let theirs = of_the_release(calls());
    let whole_bucket = |statement: &mut Statement| {
        statement.resource = vec!["arn:aws:s3:::shop-artifacts-444444444444-eu-west-1/*".to_owned()];
    };
    let (authority, caller) = changed("shop-develop-build", "Artifacts", whole_bucket);
    let found = leaks(&authority, &caller, &[], &theirs);
    let object =
        "may s3:PutObject on arn:aws:s3:::shop-artifacts-444444444444-eu-west-1/shop-release/Images/";
    assert!(found.iter().any(|line| line.contains(object)), "{found:#?}");
    // A push is seen even where the neighbour pushes to the same place itself, as to a repository of both.
    let shared = |statement: &mut Statement| {
        statement.resource.push("arn:aws:ecr:eu-west-1:444444444444:repository/shop/api/release".to_owned());
    };
    let (authority, caller) = changed("shop-checks-build", "Images", shared);
    let own: Vec<Need> = theirs.iter().map(|need| (*need).clone()).collect();
    let found = leaks(&authority, &caller, &own, &theirs);
    for action in ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:BatchGetImage"] {
        let push = format!(
            "shop-checks-build may {action} on arn:aws:ecr:eu-west-1:444444444444:repository/shop/api/release"
        );
        assert!(found.iter().any(|line| line.ends_with(&push)), "{push}: {found:#?}");
    }
    // An account that gives its own role more gets no further: the bucket's policy names the folders too.
    let (authority, caller) = changed("shop-dev-keep", "Artifacts", whole_bucket);
    let found = leaks(&authority, &caller, &[], &theirs);
    assert!(!found.iter().any(|line| line.contains("/shop-release/")), "{found:#?}");
}

#[test]
fn a_trust_that_asks_for_no_role_is_seen() {
    let target = "arn:aws:iam::333333333333:role/shop-production-deploy";
    let further = |statement: &mut Statement| statement.resource = vec![target.to_owned()];
    let (mut authority, caller) = changed("shop-develop-pipeline", "Environments", further);
    let assume = need("sts:AssumeRole", target, BTreeMap::new());
    assert!(authority.decides(&caller, &assume).is_err(), "the trust names the release's pipeline alone");
    for statement in &mut authority.roles.get_mut(target).expect("the role").trust {
        statement.condition.clear();
    }
    assert!(
        authority.decides(&caller, &assume).is_ok(),
        "without its condition any role of the account comes in"
    );
}

#[test]
fn a_denial_goes_before_what_allows() {
    let authority = Authority::of([stacks()]);
    let caller = Caller::from(authority.role("shop-release-build"));
    let object = "arn:aws:s3:::shop-artifacts-444444444444-eu-west-1/shop-release/Images/a1B2c3D";
    let over = |tls: &str| {
        let context = BTreeMap::from([("aws:SecureTransport".to_owned(), tls.to_owned())]);
        authority.decides(&caller, &need("s3:PutObject", object, context))
    };
    assert!(over("true").is_ok() && over("false").is_err());
}
