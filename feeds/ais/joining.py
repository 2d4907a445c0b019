"""Messages of several sentences, put together in columns where nothing stands in the way.

Most such messages are heard whole, in order and within a second, and an
assembler would do nothing with them that a sort does not. Those are joined
here. Whatever is not so plain is left to the station's assembler
(`feeds.ais.assembly`), sentence by sentence, and to its memory: `plain_runs`
takes only what that assembler would give in the same way, and what it would
not notice missing.

That is so where a station's assembler is far from full and holds no beginning
of the same key, and the key's sentences come as 1, 2, ... again and again, each
message's within the time and length allowed. Where a station's clock runs back,
one thing more: all its messages are plain, for what is begun early hides what
is begun late from the clock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from feeds.ais.assembly import OPEN_PER_STATION, TIMEOUT_S
from feeds.ais.sentence import PAYLOAD_CHARACTERS
from feeds.ais.sentence_scan import Parts
from geo.batch import Bools, Floats, Ints


class Runs(NamedTuple):
    """Messages found whole: rows of sentences, message after message. Shapes: rows (n,), begins (k,).

    Attributes:
        rows: of the batch, in the order of the sentences' numbers.
        begins: where in `rows` each message begins.
    """

    rows: Ints
    begins: Ints


def plain_runs(rows: Ints, parts: Parts, station: Ints, time_s: Floats, held: dict[int, set[int]]) -> Runs:
    """The messages among some sentences that need no assembler.

    Args:
        rows: of sentences that are fine and one of several.
        parts: of all sentences of the batch.
        station: of all sentences, also of those that are refused: they, too, move a station's time.
        time_s: of all sentences.
        held: keys of the messages begun before, by station.
    """
    order = rows[np.lexsort((parts.key[rows], station[rows]))]
    where, key = station[order], parts.key[order]
    another = np.diff(where, prepend=-1) != 0
    begins = np.flatnonzero(another | (np.diff(key, prepend=-1) != 0))
    group = np.cumsum(another | (np.diff(key, prepend=-1) != 0)) - 1
    counts = np.diff(np.append(begins, len(order)))
    total = parts.total[order].astype(np.int64)
    place = (np.arange(len(order)) - begins[group]) % total
    heads = np.flatnonzero(place == 0)
    run = np.cumsum(place == 0) - 1
    ends = np.append(heads[1:], len(order))
    late_s = np.abs(time_s[order] - time_s[order[heads]][run])
    characters = np.add.reduceat(parts.past[order] - parts.first[order], heads)
    fine = (
        (parts.number[order] == place + 1) & (late_s <= TIMEOUT_S) & (characters <= PAYLOAD_CHARACTERS)[run]
    )
    fine &= counts[group] % total == 0
    plain = np.logical_and.reduceat(fine, begins)
    plain &= ~np.isin(where[begins], _full(where[begins], held))
    for at in np.flatnonzero(plain & np.isin(where[begins], list(held))).tolist():
        plain[at] = int(key[begins[at]]) not in held[int(where[begins[at]])]
    for name in np.intersect1d(where, station[~steady(station, time_s)]).tolist():
        mine = where[begins] == name
        ours = where[heads] == name
        plain[mine] = plain[mine].all() and name not in held
        if plain[mine].all():
            own = np.flatnonzero(station == name)
            plain[mine] = _undisturbed(
                time_s[own], *(np.searchsorted(own, order[at[ours]]) for at in (heads, ends - 1))
            )
    kept = plain[group]
    return Runs(order[kept], np.flatnonzero((place == 0)[kept]))


def _full(groups: Ints, held: dict[int, set[int]]) -> Ints:
    """Stations whose assembler might have to give up its oldest message for want of room.

    Args:
        groups: the station of each key met.
        held: keys of the messages begun before, by station.
    """
    names, keys = np.unique(groups, return_counts=True)
    begun = np.array([len(held.get(name, ())) for name in names.tolist()], np.int64)
    return names[keys + begun >= OPEN_PER_STATION]


def _undisturbed(time_s: Floats, first: Ints, last: Ints) -> bool:
    """Whether no row of a station, from the first sentence of a message to its last, would give the message up.

    Args:
        time_s: of the station's rows.
        first: places among them of the messages' first sentences.
        last: and of their last.
    """
    ends = np.stack([first, last + 1], axis=1).ravel()
    latest_s = np.maximum.reduceat(np.append(time_s, np.nan), ends)[::2]
    return bool((latest_s - time_s[first] <= TIMEOUT_S).all())


def steady(station: Ints, time_s: Floats) -> Bools:
    """Rows that are not earlier than the row of the same station before them. Shape: (n,) x2 -> (n,)."""
    forwards = np.append(True, time_s[1:] >= time_s[:-1])
    if forwards.all():
        return forwards
    order = np.argsort(station, kind="stable")
    forwards[order[1:]] = (station[order[1:]] != station[order[:-1]]) | (
        time_s[order[1:]] >= time_s[order[:-1]]
    )
    forwards[order[0]] = True
    return forwards
