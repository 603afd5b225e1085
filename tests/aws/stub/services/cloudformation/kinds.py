"""What a resource of each type becomes: its physical id, its attributes, and what other services then know of it.

Pipelines, projects, connections, buckets and roles become what their services answer; any other type gets a physical
id, by which a second one of the same name is refused.
"""

from dataclasses import dataclass

from stub.operations import arn
from stub.refusal import Refusal
from stub.services import codebuild, codeconnections, s3
from stub.services.cloudformation import recased, schemas
from stub.services.codepipeline import pipelines

# type: the property that names it. Others get a name of the stack's, the logical id, and digits.
NAMES = {
    "AWS::CodeBuild::Project": "Name",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
}
# type: its ARN, {name} being the name; `Ref` gives the ARN for those of BY_ARN
ARNS = {
    "AWS::CodeBuild::Project": ("codebuild", "project/{name}"),
    "AWS::CodePipeline::Pipeline": ("codepipeline", "{name}"),
    "AWS::ECR::Repository": ("ecr", "repository/{name}"),
    "AWS::Events::Rule": ("events", "rule/{name}"),
    "AWS::KMS::Key": ("kms", "key/{name}"),
    "AWS::Logs::LogGroup": ("logs", "log-group:{name}:*"),
    "AWS::SNS::Topic": ("sns", "{name}"),
}
BY_ARN = ("AWS::SNS::Topic", "AWS::CodeConnections::Connection", "AWS::CodeStarConnections::Connection")
CONNECTIONS = BY_ARN[1:]


class Failed(Exception):
    """A resource could not be made, changed or removed; the text is the event's reason."""


# What a step of a stack's work fails with: a script, the service, or the service's model.
FAILURES = (Failed, Refusal, recased.Unfit)


@dataclass
class Ground:
    """Where and when something is made."""

    world: object
    account: str
    region: str
    stack: dict
    when: float

    @property
    def place(self):
        return self.world.place(self.account, self.region)


def name_of(ground, logical, kind, properties):
    given = properties.get(NAMES.get(kind, ""))
    if given is not None:
        return given
    names = (ground.account, ground.region, ground.stack["name"], logical)

    def called(identity):
        made = f"{ground.stack['name']}-{logical}-{identity.replace('-', '')[:12].upper()}"
        return identity if kind == "AWS::KMS::Key" else made.lower() if kind == "AWS::S3::Bucket" else made

    return called(ground.world.lasting_id(*names, taken=lambda i: _is_taken(ground, kind, called(i))))


def create(ground, logical, kind, properties):
    """Makes it and gives its physical id."""
    missing = [name for name in schemas.required(kind) if name not in properties]
    unknown = [name for name in properties if schemas.known(kind) and name not in schemas.properties(kind)]
    wrong = f"Properties validation failed for resource {logical} with message: #: "
    if missing:
        raise Failed(f"{wrong}required key [{missing[0]}] not found")
    if unknown:
        raise Failed(f"{wrong}extraneous key [{unknown[0]}] is not permitted")
    name = name_of(ground, logical, kind, properties)
    _refuse_second(ground, kind, name)
    physical, where = name, (ground.account, ground.region)
    match kind:
        case "AWS::S3::Bucket":
            s3.make_bucket(ground.world, name, ground.account, ground.region)
        case "AWS::IAM::Role":
            roles = ground.world.account(ground.account)["roles"]
            roles[_role(ground, name, properties)] = {"assumable": False, "made": True}
        case "AWS::CodeBuild::Project":
            project = recased.project(properties)
            codebuild.make_project(ground.place, project, ground.account, ground.region, ground.when)
        case "AWS::CodePipeline::Pipeline":
            declaration, tags = recased.pipeline(properties), recased.tags(properties)
            pipelines.make(ground.world, ground.place, declaration, *where, ground.when, tags)
        case _ if kind in CONNECTIONS:
            provider = properties.get("ProviderType", "GitHub")
            named = properties["ConnectionName"]
            physical = codeconnections.make_connection(ground.world, ground.place, *where, named, provider)
        case "AWS::SNS::Topic":
            physical = arn("sns", ground.region, ground.account, name)
    ground.place["resources"][_entry(kind, physical)] = {"stack": ground.stack["name"]}
    return physical


def update(ground, record, properties):
    """Changes it in place."""
    match record["type"]:
        case "AWS::CodeBuild::Project":
            project = recased.project(properties)
            fresh = codebuild.make_project({"projects": {}}, project, ground.account, ground.region, ground.when)
            fresh["created"] = ground.place["projects"].get(record["physical"], fresh)["created"]
            ground.place["projects"][record["physical"]] = fresh
        case "AWS::CodePipeline::Pipeline":
            if record["physical"] not in ground.place["pipelines"]:
                text = "The account with id '{}' does not include a pipeline with the name '{}'"
                raise Failed(text.format(ground.account, record["physical"]))
            declaration, tags = recased.pipeline(properties), recased.tags(properties)
            pipelines.change(ground.world, ground.place, declaration, ground.when, tags)


def delete(ground, record):
    """Removes it; what is gone already is no fault."""
    kind, physical = record["type"], record["physical"]
    match kind:
        case "AWS::S3::Bucket":
            bucket = ground.world.data["buckets"].get(physical)
            if bucket and bucket["objects"]:
                raise Failed(f"The bucket you tried to delete is not empty (Service: S3, Status Code: 409) {physical}")
            ground.world.data["buckets"].pop(physical, None)
        case "AWS::IAM::Role":
            ground.world.account(ground.account)["roles"].pop(_role(ground, physical, record["properties"]), None)
        case "AWS::CodeBuild::Project":
            ground.place["projects"].pop(physical, None)
        case "AWS::CodePipeline::Pipeline":
            ground.place["pipelines"].pop(physical, None)
        case _ if kind in CONNECTIONS:
            ground.place["connections"].pop(physical, None)
    ground.place["resources"].pop(_entry(kind, physical), None)


def attribute(ground, record, name):
    """What `Fn::GetAtt` gives."""
    kind, physical = record["type"], record["physical"]
    if name == "RepositoryUri":
        return f"{ground.account}.dkr.ecr.{ground.region}.amazonaws.com/{physical}"
    if name == "ConnectionStatus":
        return ground.place["connections"][physical]["status"]
    if name == "Version" and kind == "AWS::CodePipeline::Pipeline":
        return str(ground.place["pipelines"][physical]["declaration"]["version"])
    if not name.endswith("Arn"):
        return physical if name in ("Name", "TopicName", "Id") else f"{physical}.{name}"
    if physical.startswith("arn:"):
        return physical
    match kind:
        case "AWS::S3::Bucket":
            return f"arn:{arn('s3', ground.region, '', '').split(':')[1]}:s3:::{physical}"
        case "AWS::IAM::Role":
            return _role(ground, physical, record["properties"])
    service, rest = ARNS.get(kind, (kind.split("::")[1].lower(), f"{kind.split('::')[2].lower()}/{{name}}"))
    return arn(service, ground.region, ground.account, rest.format(name=physical))


def _role(ground, name, properties):
    partition = arn("iam", ground.region, "", "").split(":")[1]
    return f"arn:{partition}:iam::{ground.account}:role{properties.get('Path', '/')}{name}"


def _entry(kind, physical):
    """A resource in the list of all: by its name, also where its physical id is an ARN."""
    return f"{kind} {physical.rsplit(':', 1)[-1] if physical.startswith('arn:') else physical}"


def _refuse_second(ground, kind, name):
    """Nothing takes a name that is taken, whoever has it: another stack, a state of the test, or what was retained."""
    if _is_taken(ground, kind, name):
        text = f"Resource of type '{kind}' with identifier '{name}' already exists."
        raise Failed(f"{text} (HandlerErrorCode: AlreadyExists)")


def _is_taken(ground, kind, name):
    match kind:
        case "AWS::S3::Bucket":
            return name in ground.world.data["buckets"]
        case "AWS::CodeBuild::Project":
            return name in ground.place["projects"]
        case "AWS::CodePipeline::Pipeline":
            return name in ground.place["pipelines"]
        case "AWS::IAM::Role":
            roles = ground.world.account(ground.account)["roles"]
            return any(role.rsplit("/", 1)[1] == name and entry.get("made") for role, entry in roles.items())
    return _entry(kind, name) in ground.place["resources"]
