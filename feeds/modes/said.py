"""Decoded Mode S messages as `Reports` and `Identities`: knots and feet end here."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from feeds.modes.identification import callsigns, categories
from feeds.modes.messages import ModesMessages
from feeds.reports import Identities, Reports
from geo.batch import Ragged
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS

_FLOATS = (
    *("time_s", "arrival_s", "signal_dbfs", "lat_deg", "lon_deg", "heading_deg"),
    *("alt_m", "alt_diff_m", "sog_mps", "cog_deg", "climb_mps"),
)
_READ = (
    *("time_s", "arrival_s", "signal_dbfs", "lat_deg", "lon_deg", "heading_deg"),
    *("alt_ft", "geo_minus_baro_ft", "groundspeed_kt", "track_deg", "vertical_rate_fpm"),
    *("entity", "message", "on_ground", "nic", "alt_geometric", "squawk", "source", "station", "doubt"),
)


def reports_of(messages: ModesMessages) -> Reports:
    """One report for each message that says where, how high or how fast, or bears a squawk."""
    n = len(messages)
    floats, ids, small = np.empty((11, n)), np.empty((2, n), np.uint64), np.empty((2, n), np.int8)
    geometric, squawk, source = np.empty(n, np.bool_), np.empty(n, np.int16), np.empty(n, np.uint8)
    station, doubt = np.empty(n, np.uint32), np.empty(n, np.uint32)
    out = floats, ids, small, geometric, squawk, source, station, doubt
    columns: list[Any] = [*(getattr(messages, name) for name in _READ), *out]
    count = _reported(*columns)
    for each in out:
        each.flags.writeable = False
    return Reports.of(
        count,
        **dict(zip(_FLOATS, floats[:, :count], strict=True)),
        entity=ids[0, :count],
        message=ids[1, :count],
        on_ground=small[0, :count],
        integrity=small[1, :count],
        alt_geometric=geometric[:count],
        squawk=squawk[:count],
        source=source[:count],
        stations=Ragged.singles(station[:count], np.uint32),
        doubt=doubt[:count],
    )


@numba.njit(cache=True)
def _reported(  # type: ignore[no-untyped-def]  # noqa: ANN202
    time_s, arrival_s, signal_dbfs, lat_deg, lon_deg, heading_deg,  # noqa: ANN001
    alt_ft, difference_ft, speed_kt, track_deg, rate_fpm,  # noqa: ANN001
    entities, messages, grounds, nics, geometrics, squawks, sources, stations, doubts,  # noqa: ANN001
    floats, ids, small, geometric, squawk, source, station, doubt,  # noqa: ANN001
):  # fmt: skip
    """Write the rows that say anything a report can hold, in its units; how many there are."""
    to = 0
    for row in range(len(time_s)):
        silent = np.isnan(lat_deg[row]) and np.isnan(alt_ft[row]) and np.isnan(speed_kt[row])
        silent = silent and np.isnan(track_deg[row]) and np.isnan(heading_deg[row])
        if silent and np.isnan(rate_fpm[row]) and np.isnan(difference_ft[row]) and squawks[row] < 0:
            continue
        floats[0, to], floats[1, to], floats[2, to] = time_s[row], arrival_s[row], signal_dbfs[row]
        floats[3, to], floats[4, to], floats[5, to] = lat_deg[row], lon_deg[row], heading_deg[row]
        floats[6, to], floats[7, to] = alt_ft[row] * FOOT_M, difference_ft[row] * FOOT_M
        floats[8, to], floats[9, to] = speed_kt[row] * KNOT_MPS, track_deg[row]
        floats[10, to] = rate_fpm[row] * FOOT_PER_MINUTE_MPS
        ids[0, to], ids[1, to] = entities[row], messages[row]
        small[0, to], small[1, to] = grounds[row], nics[row]
        geometric[to], squawk[to], source[to] = geometrics[row], squawks[row], sources[row]
        station[to], doubt[to] = stations[row], doubts[row]
        to += 1
    return to


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
