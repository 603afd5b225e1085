#!/usr/bin/env python3
"""Times `branchline generate` beside copying, a Jinja2 generator and the AWS CDK; writes docs/performance.md's table.

usage: make bench              (or: benches/generate.py [BINARY], after `cargo build --release --no-default-features`)
       PEERS=DIR make bench    DIR holds `make_config.py`; `script/gen_jinja.py` and an environment with Jinja2 in
                               `.venv-script`; `cdk/app.js` with its `node_modules`. What is missing is not run.
       COUNTS="2 20"           other numbers of pipelines; RUNS=9 other numbers of runs
       CDK_COUNTS="200"        where the CDK is run too; CDK_RUNS=3
       KEEP=1                  prints and leaves the document alone

Whole processes, RUNS counted ones after one that is not counted. One run of each follows another, so that all meet the
same machine; the CDK, which takes seconds, has fewer runs among the first of them. Wall milliseconds, the median and in
brackets the least; ratios are of the medians.

What is compared with what: a peer overwrites its last output and reads nothing of it, `cdk synth` too. branchline has two
modes: "first", into an empty folder, reads back each file that it writes; "again", over the files of the last run, as
the peers do it, makes each file, compares it with what is there and writes what differs, here nothing. The peers make
no locks, so each map is run twice: with `lock: false`, which is their work, and "with locks", which is what a person
gets who says nothing. Copying is of branchline's own output, into a new folder ("anew", beside "first") and over the last
copy ("over", beside "again").
"""
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import maps
import markers

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = int(os.environ.get("RUNS", "9"))
CDK_RUNS = int(os.environ.get("CDK_RUNS", "3"))
COUNTS = [int(count) for count in os.environ.get("COUNTS", "2 20 200 2000").split()]
CDK_COUNTS = [int(count) for count in os.environ.get("CDK_COUNTS", "200").split()]


class Job:
    """One command: what is done before it is timed, and the times of its runs."""

    def __init__(self, name, command, environment=None, before=None, runs=RUNS):
        self.name, self.command, self.before, self.runs = name, [str(word) for word in command], before, runs
        self.environment = {**os.environ, **(environment or {})}
        self.wall, self.processor, self.peak = [], [], 0

    def once(self, counts):
        """Runs it; a failure ends the benchmark."""
        if self.before:
            self.before()
        # What earlier jobs wrote is on the disk before this one is timed: it is not this one's to wait for.
        os.sync()
        start = time.monotonic()
        child = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = (time.monotonic() - start) * 1000
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{' '.join(self.command)} ended with {child.returncode}")
        if counts:
            self.wall.append(wall)
            self.processor.append((used.ru_utime + used.ru_stime) * 1000)
            self.peak = max(self.peak, used.ru_maxrss / 1024)


def peers_of(folder, count):
    """The peers that are installed, each with the same map in its own form."""
    peers = os.environ.get("PEERS")
    if not peers:
        return
    peers = pathlib.Path(peers).resolve()
    config = folder / "peer.yml"
    config.write_text(subprocess.check_output([sys.executable, peers / "make_config.py", str(count)], text=True))
    python = pathlib.Path(os.environ.get("PEERS_PYTHON", peers / ".venv-script/bin/python"))
    if python.exists():
        yield Job("Jinja2", [python, peers / "script/gen_jinja.py", config, folder / "jinja"])
    else:
        print(f"Jinja2 is not run: there is no {python}", file=sys.stderr)
    if count not in CDK_COUNTS:
        return
    if not (peers / "cdk/node_modules").is_dir() or not shutil.which("node"):
        print(f"cdk synth is not run: Node or {peers / 'cdk/node_modules'} is missing", file=sys.stderr)
        return
    for validation, words in (("true", "`cdk synth`"), ("false", "`cdk synth`, `CDK_VALIDATION=false`")):
        # The app itself, which writes the assembly: the CLI around it only takes longer.
        given = {"CDK_VALIDATION": validation, "BRANCH_MAP": str(config), "CDK_OUTDIR": str(folder / f"cdk-{validation}")}
        yield Job(words, ["node", peers / "cdk/app.js"], given, runs=CDK_RUNS)


def jobs_of(binary, folder, count, locks):
    """Every command for this number of pipelines. Those that read our output come after those that write it."""
    (folder / "new").mkdir()
    (folder / "old").mkdir()
    for place in ("new", "old"):
        (folder / place / "branchline.yml").write_text(maps.ours(count, locks))
    fresh, output, copy = folder / "new/pipelines", folder / "old/pipelines", folder / "copy"

    def gone(path):
        def remove():
            shutil.rmtree(path, ignore_errors=True)
            # What an earlier run left to be written would be paid by this one.
            os.sync()
        return remove

    copied = ["cp", "-r", f"{output}/.", copy]
    yield Job("again", [binary, "generate", "-C", folder / "old"], before=os.sync)
    yield Job("first", [binary, "generate", "-C", folder / "new"], before=gone(fresh))
    yield Job("cp -r anew", copied, before=gone(copy))
    yield Job("cp -r over", copied, before=os.sync)
    if not locks:
        yield from peers_of(folder, count)


def measure(binary, count, locks):
    """The jobs by name, how many files were generated, and their MiB."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        jobs = list(jobs_of(binary, folder, count, locks))
        for run in range(RUNS + 1):
            for job in jobs:
                if run <= job.runs:
                    job.once(run > 0)
        files = [path for path in (folder / "old/pipelines").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 2**20
    return {job.name: job for job in jobs}, len(files), size


def rows(what, jobs, files, size):
    """A line for each command, with how often the time of ours goes into it."""
    first, again = (statistics.median(jobs[name].wall) for name in ("first", "again"))
    for job in jobs.values():
        wall = statistics.median(job.wall)
        yield (
            f"| {what} ({files:,} files, {size:.1f} MiB) | {job.name} | {wall:,.1f} ({min(job.wall):,.1f}) "
            f"| {statistics.median(job.processor):,.0f} | {wall / first:.2f} | {wall / again:.2f} | {job.peak:.0f} |"
        )


def starts(binary):
    """What it costs to start at all."""
    with tempfile.TemporaryDirectory() as name:
        (pathlib.Path(name) / "branchline.yml").write_text(maps.ours(20))
        jobs = [
            Job("--version", [binary, "--version"]),
            Job("explain develop, of 20", [binary, "explain", "-C", name, "develop"]),
        ]
        for run in range(3 * RUNS + 1):
            for job in jobs:
                job.once(run > 0)
    for job in jobs:
        yield (
            f"| start | {job.name} | {statistics.median(job.wall):.1f} ({min(job.wall):.1f}) "
            f"| {statistics.median(job.processor):.0f} | | | {job.peak:.0f} |"
        )


def machine():
    """What it was read on, and how busy that was."""
    cpu = next(
        (line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.machine(),
    ) if pathlib.Path("/proc/cpuinfo").exists() else platform.machine()
    load = os.getloadavg()[0]
    return (
        f"Read on {time.strftime('%Y-%m-%d')}: {cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"medians of {RUNS} runs ({CDK_RUNS} of the CDK), a load of {load:.1f} before."
    )


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/branchline").resolve()
    lines = [
        machine(),
        "",
        "| pipelines | what | wall, ms | processor, ms | ÷ first | ÷ again | peak MiB |",
        "| ---: | :--- | ---: | ---: | ---: | ---: | ---: |",
    ]
    print("\n".join(lines), flush=True)

    def tell(some):
        for line in some:
            lines.append(line)
            print(line, flush=True)

    tell(starts(binary))
    for count in COUNTS:
        for locks, words in ((False, ""), (True, " with locks")):
            tell(rows(f"{count:,}{words}", *measure(binary, count, locks)))
    if not os.environ.get("KEEP"):
        markers.replace("times", lines)


if __name__ == "__main__":
    main()
