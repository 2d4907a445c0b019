"""How well a craft's own word is borne out: who heard it lately, and whether they could.

In: the stations that a track remembers hearing it (`STATE.station`), where it
is, and the listed places of stations. Out: `Heard`, two counts a track.

Stations no further apart than `same_place_m`, straight or by way of others,
stand at one site, and a site is one witness: two receivers on one roof share
their view, their clock and their owner. A station that is not listed is a
site of its own. A site bears a place out where the place lies no more than
`horizon_doubt` horizons off from it, by the same geometry that doubts a
report (`fusion.horizon`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from feeds.reports import Domain, domains
from fusion.horizon import Horizon
from fusion.lookup import rows_in
from fusion.parameters import EngineParameters
from fusion.records import Records
from geo.batch import Bools, Floats, Ids, Ints
from geo.earth import in_space
from geo.stations import Stations

Counts = npt.NDArray[np.int8]
UNKNOWN = -1


@dataclass(frozen=True)
class Heard:
    """Who heard each of some tracks lately. Shapes: (n,).

    Attributes:
        independent: sites that did, 0 to `fusion.records.STATIONS_KEPT`.
        plausible: those of them that could, so far as they are listed; -1 where none is, or the height is unknown.
    """

    independent: Counts
    plausible: Counts


class Witnesses:
    """The sites of stations, and what each could hear."""

    def __init__(
        self, stations: Stations | None, horizon: Horizon | None, parameters: EngineParameters
    ) -> None:
        self._horizon, self._p = horizon, parameters
        self._number, self._site = sites(stations, parameters.same_place_m)

    def heard(self, s: Records, now_s: float) -> Heard:
        """Of tracks where they are believed. Shape: (n,) `STATE`."""
        by, place = (s["station"], s["station_s"]), (s["lat"], s["lon"], s["alt_m"])
        return self.of(s["entity"], s["source"], by, now_s, place)

    def of(
        self,
        entity: Ids,
        source: npt.NDArray[np.uint8],
        by: tuple[npt.NDArray[np.uint32], Floats],
        now_s: Floats | float,
        place: tuple[Floats, Floats, Floats],
    ) -> Heard:
        """Of anything anywhere.

        Args:
            entity: who says it. Shape: (n,).
            source: by what each says it. Shape: (n,).
            by: stations that heard it, and when last. Shapes: (n, k) x2.
            now_s: one time, or one each.
            place: latitude, longitude, height above the sea. Shapes: (n,) x3.
        """
        station, station_s = by
        lately = np.asarray(now_s)[..., None] - station_s <= self._p.corroborated_s
        if self._horizon is None:
            # Each station has a number of its own and is kept once: nothing is left to be told apart.
            return Heard(lately.sum(axis=1, dtype=np.int8), np.full(len(entity), UNKNOWN, np.int8))
        at = rows_in(self._number, station)
        site = np.where(at >= 0, self._site[at], station.astype(np.int64))
        part = self._horizon.parts(domains(entity) == Domain.AIS, source, station, place)
        known = lately & np.isfinite(part)
        plausible = distinct(site, known & (part <= self._p.horizon_doubt))
        return Heard(distinct(site, lately), np.where(known.any(axis=1), plausible, np.int8(UNKNOWN)))


def sites(stations: Stations | None, same_place_m: float) -> tuple[npt.NDArray[np.uint32], Ints]:
    """The number of each listed station, rising, and its site: the least number of those about it. Shapes: (k,) x2."""
    if stations is None or not len(stations):
        return np.zeros(1, np.uint32), np.zeros(1, np.int64)
    number, first = np.unique(stations.number, return_index=True)
    site = number.astype(np.int64)
    place = in_space(stations.lat_deg[first], stations.lon_deg[first])
    pairs = cKDTree(place).query_pairs(same_place_m, output_type="ndarray")
    # Least numbers run from neighbour to neighbour until nothing changes: a row of masts is one site.
    while (site[pairs[:, 0]] != site[pairs[:, 1]]).any():
        least = site[pairs].min(axis=1)
        np.minimum.at(site, pairs[:, 0], least)
        np.minimum.at(site, pairs[:, 1], least)
    return number, site


def distinct(value: Ints, counted: Bools) -> Counts:
    """How many different values of each row are counted. Shapes: (n, k) x2 -> (n,).

    >>> distinct(np.array([[5, 5, 7], [5, 6, 7]]), np.array([[True, True, True], [True, False, False]])).tolist()
    [2, 1]
    """
    among = np.sort(np.where(counted, value, -1), axis=1)
    fresh = (among[:, 1:] != among[:, :-1]) & (among[:, 1:] >= 0)
    return np.asarray(fresh.sum(axis=1, dtype=np.int8) + (among[:, 0] >= 0), np.int8)
