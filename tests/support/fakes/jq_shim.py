"""jq, as far as the steps call it, on libjq itself: the program is compiled and run by the real thing."""

import json
import sys

import jq


def main():
    arguments, variables, flags = sys.argv[1:], {}, set()
    rest = []
    while arguments:
        word = arguments.pop(0)
        if word == "--arg":
            name, value = arguments.pop(0), arguments.pop(0)
            variables[name] = value
        elif word in ("--null-input", "--exit-status", "--raw-output", "--join-output", "--slurp", "--raw-input", "--version"):
            flags.add(word)
        elif word.startswith("-"):
            sys.stderr.write("FAKE REFUSES: unknown option of jq " + word + "\n")
            sys.exit(70)
        else:
            rest.append(word)
    if "--version" in flags:
        print("jq-1.6")
        sys.exit(0)
    program, *files = rest
    try:
        compiled = jq.compile(program, args=variables)
        if "--null-input" in flags:
            results = compiled.input_value(None).all()
        else:
            opened = [open(file, encoding="utf-8", errors="replace", newline="") for file in files]
            text = "\n".join(file.read() for file in opened) if files else sys.stdin.read()
            if "--raw-input" in flags:
                # One text whatever its lines, or a text for each of them.
                texts = [text] if "--slurp" in flags else text.splitlines()
                text, flags = "\n".join(json.dumps(one) for one in texts), flags - {"--slurp"}
            results = compiled.input_text(text, slurp="--slurp" in flags).all()
    except ValueError as error:
        sys.stderr.write(f"jq: error: {error}\n")
        sys.exit(5)
    for result in results:
        raw = flags & {"--raw-output", "--join-output"} and isinstance(result, str)
        text = result if raw else json.dumps(result, indent=2)
        sys.stdout.write(text if "--join-output" in flags else text + "\n")
    if "--exit-status" in flags:
        sys.exit(4 if not results else 1 if results[-1] in (None, False) else 0)
