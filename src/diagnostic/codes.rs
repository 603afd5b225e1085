//! Every code a finding may have. A code is never used again for something else.

/// A code and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `BL012`.
    pub code: &'static str,
    /// Its title: what is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters and what to do, in one paragraph.
    pub explanation: &'static str,
}

/// The code's entry; `None` for an unknown one.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|entry| entry.code == code)
}

const fn code(code: &'static str, title: &'static str, explanation: &'static str) -> Code {
    Code { code, title, explanation }
}

/// All codes, in order. `BL00x`: the text; `BL01x`, `BL02x`: its shape; `BL03x` to `BL05x`: its meaning; `BL1xx`: the
/// branch map; `BL2xx`: what AWS would be told; `BL5xx`: security; `BL6xx`: git.
pub const CODES: &[Code] = &[
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
        "CodePipeline tells only topics in its own region that an approval waits.",
    ),
    code(
        "BL045",
        "connection of another account",
        "A pipeline can use a connection of another account only where that account shares it. Connections whose ARN says `codestar-connections` cannot be shared.",
    ),
    code(
        "BL046",
        "secret of another account or region",
        "The policy of the role that reads the secret names it, and that is enough in the pipelines' own account alone: the other account has to allow the role too, in the secret's policy and its key's. A secret of another region makes each start depend on both regions.",
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
        "BL056",
        "machine's image in another account",
        "CodeBuild pulls the image of a build machine with the project's role. The role's policy names its repository, and that is enough in one account alone: the repository's own policy has to allow the role too.",
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
        "failure that a command can hide",
        "A migration's command line can end well although the migration failed: a pipe has the status of its last command, nobody waits for what runs in the background, `|| true` excuses everything before it, and after a failure before `&&` the shell goes on behind the next `;`. The deploy would follow.",
    ),
    code(
        "BL093",
        "placeholder that is not filled in",
        "`{environment}` is filled in in the names of clusters, services and roles. A migration's command and variables are handed on as they are written.",
    ),
    code(
        "BL094",
        "migration or tests that no pipeline runs",
        "A migration and tests run in the pipelines that build their service. No rule builds this one.",
    ),
    code(
        "BL095",
        "environment without a migration of its file",
        "The migration runs in every environment that does not switch it off, in the pipelines that build its service. Those that deploy to this environment do not, so what they deploy meets a database that was not migrated.",
    ),
    code(
        "BL096",
        "secret that two environments share",
        "The migrations of two environments read one secret. Where it says which database is migrated, a pipeline that is sent to one environment migrates the database of the other, before any approval.",
    ),
    code(
        "BL101",
        "length of a pattern",
        "A pattern of branches, tags or paths has 1 to 255 characters, as CodePipeline's triggers take it.",
    ),
    code(
        "BL102",
        "syntax of a pattern",
        "Patterns are CodePipeline's: `*`, `**`, `?`, `[]`, `{a,b}` and `\\`. What its user guide does not explain, such as a group in a group, is refused: passed on, it could start pipelines for branches that the map does not show.",
    ),
    code(
        "BL103",
        "pattern that no branch can match",
        "git allows no branch of this name, so the pipeline would never start.",
    ),
    code(
        "BL104",
        "ref or tag for a branch",
        "The pattern begins with `refs/`. A trigger takes the branch's name alone, so the pipeline would never start.",
    ),
    code(
        "BL105",
        "remote's name before a branch",
        "`origin/develop` is what a clone calls the remote's branch `develop`. On the remote, where the pipeline listens, the branch has no such prefix.",
    ),
    code(
        "BL106",
        "overlapping patterns",
        "A branch or tag could match two rules of which neither is narrower, and a push to it would start both pipelines: two releases at once, perhaps to different environments. Where one rule's pattern lies within the other's, the narrower one wins.",
    ),
    code(
        "BL107",
        "migration shared by rules",
        "Two pipelines would migrate the database of one environment and do not wait for each other, so both could do it at once.",
    ),
    code(
        "BL108",
        "environment shared by rules",
        "Two pipelines deploy to one environment and do not wait for each other: what is deployed last stays, newer or not.",
    ),
    code(
        "BL109",
        "two pipelines of one name",
        "Two rules would have a pipeline of the same name in AWS. `name` in a rule's long form gives it another.",
    ),
    code(
        "BL110",
        "name too long for AWS",
        "A name that is made of the app's, the pipeline's or the environment's exceeds what AWS takes.",
    ),
    code(
        "BL111",
        "patterns that could not be compared",
        "The patterns are too many or too complex to decide whether a branch could match two of them, so they are refused.",
    ),
    code(
        "BL112",
        "too many patterns in a filter",
        "CodePipeline takes at most 8 patterns in each list of a trigger's filter. A rule's trigger leaves out what narrower rules take, one pattern for each of them.",
    ),
    code(
        "BL113",
        "two rules for the same branches",
        "Two rules match the very same branches or tags, and a push to one would start both pipelines. Only rules whose `services` have nothing in common may.",
    ),
    code(
        "BL114",
        "names that would start nothing",
        "A narrower rule's patterns are left out of the broader rule's trigger. What the narrower rule itself excludes would then start neither of the two, and CodePipeline has no pattern for `this, but not that`.",
    ),
    code(
        "BL115",
        "pattern that is a branch's name too",
        "A start of the pipeline that names no commit, the one at its creation included, takes the branch in its Source action. For a pattern that is the pattern itself, which fails because git allows no such name. A pattern of nothing but groups would be a name that somebody can give to a branch.",
    ),
    code(
        "BL116",
        "path that no file has",
        "Paths are counted from the repository's root, without `/` or `./` before them: no changed file would ever match.",
    ),
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
        "BL225",
        "patch that no longer fits",
        "An operation of an override does not apply to the document as it is generated now: its path is gone, or a `test` found something else. Nothing is generated until the override is put right, since a patch that is left out may be one that protects.",
    ),
    code(
        "BL226",
        "patch of what protects",
        "An override may not change what keeps a stack in its account and region, the names, exports and tags by which what was made is found, nor the stages and actions between a commit and an environment, their order and their roles. All of these are said elsewhere in the file.",
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
        "BL501",
        "artifacts of two pipelines in one folder",
        "Each pipeline's roles reach the artifacts of their own pipeline alone, by the folder that they lie in. CodePipeline names it after the first 20 characters of the pipeline's name, so two pipelines whose names begin alike share one, and a build of the one can replace what the other is about to deploy.",
    ),
    code(
        "BL601",
        "unknown repository",
        "`source.repository` is absent, and the git remote `origin` does not say which repository it is.",
    ),
    code(
        "BL605",
        "remote on another host",
        "`source.repository` is absent, and the git remote `origin` is on another host than `source.provider` says.",
    ),
    code("BL606", "no git repository", "What was asked only git knows, and the folder is in no repository."),
    code(
        "BL607",
        "repository of another user",
        "A repository's own configuration can run programs, so git reads none that belongs to somebody else unless it is told to. branchline goes by git's rule and has no switch of its own.",
    ),
    code(
        "BL608",
        "unreadable repository",
        "There is a repository and git cannot read it: a file of its own is damaged or missing, or `.git` points to one that is not there.",
    ),
    code(
        "BL609",
        "unknown revision",
        "`--rev` names nothing that git knows here, or nothing that is a commit. A clone in CI often has one branch and few commits.",
    ),
    code(
        "BL610",
        "revision without a configuration",
        "The commit has no branchline.yml in the folder, nor in one above it.",
    ),
    code(
        "BL611",
        "no file in the revision",
        "What is called branchline.yml in the commit is a folder, a symbolic link or a submodule. None of them is followed: what they lead to is not a part of the commit, or was not meant.",
    ),
];
