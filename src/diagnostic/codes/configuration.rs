//! `BL0xx`: the configuration. `BL00x`: the text; `BL01x`, `BL02x`: its shape; from `BL03x` on: its meaning.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL001",
        "not valid YAML",
        "The file cannot be read as YAML 1.2. The place is where the reader gave up; the mistake is there or on a line above it. Nothing else in the file is judged until this is right.",
    ),
    code(
        "BL002",
        "duplicate key",
        "A key stands twice in one mapping. Many YAML readers silently keep the last one, which is how a setting gets lost in a merge. branchline keeps neither.",
    ),
    code(
        "BL003",
        "merge key",
        "`<<` merges mappings in YAML 1.1 and is an ordinary key in YAML 1.2, so what it does depends on the reader. Write the settings out, or put a single value under an anchor.",
    ),
    code(
        "BL004",
        "key that is not text",
        "A key is a number, a truth value, nothing, or a list or mapping. Branches such as `1.0` or `2026` have to be written in quotes.",
    ),
    code(
        "BL005",
        "tag",
        "A value has a YAML tag such as `!Ref` or `!!str`. Tags change what a value is without showing it; this file has no use for them. CloudFormation's functions do not work in it.",
    ),
    code(
        "BL006",
        "more than one document",
        "`---` begins a second document. Other readers would take the first or the last of them; branchline takes exactly one.",
    ),
    code(
        "BL007",
        "empty file",
        "The file holds nothing but spaces and comments. The smallest configuration that works is examples/single-account/branchline.yml.",
    ),
    code(
        "BL008",
        "limit exceeded",
        "The file is larger, deeper, wrong in more places, deploys more, or grows larger through aliases than any configuration a person writes. The limits keep a hostile file in a pull request from costing time or memory.",
    ),
    code(
        "BL009",
        "alias that leads nowhere",
        "An alias (`*name`) names an anchor (`&name`) that does not exist above it, or one that it stands inside of. Text that begins with `*`, such as a branch pattern, has to be written in quotes.",
    ),
    code(
        "BL010",
        "unknown key",
        "The key is none that branchline knows at this place. A misspelt key must not be ignored: the setting it was meant for would be missing in production.",
    ),
    code(
        "BL011",
        "not supported yet",
        "The key or word belongs to a later version of branchline. It is refused and not ignored, so that nobody relies on a protection that is not there. The help says what to do meanwhile.",
    ),
    code("BL012", "missing key", "A key without which branchline would have to guess is missing."),
    code(
        "BL013",
        "wrong type",
        "The value is of another kind than is expected here: text for a list, a number for text. YAML reads `true`, `null`, `012` and `1.0` as something else than text unless they are in quotes.",
    ),
    code(
        "BL014",
        "empty value",
        "There is nothing where something has to be: an empty list, mapping or text, or a key with nothing behind its colon. A key with nothing behind it is refused even where the key may be left out, because `approval:` alone reads like an approval and would be none.",
    ),
    code("BL015", "repeated item", "A list that is an order of different things has one of them twice."),
    code("BL016", "unknown word", "The value is none of the words that are possible here."),
    code(
        "BL017",
        "malformed value",
        "The text has not the form that AWS, git or branchline demand at this place: a name with characters that AWS refuses, an ARN of another service, a time without its unit.",
    ),
    code(
        "BL018",
        "unknown placeholder",
        "A `{placeholder}` is not one that is filled in here. It would reach AWS as it is written. Commands and variables are passed on as written, and have no placeholders.",
    ),
    code(
        "BL019",
        "malformed name",
        "The name of an environment, a service or a variable becomes a part of names in AWS or of a process's environment, which limits its characters. Names that AWS or branchline sets itself are reserved.",
    ),
    code(
        "BL020",
        "not exactly one of the choices",
        "The mapping is a choice: exactly one of its keys has to be there.",
    ),
    code(
        "BL021",
        "account id without quotes",
        "Without quotes YAML reads an account id as a number: zeros at its beginning are lost, and some readers take such a number as octal. In quotes it stays what it is.",
    ),
    code(
        "BL022",
        "unknown version of the format",
        "`version` says by which rules the file is read. This branchline reads version 1.",
    ),
    code(
        "BL030",
        "unknown name",
        "A rule, a test, a migration or an override names an environment, a service or a secret that the file does not define.",
    ),
    code(
        "BL031",
        "environment that no branch leads to",
        "An environment is defined and stands in no rule. Nothing would ever be deployed to it: either a rule lacks it, or it is left over.",
    ),
    code(
        "BL032",
        "shared image repository",
        "Two services would push to one image repository, where an image of the one could be taken for an image of the other; or a service's images would stand among the layers that another keeps for its next build.",
    ),
    code(
        "BL033",
        "different platforms",
        "A pipeline builds all images on one machine, which is of one platform. Services of different platforms are not supported yet.",
    ),
    code(
        "BL034",
        "test setting without an image",
        "`service` and `target` of the tests say which image they run in, and mean nothing for tests that run in the checkout.",
    ),
    code(
        "BL035",
        "service left open",
        "With several services, the tests in an image and the migration have to say whose image they use.",
    ),
    code(
        "BL036",
        "override of a migration that is not there",
        "An environment changes a migration, and the file has none to be changed.",
    ),
    code(
        "BL037",
        "variables that nothing reads",
        "An environment's variables and secrets are given to its migration. Where none runs, they would do nothing.",
    ),
    code(
        "BL038",
        "variable and secret of one name",
        "One of the two would hide the other, and which one it is would not be seen.",
    ),
    code(
        "BL039",
        "time out of range",
        "AWS bounds each time: a build 5 minutes to 36 hours, an ECS deploy 1 to 60 minutes. The help says what is possible at this place.",
    ),
    code(
        "BL040",
        "file that cannot be decoded",
        "The file has the right shape and cannot be read all the same. This is a fault of branchline: please report it with the file.",
    ),
    code(
        "BL041",
        "environments that deploy to one ECS service",
        "Two environments whose service is the same ECS service in the same cluster are one environment with two names: what is meant for development goes live, without production's approval and while its migration runs. `{environment}` in `cluster` or `service` tells them apart.",
    ),
    code(
        "BL042",
        "services that deploy to one ECS service",
        "Two services whose deploys go to one ECS service run at the same time, and each bases its revision on the one that it finds: one of the new images is lost.",
    ),
    code(
        "BL043",
        "name too long or too short",
        "Once its placeholders are filled in, a name is longer or shorter than AWS takes it. How long it is depends on the environment.",
    ),
    code(
        "BL044",
        "topic in another region",
        "CodePipeline tells only topics in its own region that an approval waits, and EventBridge only topics in its own region of anything.",
    ),
    code(
        "BL045",
        "connection of another account",
        "A pipeline can use a connection of another account only where that account shares it. Connections whose ARN says `codestar-connections` cannot be shared.",
    ),
    code(
        "BL046",
        "secret of another account or region",
        "A secret of another account is encrypted with a key of that account, which the roles that are made here may not use: no key can be named yet. A secret of another region makes each start depend on both regions.",
    ),
    code(
        "BL047",
        "image for another architecture",
        "A build's machine is of the services' platform, and an image of CodeBuild's runs on the architecture that it names alone.",
    ),
    code(
        "BL048",
        "build secret that nobody uses",
        "What stands under `build.secrets` reaches a Dockerfile only where its service lists it. A secret that no service lists would be fetched in each build for nothing.",
    ),
    code(
        "BL049",
        "dynamic reference",
        "CloudFormation replaces `{{resolve:…}}` by the secret's value when a stack is deployed, so that it would stand in the open in a project's settings. Secrets are named under `secrets:` instead, and read where they are used.",
    ),
    code(
        "BL050",
        "control character",
        "A control character that is no line end and no tab reaches no program as it was written: shells drop it, and AWS refuses it.",
    ),
    code(
        "BL051",
        "command that does nothing",
        "A command of spaces and comments alone ends well and has run nothing: tests would be green, and a deploy would follow a migration that never was.",
    ),
    code(
        "BL052",
        "migration of several lines",
        "Of several lines, one may fail inside a list while the last one ends well, and the deploy would follow. One line, joined with `&&`, or a script in the image, has one exit code.",
    ),
    code(
        "BL053",
        "keys of a rule that do not go together",
        "CodePipeline starts a pipeline for branches, with file paths or without, or for tags, and a pull request leads to a branch. A pull request runs code that nobody has accepted, so its pipeline deploys nowhere.",
    ),
    code(
        "BL054",
        "pull requests without tests",
        "The pipeline of a pull request builds and tests, and never deploys. Without tests, or with tests in the image of a service that the rule does not build, it would say nothing.",
    ),
    code(
        "BL055",
        "time to watch nothing",
        "`bake` is how long the `alarms` of an environment are watched after each deploy. Without alarms nothing is watched, and a deploy would not be held.",
    ),
    code(
        "BL056",
        "machine's image in another account",
        "CodeBuild pulls the image of a build machine with the project's role. The role's policy names its repository, and that is enough in one account alone: the repository's own policy has to allow the role too.",
    ),
    code(
        "BL057",
        "times that are no window's",
        "A window's times are six or seven fields, as the rule `DeploymentWindow` of CodePipeline has them: seconds, which are always `*`, minutes, hours, day of the month, month, day of the week, and a year if one is meant. One of the two days is `?`.",
    ),
    code(
        "BL058",
        "unknown time zone",
        "A window's time zone is a region and a city of the IANA's time zone database, such as `Asia/Tokyo`, or `UTC`. Abbreviations such as `EST` mean several zones, and know no summer time.",
    ),
    code(
        "BL059",
        "verification that asks nothing",
        "`verify` asks what was deployed whether it works. Without a request and without commands it would pass whatever was deployed.",
    ),
    code(
        "BL061",
        "verification that cannot do what it says",
        "Its requests may take longer than the time after which it is given up, or it has variables that no command reads.",
    ),
    code(
        "BL062",
        "services that wait for each other",
        "`depends_on` says which services are deployed before this one. Where that leads in a circle, none of them could be the first.",
    ),
    code(
        "BL063",
        "no configuration",
        "There is no branchline.yml in the folder that was named, nor in one above it.",
    ),
    code(
        "BL064",
        "something else in the configuration's place",
        "What is called branchline.yml is a folder, a pipe, or a link that leads nowhere. It was meant to be the configuration, so the search ends there: the one of a folder above would be another app's.",
    ),
    code(
        "BL065",
        "unreadable configuration",
        "The file is there and cannot be read, or is no UTF-8 text, or is only Git LFS's pointer to it.",
    ),
    code(
        "BL066",
        "host of one's own without a connection",
        "A connection to GitHub Enterprise Server or GitLab self-managed begins with a host resource that knows the server's address, network and certificate. It is set up in the console, so the connection has to exist and its ARN be named.",
    ),
    code(
        "BL067",
        "host that does not fit the provider",
        "`host` is the name of a server of one's own. GitHub Enterprise Server and GitLab self-managed need it for links; the others are always on the same host.",
    ),
    code(
        "BL068",
        "targets and the roles that start their tasks",
        "A rule of EventBridge and a schedule start a task with a role of their own. Whoever gives them a new target passes that role on, and `iam:PassRole` has to name it.",
    ),
    code(
        "BL069",
        "image that is not built there",
        "`image_of` names the service whose image is deployed. That service builds one, and this one builds none.",
    ),
    code(
        "BL070",
        "migration without a name",
        "Where there are several migrations, each has a project, a place in the stage and a log that are named after it.",
    ),
    code(
        "BL071",
        "service said twice",
        "Tests and migrations under a service belong to it. Another `service` inside them would say something else.",
    ),
    code(
        "BL072",
        "two migrations of one name",
        "What is made for a migration is named after it. One under a service has that service's name unless it says its own.",
    ),
    code(
        "BL073",
        "setting that does not go with how it runs",
        "A key that has no effect is refused and not ignored: a migration as an ECS task runs in its service's network and image, one that is switched off runs nothing, and where an image is built or run, Docker needs its privilege.",
    ),
    code(
        "BL074",
        "override of no migration in particular",
        "An environment changes one of several migrations by its `name`. Without one, or with one that none has, it would change none.",
    ),
    code(
        "BL075",
        "local cache in a network",
        "CodeBuild keeps nothing on the machine for projects that run in a VPC. The bucket works there.",
    ),
    code(
        "BL076",
        "Docker's layers without Docker",
        "Docker, and so its layers, is there only in a privileged project.",
    ),
    code(
        "BL077",
        "cache that keeps nothing",
        "A cache names `paths` of the checkout or the machine, kept in the bucket or with `local: [paths]` on the machine, or `docker_layers` on the machine. CodeBuild takes one of the two places for a project.",
    ),
    code(
        "BL078",
        "network that nothing uses",
        "An environment's `vpc` is for its migrations on a build machine. Tasks of ECS run in their service's network, and the action that keeps images needs none.",
    ),
    code(
        "BL079",
        "role that environments share",
        "A task runs with the role of its task definition. Where environments of one account share a role, an image that only the rules of the one lead to runs with the rights that were meant for the other: development's with production's data.",
    ),
    code(
        "BL080",
        "network for environments in different places",
        "A VPC is in one region of one account. A migration's `vpc` is inherited by every environment that has none of its own, and the project of one that is elsewhere could not be made in it.",
    ),
    code(
        "BL081",
        "account that nobody has",
        "The id has twelve digits and belongs to no account: it stands for one that was not known when the file was written.",
    ),
    code(
        "BL082",
        "unknown region",
        "The region is not among those that AWS had when this branchline was made. It may be new since; more often it is mistyped.",
    ),
    code(
        "BL084",
        "nothing to re-use",
        "A rule takes the images of another one only where both build the same service into repositories of their own, and where the other deploys them. What pull requests build is never taken, and they take nothing.",
    ),
    code(
        "BL085",
        "value that a document cannot hold",
        "A value in a patch reaches the document as YAML readers understand it. They differ about numbers with zeros at their beginning, a base, a sign or an exponent, and CloudFormation takes no null.",
    ),
    code(
        "BL086",
        "reserved tag",
        "Tags that begin with `aws:` are AWS's own, and branchline finds what it has made by those that begin with `branchline:`.",
    ),
    code(
        "BL087",
        "tags that differ in case alone",
        "IAM does not tell capitals from small letters in the key of a tag, and refuses a role that has both.",
    ),
    code(
        "BL088",
        "too many tags",
        "AWS takes 50 tags on a resource. branchline keeps ten of them for its own, so 40 are left.",
    ),
    code(
        "BL089",
        "permission boundary of another account",
        "IAM bounds a role by a managed policy of the role's own account, or by one of AWS's own. A name without an ARN is looked for in each role's account.",
    ),
    code(
        "BL090",
        "operation that does not have what it needs",
        "`add`, `replace` and `test` take a `value`, `move` and `copy` take a `from`, and `remove` takes neither (RFC 6902).",
    ),
    code(
        "BL091",
        "no such document",
        "An override names one generated document by its path below the output folder: the base, an environment's stack, a pipeline's stack, or its JSON. Patterns are refused, so that an override that no longer fits anything is noticed.",
    ),
    code(
        "BL092",
        "prefix that does not go with the app's name",
        "Every name begins with the prefix and the app's name. Together they have at most 20 characters, so that no role's name gets longer than IAM's 64 and no bucket's longer than S3's 63; and S3 reserves the beginnings of some buckets' names.",
    ),
    code(
        "BL093",
        "environment in another partition",
        "AWS's partitions (`aws`, `aws-cn`, `aws-us-gov`) are separate clouds with accounts of their own. No role is assumed from one into another, so pipelines deploy only within their own.",
    ),
    code(
        "BL094",
        "ARN of another partition",
        "An ARN begins with its partition. What the pipelines use has to be in theirs, which the region of `pipelines` decides.",
    ),
    code(
        "BL095",
        "existing resource in another account or region",
        "Roles, keys and image repositories that exist have to be where branchline would have made them: roles in the account that they work in, keys in the pipelines' account and the region of the artifacts, repositories in the pipelines' account and region.",
    ),
    code(
        "BL096",
        "region without artifacts",
        "`artifacts.regions` is for the regions of environments that differ from the pipelines' own. What is written for another region would not be used.",
    ),
    code(
        "BL097",
        "one bucket for two regions",
        "A bucket is in one region, and CodePipeline reads the artifacts of an action from a bucket of the action's region.",
    ),
    code(
        "BL098",
        "failure that a command can hide",
        "A migration's command line can end well although the migration failed: a pipe has the status of its last command, nobody waits for what runs in the background, `|| true` excuses everything before it, and after a failure before `&&` the shell goes on behind the next `;`. The deploy would follow.",
    ),
    code(
        "BL099",
        "placeholder that is not filled in",
        "`{environment}` is filled in in the names of clusters, services and roles. A migration's command and variables are handed on as they are written.",
    ),
];
