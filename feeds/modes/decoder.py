"""The door of the Mode S decoder: `Frames` in, `Said` out, memory kept between.

One decode path serves reports, identities and the lines of `headland decode`.
What it refuses is counted by reason and station. Frames are taken in the order
given; times may run back a little. How the stream is cut into batches changes
nothing. Not safe for use by two threads at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from feeds.modes.address import Senders, senders
from feeds.modes.contents import airborne, contents, on_surface, typecodes
from feeds.modes.fixes import fix
from feeds.modes.memory import Memory
from feeds.modes.messages import ModesMessages, told
from feeds.modes.said import identities_of, reports_of
from feeds.modes.screen import formats, is_addressed, unfit, unreadable
from feeds.modes.trail import DROPPED
from feeds.modes.verify import verified
from feeds.modes.words import Words, hashes, words_of
from feeds.rejects import Rejects
from feeds.reports import Doubt, Said
from geo.batch import Bools, Ids, Ints
from geo.container import Tree
from geo.stations import StationNames
from hardware.frames import Frames, Kind

HOME_DEG = (54.5, -3.0)
"""The middle of the waters and land the house watches: the British Isles, France, the Low Countries and
Denmark lie in one quarter of the earth around it, so an aircraft first heard taxiing there is placed right."""
CHUNK_FRAMES = 65_536
"""Frames decoded at a time, whatever the batch: it bounds the working memory, to some 100 MB."""


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
        rows, frames = self._kept(unfit(frames), frames, rows, frames)
        words = words_of(frames.payload)
        rows, frames, words = self._kept(unreadable(words), frames, rows, frames, words)
        df = formats(words)
        sender = senders(words, df)
        clean = is_addressed(df) & (words.remainder == 0)
        slots = self.memory.slots(sender.entity, clean)
        believed = verified(self.memory, rows, slots, frames.time_s, clean)
        self.memory.swept(self._row)
        return self._messages(
            *self._kept({"address unverified": ~believed}, frames, frames, words, sender, slots)
        )

    def _messages(self, frames: Frames, words: Words, sender: Senders, slots: Ints) -> ModesMessages:
        df = formats(words)
        typecode = typecodes(words, sender.squitter)
        columns = contents(words, df, typecode)
        doubt = columns["doubt"] | np.where(frames.time_guessed, Doubt.TIME_GUESSED, 0)
        nobody = (sender.address == 0) | (sender.address == 0xFFFFFF)
        doubt |= np.where(nobody, Doubt.IDENTITY_FORM, 0)
        lat_deg, lon_deg, position_doubt = self._places(
            frames, words.me, typecode, slots, columns["groundspeed_kt"]
        )
        return ModesMessages.of(
            len(frames),
            time_s=frames.time_s,
            arrival_s=frames.arrival_s,
            station=frames.station,
            signal_dbfs=frames.signal_dbfs,
            message=hashes(words),
            df=df,
            typecode=typecode,
            entity=sender.entity,
            source=sender.source,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            **(columns | {"doubt": doubt | position_doubt}),
        )

    def _places(
        self, frames: Frames, me: Ids, typecode: Ints, slots: Ints, speed_kt: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.uint32]]:
        """Latitude, longitude and doubt of every row. Shapes: (n,) x5 -> (n,) x3."""
        surface = on_surface(typecode)
        rows = np.flatnonzero(surface | airborne(typecode))
        word = me[rows]
        lat, lon, said, verdict = fix(
            self.memory,
            self._home_deg,
            slots[rows],
            frames.time_s[rows],
            (word & np.uint64((1 << 34) - 1)).astype(np.int64),
            ((word >> np.uint64(34)) & np.uint64(1)).astype(np.int64),
            surface[rows].astype(np.int64),
            speed_kt[rows],
        )
        if (dropped := verdict == DROPPED).any():
            self._count("position disagrees with the track", frames, rows[dropped])
        lat_deg, lon_deg = np.full((2, len(frames)), np.nan)
        doubt = np.zeros(len(frames), np.uint32)
        lat_deg[rows], lon_deg[rows], doubt[rows] = lat, lon, said
        return lat_deg, lon_deg, doubt

    def _kept(self, reasons: dict[str, Bools], frames: Frames, *columns: Any) -> tuple[Any, ...]:
        """Count the rows of each reason; returns the rows of `columns` that no reason names."""
        kept = np.ones(len(frames), np.bool_)
        for reason, rows in reasons.items():
            if rows.any():
                self._count(reason, frames, np.flatnonzero(rows))
                kept &= ~rows
        if kept.all():
            return columns
        return tuple(each[kept] if isinstance(each, np.ndarray) else each.take(kept) for each in columns)

    def _count(self, reason: str, frames: Frames, rows: Ints) -> None:
        stations, first, counts = np.unique(frames.station[rows], return_index=True, return_counts=True)
        for station, start, count in zip(
            stations.tolist(), rows[first].tolist(), counts.tolist(), strict=True
        ):
            sample = frames.payload.row(start).tobytes().hex().encode()
            self._rejects.add(reason, sample, self._names.name(station), count)
