"""`headland bench`: the benchmark suites of the checkout, each as a table."""

from __future__ import annotations

from typing import Annotated

import typer

from headland.loading import load


def bench(
    suite: Annotated[
        str | None, typer.Argument(metavar="[SUITE]", help="Its name; all, one after another, without it.")
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- OPTION]...", help="Options of the suite's own: bench feeds -- --help."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the suites, and what each of them measures.")
    ] = False,
) -> None:
    """Measure how fast Headland is, beside the programs one would otherwise use, in the same run.

    Suites are scripts in the checkout's folder `benchmarks`. Their peers are installed by `./run bench`, or by
    `uv sync --inexact --group oracle --group bench`.
    """
    suites = load("suites")
    if listed:
        for name, path in suites.suites().items():
            typer.echo(f"{name:<12}{suites.title(path)}")
    elif suite is None:
        raise typer.Exit(suites.run_all())
    else:
        suites.run_suite(suite, words or ())


VERB = bench
