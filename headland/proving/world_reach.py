"""`StationReach`: what stations whose place is known can be trusted to hear.

In: stations in degrees and metres of antenna height. Out: yes or no for places.
Radio at these frequencies ends at the horizon of an earth whose radius counts 4/3:
4.12 km times the sum of the roots of both heights in metres (ITU-R P.310). Only
a share of it counts here, for behaviours must be planted where they are surely heard,
and a small vessel's two watts carry no further than `FARTHEST_AIS_M`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.batch import Bools, Floats
from geo.sphere import distance_m

HORIZON_M = 4124.0
SURE_SHARE, GOOD_DAY_SHARE = 0.75, 1.05
VESSEL_AERIAL_M = 3.0
FARTHEST_AIS_M, FARTHEST_ADSB_M = 45_000.0, 220_000.0


@dataclass(frozen=True)
class Station:
    """One antenna, as in the stations file of the contract: degrees, metres, and "ais" or "adsb"."""

    id: str
    lat: float
    lon: float
    antenna_m: float
    kind: str


class StationReach:
    """What is heard from where, by the horizons of known stations."""

    def __init__(self, stations: tuple[Station, ...]) -> None:
        self._ais = [each for each in stations if each.kind == "ais"]
        self._adsb = [each for each in stations if each.kind == "adsb"]

    def hears_vessels(self, lat: Floats, lon: Floats) -> Bools:
        """Whether a small vessel's AIS is heard from there. Shapes: (n,) x2 -> (n,)."""
        return _heard(self._ais, lat, lon, np.full(len(lat), VESSEL_AERIAL_M), FARTHEST_AIS_M)

    def hears_aircraft(self, lat: Floats, lon: Floats, alt_m: Floats, *, surely: bool = True) -> Bools:
        """Whether an aircraft is heard from there, surely or on a good day. Shapes: (n,) x3 -> (n,)."""
        share, most_m = (SURE_SHARE, FARTHEST_ADSB_M) if surely else (GOOD_DAY_SHARE, np.inf)
        return _heard(self._adsb, lat, lon, alt_m, most_m, share)


def _heard(
    stations: list[Station],
    lat: Floats,
    lon: Floats,
    height_m: Floats,
    most_m: float,
    share: float = SURE_SHARE,
) -> Bools:
    heard = np.zeros(len(lat), np.bool_)
    for each in stations:
        reach_m = share * HORIZON_M * (np.sqrt(each.antenna_m) + np.sqrt(np.maximum(height_m, 0.0)))
        away_m = distance_m(np.array(each.lat), np.array(each.lon), lat, lon)
        heard |= away_m <= np.minimum(reach_m, most_m)
    return heard
