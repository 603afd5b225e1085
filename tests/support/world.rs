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

/// An account and a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-west-1`.
    pub region: String,
}

impl Place {
    /// The ARN of a resource here.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition(), self.region, self.account)
    }

    /// The partition, in ARNs.
    pub fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            Some("us") if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The end of the hosts' names.
    pub fn url_suffix(&self) -> &'static str {
        if self.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }

    /// The image registry.
    pub fn registry(&self) -> String {
        format!("{}.dkr.ecr.{}.{}", self.account, self.region, self.url_suffix())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} {}", self.account, self.region)
    }
}

/// What is in one account and region alone, and what it is as long as nothing is there.
const LOCAL: [(&str, &str); 7] = [
    ("clusters", "{}"),
    ("task_definitions", "{}"),
    ("log_groups", "[]"),
    ("rds", "{}"),
    ("rules", "{}"),
    ("schedules", "{}"),
    ("state_machines", "{}"),
];

/// The state that the fakes share, as `tests/support/fakes/world.py` keeps it.
#[derive(Debug, Clone)]
pub struct World(pub Value);

impl Default for World {
    /// Nothing but an account.
    fn default() -> Self {
        World::of(&Place { account: ACCOUNT.to_owned(), region: REGION.to_owned() })
    }
}

impl World {
    /// Nothing but this account.
    pub fn of(place: &Place) -> Self {
        Self(json!({
            "account": place.account, "region": place.region, "registry": place.registry(), "epoch": EPOCH,
            "images": {"account": place.account, "region": place.region},
            "repositories": {}, "clusters": {}, "task_definitions": {}, "log_groups": [], "faults": [],
            "rules": {}, "schedules": {}, "state_machines": {},
        }))
    }

    /// The same world, in which a build runs at this place: it sees what is in this account and region, and nothing of what
    /// is in another. The images stay where they are.
    pub fn at(mut self, place: &Place) -> Self {
        let (from, to) = (self.place().to_string(), place.to_string());
        if from != to {
            for (kind, nothing) in LOCAL {
                let empty: Value = serde_json::from_str(nothing).expect("JSON");
                let there = self.0["elsewhere"][&to][kind].take();
                let here = std::mem::replace(&mut self.0[kind], if there.is_null() { empty } else { there });
                self.0["elsewhere"][&from][kind] = here;
            }
        }
        self.0["account"] = json!(place.account);
        self.0["region"] = json!(place.region);
        self
    }

    /// Where the build runs.
    pub fn place(&self) -> Place {
        let text = |key: &str| self.0[key].as_str().expect("a text").to_owned();
        Place { account: text("account"), region: text("region") }
    }

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

    /// With the service `api` in the cluster `shop-dev`, and the log group of its migration.
    pub fn with_service(self, task: &Value) -> Self {
        self.with_service_of("shop-dev", "api", "app")
            .with_log_group("/branchline/shop/dev/migrate")
            .with_task("app", task)
    }

    /// With a log group.
    pub fn with_log_group(mut self, name: &str) -> Self {
        self.0["log_groups"].as_array_mut().expect("a list").push(json!(name));
        self
    }

    /// With a snapshot that became available this many seconds before the build began.
    pub fn with_snapshot(
        mut self,
        (kind, database, name): (&str, &str, &str),
        ago: i64,
        tags: &Value,
    ) -> Self {
        let snapshot = json!({"kind": kind, "database": database, "name": name, "asked": EPOCH - ago, "takes": 0, "tags": tags});
        match &mut self.0["rds"]["snapshots"] {
            Value::Array(snapshots) => snapshots.push(snapshot),
            none => *none = json!([snapshot]),
        }
        self
    }

    /// With these programs, on the build machine and in its containers: their names, and what their shell scripts say.
    pub fn with_programs(mut self, names: &[&str], script: &str) -> Self {
        for name in names {
            self.0["programs"][*name] = json!(script);
        }
        self
    }

    /// With a service on Fargate in a cluster. Its family is called as the cluster is, and so are its roles.
    pub fn with_service_of(self, cluster: &str, service: &str, container: &str) -> Self {
        let roles = [format!("{cluster}-task"), format!("{cluster}-execution")];
        self.with_service_under(&roles, cluster, service, container)
    }

    /// The same, whose tasks run under these roles: the task's, and the execution's.
    pub fn with_service_under(
        mut self,
        roles: &[String],
        cluster: &str,
        service: &str,
        container: &str,
    ) -> Self {
        let place = self.place();
        let current = place.arn("ecs", &format!("task-definition/{cluster}-{service}:7"));
        self.0["clusters"][cluster]["services"][service] = json!({
            "serviceName": service, "status": "ACTIVE", "taskDefinition": current, "launchType": "FARGATE",
            "platformVersion": "LATEST", "platformFamily": "Linux",
            "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}},
        });
        self.0["task_definitions"][&current] = task_definition(&place, &current, cluster, container);
        for (key, name) in ["taskRoleArn", "executionRoleArn"].iter().zip(roles) {
            self.0["task_definitions"][&current][*key] =
                json!(format!("arn:{}:iam::{}:role/{name}", place.partition(), place.account));
        }
        self
    }

    /// With another container beside that of a service.
    pub fn with_sidecar(self, cluster: &str, service: &str, container: &str) -> Self {
        let current = &self.0["clusters"][cluster]["services"][service]["taskDefinition"];
        let current = current.as_str().expect("a service").to_owned();
        self.with_container(&current, container)
    }

    /// With another container in the newest revision of a family.
    pub fn with_sidecar_of(self, family: &str, container: &str) -> Self {
        let newest = self.newest(family);
        self.with_container(&newest, container)
    }

    fn with_container(mut self, definition: &str, name: &str) -> Self {
        let containers = self.0["task_definitions"][definition]["containerDefinitions"].as_array_mut();
        let containers = containers.expect("containers");
        if containers.iter().all(|container| container["name"] != name) {
            containers.push(json!({"name": name, "image": "old", "essential": false, "memory": 64}));
        }
        self
    }

    /// With this many other tasks of a family in the cluster `shop-dev`: what ECS wants of them, and what they do.
    pub fn with_other_tasks(mut self, family: &str, (desired, last): (&str, &str), count: usize) -> Self {
        let place = self.place();
        let tasks = (0..count).map(|number| {
            let arn = place.arn("ecs", &format!("task/shop-dev/{}-{number}", last.to_lowercase()));
            json!({"arn": arn, "family": family, "desired": desired, "last": last})
        });
        match &mut self.0["other_tasks"] {
            Value::Array(others) => others.extend(tasks),
            none => *none = tasks.collect(),
        }
        self
    }

    /// With a migration task that starts after 30 seconds and exits with 0 after 60, unless `task` says otherwise.
    pub fn with_task(mut self, container: &str, task: &Value) -> Self {
        let mut whole = json!({
            "container": container, "starts": 30, "stops": 60, "exit_code": 0,
            "stop_code": "EssentialContainerExited", "stopped_reason": "Essential container in task exited",
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
fn task_definition(place: &Place, arn: &str, cluster: &str, container: &str) -> Value {
    let role = |kind: &str| format!("arn:{}:iam::{}:role/{cluster}-{kind}", place.partition(), place.account);
    json!({
        "taskDefinitionArn": arn, "revision": 7, "status": "ACTIVE", "family": cluster,
        "registeredAt": "2026-11-01T00:00:00Z", "registeredBy": role("deploy"),
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.ecr-auth"}], "compatibilities": ["EC2", "FARGATE"],
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
        "taskRoleArn": role("task"),
        "executionRoleArn": role("execution"),
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "placementConstraints": [],
        "volumes": [{"name": "shared", "host": {}}, {"name": "fresh", "configuredAtLaunch": true}],
        "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy", "properties": []},
        "containerDefinitions": [
            {
                "name": container, "image": "old@sha256:00", "cpu": 0, "essential": true,
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
