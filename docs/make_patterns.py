"""The tables of `docs/patterns.md`, renewed from the patterns themselves: `python docs/make_patterns.py --write`.

Without `--write` the page as it should be is printed. Between `<!-- NAME -->`
and `<!-- end -->` stand the numbers that a pattern quotes and those that a
user may set. A test holds the page to what this prints.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from fusion.pattern import patterns

PAGE = Path(__file__).with_name("patterns.md")
BLOCK = re.compile(r"(<!-- ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(page: str) -> str:
    """The page with every table as the program has it.

    Raises:
        KeyError: a block names a pattern that is none.
    """
    kinds = patterns()
    return BLOCK.sub(lambda m: m[1] + "\n".join([*_tables(kinds[m[2]]), ""]) + m[3], page)


def _tables(kind: type[Any]) -> Iterator[str]:
    yield ""
    yield f"Version {kind.version}; looks every {kind.every_s:g} s of event time. A flag quotes:"
    yield ""
    yield "| number | unit | its threshold |"
    yield "|---|---|---|"
    for factor in kind.factors:
        yield f"| `{factor.name}` | {factor.unit} | {f'`{factor.threshold}`' if factor.threshold else ''} |"
    yield ""
    yield "What may be set:"
    yield ""
    yield "| parameter | default | unit | range | why |"
    yield "|---|---|---|---|---|"
    for each in fields(kind):
        said = each.metadata
        bounds = f"{said['low']:g} to {said['high']:g}"
        yield f"| `{each.name}` | {each.default:g} | {said['unit']} | {bounds} | {said['why']} |"
    yield ""


if __name__ == "__main__":
    text = renewed(PAGE.read_text(encoding="utf-8"))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
