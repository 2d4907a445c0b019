"""How long everybody was followed, from the `tracks.parquet` of a replay.

A subject is followed from one position to the next where they are no further
apart than `Rules.follow_s`; a longer silence is not time in which it could
have been flagged wrongly. An aircraft on the ground that says where it is
counts as followed: `tracks.parquet` does not tell it from one in the air.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.batch import Floats, Ints
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.trials import VESSEL, Followed

HOUR_S = 3600.0


def followed_in(path: Path, rules: Rules) -> Followed:
    """Hours followed in a `tracks.parquet`.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such table.
    """
    try:
        table = pq.read_table(path, columns=["time", "subject"])
        time_s = table["time"].cast(pa.int64()).to_numpy() / 1e6
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"{path}: not the tracks of a replay: {error}") from error
    words = table["subject"].combine_chunks().dictionary_encode()
    vessel = np.array([word.startswith(VESSEL) for word in words.dictionary.to_pylist()], bool)
    return followed(time_s, np.asarray(words.indices), vessel, rules.follow_s)


def followed(time_s: Floats, subject: Ints, vessel: Floats, follow_s: float) -> Followed:
    """Hours followed, of positions in any order.

    Shapes: `time_s`, `subject` (n,); `vessel` (subjects,), true for a vessel, by number of subject.
    """
    if not len(time_s):
        return Followed()
    order = np.lexsort((time_s, subject))
    time_s, subject = time_s[order], subject[order]
    step_s = np.diff(time_s)
    kept = (np.diff(subject) == 0) & (step_s <= follow_s)
    by_sea = np.asarray(vessel, bool)[subject[1:]]
    return Followed(
        vessel_h=float(step_s[kept & by_sea].sum()) / HOUR_S,
        flight_h=float(step_s[kept & ~by_sea].sum()) / HOUR_S,
        watch_h=float(time_s.max() - time_s.min()) / HOUR_S,
    )
