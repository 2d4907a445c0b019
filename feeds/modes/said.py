"""Decoded Mode S messages as `Reports` and `Identities`: knots and feet end here."""

from __future__ import annotations

import numpy as np

from feeds.modes.messages import ModesMessages
from feeds.reports import Identities, Reports
from geo.batch import Bools, Ragged
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS


def reports_of(messages: ModesMessages) -> Reports:
    """One report for each message that says where, how high or how fast, or bears a squawk."""
    speaks = _speaks(messages)
    rows = messages if speaks.all() else messages.take(np.flatnonzero(speaks))
    return Reports.of(
        len(rows),
        time_s=rows.time_s,
        arrival_s=rows.arrival_s,
        entity=rows.entity,
        message=rows.message,
        lat_deg=rows.lat_deg,
        lon_deg=rows.lon_deg,
        alt_m=rows.alt_ft * FOOT_M,
        alt_geometric=rows.alt_geometric,
        alt_diff_m=rows.geo_minus_baro_ft * FOOT_M,
        on_ground=rows.on_ground,
        sog_mps=rows.groundspeed_kt * KNOT_MPS,
        cog_deg=rows.track_deg,
        climb_mps=rows.vertical_rate_fpm * FOOT_PER_MINUTE_MPS,
        heading_deg=rows.heading_deg,
        squawk=rows.squawk,
        integrity=rows.nic,
        source=rows.source,
        stations=Ragged.singles(rows.station, np.uint32),
        signal_dbfs=rows.signal_dbfs,
        doubt=rows.doubt,
    )


def identities_of(messages: ModesMessages) -> Identities:
    """One identity for each message that bears a call sign or a category."""
    named = messages.take(np.flatnonzero((messages.typecode >= 1) & (messages.typecode <= 4)))
    rows = named.take((named.callsign != "") | (named.category != ""))
    return Identities.of(
        len(rows),
        time_s=rows.time_s,
        entity=rows.entity,
        station=rows.station,
        callsign=rows.callsign,
        category=rows.category,
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
