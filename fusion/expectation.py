"""Would a transmission be received here and now: what was learned, what the horizon says, and who is listening.

In: places, with what would send there and how high; the counts of
`fusion.coverage`, the listed stations of `fusion.horizon`, the present state
of all stations (`fusion.ears`). Out: probabilities, of the network and of
each station alone.

With every station alive the network's number is the one by which a silence
within a horizon is judged. Beyond it a horizon says nothing here, and what
was learned stands: waves are ducted, and masts are higher than listed. Whoever is silent or failing takes from it what it had brought:
of what was learned, the part that the living would hear if each heard or
missed by itself; of what the horizons say, all that fewer than
`engine.horizon_stations` living antennas cannot bear out. So one station
more never makes it less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feeds.reports import Source
from fusion.coverage import CELL_LON_DEG, Coverage, bands, cells, chance
from fusion.ears import Ears
from fusion.horizon import Horizon
from fusion.lookup import among
from geo.batch import Bools, Floats, Ints

ALIVE_S = 300.0
"""A station heard through so lately is heard through now: `dark_transponder.alive_s` says the same."""
_MODE_S = among(*(source for source in Source if source >= Source.ADSB))
_AIRBORNE = among(Source.AIS_SAR, *(source for source in Source if source >= Source.ADSB))


@dataclass(frozen=True)
class Sent:
    """Transmissions that are asked about. Shapes: (n,) each.

    Attributes:
        source: by what: `Source.AIS_A`, `AIS_B`, `ADSB` and their like.
        lat_deg, lon_deg: from where; NaN is nowhere, and never heard.
        alt_m: of an aircraft, above the sea; NaN where it is not known. A vessel's antenna is as high as its class's.
    """

    source: npt.NDArray[np.uint8]
    lat_deg: Floats
    lon_deg: Floats
    alt_m: Floats


@dataclass(frozen=True)
class Expectation:
    """Who would receive them.

    Attributes:
        network: probability that any station does. Shape: (n,).
        stations: probability that each does, 0 of one that is not listening. Shape: (n, k).
        number: of every station that was ever heard through or is listed, rising. Shape: (k,).
        live: whether each is heard through and sound. Shape: (k,).
    """

    network: Floats
    stations: Floats
    number: npt.NDArray[np.uint32]
    live: Bools


def expected(
    coverage: Coverage,
    horizon: Horizon | None,
    ears: Ears,
    sent: Sent,
    now_s: float,
    alive_s: float = ALIVE_S,
) -> Expectation:
    """The probability that each transmission would be received now.

    Args:
        coverage: what was learned.
        horizon: of listed stations; None where none is.
        ears: who was heard through, and when.
        sent: the transmissions. Shape: (n,).
        now_s: Unix seconds; the engine's last tick, for what is not counted yet is not known.
        alive_s: a station heard through so lately lives.
    """
    number = ears.number if horizon is None else np.union1d(ears.number, horizon.number).astype(np.uint32)
    now = np.array([now_s])
    live = ears.steady(number, now, now, now_s, alive_s)[0]
    cell = cells(sent.lat_deg, sent.lon_deg, bands(sent.alt_m, _AIRBORNE[sent.source]))
    every, each = coverage.network.about(cell, CELL_LON_DEG), coverage.by_station(cell, number)
    part = _parts(horizon, sent, number)
    alone, due = _supposed(horizon, part[..., None], part[..., None], 1)
    stations = chance(each, alone, due) * live
    heard, due = _supposed(horizon, part, np.where(live, part, np.inf), _enough(horizon))
    # Reports due count for what all antennas could hear, reports heard for what the living can.
    full, learned = chance(every, heard, due), chance(every, 0.0, due)
    network = np.clip(full - learned * (1.0 - _kept(each, live)), 0.0, 1.0)
    return Expectation(network, stations, number, live)


def _parts(horizon: Horizon | None, sent: Sent, number: npt.NDArray[np.uint32]) -> Floats:
    """Distance over horizon to each station; NaN where nothing is known of it. Shape: (n, k)."""
    asked = np.broadcast_to(number, (len(sent.source), len(number)))
    if horizon is None:
        return np.full(asked.shape, np.nan)
    return horizon.parts(~_MODE_S[sent.source], sent.source, asked, (sent.lat_deg, sent.lon_deg, sent.alt_m))


def _enough(horizon: Horizon | None) -> int:
    return 0 if horizon is None else horizon.listed_enough


def _supposed(horizon: Horizon | None, part: Floats, living: Floats, count: int) -> tuple[Floats, Floats]:
    """Reports heard and due that the horizons stand for. Shapes: (..., k) x2 -> (...) x2."""
    if horizon is None:
        nothing = np.zeros(part.shape[:-1])
        return nothing, nothing
    every, left = (horizon.within(np.where(seen <= 1.0, seen, np.inf), count) for seen in (part, living))
    return horizon.supposed(every, left)


def _kept(each: Ints, live: Bools) -> Floats:
    """How much of what was learned the living account for, 0 to 1. Shapes: (n, k, 2), (k,) -> (n,)."""
    missed = 1.0 - chance(each)
    now, then = 1.0 - np.where(live, missed, 1.0).prod(axis=1), 1.0 - missed.prod(axis=1)
    # Where no station was counted, all that can be said is whether anybody listens.
    return np.where(then > 0.0, now / np.where(then > 0.0, then, 1.0), float(live.any()))
