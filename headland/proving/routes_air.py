"""How aircraft come and go: runways, departures, approaches, and the height that clears the ground.

In: a field of `geo.airfields`, or a place that is none. Out: pieces of a `Way` in degrees,
metres above mean sea level and metres per second.

A runway is the real one where its ends are known, landed on and left into the wind; else
a strip through the field's reference point, into the day's wind to the nearest ten degrees.
Its height is the field's elevation, else the terrain's. An aircraft stands at the threshold
before it rolls, and where it stopped after it landed: taxiing is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geo.airfields import airfields, runway_ends
from geo.batch import Floats
from geo.coast import coast
from geo.sphere import bearing_deg, destination, distance_m, wrapped_deg
from geo.terrain import elevation_m
from headland.proving.mover_crafts import CRAFTS, Craft
from headland.proving.routes import Motion, RouteError, Way
from headland.proving.world import Draw, World
from headland.proving.world_places import Place, ahead, apart_m

GLIDE = 0.0524
"""Three degrees: the slope of an approach."""
CLEAR_M = 120.0
"""How far above the ground an aircraft keeps that is neither leaving nor arriving."""
NEAR_FIELD_M = 7000.0
LEAVING_STEP_M, LEAVING_MOST_M, LEAVING_CLEAR_M = 20_000.0, 600_000.0, 200_000.0
"""From 12 km up an aerial on a hill of 600 m is seen over 550 km."""
LET_DOWN_M = 4000.0


@dataclass(frozen=True)
class Strip:
    """Where a run begins, which way it goes, how high and how long it is."""

    lat_deg: float
    lon_deg: float
    course_deg: float
    elevation_m: float
    length_m: float

    def along(self, metres: float) -> Place:
        """The place so far from the threshold in the runway's direction; negative is before it."""
        course = self.course_deg if metres >= 0 else self.course_deg + 180.0
        return ahead((self.lat_deg, self.lon_deg), course, abs(metres))


@dataclass(frozen=True)
class Pace:
    """How a craft is flown: speeds in m/s."""

    craft: str
    cruise_mps: float
    approach_mps: float

    @property
    def limits(self) -> Craft:
        """What the craft can do."""
        return CRAFTS[self.craft]

    @property
    def roll_m(self) -> float:
        """The run to take off or stop, with a margin."""
        return self.approach_mps**2 / (2 * self.limits.accel_mps2) + 60.0


def ground_m(place: Place) -> float:
    """Height of the terrain there, 0 at sea and off the grid."""
    return float(np.nan_to_num(elevation_m(np.array([place[0]]), np.array([place[1]])))[0])


def strip_at(world: World, place: Place, *, elevation: float | None = None, length_m: float = 600.0) -> Strip:
    """A strip with its middle at a place, into the wind."""
    course = round(world.weather.wind_from_deg / 10.0) * 10.0 % 360.0
    lat, lon = ahead(place, course + 180.0, length_m / 2)
    return Strip(lat, lon, course, ground_m(place) if elevation is None else elevation, length_m)


def strip_of(world: World, row: int) -> Strip:
    """The runway in use at a row of `airfields()`."""
    listed, ends = airfields(), runway_ends()
    place = (float(listed.lat_deg[row]), float(listed.lon_deg[row]))
    known_m = float(listed.elevation_m[row])
    elevation = ground_m(place) if np.isnan(known_m) else known_m
    mine = np.flatnonzero((ends.airfield == row) & ~ends.closed)
    if len(mine):
        off_wind = np.abs(wrapped_deg(ends.course_deg[mine] - world.weather.wind_from_deg))
        # Of parallel runways, the longest; and never across the wind where another lies along it.
        best = mine[np.lexsort((-ends.length_m[mine], np.round(off_wind / 30.0)))[0]]
        return Strip(
            float(ends.lat_deg[best]),
            float(ends.lon_deg[best]),
            float(ends.course_deg[best]),
            elevation,
            float(ends.length_m[best]),
        )
    length_m = float(listed.runway_m[row])
    return strip_at(world, place, elevation=elevation, length_m=600.0 if np.isnan(length_m) else length_m)


def departing(strip: Strip, pace: Pace, height_m: float, *, wait_s: float = 120.0, squawk: int = 7000) -> Way:
    """From standing at the threshold to climbing straight ahead, 2.5 km and more beyond."""
    out_m = pace.roll_m + max(2500.0, 40.0 * pace.approach_mps)
    places = [strip.along(0.0), strip.along(pace.roll_m), strip.along(out_m)]
    return _way(
        places,
        speed_mps=[0.0, pace.approach_mps, 0.6 * pace.approach_mps + 0.4 * pace.cruise_mps],
        alt_m=[strip.elevation_m, strip.elevation_m, strip.elevation_m + height_m],
        ground=[True, True, False],
        stay_s=[wait_s, 0.0, 0.0],
        squawk=squawk,
    )


def arriving(
    strip: Strip, pace: Pace, *, final_m: float = 5000.0, wait_s: float = 120.0, squawk: int = 7000
) -> Way:
    """From the beginning of a final approach down the glide to a standstill."""
    base_m = final_m + 0.3 * final_m
    places = [strip.along(-base_m), strip.along(-final_m), strip.along(-120.0), strip.along(pace.roll_m)]
    high_m = strip.elevation_m + GLIDE * final_m
    mean_mps = 0.5 * pace.approach_mps + 0.5 * pace.cruise_mps
    return _way(
        places,
        speed_mps=[mean_mps, 1.15 * pace.approach_mps, pace.approach_mps, pace.approach_mps],
        alt_m=[high_m, high_m, strip.elevation_m, strip.elevation_m],
        alt_from_m=[np.nan, np.nan, high_m, np.nan],
        ground=[False, False, False, True],
        stay_s=[0.0, 0.0, 0.0, wait_s],
        squawk=squawk,
    )


def through(
    places: list[Place], pace: Pace, level_m: float, *, speed_mps: float | None = None, squawk: int = 7000
) -> Way:
    """Over some places at one height."""
    return _way(places, speed_mps=speed_mps or pace.cruise_mps, alt_m=level_m, squawk=squawk)


def leaving(world: World, way: Way) -> Way:
    """A way of two corners or more that ends in the air goes straight on until nobody hears it, clear of the ground."""
    if way.ground[-1] or way.stay_s[-1] > 0.0:
        return way
    before, last = ((float(way.lat_deg[i]), float(way.lon_deg[i])) for i in (-2, -1))
    course = _bearing_deg(before, last)
    level_m = level_over([last, ahead(last, course, LEAVING_CLEAR_M)], float(way.alt_m[-1]))
    on_m = np.arange(LEAVING_STEP_M, LEAVING_MOST_M, LEAVING_STEP_M)
    here = np.full((3, len(on_m)), [[last[0]], [last[1]], [course]])
    lat, lon = destination(here[0], here[1], here[2], on_m)
    heard = world.reach.hears_aircraft(lat, lon, np.full(len(on_m), level_m), surely=False)
    if not heard.any():
        return way
    out = ahead(last, course, float(on_m[heard][-1]) + LEAVING_STEP_M)
    corner = {name: np.array([value]) for name, value in zip(("lat_deg", "lon_deg"), out, strict=True)}
    return Way.concat([way, way.take(np.array([-1])).replaced(alt_m=np.array([level_m]), **corner)])


def flight(
    begin: Strip, end: Strip, via: list[Place], pace: Pace, level_m: float, *, final_m: float = 5000.0
) -> Way:
    """From one runway to another over some places, at a height that clears the ground between."""
    level_m = level_over([begin.along(0.0), *via, end.along(0.0)], level_m)
    out = departing(begin, pace, level_m - begin.elevation_m)
    return Way.concat(
        [out, *([through(via, pace, level_m)] if via else []), arriving(end, pace, final_m=final_m)]
    )


def inbound(
    begin: Place, end: Strip, via: list[Place], pace: Pace, level_m: float, *, final_m: float = 5000.0
) -> Way:
    """From somewhere in the air to a runway."""
    level_m = level_over([begin, *via, end.along(0.0)], level_m)
    return Way.concat([through([begin, *via], pace, level_m), arriving(end, pace, final_m=final_m)])


def orbit(
    centre: Place, radius_m: float, turns: float, came: Place, goes: Place, *, sides: int = 12
) -> list[Place]:
    """Places of a circle flown clockwise, entered and left along its tangents, about so many turns."""
    begin_deg = _bearing_deg(came, centre) - 90.0
    extra_deg = (_bearing_deg(centre, goes) - 90.0 - begin_deg) % 360.0
    whole_deg = 360.0 * max(round(turns - extra_deg / 360.0), 0 if extra_deg > 60.0 else 1) + extra_deg
    count = max(round(whole_deg / 360.0 * sides), 2)
    return [ahead(centre, begin_deg + whole_deg * i / count, radius_m) for i in range(count + 1)]


def hops(places: list[Place], rests_s: list[float], speed_mps: float, height_m: float) -> Way:
    """A helicopter's way from one place on the ground to the next: up, across, down a short slope, and a rest.

    Three corners a hop beside the first place: over the start, before the end, the end.
    """
    parts = [_way(places[:1], alt_m=ground_m(places[0]), stay_s=rests_s[0], squawk=20)]
    for begin, end, rest_s in zip(places[:-1], places[1:], rests_s[1:], strict=True):
        level_m = level_over([begin, end], 0.0) - 250.0 + height_m
        parts.append(_hop(begin, end, rest_s, speed_mps, level_m))
    return Way.concat(parts)


def sortie(base: Place, task: Way, pace: Pace, *, waits_s: tuple[float, float] = (240.0, 300.0)) -> Way:
    """A helicopter from its base to a task in the air and back."""
    ends = [(float(task.lat_deg[i]), float(task.lon_deg[i])) for i in (0, -1)]
    level_m = level_over([base, *ends], float(task.alt_m.max()))
    up = _way([base], alt_m=ground_m(base), stay_s=waits_s[0], squawk=20)
    out = through(
        [ahead(base, _bearing_deg(base, ends[0]), 400.0)], pace, level_m, speed_mps=0.5 * pace.cruise_mps
    )
    if apart_m(base, ends[0]) > 2.5 * LET_DOWN_M:
        # High over the land, and down only where the task begins.
        short = ahead(ends[0], _bearing_deg(ends[0], base), LET_DOWN_M)
        out = Way.concat([out, through([short], pace, level_m)])
    return Way.concat([up, out, task, _hop(ends[1], base, waits_s[1], pace.cruise_mps, level_m)])


def errand(strip: Strip, pace: Pace, place: Place, radius_m: float) -> tuple[Way, Place, Way]:
    """From a runway to where one lets down towards a place, that spot, and from there home; high between."""
    level_m = level_over([strip.along(0.0), place], 450.0)
    spot = ahead(place, _bearing_deg(place, strip.along(0.0)), radius_m + LET_DOWN_M)
    over = through([spot], pace, level_m)
    return (
        Way.concat([departing(strip, pace, level_m - strip.elevation_m), over]),
        spot,
        Way.concat([over, arriving(strip, pace)]),
    )


def _hop(begin: Place, end: Place, rest_s: float, speed_mps: float, level_m: float) -> Way:
    course, down_m, slope_m = _bearing_deg(begin, end), ground_m(end), 900.0
    return _way(
        [ahead(begin, course, 400.0), ahead(end, course + 180.0, slope_m), end],
        speed_mps=[0.5 * speed_mps, speed_mps, 30.0],
        alt_m=[level_m, level_m, down_m],
        alt_from_m=[np.nan, np.nan, down_m + 130.0],
        stay_s=[0.0, 0.0, rest_s],
        squawk=20,
    )


def _bearing_deg(a: Place, b: Place) -> float:
    return float(bearing_deg(*(np.array(value) for value in (*a, *b))))


def level_over(places: list[Place], wished_m: float) -> float:
    """The wished height, or what clears the ground by 250 m along the way between these places."""
    lat = np.concatenate([np.linspace(a[0], b[0], 40) for a, b in pairwise(places)])
    lon = np.concatenate([np.linspace(a[1], b[1], 40) for a, b in pairwise(places)])
    return max(wished_m, float(np.nan_to_num(elevation_m(lat, lon)).max()) + 250.0)


def clear_of_ground(moved: Motion, fields: list[Place]) -> None:
    """Hold a flight to its height above the land, but near the fields it leaves or lands at.

    Raises:
        RouteError: it would come lower than `CLEAR_M` elsewhere.
    """
    far = np.ones(len(moved), np.bool_)
    for place in fields:
        far &= distance_m(np.array(place[0]), np.array(place[1]), moved.lat_deg, moved.lon_deg) > NEAR_FIELD_M
    ground: Floats = np.nan_to_num(elevation_m(moved.lat_deg, moved.lon_deg))
    low = np.flatnonzero(far & (moved.alt_m - ground < CLEAR_M))
    # The grid is coarse: it lets hills reach out over the sea beside them.
    if coast().on_land(moved.lat_deg[low], moved.lon_deg[low]).any():
        raise RouteError("a flight would come too near to the ground")


def light_pace(draw: Draw) -> Pace:
    """A light aircraft as it happens to be flown."""
    return Pace("light", draw.between(42.0, 62.0), draw.between(28.0, 34.0))


def _way(places: list[Place], **wished: object) -> Way:
    lat, lon = np.array(places).T
    return Way.through(lat, lon, **{name: np.asarray(value) for name, value in wished.items()})
