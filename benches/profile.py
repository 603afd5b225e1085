#!/usr/bin/env python3
"""Says where the instructions of `branchline generate` go, and writes the table into docs/performance.md.

usage: make profile        (or: benches/profile.py [BINARY [RULES]], after `cargo build --profile guard`)

callgrind counts each function with all that it calls; a part below is such a function, less the parts inside it. What is
left over is handing files from thread to thread, letting memory go, and the process itself.
"""
import pathlib
import sys
import tempfile

import callgrind
import maps
import markers

ROOT = pathlib.Path(__file__).resolve().parent.parent
BRANCHLINE = "branchline::"
# What people call it, the function that does it, and the functions inside it that are parts of their own.
PARTS = [
    ("Reading and judging `branchline.yml`, buildspecs included", "commands::load::load_sound", []),
    ("Making the files' values and text", "document::tree::files_of", []),
    ("The overview", "document::tree::page", []),
    ("Digests (SHA-256 without the processor's instructions for it)", "document::digest::finish", []),
    ("Reading back what is new: the other parser", "libyaml_rs::parser::yaml_parser_parse", []),
    (
        "Reading back what is new: the comparison",
        "document::read_back::read_back",
        ["libyaml_rs::parser::yaml_parser_parse"],
    ),
    (
        "Looking at what is there and comparing",
        "commands::generate::carry_out::Compared::of",
        ["document::digest::finish"],
    ),
    ("Staging the new files", "edge::files::staging::Staged::write", []),
    ("Putting them in place", "edge::files::staging::Staging::commit", []),
]


def named(functions, name):
    return functions.get(name if name.startswith("libyaml_rs::") else BRANCHLINE + name, 0)


def profile(binary, rules):
    with tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        (home / "branchline.yml").write_text(maps.ours(rules))
        runs = []
        for out in (home / "first", home / "again"):
            total = callgrind.run([binary, "generate", "-C", home], home, out)
            runs.append((total, callgrind.inclusive(out)))
    yield f"| of {rules} pipelines | first | again |"
    yield "| :--- | ---: | ---: |"
    rest = [total for total, _ in runs]
    for part, function, inside in PARTS:
        if not any(named(functions, function) for _, functions in runs):
            sys.exit(f"no function `{function}` was seen: it was renamed, or it was inlined; see PARTS")
        own = [named(functions, function) - sum(named(functions, inner) for inner in inside) for _, functions in runs]
        own = [max(0, count) for count in own]
        rest = [left - count for left, count in zip(rest, own)]
        yield f"| {part} | " + " | ".join(f"{count / total:.1%}" for count, (total, _) in zip(own, runs)) + " |"
    yield "| The rest | " + " | ".join(f"{left / total:.1%}" for left, (total, _) in zip(rest, runs)) + " |"
    yield "| Instructions, millions | " + " | ".join(f"{total / 1e6:,.0f}" for total, _ in runs) + " |"


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/guard/branchline")
    lines = list(profile(binary, int(sys.argv[2]) if len(sys.argv) > 2 else 200))
    print("\n".join(lines))
    markers.replace("profile", lines)


if __name__ == "__main__":
    main()
