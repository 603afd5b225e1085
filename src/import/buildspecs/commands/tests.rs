use super::super::reading::read;
use super::*;

fn all(commands: &[&str]) -> Vec<Action> {
    let commands: Vec<String> =
        commands.iter().map(|line| format!("      - '{}'\n", line.replace('\'', "''"))).collect();
    let text = format!(
        "version: 0.2\nenv:\n  variables:\n    REPO: shop-staging\n    CLUSTER: shop-$REPO\nphases:\n  build:\n    commands:\n{}",
        commands.concat()
    );
    let spec = read(&text).spec.unwrap_or_default();
    done(&spec).0.into_iter().map(|done| done.action).collect()
}

#[test]
fn a_docker_build_is_read_with_its_variables_and_what_stays_unknown_is_told() {
    let found = all(&[
        "URI=$ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/shop/api",
        "cd services/api",
        "docker build --pull -f docker/Dockerfile --target=production --build-arg RUBY=3.4 --build-arg SHA=$SHA -t $URI:latest .",
    ]);
    let [Action::Install, Action::Build(built), Action::Latest] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(built.repository.as_deref(), Some("shop/api"));
    assert_eq!(built.build.dockerfile.as_deref(), Some("services/api/docker/Dockerfile"));
    assert_eq!(built.build.context.as_deref(), Some("services/api"));
    assert_eq!(built.build.target.as_deref(), Some("production"));
    assert_eq!(built.build.args, BTreeMap::from([("RUBY".to_owned(), "3.4".to_owned())]));
    assert_eq!(built.unclear, ["the argument `SHA`: `$SHA`"]);
}

#[test]
fn what_leads_out_of_the_repository_is_not_taken() {
    let found = all(&["docker build -f /etc/Dockerfile ../.."]);
    let [Action::Build(built)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((built.build.clone(), built.unclear.len()), (Build::default(), 2));
}

#[test]
fn deploys_migrations_and_tests_are_known() {
    let ecs = |cluster: &str, service: &str| Action::Ecs {
        cluster: cluster.to_owned(),
        service: service.to_owned(),
    };
    for (line, action) in [
        (
            "aws ecs update-service --cluster $CLUSTER --service api --force-new-deployment",
            ecs("shop-shop-staging", "api"),
        ),
        ("aws ecs update-service --service=api", ecs("default", "api")),
        (
            "copilot svc deploy --name api --env prod",
            Action::Copilot { workload: Some("api".to_owned()), environment: Some("prod".to_owned()) },
        ),
        ("aws s3 sync dist s3://bucket", Action::Deploy("aws s3 sync")),
        ("bundle exec rails db:migrate", Action::Migrate("Rails", "bundle exec rails db:migrate".to_owned())),
        (
            "docker run --rm $IMAGE bin/rails db:prepare",
            Action::Migrate("Rails", "bin/rails db:migrate".to_owned()),
        ),
        ("npm run test:unit", Action::Test(None)),
        ("docker run --rm app bundle exec rspec", Action::Test(Some("bundle exec rspec".to_owned()))),
        ("npm ci", Action::Install),
        (
            "printf '[{\"name\":\"web\",\"imageUri\":\"%s\"}]' $URI > imagedefinitions.json",
            Action::Container("web".to_owned()),
        ),
    ] {
        assert_eq!(all(&[line]), [action], "{line}");
    }
    for line in ["echo npm test", "pip install pytest", "echo bin/rails db:migrate", "docker images", "make"]
    {
        assert!(!all(&[line]).iter().any(|one| *one != Action::Install), "{line}");
    }
}
