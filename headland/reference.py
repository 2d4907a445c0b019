"""The page of settings, written from the dataclasses that hold them: `python -m headland.reference`.

Prints the whole of `docs/settings.md`. A test holds the page to what this
prints, so that no number in the documentation can differ from the program's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, is_dataclass
from typing import Any, get_type_hints

from headland.sections import bounds, default_of, keys, named_table
from headland.settings import section_kinds

HEAD = """\
# Settings

Headland needs no settings file. Where one is wanted it is `headland.toml` in the working folder, or the file that
`--config` or the variable `HEADLAND_CONFIG` names:

```toml
[flags]
min_score = 0.6

[loitering]
radius_m = 800
```

`HEADLAND_LOITERING__RADIUS_M=800` in the environment says the same and stands above the file;
`--set loitering.radius_m=800` stands above both. A key that nobody knows, or a value outside its range, stops the start
and says in which file and line, variable or option it is. `headland doctor` reads the settings and changes nothing.

This page is printed by `python -m headland.reference` from the program itself.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for name, kind in section_kinds().items():
        parts.append("\n".join(_section(name, kind)))
    return "\n".join(parts)


def _section(name: str, kind: type[Any]) -> Iterator[str]:
    hints, tables = get_type_hints(kind), {}
    for key in keys(kind):
        if is_dataclass(hints[key]):
            tables[key] = hints[key]
        elif inner := named_table(hints[key]):
            tables[f"{key}.NAME"] = inner
    rows = {key: each for key, each in keys(kind).items() if key not in tables}
    if rows:
        yield from _table(name, kind, rows)
    for key, inner in tables.items():
        yield from _section(f"{name}.{key}", inner)


def _table(name: str, kind: type[Any], rows: Mapping[str, Field[Any]]) -> Iterator[str]:
    yield f"## `[{name}]`"
    yield ""
    summary = (kind.__doc__ or "").strip().split("\n\n")[0]
    yield " ".join(summary.split())
    yield ""
    yield "| key | default | range | why |"
    yield "|---|---|---|---|"
    for key, each in rows.items():
        cells = [f"`{key}`", _shown(default_of(each)), bounds(each), each.metadata.get("why", "")]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _shown(value: Any) -> str:
    if value is MISSING:
        return "must be given"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.stdout.write(page())
