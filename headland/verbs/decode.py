"""`headland decode`: every decoded message as a line of JSON."""

from __future__ import annotations

import os
import sys

import typer

from headland.loading import load
from headland.words import Columns, FormatName, Inputs, Start, Zone, zone_of


def decode(
    inputs: Inputs,
    name: FormatName = None,
    zone: Zone = None,
    start: Start = None,
    columns: Columns = None,
) -> None:
    """Print every decoded message as one JSON line.

    AIS has pyais' field names in the standard's units (msg_type, mmsi, lat, lon, speed in knots ...); Mode S has
    df, icao24, typecode, lat, lon, alt_ft ...; both have time and station, and null where nothing is available.
    The rows of a position table have the names and units of tracks.parquet. A server's journal (its folder) is read
    in the order of arrival, which each line then tells as arrival. What could not be decoded is
    counted at the end on standard error.
    """
    reading = load("decode").reading(zone_of(zone), start, columns)
    try:
        load("decode").decode(inputs, name, reading, sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has had enough (`| head`). Python would complain when it closes standard output at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    for line in load("decode").summary(reading.rejects):
        typer.echo(line, err=True)


VERB = decode
