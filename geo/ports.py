"""Seaports of the covered countries: where a ship has reason to stop.

What comes in: UN/LOCODE's ports within 3 km of the coast (`geo/data/ports`). What
goes out: columns in degrees, and the nearest port with its distance in metres.

A position is one point for a whole harbour: to half a kilometre where `source` is
`searoute`, to a minute of arc (1.8 km) where it is `unlocode`. There are no marinas,
berths or anchorages in it; those have to be learned from where ships stop.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, Ints, column
from geo.earth import NearestPlace

Texts = npt.NDArray[np.str_]
DATA = Path(__file__).parent / "data" / "ports" / "ports.csv"


@dataclass(frozen=True, eq=False, kw_only=True)
class Ports(Batch):
    """One row a port; `code` is its UN/LOCODE, `source` whose position it is."""

    code: Texts = column("U5", "")
    name: Texts = column("U64", "")
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    source: Texts = column("U9", "")


@cache
def ports() -> Ports:
    """Every port, read once."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Ports(
        code=np.array([row["code"] for row in rows], np.str_),
        name=np.array([row["name"] for row in rows], np.str_),
        lat_deg=np.array([float(row["lat"]) for row in rows]),
        lon_deg=np.array([float(row["lon"]) for row in rows]),
        source=np.array([row["src"] for row in rows], np.str_),
    )


@cache
def _index() -> NearestPlace:
    return NearestPlace(ports().lat_deg, ports().lon_deg)


def nearest_port(lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
    """Row of the nearest port in `ports()`, and metres to it. Shapes: (n,) x2 -> (n,) x2.

    Row -1 and NaN where no place is given.
    """
    return _index()(lat, lon)
