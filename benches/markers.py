"""Puts measured tables between markers into docs/performance.md."""
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/performance.md"


def replace(name, lines):
    """Puts the lines between `<!-- NAME -->` and `<!-- /NAME -->`."""
    page = PAGE.read_text()
    between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not between.search(page):
        raise SystemExit(f"{PAGE.name} has no place for `{name}`")
    text = "\n".join(lines)
    PAGE.write_text(between.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page))
