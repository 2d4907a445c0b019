"""Which of the demo's virtual stations hear a transmitter: those above whose radio horizon it stands.

In: `stations.json`, and places in degrees with antenna heights in metres. Out:
a table of yes and no, one column a station. Land in the way is not reckoned
with; instead AIS is taken to carry no further than a volunteer's antenna under
a roof hears it, 22 km, and from class B with its 2 W 20 km.

Source: radio horizon over an earth of 4/3 its radius, 4.12 km times the sum of
the roots of both heights in metres (ITU-R P.310).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from geo.batch import Bools, Floats
from geo.sphere import distance_m

STATIONS_FILE = Path(__file__).resolve().parent / "stations.json"
HORIZON_M = 4120.0
CLASS_A_ANTENNA_M, CLASS_B_ANTENNA_M = 15.0, 4.0
CLASS_A_M, CLASS_B_M = 22_000.0, 20_000.0
FAR_M = 1e6


def stations(kind: str) -> list[dict[str, Any]]:
    """The stations of one kind, `ais` or `adsb`."""
    listed: list[dict[str, Any]] = json.loads(STATIONS_FILE.read_text("utf-8"))
    return [each for each in listed if each["kind"] == kind]


def heard(
    kind: str,
    lat: Floats,
    lon: Floats,
    height_m: Floats | float,
    most_m: Floats | float = FAR_M,
    *,
    adopted: bool = True,
) -> Bools:
    """Whether each station of that kind hears a transmitter there. Shapes: (n,) x2 -> (n, stations).

    `adopted`: what is in reach of none goes to the nearest, for a recording that holds it was heard somewhere.
    """
    reach, away = [], []
    for each in stations(kind):
        there = np.full_like(lat, each["lat"]), np.full_like(lon, each["lon"])
        away.append(distance_m(lat, lon, *there))
        horizon_m = HORIZON_M * (np.sqrt(each["antenna_m"]) + np.sqrt(height_m))
        reach.append(away[-1] <= np.minimum(horizon_m, most_m))
    hears, metres = np.stack(reach, axis=-1), np.stack(away, axis=-1)
    lost = ~hears.any(axis=1) & adopted
    hears[lost, metres[lost].argmin(axis=1)] = True
    return hears
