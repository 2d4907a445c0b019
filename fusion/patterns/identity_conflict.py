"""Identity conflict: a number that is not that of one craft.

Three kinds, each a sum of weights of evidence (`fusion.odds`):

* **Two places at once.** Word under one number comes from one place and from
  another in turn, neither within reach of the other, each going on by itself;
  surer where it comes sooner than one transmitter sends. An echo, a report
  that was held up and comes later, lies on the track itself, and is none.
* **A number that nobody issues**, borne by a craft under way: an MMSI with the
  digits of no country, an address of no state. Class A is fitted and surveyed;
  a set that its owner programs himself is often left as it came, so that class
  B and aircraft that carry no transponder need more than that.
* **Another number on the same hull.** One falls silent under way; where it
  should be by then, at its speed and on its course, another is heard for the
  first time, in water where ships are not first heard otherwise.

What a craft claims to be lowers a score and never silences it. Sources:
ITU-R M.585-9 (MMSI), ICAO Annex 10 volume III (addresses), IMO MSC.1/Circ.1252 (surveys of AIS).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from feeds.reports import Doubt, Source
from fusion.candidates import misnumbered, turning
from fusion.coverage import cells
from fusion.elsewhere import OTHER_S
from fusion.lookup import among
from fusion.numbers import unissued, wrong_imo
from fusion.odds import strongest, weighed, weight
from fusion.own_word import reception, says_poor
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found
from fusion.records import Records
from fusion.renamed import Pairs, pairs
from fusion.view import View, ramp
from geo.batch import Bools, Floats, Ints
from geo.ports import nearest_port
from geo.sphere import distance_m

_OWN = among(
    *(Source.AIS_A, Source.AIS_B, Source.AIS_TABLE),
    *(Source.ADSB, Source.ADSB_NT, Source.ADSB_TABLE),
)
_BY_OWNER = among(Source.AIS_B, Source.ADSB_NT)
_PLEASURE = (36, 37)
FRESH_S = 300.0
SMALL_M = 20.0


@dataclass(frozen=True, slots=True)
class IdentityConflict:
    """A number in two places, of nobody, or in another's stead."""

    two_prior: float = parameter(
        -3.0, "log odds", "of twenty numbers heard to and fro one is borne by two", -15, 0
    )
    two_turns: float = parameter(5.0, "", "so many changes of place are no chance", 3, 50)
    two_overlaps: float = parameter(2.0, "", "so many came sooner than one transmitter sends", 1, 50)
    two_apart_m: float = parameter(6000.0, "m", "apart: no error of a place is so large", 2000, 100000)
    echo_m: float = parameter(500.0, "m", "this near to where it has been it is an echo", 50, 5000)
    nobody_prior: float = parameter(
        -5.0, "log odds", "most odd numbers are of floats, tests and errors", -15, 0
    )
    nobody_heard: float = parameter(6.0, "reports", "so many are no wrong bits", 2, 100)
    under_way_mps: float = parameter(1.5, "m/s", "3 kn: no float, and no set on a bench", 0.2, 10)
    under_way_m: float = parameter(200.0, "m", "made good: no ship swinging at her anchor", 50, 5000)
    owner_weight: float = parameter(
        -3.0, "log odds", "sets that owners program bear such numbers by mistake", -10, 0
    )
    claim_weight: float = parameter(
        -1.0, "log odds", "a pleasure craft, or one below 20 m, by its own word", -1.5, 0
    )
    other_prior: float = parameter(-6.5, "log odds", "of 700 that are new one is an old one", -15, 0)
    other_young_s: float = parameter(1200.0, "s", "new is who was first heard so lately", 120, 7200)
    other_silence_s: float = parameter(5400.0, "s", "the longest silence that is bridged", 300, 21600)
    other_missed: float = parameter(6.0, "reports", "so many missed: it is silent indeed", 1, 100)
    settled_s: float = parameter(
        1200.0, "s", "a station first hears everybody when it is new itself", 60, 14400
    )
    reception: float = parameter(0.6, "", "heard so well there nobody is first heard by chance", 0.1, 1)
    port_m: float = parameter(2000.0, "m", "this near a port a set is switched on or off", 0, 20000)

    name: ClassVar[str] = "identity_conflict"
    version: ClassVar[int] = 1
    every_s: ClassVar[float] = 10.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("distance_apart", "m", "two_apart_m"),
        Factor("changes_of_place", "", "two_turns"),
        Factor("sooner_than_one_sends", "", "two_overlaps"),
        Factor("distance_to_own_track", "m", "echo_m"),
        Factor("number_that_nobody_issues", ""),
        Factor("reports", "reports", "nobody_heard"),
        Factor("made_good", "m", "under_way_m"),
        Factor("speed", "m/s", "under_way_mps", 1),
        Factor("silence_between", "s", "other_silence_s"),
        Factor("off_the_reckoned_place", "m"),
        Factor("reports_missed", "reports", "other_missed", 1),
        Factor("reception_there", "", "reception", 2),
        Factor("distance_to_port", "m", "port_m"),
        weight("prior"),
        weight("changes_of_place"),
        weight("overlaps"),
        weight("one_transmitter"),
        weight("distance"),
        weight("echo"),
        weight("nobodys_number"),
        weight("wrong_imo_number"),
        weight("reports_heard"),
        weight("being_under_way"),
        weight("set_programmed_by_its_owner"),
        weight("claims"),
        weight("several_bear_it"),
        weight("place"),
        weight("speed"),
        weight("course"),
        weight("silence"),
        weight("reception"),
        weight("new_stations"),
        weight("ports"),
    )

    def find(self, view: View) -> Found:
        """Numbers in two places, of nobody, or in another's stead, at this tick."""
        return strongest(Found.concat([self._two(view), self._nobody(view), self._other(view)]))

    def _two(self, view: View) -> Found:
        """One number in two places at once."""
        state, now_s = view.state, view.now_s
        slots = turning(state, now_s, FRESH_S, OTHER_S)
        if not len(slots):
            return Found.nothing(len(self.factors))
        s = view.tracks(slots)
        apart_m = distance_m(s["lat"], s["lon"], s["other_lat"], s["other_lon"])
        turns, overlaps = s["turns"].astype(float), s["overlaps"].astype(float)
        numbers = {
            "distance_apart": apart_m,
            "changes_of_place": turns,
            "sooner_than_one_sends": overlaps,
            "distance_to_own_track": s["echo_m"],
        }
        weights = {
            "prior": np.full(len(s), self.two_prior),
            "changes_of_place": 2.5 * ramp(turns, 2.0, self.two_turns),
            "overlaps": 3.0 * ramp(overlaps, 0.0, self.two_overlaps),
            # To and fro at the pace of one set: one receiver of satellites that cannot make up its mind.
            "one_transmitter": np.where(overlaps == 0, -4.0 * ramp(turns, 5.0, 12.0), 0.0),
            "distance": 1.5 * ramp(apart_m, self.two_apart_m / 3.0, self.two_apart_m),
            "echo": np.where(s["echo_m"] <= self.echo_m, -6.0, 0.0),
            # What nobody owns nobody has borrowed.
            "nobodys_number": np.where(unissued(s), -6.0, 0.0),
            "claims": np.where(says_poor(s), self.claim_weight, 0.0),
        }
        return self._found(s, s["other_since_s"], numbers, weights)

    def _nobody(self, view: View) -> Found:
        """A number that nobody issues, or a wrong IMO number, under way."""
        state, names, least_mps = view.state, view.names.settled, self.under_way_mps / 3.0
        slots = misnumbered(state, view.now_s, FRESH_S, least_mps, _OWN, names.entity, names.imo)
        if not len(slots):
            return Found.nothing(len(self.factors))
        s = view.tracks(slots)
        speed, nobody = np.hypot(s["east_mps"], s["north_mps"]), unissued(s)
        odd = (s["doubt"] & np.uint32(Doubt.IDENTITY_MESSAGE)) != 0
        imo = wrong_imo(view.names.field("imo", s["entity"], -1))
        good_m = distance_m(s["first_lat"], s["first_lon"], s["lat"], s["lon"])
        heard = s["own_heard"].astype(float)
        moves = np.minimum(
            ramp(good_m, self.under_way_m / 4.0, self.under_way_m),
            ramp(speed, self.under_way_mps / 3.0, self.under_way_mps),
        )
        weights = {
            "prior": np.full(len(s), self.nobody_prior),
            "nobodys_number": np.where(nobody, 3.0, np.where(odd, 1.0, -1.0)),
            "wrong_imo_number": np.where(imo, 0.5, 0.0),
            "reports_heard": 2.0 * ramp(heard, 2.0, self.nobody_heard),
            "being_under_way": 5.0 * moves - 2.5,
            "set_programmed_by_its_owner": np.where(_BY_OWNER[s["source"]], self.owner_weight, 0.0),
            "claims": np.where(_claims_small(view, s), self.claim_weight, 0.0),
            "several_bear_it": -3.0 * ramp(s["turns"].astype(float), 2.0, self.two_turns),
        }
        numbers = {
            "number_that_nobody_issues": np.where(nobody, 1.0, 0.0),
            "reports": heard,
            "made_good": good_m,
            "speed": speed,
        }
        return self._found(s, s["first_s"], numbers, weights)

    def _other(self, view: View) -> Found:
        """One hull under another number."""
        state, now_s = view.state, view.now_s
        two = pairs(state, now_s, self.other_young_s, self.other_silence_s, self.under_way_mps)
        likely = np.flatnonzero(two.place + two.speed + two.course + self.other_prior > -1.0)
        if not len(likely):
            return Found.nothing(len(self.factors))
        f, s = view.tracks(two.found[likely]), view.tracks(two.lost[likely])
        missed = (now_s - s["heard_s"]) / s["interval_s"] * reception(s)
        there = self._there(view, f["first_lat"], f["first_lon"])
        before = self._there(view, s["lat"], s["lon"])
        heard = np.minimum(np.minimum(there, before), np.minimum(reception(f), reception(s)))
        port_m = np.minimum(
            nearest_port(f["first_lat"], f["first_lon"])[1], nearest_port(s["lat"], s["lon"])[1]
        )
        numbers = {
            "silence_between": two.silence_s[likely],
            "off_the_reckoned_place": two.off_m[likely],
            "reports_missed": missed,
            "reception_there": heard,
            "distance_to_port": port_m,
        }
        weights = _agreement(two, likely) | {
            "prior": np.full(len(s), self.other_prior),
            "silence": -4.0 * (1.0 - ramp(missed, 2.0, self.other_missed)),
            "reception": -4.0 * (1.0 - ramp(heard, self.reception / 3.0, self.reception)),
            "new_stations": -8.0 * (1.0 - ramp(_settled_s(view, f), self.settled_s / 2.0, self.settled_s)),
            "ports": -6.0 * (1.0 - ramp(port_m, self.port_m / 2.0, self.port_m)),
        }
        return self._found(f, s["heard_s"], numbers, weights, s)

    def _there(self, view: View, lat: Floats, lon: Floats) -> Floats:
        return view.coverage.probability(cells(lat, lon, np.zeros(len(lat), np.int64)))

    def _found(
        self,
        s: Records,
        start_s: Floats,
        numbers: Mapping[str, Floats],
        weights: Mapping[str, Floats],
        before: Records | None = None,
    ) -> Found:
        score, table = weighed(self.factors, len(s), numbers, weights)
        columns = {} if before is None else {"subject_b": before["entity"]}
        findings = Findings.of(
            len(s),
            subject_a=s["entity"],
            start_s=start_s,
            lat_deg=s["lat"],
            lon_deg=s["lon"],
            score=score,
            **columns,
        )
        return Found(findings, table).take(score > 0.05)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        if not np.isnan(factors["distance_apart"]):
            return (
                f"One number is heard from two places {factors['distance_apart'] / 1852.0:.1f} nm apart, "
                f"to and fro {factors['changes_of_place']:.0f} times."
            )
        if not np.isnan(factors["silence_between"]):
            return (
                f"One fell silent under way, and {factors['silence_between'] / 60.0:.0f} min later another number was "
                f"first heard {factors['off_the_reckoned_place'] / 1852.0:.1f} nm from where it should have been, "
                "at its speed and on its course."
            )
        what = "a number that nobody issues" if factors["number_that_nobody_issues"] else "a wrong number"
        return f"Under way under {what}: {factors['made_good'] / 1852.0:.1f} nm made good since first heard."

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """None: the places say it."""
        return None


def _agreement(two: Pairs, rows: Ints) -> dict[str, Floats]:
    return {"place": two.place[rows], "speed": two.speed[rows], "course": two.course[rows]}


def _claims_small(view: View, s: Records) -> Bools:
    """Whether each says that it is a pleasure craft, or shorter than `SMALL_M`."""
    bow, stern = (view.names.field(name, s["entity"], np.nan) for name in ("bow_m", "stern_m"))
    length = bow + stern
    pleasure = np.isin(view.names.field("ship_type", s["entity"], -1), _PLEASURE)
    return np.asarray(pleasure | ((length > 0.0) & (length < SMALL_M)))


def _settled_s(view: View, f: Records) -> Floats:
    """How long every station that hears each had been hearing others when it was first heard."""
    known_s = np.append(view.ears.first_s, np.inf)[view.ears.rows(f["station"])]
    latest_s = np.where(np.isfinite(f["station_s"]), known_s, -np.inf).max(axis=1)
    return np.asarray(f["first_s"] - latest_s)


PATTERN = IdentityConflict
