"""What the filter made of the positions of some ticks, told as `Tracks`.

In: rows, fixes, states after them and doubts, a tick at a time. Out: one
batch, by time and entity, with how well each position is borne out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusion.corroboration import Witnesses
from fusion.records import Records, field_of
from fusion.tracks import Tracks

Told = tuple[Records, Records, Records, npt.NDArray[np.uint32]]
"""Of the positions of a tick: rows, fixes, states after them, doubts."""
_FIX_COLUMNS = ("alt_m", "sog_mps", "cog_deg", "climb_mps", "sigma_m", "sigma_mps", "on_ground")


def tracks_of(told: Sequence[Told], witnesses: Witnesses) -> Tracks:
    """Fused positions of a step, by time and entity."""
    if not told:
        return Tracks.empty()
    batches, fixes, states, doubts = zip(*told, strict=True)
    time_s, entity = field_of(batches, "time_s"), field_of(states, "entity")
    source, place = field_of(batches, "source"), [field_of(fixes, name) for name in ("lat", "lon", "alt_m")]
    by = field_of(states, "station"), field_of(states, "station_s")
    heard = witnesses.of(entity, source, by, time_s, (place[0], place[1], place[2]))
    order = np.lexsort((entity, time_s))
    doubt: npt.NDArray[np.uint32] = np.concatenate(doubts) | field_of(fixes, "doubt")
    hearings = field_of(batches, "station_to") - field_of(batches, "station_from")
    return Tracks(
        time_s=time_s[order],
        track=field_of(states, "track")[order],
        entity=entity[order],
        lat_deg=place[0][order],
        lon_deg=place[1][order],
        stations=hearings[order].astype(np.int32),
        source=source[order],
        doubt=doubt[order],
        independent=heard.independent[order],
        plausible=heard.plausible[order],
        cov_pv_m2ps=field_of(fixes, "cov_pv")[order],
        **{name: field_of(fixes, name)[order] for name in _FIX_COLUMNS},
    )
