"""Decoded Mode S messages as `Reports` and `Identities`: knots and feet end here."""

from __future__ import annotations

import numpy as np

from feeds.modes.identification import callsigns, categories
from feeds.modes.messages import ModesMessages
from feeds.reports import Identities, Reports
from geo.batch import Bools, Ragged
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS

_AS_THEY_ARE = [
    *["time_s", "arrival_s", "entity", "message", "lat_deg", "lon_deg", "alt_geometric", "on_ground"],
    *["heading_deg", "squawk", "source", "signal_dbfs", "doubt"],
]
_CONVERTED = [
    "alt_ft",
    "geo_minus_baro_ft",
    "groundspeed_kt",
    "track_deg",
    "vertical_rate_fpm",
    "nic",
    "station",
]


def reports_of(messages: ModesMessages) -> Reports:
    """One report for each message that says where, how high or how fast, or bears a squawk."""
    speaks = np.flatnonzero(_speaks(messages))
    # Columns, not rows, are taken: a report needs two thirds of them.
    rows = {name: getattr(messages, name)[speaks] for name in (*_AS_THEY_ARE, *_CONVERTED)}
    return Reports.of(
        len(speaks),
        **{name: rows[name] for name in _AS_THEY_ARE},
        alt_m=rows["alt_ft"] * FOOT_M,
        alt_diff_m=rows["geo_minus_baro_ft"] * FOOT_M,
        sog_mps=rows["groundspeed_kt"] * KNOT_MPS,
        cog_deg=rows["track_deg"],
        climb_mps=rows["vertical_rate_fpm"] * FOOT_PER_MINUTE_MPS,
        integrity=rows["nic"],
        stations=Ragged.singles(rows["station"], np.uint32),
    )


def identities_of(messages: ModesMessages) -> Identities:
    """One identity for each message that bears a call sign or a category."""
    named = np.flatnonzero((messages.typecode >= 1) & (messages.typecode <= 4))
    me, every = messages.me[named], np.ones(len(named), np.bool_)
    callsign, category = callsigns(me, every), categories(me, every)
    said = (callsign != "") | (category != "")
    rows = named[said]
    return Identities.of(
        len(rows),
        time_s=messages.time_s[rows],
        entity=messages.entity[rows],
        station=messages.station[rows],
        callsign=callsign[said],
        category=category[said],
    )


def _speaks(messages: ModesMessages) -> Bools:
    """Whether a message says anything that a report can hold. Shape: (n,)."""
    speaks: Bools = messages.squawk >= 0
    for values in (
        messages.lat_deg,
        messages.alt_ft,
        messages.groundspeed_kt,
        messages.track_deg,
        messages.heading_deg,
        messages.vertical_rate_fpm,
        messages.geo_minus_baro_ft,
    ):
        speaks = speaks | ~np.isnan(values)
    return speaks
