//! `BL2xx`: what AWS would be told.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code("BL201", "too many stages", "The pipeline would have more stages than CodePipeline takes."),
    code(
        "BL202",
        "too many actions in a stage",
        "A stage would have more actions than CodePipeline takes, one for each service that is deployed.",
    ),
    code(
        "BL203",
        "policy too long",
        "The inline policy of a role would exceed what IAM takes for all inline policies of a role.",
    ),
    code(
        "BL204",
        "too many pipelines for an environment",
        "The environment's role has to trust each pipeline that deploys to it, and IAM bounds the length of that trust.",
    ),
    code(
        "BL205",
        "too much for one variable",
        "CodeBuild takes an environment variable of at most 4,096 characters. A migration's command, variables and secrets reach its step in one variable, so they share these.",
    ),
    code(
        "BL206",
        "two services, one resource",
        "Resources in a stack are named by letters and digits alone. Two services whose names come to one such name would share a resource, and one of them would have no image repository.",
    ),
    code(
        "BL207",
        "policy of something shared too long",
        "The artifact bucket, its key and the image repositories name each role of another account that may use them, and AWS bounds the length of their policies.",
    ),
    code(
        "BL209",
        "buildspec too long",
        "CodeBuild is reported to refuse a buildspec of more than 25,600 characters inside a stack (aws/aws-cdk, issue 14974).",
    ),
    code(
        "BL216",
        "one name for two things",
        "Roles, projects and log groups are named after the app, the pipeline or environment, and the test or migration. Two of these names run together and come to the same: a rule `x-migrate-y` has tests, say, and an environment `x` a migration `y-test`.",
    ),
    code(
        "BL217",
        "repository that is a cache",
        "A service's images would stand in the repository in which a pipeline keeps layers for its next build. Layers are overwritten with each build and expire early, and images must not.",
    ),
    code(
        "BL218",
        "network of too many parts",
        "CodeBuild takes 1 to 16 subnets and 1 to 5 security groups for a project.",
    ),
    code(
        "BL219",
        "repository that cannot be made",
        "Each pipeline makes image repositories of its own, whose names end with the pipeline's: `shop/api/release`. ECR takes at most 256 small letters, digits and single signs between them, so a pipeline that is called `a--b` makes a name that it refuses; and none is made under the name of one that exists.",
    ),
    code(
        "BL220",
        "environment without a lock",
        "The pipelines of two rules do not wait for each other, and the stages of one pipeline are entered by two of its releases, one in each. Without a lock one release migrates a database while another is deployed onto it.",
    ),
    code(
        "BL221",
        "wait that ends too early",
        "A release that waits for the lock of an environment fails at the end of its wait. Where the one before it may take longer than that, it fails for no fault of anybody's.",
    ),
    code(
        "BL222",
        "too many locks",
        "The role that writes the lock of an environment in another account or region stands in the base stack, and CloudFormation takes 500 resources in a stack. The policy of the bucket of locks names the roles that exist, and S3 takes 20 KB of it.",
    ),
    code(
        "BL225",
        "patch that no longer fits",
        "An operation of an override does not apply to the document as it is generated now: its path is gone, or a `test` found something else. Nothing is generated until the override is put right, since a patch that is left out may be one that protects.",
    ),
    code(
        "BL226",
        "patch of what protects",
        "An override may not change what keeps a stack in its account and region, the names, exports and tags by which what was made is found, what keeps artifacts, roles, images and locks safe, nor what the stages and actions between a commit and an environment do, their order and their roles.",
    ),
    code(
        "BL227",
        "patch of one of two declarations",
        "A pipeline is declared in its stack and, for comparing and for `create-pipeline`, as JSON. An override changes the document that it names and no other, so the two declare different pipelines.",
    ),
    code(
        "BL228",
        "patched beyond what AWS takes",
        "After its overrides the document exceeds a limit of AWS's, is no template any more, or refers to what is not in it.",
    ),
    code(
        "BL229",
        "position that nothing makes sure of",
        "An item of a list is reached by its position. When another one comes before it, the patch changes the wrong item without a word; a `test` of the item's name before it fails instead.",
    ),
    code(
        "BL230",
        "migration or tests that no pipeline runs",
        "A migration and tests run in the pipelines that build their service. No rule builds this one.",
    ),
    code(
        "BL231",
        "environment without a migration of its file",
        "The migration runs in every environment that does not switch it off, in the pipelines that build its service. Those that deploy to this environment do not, so what they deploy meets a database that was not migrated.",
    ),
    code(
        "BL232",
        "secret that two environments share",
        "The migrations of two environments read one secret. Where it says which database is migrated, a pipeline that is sent to one environment migrates the database of the other, before any approval.",
    ),
    code(
        "BL233",
        "stack too large",
        "CloudFormation takes a template of at most 1 MB and 500 resources. Each migration, each deploy without ECS's own action and each of a pipeline's tests stands in its stack with a buildspec of its own.",
    ),
    code(
        "BL234",
        "service that a region is not known to have",
        "Every pipeline begins with a connection to the repository's host. AWS lists no endpoint of CodeConnections in some regions of the partitions `aws-cn` and `aws-us-gov`, and its pages on China say that CodePipeline is not offered there.",
    ),
    code(
        "BL235",
        "rollback that leaves the migration",
        "A rollback runs the deploy stage of an earlier execution again: its images come back, a deploy by `commands` runs its commands again, and the database stays as it was migrated. The old version then works on the new schema, so each migration has to leave a database that the version before it can use.",
    ),
    code(
        "BL236",
        "window that never opens",
        "No month of the window has a day that it names, as February has no 30th, or none of its years to come has: the years are past, as of this version's release, or it names the 29th of February of a year that has none. Or its times are missing on each of its days: in March the clocks of Berlin go from 2:00 to 3:00 on the last Sunday, and there is no 2:30. Every pipeline that comes to the environment would wait until it gives up.",
    ),
    code(
        "BL237",
        "too many alarms",
        "CodePipeline takes at most five rules in a stage's condition, and each alarm is one.",
    ),
    code(
        "BL239",
        "snapshot of no database, or of two",
        "A snapshot is made of one RDS instance, or of one cluster.",
    ),
    code(
        "BL240",
        "snapshot where nothing is migrated",
        "A snapshot is made before a migration. Where none runs, none would be made, and what was written down would protect nothing.",
    ),
    code(
        "BL241",
        "one database's snapshot for two environments",
        "Two environments make a snapshot of the same database, so one of them most likely migrates another one that has none.",
    ),
    code(
        "BL242",
        "one URL for two environments",
        "Two environments are verified at the same URL, so one of them would pass because the other one works.",
    ),
    code(
        "BL243",
        "migration beside a service that is none of ECS",
        "A migration that runs as an ECS task starts where the service's tasks start, from the service's task definition. What is deployed by `ecs_task` or `commands` has no such service.",
    ),
    code(
        "BL244",
        "image that a rule's pipeline does not build",
        "A service with `image_of` is deployed with the image that the same execution has built for the other service, so the rule has to name both.",
    ),
    code(
        "BL245",
        "deploy of another type in one environment",
        "An environment changes settings of a deploy, not its type: the pipeline's stages and buildspecs are those of the service.",
    ),
    code(
        "BL246",
        "sidecar that is the service's own container",
        "The service's container gets the image that was built. An image for it among the sidecars would run in its place, or be lost.",
    ),
    code(
        "BL247",
        "sidecars where no task definition is deployed",
        "Images of sidecars are set in a task definition, by a deploy to an ECS service or to a task family. A deploy by commands sets what its commands set.",
    ),
    code(
        "BL250",
        "image that is not re-used",
        "A rule takes images of another rule, but not those of a service whose repository exists: everybody who uses that repository can put an image under any tag.",
    ),
    code(
        "BL256",
        "downgrade that nothing refuses",
        "What is deployed to an environment is written down beside its lock. Without a lock nothing is written down, so an older commit cannot be told from a newer one.",
    ),
    code(
        "BL259",
        "event that never happens",
        "A notification asks to be told of approvals where no environment of its rules has one, or of deploys where none, or not each, has a lock: what was deployed is recorded, and told, where an environment has a lock.",
    ),
    code(
        "BL260",
        "told twice",
        "The same person, channel or topic is told the same by two notifications, or by a notification and the `notify` of an approval.",
    ),
    code(
        "BL261",
        "more than EventBridge can be told",
        "A rule of EventBridge's names the pipelines it is for in a pattern of at most 2,048 characters, so many pipelines need many rules, and AWS takes 300 of them in an account and region.",
    ),
    code(
        "BL262",
        "recipient that cannot be told",
        "A topic has to be in the pipelines' own account, and chats are told by Amazon Q Developer (once AWS Chatbot), which is there in the partition `aws` alone.",
    ),
    code(
        "BL263",
        "task family of a migration",
        "A migration that runs as an ECS task registers a revision of its own family in each release. A deploy that takes the newest revision of that family would move a job on to one that runs the migration.",
    ),
    code(
        "BL264",
        "state machine of two environments",
        "The definition of a state machine is replaced as a whole. Deploys to one environment change it one behind the other; those to two environments do not wait for each other, and one can take back what the other has written. Each reads the definition again, changes it again where its change is gone, and fails after three times.",
    ),
    code(
        "BL270",
        "statement that names another environment",
        "The role of a deploy by commands is one environment's, and its statements say what it may do. A resource that names another environment lets what is deployed to the one change the other, without the approval, the lock and the window of that one.",
    ),
    code(
        "BL271",
        "kept files among what images are looked for by",
        "With `reuse` an image is looked for by every file that its build sees. Files that the build project keeps for its next run stand in the checkout as well and differ from pipeline to pipeline, so the same commit would be built anew in place of taking what was tested.",
    ),
    code(
        "BL272",
        "window of a moment",
        "A window is open in each minute that its fields name. `0` for the minutes and `9` for the hours, as one would write for something that starts at nine, is one minute a day, and a release that comes a minute later waits for the next.",
    ),
    code(
        "BL273",
        "what is no alarm's name",
        "CodePipeline is told alarms by their names, in the account and region of the deploy. An ARN, and a name with blanks around it, would be taken for the name of an alarm that there is not, and nothing would be watched.",
    ),
    code(
        "BL274",
        "alarm named twice",
        "Two names of alarms are the same once their placeholders are filled in. One of them was most likely meant for another alarm, which would not be watched.",
    ),
    code(
        "BL275",
        "sidecar without a registry",
        "An image without a registry before it is in ECR, in the pipelines' account and region. One with a slash whose first part is none of the app's repositories' looks like an image of Docker Hub, from where no task would pull it.",
    ),
];
