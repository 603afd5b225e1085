//! `BL9xx`: what AWS has of what the file names.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL901",
        "an account that cannot be asked",
        "The credentials that are meant for this account are missing, have expired, or are of another account. Nothing in it was looked at. Sign in, or name the account's profile with `--profile ENVIRONMENT=NAME` or a role in it with `--role ENVIRONMENT=ARN`.",
    ),
    code(
        "BL902",
        "what could not be looked at",
        "AWS refused one call, or the branches of the repository are not known, so what it would have told is not known. The rest was looked at all the same. The message names the right that is missing.",
    ),
    code(
        "BL903",
        "a connection that is not there",
        "`source.connection` names a connection that this account and region does not have. Pipelines read the repository through it, so none can start.",
    ),
    code(
        "BL904",
        "a connection that is not complete",
        "A connection to a repository's host works only after a person has let it in there, and no longer than the host allows it. The link leads to the console's page for that.",
    ),
    code(
        "BL905",
        "a branch that is not there",
        "A rule names a branch that the repository does not have, as far as this clone or the remote knows. Its pipeline can be made, and its first stage fails until the branch is there.",
    ),
    code(
        "BL910",
        "an ECS cluster that is not there",
        "A deploy goes to a service in this cluster. Clusters are not made by branchline: they have to be there before the first release.",
    ),
    code(
        "BL911",
        "an ECS service that is not there",
        "A deploy goes to this service, and it does not exist, or is being removed. Services are not made by branchline: they have to be there before the first release.",
    ),
    code(
        "BL912",
        "a service that somebody else deploys",
        "The service was made for deploys by CodeDeploy or by an external controller. The ECS deploy of a pipeline updates the service itself, which ECS refuses then.",
    ),
    code(
        "BL913",
        "a family of task definitions that is not there",
        "A deploy with `ecs_task` makes a new revision out of the newest one. The first has to be registered by whoever keeps the task.",
    ),
    code(
        "BL914",
        "a container that the task does not have",
        "A deploy gives this container a new image, by its name. The task definition has none of the name, so the deploy would fail, or change nothing.",
    ),
    code(
        "BL915",
        "an image for another processor",
        "The task runs on another kind of processor than its image is built for. Its containers end at once with \"exec format error\", and the deploy is given up.",
    ),
    code(
        "BL916",
        "a role that may not be handed on",
        "Who deploys a task definition needs `iam:PassRole` for each of its roles, and is given it for those under `roles`. This one is not among them, so the deploy would be denied.",
    ),
    code(
        "BL920",
        "a subnet that is not there",
        "Builds are to run in this subnet, and the account and region has none of the id.",
    ),
    code(
        "BL921",
        "a subnet of another VPC",
        "The subnets of a project are in its VPC: CodeBuild refuses others.",
    ),
    code(
        "BL922",
        "a subnet without a way out",
        "A build needs AWS, the repository and mostly registries of packages. From a network of one's own they are reached through a NAT gateway or the like: an internet gateway is none for build machines, which have no public address. A build would hang until its time is over.",
    ),
    code(
        "BL923",
        "a security group that is not there",
        "Builds are to run with this security group, and the account and region has none of the id.",
    ),
    code(
        "BL930",
        "a secret that is not there",
        "A build, a test, a migration or a deploy is given this secret. Without it nothing is started. Only whether it is there is looked at, never its value; whether its JSON has the key that is named is not looked at.",
    ),
    code(
        "BL931",
        "a secret that is about to be deleted",
        "The secret is there and waits for its deletion: its value cannot be read any more, so what needs it does not start.",
    ),
    code(
        "BL932",
        "a parameter that is not there",
        "A build, a test, a migration or a deploy is given this parameter. Without it nothing is started. Only whether it is there is looked at, never its value.",
    ),
    code(
        "BL933",
        "an image repository that is not there",
        "The file says that this image repository exists, so it is not made. Nothing can be pushed to it.",
    ),
    code(
        "BL934",
        "a role that is not there",
        "The file names this role, so it is not made, and AWS refuses the stack that uses it.",
    ),
    code(
        "BL935",
        "a topic that is not there",
        "The file names this SNS topic, and AWS has none of the ARN: nobody would be told.",
    ),
    code(
        "BL940",
        "logs that are kept for ever",
        "Our stacks set an end to what a log group keeps. This one has none: somebody took it off, or the group was there before the stack.",
    ),
    code(
        "BL941",
        "a quota that is nearly used up",
        "Nine tenths of a quota are used, by whoever it may be. Where it is reached, the stack fails that would make one more.",
    ),
    code(
        "BL942",
        "too few builds at a time",
        "New accounts may run one build at a time, or none at all, and CodeBuild refuses what is more. A release that runs several tests side by side would fail.",
    ),
    code(
        "BL944",
        "parameters that Copilot left",
        "AWS Copilot keeps what it knows of its applications in Parameter Store. Nothing of branchline's reads it.",
    ),
    code(
        "BL945",
        "stacks that Copilot left",
        "Everything that AWS Copilot made is in stacks of its own, which live on without it. A cluster or a service that branchline deploys to may be among it.",
    ),
    code(
        "BL946",
        "a name that nobody has looked up",
        "An import from AWS Copilot writes CHECK for the end of a name that CloudFormation made up. Nothing in AWS has such a name: a deploy to it fails, or its role may not be handed over.",
    ),
];
