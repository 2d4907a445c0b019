"""`Movements`: arrivals that somebody expects, and which landings they account for.

In: a CSV with header `callsign,icao24,aerodrome,eta`. Any cell may be empty
but aerodrome and eta. `aerodrome` is the ident of `geo.airfields` (for most
the ICAO location indicator, such as EGHR); `eta` is Unix seconds or ISO 8601.

A movement accounts for an arrival at its aerodrome near its time if the
address or the call sign is the one listed; if it lists neither, any aircraft.
The list is somebody's, never complete and no filing: an arrival it does not
hold is "no expected movement loaded", nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fusion.listed import content_of, entity, instant, rows
from geo.batch import Batch, Bools, Floats, Ids, column

Texts = npt.NDArray[np.str_]
COLUMNS = ("callsign", "icao24", "aerodrome", "eta")
CALLSIGN_WIDTH = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class Movements(Batch):
    """One row an expected arrival.

    Columns:
        callsign: capitals without blanks or hyphens; empty where not listed.
        entity: the ICAO24 address as an entity; 0 where not listed.
        aerodrome: ident in capitals.
        eta_s: Unix seconds.
    """

    callsign: Texts = column("U8", "")
    entity: Ids = column("u8", 0)
    aerodrome: Texts = column("U8", "")
    eta_s: Floats = column("f8", np.nan)

    def expected(
        self, entity: Ids, callsign: Texts, aerodrome: Texts, time_s: Floats, within_s: float
    ) -> Bools:
        """Which arrivals some movement accounts for. Shapes: (n,) x4 -> (n,)."""
        if not len(self) or not len(entity):
            return np.zeros(len(entity), np.bool_)
        signs = spelt(callsign)[:, None]
        who = (self.entity != 0) & (self.entity == entity[:, None])
        who |= (self.callsign != "") & (self.callsign == signs)
        who |= (self.entity == 0) & (self.callsign == "")
        place = self.aerodrome == np.char.upper(aerodrome)[:, None]
        found: Bools = (who & place & (np.abs(self.eta_s - time_s[:, None]) <= within_s)).any(axis=1)
        return found


def spelt(callsign: Texts) -> Texts:
    """Call signs as they are compared: a filing says G-ABCD, the transponder GABCD."""
    return np.strings.replace(np.strings.replace(np.strings.upper(callsign), "-", ""), " ", "")


def load_movements(path: Path) -> Movements:
    """Read a list of expected arrivals.

    Raises:
        ValueError: not such a list; the message names file, line and what is wrong.
    """
    return movements_of(content_of(path), str(path))


def movements_of(content: bytes, where: str) -> Movements:
    """The list that a file holds; `where` is what messages call it.

    Raises:
        ValueError: not such a list; the message names file, line and what is wrong.
    """
    listed = [_checked(cells, at) for at, cells in rows(content, where, COLUMNS)]
    return Movements.of(
        len(listed),
        callsign=np.array([row[0] for row in listed], "U8"),
        entity=np.array([row[1] for row in listed], np.uint64),
        aerodrome=np.array([row[2] for row in listed], "U8"),
        eta_s=np.array([row[3] for row in listed], np.float64),
    )


def _checked(cells: dict[str, str], at: str) -> tuple[str, int, str, float]:
    callsign = str(spelt(np.array(cells["callsign"])))
    if len(callsign) > CALLSIGN_WIDTH:
        raise ValueError(f"{at}: a call sign has at most {CALLSIGN_WIDTH} characters: {callsign!r}")
    aerodrome = cells["aerodrome"].upper()
    if not 0 < len(aerodrome) <= CALLSIGN_WIDTH:
        raise ValueError(f"{at}: aerodrome is the ident of an airfield, such as EGHR: {aerodrome!r}")
    address = entity(cells["icao24"] and f"icao24:{cells['icao24']}", at)
    return callsign, address, aerodrome, instant(cells["eta"], at)
