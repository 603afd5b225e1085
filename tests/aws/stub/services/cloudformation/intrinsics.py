"""A template's functions, as they are resolved when a resource is made, or foreseen when a change set is."""

from stub.operations import partition
from stub.services.cloudformation.template import SUB, invalid

NOTHING = object()
LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"  # AWS's text for what only applying can tell


class Scope:
    """What the names of a stack stand for.

    `resource(name)` gives Ref, `attribute(name, attribute)` gives GetAtt, `export(name)` an import.
    """

    def __init__(self, stack, tree, parameters, resource, attribute, export):
        self.tree, self.parameters = tree, parameters
        self.resource, self.attribute, self.export = resource, attribute, export
        region = stack["region"]
        self.pseudo = {
            "AWS::AccountId": stack["account"],
            "AWS::Region": region,
            "AWS::Partition": partition(region),
            "AWS::StackName": stack["name"],
            "AWS::StackId": stack["id"],
            "AWS::URLSuffix": "amazonaws.com.cn" if partition(region) == "aws-cn" else "amazonaws.com",
            "AWS::NoValue": NOTHING,
            "AWS::NotificationARNs": [],
        }

    def resolve(self, value):
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            function, argument = next(iter(value.items()))
            if function == "Ref":
                return self.ref(argument)
            if function == "Condition" and argument in (self.tree.get("Conditions") or {}):
                return self.condition(argument)
            if function.startswith("Fn::"):
                return self._call(function, argument)
        pairs = ((key, self.resolve(item)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not NOTHING}

    def ref(self, name):
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            declared = (self.tree.get("Parameters") or {}).get(name, {})
            value = self.parameters[name]
            return value.split(",") if "List" in declared.get("Type", "") else value
        return self.resource(name)

    def condition(self, name):
        conditions = self.tree.get("Conditions") or {}
        if name not in conditions:
            text = f"Unresolved condition dependency {name} in the Conditions block of the template"
            raise invalid(f"Template format error: {text}")
        return self.resolve(conditions[name])

    def _call(self, function, argument):
        match function:
            case "Fn::GetAtt":
                name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self.attribute(name, attribute)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Join":
                return self._join(argument[0], self.resolve(argument[1]))
            case "Fn::Split":
                text = self.resolve(argument[1])
                return [LATER, LATER] if LATER in text else text.split(argument[0])
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            case "Fn::ImportValue":
                return self.export(self.resolve(argument))
            case "Fn::If":
                return self.resolve(argument[1] if self.condition(argument[0]) else argument[2])
            case "Fn::Equals":
                left, right = map(self.resolve, argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.resolve(argument[0])
            case "Fn::And":
                return all([self.resolve(item) for item in argument])
            case "Fn::Or":
                return any([self.resolve(item) for item in argument])
            case "Fn::Contains":
                among, one = map(self.resolve, argument)
                return one in among
        raise invalid(f"Template error: the stub does not know {function}")

    def _join(self, between, parts):
        return LATER if LATER in parts else between.join(str(part) for part in parts)

    def _sub(self, argument):
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def value(match):
            name = match[1]
            if name in own:
                return str(self.resolve(own[name]))
            return str(self.attribute(*name.split(".", 1)) if "." in name else self.ref(name))

        return SUB.sub(value, text).replace("${!", "${")


def judge_rules(scope):
    """The Rules section: the first assertion that does not hold refuses the operation."""
    for name, rule in (scope.tree.get("Rules") or {}).items():
        if "RuleCondition" in rule and not scope.resolve(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions") or []:
            if not scope.resolve(assertion["Assert"]):
                text = assertion.get("AssertDescription", "an assertion is false")
                raise invalid(f"Template error: rule {name} is not satisfied: {text}")
