"""The tables of `docs/proving.md`, renewed from the lives and behaviours themselves: `python docs/make_proving.py --write`.

Without `--write` the page as it should be is printed. Between `<!-- NAME -->`
and `<!-- end -->` stand what there is and what its numbers are drawn from, the bounds of
each craft, and the scenarios. A test holds the page to what this prints.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from headland.proving.mover_crafts import CRAFTS
from headland.proving.scenario import load_scenario, shipped
from headland.proving.world import Play, behaviours, lives

PAGE = Path(__file__).with_name("proving.md")
BLOCK = re.compile(r"(<!-- ([a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(page: str) -> str:
    """The page with every table as the program has it.

    Raises:
        KeyError: a block has a name that is none.
    """
    return BLOCK.sub(lambda m: m[1] + "\n".join(["", *TABLES[m[2]](), "", ""]) + m[3], page)


def _plays(found: Mapping[str, Play]) -> Iterator[str]:
    yield "| name | what | its numbers |"
    yield "|---|---|---|"
    for play in found.values():
        kind = f"`{play.kind}`: " if play.kind else ""
        ranges = "; ".join(
            f"`{name}` {each.low:g} to {each.high:g} {each.unit} ({each.why})".replace("  ", " ")
            for name, each in play.ranges.items()
        )
        yield f"| `{play.name}` | {kind}{play.what} | {ranges} |"


def _crafts() -> Iterator[str]:
    yield "| craft | m/s | change of speed, m/s² | turn, degrees/s | bank, degrees | climb, m/s | descent, m/s |"
    yield "|---|---|---|---|---|---|---|"
    for craft in CRAFTS.values():
        air = [
            f"{value:g}" if craft.flies else ""
            for value in (craft.bank_deg, craft.climb_mps, craft.descent_mps)
        ]
        least = f"{craft.least_mps:g} to " if craft.flies else "to "
        yield f"| {craft.name} | {least}{craft.top_mps:g} | {craft.accel_mps2:g} | {craft.turn_deg_s:g} | {' | '.join(air)} |"


def _scenarios() -> Iterator[str]:
    yield "| name | what | hours | stations | lives | behaviours |"
    yield "|---|---|---|---|---|---|"
    for name in shipped():
        each = load_scenario(name)
        counts = f"{sum(each.lives.values())} | {sum(each.behaviours.values())}"
        yield f"| `{name}` | {each.title} | {each.hours:g} | {len(each.stations)} | {counts} |"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "lives": lambda: _plays(lives()),
    "behaviours": lambda: _plays(behaviours()),
    "crafts": _crafts,
    "scenarios": _scenarios,
}

if __name__ == "__main__":
    text = renewed(PAGE.read_text(encoding="utf-8"))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
