"""Position anomaly: a place that cannot be the place.

Three kinds, each a sum of weights of evidence (`fusion.odds`):

* **A leap.** What is said of a craft's place goes, from one report to the next,
  where nothing of its kind could have gone, and stays there, while the place
  where it was falls silent. One report, or three, are an error of reception.
* **Beyond the horizon** of every station that hears it, and yet heard as well
  as somebody near. Where others are heard from out there, it is a lift
  (waves bent in a duct over the sea), and no anomaly.
* **Interference.** Many craft about one place, whose fixes were sound, lose
  them or leap. That is one flag, about the area and nobody in it; what those in
  it say of their places then weighs less, and is not taken away.

What a craft says of its own fix lowers the score of a leap and never silences
it. Sources: RTCA DO-260B (NIC), ITU-R M.1371-5 (AIS), ITU-R P.310 (horizon).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from feeds.reports import Source
from fusion.candidates import heard_lately, leapt
from fusion.elsewhere import OUT_S
from fusion.interference import Area, Window, circle, disturbed, share_odds, within
from fusion.lookup import among
from fusion.odds import strongest, weighed, weight
from fusion.own_word import inland, reception, says_poor
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found, Verdict
from fusion.records import Records, picked
from fusion.view import View, ramp
from geo.batch import Bools, Floats
from geo.sphere import distance_m
from geo.units import KNOT_MPS

_OWN = among(Source.AIS_A, Source.AIS_B, Source.ADSB, Source.ADSB_NT)
"""Sent by the craft itself and by nobody in its name: who hears it, hears the craft."""
TOLD_S = 60.0
"""A leap back is told for so long, then it is history."""
TOGETHER_S = 120.0
"""Leaps no further apart in time may have one cause: a clock set right, a jammer switched on."""
MOST_ELSE, LEAST_ODDS = 9.5, -3.0
"""Of a place beyond the horizon: what all but distance and company can add at the most; below these odds nothing is told."""


@dataclass(frozen=True, slots=True)
class PositionAnomaly:
    """Says that it is where it cannot be."""

    leap_prior: float = parameter(
        -6.0, "log odds", "of 400 lasting leaps one is no setting up and no repair", -15, 0
    )
    leap_heard: float = parameter(6.0, "reports", "so many from the new place are no error", 2, 100)
    leap_missed: float = parameter(
        8.0, "reports", "so many missed from the old one: nobody is there any more", 2, 100
    )
    leap_others: float = parameter(2.0, "", "so many others leapt with it: a clock, or an area", 1, 50)
    echo_m: float = parameter(500.0, "m", "this near to where it has been it is an echo", 50, 5000)
    aircraft_interval_s: float = parameter(5.0, "s", "squitters closer together share one fade", 0.5, 60)
    beyond_prior: float = parameter(
        -9.0, "log odds", "places beyond the horizon are a lift, a mast or a wrong list", -15, 0
    )
    beyond_from: float = parameter(1.5, "", "horizons off: a tall mast on a good day carries so far", 1, 10)
    beyond_off: float = parameter(2.2, "", "horizons off: diffraction ends well before", 1.05, 20)
    beyond_heard: float = parameter(
        10.0, "reports", "so many heard show how well; waves that bend come and go", 3, 100
    )
    beyond_own: float = parameter(0.7, "", "heard so well it is near", 0.3, 1)
    lift_count: float = parameter(2.0, "", "so many others from out there are a lift", 1, 50)
    lift_m: float = parameter(150000.0, "m", "a duct opens a stretch of sea so wide", 10000, 1000000)
    mast_a_m: float = parameter(40.0, "m", "class A: on the mast of a large container ship", 5, 100)
    mast_b_m: float = parameter(15.0, "m", "class B: at the head of a yacht's mast", 1, 60)
    area_prior: float = parameter(
        -7.0, "log odds", "of a thousand looks one finds navigation disturbed", -20, 0
    )
    area_stations: float = parameter(
        3.0, "stations", "so many must have heard it: one may be at fault", 1, 20
    )
    area_memory_s: float = parameter(900.0, "s", "who was affected so lately counts", 60, 7200)
    area_spell_s: float = parameter(10.0, "s", "a fix is lost when it is poor for so long", 0, 600)
    area_link_m: float = parameter(80000.0, "m", "those no further apart share a cause", 5000, 500000)
    area_least_m: float = parameter(15000.0, "m", "who is not affected is sought so far about", 1000, 100000)
    ordinary_aircraft: float = parameter(0.03, "", "of aircraft lose a fix anyway", 0.001, 0.5)
    ordinary_vessels: float = parameter(0.15, "", "of vessels do: their one bit flickers", 0.001, 0.5)
    disturbed_share: float = parameter(0.8, "", "of craft lose it where navigation is disturbed", 0.5, 0.99)

    name: ClassVar[str] = "position_anomaly"
    version: ClassVar[int] = 2
    every_s: ClassVar[float] = 10.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("distance_leapt", "m"),
        Factor("time_for_it", "s"),
        Factor("reports_from_the_new_place", "reports", "leap_heard"),
        Factor("reports_missed_from_the_old_place", "reports", "leap_missed", 1),
        Factor("others_that_leapt_with_it", "", "leap_others"),
        Factor("horizons_off", "", "beyond_off", 2),
        Factor("own_reception", "", "beyond_own", 2),
        Factor("others_from_out_there", "", "lift_count"),
        Factor("aircraft_affected", "aircraft"),
        Factor("aircraft_unaffected", "aircraft"),
        Factor("vessels_affected", "vessels"),
        Factor("vessels_unaffected", "vessels"),
        Factor("craft_that_leapt", ""),
        Factor("stations_that_heard_it", "stations", "area_stations"),
        Factor("radius", "m"),
        weight("prior"),
        weight("distance"),
        weight("reports_heard"),
        weight("reports_missed"),
        weight("reception"),
        weight("several_stations"),
        weight("lying_inland"),
        weight("others_alike"),
        weight("two_transmitters"),
        weight("being_an_echo"),
        weight("saying_its_fix_is_poor"),
        weight("interference_there"),
        weight("aircraft"),
        weight("vessels"),
        weight("leaps"),
    )

    def find(self, view: View) -> Found:
        """Areas, leaps and places beyond the horizon at this tick."""
        window = Window(self.area_memory_s, self.area_spell_s, self.area_link_m, self.area_least_m)
        area = disturbed(view.state, view.vessels, view.now_s, window)
        found, area = self._area(area)
        return strongest(Found.concat([self._leaps(view, area), self._beyond(view, area), found]))

    def _area(self, area: Area | None) -> tuple[Found, Area | None]:
        """The finding about the area, and the area where it is likelier than not."""
        if area is None or area.stations < self.area_stations:
            return Found.nothing(len(self.factors)), None
        flying = share_odds(area.aircraft, area.sound_aircraft, self.ordinary_aircraft, self.disturbed_share)
        sailing = share_odds(area.vessels, area.sound_vessels, self.ordinary_vessels, self.disturbed_share)
        numbers = {
            "aircraft_affected": area.aircraft,
            "aircraft_unaffected": area.sound_aircraft,
            "vessels_affected": area.vessels,
            "vessels_unaffected": area.sound_vessels,
            "craft_that_leapt": area.leapt,
            "stations_that_heard_it": area.stations,
            "radius": area.radius_m,
        }
        weights = {
            "prior": self.area_prior,
            "aircraft": flying,
            # Hills shield vessels that aircraft do not have, so sound ones do not acquit; and a bit is no measurement.
            "vessels": min(max(sailing, 0.0), 9.0),
            "leaps": 4.0 * max(area.leapt - 1, 0),
        }
        score, table = weighed(
            self.factors, 1, {n: np.array([float(v)]) for n, v in numbers.items()}, weights
        )
        findings = Findings.of(
            1,
            start_s=np.array([area.since_s]),
            lat_deg=np.array([area.lat_deg]),
            lon_deg=np.array([area.lon_deg]),
            score=score,
        )
        return Found(findings, table).take(score > 0.05), area if score[0] >= 0.5 else None

    def _leaps(self, view: View, area: Area | None) -> Found:
        slots = leapt(view.state, view.now_s, OUT_S, TOLD_S, 600.0)
        if not len(slots):
            return Found.nothing(len(self.factors))
        s, all_leaps = view.tracks(slots), view.state["leap_s"]
        back = np.isfinite(s["leap_back_s"])
        missed = self._missed(s, view.vessels[slots], back)
        others = (np.abs(all_leaps[None, :] - s["leap_s"][:, None]) <= TOGETHER_S).sum(axis=1) - 1.0
        two = (s["turns"] >= 3) & (~back | (s["overlaps"] > 0))
        weights = {
            "prior": np.full(len(s), self.leap_prior),
            "distance": 2.5 * ramp(s["leap_m"] / s["leap_reach_m"], 1.0, 2.0),
            "reports_heard": 2.0 * ramp(s["leap_heard"].astype(float), 2.0, self.leap_heard),
            "reports_missed": 3.5 * ramp(missed, 2.0, self.leap_missed),
            "others_alike": -3.0 * ramp(others, 0.0, self.leap_others),
            "two_transmitters": np.where(two, -6.0, 0.0),
            # Back to where it has been: late word of it, or a clock set right.
            "being_an_echo": np.where(s["echo_m"] <= self.echo_m, -4.0, 0.0),
            "saying_its_fix_is_poor": np.where(says_poor(s), -1.0, 0.0),
            "interference_there": np.where(within(area, s["leap_lat"], s["leap_lon"]), -4.0, 0.0),
        }
        numbers = {
            "distance_leapt": s["leap_m"],
            "time_for_it": s["leap_gap_s"],
            "reports_from_the_new_place": s["leap_heard"],
            "reports_missed_from_the_old_place": missed,
            "others_that_leapt_with_it": others,
        }
        score, table = weighed(self.factors, len(s), numbers, weights)
        verdict = np.where(two, int(Verdict.WRONG), np.where(back, int(Verdict.OVER), int(Verdict.HOLDS)))
        findings = Findings.of(
            len(s),
            subject_a=s["entity"],
            start_s=s["leap_s"],
            end_s=s["leap_back_s"],
            lat_deg=s["lat"],
            lon_deg=s["lon"],
            score=score,
            verdict=verdict.astype(np.uint8),
        )
        return Found(findings, table)

    def _missed(self, s: Records, vessel: Bools, back: Bools) -> Floats:
        """Reports that should have come from the old place since, were the craft still there."""
        since_s = np.where(back, s["leap_s"], np.fmax(s["leap_s"], s["other_s"]))
        until_s = np.where(back, s["leap_back_s"], s["fixed_s"])
        home_s = np.where(np.isfinite(s["leap_interval_s"]), s["leap_interval_s"], s["interval_s"])
        interval_s = np.where(vessel, home_s, np.maximum(home_s, self.aircraft_interval_s))
        return np.asarray(np.maximum(until_s - since_s, 0.0) / interval_s * reception(s))

    def _beyond(self, view: View, area: Area | None) -> Found:
        nothing = Found.nothing(len(self.factors))
        if view.horizon is None:
            return nothing
        slots = heard_lately(view.state, view.now_s, 240.0, _OWN)
        s = view.tracks(slots)
        off = view.horizon.off(s, view.now_s, 240.0, (self.mast_a_m, self.mast_b_m))
        far = off > 1.0
        if not far.any():
            return nothing
        slots, s, off = slots[far], picked(s, np.flatnonzero(far)), off[far]
        apart_m = distance_m(s["lat"][:, None], s["lon"][:, None], s["lat"], s["lon"])
        others = (apart_m <= self.lift_m).sum(axis=1) - 1.0
        alike, distance = (
            -6.0 * ramp(others, 0.0, self.lift_count),
            6.0 * ramp(off, self.beyond_from, self.beyond_off),
        )
        # Most of those are out there together, in a lift; what land lies there need not be asked of them.
        some = np.flatnonzero(self.beyond_prior + distance + alike + MOST_ELSE > LEAST_ODDS)
        if not len(some):
            return nothing
        slots, s, off, others = slots[some], picked(s, some), off[some], others[some]
        own, heard_by = reception(s), (view.now_s - s["station_s"] <= 240.0).sum(axis=1)
        weights = {
            "prior": np.full(len(s), self.beyond_prior),
            "distance": distance[some],
            "reports_heard": 2.0 * ramp(s["own_due"].astype(float), 2.0, self.beyond_heard),
            "reception": 4.0 * ramp(own, 0.2, self.beyond_own),
            "several_stations": np.where(heard_by >= 2, 1.5, 0.0),
            "lying_inland": np.where(inland(s, view.vessels[slots]), 2.0, 0.0),
            "others_alike": alike[some],
            "saying_its_fix_is_poor": np.where(says_poor(s), -1.0, 0.0),
            "interference_there": np.where(within(area, s["lat"], s["lon"]), -4.0, 0.0),
        }
        numbers = {
            "horizons_off": off,
            "own_reception": own,
            "others_from_out_there": others,
            "stations_that_heard_it": heard_by,
        }
        score, table = weighed(self.factors, len(s), numbers, weights)
        out = (s["leap_s"] > s["first_s"]) & ~np.isfinite(s["leap_back_s"])
        findings = Findings.of(
            len(s),
            subject_a=s["entity"],
            start_s=np.where(out, s["leap_s"], s["first_s"]),
            lat_deg=s["lat"],
            lon_deg=s["lon"],
            score=score,
        )
        return Found(findings, table).take(score > 0.05)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        if not np.isnan(factors["radius"]):
            lost = factors["aircraft_affected"] + factors["vessels_affected"]
            return (
                f"Satellite navigation is disturbed: within {factors['radius'] / 1000.0:.0f} km {lost:.0f} craft "
                f"lost their fix and {factors['craft_that_leapt']:.0f} leapt, heard by "
                f"{factors['stations_that_heard_it']:.0f} stations."
            )
        if not np.isnan(factors["distance_leapt"]):
            knots = factors["distance_leapt"] / max(factors["time_for_it"], 1.0) / KNOT_MPS
            return (
                f"Position leapt {factors['distance_leapt'] / 1852.0:.1f} nm within {factors['time_for_it']:.0f} s, "
                f"as if at {knots:.0f} kn, and stayed there for {factors['reports_from_the_new_place']:.0f} reports."
            )
        return (
            f"Position is {factors['horizons_off']:.1f} times as far off as the nearest station that hears it can "
            f"hear, and {100.0 * factors['own_reception']:.0f} % of what it sends is heard."
        )

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """The circle that holds all who are affected, as a GeoJSON polygon; None for one craft."""
        if np.isnan(factors["radius"]):
            return None
        return circle(float(finding.lat_deg[0]), float(finding.lon_deg[0]), factors["radius"])


PATTERN = PositionAnomaly
