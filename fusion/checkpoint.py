"""An engine's whole memory as a tree, and an engine that goes on from one.

`kept` pictures an engine between two steps; `restore` puts the picture into
an engine that was made anew, with the same settings, and from there both say
the same to the byte. What is kept beside the memory says whether it may be
used: the types of the records (a field more, and the numbers stand in other
places) and every parameter that decides something, for tracks filtered under
one set would be judged under another, and no replay would give those flags.

Movements, exclusions and stations are inputs, not memory: whoever makes the
engine gives it those in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fusion.engine import Engine
from fusion.records import SAMPLE, SAMPLES, STATE
from geo.container import Tree
from geo.kept import MismatchError

VERSION = 6
"""Of what is kept; rises with every change of it that the types of the records do not show."""


def kept(engine: Engine) -> Tree:
    """Everything the engine remembers, copied: the engine may go on while it is written."""
    return {"made_by": _made_by(), "settings": engine.settings(), "memory": engine.state()}


def restore(engine: Engine, tree: Tree) -> None:
    """Put what `kept` gave into an engine that has taken nothing in.

    Raises:
        MismatchError: kept by other code, or under other settings; the message says which, and what to do.
            The engine is then of no more use.
    """
    if (made_by := tree.get("made_by")) != _made_by():
        raise MismatchError(f"kept by another version of the engine ({_differing(made_by, _made_by())})")
    if tree["settings"] != engine.settings():
        raise MismatchError(f"kept under other settings ({_differing(tree['settings'], engine.settings())})")
    try:
        engine.restore(tree["memory"])
    except (KeyError, TypeError, ValueError) as error:
        raise MismatchError(f"kept by another version of the engine ({error})") from error


def _made_by() -> Tree:
    return {"version": VERSION, "state": _fields(STATE), "sample": _fields(SAMPLE), "samples": SAMPLES}


def _fields(dtype: Any) -> Tree:
    return {name: str(dtype[name]) for name in dtype.names}


def _differing(before: Any, now: Any) -> str:
    """Every number that differs, as `fusion.tick_s was 5.0 and is 10.0`."""
    return ", ".join(_differences("", before, now))


def _differences(name: str, before: Any, now: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            yield from _differences(f"{name}.{key}" if name else key, before.get(key), now.get(key))
    elif before != now:
        yield f"{name} was {_said(before)} and is {_said(now)}"


def _said(value: Any) -> str:
    return "absent" if value is None else "present" if isinstance(value, dict) else str(value)
