"""Rows of a position table as what was said.

In: a `Chunk` of source columns. Out: `Said`; `Chunk.why` tells of the rows
that are not in it. A row is refused whole where its time, identity or
position cannot be, or where a measured number is no number: a row with
rubbish in it is not trusted with the rest. Codes that are in no table (a
status nobody has heard of) and measured numbers outside what can be (a
negative speed) are "not said".

A row without a position stays, for it was transmitted: its place is NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.mmsi import form_doubts
from feeds.reports import Domain, Doubt, Reports, Said, Source, entities
from feeds.tables.chunk import CODES, GOOD, MEASURED, Chunk
from feeds.tables.hashing import hashed
from feeds.tables.identities import identities
from geo.batch import Ids, Ints, Ragged

NEVER_ISSUED = (0x000000, 0xFFFFFF)
"""ICAO Annex 10 volume III, 9.2: the two addresses that no state may assign."""


def convert(chunk: Chunk, station: int) -> Said:
    """What the good rows of a chunk say, in their order; `chunk.why` tells of the others."""
    time_s = chunk.times()
    entity, doubt = _who(chunk)
    lat, lon = chunk.places()
    measured = {name: chunk.measured(name) for name in MEASURED}
    codes = {name: chunk.code(name) for name in CODES}
    pressure_m, geometric_m = measured["alt_m"], measured["alt_geometric_m"]
    barometric = ~np.isnan(pressure_m)
    kinematics = [lat, lon, pressure_m, geometric_m, measured["sog_mps"], measured["cog_deg"]]
    reports = Reports.of(
        chunk.rows,
        time_s=time_s,
        entity=entity,
        # Without the time: what two stations heard a moment apart is one transmission.
        message=hashed([entity, *kinematics], chunk.rows),
        lat_deg=lat,
        lon_deg=lon,
        alt_m=np.where(barometric, pressure_m, geometric_m),
        alt_geometric=~barometric & ~np.isnan(geometric_m),
        alt_diff_m=geometric_m - pressure_m,
        on_ground=codes["on_ground"],
        sog_mps=measured["sog_mps"],
        cog_deg=measured["cog_deg"] % 360.0,
        climb_mps=measured["climb_mps"],
        heading_deg=measured["heading_deg"] % 360.0,
        status=codes["status"],
        squawk=codes["squawk"],
        source=np.full(chunk.rows, Source.ADSB_TABLE if _aircraft(chunk) else Source.AIS_TABLE),
        stations=Ragged.singles(np.full(chunk.rows, station), np.uint32),
        doubt=doubt,
    )
    keep: Ints = np.flatnonzero(chunk.why == GOOD)
    rows, who = identities(chunk, entity, measured, codes, keep)
    named = who.replaced(time_s=time_s[rows], station=np.full(len(rows), station, np.uint32))
    return Said(reports.take(keep), named)


def _aircraft(chunk: Chunk) -> bool:
    return chunk.dialect.fields["entity"].kind == "icao24"


def _who(chunk: Chunk) -> tuple[Ids, npt.NDArray[np.uint32]]:
    number, own = chunk.identities()
    if not _aircraft(chunk):
        return entities(Domain.AIS, number), form_doubts(number)
    entity = np.where(own, entities(Domain.NON_ICAO, number), entities(Domain.ICAO, number))
    never = np.isin(number, NEVER_ISSUED) & ~own
    return entity, np.where(never, int(Doubt.IDENTITY_FORM), 0).astype(np.uint32)
