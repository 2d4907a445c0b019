"""How vessels go about: passages between places, and the patterns of their trades.

In: places in degrees, speeds in m/s. Out: pieces of a `Way`. A passage follows the
water grid, off its corners by a drawn part of the room there is, so that no two ships
take one line; it is slow for its first and last few hundred metres where it begins or
ends at a berth. Nothing here checks for land: `mover_making.mover` holds the finished
track to the coast.
"""

from __future__ import annotations

import math

import numpy as np

from geo.batch import Floats
from geo.sphere import destination, distance_m
from headland.proving.routes import Way
from headland.proving.world import Draw, World
from headland.proving.world_places import Place, ahead, offing

HARBOUR_MPS = 3.0
SLOW_M = 700.0
TIDE_PERIOD_S = 44_714.0
"""The principal lunar tide, M2: 12.42 hours."""
LEEWAY = 0.03
"""A drifting hull makes about three hundredths of the wind (Allen and Plourde, USCG CG-D-08-99)."""
UNDER_WAY, AT_ANCHOR, RESTRICTED, MOORED, FISHING, SAILING = 0, 1, 3, 5, 7, 8


def passage(
    world: World,
    draw: Draw,
    begin: Place,
    end: Place,
    speed_mps: float,
    *,
    rest: tuple[bool, bool] = (True, True),
) -> Way:
    """From a place to another over water; `rest` says whether it begins and ends at a berth.

    What leaves by a gate goes on until no station of a coast can hear it: nothing ends in the middle of the sea.

    Raises:
        RouteError: no way over water, or too near to each other.
    """
    lat, lon = world.waters.route(begin, end)
    cells = world.waters.cell(lat, lon)
    room_m = np.minimum(0.4 * world.waters.clear_m[cells], 900.0)
    # A gate is a stretch of water, anything else a place to come to.
    room_m[[0, -1]] *= np.isin(cells[[0, -1]], world.waters.gates)
    off = draw.rng.uniform(0.0, 1.0, (2, len(lat)))
    lat, lon = destination(lat, lon, 360.0 * off[0], room_m * off[1])
    if not rest[1] and np.isin(cells[-1], world.waters.gates):
        out = offing((float(lat[-2]), float(lon[-2])), (float(lat[-1]), float(lon[-1])))
        lat, lon = np.append(lat, out[0]), np.append(lon, out[1])
    slow_mps = min(HARBOUR_MPS, speed_mps)
    speed = np.full(len(lat), speed_mps)
    legs_m = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    speed[0] = 0.0 if rest[0] else speed_mps
    # From the end backwards, so that the first leg keeps its place in the arrays.
    for at, slow in ((len(lat) - 1, rest[1]), (1, rest[0])):
        if slow and legs_m[at - 1] > 2.5 * SLOW_M:
            share = SLOW_M / legs_m[at - 1] if at == 1 else 1.0 - SLOW_M / legs_m[at - 1]
            lat = np.insert(lat, at, lat[at - 1] + share * (lat[at] - lat[at - 1]))
            lon = np.insert(lon, at, lon[at - 1] + share * (lon[at] - lon[at - 1]))
            speed = np.insert(speed, at, slow_mps if at == 1 else speed_mps)
            if at > 1:
                speed[at + 1] = slow_mps
    return Way.through(lat, lon, speed_mps=speed)


def joined(*ways: Way) -> Way:
    """Ways one after another; where one begins on the spot at which another ends, its first corner is dropped."""
    parts = [ways[0]]
    for way in ways[1:]:
        last = parts[-1]
        ends = (last.lat_deg[-1:], last.lon_deg[-1:])
        same = distance_m(*ends, way.lat_deg[:1], way.lon_deg[:1])[0] < 5.0
        parts.append(way.take(np.arange(1, len(way))) if same else way)
    return Way.concat([part for part in parts if len(part)])


def rows(
    centre: Place,
    course_deg: float,
    length_m: float,
    spacing_m: float,
    count: int,
    speed_mps: float,
    status: int = 0,
) -> Way:
    """Parallel lines up and down, as in a survey or a creeping-line search."""
    places: list[Place] = []
    for i in range(count):
        middle = ahead(centre, course_deg + 90.0, (i - (count - 1) / 2) * spacing_m)
        ends = [ahead(middle, course_deg + 180.0, length_m / 2), ahead(middle, course_deg, length_m / 2)]
        places += ends if i % 2 == 0 else ends[::-1]
    return along(places, speed_mps, status)


def along(places: list[Place], speed_mps: float, status: int = 0) -> Way:
    """Through places at one speed."""
    lat, lon = np.array(places).T
    return Way.through(lat, lon, speed_mps=speed_mps, status=status)


def wander(
    draw: Draw,
    begin: Place,
    course_deg: float,
    leg_m: tuple[float, float],
    count: int,
    speed_mps: float,
    status: int = 0,
) -> Way:
    """Legs of drawn length, each turned from the last by up to 75 degrees, now and then by twice that."""
    places, course = [begin], course_deg
    for _ in range(count):
        course += draw.between(-75.0, 75.0) * (2.0 if draw.chance(0.15) else 1.0)
        places.append(ahead(places[-1], course, draw.between(*leg_m)))
    return along(places, speed_mps, status)


def racetrack(
    centre: Place, course_deg: float, length_m: float, width_m: float, laps: int, speed_mps: float
) -> Way:
    """Round and round an oblong, at one speed."""
    half, side = length_m / 2, width_m / 2
    corner_deg, corner_m = math.degrees(math.atan2(side, half)), math.hypot(half, side)
    lap = [
        ahead(centre, course_deg + turn, corner_m)
        for turn in (-corner_deg, corner_deg, 180 - corner_deg, 180 + corner_deg)
    ]
    return along([*lap * laps, lap[0]], speed_mps)


def drift(world: World, draw: Draw, begin: Place, seconds: float, *, status: int = 0) -> Way:
    """Engine stopped: carried by the tide, which turns, and by the wind; the hull lies across it."""
    step_s = 300.0
    time_s = np.arange(step_s / 2, seconds, step_s)
    weather = world.weather
    phase = draw.between(0.0, 2 * math.pi)
    stream_mps = weather.tide_mps * np.cos(2 * np.pi * time_s / TIDE_PERIOD_S + phase)
    leeway_mps = LEEWAY * weather.wind_mps
    gust = draw.rng.normal(0.0, 0.06, (2, len(time_s)))
    east = _east(stream_mps, weather.tide_to_deg) + _east(leeway_mps, weather.wind_from_deg + 180.0) + gust[0]
    north = (
        _north(stream_mps, weather.tide_to_deg) + _north(leeway_mps, weather.wind_from_deg + 180.0) + gust[1]
    )
    places, speeds = [begin], [0.4]
    for way_east, way_north in zip(east, north, strict=True):
        speed = max(float(np.hypot(way_east, way_north)), 0.4)
        places.append(ahead(places[-1], math.degrees(math.atan2(way_east, way_north)), speed * step_s))
        speeds.append(speed)
    lat, lon = np.array(places).T
    across = (weather.wind_from_deg + 90.0 + draw.rng.normal(0.0, 6.0, len(lat))) % 360.0
    return Way.through(lat, lon, speed_mps=np.array(speeds), heading_deg=across, status=status)


def anchored(draw: Draw, place: Place, hours: float) -> Way:
    """At anchor: swinging in steps about the anchor with wind and tide."""
    steps = max(int(hours), 1)
    bearing = draw.between(0.0, 360.0)
    places = [place]
    for _ in range(steps):
        bearing += draw.between(30.0, 80.0)
        places.append(ahead(place, bearing, draw.between(50.0, 110.0)))
    lat, lon = np.array(places).T
    stay_s = np.full(len(lat), 3600.0 * hours / (steps + 1))
    return Way.through(lat, lon, speed_mps=0.4, stay_s=stay_s, status=AT_ANCHOR)


def _east(speed: Floats | float, course_deg: float) -> Floats:
    return np.asarray(speed * math.sin(math.radians(course_deg)))


def _north(speed: Floats | float, course_deg: float) -> Floats:
    return np.asarray(speed * math.cos(math.radians(course_deg)))
