"""Dark transponder: a silence that reception does not explain.

Dark is a probability with a number, not a timer. While a thing is silent its
way is reckoned on; along it the coverage model says how many of the reports
that were due should have been heard. Misses come in bursts (a funnel, a
crane, a fade in a turn), so silence is judged by a mixture with a long tail:
(1 + missed / burst) ** -burst. To it is added the share of visits to that
water that end in silence anyway, for a horizon ends tracks without any
switch; of ships under way if it was. With the share of silences that are switched off (`prior`) the sum,
P(silent | on), gives the score by Bayes' rule.

Where the places of stations are listed, their horizons say more. Beyond the
horizon of every one of them no report is missed. Well within those of two
that live, reports are supposed to be heard and silences to be no horizon's,
until enough was learned there to know (`fusion.horizon`).

No claim is made where nobody is heard, where no station that heard it is
alive and well, or where nobody else is heard near its way; a thing that may
have come to a berth is not dark. The way ends at the shore. Ideas: Hammond
and Peters 2012 (coverage before alerts), Ford et al. 2018 (a probability).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fusion.coverage import UNDER_WAY_MPS, bands, cells
from fusion.horizon import Reach
from fusion.own_word import reception as own_reception
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found, Verdict
from fusion.proven_ears import MOVERS, ears_that_lost, others_heard
from fusion.records import Records
from fusion.view import View, ramp
from geo.again import again
from geo.batch import Bools, Floats, Ints
from geo.coast import coast
from geo.ports import nearest_port
from geo.sphere import destination
from geo.terrain import elevation_m

WAY_POINTS = 12
"""Places along the reckoned way at which coverage is asked: one a cell for most silences."""
PARTS = np.concatenate([[0.0], (np.arange(WAY_POINTS) + 0.5) / WAY_POINTS])
"""Parts of a silence at which the places are, that of the loss first."""
MIDDLE = 1 + WAY_POINTS // 2
CIRCLE_POINTS = 32
HOUR_S = 3600.0
"""A station's usual rate is that of its last hour; it says nothing of silences before."""
_HOMING = ("lat", "lon", "alt_m", "east_mps", "north_mps", "heard_s", "loss_counted_s", "cell")
"""Columns of the state that say whether a silence is to be thought of."""
LEAST_SCORE = 0.05
"""Less is no finding."""


@dataclass(frozen=True)
class _Way:
    """Places on the reckoned way, that of the loss first, and whether it has ended there. Shapes: (n, 1 + WAY_POINTS)."""

    lat: Floats
    lon: Floats
    alt_m: Floats
    ended: Bools


@dataclass(frozen=True, slots=True)
class DarkTransponder:
    """Silent where it should have been heard."""

    prior: float = parameter(
        0.03, "", "three silences in a hundred that nothing explains are a switch turned off", 0.0001, 0.5
    )
    burst: float = parameter(1.0, "", "misses come in bursts: 1 makes their length exponential", 0.2, 20)
    one_ear: float = parameter(0.8, "", "of the exponent is left where one ear alone lost it", 0.1, 1)
    vessel_silence_s: float = parameter(
        600.0, "s", "shorter silences are daily life on the Solent", 60, 86400
    )
    aircraft_silence_s: float = parameter(240.0, "s", "a turn or a hill hides an aircraft for less", 30, 3600)
    aircraft_interval_s: float = parameter(5.0, "s", "squitters closer together share one fade", 0.5, 60)
    habit_due: float = parameter(10.0, "reports", "with fewer due its own habit is not known", 2, 100)
    others_count: float = parameter(
        2.0,
        "",
        "so many others heard about its way, or with others further stations that heard it, prove the ears",
        1,
        50,
    )
    vessel_near_m: float = parameter(10000.0, "m", "others this near share its reception", 500, 100000)
    aircraft_near_m: float = parameter(40000.0, "m", "as above, for aircraft no higher than it", 1000, 300000)
    reception_least: float = parameter(0.25, "", "with less of its way in hearing the score falls", 0.01, 1)
    alive_s: float = parameter(300.0, "s", "others and stations heard so lately are heard now", 30, 3600)
    port_m: float = parameter(2000.0, "m", "this near a port a silence is a berth", 0, 20000)
    berth_mps: float = parameter(1.5, "m/s", "slower than 3 kn it may be coming alongside", 0, 10)
    low_m: float = parameter(600.0, "m", "an aircraft below this may be landing, which is not dark", 0, 3000)
    level_mps: float = parameter(
        1.5, "m/s", "one that sinks no faster than 300 ft/min is not letting down", 0, 10
    )
    near_ground_m: float = parameter(
        150.0, "m", "below it one may come down before it is heard again", 0, 1000
    )
    low_heard: float = parameter(
        0.1, "", "such a share of reports heard from half its height shows a landing", 0, 1
    )

    name: ClassVar[str] = "dark_transponder"
    version: ClassVar[int] = 2
    every_s: ClassVar[float] = 30.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("silence", "s", None),
        Factor("reports_missed", "reports", None, 1),
        Factor("probability_of_silence_if_on", "", None, 4),
        Factor("tracks_that_end_here", "", None, 4),
        Factor("reception_on_its_way", "", None, 2),
        Factor("own_reception_before", "", None, 2),
        Factor("others_heard_about_it", "", "others_count"),
        Factor("speed_at_loss", "m/s", "berth_mps", 1),
        Factor("distance_to_port", "m", "port_m"),
        Factor("height_at_loss", "m", "low_m"),
        Factor("stations_in_reach", "stations"),
        Factor("stations_that_lost_it", "stations"),
        Factor("steadiness_of_reception", "", None, 3),
    )

    def find(self, view: View) -> Found:
        """Things dark at this tick, silences that ended, and silences that were the station's."""
        s, now_s = view.state, view.now_s
        least_s = np.where(view.vessels, self.vessel_silence_s, self.aircraft_silence_s)
        back = (now_s - s["found_s"] <= 2 * self.every_s) & (s["found_s"] - s["lost_s"] >= least_s)
        silent = (now_s - s["heard_s"] >= least_s) & MOVERS[s["source"]]
        silent &= (s["own_due"] >= self.habit_due) & (s["on_ground"] != 1)
        slots = np.flatnonzero(silent)
        until_s = view.ears.heard_until_s(view.tracks(slots), now_s)
        lost_ears = now_s - until_s > self.alive_s
        dark = self._dark(view, slots[~lost_ears], until_s[~lost_ears])
        # A station that is lost long after takes nothing back: what was silent to it while it was sound, was silent.
        heard_s = s["heard_s"][slots]
        unproven = np.where(
            np.isfinite(until_s), until_s - heard_s < least_s[slots], now_s - heard_s <= HOUR_S
        )
        deaf, width = s[slots[lost_ears & unproven]], len(self.factors)
        return Found.concat(
            [
                dark,
                Found.judged(deaf, Verdict.WRONG, deaf["heard_s"], width),
                Found.judged(s[back], Verdict.OVER, s["found_s"][back], width),
            ]
        )

    def _dark(self, view: View, slots: Ints, until_s: Floats) -> Found:
        thinkable = self._thinkable(view, slots, until_s)
        slots, until_s = slots[thinkable], until_s[thinkable]
        if not len(slots):
            return Found.nothing(len(self.factors))
        s, vessel = view.tracks(slots), view.vessels[slots]
        silence_s, sog_mps = until_s - s["heard_s"], np.hypot(s["east_mps"], s["north_mps"])
        way = self._way(s, vessel, sog_mps, silence_s)
        reach = view.reach(s, (way.lat, way.lon, way.alt_m), until_s, self.alive_s)
        own = own_reception(s)
        interval_s = np.where(vessel, s["interval_s"], np.maximum(s["interval_s"], self.aircraft_interval_s))
        chance = self._chance(view, vessel, way, reach)
        # One heard of those that share a fade is enough to end a silence.
        of_each = np.minimum(chance, own[:, None])
        sharing = interval_s / np.maximum(s["interval_s"], 0.1)
        reception = (1.0 - (1.0 - of_each) ** sharing[:, None]).mean(axis=1)
        missed = reception * np.maximum(silence_s, 0.0) / interval_s
        # A horizon says nothing of berths: it makes no silence strange that may be one.
        safe = np.where(sog_mps < self.berth_mps, 0.0, reach.visits[:, 0])
        counted = (s["loss_counted_s"] == s["heard_s"]).astype(np.int64)
        usual = view.coverage.loss_rate(s["cell"], counted, sog_mps >= UNDER_WAY_MPS, safe)
        ears = ears_that_lost(view, s, until_s, self.alive_s)
        # Whom fades took before, and who is heard by one ear alone, is lost for longer at a time.
        steady = (1.0 - (1.0 - own) ** sharing) * np.where(ears > 1, 1.0, self.one_ear)
        unlucky = np.minimum((1.0 + missed / self.burst) ** (-self.burst * steady) + usual, 1.0)
        others, proven = self._proven(view, slots, way, until_s, ears)
        _, port_m = _port(s["lat"], s["lon"])
        score = self._by_bayes(unlucky) * proven
        # Who was under way so near to a port may have come to it while nobody heard; and a way that lies where hardly
        # anybody is heard proves little, however long it is silent: a horizon may cut the cell in which it was lost.
        score *= np.where(vessel, ramp(port_m, 0.0, self.port_m), 1.0) * ramp(
            reception, 0.0, self.reception_least
        )
        values = [silence_s, missed, unlucky, usual, reception, own, others, sog_mps]
        values += [np.where(vessel, port_m, np.nan), s["alt_m"], reach.stations[:, 0], ears, steady]
        columns = {
            "subject_a": s["entity"],
            "start_s": s["heard_s"],
            "lat_deg": s["lat"],
            "lon_deg": s["lon"],
        }
        findings = Findings.of(len(s), score=score, **columns)
        return Found(findings, np.stack([np.asarray(v, np.float64) for v in values], axis=-1)).take(
            score > LEAST_SCORE
        )

    def _proven(
        self, view: View, slots: Ints, way: _Way, until_s: Floats, ears: Ints
    ) -> tuple[Floats, Floats]:
        """Others heard about the middle of each way, and how far they and further ears prove the ears, 0 to 1. Shapes: (n,)."""
        near_m = np.where(view.vessels[slots], self.vessel_near_m, self.aircraft_near_m)
        middle = way.lat[:, MIDDLE], way.lon[:, MIDDLE]
        others = others_heard(view, slots, middle, (until_s, self.alive_s), near_m)
        # Two ears do not fail at once; that both are well was asked before.
        further = np.where(others > 0.0, ears - 1, 0)
        return others, ramp(others + further, 0.0, self.others_count)

    def _by_bayes(self, unlucky: Floats) -> Floats:
        return np.asarray(self.prior / (self.prior + (1.0 - self.prior) * unlucky))

    def _thinkable(self, view: View, slots: Ints, until_s: Floats) -> Bools:
        """Which silences can score at all: no berth, no landing, and not where every other track ends. Shape: (n,).

        Most of what has fallen silent is home, and asking so first saves reckoning its way. What the horizons could
        say for a silence at the most is taken for granted: whatever scores, is asked in full.
        """
        s, vessel = {name: view.state[name][slots] for name in _HOMING}, view.vessels[slots]
        sog_mps = np.hypot(s["east_mps"], s["north_mps"])
        slow = sog_mps < self.berth_mps
        most = 0.0 if view.horizon is None else view.horizon.parameters.horizon_visits
        counted = (s["loss_counted_s"] == s["heard_s"]).astype(np.int64)
        usual = view.coverage.loss_rate(
            s["cell"], counted, sog_mps >= UNDER_WAY_MPS, np.where(slow, 0.0, most)
        )
        thinkable = np.asarray(self._by_bayes(np.minimum(usual, 1.0)) > LEAST_SCORE)
        low = np.flatnonzero(thinkable & ~vessel & ~(s["alt_m"] > self.low_m))
        thinkable[low] = self._heard_down(view, slots[low], until_s[low])
        slow &= vessel
        thinkable[slow] &= ~self._berthed(view, s["lat"][slow], s["lon"][slow])
        return np.asarray(thinkable)

    def _heard_down(self, view: View, slots: Ints, until_s: Floats) -> Bools:
        """Which low aircraft flew level where a landing would have been heard half the way down. Shape: (n,)."""
        s = view.tracks(slots)
        ground_m = np.nan_to_num(elevation_m(s["lat"], s["lon"]))
        above_m = s["alt_m"] - ground_m
        place = s["lat"], s["lon"], ground_m + 0.5 * above_m
        reach = view.reach(
            s, (s["lat"][:, None], s["lon"][:, None], place[2][:, None]), until_s, self.alive_s
        )
        cell = cells(*place[:2], bands(place[2], np.ones(len(s), np.bool_)))
        chance = view.coverage.probability(cell, reach.heard[:, 0], reach.due[:, 0])
        level = (above_m > self.near_ground_m) & (s["climb_mps"] > -self.level_mps)
        return np.asarray(level & (chance >= self.low_heard) & ~reach.beyond[:, 0])

    def _berthed(self, view: View, lat: Floats, lon: Floats) -> Bools:
        return np.asarray((_port(lat, lon)[1] < self.port_m) | view.stops.ordinary(lat, lon))

    def _way(self, s: Records, vessel: Bools, sog_mps: Floats, silence_s: Floats) -> _Way:
        """Where each would have been while silent."""
        after_s = np.maximum(silence_s, 0.0)[:, None] * PARTS
        shape = after_s.shape
        course = np.degrees(np.arctan2(s["east_mps"], s["north_mps"])) % 360.0
        from_lat, from_lon, course = (
            np.broadcast_to(each[:, None], shape).ravel() for each in (s["lat"], s["lon"], course)
        )
        lat, lon = destination(from_lat, from_lon, course, (sog_mps[:, None] * after_s).ravel())
        alt_m = s["alt_m"][:, None] + np.nan_to_num(s["climb_mps"])[:, None] * after_s
        # A ship's way ends at the shore, an aircraft's at the ground.
        ended = np.where(vessel[:, None], coast().on_land(lat, lon).reshape(shape), alt_m < 0.0)
        ended[:, 0] = False  # where it was last heard it was, whatever the coast says
        ended = np.logical_or.accumulate(ended, axis=1)
        return _Way(lat.reshape(shape), lon.reshape(shape), alt_m, ended)

    def _chance(self, view: View, vessel: Bools, way: _Way, reach: Reach) -> Floats:
        """Chance of hearing each on its way, the place of its loss left out. Shape: (n, WAY_POINTS)."""
        lat, lon, alt_m = (each[:, 1:].ravel() for each in (way.lat, way.lon, way.alt_m))
        band = bands(alt_m, np.repeat(~vessel, WAY_POINTS))
        heard, due = reach.heard[:, 1:].ravel(), reach.due[:, 1:].ravel()
        chance = view.coverage.probability(cells(lat, lon, band), heard, due).reshape(-1, WAY_POINTS)
        return np.where((way.ended | reach.beyond)[:, 1:], 0.0, chance)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        what = "Vessel" if np.isnan(factors["height_at_loss"]) else "Aircraft"
        return (
            f"{what} silent for {factors['silence'] / 60.0:.0f} min while about "
            f"{factors['reports_missed']:.0f} of its reports should have been heard; "
            f"{factors['others_heard_about_it']:.0f} others were heard about its way."
        )

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """The circle that it could have reached at its speed when lost, as a GeoJSON polygon."""
        radius_m = max(factors["speed_at_loss"], 1.0) * factors["silence"]
        bearing = np.linspace(0.0, 360.0, CIRCLE_POINTS + 1)
        centre = np.full_like(bearing, finding.lat_deg[0]), np.full_like(bearing, finding.lon_deg[0])
        lat, lon = destination(*centre, bearing, np.full_like(bearing, min(radius_m, 500_000.0)))
        ring = [[round(float(x), 4), round(float(y), 4)] for x, y in zip(lon, lat, strict=True)]
        ring[-1] = ring[0]
        return {"type": "Polygon", "coordinates": [ring[::-1] if math.isfinite(radius_m) else ring]}


_port = again(nearest_port)
PATTERN = DarkTransponder
