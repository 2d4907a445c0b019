"""Where antennas stand, and the number by which columns name a station.

A station's id is text (`[a-z0-9-]{3,32}` live; whatever a recording says
otherwise). Columns carry its number: the first four bytes of BLAKE2b of the
id, so that the number does not depend on who was heard first. Two ids with
one number are refused by `StationNames`: with 3,000 stations that happens
once in a thousand networks, and must not happen in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, column

ID_WIDTH = 200
"""Longest name in a stations file; live a station has at most 32 characters, a recording may say more."""
STATIONS_MOST = 100_000
"""Stations that are given a number: ten times what a server lets in. A recording may make up names without end."""
UNNAMED = "unnamed"
"""The station of a recording whose lines name none."""


def station_number(name: str) -> int:
    """The number by which columns name a station. Range: 0 .. 2**32 - 1."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")


class StationNames:
    """Names by number, for those who must print them.

    Raises (from `number`):
        ValueError: two names share a number, and one station must be renamed; or there are too many names.
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, remembered."""
        known = self._numbers.get(name)
        if known is not None:
            return known
        if len(self._numbers) >= STATIONS_MOST:
            raise ValueError(f"more than {STATIONS_MOST} stations")
        number = station_number(name)
        if number in self._names:
            raise ValueError(f"stations {name!r} and {self._names[number]!r} share a number; rename one")
        self._names[number] = name
        self._numbers[name] = number
        return number

    def known(self) -> list[str]:
        """Every name that has a number, in the order in which they came."""
        return list(self._numbers)

    def name(self, number: int) -> str:
        """The name of a number; its digits where it was never named."""
        return self._names.get(int(number), f"station {int(number)}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Stations(Batch):
    """Antennas whose place is known: one row a station and kind of receiver.

    Columns:
        antenna_m: height above mean sea level, hill and mast together: the horizon follows from it.
    """

    number: npt.NDArray[np.uint32] = column("u4", 0)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    antenna_m: Floats = column("f8", np.nan)
    hears_ais: npt.NDArray[np.bool_] = column("?", missing=False)
    hears_adsb: npt.NDArray[np.bool_] = column("?", missing=False)


def load_stations(path: Path, names: StationNames) -> Stations:
    """Read the stations file of the contract: `[{"id", "lat", "lon", "antenna_m", "kind"}]`.

    Raises:
        ValueError: not such a list; the message names the entry and what is wrong.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error
    return stations_of(content, str(path), names)


def stations_of(content: bytes, where: str, names: StationNames) -> Stations:
    """The stations that such a file holds; `where` is what messages call it.

    Raises:
        ValueError: not such a list; the message names the entry and what is wrong.
    """
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where}: not JSON: {error}") from error
    if not isinstance(entries, list):
        raise ValueError(f"{where}: a list of stations is expected")  # noqa: TRY004  one error for whoever wrote it
    rows = [_checked(entry, f"{where}: entry {i}") for i, entry in enumerate(entries)]
    kinds = [str(row["kind"]) for row in rows]
    listed = Counter((str(row["id"]), kind) for row, kind in zip(rows, kinds, strict=True))
    if twice := [f"{name!r} as {kind}" for (name, kind), count in listed.items() if count > 1]:
        raise ValueError(f"{where}: listed twice: {twice[0]}")
    try:
        numbers = [names.number(str(row["id"])) for row in rows]
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    return Stations(
        number=np.array(numbers, np.uint32),
        lat_deg=np.array([row["lat"] for row in rows], np.float64),
        lon_deg=np.array([row["lon"] for row in rows], np.float64),
        antenna_m=np.array([row["antenna_m"] for row in rows], np.float64),
        hears_ais=np.array([kind == "ais" for kind in kinds], np.bool_),
        hears_adsb=np.array([kind == "adsb" for kind in kinds], np.bool_),
    )


def _checked(entry: object, where: str) -> dict[str, object]:
    if not isinstance(entry, dict) or not {"id", "lat", "lon", "antenna_m", "kind"} <= entry.keys():
        raise ValueError(f"{where}: id, lat, lon, antenna_m and kind are expected")
    lat, lon, antenna_m = entry["lat"], entry["lon"], entry["antenna_m"]
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in (lat, lon, antenna_m)):
        raise ValueError(f"{where}: lat, lon and antenna_m are numbers")
    if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 <= antenna_m < 9000):
        raise ValueError(f"{where}: lat within 90, lon within 180, antenna_m from 0 to 9000")
    if entry["kind"] not in ("ais", "adsb"):  # a set would ask a stranger's list for its hash
        raise ValueError(f'{where}: kind is "ais" or "adsb"')
    if not isinstance(entry["id"], str | int) or not 0 < len(str(entry["id"])) <= ID_WIDTH:
        raise ValueError(f"{where}: id is the station's name, in at most {ID_WIDTH} characters")
    return entry
