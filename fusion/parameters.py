"""Numbers that decide something: each with a default, a unit, a reason and bounds.

A set of parameters is a frozen dataclass whose fields are made by
`parameter`. The settings file, `--set`, the documentation and the flags'
`pattern.parameters` all read the same fields, so a number has one home.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


def parameter(default: float, unit: str, why: str, low: float, high: float) -> Any:
    """Declare a number: its unit, the reason for its default, and the range a user may choose from."""
    return field(default=default, metadata={"unit": unit, "why": why, "low": low, "high": high})


def check_bounds(parameters: Any) -> None:
    """Refuse a set of parameters with a number outside its declared bounds.

    Raises:
        ValueError: names the number, its value and the bounds.
    """
    for each in fields(parameters):
        low, high = each.metadata.get("low"), each.metadata.get("high")
        value = getattr(parameters, each.name)
        if low is not None and not low <= value <= high:
            raise ValueError(f"{each.name} = {value} is outside {low} to {high} {each.metadata['unit']}")


def as_numbers(parameters: Any) -> dict[str, float]:
    """The numbers by name, as a flag quotes them."""
    return {name: float(value) for name, value in asdict(parameters).items()}


@dataclass(frozen=True, slots=True)
class FlagParameters:
    """Which findings become flags, and how often a flag may speak again."""

    min_score: float = parameter(0.5, "", "more likely than not", 0.05, 0.99)
    hold_ratio: float = parameter(
        0.6, "", "an open flag holds down to this part of min_score, so that it does not flicker", 0.1, 1.0
    )
    linger_s: float = parameter(
        300.0, "s", "a behaviour that pauses this long is still the same episode", 0, 86400
    )
    update_s: float = parameter(300.0, "s", "a growing flag is told anew no more often than this", 0, 86400)


@dataclass(frozen=True, slots=True)
class EngineParameters:
    """How reports are ordered, fused, remembered and forgotten."""

    tick_s: float = parameter(
        5.0, "s", "half the shortest class A interval under way, times ten pings", 1, 60
    )
    lateness_s: float = parameter(10.0, "s", "a volunteer's uplink and clock; later reports are late", 0, 600)
    unify_ais_s: float = parameter(2.0, "s", "receivers stamp AIS to the second", 0, 10)
    unify_modes_s: float = parameter(0.4, "s", "an aircraft squitters a position every 0.4 to 0.6 s", 0, 5)
    vessel_acceleration_mps2: float = parameter(
        0.1, "m/s2", "a ship's unmodelled acceleration: 2 kn in 10 s", 0.001, 5
    )
    aircraft_acceleration_mps2: float = parameter(
        3.0, "m/s2", "a standard turn at 140 kn pulls 3.7 m/s2", 0.01, 50
    )
    vessel_manoeuvre_s: float = parameter(
        10.0, "s", "how long such an acceleration of a ship lasts", 0.1, 600
    )
    aircraft_manoeuvre_s: float = parameter(
        5.0, "s", "how long such an acceleration of an aircraft lasts", 0.1, 60
    )
    gate: float = parameter(
        30.0, "", "chi-square with two degrees: one honest report in three million is refused", 5, 1000
    )
    reseed_count: float = parameter(
        3, "reports", "as many refused reports that agree with each other are the truth", 2, 20
    )
    coast_s: float = parameter(600.0, "s", "a track unheard for longer is started anew when heard", 30, 7200)
    gap_s: float = parameter(60.0, "s", "a silence this long is remembered as a gap", 10, 3600)
    vessel_sample_s: float = parameter(30.0, "s", "history: 256 samples hold two hours of a ship", 1, 600)
    aircraft_sample_s: float = parameter(
        8.0, "s", "history: 256 samples hold half an hour of an aircraft", 1, 600
    )
    vessel_reach_mps: float = parameter(
        45.0,
        "m/s",
        "87 kn: faster than any ferry or patrol boat; what lies farther cannot be reached",
        5,
        200,
    )
    aircraft_reach_mps: float = parameter(
        450.0, "m/s", "an airliner with the strongest jet stream behind it, and half as much again", 50, 2000
    )
    vessel_slack_m: float = parameter(
        2000.0, "m", "errors of places, and of clocks: a fast ferry runs so far in two minutes", 100, 50000
    )
    aircraft_slack_m: float = parameter(
        10000.0, "m", "the same for an airliner: 40 s of its way", 1000, 200000
    )
    presence_s: float = parameter(
        600.0, "s", "between two hearings no further apart a transmitter is taken to have been on", 30, 7200
    )
    forget_s: float = parameter(21600.0, "s", "a thing unheard for six hours is forgotten", 600, 604800)
    forget_name_s: float = parameter(
        604800.0,
        "s",
        "a ship says who she is every six minutes: a name unsaid for a week is over",
        3600,
        31536000,
    )
    idle_s: float = parameter(
        3600.0,
        "s",
        "when nobody has been heard for an hour, the network is down, and time stands still",
        60,
        86400,
    )
    # The horizon of stations whose place is known (`fusion.horizon`); without a list of stations none of it counts.
    earth_factor: float = parameter(
        4.0 / 3.0, "", "a standard atmosphere bends waves as if the earth were a third larger", 1.0, 2.0
    )
    antenna_a_m: float = parameter(10.0, "m", "class A: a ship's antenna stands above her bridge", 1, 80)
    antenna_b_m: float = parameter(3.0, "m", "class B: on the rail or the cabin of a small craft", 0.5, 40)
    horizon_stations: float = parameter(
        2, "stations", "one may stand behind a hill; so many seldom do", 1, 20
    )
    horizon_well: float = parameter(
        0.5, "", "of the way to the horizon: 2 W from 3 m up carry 10 miles to an antenna 50 m up", 0.1, 0.95
    )
    horizon_chance: float = parameter(
        0.5, "", "so much is heard well within it: slots collide, hulls and cranes shade", 0.0, 1.0
    )
    horizon_reports: float = parameter(
        20.0, "reports", "a place where so many were due is known half by them, half by the horizon", 0, 10000
    )
    horizon_visits: float = parameter(
        200.0, "visits", "well within it one visit in so many ends in silence by chance", 0, 100000
    )
    horizon_doubt: float = parameter(
        2.0, "", "so many horizons off a position is doubted: diffraction and most ducts carry less", 1, 20
    )
    # Who bears a track's own word out (`fusion.corroboration`).
    corroborated_s: float = parameter(
        300.0, "s", "class B at rest speaks every three minutes, and now and then one report is lost", 5, 3600
    )
    same_place_m: float = parameter(
        1000.0, "m", "antennas of one house or one hill share a view: they are one witness", 0, 20000
    )
    # Which aircraft heard by AIS is which heard by Mode S (`fusion.association`, `fusion.links`).
    link_every_s: float = parameter(10.0, "s", "AIS message 9 comes every ten seconds", 1, 600)
    link_near_m: float = parameter(5000.0, "m", "nobody who is the same is believed so far off", 500, 50000)
    link_fresh_s: float = parameter(30.0, "s", "two reports of message 9 may be lost", 5, 300)
    link_gate: float = parameter(
        30.0, "", "chi-square with five degrees: of one craft one look in 70,000 is farther off", 5, 200
    )
    link_prior: float = parameter(
        -4.0, "log odds", "of fifty aircraft within three miles of it one is the same", -15, 0
    )
    link_looks: float = parameter(6, "looks", "a minute side by side: a fly-past is over in less", 2, 100)
    link_on: float = parameter(0.9, "", "so sure a link is made", 0.5, 0.99)
    link_off: float = parameter(0.5, "", "less sure than this it is undone", 0.05, 0.9)
    link_keep_s: float = parameter(
        600.0, "s", "unheard, or heard by one of its two sets, for longer: who knows", 30, 21600
    )
    # When one number is two tracks (`fusion.seconds`), by the counts of `fusion.elsewhere`.
    split_turns: float = parameter(6, "", "so many changes of place are no chance", 3, 100)
    split_overlaps: float = parameter(2, "", "so many came sooner than one transmitter sends", 1, 100)
    split_echo_m: float = parameter(
        500.0, "m", "first heard this near to its own track it is word held up", 50, 5000
    )
    split_keep_s: float = parameter(
        900.0, "s", "five times the interval of class B at rest: it has gone, or was an error", 60, 21600
    )
