"""Names, call signs and hulls of a chunk: each distinct saying once, at the first row that says it.

A table repeats the static data in every row. Only rows are kept in which an
entity says something it has not said before in the same chunk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from feeds.reports import Identities
from feeds.tables.cell_scan import fit_to_show
from feeds.tables.cells import words
from feeds.tables.chunk import Chunk
from feeds.tables.hashing import hashed
from feeds.text import canonical
from geo.batch import Bools, Column, Floats, Ids, Ints

TEXTS = {"name": 34, "callsign": 8, "category": 2, "destination": 20}
"""House column -> width in characters (`feeds.reports.Identities`)."""
_HULL = ("bow_m", "stern_m", "port_m", "starboard_m")


def identities(
    chunk: Chunk, entity: Ids, measured: Mapping[str, Floats], codes: Mapping[str, Column], keep: Ints
) -> tuple[Ints, Identities]:
    """Which rows say something new of those in `keep`, and what. Time and station are the caller's."""
    texts = {name: _text(chunk, name) for name in TEXTS if chunk.sources(name)}
    figures: dict[str, Column] = {
        "imo": codes["imo"],
        "ship_type": codes["ship_type"],
        "draught_m": measured["draught_m"],
        **_hull(measured),
    }
    spelt = [text.number for text in texts.values()]
    tells = _any([number >= 0 for number in (*spelt, figures["imo"], figures["ship_type"])], chunk.rows)
    tells |= _any([~np.isnan(figures[name]) for name in ("draught_m", *_HULL)], chunk.rows)
    telling = keep[tells[keep]]
    content = hashed([column[telling] for column in (entity, *spelt, *figures.values())], len(telling))
    rows = telling[np.sort(np.unique(content, return_index=True)[1])]
    said: dict[str, Any] = {name: column[rows] for name, column in figures.items()}
    said |= {name: text.shown(rows, TEXTS[name]) for name, text in texts.items()}
    return rows, Identities.of(len(rows), entity=entity[rows], **said)


class _Texts(NamedTuple):
    """A text column: for each row the number of its text, -1 where nothing was said. Shape: (n,)."""

    number: Ints
    distinct: pa.Array

    def shown(self, rows: Ints, width: int) -> Column:
        """The texts of some rows as they are shown; empty where nothing was said."""
        fit = fit_to_show(self.distinct, width)
        texts = self.distinct.to_pylist()
        for row in np.flatnonzero(~fit).tolist():
            texts[row] = canonical(texts[row], width)
        # The last is what -1 stands for.
        return np.array([*texts, ""], np.str_)[self.number[rows]]


def _text(chunk: Chunk, name: str) -> _Texts:
    field, sources = chunk.dialect.fields[name], chunk.sources(name)
    if len(sources) > 1:
        return _numbered(pc.coalesce(*(words(source, field) for source in sources)))
    # A table repeats its texts: what they say is asked once of each, and some say the same.
    written = sources[0].dictionary_encode()
    told = _numbered(words(written.dictionary, field))
    which = pc.fill_null(written.indices, len(written.dictionary)).to_numpy()
    return _Texts(np.append(told.number, -1)[which], told.distinct)


def _numbered(texts: pa.Array) -> _Texts:
    encoded = texts.dictionary_encode()
    return _Texts(pc.fill_null(encoded.indices, -1).to_numpy().astype(np.int64), encoded.dictionary)


def _hull(measured: Mapping[str, Floats]) -> dict[str, Floats]:
    """Antenna to each side; a hull of length 0 or width 0 was not said.

    Where only length and width are known, bow and port are 0: so ITU-R M.1371
    writes a hull whose antenna's place is not known.
    """
    bow, stern, port, starboard = (measured[name] for name in _HULL)
    along, across = measured["length_m"], measured["width_m"]
    bow, stern = _sides(bow, stern, along)
    port, starboard = _sides(port, starboard, across)
    return dict(zip(_HULL, (bow, stern, port, starboard), strict=True))


def _sides(one: Floats, other: Floats, both: Floats) -> tuple[Floats, Floats]:
    only_sum = np.isnan(one) & np.isnan(other) & ~np.isnan(both)
    one, other = np.where(only_sum, 0.0, one), np.where(only_sum, both, other)
    unsaid = one + other == 0.0
    return np.where(unsaid, np.nan, one), np.where(unsaid, np.nan, other)


def _any(masks: list[Bools], rows: int) -> Bools:
    found: Bools = np.zeros(rows, np.bool_)
    for mask in masks:
        found |= mask
    return found
