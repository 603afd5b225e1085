"""Counts what a plan asks of AWS when nothing is to be done: `python benches/plan.py PROGRAM [PIPELINES [--write]]`.

The stacks of a map with so many pipelines are brought into the small AWS of `tests/aws/stub`, which then throttles as `stub/rates.py`
assumes AWS to, by a clock that runs as the machine's. `--write` puts the table into docs/performance.md. Needs target/venv's Python.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import maps
import markers

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main(program, count=500, *options):
    count = int(count)
    stub = subprocess.Popen([sys.executable, ROOT / "tests/aws/stub"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = stub.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "branchline.yml").write_text(maps.ours(count, locks=False))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([program, "generate", "-C", folder], check=True, **quiet)
        standing = [sys.executable, ROOT / "tests/aws/standing.py", f"{folder}/pipelines", url]
        stacks = subprocess.run(standing, check=True, capture_output=True, text=True).stdout.count("\n")
        before = len(door(url, "calls"))
        door(url, "rates", {"assumed": True})
        door(url, "clock", {"speed": 1})
        code, seconds, memory = planned(program, folder, url)
    asked = door(url, "calls")[before:]
    stub.stdin.close()
    if code != 0:
        raise SystemExit(f"plan ended with {code}")
    counts = collections.Counter((f"{call['service']}:{call['operation']}", call["answer"] == "ok") for call in asked)
    lines = [
        f"Read on {time.strftime('%Y-%m-%d')}: {count} pipelines in {stacks} stacks, nothing to be done; {seconds:.0f} s of wall time,"
        f" {memory} MiB at most, with {pathlib.Path(program).parent.name} of branchline.",
        "",
        "| call | answered | throttled, and asked again |",
        "| --- | ---: | ---: |",
    ]
    for name in sorted({name for name, _ in counts}):
        lines.append(f"| `{name}` | {counts[name, True]:,} | {counts[name, False]:,} |")
    print("\n".join(lines))
    if "--write" in options:
        markers.replace("plan", lines)


def planned(program, folder, url):
    """How a plan ended, its seconds, and its most memory in MiB."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": f"AKIA{maps.ACCOUNT}TEST",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret-of-anybody",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }
    begun = time.monotonic()
    child = os.posix_spawn(program, [program, "plan", "--exit-code", "-C", folder], environment)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - begun, usage.ru_maxrss // 1024


def door(url, name, body=None):
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(f"{url}/_stub/{name}", data) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
