"""The suites of `headland bench`: one file `benchmarks/bench_NAME.py` each, found by name in the checkout.

A suite is a script that prints a table; the first line of its docstring says
what it measures. Suites and the peers they run beside ours are no part of the
installed package: some of the peers are under licences that ours is not.
"""

from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import headland
from headland.errors import SuiteError

FOLDER = Path(headland.__file__).resolve().parents[1] / "benchmarks"
PREFIX = "bench_"


def suites(folder: Path = FOLDER) -> dict[str, Path]:
    """Every suite by its name.

    Raises:
        SuiteError: there are none here.
    """
    found = {path.stem.removeprefix(PREFIX): path for path in sorted(folder.glob(f"{PREFIX}*.py"))}
    if not found:
        raise SuiteError(
            f"no benchmarks in {folder}: they come with a checkout, not with the installed package. "
            "In a checkout, `./run bench` installs what they need and runs them."
        )
    return found


def title(path: Path) -> str:
    """What a suite measures: the first line of its docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def run_suite(name: str, words: Sequence[str] = (), folder: Path = FOLDER) -> None:
    """Run one suite in this process, with these words as its command line.

    Raises:
        SuiteError: there is no such suite, or a package that it needs is not installed.
    """
    known = suites(folder)
    if name not in known:
        raise SuiteError(f"no suite {name!r}; there are {', '.join(known)}")
    path = known[name]
    sys.argv = [str(path), *words]
    sys.path.insert(0, str(path.parent))
    try:
        runpy.run_path(str(path), run_name="__main__")
    except ModuleNotFoundError as error:
        raise SuiteError(
            f"the suite {name} needs {error.name}, which is not installed. `./run bench {name}` installs it, "
            "as does `uv sync --inexact --group oracle --group bench`."
        ) from error


def run_all(folder: Path = FOLDER) -> int:
    """Run every suite, each in a process of its own, so that none inherits the other's memory or core.

    Returns:
        the worst exit code.
    """
    codes = []
    for name, path in suites(folder).items():
        print(f"\n{name}: {title(path)}", flush=True)  # noqa: T201  between what the suites print themselves
        command = [sys.executable, "-m", "headland", "bench", name]
        codes.append(subprocess.run(command, check=False).returncode)  # noqa: S603  ourselves
    return max(codes)
