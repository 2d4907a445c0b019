"""From corners to motion: a planned way, rounded where it turns and timed by what its craft can do.

In: a `Way`, corners in degrees with the speed and height wished on the leg that ends
at each. Out: a `Motion`, knots in time with place, speed, course, climb.

Corners become arcs as tight as the craft turns at that speed, or tighter and slower
where the legs are short. Speed is the highest that keeps to the wish, to what each
arc allows and to the craft's acceleration both ways; height likewise is the highest
within the wish that climbs and descends as the craft can. Both are lower envelopes,
taken with a running minimum forwards and one backwards.

Work is done on the conformal map of the British Isles (`geo.plane.project`); lengths
are divided by its scale, so speeds are true to 0.01 %. Beyond 48 to 62 degrees north
the map still serves, with a scale further from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Bools, Floats, Ints, column
from geo.plane import project, scale, unproject
from geo.sphere import bearing_deg
from headland.proving.mover_crafts import Craft
from headland.proving.routes_rounding import Rounded, rounded

SWING_S = 60.0
"""A craft at rest swings to its next course in its last minute there."""


class RouteError(ValueError):
    """A way that cannot be gone: over land, too tight, or no water leads there. Another draw may do."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Way(Batch):
    """Corners; each row also speaks for the leg that ends there, the first for the beginning.

    Columns:
        speed_mps: wished on the leg; in row 0 the speed at which it appears, 0 from rest.
        alt_m: height wished at the end of the leg, metres above mean sea level; NaN at sea.
        alt_from_m: height wished at its beginning, linear between; NaN for level.
        stay_s: rests here so long before it goes on; 0 passes. It ends at rest where this is not 0.
        ground: the leg is on the ground, runway or field.
        on: the transponder transmits on the leg.
        status: AIS navigation status on the leg; `rest_status` during the stay, -1 for the same.
        rest_on: whether it transmits during the stay.
        squawk: -1 none.
        heading_deg: where the bow points; NaN along the way.
    """

    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    speed_mps: Floats = column("f8", 0.0)
    alt_m: Floats = column("f8", np.nan)
    alt_from_m: Floats = column("f8", np.nan)
    stay_s: Floats = column("f8", 0.0)
    ground: Bools = column("?", missing=False)
    on: Bools = column("?", missing=True)
    rest_on: Bools = column("?", missing=True)
    rest_status: npt.NDArray[np.int8] = column("i1", -1)
    status: npt.NDArray[np.int8] = column("i1", 0)
    squawk: npt.NDArray[np.int16] = column("i2", -1)
    heading_deg: Floats = column("f8", np.nan)

    @classmethod
    def through(cls, lat: npt.ArrayLike, lon: npt.ArrayLike, **wished: npt.ArrayLike) -> Way:
        """Corners at these places; a single value of any other column holds for all of them."""
        lat, lon = np.atleast_1d(np.asarray(lat, np.float64)), np.atleast_1d(np.asarray(lon, np.float64))
        spread = {name: np.broadcast_to(value, lat.shape) for name, value in wished.items()}
        return cls.of(len(lat), lat_deg=lat, lon_deg=lon, **spread)

    def staying(self, seconds: float) -> Way:
        """The same way with a rest at its last corner."""
        stay_s = self.stay_s.copy()
        stay_s[-1] = seconds
        return self.replaced(stay_s=stay_s)


@dataclass(frozen=True, eq=False, kw_only=True)
class Motion(Batch):
    """Knots of a motion; `leg` is the row of `Way` whose leg, or stay where it rests, each belongs to."""

    time_s: Floats = column("f8", np.nan)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_m: Floats = column("f8", np.nan)
    sog_mps: Floats = column("f8", 0.0)
    cog_deg: Floats = column("f8", 0.0)
    climb_mps: Floats = column("f8", 0.0)
    leg: npt.NDArray[np.int64] = column("i8", 0)
    rests: Bools = column("?", missing=False)


def motion(way: Way, craft: Craft, begin_s: float) -> Motion:
    """The motion of a craft along a way, from `begin_s` on.

    Raises:
        RouteError: fewer than two corners, corners on top of each other, or a turn too tight.
    """
    x, y = project(way.lat_deg, way.lon_deg)
    try:
        path = rounded(x, y, way.speed_mps, way.stay_s > 0.0, craft)
    except ValueError as error:
        raise RouteError(str(error)) from error
    lat, lon = unproject(path.x_m, path.y_m)
    step_m = np.hypot(np.diff(path.x_m), np.diff(path.y_m)) / scale((lat[1:] + lat[:-1]) / 2)
    speed = _speeds(way, path, craft, step_m)
    moving_s = np.append(0.0, np.cumsum(2.0 * step_m / np.maximum(speed[1:] + speed[:-1], 1e-3)))
    row, nth = _with_rests(path.at_rest)
    stay_s = np.where(path.at_rest, way.stay_s[path.leg], 0.0)
    before_s = np.cumsum(stay_s) - stay_s
    waited_s = np.choose(nth, [np.zeros(len(row)), np.maximum(stay_s[row] - SWING_S, 0.0), stay_s[row]])
    time_s = moving_s[row] + before_s[row] + waited_s
    samples = Motion(
        time_s=begin_s + time_s,
        lat_deg=lat[row],
        lon_deg=lon[row],
        alt_m=_heights(way, path, row, time_s, craft),
        sog_mps=speed[row],
        cog_deg=_courses(lat, lon, path.at_rest, row, nth),
        climb_mps=np.zeros(len(row)),
        # The stretch that follows a sample is on the next sample's leg; at a rest both are the same.
        leg=np.append(path.leg[row][1:], path.leg[-1]),
        rests=np.append(np.diff(row) == 0, path.at_rest[-1]),
    )
    return _knots(samples, craft)


def _with_rests(at_rest: Bools) -> tuple[Ints, Ints]:
    """Each sample's row, rests three times over, and which of the three: arriving, about to swing, leaving."""
    times = np.where(at_rest, 3, 1)
    row = np.repeat(np.arange(len(at_rest)), times)
    return row, np.arange(len(row)) - (np.cumsum(times) - times)[row]


def _speeds(way: Way, path: Rounded, craft: Craft, step_m: Floats) -> Floats:
    """The highest speed at each sample within the wish, the turns and the acceleration. Shape: (m,)."""
    wish = np.minimum(np.minimum(way.speed_mps[path.leg], craft.top_mps), path.limit_mps)
    # Leaving a slow leg, a craft is still at its speed; entering one, already.
    wish[:-1] = np.where(np.diff(path.leg) > 0, np.minimum(wish[:-1], way.speed_mps[path.leg[1:]]), wish[:-1])
    wish[0] = min(way.speed_mps[0], wish[0])
    wish = np.where(path.at_rest, 0.0, wish)
    rise = 2.0 * craft.accel_mps2 * np.append(0.0, np.cumsum(step_m))
    return np.sqrt(np.maximum(envelope(wish**2, rise, rise), 0.0))


def envelope(wish: Floats, rise: Floats, fall: Floats) -> Floats:
    """The highest curve under `wish` that rises no faster than `rise` and falls no faster than `fall` rises.

    Shapes: (n,) x3 -> (n,); `rise` and `fall` rise throughout.
    """
    forwards = np.minimum.accumulate(wish - rise) + rise
    backwards: Floats = np.minimum.accumulate((forwards + fall)[::-1])[::-1] - fall
    return backwards


def _heights(way: Way, path: Rounded, row: Ints, time_s: Floats, craft: Craft) -> Floats:
    """The highest way through the air within the wish and the craft's rates. Shape: (samples with rests,)."""
    if not craft.flies:
        return np.full(len(row), np.nan)
    leg = path.leg[row]
    alt_from_m = np.where(np.isnan(way.alt_from_m), way.alt_m, way.alt_from_m)[leg]
    wish = alt_from_m + path.share[row] * (way.alt_m[leg] - alt_from_m)
    # The end of a leg is the beginning of the next: the lower of the two wishes holds there.
    joint = np.append(np.diff(leg) > 0, False)
    after = np.append(alt_from_m[1:], wish[-1])
    wish = np.where(joint, np.minimum(wish, after), wish)
    return envelope(wish, craft.climb_mps * time_s, craft.descent_mps * time_s)


def _courses(lat: Floats, lon: Floats, at_rest: Bools, row: Ints, nth: Ints) -> Floats:
    """Course at each sample, unwrapped; a rest keeps that of its arrival until it swings. Degrees."""
    step = np.unwrap(bearing_deg(lat[:-1], lon[:-1], lat[1:], lon[1:]), period=360.0)
    arriving, leaving = np.append(step[0], step), np.append(step, step[-1])
    at = np.where(
        at_rest[row], np.where(nth == 2, leaving[row], arriving[row]), (arriving + leaving)[row] / 2
    )
    return np.asarray(at)


def _knots(samples: Motion, craft: Craft) -> Motion:
    """Samples as knots: a step apart where something changes, further apart elsewhere."""
    begin, end = samples.time_s[0], samples.time_s[-1]
    time_s = np.append(np.arange(begin, end - craft.step_s / 2, craft.step_s), end)
    row = np.clip(np.searchsorted(samples.time_s, time_s, side="right") - 1, 0, len(samples) - 2)
    by_time, by_way = _shares(samples, row, time_s)
    told: dict[str, Any] = {name: _at(getattr(samples, name), row, by_time) for name in ("alt_m", "sog_mps")}
    told |= {name: _at(getattr(samples, name), row, by_way) for name in ("lat_deg", "lon_deg", "cog_deg")}
    told["climb_mps"] = np.zeros(len(time_s))
    leg, rests = samples.leg[row], samples.rests[row]
    if craft.flies:
        told["climb_mps"] = np.gradient(told["alt_m"], time_s)
    knots = Motion(**told | {"time_s": time_s, "leg": leg, "rests": rests})
    changes = np.abs(np.diff(told["cog_deg"])) > 0.2
    changes |= np.abs(np.diff(told["sog_mps"])) > 0.02
    changes |= (np.diff(leg) != 0) | (np.diff(rests) != 0)
    changes |= np.abs(np.diff(told["climb_mps"])) > 0.05
    keep = np.append(True, changes) | np.append(changes, True)
    keep |= np.arange(len(keep)) % max(round(craft.calm_s / craft.step_s), 1) == 0
    keep[[0, -1]] = True
    return knots.take(keep)


def _shares(samples: Motion, row: Ints, time_s: Floats) -> tuple[Floats, Floats]:
    """How far between two samples each time lies: of the time, and of the way at constant acceleration."""
    lasts_s = np.maximum(samples.time_s[row + 1] - samples.time_s[row], 1e-9)
    share = np.clip((time_s - samples.time_s[row]) / lasts_s, 0.0, 1.0)
    first, last = samples.sog_mps[row], samples.sog_mps[row + 1]
    mean = (first + last) / 2
    of_way = share * (first + share * (last - first) / 2) / np.maximum(mean, 1e-9)
    return share, np.where(mean > 1e-6, of_way, share)


def _at(values: Floats, row: Ints, share: Floats) -> Floats:
    return values[row] + share * (values[row + 1] - values[row])
