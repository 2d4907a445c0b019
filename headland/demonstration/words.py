"""What the demo says on the terminal before it begins: what is real and whose, and what is not."""

from __future__ import annotations

import typer

from headland.bundle import Planted, planted, recordings


def introduce() -> None:
    """Say who will be seen."""
    typer.echo(
        "Recorded traffic, played as if it were now: receivers, broker, journal, fusion, alerts, page."
    )
    for real in recordings():
        typer.echo(f"  {real.what}. {real.credit}, {real.licence}")
    everybody = planted()
    typer.echo("Planted among it, called DEMO by name and marked PLANTED where they are flagged:")
    for each in everybody:
        if each.flagged:
            typer.echo(f"  {each.subject}  {each.note}")
    typer.echo(f"  and {ordinary(everybody)} that do nothing to be flagged for")


def ordinary(everybody: list[Planted]) -> str:
    """How many are planted and not to be flagged, in words."""
    calm = [each for each in everybody if not each.flagged]
    vessels = sum(each.subject.startswith("mmsi:") for each in calm)
    return f"{vessels} vessels and {len(calm) - vessels} aircraft"
