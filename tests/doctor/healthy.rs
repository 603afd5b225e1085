//! An AWS in which everything is there that `branchline.yml` beside this names.

use serde_json::{Value, json};

use crate::bench::{HOME, MARK, PRODUCTION, REGION};

/// The state of the stub.
pub fn healthy() -> Value {
    let connection =
        format!("arn:aws:codeconnections:{REGION}:{HOME}:connection/0a1b2c3d-0000-4000-8000-000000000000");
    let mut home = place(HOME, "dev");
    home["facts"]["topics"] = json!([{ "TopicArn": format!("arn:aws:sns:{REGION}:{HOME}:releases") }]);
    home["facts"]["image repositories"] = json!([{ "repositoryName": "team/api" }]);
    home["facts"]["ssm parameters"] =
        json!([{ "Name": "/shop/token", "Type": "SecureString", "Value": MARK }]);
    home["facts"]["subnets"] = json!([{ "SubnetId": "subnet-0d0d0d0d", "VpcId": "vpc-0d0d0d0d" }]);
    home["facts"]["security groups"] =
        json!([{ "GroupId": "sg-0d0d0d0d", "GroupName": "builds", "VpcId": "vpc-0d0d0d0d" }]);
    home["facts"]["route tables"] = routes(&json!({ "NatGatewayId": "nat-1", "State": "active" }));
    home["connections"] = json!({ connection: { "name": "github", "status": "AVAILABLE" } });
    let mut production = place(PRODUCTION, "production");
    let secret = format!("arn:aws:secretsmanager:{REGION}:{PRODUCTION}:secret:shop/owner-AbCdEf");
    production["facts"]["secrets"] = json!([{ "Name": "shop/owner", "ARN": secret, "Description": MARK }]);
    production["facts"]["roles"] = json!([{ "Arn": format!("arn:aws:iam::{PRODUCTION}:role/ci/migrates") }]);
    json!({ "accounts": {
        HOME: { "regions": { REGION: home } },
        PRODUCTION: {
            "roles": { format!("arn:aws:iam::{PRODUCTION}:role/look"): {} },
            "regions": { REGION: production },
        },
    } })
}

/// The main route table of the VPC, with this as the target of its default route.
pub fn routes(target: &Value) -> Value {
    let mut route = json!({ "DestinationCidrBlock": "0.0.0.0/0" });
    route.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    let local = json!({ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active" });
    json!([{ "RouteTableId": "rtb-1", "VpcId": "vpc-0d0d0d0d", "Associations": [{ "Main": true }], "Routes": [local, route] }])
}

/// An environment's services, task definitions, logs and quotas.
fn place(account: &str, environment: &str) -> Value {
    let role = |kind: &str| format!("arn:aws:iam::{account}:role/shop-{environment}-{kind}");
    let task = |family: String, container: &str| {
        json!({
            "family": family, "revision": 7,
            "taskDefinitionArn": format!("arn:aws:ecs:{REGION}:{account}:task-definition/{family}:7"),
            "containerDefinitions": [{ "name": container, "image": "i" }, { "name": "proxy", "image": "i" }],
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": { "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" },
            "taskRoleArn": role("task"), "executionRoleArn": role("execution"),
        })
    };
    let cluster = format!("shop-{environment}");
    let service = json!({
        "serviceName": "api", "clusterArn": format!("arn:aws:ecs:{REGION}:{account}:cluster/{cluster}"),
        "status": "ACTIVE", "taskDefinition": format!("arn:aws:ecs:{REGION}:{account}:task-definition/api-{environment}:7"),
    });
    let log = format!("/aws/codebuild/shop-{environment}-migrate");
    let quota = |name: &str, value: f64| json!({ "ServiceCode": "codebuild", "QuotaCode": "L-1", "QuotaName": name, "Value": value });
    json!({ "facts": {
        "ecs clusters": [{ "clusterName": cluster, "status": "ACTIVE" }],
        "ecs services": [service],
        "ecs task definitions": [task(format!("api-{environment}"), "app"), task(format!("nightly-{environment}"), "job")],
        "log groups": [
            { "logGroupName": log, "retentionInDays": 90 },
            // Somebody else's, whose name begins as ours do.
            { "logGroupName": "/aws/codebuild/shop-of-others" },
        ],
        "quotas": [quota("Concurrently running builds for ARM/Small environment", 60.0)],
    } })
}
