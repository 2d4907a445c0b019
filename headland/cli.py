"""The command line: every verb of `headland.verbs` under its name, and what a failure says to who started it.

To add a verb is to add one file there: a function `VERB` whose parameters are
its options and whose docstring is its help. A verb's machinery is loaded when
the verb runs (`headland.loading`). Exit codes: `headland.exits`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

import headland.verbs
from feeds.errors import InputError
from headland.errors import HeadlandError
from headland.exits import Exit

ORDER = ("demo", "replay", "simulate", "score", "decode", "receiver", "live", "bench", "doctor")
"""How `--help` lists them: what a newcomer types first stands first, any other after these by its name."""

app = typer.Typer(
    name="headland",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 done; 1 the job found a failure, and reports it; 2 wrong usage or configuration; "
    "3 a service that could not be reached; 130 interrupted.",
)


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="headland")
    except HeadlandError as error:
        _refuse(error, error.exit_code)
    except InputError as error:
        _refuse(error, Exit.USAGE)
    except OSError as error:
        if error.filename is None:
            raise
        _refuse(f"{error.filename}: {error.strerror}", Exit.FAILURE)


def _refuse(error: Exception | str, code: Exit) -> NoReturn:
    for line in str(error).splitlines():
        typer.echo(f"headland: {line}", err=True)
    sys.exit(code)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"headland {version('headland')}")
        raise typer.Exit


@app.callback()
def _headland(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """A lookout over the coast and the small airfields.

    Fuses what volunteers' AIS and ADS-B receivers hear into tracks, and flags what deserves a second look.
    """


def _add_verbs() -> None:
    found = [module.name for module in pkgutil.iter_modules(headland.verbs.__path__)]
    for name in sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)):
        app.command(name)(importlib.import_module(f"headland.verbs.{name}").VERB)


_add_verbs()
