"""A chunk of source columns, asked for house columns one at a time.

In: Arrow arrays by lower-case name, a dialect, the zone of local times. Out:
numpy columns in the units of this house, NaN or -1 where nothing was said,
and for each row the reason why it is refused, if it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import numpy as np
import pyarrow as pa

from feeds.tables.cells import addresses, numbers
from feeds.tables.dialect import Dialect
from feeds.tables.times import seconds
from geo.batch import Bools, Column, Floats, Ints

GOOD = -1
MEASURED = {
    "alt_m": (-1000.0, 40_000.0),
    "alt_geometric_m": (-1000.0, 40_000.0),
    "sog_mps": (0.0, 1500.0),
    "climb_mps": (-500.0, 500.0),
    "cog_deg": (0.0, 360.0),
    "heading_deg": (0.0, 360.0),
    "draught_m": (0.01, 30.0),
    **dict.fromkeys(("bow_m", "stern_m", "length_m"), (0.0, 1022.0)),
    **dict.fromkeys(("port_m", "starboard_m", "width_m"), (0.0, 126.0)),
}
"""House column -> least and most that can be. Hulls: sums of the fields in ITU-R M.1371."""
CODES = {
    "on_ground": (0, 1),
    "status": (0, 15),
    "squawk": (0, 7777),
    "imo": (1, 9_999_999),
    "ship_type": (0, 99),
}
PREFIXES = {"imo": "(?i)^IMO *"}
"""What may stand before a number: MarineCadastre writes IMO9372169, most others 9372169."""
LARGEST_MMSI = 999_999_999


class Chunk:
    """Source columns by lower-case name, all of one length, and what is wrong with each row.

    Attributes:
        rows: how many there are.
        reasons: why rows were refused.
        why: for each row the index in `reasons` of the first thing wrong, or `GOOD`. Shape: (n,).
    """

    def __init__(self, columns: Mapping[str, pa.Array], dialect: Dialect, zone: tzinfo) -> None:
        self.columns = columns
        self.dialect = dialect
        self.zone = dialect.fields["time_s"].zone or zone
        self.rows = len(next(iter(columns.values())))
        self.reasons: list[str] = []
        self.why: Ints = np.full(self.rows, GOOD, np.int64)

    def blame(self, wrong: Bools, reason: str) -> None:
        """Refuse these rows, where nothing was wrong with them before."""
        self.reasons.append(reason)
        self.why[wrong & (self.why == GOOD)] = len(self.reasons) - 1

    def sources(self, house: str) -> list[pa.Array]:
        """The columns a house column may come from, first choice first."""
        field = self.dialect.fields.get(house)
        return [self.columns[name] for name in field.columns if name in self.columns] if field else []

    def times(self) -> Floats:
        """Unix seconds; rows without a readable time are refused."""
        found, field = np.full(self.rows, np.nan), self.dialect.fields["time_s"]
        for source in self.sources("time_s"):
            values, bad = seconds(source, field, self.dialect.decimal, self.zone)
            self.blame(bad, "time cannot be read, or is not between 1970 and 2100")
            found = np.where(np.isnan(found), values, found)
        self.blame(np.isnan(found), "no time")
        return found

    def identities(self) -> tuple[Ints, Bools]:
        """MMSIs or addresses, and which bear the mark of an address that is none of ICAO's."""
        source, field = self.sources("entity")[0], self.dialect.fields["entity"]
        if field.kind == "icao24" and not pa.types.is_integer(source.type):
            address, own, bad = addresses(source, field)
            self.blame(bad, "icao24 is not six hexadecimal digits")
            return address.astype(np.int64), own
        values, bad = numbers(source, field, self.dialect.decimal)
        largest = 0xFFFFFF if field.kind == "icao24" else LARGEST_MMSI
        with np.errstate(invalid="ignore"):
            real = (values >= 1) & (values <= largest) & (values == np.floor(values))
        self.blame(bad | ~real, f"{field.kind} is not a number from 1 to {largest}")
        return np.where(real, values, 0.0).astype(np.int64), np.zeros(self.rows, np.bool_)

    def places(self) -> tuple[Floats, Floats]:
        """Latitudes and longitudes, both NaN where either was not said; impossible ones are refused."""
        lat, lon = self.measured("lat_deg"), self.measured("lon_deg")
        with np.errstate(invalid="ignore"):
            self.blame((np.abs(lat) > 90.0) | (np.abs(lon) > 180.0), "position is not on the earth")
        unsaid = np.isnan(lat) | np.isnan(lon)
        return np.where(unsaid, np.nan, lat), np.where(unsaid, np.nan, lon)

    def measured(self, house: str) -> Floats:
        """A house column in the house's unit; rows whose cell is no number are refused."""
        found = np.full(self.rows, np.nan)
        for source in self.sources(house):
            field = self.dialect.fields[house]
            values, bad = numbers(source, field, self.dialect.decimal)
            self.blame(bad, f"{house} is not a number")
            found = np.where(np.isnan(found), values * field.factor, found)
        least, most = MEASURED.get(house, (-np.inf, np.inf))
        with np.errstate(invalid="ignore"):
            return np.where((found >= least) & (found <= most), found, np.nan)

    def code(self, house: str) -> Column:
        """A house column of whole numbers; -1 where not said, or not one of them."""
        found = np.full(self.rows, np.nan)
        for source in self.sources(house):
            values, _ = numbers(source, self.dialect.fields[house], ".", PREFIXES.get(house, ""))
            found = np.where(np.isnan(found), values, found)
        least, most = CODES[house]
        with np.errstate(invalid="ignore"):
            real = (found >= least) & (found <= most) & (found == np.floor(found))
        return np.where(real, found, -1).astype(np.int64)
