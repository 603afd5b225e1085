//! What is kept for a project's next run: nobody else writes it.

use std::collections::BTreeMap;

use crate::support::iam::need;
use crate::support::stacks::Stacks;

/// Two pipelines of one app, with every kind of thing that is kept.
const TWO_PIPELINES: &str = r#"
version: 1
app: shop
branches: { develop: [dev], "release/*": [production] }
environments: { dev: {}, production: {} }
pipelines: { account: "123456789012", region: eu-west-1 }
source: { repository: acme/shop }
services:
  api:
    build: { cache: true }
    deploy: { ecs: { cluster: "shop-{environment}", container: app, roles: [shop-task] } }
    test: { commands: [make], cache: { paths: [vendor] } }
build: { cache: { paths: [vendor] } }
test: { commands: [make], cache: { paths: [vendor] } }
migrate: { command: make, run: codebuild, in: checkout, cache: { paths: [vendor] } }
"#;

#[test]
fn no_project_writes_the_files_that_another_keeps() {
    let stacks = Stacks::of(TWO_PIPELINES);
    let context = BTreeMap::from([("aws:ResourceAccount".to_owned(), stacks.place.account.clone())]);
    let may_write = |role: &str, folder: &str| {
        let put = need("s3:PutObject", &format!("arn:aws:s3:::{folder}/0a1b2c3d"), context.clone());
        stacks.roles[role].denied(&[put]).is_empty()
    };
    let folders: Vec<(&String, &String)> = stacks
        .projects
        .values()
        .filter_map(|project| Some((&project.role, project.kept.as_ref()?)))
        .collect();
    assert_eq!(folders.len(), 8, "{folders:?}");
    for (owner, folder) in &folders {
        assert!(folder.ends_with(&format!("/cache/{owner}")), "{owner}: {folder}");
        // The pipeline's own role hands artifacts from action to action, and no code of a build runs under it.
        for role in stacks.roles.keys().filter(|role| !role.ends_with("-pipeline")) {
            assert_eq!(may_write(role, folder), role == *owner, "{role} and {folder}");
        }
    }
}

#[test]
fn no_pipeline_writes_the_layers_that_another_builds_on() {
    let stacks = Stacks::of(TWO_PIPELINES);
    for (pipeline, other) in [("shop-develop", "shop-release"), ("shop-release", "shop-develop")] {
        let role = &stacks.roles[&format!("{pipeline}-build")];
        for action in ["ecr:PutImage", "ecr:GetDownloadUrlForLayer"] {
            let on = |owner: &str| {
                let cache = stacks.place.arn("ecr", &format!("repository/{owner}/api-cache"));
                role.denied(&[need(action, &cache, BTreeMap::new())]).is_empty()
            };
            assert!(on(pipeline) && !on(other), "{pipeline}: {action}");
        }
    }
    let names: Vec<&str> = stacks
        .all("AWS::ECR::Repository")
        .iter()
        .filter_map(|repository| repository["RepositoryName"].as_str())
        .collect();
    assert_eq!(
        names,
        ["shop/api/develop", "shop-develop/api-cache", "shop/api/release", "shop-release/api-cache"]
    );
}
