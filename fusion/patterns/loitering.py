"""Loitering: a vessel or a low aircraft that stays where such craft have no evident reason to stay.

A vessel, in one of two ways. Within half an hour she moves and gets nowhere,
slower than anything with an errand, as a hull that drifts or waits does. Or
in half an hour, or three quarters of one, she goes at a steady speed, never
slow, but over the same water again and again, so that her way is many times
as long as the box she stays in. Neither counts in a port, where ships are
known to stop, in a crowd, or beyond the coastal belt. An aircraft: it has
turned twice round or more, low, within a few miles, over or beside the sea,
and not in the circuit of an open aerodrome.

What a craft claims of itself lowers the score and never silences it; a claim
that her own behaviour and place bear out (a trawler at the speed of towing, a
dredger that goes to and fro, a tug within reach of a port) lowers it further.
What cannot be seen: weather, a skipper's reason, a rod over the side. Scores
are products of ramps, each a named reason; they are not yet calibrated.
Thresholds of peers: Global Fishing Watch (2 kn over hours, beyond 20 nm),
RTEC (1,800 s, excludes the coast): neither looks where this one looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fusion.pairs import vessels_about
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found
from fusion.records import Records
from fusion.view import View, ramp
from geo.airfields import OPEN, nearest
from geo.batch import Bools, Floats, Ints
from geo.coast import coast
from geo.ports import nearest_port
from geo.sun import elevation_deg
from geo.units import KNOT_MPS

_EVIDENT = np.array([30, 31, 32, 33, 34, 35, 50, 51, 52, 53, 54, 55, 58])
"""Ship types whose trade is to stay: fishing, towing, dredging, diving, military, pilot, rescue, tug ..."""
_WORKS = np.array([31, 32, 33, 34])
"""Of them those that say so while they work: restricted in their ability to manoeuvre."""
_SERVES = np.array([31, 32, 50, 52, 53, 54])
"""Of them those that serve a port and its ships. Rescue is not among them: whoever likes calls himself a lifeboat."""
FRESH_S = 600.0
"""Who was heard so lately is there."""
_FISHING_VESSEL = 30
_RESTRICTED, _FISHING = 3, 7
"""Navigation statuses."""


@dataclass(frozen=True, slots=True)
class Loitering:
    """Stays about one place without an evident reason."""

    window_s: float = parameter(1800.0, "s", "shorter waits are ordinary seamanship", 600, 7200)
    radius_m: float = parameter(1500.0, "m", "a mile across: drifting, or a box being worked", 100, 20000)
    wander_ratio: float = parameter(
        6.5, "", "path over reach: three times to and fro has 6, a square twice round 11", 2, 20
    )
    path_m: float = parameter(700.0, "m", "less than this in the window is lying still", 100, 10000)
    slow_mps: float = parameter(
        1.2, "m/s", "2.3 kn: slower than gear is towed, and than a yacht in light airs", 0.5, 10
    )
    drift_mps: float = parameter(
        0.8, "m/s", "1.6 kn: so slow nobody makes a passage, however straight", 0.2, 3
    )
    box_window_s: float = parameter(
        2700.0, "s", "at a steady speed: three times round takes so long", 600, 7200
    )
    still_mps: float = parameter(0.2, "m/s", "slower than any tide: made fast or at anchor", 0.05, 1)
    still_share: float = parameter(
        0.3, "", "of the time; a ferry at its berth lies still for most", 0.05, 0.9
    )
    port_m: float = parameter(3000.0, "m", "in and about a port waiting is ordinary", 0, 20000)
    offshore_m: float = parameter(44448.0, "m", "24 nautical miles: the contiguous zone", 1000, 200000)
    crowd_count: float = parameter(
        6.0, "vessels", "a place with so many about is a regatta or a roadstead", 1, 100
    )
    claim_weight: float = parameter(
        0.75, "", "a trade that explains staying lowers the score to this part", 0.3, 1
    )
    borne_out_weight: float = parameter(
        0.4, "", "and to this, where her behaviour and her place bear the claim out", 0.1, 1
    )
    tow_mps: float = parameter(1.2, "m/s", "2.3 kn: gear is towed faster than a hull drifts", 0.2, 3)
    work_s: float = parameter(
        5400.0,
        "s",
        "who says that she works at the bottom has so long to show it: a line takes an hour",
        600,
        7200,
    )
    service_m: float = parameter(
        9260.0, "m", "a tug or a pilot waits for a ship within five miles of the port", 1000, 50000
    )
    day_weight: float = parameter(0.85, "", "by daylight those who stay are mostly out for pleasure", 0.3, 1)
    air_window_s: float = parameter(1200.0, "s", "a hold or a look round takes less", 300, 3600)
    air_turn_deg: float = parameter(
        720.0, "deg", "no airliner en route turned so much (0 of 1,052)", 360, 7200
    )
    air_radius_m: float = parameter(6000.0, "m", "an orbit over one place", 500, 20000)
    air_alt_m: float = parameter(1000.0, "m", "low enough to see or be seen by a boat", 100, 5000)
    air_shore_m: float = parameter(8000.0, "m", "over the sea, or this near to it", 0, 100000)
    air_field_m: float = parameter(5000.0, "m", "nearer an open aerodrome it is a circuit", 0, 20000)

    name: ClassVar[str] = "loitering"
    version: ClassVar[int] = 2
    every_s: ClassVar[float] = 60.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("time_observed", "s", "window_s"),
        Factor("path", "m", "path_m"),
        Factor("distance_made_good", "m"),
        Factor("reach", "m", "radius_m"),
        Factor("mean_speed", "m/s", "slow_mps", 1),
        Factor("share_of_time_still", "", "still_share", 2),
        Factor("turned", "deg", "air_turn_deg"),
        Factor("height", "m", "air_alt_m"),
        Factor("distance_to_shore", "m", "offshore_m"),
        Factor("distance_to_port", "m", "port_m"),
        Factor("distance_to_aerodrome", "m", "air_field_m"),
        Factor("vessels_about", "vessels", "crowd_count"),
        Factor("trade_that_explains_it", "", "claim_weight"),
        Factor("trade_borne_out", "", "borne_out_weight"),
        Factor("sun_elevation", "deg", None),
    )

    def find(self, view: View) -> Found:
        """Vessels and aircraft that loiter at this tick."""
        fresh = view.now_s - view.state["fixed_s"] <= self.every_s * 3
        return Found.concat(
            [self._vessels(view, fresh & view.vessels), self._aircraft(view, fresh & ~view.vessels)]
        )

    def _vessels(self, view: View, among: Bools) -> Found:
        slots = np.flatnonzero(among & (view.now_s - view.state["first_s"] >= 0.6 * self.window_s))
        moved = view.motion(slots, self.window_s, self.still_mps)
        score = np.maximum(self._staying(moved), self._circling(moved, self.window_s))
        # Who came further in the shorter window has no box in the longer one.
        maybe = np.flatnonzero(
            (moved["reach_m"] <= 2.0 * self.radius_m) | (self.box_window_s < self.window_s)
        )
        boxed = view.motion(slots[maybe], self.box_window_s, self.still_mps)
        boxed_score = self._circling(boxed, self.box_window_s)
        better = boxed_score > score[maybe]
        moved[maybe[better]], score[maybe[better]] = boxed[better], boxed_score[better]
        likely = score > 0.0
        slots, moved, score = slots[likely], moved[likely], score[likely]
        return self._weighed(view, slots, moved, score) if len(slots) else self._nothing()

    def _staying(self, moved: Records) -> Floats:
        """How far each moves, slower than any passage, and gets nowhere. Shape: (n,) `MOTION` -> (n,)."""
        score = ramp(moved["reach_m"], 2.0 * self.radius_m, self.radius_m)
        score *= ramp(moved["path_m"], 0.5 * self.path_m, self.path_m)
        # A hull adrift may go straight with the stream; what is a little faster may be a passage, unless it winds.
        adrift = ramp(moved["mean_mps"], self.slow_mps, self.drift_mps)
        winding = ramp(moved["path_m"] / np.maximum(moved["shift_m"], 50.0), 1.5, 3.0)
        score *= np.maximum(adrift, winding * ramp(moved["mean_mps"], 1.5 * self.slow_mps, self.slow_mps))
        return score * ramp(moved["heard_s"], 0.3 * self.window_s, 0.8 * self.window_s)

    def _circling(self, moved: Records, window_s: float) -> Floats:
        """How far each goes at a steady speed over the same water, again and again. Shape: (n,) `MOTION` -> (n,)."""
        often = moved["path_m"] / np.maximum(moved["reach_m"], 50.0)
        score = ramp(moved["reach_m"], 1.5 * self.radius_m, self.radius_m)
        score *= ramp(often, 0.7 * self.wander_ratio, self.wander_ratio)
        score *= ramp(moved["mean_mps"], 0.8 * self.slow_mps, 1.2 * self.slow_mps)
        return score * ramp(moved["heard_s"], 0.5 * window_s, 0.8 * window_s)

    def _weighed(self, view: View, slots: Ints, moved: Records, score: Floats) -> Found:
        """What stays, in the light of where it is and what it says of itself."""
        s = view.tracks(slots)
        lat, lon = moved["centre_lat"], moved["centre_lon"]
        shore_m, (_, port_m) = coast().distance_m(lat, lon), nearest_port(lat, lon)
        about = vessels_about(view.state, s["lat"], s["lon"], self.radius_m, view.now_s, FRESH_S)
        about = np.maximum(about - 1, 0)  # herself
        claims, borne_out = self._claims(view, slots, moved, port_m)
        still = moved["slow_s"] / np.maximum(moved["heard_s"], 1.0)
        sun_deg = elevation_deg(np.full(len(s), view.now_s), lat, lon)
        score = (
            score
            * ramp(still, 2.0 * self.still_share, self.still_share)
            * ramp(shore_m, 1.5 * self.offshore_m, self.offshore_m)
            * ramp(port_m, 0.5 * self.port_m, 1.5 * self.port_m)
            * np.where(view.stops.ordinary(s["lat"], s["lon"]), 0.4, 1.0)
            * (1.0 - 0.7 * ramp(about.astype(float), 2.0, self.crowd_count))
            * np.where(borne_out, self.borne_out_weight, np.where(claims, self.claim_weight, 1.0))
            * np.where(sun_deg > 0.0, self.day_weight, 1.0)
        )
        nan = np.full(len(slots), np.nan)
        values = [moved["heard_s"], moved["path_m"], moved["shift_m"], moved["reach_m"], moved["mean_mps"]]
        values += [still, nan, nan, shore_m, port_m, nan, about]
        values += [np.where(each, 1.0, np.nan) for each in (claims, borne_out)]
        return _found(s, moved, score, [*values, sun_deg])

    def _claims(self, view: View, slots: Ints, moved: Records, port_m: Floats) -> tuple[Bools, Bools]:
        """Whether a trade that she claims explains her staying, and whether what is seen of her bears it out."""
        s = view.tracks(slots)
        kind, status = view.names.field("ship_type", s["entity"], -1), s["status"]
        fishes = (kind == _FISHING_VESSEL) | (status == _FISHING)
        tows = moved["mean_mps"] >= self.tow_mps
        works = np.isin(kind, _WORKS) & (status == _RESTRICTED)
        long = view.motion(slots, self.work_s, self.still_mps)
        # To and fro: a stream that carries a hull does not turn so soon.
        came = (long["heard_s"] < 0.8 * self.work_s) | (long["mean_mps"] > 1.5 * self.slow_mps)
        works &= came | (long["path_m"] >= 1.5 * long["shift_m"])
        serves = np.isin(kind, _SERVES) & (port_m <= self.service_m)
        return np.isin(kind, _EVIDENT) | fishes, (fishes & tows) | works | serves

    def _nothing(self) -> Found:
        return Found.nothing(len(self.factors))

    def _aircraft(self, view: View, among: Bools) -> Found:
        low = ~(view.state["alt_m"] > self.air_alt_m) & (view.state["on_ground"] != 1)
        slots = np.flatnonzero(among & low)
        moved = view.motion(slots, self.air_window_s, self.still_mps)
        round_and_round = (np.abs(moved["turn_deg"]) >= 0.5 * self.air_turn_deg) & (
            moved["reach_m"] <= 2 * self.air_radius_m
        )
        slots, moved = slots[round_and_round], moved[round_and_round]
        if not len(slots):
            return self._nothing()
        s, lat, lon = view.tracks(slots), moved["centre_lat"], moved["centre_lon"]
        shore = coast()
        shore_m = np.where(shore.on_land(lat, lon), shore.distance_m(lat, lon), 0.0)
        _, field_m = nearest(lat, lon, kinds=OPEN)
        score = (
            ramp(np.abs(moved["turn_deg"]), 0.5 * self.air_turn_deg, self.air_turn_deg)
            * ramp(moved["reach_m"], 2.0 * self.air_radius_m, self.air_radius_m)
            * ramp(moved["high_alt_m"], 1.5 * self.air_alt_m, self.air_alt_m)
            * ramp(shore_m, 1.5 * self.air_shore_m, self.air_shore_m)
            * ramp(field_m, 0.6 * self.air_field_m, 1.2 * self.air_field_m)
            * np.where(view.names.field("category", s["entity"], "") == "B1", 0.5, 1.0)
        )
        nan = np.full(len(slots), np.nan)
        values = [moved["heard_s"], moved["path_m"], moved["shift_m"], moved["reach_m"], moved["mean_mps"]]
        values += [nan, np.abs(moved["turn_deg"]), s["alt_m"], shore_m, nan, field_m, nan, nan, nan, nan]
        return _found(s, moved, score, values)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        minutes, reach_km = factors["time_observed"] / 60.0, factors["reach"] / 1000.0
        if np.isnan(factors["turned"]):
            knots = factors["mean_speed"] / KNOT_MPS
            return (
                f"Vessel has stayed within {reach_km:.1f} km for {minutes:.0f} min at a mean {knots:.1f} kn, "
                f"{factors['distance_to_shore'] / 1852.0:.1f} nm off, {factors['distance_to_port'] / 1852.0:.1f} nm "
                "from the nearest port."
            )
        return (
            f"Aircraft has turned {factors['turned']:.0f} degrees within {reach_km:.1f} km in {minutes:.0f} min, "
            f"last at {factors['height']:.0f} m, {factors['distance_to_shore'] / 1000.0:.1f} km from the sea."
        )

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """None: the place and the reach say it."""
        return None


def _found(s: Records, moved: Records, score: Floats, values: list[Floats]) -> Found:
    findings = Findings.of(
        len(s),
        subject_a=s["entity"],
        start_s=moved["from_s"],
        lat_deg=s["lat"],
        lon_deg=s["lon"],
        score=score,
    )
    return Found(findings, np.stack([np.asarray(v, np.float64) for v in values], axis=-1))


PATTERN = Loitering
