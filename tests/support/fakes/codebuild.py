"""CodeBuild's builds, as far as a lock asks for them.

What a scenario may say: "running_builds", by their projects: the executions whose builds are in progress. Another build of each
project has ended.
"""


def list_builds_for_project(world, params):
    running = world.get("running_builds", {}).get(params["projectName"], [])
    return {"ids": [f"{params['projectName']}:{execution}" for execution in [*running, "ended"]]}


def batch_get_builds(world, params):
    return {"builds": [shown(build) for build in params["ids"]], "buildsNotFound": []}


def shown(build):
    project, execution = build.split(":")
    ended = execution == "ended"
    return {"id": build, "projectName": project, "buildComplete": ended,
            "buildStatus": "SUCCEEDED" if ended else "IN_PROGRESS",
            "environment": {"environmentVariables": [{"name": "EXECUTION_ID", "value": execution, "type": "PLAINTEXT"}]}}
