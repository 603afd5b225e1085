"""CloudWatch Logs: the log of the scenario's task, a few lines a page."""

import world as shared
from errors import AwsError

PAGE = 3


def get_log_events(world, params):
    task = world["task"]
    stream = f"migrate/{task['container']}/{task.get('arn', '').rsplit('/', 1)[-1]}"
    written = [text for second, text in task.get("log", []) if shared.now() >= task["began"] + second]
    if params["logGroupName"] not in world["log_groups"] or params["logStreamName"] != stream or not written:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    start = int(params.get("nextToken", "f/0").split("/")[1])
    page = written[start : start + PAGE]
    # The same token comes back at the end.
    return {"events": [{"message": text} for text in page], "nextForwardToken": f"f/{start + len(page)}"}
