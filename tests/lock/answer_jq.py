"""jq for one contender after the other: a JSON line with its words, input and variables, and a JSON line back."""

import contextlib
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support/fakes"))
import jq_shim  # noqa: E402  (found by the line above)

compile_anew, programs = jq_shim.jq.compile, {}


def compile_once(program, args):
    """Compiling takes longer than running, and what a program knows of its variables is compiled in."""
    known = (program, *sorted(args.items()), None, *sorted(os.environ.items()))
    if known not in programs:
        programs[known] = compile_anew(program, args=args)
    return programs[known]


jq_shim.jq.compile = compile_once

for line in sys.stdin:
    asked = json.loads(line)
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv, sys.stdin = ["jq", *asked["words"]], io.StringIO(asked["input"])
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            jq_shim.main()
        except SystemExit as stopped:
            status = stopped.code or 0
    print(json.dumps({"status": status, "out": out.getvalue(), "err": err.getvalue()}), file=sys.__stdout__, flush=True)
