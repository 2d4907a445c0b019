"""Messages in columns are told apart, and those that say where somebody is become `Reports`.

Each message is read once, from its first bits to its doubts, in one compiled
pass: live a second holds a hundred messages, of which passes over columns
cost as much as of ten thousand. What is a message, what stands where, in
which units and what is doubted is told by `feeds.ais.payload_bits`,
`feeds.ais.layout`, `feeds.ais.positions`, `feeds.mmsi` and `feeds.ais.senders`;
`positions.reports_of`, which makes the same of objects, is the plain version.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from feeds.ais.hashing import BLOCK_BYTES, hash_of, hashed
from feeds.ais.layout import SILENT, numbers
from feeds.ais.payload_bits import OTHER, WORDS, Heads, field_of, head_of, unpack
from feeds.ais.positions import (
    FIELDS,
    KNOT_MPS,
    LIMITS,
    NO_PLACE,
    POLES,
    SECOND_DOUBTS,
    SOURCE,
    SOURCES,
)
from feeds.ais.senders import BY_MILLION, MAY_SEND, may_send
from feeds.ais.statics import KINDS
from feeds.ais.wholes import Wholes
from feeds.mmsi import ISSUED, is_issued
from feeds.reports import DOMAIN_SHIFT, Domain, Doubt, Reports
from geo.batch import Ints, Ragged

_TABLE = numbers(FIELDS)
_SAID = np.zeros((3, 64), np.bool_)
for _said, _kinds in zip(_SAID, (SOURCES, KINDS, SILENT), strict=True):
    _said[list(_kinds)] = True
_RULES = (_TABLE.packed, _TABLE.looked_up, LIMITS, SECOND_DOUBTS, SOURCE, _SAID, ISSUED, BY_MILLION, MAY_SEND)
_AIS_DOMAIN = np.uint64(int(Domain.AIS) << DOMAIN_SHIFT)
_FORM, _MESSAGE = np.uint32(Doubt.IDENTITY_FORM), np.uint32(Doubt.IDENTITY_MESSAGE)
_GUESSED = np.uint32(Doubt.TIME_GUESSED)
_BAROMETRIC, _NO_ALTITUDE_M = 128, 4095
_PLACED, _NAMED, _BAD, _OFF, _LONG, _FIRST, _PAST = range(7)
"""Rows of what the pass writes down: the messages with a position, with static data, with none of their own, off the
earth; of those with a position, payloads longer than a block of the hash, and where the payloads stand."""


class Read(NamedTuple):
    """What messages are, and where the senders of some say they are. Shapes: heads (n,), else (k,).

    Attributes:
        heads: of all messages.
        reports: of the messages `placed`.
        placed, named: rows of the messages with a position and with static data, whose fields have a layout.
        bad: rows of those that are no message, or of a type that is left to pyais.
        off: rows of those whose position is none on earth.
    """

    heads: Heads
    reports: Reports
    placed: Ints
    named: Ints
    bad: Ints
    off: Ints


def read(wholes: Wholes) -> Read:
    """Tell messages apart and read the positions among them, in their order."""
    n, payloads = len(wholes.row), wholes.payloads
    layout, heads, rows = np.empty(n, np.int8), np.empty((2, n), np.int64), np.empty((7, n), np.int64)
    floats, ids, small = np.empty((9, n)), np.empty((2, n), np.uint64), np.empty((3, n), np.int8)
    geometric, source = np.empty(n, np.bool_), np.empty(n, np.uint8)
    station, doubt = np.empty(n, np.uint32), np.empty(n, np.uint32)
    heard = wholes.time_s, wholes.arrival_s, wholes.signal_dbfs, wholes.guessed, wholes.station
    out = layout, heads, rows, floats, ids, small, geometric, source, station, doubt
    placed, named, bad, off, long = _read(*payloads, *heard, *_RULES, *out)
    rest = rows[_NAMED, :named], rows[_BAD, :bad], rows[_OFF, :off]
    if not placed:
        return Read(Heads(layout, *heads), Reports.empty(), rows[_PLACED, :0], *rest)
    which = rows[_PLACED, :placed]
    for at in rows[_LONG, :long].tolist():
        row = int(which[at])
        ids[1, at] = hash_of(payloads.row(row), int(payloads.fill[row]))
    for each in (floats, ids, small, geometric, source, doubt):
        each.flags.writeable = False
    time_s, arrival_s, signal_dbfs, lat_deg, lon_deg, sog_mps, cog_deg, heading_deg, alt_m = floats[
        :, :placed
    ]
    reports = Reports.of(
        placed,
        time_s=time_s,
        arrival_s=arrival_s,
        entity=ids[0, :placed],
        message=ids[1, :placed],
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        sog_mps=sog_mps,
        cog_deg=cog_deg,
        heading_deg=heading_deg,
        alt_m=alt_m,
        alt_geometric=geometric[:placed],
        status=small[0, :placed],
        integrity=small[1, :placed],
        source=source[:placed],
        stations=Ragged.singles(station[:placed], np.uint32),
        signal_dbfs=signal_dbfs,
        doubt=doubt[:placed],
    )
    return Read(Heads(layout, *heads), reports, which, *rest)


@numba.njit(cache=True)
def _read(  # type: ignore[no-untyped-def]  # noqa: ANN202
    buffer, first, past, fill,  # noqa: ANN001
    time_s, arrival_s, signal_dbfs, guessed, stations,  # noqa: ANN001
    packed, looked_up, limits, second_doubts, sources, said, issued, by_million, may,  # noqa: ANN001
    layout, heads, rows, floats, ids, small, geometric, source, station, doubt,  # noqa: ANN001
):  # fmt: skip
    placed, named, bad, off, long = 0, 0, 0, 0, 0
    words, fields = np.zeros(WORDS, np.uint64), np.empty(packed.shape[1])
    for row in range(len(first)):
        layout[row], kind, mmsi = head_of(buffer, first[row], past[row], fill[row])
        heads[0, row], heads[1, row] = kind, mmsi
        if layout[row] <= OTHER:
            if layout[row] < OTHER or not said[2, kind]:
                rows[_BAD, bad] = row
                bad += 1
            continue
        if said[1, kind]:
            rows[_NAMED, named] = row
            named += 1
        if not said[0, kind]:
            continue
        unpack(buffer, first[row], past[row], fill[row], words)
        for field in range(len(fields)):
            fields[field] = field_of(words, packed[layout[row], field], looked_up)
        floats[0, placed], floats[1, placed], floats[2, placed] = (
            time_s[row],
            arrival_s[row],
            signal_dbfs[row],
        )
        if _moved(fields, limits[:, kind], floats[3:, placed]):
            rows[_OFF, off] = row
            off += 1
        small[0, placed] = -1 if np.isnan(fields[7]) else np.int8(fields[7])
        small[1, placed] = -1 if np.isnan(fields[8]) else np.int8(fields[8])
        # The first bit of type 9's reserved byte is the altitude sensor since M.1371-4: 0 GNSS, 1 barometric.
        geometric[placed] = kind == 9 and floats[8, placed] < _NO_ALTITUDE_M and fields[6] < _BAROMETRIC
        doubted = _doubted(mmsi, kind, fields[9], second_doubts, issued, by_million, may)
        if guessed[row]:
            doubted |= _GUESSED
        doubt[placed], source[placed], station[placed] = doubted, sources[kind], stations[row]
        ids[0, placed] = _AIS_DOMAIN | np.uint64(mmsi)
        rows[_PLACED, placed], small[2, placed] = row, fill[row]
        rows[_FIRST, placed], rows[_PAST, placed] = first[row], past[row]
        if past[row] - first[row] > BLOCK_BYTES:
            rows[_LONG, long] = placed
            long += 1
        placed += 1
    hashed(buffer, rows[_FIRST, :placed], rows[_PAST, :placed], small[2, :placed], ids[1, :placed])
    return placed, named, bad, off, long


@numba.njit(cache=True)
def _moved(fields, limits, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write place and movement in house units; whether the place is none on earth.

    Latitude, longitude, speed, course, heading, altitude; NaN where not said.
    """
    lat, lon = fields[0], fields[1]
    unsaid = lat == NO_PLACE[0] or lon == NO_PLACE[1]
    off = (abs(lat) > POLES[0] and lat != NO_PLACE[0]) or (abs(lon) > POLES[1] and lon != NO_PLACE[1])
    out[0], out[1] = (np.nan, np.nan) if unsaid or off else (lat, lon)
    for at in range(4):
        out[2 + at] = np.nan if fields[2 + at] >= limits[at] else fields[2 + at]
    out[2] *= KNOT_MPS
    return off


@numba.njit(cache=True)
def _doubted(mmsi, kind, second, second_doubts, issued, by_million, may):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The doubts that the message itself gives rise to."""
    doubts = np.uint32(0)
    if not is_issued(mmsi, issued):
        doubts |= _FORM
    if not may_send(mmsi, kind, by_million, may):
        doubts |= _MESSAGE
    # The `second` of types 4 and 11 is a clock's and runs to 60; elsewhere 61 to 63 tell how the position was made.
    if kind not in (4, 11) and not np.isnan(second):
        doubts |= second_doubts[np.int64(second)]
    return doubts
