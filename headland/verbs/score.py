"""`headland score`: flags held against the truth of the world that was replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from headland.loading import load
from headland.words import AsJson

Hours = Annotated[
    float | None,
    typer.Option(min=0, metavar="HOURS", help="Where there are no tracks: all worlds' together."),
]


def score(
    pairs: Annotated[
        list[Path],
        typer.Argument(
            metavar="FLAGS TRUTH [FLAGS TRUTH]...",
            exists=True,
            help="The folder of a replay, or its flags.geojson; and the truth.json of its world.",
        ),
    ],
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.svg", dir_okay=False, help="Draw how far scores are probabilities."),
    ] = None,
    override: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a rule of matching: grace_s=600; may be given many times.",
        ),
    ] = [],  # noqa: B006  typer reads the default and never writes to it
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Score textbook rules on the same tracks beside.")
    ] = False,
    vessel_hours: Hours = None,
    flight_hours: Hours = None,
    watch_hours: Hours = None,
    as_json: AsJson = False,
) -> None:
    """Say how good flags are: what was found of what was planted, how soon, what is false, how well scores are calibrated.

    A flag matches a planted thing of its kind if it names its subjects, was raised between its start and a while after
    its end, and lies near it. Shares, rates, delays and Brier scores are given with intervals of 95 %. Rates need
    tracks.parquet beside the flags, or hours by your word. For calibration, replay with --set flags.min_score=0.05.
    """
    if len(pairs) % 2:
        raise typer.BadParameter("FLAGS and TRUTH come in pairs", param_hint="FLAGS TRUTH")
    if plot and plot.suffix.lower() != ".svg":
        raise typer.BadParameter(f"{plot} must end in .svg", param_hint="--plot")
    told = load("proving.judging").judged(
        list(zip(pairs[::2], pairs[1::2], strict=True)),
        override,
        hours=(vessel_hours, flight_hours, watch_hours),
        baselines=baselines,
    )
    if plot:
        plot.write_text(told.plot(), encoding="utf-8")
    typer.echo(json.dumps(told.as_json(), indent=2) if as_json else told.as_text())


VERB = score
