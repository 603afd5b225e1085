"""CloudFormation's intrinsic functions, resolved as they would be once the stacks stand.

Physical ids that AWS makes up are made up here too, the same each time. What cannot be resolved is an `Unresolved`
error, which a judge reports: a policy that nobody could read must not pass as one that was read.
"""

import re

UUID = "00000000-0000-4000-8000-000000000000"
ACCOUNT = "444444444444"
REGION = "us-east-1"
NOTHING = object()

# What a parameter without a default may stand for: the first that its AllowedPattern lets pass.
CANDIDATES = [
    "{arn}:kms:{region}:{account}:key/" + UUID,
    "{arn}:kms:{region}:{account}:key/mrk-" + UUID.replace("-", ""),
    "{arn}:codeconnections:{region}:{account}:connection/" + UUID,
    "{arn}:iam::{account}:role/some-role",
    "{arn}:sns:{region}:{account}:some-topic",
    "{account}",
    "some-value",
]

# type: (the property that names it, its ARN; {name} is the name), what Ref gives
RESOURCES = {
    "AWS::CodeBuild::Project": ("Name", "{arn}:codebuild:{region}:{account}:project/{name}", "{name}"),
    "AWS::CodeConnections::Connection": (None, "{arn}:codeconnections:{region}:{account}:connection/" + UUID, "{id}"),
    "AWS::CodePipeline::Pipeline": ("Name", "{arn}:codepipeline:{region}:{account}:{name}", "{name}"),
    "AWS::ECR::Repository": ("RepositoryName", "{arn}:ecr:{region}:{account}:repository/{name}", "{name}"),
    "AWS::IAM::Role": ("RoleName", "{arn}:iam::{account}:role{path}{name}", "{name}"),
    "AWS::KMS::Key": (None, "{arn}:kms:{region}:{account}:key/" + UUID, UUID),
    "AWS::Logs::LogGroup": ("LogGroupName", "{arn}:logs:{region}:{account}:log-group:{name}:*", "{name}"),
    "AWS::S3::Bucket": ("BucketName", "{arn}:s3:::{name}", "{name}"),
    "AWS::SNS::Topic": ("TopicName", "{arn}:sns:{region}:{account}:{name}", "{id}"),
}
ARN_ATTRIBUTES = {"Arn", "ConnectionArn", "TopicArn"}


class Unresolved(Exception):
    """Something that is not known here; says what and where it was written."""


class Stack:
    """One template of a tree, with the other templates of the tree for `Fn::ImportValue`."""

    def __init__(self, tree, path):
        self.tree = tree
        self.template = tree.template(path)
        self.account = self._asserted("AWS::AccountId") or ACCOUNT
        self.region = self._asserted("AWS::Region") or REGION
        beginnings = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        self.partition = next((name for start, name in beginnings.items() if self.region.startswith(start)), "aws")

    def _asserted(self, pseudo):
        for rule in (self.template.get("Rules") or {}).values():
            for assertion in rule.get("Assertions") or []:
                match assertion.get("Assert"):
                    case {"Fn::Equals": [{"Ref": name}, str(value)]} if name == pseudo:
                        return value
        return None

    def resolve(self, value):
        """The value with every intrinsic function in it replaced by what it stands for."""
        if isinstance(value, list):
            return [v for v in map(self.resolve, value) if v is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            function, argument = next(iter(value.items()))
            if function == "Ref":
                return self._ref(argument)
            if isinstance(function, str) and function.startswith("Fn::"):
                return self._call(function, argument)
        pairs = ((k, self.resolve(v)) for k, v in value.items())
        return {k: v for k, v in pairs if v is not NOTHING}

    def _call(self, function, argument):
        match function:
            case "Fn::GetAtt":
                name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self._attribute(name, attribute)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))
            case "Fn::Split":
                return self.resolve(argument[1]).split(argument[0])
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            case "Fn::ImportValue":
                return self._import(self.resolve(argument))
        raise Unresolved(f"{function} is not known to the judges: teach it in tests/judges/intrinsics.py")

    def _sub(self, argument):
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def value(match):
            name = match.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return self.resolve(own[name])
            if "." in name:
                return self._attribute(*name.split(".", 1))
            return self._ref(name)

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _import(self, export):
        for path in self.tree.templates:
            for output in (self.tree.template(path).get("Outputs") or {}).values():
                stack = Stack(self.tree, path)
                if stack.resolve(output.get("Export", {}).get("Name")) == export:
                    return stack.resolve(output["Value"])
        raise Unresolved(f"no template of the tree exports {export!r}")

    def _ref(self, name):
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::NoValue": NOTHING,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackName": "some-stack",
            "AWS::URLSuffix": "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in (self.template.get("Parameters") or {}):
            return self._parameter(name)
        kind, resource = self._resource(name)
        return self._fill(kind[2], name, kind, resource)

    def _parameter(self, name):
        parameter = self.template["Parameters"][name]
        if "Default" in parameter:
            return str(parameter["Default"])
        for candidate in CANDIDATES:
            value = self._named(candidate)
            if re.fullmatch(parameter.get("AllowedPattern", ".*"), value):
                return value
        raise Unresolved(f"no made-up value fits the AllowedPattern of the parameter {name}")

    def _attribute(self, name, attribute):
        kind, resource = self._resource(name)
        if attribute in ARN_ATTRIBUTES:
            return self._fill(kind[1], name, kind, resource)
        if attribute == "RepositoryUri":
            return self._fill("{account}.dkr.ecr.{region}.amazonaws.com/{name}", name, kind, resource)
        raise Unresolved(f"{name}.{attribute} is not known to the judges: teach it in tests/judges/intrinsics.py")

    def _resource(self, name):
        resource = (self.template.get("Resources") or {}).get(name)
        if resource is None:
            raise Unresolved(f"the template has no {name}")
        if resource["Type"] not in RESOURCES:
            raise Unresolved(f"{resource['Type']} is not known to the judges: teach it in tests/judges/intrinsics.py")
        return RESOURCES[resource["Type"]], resource

    def _fill(self, text, logical, kind, resource):
        written = (resource.get("Properties") or {}).get(kind[0]) if kind[0] else None
        name = self.resolve(written) if written is not None else logical.lower()
        path = (resource.get("Properties") or {}).get("Path", "/")
        return self._named(text.replace("{id}", kind[1]), name, path)

    def _named(self, text, name="", path="/"):
        return text.format(arn=f"arn:{self.partition}", region=self.region, account=self.account, name=name, path=path)
