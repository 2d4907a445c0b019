"""The door of the Mode S decoder: `Frames` in, `Said` out, memory kept between.

One decode path serves reports, identities and the lines of `headland decode`.
What it refuses is counted by reason and station. Frames are taken in the order
given; times may run back a little. How the stream is cut into batches changes
nothing. Not safe for use by two threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.address import Senders, senders
from feeds.modes.contents import airborne, contents, on_surface, typecodes
from feeds.modes.fields import me_field
from feeds.modes.fixes import fix
from feeds.modes.integrity import NIC_LOW, Codes, nic
from feeds.modes.memory import SUPPLEMENT_A, SUPPLEMENT_C, VERSION, Memory
from feeds.modes.messages import ModesMessages
from feeds.modes.said import identities_of, reports_of
from feeds.modes.screen import formats, screened, unfit
from feeds.modes.status import OPERATIONAL
from feeds.modes.supplements import carried
from feeds.modes.telling import told
from feeds.modes.trail import DROPPED
from feeds.modes.verify import verified
from feeds.modes.words import Words, hashes, spelt, words_of
from feeds.rejects import Rejects
from feeds.reports import Doubt, Said
from geo.batch import Bools, Floats, Ints
from geo.container import Tree
from geo.stations import StationNames
from hardware.frames import Frames, Kind

HOME_DEG = (54.5, -3.0)
"""The middle of the waters and land the house watches: the British Isles, France, the Low Countries and
Denmark lie in one quarter of the earth around it, so an aircraft first heard taxiing there is placed right."""
NOBODY = (0, 0xFFFFFF)
"""Addresses that no state gives to an aircraft (ICAO Annex 10 volume III, 9.1)."""
CHUNK_FRAMES = 65_536
"""Frames decoded at a time, whatever the batch: it bounds the working memory, to some 100 MB."""


class _Heard(NamedTuple):
    """Frames cut into their parts, a row each.

    Attributes:
        time_s .. guessed: as in `hardware.frames`.
        slots: of each sender's memory; -1 where there is none.
    """

    time_s: Floats
    arrival_s: Floats
    station: npt.NDArray[np.uint32]
    signal_dbfs: Floats
    guessed: Bools
    words: Words
    df: Ints
    sender: Senders
    slots: Ints
    typecode: Codes

    def take(self, rows: Ints) -> _Heard:
        """The rows of an index."""
        n = len(rows)
        floats, ids, sender = np.empty((3, n)), np.empty((4, n), np.uint64), self.sender
        station, address = np.empty(n, np.uint32), np.empty(n, np.uint32)
        remainder, source, guessed = np.empty(n, np.uint32), np.empty(n, np.uint8), np.empty(n, np.bool_)
        squitter, places, typecode = np.empty(n, np.bool_), np.empty((2, n), np.int64), np.empty(n, np.int8)
        _take(
            rows,
            (self.time_s, self.arrival_s, self.signal_dbfs),
            (self.words.head, self.words.me, self.words.parity, sender.entity),
            (self.station, sender.address, self.words.remainder),
            (sender.source, self.guessed, sender.squitter, self.typecode),
            (self.df, self.slots),
            floats,
            ids,
            (station, address, remainder),
            (source, guessed, squitter, typecode),
            places,
        )
        time_s, arrival_s, signal_dbfs = floats
        words = Words(ids[0], ids[1], ids[2], remainder)
        taken = Senders(address, ids[3], source, squitter)
        return _Heard(
            time_s, arrival_s, station, signal_dbfs, guessed, words, places[0], taken, places[1], typecode
        )


@numba.njit(cache=True)
def _take(rows, floats, ids, numbers, small, places, to_f, to_i, to_n, to_s, to_p):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Copy rows of all columns at once: a third of what a pass a column takes."""
    for to in range(len(rows)):
        row = np.uint64(rows[to])
        to_f[0, to], to_f[1, to], to_f[2, to] = floats[0][row], floats[1][row], floats[2][row]
        to_i[0, to], to_i[1, to], to_i[2, to], to_i[3, to] = (
            ids[0][row],
            ids[1][row],
            ids[2][row],
            ids[3][row],
        )
        to_n[0][to], to_n[1][to], to_n[2][to] = numbers[0][row], numbers[1][row], numbers[2][row]
        to_s[0][to], to_s[1][to], to_s[2][to], to_s[3][to] = (
            small[0][row],
            small[1][row],
            small[2][row],
            small[3][row],
        )
        to_p[0, to], to_p[1, to] = places[0][row], places[1][row]


class ModesDecoder:
    """Decodes frames and remembers senders.

    Attributes:
        memory: what is remembered of each sender.
    """

    def __init__(
        self,
        rejects: Rejects,
        names: StationNames | None = None,
        home_deg: tuple[float, float] = HOME_DEG,
    ) -> None:
        """Begin with nobody known.

        Args:
            rejects: takes what is refused.
            names: of the stations, for the rejects; their numbers stand there otherwise.
            home_deg: latitude and longitude nearest to which an unknown aircraft on the ground is placed.
        """
        self.memory = Memory()
        self._rejects = rejects
        self._names = names or StationNames()
        self._home_deg = (float(home_deg[0]), float(home_deg[1]))
        self._row = 0

    def step(self, frames: Frames) -> Said:
        """What the Mode S frames of a batch say; frames of other kinds are not looked at."""
        messages = self.decode(frames)
        return Said(reports_of(messages), identities_of(messages))

    def messages(self, frames: Frames) -> Iterator[dict[str, Any]]:
        """The same as one dictionary a believed frame, in the standard's units."""
        yield from told(self.decode(frames))

    def decode(self, frames: Frames) -> ModesMessages:
        """Every believed frame of a batch, decoded, in order."""
        mine = frames if (frames.kind == Kind.MODE_S).all() else frames.take(frames.kind == Kind.MODE_S)
        if len(mine) <= CHUNK_FRAMES:
            return self._decoded(mine)
        rows = np.arange(len(mine))
        starts = range(0, len(mine), CHUNK_FRAMES)
        return ModesMessages.concat(
            [self._decoded(mine.take(rows[start : start + CHUNK_FRAMES])) for start in starts]
        )

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {"row": self._row, "memory": self.memory.state()}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._row = state["row"]
        self.memory.restore(state["memory"])

    def _decoded(self, frames: Frames) -> ModesMessages:
        rows = self._row + np.arange(len(frames))
        self._row += len(frames)
        if (fit := self._counted(unfit(frames), frames)) is not None:
            frames, rows = frames.take(fit), rows[fit]
        words = words_of(frames.payload)
        df = formats(words)
        unknown, failed, readable, clean = screened(words, df)
        sender = senders(words, df)
        slots = np.where(readable, self.memory.slots(sender.entity, clean), -1)
        believed = verified(self.memory, rows, slots, frames.time_s, clean)
        self.memory.swept(self._row)
        heard = _Heard(
            frames.time_s,
            frames.arrival_s,
            frames.station,
            frames.signal_dbfs,
            frames.time_guessed,
            words,
            df,
            sender,
            slots,
            typecodes(words, sender.squitter),
        )
        reasons = {
            "downlink format not decoded": unknown,
            "parity fails": failed,
            "address unverified": readable & ~believed,
        }
        kept = self._counted(reasons, frames)
        return self._messages(heard if kept is None else heard.take(kept))

    def _messages(self, heard: _Heard) -> ModesMessages:
        columns = contents(heard.words, heard.df, heard.typecode)
        lat_deg, lon_deg, doubt = self._places(heard, columns["groundspeed_kt"])
        integrity = self._integrity(heard)
        doubt[heard.guessed] |= np.uint32(Doubt.TIME_GUESSED)
        doubt[np.isin(heard.sender.address, NOBODY)] |= np.uint32(Doubt.IDENTITY_FORM)
        doubt[(integrity >= 0) & (integrity < NIC_LOW)] |= np.uint32(Doubt.INTEGRITY_LOW)
        return ModesMessages.of(
            len(heard.df),
            time_s=heard.time_s,
            arrival_s=heard.arrival_s,
            station=heard.station,
            signal_dbfs=heard.signal_dbfs,
            message=hashes(heard.words),
            me=heard.words.me,
            df=heard.df,
            typecode=heard.typecode,
            entity=heard.sender.entity,
            source=heard.sender.source,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            nic=integrity,
            doubt=doubt,
            **columns,
        )

    def _integrity(self, heard: _Heard) -> Codes:
        """NIC of every row, by what it and its sender's status say. Shape: n rows -> (n,)."""
        found = np.full(len(heard.df), -1, np.int8)
        surface = on_surface(heard.typecode)
        rows = np.flatnonzero(surface | airborne(heard.typecode) | (heard.typecode == OPERATIONAL))
        me, typecode = heard.words.me[rows], heard.typecode[rows]
        status = carried(self.memory, heard.slots[rows], heard.time_s[rows], me, typecode)
        b_or_c = np.where(surface[rows], status[:, SUPPLEMENT_C], me_field(me, 8, 1))
        found[rows] = nic(typecode, status[:, VERSION], status[:, SUPPLEMENT_A], b_or_c)
        # A height without a place bears a type code that promises nothing.
        found[heard.typecode == 0] = 0
        return found

    def _places(self, heard: _Heard, speed_kt: Floats) -> tuple[Floats, Floats, npt.NDArray[np.uint32]]:
        """Latitude, longitude and doubt of every row. Shapes: n rows, (n,) -> (n,) x3."""
        surface = on_surface(heard.typecode)
        rows = np.flatnonzero(surface | airborne(heard.typecode))
        word = heard.words.me[rows]
        lat, lon, said, verdict = fix(
            self.memory,
            self._home_deg,
            heard.slots[rows],
            heard.time_s[rows],
            (word & np.uint64((1 << 34) - 1)).astype(np.int64),
            ((word >> np.uint64(34)) & np.uint64(1)).astype(np.int64),
            surface[rows].astype(np.int64),
            speed_kt[rows],
        )
        if (dropped := verdict == DROPPED).any():
            self._count(
                "position disagrees with the track",
                heard.station,
                rows[dropped],
                lambda row: spelt(heard.words, row),
            )
        lat_deg, lon_deg = np.full((2, len(heard.df)), np.nan)
        doubt = np.zeros(len(heard.df), np.uint32)
        lat_deg[rows], lon_deg[rows], doubt[rows] = lat, lon, said
        return lat_deg, lon_deg, doubt

    def _counted(self, reasons: dict[str, Bools], frames: Frames) -> Ints | None:
        """Count the rows of each reason; returns the rows that none names, or None where that is all."""
        kept = np.ones(len(frames), np.bool_)
        for reason, rows in reasons.items():
            if rows.any():
                self._count(
                    reason,
                    frames.station,
                    np.flatnonzero(rows),
                    lambda row: frames.payload.row(row).tobytes(),
                )
                kept &= ~rows
        return None if kept.all() else np.flatnonzero(kept)

    def _count(
        self, reason: str, station: npt.NDArray[np.uint32], rows: Ints, sample: Callable[[int], bytes]
    ) -> None:
        stations, first, counts = np.unique(station[rows], return_index=True, return_counts=True)
        for number, row, count in zip(stations.tolist(), rows[first].tolist(), counts.tolist(), strict=True):
            self._rejects.add(reason, sample(row).hex().encode(), self._names.name(number), count)
