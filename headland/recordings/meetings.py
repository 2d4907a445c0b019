"""Planted for the demo: a meeting at sea, a drop-off, and a light aircraft at work over a boat.

All lie south-east of the island, some miles from each other and from any port.
A coaster and a motor boat drift side by side. Another coaster lies stopped for
a quarter of an hour on her way; a quarter of an hour after she went on a small boat
comes out to that water, looks about and goes back. A light aircraft flies eights low over a
boat that lies stopped, and goes on along the coast: eights, because whoever
goes round and round is flagged for loitering as well. Times are demo seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from headland.proving.mover_crafts import CRAFTS
from headland.proving.routes import Motion, Way, motion
from headland.recordings.strays import Stray

MEETING, MEETS_S = (50.558, -0.960), 1320.0
DROP, DROPS_S, FETCHES_S = (50.548, -1.120), 900.0, 2880.0
OVER, WORKS_S = (50.592, -1.090), 2820.0
STOPPED_M = 450.0
"""A drifting hull's way in a quarter of an hour, at a knot."""
NORTH_DEG = 1.0 / 111_195.0
EAST_DEG = NORTH_DEG / np.cos(np.radians(50.57))
Places = Sequence[tuple[float, float]]


def meetings() -> Iterator[Stray]:
    """All six."""
    side = off(MEETING, 0.0, 120.0)
    come = went(
        "ship", [(50.590, -0.760), MEETING, off(MEETING, -800.0, -300.0), (50.500, -1.100)], [7, 7, 0.5, 7]
    )
    keep = went(
        "motorboat", [(50.670, -1.080), side, off(side, -800.0, -300.0), (50.670, -1.080)], [9, 9, 0.5, 6]
    )
    note = "two drift side by side, nine miles off Ventnor"
    yield Stray("mmsi:232999005", "DEMO MEETS", at_corner(come, MEETING, MEETS_S), note, "rendezvous", "A")
    yield Stray("mmsi:232999006", "DEMO MET", at_corner(keep, side, MEETS_S + 90.0), note, "rendezvous", "B")
    stopped = off(DROP, STOPPED_M, 0.0)
    drop = went("ship", [(50.530, -1.500), DROP, stopped, (50.575, -0.700)], [7, 7, 0.5, 7])
    water = [off(DROP, 300.0 * np.sin(k), 200.0 * np.cos(1.7 * k)) for k in range(5)]
    fetch = went("motorboat", [(50.625, -1.160), *water, (50.625, -1.160)], [9, 9, *[1.5] * 4, 9])
    note = "a ship stops off her way; a boat comes out to that water later, and goes back"
    yield Stray("mmsi:232999007", "DEMO DROPS", at_corner(drop, DROP, DROPS_S), note, "drop_off", "A")
    yield Stray(
        "mmsi:232999008", "DEMO FETCHES", at_corner(fetch, water[0], FETCHES_S), note, "drop_off", "B"
    )
    lies = went(
        "motorboat", [(50.650, -1.140), OVER, off(OVER, 700.0, 0.0), (50.650, -1.140)], [8, 8, 0.4, 3]
    )
    note = "a light aircraft works low over a boat that lies stopped"
    yield Stray(
        "mmsi:232999009", "DEMO BELOW", at_corner(lies, OVER, WORKS_S - 500.0), note, "air_sea_contact", "B"
    )
    yield Stray("icao24:43f004", "DEMO4", works(), note, "air_sea_contact", "ADSB")


def works() -> Motion:
    """Along the coast, down, six loops to either side in turn, up, and on along the coast."""
    eights = [
        off(OVER, side * east, north)
        for side in (1.0, -1.0, 1.0)
        for east, north in ((700.0, 700.0), (1400.0, 0.0), (700.0, -700.0), (0.0, 0.0))
    ]
    places = [
        (50.640, -1.900),
        (50.560, -1.320),
        OVER,
        *eights,
        (50.640, -0.900),
        (50.790, -0.300),
        (50.700, -0.800),
    ]
    count = len(eights)
    alt_m = np.array([600.0, 600.0, *[150.0] * (count + 1), 600.0, 600.0, 600.0])
    way = Way.through(
        *np.array(places).T,
        speed_mps=np.array([50.0, 50.0, *[38.0] * (count + 1), 45.0, 45.0, 45.0]),
        alt_m=alt_m,
        alt_from_m=np.append(alt_m[0], alt_m[:-1]),
    )
    return at_corner(motion(way, CRAFTS["light"], 0.0), OVER, WORKS_S)


def went(craft: str, places: Places, speed_mps: Sequence[float]) -> Motion:
    """A way over water, from time 0 on."""
    return motion(Way.through(*np.array(places).T, speed_mps=np.array(speed_mps)), CRAFTS[craft], 0.0)


def at_corner(moves: Motion, place: tuple[float, float], time_s: float) -> Motion:
    """The same motion, at such a time first as near to a place as its first visit comes."""
    away = np.hypot((moves.lat_deg - place[0]) / NORTH_DEG, (moves.lon_deg - place[1]) / EAST_DEG)
    first = int(np.flatnonzero(away <= away.min() + 150.0)[0])
    return moves.replaced(time_s=moves.time_s + time_s - moves.time_s[first])


def off(place: tuple[float, float], east_m: float, north_m: float) -> tuple[float, float]:
    """A place so many metres east and north of another."""
    return float(place[0] + north_m * NORTH_DEG), float(place[1] + east_m * EAST_DEG)
