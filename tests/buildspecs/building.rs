//! Building images and pushing them.

use serde_json::json;

use crate::jobs;
use crate::support::job::Job;
use crate::support::release::{self, COMMIT, EXECUTION};
use crate::support::runner::Outcome;
use crate::support::stacks::Stacks;
use crate::support::world::{DIGEST, REGISTRY, World};
use crate::verdict::{Verdict, holds, promises, says};

/// The repositories of the two services and the cache.
pub fn repositories() -> World {
    World::default().with_repositories(&[
        "shop/api/release",
        "shop-release/api-cache",
        "shop/mail-worker/release",
    ])
}

fn digest(outcome: &Outcome, repository: &str) -> String {
    let images = outcome.world["repositories"][repository]["images"].as_array().cloned().unwrap_or_default();
    images.last().and_then(|image| image["digest"].as_str()).unwrap_or("no image").to_owned()
}

pub fn two_services_are_handed_on_by_digest(job: &Job) -> Verdict {
    let outcome = job.run(repositories());
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    for (name, repository, variable, container) in [
        ("api", "shop/api/release", "IMAGE_API", "app"),
        ("mail-worker", "shop/mail-worker/release", "IMAGE_MAIL_WORKER", "worker"),
    ] {
        let image = format!("{REGISTRY}/{repository}@{}", digest(&outcome, repository));
        holds(&outcome, "the digest is exported", outcome.exported.get(variable) == Some(&image))?;
        let text =
            outcome.artifacts.get(&format!("imagedefinitions-{name}.json")).cloned().unwrap_or_default();
        let definitions: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let expected = json!([{"name": container, "imageUri": image}]);
        holds(&outcome, "the deploy reads container and digest", definitions == expected)?;
    }
    let order: Vec<String> =
        outcome.lines("docker ").iter().map(|line| line.split(' ').nth(1).unwrap_or("").into()).collect();
    let expected = ["login", "build", "build", "push", "push", "tag", "push"];
    holds(&outcome, "all builds come before any push, and the cache last", order == expected)?;
    let api = outcome.lines("docker build").first().cloned().unwrap_or_default();
    let image = format!("{REGISTRY}/shop/api/release:{COMMIT}-{EXECUTION}");
    let expected = format!(
        "docker build --file docker/rails/Dockerfile --platform linux/amd64 --target production \
         --build-arg CI_NAME --build-arg NODE --build-arg LICENCE --build-arg RUBY=3.4 --build-arg NOTE=it's $HOME --secret id=BUNDLE_TOKEN,env=BUNDLE_TOKEN --cache-from \
         {REGISTRY}/shop-release/api-cache:layers --build-arg BUILDKIT_INLINE_CACHE=1 --tag {image} ."
    );
    holds(&outcome, &format!("it calls {expected}"), api == expected)?;
    holds(
        &outcome,
        "no secret is on a command line",
        !outcome.calls.iter().any(|call| call.line().contains("s3cr3t")),
    )
}

pub fn variables_are_build_arguments_unless_a_service_has_its_own(job: &Job) -> Verdict {
    let outcome = job.run(repositories());
    let common =
        |ruby: &str| json!({"CI_NAME": "it's branchline", "NODE": "24", "LICENCE": "free", "RUBY": ruby});
    let mut api = common("3.4");
    api["NOTE"] = json!("it's $HOME");
    api["BUILDKIT_INLINE_CACHE"] = json!("1");
    let expected = json!([api, common("3.3")]);
    let seen = &outcome.world["build_args"];
    holds(&outcome, &format!("docker is given {expected:#}, not {seen:#}"), *seen == expected)?;
    let shown = outcome.calls.iter().any(|call| call.line().contains("it's branchline"));
    holds(&outcome, "no value of a variable is on a command line", !shown)
}

pub fn a_failed_build_stops_before_any_push(job: &Job) -> Verdict {
    // Whichever it is, the other image must not be pushed either.
    for dockerfile in ["docker/rails/Dockerfile", "Dockerfile"] {
        let call = format!("docker build --file {dockerfile}");
        let outcome = job.run(repositories().failing(&call, 1, "ERROR: failed to solve"));
        holds(&outcome, "it fails", !outcome.succeeded)?;
        holds(&outcome, "nothing is pushed", outcome.lines("docker push").is_empty())?;
        holds(&outcome, "nothing is handed on", outcome.artifacts.is_empty() && outcome.exported.is_empty())?;
        holds(
            &outcome,
            "no file is written",
            !outcome.files.iter().any(|file| file.contains("imagedefinitions")),
        )?;
        says(&outcome, &["ERROR: failed to solve", "The build failed: nothing is pushed."])?;
    }
    Ok(())
}

pub fn a_failed_push_stops_before_artifacts(job: &Job) -> Verdict {
    let outcome = job.run(repositories().failing(
        "docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/mail-worker/release",
        1,
        "denied: quota",
    ));
    holds(&outcome, "it fails", !outcome.succeeded)?;
    holds(&outcome, "the first was pushed", outcome.lines("docker push").len() == 2)?;
    holds(&outcome, "no file is written", !outcome.files.iter().any(|file| file.contains("imagedefinitions")))
}

pub fn a_retried_build_reuses_what_was_pushed(job: &Job) -> Verdict {
    let tag = format!("{COMMIT}-{EXECUTION}");
    let pushed = json!({"digest": DIGEST, "tags": [tag], "manifest": "{}"});
    let outcome = job.run(repositories().with_image("shop/api/release", pushed));
    holds(&outcome, "it succeeds", outcome.succeeded)?;
    let docker = outcome.lines("docker ");
    holds(
        &outcome,
        "the image is not built again",
        !docker.iter().any(|line| line.contains("shop/api/release:")),
    )?;
    holds(&outcome, "nothing of it is pushed", !docker.iter().any(|line| line.contains("api-cache")))?;
    let image = format!("{REGISTRY}/shop/api/release@{DIGEST}");
    holds(&outcome, "its digest is exported", outcome.exported.get("IMAGE_API") == Some(&image))?;
    holds(&outcome, "both files are there", outcome.artifacts.len() == 2)?;
    says(&outcome, &["from an earlier attempt; reused, not built again"])
}

pub fn trouble_in_the_registry_is_not_taken_for_a_missing_image(job: &Job) -> Verdict {
    let refusal =
        "An error occurred (AccessDeniedException) when calling the DescribeImages operation: not authorized";
    let outcome = job.run(repositories().failing("ecr describe-images", 254, refusal));
    holds(&outcome, "it fails", !outcome.succeeded)?;
    holds(&outcome, "nothing is built", outcome.lines("docker build").is_empty())?;
    says(
        &outcome,
        &[
            refusal,
            "Build stopped: ECR could not say whether shop/api/release has the tag",
            "Nothing was pushed.",
        ],
    )
}

pub fn a_digest_that_is_none_stops_the_build(job: &Job) -> Verdict {
    let tag = format!("{COMMIT}-{EXECUTION}");
    let odd = json!({"digest": "latest", "tags": [tag], "manifest": "{}"});
    let outcome = job.run(repositories().with_image("shop/api/release", odd));
    holds(&outcome, "it fails", !outcome.succeeded)?;
    holds(
        &outcome,
        "no file is written",
        !outcome.files.iter().any(|file| file.contains("imagedefinitions")),
    )?;
    says(&outcome, &["ECR gave no digest for shop/api/release"])
}

pub fn a_cache_that_cannot_be_pushed_is_a_warning(job: &Job) -> Verdict {
    let push = format!("docker push {REGISTRY}/shop-release/api-cache");
    let outcome = job.run(repositories().failing(&push, 1, "denied"));
    holds(&outcome, "it succeeds", outcome.succeeded && outcome.artifacts.len() == 2)?;
    says(&outcome, &["Warning: the layer cache shop-release/api-cache could not be pushed"])
}

pub fn a_failed_sign_in_stops_the_build(job: &Job) -> Verdict {
    let outcome =
        job.run(repositories().failing("ecr get-login-password", 254, "Unable to locate credentials"));
    holds(&outcome, "it fails", !outcome.succeeded)?;
    holds(&outcome, "nothing is built", outcome.lines("docker build").is_empty())
}

promises!(crate::jobs::build() =>
    two_services_are_handed_on_by_digest,
    variables_are_build_arguments_unless_a_service_has_its_own,
    a_failed_build_stops_before_any_push,
    a_failed_push_stops_before_artifacts,
    a_retried_build_reuses_what_was_pushed,
    trouble_in_the_registry_is_not_taken_for_a_missing_image,
    a_digest_that_is_none_stops_the_build,
    a_cache_that_cannot_be_pushed_is_a_warning,
    a_failed_sign_in_stops_the_build,
);

#[test]
fn an_image_for_arm_is_built_as_such_and_without_a_cache() {
    let world = World::default().with_repositories(&["shop/api/main"]);
    let outcome = jobs::job(jobs::other_way_round(), "Build/Build").run(world);
    assert!(outcome.succeeded, "{}", outcome.output);
    let image = format!("{REGISTRY}/shop/api/main:{COMMIT}-{EXECUTION}");
    let expected = format!("docker build --file Dockerfile --platform linux/arm64 --tag {image} .");
    assert_eq!(outcome.lines("docker build"), [expected]);
    assert_eq!(outcome.lines("docker push"), [format!("docker push {image}")]);
}

/// The build of a pipeline whose service `api` has a repository that exists, beside one that is made.
fn shared() -> (Stacks, Job) {
    let text = "version: 1\napp: shop\nbranches: { main: [dev], develop: [test] }\nenvironments: { dev: {}, test: {} }\n\
        pipelines: { account: \"123456789012\", region: eu-west-1 }\nsource: { repository: acme/shop }\nservices:\n  \
        api: { repository: { existing: team/api }, build: { cache: true }, deploy: &here { ecs: { cluster: \"c-{environment}\", roles: [task] } } }\n  \
        web: { deploy: *here }\n";
    let stacks = Stacks::of(text);
    let build = stacks.pipelines["shop-main"].actions.iter().find(|action| action.name == "Build");
    let job = Job::new(&stacks, build.expect("a build"), &release::known());
    (stacks, job)
}

#[test]
fn nothing_is_taken_over_from_a_repository_that_other_pipelines_push_to() {
    let (stacks, job) = shared();
    let planted = json!({"digest": DIGEST, "tags": [format!("{COMMIT}-{EXECUTION}")], "manifest": "{}"});
    let mut world = release::world(&stacks).with_image("team/api", planted.clone());
    let mut tags = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let outcome = job.run(world);
        assert!(outcome.succeeded, "{}", outcome.output);
        let image = digest(&outcome, "team/api");
        assert_ne!(image, DIGEST, "the image that stood there is not adopted");
        assert_eq!(outcome.exported["IMAGE_API"], format!("{REGISTRY}/team/api@{image}"));
        assert!(outcome.exported["IMAGE_WEB"].starts_with(&format!("{REGISTRY}/shop/web/main@")));
        let push = format!("docker push {REGISTRY}/team/api:");
        let pushed: Vec<String> =
            outcome.lines(&push).iter().map(|line| line[push.len()..].to_owned()).collect();
        let [tag] = pushed.as_slice() else { panic!("one push: {pushed:?}") };
        let random = tag.strip_prefix(&format!("{COMMIT}-{EXECUTION}-")).expect("commit and execution");
        assert!(random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit()), "{tag}");
        assert!(tags.insert(tag.clone()), "{tag} again");
        let asked = outcome.lines("aws ecr describe-images");
        assert_eq!(
            asked.iter().filter(|line| line.contains("team/api")).count(),
            1,
            "asked for its digest alone"
        );
        assert_eq!(outcome.lines(&format!("docker push {REGISTRY}/shop-main/api-cache:layers")).len(), 1);
        world = World(outcome.world);
    }
}
