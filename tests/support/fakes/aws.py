"""The AWS CLI, as far as the steps call it."""

import json
import sys

import jmespath

import codebuild
import codepipeline
import ecr
import ecs
import events
import locks
import logs
import rds
import starters
import world as shared
from errors import AwsError

# Operation: its function and the options that it takes here. True: a switch; list: several values.
OPERATIONS = {
    ("ecr", "get-login-password"): (ecr.get_login_password, {}),
    ("ecr", "describe-images"): (ecr.describe_images, {"repository-name": str, "registry-id": str, "image-ids": list, "filter": str}),
    ("ecr", "batch-get-image"): (ecr.batch_get_image, {"repository-name": str, "registry-id": str, "image-ids": list}),
    ("ecr", "describe-pull-through-cache-rules"): (ecr.describe_pull_through_cache_rules, {"registry-id": str}),
    ("ecr", "put-image"): (ecr.put_image, {
        "repository-name": str, "registry-id": str, "image-tag": str, "image-digest": str,
        "image-manifest": str, "image-manifest-media-type": str}),
    ("ecs", "describe-services"): (ecs.describe_services, {"cluster": str, "services": list}),
    ("ecs", "describe-task-definition"): (ecs.describe_task_definition, {"task-definition": str, "include": list}),
    ("ecs", "list-tasks"): (ecs.list_tasks, {
        "cluster": str, "family": str, "started-by": str, "desired-status": str}),
    ("ecs", "register-task-definition"): (ecs.register_task_definition, {}),
    ("ecs", "run-task"): (ecs.run_task, {}),
    ("ecs", "describe-tasks"): (ecs.describe_tasks, {"cluster": str, "tasks": list}),
    ("ecs", "stop-task"): (ecs.stop_task, {"cluster": str, "task": str, "reason": str}),
    ("logs", "get-log-events"): (logs.get_log_events, {
        "log-group-name": str, "log-stream-name": str, "start-from-head": True, "next-token": str}),
    ("sts", "assume-role"): (locks.assume_role, {"role-arn": str, "role-session-name": str}),
    ("s3api", "get-object"): (locks.get_object, {"bucket": str, "key": str}),
    ("s3api", "put-object"): (locks.put_object, {
        "bucket": str, "key": str, "body": str, "content-type": str, "if-match": str, "if-none-match": str}),
    ("codepipeline", "get-pipeline-execution"): (codepipeline.get_pipeline_execution, {
        "pipeline-name": str, "pipeline-execution-id": str}),
    ("codepipeline", "get-pipeline-state"): (codepipeline.get_pipeline_state, {"name": str}),
    ("codepipeline", "list-pipeline-executions"): (codepipeline.list_pipeline_executions, {
        "pipeline-name": str, "max-items": str}),
    ("codebuild", "list-builds-for-project"): (codebuild.list_builds_for_project, {
        "project-name": str, "sort-order": str, "max-items": str}),
    ("codebuild", "batch-get-builds"): (codebuild.batch_get_builds, {"ids": list}),
    **rds.operations(),
}
# What is in the pipelines' account and region, wherever the build is.
AT_HOME = ("ecr", "sts", "s3api", "codepipeline")
OPERATIONS.update({
    ("events", "list-targets-by-rule"): (starters.list_targets_by_rule, {"rule": str}),
    ("events", "put-targets"): (starters.put_targets, {}),
    ("events", "put-events"): (events.put_events, {"entries": str}),
    ("scheduler", "get-schedule"): (starters.get_schedule, {"group-name": str, "name": str}),
    ("scheduler", "update-schedule"): (starters.update_schedule, {}),
    ("stepfunctions", "describe-state-machine"): (starters.describe_state_machine, {"state-machine-arn": str}),
    ("stepfunctions", "update-state-machine"): (starters.update_state_machine, {
        "state-machine-arn": str, "definition": str}),
})
# The services whose API begins its names with a capital.
CAPITALS = ("events", "scheduler")
GLOBAL = {"region": str, "query": str, "output": str, "cli-input-json": str}


def camel(option):
    first, *rest = option.split("-")
    return first + "".join(word.capitalize() for word in rest)


def parse(words, known):
    options = {}
    while words:
        word = words.pop(0)
        name = word[2:]
        kind = known.get(name) or GLOBAL.get(name)
        if not word.startswith("--") and known.get("key") and "outfile" not in options:
            # What get-object reads is written there.
            options["outfile"] = word
            continue
        if not word.startswith("--") or kind is None:
            shared.refuse(f"unknown option {word}")
        if kind is True:
            options[name] = True
        elif kind is list:
            options[name] = []
            while words and not words[0].startswith("--"):
                options[name].append(words.pop(0))
        else:
            options[name] = words.pop(0)
    return options


def shorthand(value):
    """imageTag=a,imageDigest=b"""
    return dict(pair.split("=", 1) for pair in value.split(","))


def parameters(options, service):
    params = json.loads(options["cli-input-json"]) if "cli-input-json" in options else {}
    for name, value in options.items():
        if name not in GLOBAL:
            word = rds.NAMES.get(name) or camel(name)
            word = word[0].upper() + word[1:] if service in CAPITALS else word
            params[word] = structured(name, value)
    return params


def structured(name, value):
    if name == "image-ids":
        return [shorthand(item) for item in value]
    if name == "filter":
        return shorthand(value)
    return json.loads(value) if name in ("tags", "entries") else value


def resolve(word):
    """file:// is read now, as the CLI does, so that the record says what was sent."""
    if word.startswith("file://"):
        with open(word[7:], encoding="utf-8", newline="") as file:
            return file.read()
    return word


def text(value):
    """--output text, for what the steps ask: a scalar."""
    if value is None:
        return "None"
    if isinstance(value, (dict, list)):
        shared.refuse("--output text of something that is no scalar: " + json.dumps(value))
    return str(value)


def main():
    argv = [resolve(word) for word in sys.argv[1:]]
    world = shared.load()
    shared.pass_time(world.get("call_seconds", 0))
    key = tuple(argv[:2])
    if key not in OPERATIONS:
        shared.record({"tool": "aws", "argv": argv, "status": 70})
        shared.refuse("unknown operation: aws " + " ".join(argv[:2]))
    function, known = OPERATIONS[key]
    options = parse(argv[2:], known)
    call = {"tool": "aws", "argv": argv, "service": key[0], "operation": key[1],
            "region": options.get("region"), "params": parameters(options, key[0]), "role": locks.caller()}
    if key[0] == "rds" and key[1].startswith("delete-"):
        call["tags"] = rds.tags_of(world, call["params"])
    # Everything is where the build is, but for what is in the pipelines' account and region: images, locks, pipelines.
    where = world["images"] if key[0] in AT_HOME or key[1] == "put-events" else world
    if options.get("region") != where["region"]:
        shared.refuse(f"--region {options.get('region')} is not where anything is")
    if key[0] == "ecr" and "repositoryName" in call["params"]:
        # Without one, ECR looks into the caller's own account.
        if call["params"].get("registryId", world["account"]) != where["account"]:
            shared.refuse(f"account {world['account']} has no such repository: the images are in {where['account']}")

    planned = shared.fault(world, "aws", argv)
    if planned:
        shared.record({**call, "status": planned["status"]})
        sys.stderr.write(planned["stderr"] + "\n")
        sys.exit(planned["status"])
    try:
        answer = function(world, call["params"])
    except AwsError as error:
        shared.record({**call, "status": 254})
        operation = "".join(word.capitalize() for word in key[1].split("-"))
        sys.stderr.write(f"\nAn error occurred ({error.code}) when calling the {operation} operation: {error.message}\n")
        sys.exit(254)
    shared.record({**call, "status": 0})

    if "query" in options:
        answer = jmespath.search(options["query"], answer)
    if options.get("output") == "text":
        print(text(answer))
    elif isinstance(answer, str):
        print(json.dumps(answer) if options.get("output") == "json" else answer)
    else:
        print(json.dumps(answer, indent=4))
