"""Halts of two vessels in one water: where one was slow, another is later.

In: halts that ended, and halts of others. Out: one `Joined` row a pair. What
was left in a water drifts: the circle grows with the time between, up to what
a tide carries one way before it turns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusion.halts import Halt, Halts
from fusion.pairs import Cells, apart_m, offsets_m
from geo.batch import Floats, Ints

_PAIRED_MOST = 2000
"""Where so many halts lie about one place it is a fishing ground or a flood of made-up ships, and nobody's water."""
_ROUGHLY = 1.3
"""So much further than drift allows a pair is still told, for who asks may let the nearness fade."""


@dataclass(frozen=True)
class Joined:
    """Ship and craft of each pair, and how the one lies to the other. Shapes: (n,).

    Attributes:
        apart_m: from the line of her halt to the place of the craft.
        reach_m: how far it may have drifted.
        later_s: from the end of her halt to the beginning of the craft's.
    """

    ship: Halt
    craft: Halt
    apart_m: Floats
    reach_m: Floats
    later_s: Floats


def join(
    ships: Halt, craft: Halt, near_m: float, drift_mps: float, drift_most_m: float, hours_s: float
) -> Joined:
    """Halts of craft, and the earlier halts of others in that water.

    Args:
        ships: halts that ended.
        craft: halts, ended or not.
        near_m: so near without any drift.
        drift_mps: by which the circle grows.
        drift_most_m: and grows no further.
        hours_s: the longest time between.
    """
    most_m = _ROUGHLY * (near_m + min(drift_mps * hours_s, drift_most_m))
    # Her halt is a line, asked for by its end; one so long that its beginning is out of reach is no halt.
    asked, held = Cells(ships.to_lat, ships.to_lon, most_m).near(craft.to_lat, craft.to_lon, _PAIRED_MOST)
    ship, boat = ships.take(held), craft.take(asked)
    later_s = boat.from_s - ship.to_s
    fits = (boat.entity != ship.entity) & (later_s >= 0.0) & (later_s <= hours_s)
    ship, boat, later_s = ship.take(fits), boat.take(fits), later_s[fits]
    apart = _from_line_m(ship, boat.to_lat, boat.to_lon)
    allowed = near_m + np.minimum(drift_mps * later_s, drift_most_m)
    near = apart <= _ROUGHLY * allowed
    return Joined(ship.take(near), boat.take(near), apart[near], allowed[near], later_s[near])


def halts_about(halts: Halts, joined: Joined, within_m: float) -> Ints:
    """How many halts of others lay about each craft's water since the ship left it. Shape: (n,)."""
    every = Halt.concat([halts.ended, halts.lasting()])
    ship, craft = joined.ship, joined.craft
    metres = apart_m(craft.to_lat[:, None], craft.to_lon[:, None], every.to_lat, every.to_lon)
    others = (every.entity != craft.entity[:, None]) & (every.entity != ship.entity[:, None])
    since = every.to_s >= ship.to_s[:, None]
    return np.asarray((others & since & (metres <= within_m)).sum(axis=1))


def turned_deg(halt: Halt) -> Floats:
    """By how much each vessel went on in another direction than it came, 0 to 180; NaN while it halts. Shape: (n,)."""
    cross = halt.way_east * halt.on_north - halt.way_north * halt.on_east
    dot = halt.way_east * halt.on_east + halt.way_north * halt.on_north
    return np.abs(np.degrees(np.arctan2(cross, dot)))


def _from_line_m(ship: Halt, lat: Floats, lon: Floats) -> Floats:
    """Metres from a place to the straight line of a halt. Shape: (n,)."""
    east, north = offsets_m(ship.from_lat, ship.from_lon, lat, lon)
    along_e, along_n = offsets_m(ship.from_lat, ship.from_lon, ship.to_lat, ship.to_lon)
    long2 = np.maximum(along_e**2 + along_n**2, 1.0)
    part = np.clip((east * along_e + north * along_n) / long2, 0.0, 1.0)
    return np.hypot(east - part * along_e, north - part * along_n)
