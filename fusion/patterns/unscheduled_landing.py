"""Unscheduled landing: an aircraft comes down where no landing was to be expected.

A landing is probable, never certain. Either the aircraft says that it is on
the ground after it has flown; or it falls silent low and coming down, while a
sound station goes on hearing others: the chance that it came down follows
from its height above the terrain (with the uncertainty of both), its descent,
and whether others are heard lower there. If it flies on, the flag is withdrawn.

Unscheduled means: not at an open aerodrome, and last seen making for one is
at one; or, while a list of expected movements is loaded, a light aircraft
from abroad at a known aerodrome for which the list holds no movement.
Headland sees no government filing and does not speak of any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fusion.coverage import bands, cells
from fusion.own_word import says_poor
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found, Verdict
from fusion.records import Records
from fusion.view import View, ramp
from geo.again import again
from geo.airfields import OPEN, AirfieldKind, airfields, nearest
from geo.batch import Bools, Floats, Ints
from geo.coast import coast
from geo.sphere import destination
from geo.terrain import elevation_m, sigma_m
from geo.waters import covered

_LIGHT = ("A1", "A7", "B1", "B4")
"""Emitter categories of general aviation: light, rotorcraft, glider, ultralight. A0 says nothing."""

_ASKED = ("on_ground", "landed_s", "heard_s", "alt_m", "found_s")
"""Columns of the state that say whether a landing is to be thought of."""

POOR_S = 120.0
"""A fix that was poor so shortly before was poor when it came down: on the ground an aircraft says little of it."""
SETTLED_S = 10.0
"""An aircraft that flies says so twice a second; one that has said ground for so long is on it."""


@dataclass(frozen=True, slots=True)
class UnscheduledLanding:
    """Comes down off any open aerodrome, or unexpected from abroad."""

    field_m: float = parameter(
        2000.0, "m", "reference points are good to 400 m, runways reach 1,600 m", 200, 10000
    )
    closed_m: float = parameter(1500.0, "m", "this near a disused field it is the disused field", 200, 10000)
    heliport_m: float = parameter(500.0, "m", "a helicopter this near a heliport has used it", 50, 5000)
    low_m: float = parameter(150.0, "m", "half of last contacts before a landing are below 190 ft", 30, 1000)
    high_m: float = parameter(450.0, "m", "nine in ten are below 990 ft: above 1,500 ft none", 100, 3000)
    descent_mps: float = parameter(1.5, "m/s", "300 ft/min: coming down on purpose", 0.1, 10)
    silence_s: float = parameter(120.0, "s", "a fade in the last turn is shorter", 30, 1800)
    sure_s: float = parameter(600.0, "s", "a landing is told for so long, then it is history", 60, 7200)
    glide_m: float = parameter(
        8000.0, "m", "how far ahead on its course an aerodrome may be its goal", 0, 50000
    )
    movement_s: float = parameter(3600.0, "s", "an expected movement matches within an hour", 300, 14400)
    adrift_m: float = parameter(
        15000.0, "m", "so far off the truth a craft may be that says its own fix is poor", 0, 100000
    )
    adrift_score: float = parameter(
        0.4, "", "of the score is left where such a one came down so near to an open aerodrome", 0, 1
    )
    abroad_score: float = parameter(
        0.7, "", "an arrival that no loaded movement expects, before calibration", 0, 1
    )

    name: ClassVar[str] = "unscheduled_landing"
    version: ClassVar[int] = 2
    every_s: ClassVar[float] = 10.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("probability_of_landing", "", None, 2),
        Factor("said_on_the_ground", "", None),
        Factor("height_above_ground", "m", "low_m"),
        Factor("height_uncertainty", "m"),
        Factor("climb_rate", "m/s", "descent_mps", 1),
        Factor("speed", "m/s", None),
        Factor("heard_lower_here", "reports"),
        Factor("distance_to_open_aerodrome", "m", "field_m"),
        Factor("distance_to_closed_aerodrome", "m", "closed_m"),
        Factor("arrival_without_expected_movement", ""),
        Factor("its_own_fix_is_poor", ""),
    )

    def find(self, view: View) -> Found:
        """Landings to be told at this tick, and those that proved to be none."""
        slots, now_s = view.aircraft, view.now_s
        s = {name: view.state[name][slots] for name in _ASKED}
        flying, said = s["on_ground"] != 1, now_s - s["landed_s"] <= self.sure_s
        # One wrong bit in flight is taken back by the next report; a landing is still a landing a moment later.
        ground = said & ~flying & (now_s - s["landed_s"] >= SETTLED_S)
        silent_s = now_s - s["heard_s"]
        lost = flying & (silent_s >= self.silence_s) & (silent_s <= self.sure_s)
        lost &= ~said & ~(s["alt_m"] > self.high_m + 1500.0)
        gone = slots[lost]
        sound = view.ears.heard_until_s(view.tracks(gone), now_s) - s["heard_s"][lost] >= self.silence_s
        flew_on = flying & ~said & (now_s - s["found_s"] <= 2 * self.every_s)
        flown = view.tracks(slots[flew_on])
        return Found.concat(
            [
                self._down(view, slots[ground], said=True),
                self._down(view, gone[sound], said=False),
                Found.judged(flown, Verdict.WRONG, flown["found_s"], len(self.factors)),
            ]
        )

    def _down(self, view: View, slots: Ints, *, said: bool) -> Found:
        if not len(slots):
            return Found.nothing(len(self.factors))
        s = view.tracks(slots)
        lat = s["landed_lat"] if said else s["lat"]
        lon = s["landed_lon"] if said else s["lon"]
        here = _ours(lat, lon)
        slots, s, lat, lon = slots[here], s[here], lat[here], lon[here]
        if not len(slots):
            return Found.nothing(len(self.factors))
        above_m, unsure_m = _height_above_ground(s, lat, lon)
        lower = _heard_lower(view, s)
        chance = np.ones(len(s)) if said else self._chance(s, above_m, unsure_m, lower)
        (_, open_m), (_, closed_m) = _open(lat, lon), _closed(lat, lon)
        elsewhere = ~self._at_field(s, lat, lon, open_m, said=said)
        unexpected = self._unexpected(view, s, lat, lon, ~elsewhere)
        score = chance * np.where(elsewhere, 0.95, np.where(unexpected, self.abroad_score, 0.0))
        # Where satellites are jammed an aircraft may be at an aerodrome and say that it is in a field beside it.
        down_s = s["landed_s"] if said else s["heard_s"]
        adrift = elsewhere & (says_poor(s) | (down_s - s["poor_s"] <= POOR_S)) & (open_m <= self.adrift_m)
        score *= np.where(adrift, self.adrift_score, 1.0)
        values = [chance, np.where(said, 1.0, np.nan), above_m, unsure_m, s["climb_mps"]]
        values += [np.hypot(s["east_mps"], s["north_mps"]), lower, open_m, closed_m]
        values += [np.where(unexpected, 1.0, np.nan), np.where(adrift, 1.0, np.nan)]
        findings = Findings.of(
            len(s),
            subject_a=s["entity"],
            start_s=down_s,
            lat_deg=lat,
            lon_deg=lon,
            score=score,
        )
        stacked = np.stack([np.broadcast_to(np.asarray(v, np.float64), len(s)) for v in values], axis=-1)
        return Found(findings, stacked).take(score > 0.0)

    def _chance(self, s: Records, above_m: Floats, unsure_m: Floats, lower: Ints) -> Floats:
        """Chance that an aircraft that fell silent so low has come down there."""
        # An uncertain height is pulled towards "cannot say": the ramp is entered at its near edge.
        low = ramp(above_m + 0.5 * unsure_m, self.high_m, self.low_m)
        slow = ramp(np.hypot(s["east_mps"], s["north_mps"]), 60.0, 25.0)
        down = np.maximum(ramp(-s["climb_mps"], 0.0, self.descent_mps), 0.7 * slow)
        # Where others are heard lower, a horizon does not explain the silence.
        floor = np.where(lower > 0, 1.0, 0.6)
        return np.asarray(low * down * floor)

    def _at_field(self, s: Records, lat: Floats, lon: Floats, open_m: Floats, *, said: bool) -> Bools:
        """Whether an open aerodrome explains the landing: there, or on its course below coverage."""
        _, pad_m = _heliport(lat, lon)
        at = (open_m <= self.field_m) | (pad_m <= self.heliport_m)
        if said:
            return at
        course = np.degrees(np.arctan2(s["east_mps"], s["north_mps"])) % 360.0
        for part in (0.25, 0.5, 0.75, 1.0):
            ahead = destination(lat, lon, course, np.full(len(s), part * self.glide_m))
            at = at | (_open(*ahead)[1] <= self.field_m)
        return at

    def _unexpected(self, view: View, s: Records, lat: Floats, lon: Floats, at_field: Bools) -> Bools:
        """A light aircraft from abroad at a known field, for which a loaded list holds no movement."""
        if view.movements is None:
            return np.zeros(len(s), np.bool_)
        light = np.isin(view.names.field("category", s["entity"], ""), _LIGHT)
        foreign = np.isfinite(s["first_lat"]) & ~_covered(s["first_lat"], s["first_lon"])
        row, _ = _open(lat, lon)
        callsign = view.names.field("callsign", s["entity"], "")
        expected = view.movements.expected(
            s["entity"], callsign, airfields().ident[row], s["heard_s"], self.movement_s
        )
        return np.asarray(at_field & light & foreign & ~expected)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        if not np.isnan(factors["arrival_without_expected_movement"]):
            return (
                "Aircraft from abroad has probably landed at a known aerodrome; no expected movement loaded."
            )
        field_km = factors["distance_to_open_aerodrome"] / 1000.0
        closed = factors["distance_to_closed_aerodrome"] <= self.closed_m
        where = "at a closed aerodrome" if closed else "off any aerodrome"
        how = "says it is on the ground" if not np.isnan(factors["said_on_the_ground"]) else "probably landed"
        return f"Aircraft {how} {where}, {field_km:.1f} km from the nearest open one."

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """None: the place is where it was last seen."""
        return None


def _height_above_ground(s: Records, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Height above the terrain and its standard deviation; a field's own elevation stands in within 3 km."""
    ground_m, unsure_m = _ground(lat, lon)
    return s["alt_m"] - ground_m, np.hypot(unsure_m, s["alt_sigma_m"])


def _ground_of(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """How high the ground is, and the standard deviation of that. Shapes: (n,) x2 -> (n,) x2."""
    ground_m, unsure_m = elevation_m(lat, lon), sigma_m(lat, lon)
    row, metres = nearest(lat, lon, kinds=[*OPEN, AirfieldKind.CLOSED])
    field_m = airfields().elevation_m[row]
    known = (metres <= 3000.0) & np.isfinite(field_m)
    return np.where(known, field_m, ground_m), np.where(known, 10.0, unsure_m)


# A landing is looked at sixty times before it is history, and stays where it is.
_covered = again(covered)
_ours = again(lambda lat, lon: coast().on_land(lat, lon) & covered(lat, lon))
_ground = again(_ground_of)
_open = again(lambda lat, lon: nearest(lat, lon, kinds=OPEN))
_closed = again(lambda lat, lon: nearest(lat, lon, kinds=[AirfieldKind.CLOSED]))
_heliport = again(lambda lat, lon: nearest(lat, lon, kinds=[AirfieldKind.HELIPORT]))


def _heard_lower(view: View, s: Records) -> Ints:
    """How many reports were ever heard from the bands below, about that place; from the lowest, in it."""
    band = bands(s["alt_m"], np.ones(len(s), np.bool_))
    heard = np.zeros(len(s), np.int64)
    for lower in range(1, max(int(band.max(initial=1)), 2)):
        key = cells(s["lat"], s["lon"], np.full(len(s), lower))
        heard += np.where((lower < band) | (band == 1), view.coverage.network.sums(key)[:, 0], 0)
    return heard


PATTERN = UnscheduledLanding
