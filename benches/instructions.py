#!/usr/bin/env python3
"""Counts the instructions of branchline's main job with callgrind and compares them with a budget.

usage: make instructions            compares; ends with 1 when a count is over its budget or the growth is not linear
       BLESS=1 make instructions    writes what was counted into benches/instructions.json

Instructions do not depend on how busy the machine is, so a few per cent can be seen where times differ by half. One rayon
thread, since a thread that waits for work spins. Two things remain: valgrind knows no SHA instructions, so the digests
cost more here than on a processor that has them; and a library of the system's may count a little differently elsewhere.
The MARGIN covers that.

What is over its budget is either slower, and should not be, or does more, and is worth it: then bless it, and say so in
the commit.
"""
import json
import os
import pathlib
import sys
import tempfile

import callgrind
import maps

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUDGET = ROOT / "benches/instructions.json"
MARGIN = 1.10
# Growth from 20 to 200 rules, in growths from 2 to 20: 10 is linear.
LINEAR = 11


def counts(binary):
    """What is done, and the instructions it takes."""
    counted = {}
    with tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        counted["--version"] = callgrind.count([binary, "--version"], home)
        for rules in (2, 20, 200):
            folder = home / str(rules)
            folder.mkdir()
            (folder / "branchline.yml").write_text(maps.ours(rules))
            generate = [binary, "generate", "-C", folder]
            counted[f"generate {rules}, first"] = callgrind.count(generate, home)
            counted[f"generate {rules}, again"] = callgrind.count(generate, home)
        large = home / "2000"
        large.mkdir()
        (large / "branchline.yml").write_text(maps.ours(2000))
        counted["check, of 2000"] = callgrind.count([binary, "check", "-C", large], home)
        counted["explain, of 20"] = callgrind.count([binary, "explain", "-C", home / "20", "develop"], home)
    return counted


def faults(counted, budget):
    """What is wrong, in words."""
    for job, allowed in budget.items():
        if job not in counted:
            yield f"`{job}` is in the budget and was not counted"
    for job, count in counted.items():
        if job not in budget:
            yield f"`{job}` has no budget"
        elif count > budget[job] * MARGIN:
            yield f"`{job}` takes {count:,} instructions; its budget is {budget[job]:,} and {MARGIN - 1:.0%} more"
    for run in ("first", "again"):
        few, some, many = (counted[f"generate {rules}, {run}"] for rules in (2, 20, 200))
        growth = (many - some) / (some - few)
        if growth > LINEAR:
            yield (
                f"`generate, {run}` grows {growth:.1f} times as much from 20 to 200 rules as from 2 to 20; "
                f"10 is linear, {LINEAR} is the limit"
            )


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/guard/branchline")
    counted = counts(binary)
    if os.environ.get("BLESS"):
        BUDGET.write_text(json.dumps(counted, indent=2) + "\n")
    budget = json.loads(BUDGET.read_text())
    for job, count in counted.items():
        share = f"{count / budget[job]:7.1%} of the budget" if job in budget else ""
        print(f"{job:24} {count / 1e6:10,.1f} million {share}")
    found = list(faults(counted, budget))
    for fault in found:
        print(f"error: {fault}", file=sys.stderr)
    if found:
        print("help: find what costs more with `make profile`; when it is worth it, `BLESS=1 make instructions`", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
