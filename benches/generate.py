#!/usr/bin/env python3
"""Times `branchline generate` for 2, 20, 200 and 2,000 pipelines beside a Jinja2 generator, and prints a table.

usage: make bench            (or: benches/generate.py [BINARY], after `cargo build --release`)
       PEERS=DIR make bench  DIR holds `script/gen_jinja.py`, `make_config.py` and an environment with Jinja2 in
                             `.venv-script`; without it branchline is timed alone

Whole processes, one run that is not counted, then RUNS (9) counted ones. "first" is into an empty folder; "again" is over
the files of the last run, as the peer does it, and the two are run in turn so that both meet the same machine. Wall time
in milliseconds: the median, and the least; the ratio is of the medians.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import maps

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = int(os.environ.get("RUNS", "9"))
COUNTS = [int(count) for count in os.environ.get("COUNTS", "2 20 200 2000").split()]


def once(command):
    """Wall milliseconds and peak MiB of one process; a failure ends the benchmark."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = (time.monotonic() - start) * 1000
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")
    return wall, used.ru_maxrss / 1024


def peer_command(folder, count):
    peers = pathlib.Path(os.environ.get("PEERS", ROOT.parent / "shared/bench/peers"))
    python = pathlib.Path(os.environ.get("PEERS_PYTHON", peers / ".venv-script/bin/python"))
    if not python.exists():
        return None
    config = folder / "peer.yml"
    config.write_text(subprocess.check_output([python, peers / "make_config.py", str(count)], text=True))
    return [python, peers / "script/gen_jinja.py", config, folder / "peer"]


def measure(binary, count):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "branchline.yml").write_text(maps.ours(count))
        ours, output = [binary, "generate", "-C", folder], folder / "pipelines"
        peer = peer_command(folder, count)
        first, again, theirs, peaks = [], [], [], []
        for run in range(RUNS + 1):
            shutil.rmtree(output, ignore_errors=True)
            os.sync()
            new, peak = once(ours)
            if run:
                first.append(new), peaks.append(peak)
        os.sync()
        for run in range(RUNS + 1):
            same, _ = once(ours)
            other = once(peer)[0] if peer else None
            if run:
                again.append(same), theirs.append(other)
        files = [path for path in output.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 2**20
    return first, again, theirs if peer else None, max(peaks), len(files), size


def cell(times):
    return f"{statistics.median(times):.1f} ({min(times):.1f})"


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/branchline")
    print("| pipelines | files | MiB | first, ms | again, ms | Jinja2, ms | Jinja2 / again | peak MiB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for count in COUNTS:
        first, again, theirs, peak, files, size = measure(binary, count)
        peer = cell(theirs) if theirs else "not run"
        ratio = f"{statistics.median(theirs) / statistics.median(again):.1f}" if theirs else ""
        print(f"| {count:,} | {files:,} | {size:.1f} | {cell(first)} | {cell(again)} | {peer} | {ratio} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
