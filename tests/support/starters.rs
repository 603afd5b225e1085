//! Task families that nothing runs as a service, and what starts their tasks.

use serde_json::{Value, json};

use super::world::World;

impl World {
    /// With a task family at its revision 7, whose container and a second one have what a deploy must keep.
    pub fn with_family(mut self, family: &str, container: &str, roles: &[String]) -> Self {
        let place = self.place();
        let arn = place.arn("ecs", &format!("task-definition/{family}:7"));
        let role = |at: usize| {
            let name = roles.get(at).or(roles.first()).expect("a role");
            format!("arn:{}:iam::{}:role/{name}", place.partition(), place.account)
        };
        self.0["task_definitions"][&arn] = json!({
            "taskDefinitionArn": arn, "revision": 7, "status": "ACTIVE", "family": family,
            "registeredAt": "2026-11-01T00:00:00Z", "registeredBy": role(0), "compatibilities": ["EC2", "FARGATE"],
            "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.ecr-auth"}],
            "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
            "taskRoleArn": role(0), "executionRoleArn": role(1), "enableFaultInjection": false,
            "ephemeralStorage": {"sizeInGiB": 30}, "volumes": [{"name": "work", "configuredAtLaunch": true}],
            "placementConstraints": [],
            "containerDefinitions": [
                {"name": "agent", "image": "agent:1", "essential": false, "memory": 64},
                {"name": container, "image": "old@sha256:00", "cpu": 0, "essential": true,
                    "command": ["bin/nightly"], "environment": [{"name": "RAILS_ENV", "value": "production"}],
                    "dependsOn": [{"containerName": "agent", "condition": "START"}],
                    "mountPoints": [{"sourceVolume": "work", "containerPath": "/work"}]},
            ],
            "tags": [{"key": "team", "value": "billing"}, {"key": "aws:cloudformation:stack-name", "value": "tasks"}],
        });
        self
    }

    /// With a rule that starts a family by its revision 7, and does something else besides.
    pub fn with_rule(mut self, name: &str, family: &str, roles: &[String]) -> Self {
        let starts = self.starts(family, roles);
        let queue = self.place().arn("sqs", "audit");
        let mut target = starts;
        target["Id"] = json!("task");
        target["Input"] = json!("{\"containerOverrides\":[]}");
        self.0["rules"][name] = json!([target, {"Id": "audit", "Arn": queue}]);
        self
    }

    /// With a schedule that does, since last year.
    pub fn with_schedule(mut self, group: &str, name: &str, family: &str, roles: &[String]) -> Self {
        let target = self.starts(family, roles);
        self.0["schedules"][format!("{group}/{name}")] = json!({
            "Arn": self.place().arn("scheduler", &format!("schedule/{group}/{name}")), "GroupName": group, "Name": name,
            "ScheduleExpression": "cron(0 3 * * ? *)", "ScheduleExpressionTimezone": "Asia/Tokyo",
            "StartDate": "2025-01-01T00:00:00+00:00", "EndDate": "2099-01-01T00:00:00+00:00",
            "Description": "it's nightly", "State": "DISABLED", "CreationDate": "2025-01-01T00:00:00.123000+00:00",
            "LastModificationDate": "2025-01-01T00:00:00.123000+00:00", "Target": target,
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 10}, "ActionAfterCompletion": "NONE",
        });
        self
    }

    /// With a state machine that starts a family by its revision 7 in four ways, and others as well: another family, and
    /// the same name in another account and region. The same text stands in it where it starts nothing.
    pub fn with_state_machine(mut self, name: &str, family: &str) -> Self {
        let place = self.place();
        let arn = place.arn("states", &format!("stateMachine:{name}"));
        let pinned = place.arn("ecs", &format!("task-definition/{family}:7"));
        let task = |resource: &str, key: &str, name: &str| {
            json!({"Type": "Task", "Resource": format!("arn:{}:states:::{resource}", place.partition()),
                key: {"TaskDefinition": name, "Weight": 1.5}, "End": true})
        };
        let short = format!("{family}:7");
        let elsewhere = format!("arn:aws:ecs:ap-south-2:999999999999:task-definition/{family}:3");
        let definition = json!({
            "Comment": short, "StartAt": "A",
            "States": {
                "A": task("ecs:runTask.sync", "Parameters", &pinned),
                "B": task("aws-sdk:ecs:runTask", "Arguments", &short),
                "C": task("ecs:runTask", "Parameters", &format!("other-{short}")),
                "D": task("ecs:runTask", "Parameters", &elsewhere),
                "E": {"Type": "Parallel", "Branches": [
                    {"StartAt": "F", "States": {"F": task("ecs:runTask.waitForTaskToken", "Parameters", &short)}}]},
                "G": {"Type": "Map", "ItemProcessor": {
                    "StartAt": "H", "States": {"H": task("ecs:runTask", "Parameters", &short)}}},
                "I": {"Type": "Pass", "Result": task("ecs:runTask", "Parameters", &pinned)},
                "J": task("lambda:invoke", "Parameters", &short),
            },
        });
        // As people write it: with white space, and with slashes that are escaped, which JSON allows.
        let definition = format!("{definition:#}").replace('/', "\\/");
        self.0["state_machines"][&arn] = json!({"stateMachineArn": arn, "name": name, "status": "ACTIVE",
            "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/machine", "type": "STANDARD",
            "creationDate": "2025-01-01T00:00:00+00:00"});
        self
    }

    fn starts(&self, family: &str, roles: &[String]) -> Value {
        let place = self.place();
        let role = roles.first().map_or("starter", String::as_str);
        json!({
            "Arn": place.arn("ecs", "cluster/jobs"),
            "RoleArn": format!("arn:{}:iam::{}:role/{role}", place.partition(), place.account),
            "EcsParameters": {
                "TaskDefinitionArn": place.arn("ecs", &format!("task-definition/{family}:7")), "TaskCount": 2,
                "LaunchType": "FARGATE", "PropagateTags": "TASK_DEFINITION",
                "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}},
            },
        })
    }

    /// The ARN of a family's newest revision.
    pub fn newest(&self, family: &str) -> String {
        let prefix = self.place().arn("ecs", &format!("task-definition/{family}:"));
        let revisions = self.0["task_definitions"].as_object().expect("definitions").keys();
        let numbers = revisions.filter_map(|arn| arn.strip_prefix(&prefix)?.parse::<u32>().ok());
        format!("{prefix}{}", numbers.max().unwrap_or_else(|| panic!("there is no {family}")))
    }
}
