//! What exists in AWS when a build begins, and what goes wrong during it.

use serde_json::{Value, json};

/// The account of everything.
pub const ACCOUNT: &str = "123456789012";
/// The region of everything.
pub const REGION: &str = "eu-west-1";
/// The registry.
pub const REGISTRY: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
/// The fake clock's first second.
pub const EPOCH: i64 = 1_900_000_000;
/// The digest of an image that was built.
pub const DIGEST: &str = "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";

/// The state that the fakes share, as `tests/support/fakes/world.py` keeps it.
#[derive(Debug, Clone)]
pub struct World(pub Value);

impl Default for World {
    /// Nothing but an account.
    fn default() -> Self {
        Self(json!({
            "account": ACCOUNT, "region": REGION, "registry": REGISTRY, "epoch": EPOCH,
            "repositories": {}, "clusters": {}, "task_definitions": {}, "faults": [],
        }))
    }
}

impl World {
    /// With image repositories of these names; their tags are immutable, but for those that end in `-cache`.
    pub fn with_repositories(mut self, names: &[&str]) -> Self {
        for name in names {
            self.0["repositories"][*name] = json!({"images": [], "immutable": !name.ends_with("-cache")});
        }
        self
    }

    /// With an image in a repository.
    pub fn with_image(mut self, repository: &str, image: Value) -> Self {
        self.0["repositories"][repository]["images"].as_array_mut().expect("a repository").push(image);
        self
    }

    /// With a call that fails: every one whose line contains `matching`, with this status, saying this.
    pub fn failing(self, matching: &str, status: i32, stderr: &str) -> Self {
        self.failing_between(matching, status, stderr, 0, i64::MAX)
    }

    /// The same between two moments, in seconds since the build began.
    pub fn failing_between(
        mut self,
        matching: &str,
        status: i32,
        stderr: &str,
        from: i64,
        until: i64,
    ) -> Self {
        let fault =
            json!({"match": matching, "status": status, "stderr": stderr, "from": from, "until": until});
        self.0["faults"].as_array_mut().expect("a list").push(fault);
        self
    }

    /// With the service `api` in the cluster `shop-dev`, on Fargate, and a migration task that starts after 30
    /// seconds and exits with 0 after 60, unless `task` says otherwise.
    pub fn with_service(mut self, task: &Value) -> Self {
        let current = format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/shop-dev:7");
        self.0["clusters"]["shop-dev"]["services"]["api"] = json!({
            "serviceName": "api", "status": "ACTIVE", "taskDefinition": current, "launchType": "FARGATE",
            "platformVersion": "LATEST", "platformFamily": "Linux",
            "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}},
        });
        self.0["task_definitions"][&current] = task_definition(&current);
        self.0["log_group"] = json!("/branchline/shop-dev-migrate");
        let mut whole = json!({
            "container": "app", "starts": 30, "stops": 60, "exit_code": 0, "stop_code": "EssentialContainerExited",
            "stopped_reason": "Essential container in task exited",
            "log": [[31, "== 1 AddOrders: migrating"], [40, "-- create_table(:orders)"], [41, "   -> 0.01s"],
                [50, "== 1 AddOrders: migrated"], [59, "all done"]],
        });
        for (key, value) in task.as_object().expect("a mapping") {
            whole[key] = value.clone();
        }
        self.0["task"] = whole;
        self
    }
}

/// A service's task definition with everything in it that a migration must not take over.
fn task_definition(arn: &str) -> Value {
    json!({
        "taskDefinitionArn": arn, "revision": 7, "status": "ACTIVE", "family": "shop-dev",
        "registeredAt": "2026-11-01T00:00:00Z", "registeredBy": "arn:aws:iam::123456789012:role/deploy",
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.ecr-auth"}], "compatibilities": ["EC2", "FARGATE"],
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
        "taskRoleArn": "arn:aws:iam::123456789012:role/shop-dev-task",
        "executionRoleArn": "arn:aws:iam::123456789012:role/shop-dev-execution",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "placementConstraints": [],
        "volumes": [{"name": "shared", "host": {}}, {"name": "fresh", "configuredAtLaunch": true}],
        "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy", "properties": []},
        "containerDefinitions": [
            {
                "name": "app", "image": "old@sha256:00", "cpu": 0, "essential": true,
                "entryPoint": ["/entrypoint.sh"], "command": ["rails", "server"],
                "environment": [{"name": "RAILS_ENV", "value": "production"}, {"name": "WORKERS", "value": "4"},
                    {"name": "WAS_PLAIN", "value": "x"}],
                "secrets": [{"name": "DATABASE_URL", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/db"},
                    {"name": "WAS_SECRET", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/x"}],
                "portMappings": [{"containerPort": 3000, "protocol": "tcp"}],
                "healthCheck": {"command": ["CMD-SHELL", "curl -f localhost:3000"]},
                "restartPolicy": {"enabled": true},
                "dependsOn": [{"containerName": "envoy", "condition": "HEALTHY"},
                    {"containerName": "router", "condition": "START"}],
                "mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"},
                    {"sourceVolume": "fresh", "containerPath": "/fresh"}],
                "volumesFrom": [{"sourceContainer": "envoy"}],
                "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch"}},
            },
            {"name": "envoy", "image": "envoy", "essential": true, "memory": 256},
            {"name": "router", "image": "fluent-bit", "essential": true, "memory": 64,
                "firelensConfiguration": {"type": "fluentbit"}},
        ],
    })
}
