"""Whole messages of a batch where the sentences of each stand side by side, in one pass over its bytes.

A receiver writes the sentences of a message together, so that most batches
need no assembler: no message is begun and open, and every sentence of several
has its fellows right behind it. Then an assembler would join them as they
stand, and remember nothing (`feeds.ais.assembly`). A batch that is not so is
for `feeds.ais.wholes` to sort out: 24 in 1,000 of four recordings, a hundred
lines each.

In: the frames of a batch. Out: `Wholes`, in the order in which they became
whole, and the sentences that are refused. Which sentences belong together
hangs on those before, so the loop is compiled.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.ais.assembly import TIMEOUT_S
from feeds.ais.payload_bits import Payloads
from feeds.ais.sentence import PAYLOAD_CHARACTERS
from feeds.ais.sentence_scan import TAIL, part_at
from feeds.ais.wholes import Wholes
from geo.batch import Ints
from hardware.frames import Frames

_LEFT = -1


class Adjoined(NamedTuple):
    """The messages of a batch, and its refused sentences. Shapes: wholes (n,), refused (k,).

    Attributes:
        refused: rows of the batch, rising.
        why: of all rows, the number in `REFUSALS`; -1 where the sentence is fine.
    """

    wholes: Wholes
    refused: Ints
    why: npt.NDArray[np.int8]


def adjoined(frames: Frames) -> Adjoined | None:
    """The messages of a batch, as an assembler that has begun none makes them; None where it would have to remember."""
    text, offsets = frames.payload.values, frames.payload.offsets
    n = len(offsets) - 1
    # Joined payloads go behind the sentences, in whose place nothing may be written.
    buffer = np.empty(2 * len(text), np.uint8)
    why, fill, rows = np.empty(n, np.int8), np.empty(n, np.int8), np.empty((6, n), np.int64)
    times, guessed = np.empty((3, n)), np.empty(n, np.bool_)
    heard = frames.station, frames.time_s, frames.signal_dbfs, frames.arrival_s, frames.time_guessed
    found, refused = _adjoined(text, offsets, *heard, buffer, why, fill, rows, times, guessed)
    if found == _LEFT:
        return None
    row, station, sentences, first, past, bad = rows
    time_s, signal_dbfs, arrival_s = times[:, :found]
    wholes = Wholes(
        row[:found],
        station[:found],
        time_s,
        guessed[:found],
        signal_dbfs,
        arrival_s,
        sentences[:found],
        Payloads(buffer, first[:found], past[:found], fill[:found]),
    )
    return Adjoined(wholes, bad[:refused], why)


@numba.njit(cache=True)
def _adjoined(  # type: ignore[no-untyped-def]  # noqa: ANN202
    text,  # noqa: ANN001
    offsets,  # noqa: ANN001
    station,  # noqa: ANN001
    time_s,  # noqa: ANN001
    signal_dbfs,  # noqa: ANN001
    arrival_s,  # noqa: ANN001
    guessed,  # noqa: ANN001
    buffer,  # noqa: ANN001
    why,  # noqa: ANN001
    fill,  # noqa: ANN001
    rows,  # noqa: ANN001
    times,  # noqa: ANN001
    guess,  # noqa: ANN001
):
    """How many messages there are, `_LEFT` where there are sentences without their fellows, and how many refusals."""
    n = len(offsets) - 1
    buffer[: len(text)] = text
    end, count, bad = len(text), 0, 0
    # Of the message begun: its first row, the sentences still to come, its key.
    head, wanted, mine, begun = 0, 0, 0, 0
    for row in range(n):
        begin, behind = offsets[row], offsets[row + 1]
        why[row], key, first = part_at(text, begin, behind)
        if why[row] >= 0:
            rows[5, bad] = row
            bad += 1
            if wanted:
                return _LEFT, 0
            continue
        past = behind - TAIL
        total, number = text[begin + 7] - 48, text[begin + 9] - 48
        if total > 1:
            if number == 1 and wanted == 0:
                head, wanted, mine = row, int(total), key
                begun = end
            fits = number == total - wanted + 1 and key == mine and station[row] == station[head]
            # So put that a time of NaN is no time near another.
            near = wanted and abs(time_s[row] - time_s[head]) <= TIMEOUT_S
            if not (fits and near and end - begun + past - first <= PAYLOAD_CHARACTERS):
                return _LEFT, 0
            buffer[end : end + past - first] = text[first:past]
            end += past - first
            wanted -= 1
            if wanted:
                continue
            first, past = begun, end
        elif wanted:
            return _LEFT, 0
        else:
            head = row
        rows[0, count], rows[1, count], rows[2, count] = row, station[head], total
        rows[3, count], rows[4, count], fill[count] = first, past, text[behind - 4] - 48
        times[0, count], times[1, count], times[2, count] = time_s[head], signal_dbfs[head], arrival_s[row]
        guess[count] = guessed[head]
        count += 1
    return (_LEFT if wanted else count), bad
