"""Places of a world, drawn: harbours, waters, gates to the open sea, fields, farmland.

All in degrees and metres. A place that is asked for and not there raises `RouteError`,
so that the playing is drawn anew or the world told to be unfit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from geo.airfields import ANY, OPEN, AirfieldKind, airfields, nearest
from geo.batch import Floats, Ints
from geo.coast import coast
from geo.ports import nearest_port, ports
from geo.sphere import destination, distance_m
from geo.units import NAUTICAL_MILE_M
from headland.proving.routes import RouteError
from headland.proving.routes_water import is_land
from headland.proving.world import Draw, World

Place = tuple[float, float]
TRIED = 400
HARBOUR_M = 2500.0
"""A port whose nearest open water is further off lies up a river, or is only a name."""
OFFING_M, OFFING_STEP_M = 110_000.0, 1_000.0
"""Aerials of 300 and 40 m see each other over 97 km."""
CROSSING_M = 25_000.0
"""A passage through the area is at least so long, where the area is wide enough."""


def ahead(place: Place, course_deg: float, metres: float) -> Place:
    """The place so far away on a course."""
    lat, lon = destination(*(np.array([value]) for value in (*place, course_deg, metres)))
    return float(lat[0]), float(lon[0])


def apart_m(a: Place, b: Place) -> float:
    """Metres between two places."""
    return float(distance_m(*(np.array(value) for value in (*a, *b))))


@lru_cache(maxsize=8)
def harbours(world: World) -> tuple[tuple[str, Place], ...]:
    """Ports of the area, each with the open water nearest to it where its craft lie, no water twice."""
    listed = ports()
    rows = np.flatnonzero(world.area.holds(listed.lat_deg, listed.lon_deg))
    cells = world.waters.sea_cell(listed.lat_deg[rows], listed.lon_deg[rows])
    lat, lon = world.waters.place(cells)
    near = distance_m(lat, lon, listed.lat_deg[rows], listed.lon_deg[rows]) < HARBOUR_M
    first = np.zeros(len(rows), np.bool_)
    first[np.unique(cells, return_index=True)[1]] = True
    found = np.flatnonzero(near & first)
    return tuple((str(listed.name[rows[i]]), (float(lat[i]), float(lon[i]))) for i in found.tolist())


def harbour(world: World, draw: Draw) -> tuple[str, Place]:
    """One of the area's harbours: its name and its water."""
    known = harbours(world)
    return known[draw.pick(len(known))]


def sea(
    world: World,
    draw: Draw,
    *,
    shore_m: tuple[float, float] = (500.0, 1e9),
    port_m: float = 0.0,
    near: tuple[Place, float, float] | None = None,
    heard: bool = False,
) -> Place:
    """A place at sea.

    Args:
        world: whose sea.
        draw: the playing's chances.
        shore_m: how near to and far from the shore.
        port_m: no port nearer than this.
        near: a place, and how near to and far from it.
        heard: only where a small vessel is surely heard.
    """
    cells = world.waters.sea[draw.rng.integers(0, max(len(world.waters.sea), 1), TRIED)]
    lat, lon = world.waters.place(cells)
    good = world.waters.clear_m[cells] >= min(shore_m[0], 400.0)
    if near is not None:
        away_m = distance_m(np.array(near[0][0]), np.array(near[0][1]), lat, lon)
        good &= (away_m >= near[1]) & (away_m <= near[2])
    if heard:
        good &= world.reach.hears_vessels(lat, lon)
    if port_m:
        good &= nearest_port(lat, lon)[1] >= port_m
    good[good] = _off_shore(lat[good], lon[good], shore_m)
    if not good.any():
        raise RouteError("no such place at sea")
    at = int(np.flatnonzero(good)[0])
    return float(lat[at]), float(lon[at])


def _off_shore(lat: Floats, lon: Floats, shore_m: tuple[float, float]) -> Ints:
    metres = np.minimum(coast().distance_m(lat, lon), coast("neighbours").distance_m(lat, lon))
    return np.asarray((metres >= shore_m[0]) & (metres <= shore_m[1]))


def gate(world: World, draw: Draw, *, away_from: Place | None = None) -> Place:
    """Open water at the edge of the area, where ships come in and go out; not near another place if one is given."""
    lat, lon = world.waters.place(world.waters.gates)
    good = np.ones(len(lat), np.bool_)
    if away_from is not None:
        good &= distance_m(np.array(away_from[0]), np.array(away_from[1]), lat, lon) > min(
            CROSSING_M, 0.4 * _across_m(world)
        )
    rows = np.flatnonzero(good)
    at = rows[draw.pick(len(rows))]
    return float(lat[at]), float(lon[at])


def offing(before: Place, gate: Place) -> Place:
    """Where a vessel that leaves by a gate is out of everybody's hearing, or as far out as water reaches.

    Straight on as nearly as there is water; `before` is where she was before the gate.
    """
    way_m = np.arange(0.0, OFFING_M + 1.0, OFFING_STEP_M)[1:]
    on_deg = math.degrees(
        math.atan2((gate[1] - before[1]) * math.cos(math.radians(gate[0])), gate[0] - before[0])
    )
    best: tuple[float, Place] = (0.0, gate)
    for aside_deg in sorted(range(-90, 91, 10), key=abs):
        course = np.full(len(way_m), (on_deg + aside_deg) % 360.0)
        lat, lon = destination(np.full(len(way_m), gate[0]), np.full(len(way_m), gate[1]), course, way_m)
        land = is_land(lat, lon)
        clear = int(np.argmax(land)) if land.any() else len(way_m)
        if clear and way_m[clear - 1] > best[0]:
            best = float(way_m[clear - 1]), (float(lat[clear - 1]), float(lon[clear - 1]))
    return best[1]


def _across_m(world: World) -> float:
    """From corner to corner of the area."""
    area = world.area
    return apart_m((area.south_deg, area.west_deg), (area.north_deg, area.east_deg))


def edge(world: World, draw: Draw, beyond_m: float = 0.0) -> Place:
    """A place on the edge of the area or beyond it, where aircraft come in and go out."""
    around = draw.between(0.0, 360.0)
    area, middle = world.area, world.area.middle
    half_m = 111_195.0 * (area.north_deg - area.south_deg) / 2
    wide_m = 111_195.0 * (area.east_deg - area.west_deg) / 2 * math.cos(math.radians(middle[0]))
    cos, sin = abs(math.cos(math.radians(around))), abs(math.sin(math.radians(around)))
    out_m = min(half_m / max(cos, 1e-6), wide_m / max(sin, 1e-6))
    return ahead(middle, around, out_m + beyond_m)


def fields(world: World, kinds: Iterable[AirfieldKind] = OPEN, runway_m: float = 0.0) -> Ints:
    """Rows of the area's airfields of these kinds, with a runway no shorter where one is asked for."""
    listed = airfields()
    good = world.area.holds(listed.lat_deg, listed.lon_deg) & np.isin(
        listed.kind, [int(kind) for kind in kinds]
    )
    if runway_m:
        good &= listed.runway_m >= runway_m
    return np.flatnonzero(good)


def field(world: World, draw: Draw, kinds: Iterable[AirfieldKind] = OPEN, runway_m: float = 0.0) -> int:
    """One of the area's airfields."""
    rows = fields(world, kinds, runway_m)
    return int(rows[draw.pick(len(rows))])


def farmland(
    world: World, draw: Draw, *, field_m: float, shore_m: tuple[float, float] = (300.0, 1e9)
) -> Place:
    """A place on land, no airfield of any kind nearer than `field_m`."""
    area = world.area
    lat = draw.rng.uniform(area.south_deg, area.north_deg, TRIED)
    lon = draw.rng.uniform(area.west_deg, area.east_deg, TRIED)
    good = coast().on_land(lat, lon) & (nearest(lat, lon, kinds=ANY)[1] >= field_m)
    good[good] = _off_shore(lat[good], lon[good], shore_m)
    if not good.any():
        raise RouteError("no such place on land")
    at = int(np.flatnonzero(good)[0])
    return float(lat[at]), float(lon[at])


def abroad(world: World, draw: Draw) -> Place:
    """A place over sea, beyond the territorial sea of the covered countries, from where an aircraft may come."""
    middle = world.area.middle
    course = draw.rng.uniform(0.0, 360.0, TRIED)
    metres = draw.rng.uniform(30_000.0, 160_000.0, TRIED)
    lat, lon = destination(np.full(TRIED, middle[0]), np.full(TRIED, middle[1]), course, metres)
    good = ~is_land(lat, lon)
    good[good] = ~coast().within_m(lat[good], lon[good], 14 * NAUTICAL_MILE_M)
    if not good.any():
        raise RouteError("no sea beyond the territorial sea within 160 km")
    at = int(np.flatnonzero(good)[0])
    return float(lat[at]), float(lon[at])
