"""The board: what the live page shows at this moment, and each second what has changed of it.

In, from any thread: positions, names, flags, alerts, station health. They
wait until `tick(now_s)`, which the live wiring calls once a second with the
server's clock: it takes them in, lets go of what is silent, and hands one
packet, encoded and compressed once, to every listener. `snapshot` gives the
whole as of the last tick: deltas after it, in order, lead to any later one.

Nothing is decoded, filtered or judged here, and no clock is read.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from feeds.reports import subject
from geo.batch import Column, Ints
from maps.kinds import KINDS, kind_of
from maps.live.picture import Picture, Placed, columns_of
from maps.live.shelf import Shelf, keyed
from maps.live.wire import Packet, document, event, places
from maps.plain import plain, plain_tree

Listener = Callable[[Packet | None], None]
"""Called with each delta, from the thread that ticks; None when there will be no more."""

OLD_FEED_S = 60.0
"""The newest position of any busy coast is a few seconds old; after a minute the page says so."""

FAR_BEHIND_S = 60.0
"""Flags rest on data some ten seconds old, the lateness bound; a minute means that fusion does not keep up."""

FLAGS_KEPT_S = 86_400.0
MOST_FLAGS = 2000
MOST_ALERTS = 2000
MOST_STATIONS = 5000
MOST_NAMES = 100_000
MOST_WAITING = 500_000
"""Rows that may wait for a tick; if none comes, the oldest go, for newer ones follow."""

NAME_LIMIT = 64
NAME_FIELDS = 12
KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}

Item = TypeVar("Item")


class Board:
    """The picture, and those who listen to it.

    Attributes:
        now_s: of the last tick; NaN before the first.
    """

    def __init__(self, old_feed_s: float = OLD_FEED_S) -> None:
        """The page raises its banner when the newest position is older than `old_feed_s`."""
        self.now_s = np.nan
        self._old_feed_s = old_feed_s
        self._ticking, self._waiting = threading.RLock(), threading.Lock()
        self._positions: deque[dict[str, Column]] = deque()
        self._inbox: list[Callable[[], None]] = []
        self._listeners: list[Listener] = []
        self._picture = Picture()
        self._who: Shelf[int] = Shelf(MOST_NAMES)
        self._flags: Shelf[str] = Shelf(MOST_FLAGS)
        self._alerts: Shelf[str] = Shelf(MOST_ALERTS)
        self._stations: Shelf[str] = Shelf(MOST_STATIONS)
        self._names: dict[int, Mapping[str, str]] = {}
        self._flag_s: dict[str, float] = {}
        self._server: dict[str, Any] = {
            "muted": {"count": 0, "why": ""},
            "lag": {"as_of": np.nan, "why": ""},
            "lost": {"stations": [], "why": ""},
        }
        self._number = 0
        self._latest: Packet | None = None

    def show_positions(self, rows: Placed, *, provisional: bool) -> None:
        """Positions in any order: fused `Tracks`, or provisional `Reports` straight after decoding."""
        columns = columns_of(rows, provisional=provisional)
        with self._waiting:
            self._positions.append(columns)
            waiting = sum(len(batch["time_s"]) for batch in self._positions)
            while waiting > MOST_WAITING and len(self._positions) > 1:
                waiting -= len(self._positions.popleft()["time_s"])

    def show_names(self, names: Mapping[int, Mapping[str, str]]) -> None:
        """What entities say of themselves (`name`, `callsign`, `type`, ...); hostile."""
        said = {int(entity): _says(fields) for entity, fields in names.items()}
        self._later(lambda: self._take_names(said))

    def show_flags(self, features: Iterable[Mapping[str, Any]]) -> None:
        """New versions of flags, as GeoJSON features; those shown before stay."""
        found = [plain_tree(feature) for feature in features]
        self._later(lambda: self._take_flags(found))

    def show_alerts(self, alerts: Iterable[Mapping[str, Any]]) -> None:
        """All alerts there are (see `maps.live.desk`): one that is missing is taken off the page."""
        found = keyed(plain_tree(alert) for alert in alerts)
        self._later(lambda: self._alerts.replace(found))

    def show_stations(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """The health of all stations there are.

        A row has `id`, `state` (`alive`, `silent`, `lost` or a word of the
        wiring's own), and where known `kind`, `heard` (ISO 8601 UTC),
        `per_minute`, `entities`, `clock_offset_s`, `spool`, `version`, `note`.
        """
        found = keyed(plain_tree(row) for row in rows)
        self._later(lambda: self._stations.replace(found))

    def show_muted(self, count: int, why: str) -> None:
        """How many flags or alerts are held back now, and a sentence that says by what."""
        self._say("muted", {"count": int(count), "why": plain(why)})

    def show_lag(self, lag_s: float, why: str = "") -> None:
        """How far what flags rest on is behind the server's clock, and a sentence that says by what.

        From here it grows with the clock until it is told anew: a fusion that hangs says nothing.
        Beyond `FAR_BEHIND_S` the page raises a banner, and says `why` there. NaN, and before the first
        call: not known, which the page says.
        """
        self._later(lambda: self._server.update(lag={"as_of": self.now_s - lag_s, "why": plain(why)}))

    def show_lost_together(self, stations: Sequence[str], why: str = "") -> None:
        """Stations that fell silent at once, as a fault or a jammer makes them; none when that is over."""
        named = [plain(str(station), NAME_LIMIT) for station in stations[:MOST_STATIONS]]
        self._say("lost", {"stations": named, "why": plain(why)})

    def tick(self, now_s: float) -> Packet:
        """Take in what has come, and tell every listener what has changed.

        Args:
            now_s: the server's clock, Unix seconds; drives age and eviction.
        """
        with self._ticking:
            with self._waiting:
                positions, self._positions = list(self._positions), deque()
                inbox, self._inbox = self._inbox, []
            self.now_s = now_s
            for act in inbox:
                act()
            self._picture.advance(positions, now_s)
            self._introduce()
            self._forget(now_s)
            self._number += 1
            self._latest = None
            told = event(self._number, self._told())
            listeners = list(self._listeners)
        for listener in listeners:
            listener(told)
        return told

    def snapshot(self) -> Packet:
        """Everything, as of the last tick, as a JSON document; made once a tick at most."""
        with self._ticking:
            if self._latest is None:
                self._latest = document(self._number, self._whole())
            return self._latest

    def way(self, number: int) -> dict[str, Any]:
        """Where one target was, see `maps.live.ways`; by the number that snapshots and deltas give it."""
        with self._ticking:
            return self._picture.ways.of(number)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have every delta from now on; returns how to stop."""
        with self._ticking:
            self._listeners.append(listener)

        def stop() -> None:
            with self._ticking:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    def end(self) -> None:
        """Tell all listeners that there will be no more, so that a server can stop at once."""
        with self._ticking:
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(None)

    def _say(self, about: str, words: Mapping[str, Any]) -> None:
        """Of the server itself: told with every delta, for it is short and must not be missed."""
        self._later(lambda: self._server.update({about: words}))

    def _later(self, act: Callable[[], None]) -> None:
        with self._waiting:
            self._inbox.append(act)

    def _take_names(self, said: Mapping[int, Mapping[str, str]]) -> None:
        for entity, fields in said.items():
            merged = {**self._names.pop(entity, {}), **fields}
            self._names[entity] = dict(list(merged.items())[:NAME_FIELDS])
        _shorten(self._names, MOST_NAMES)
        entities = np.array(list(said), np.uint64)
        rows = self._picture.rows_of(entities)
        self._picture_known(rows[rows >= 0])

    def _take_flags(self, features: Iterable[Any]) -> None:
        for feature in features:
            properties = feature.get("properties") if isinstance(feature, dict) else None
            number = str(properties.get("id") or "") if isinstance(properties, dict) else ""
            if number:
                self._flags.put(number, feature)
                self._flag_s[number] = self.now_s

    def _introduce(self) -> None:
        """Say who the newly shown are; forget those who went."""
        for number in self._picture.gone.tolist():
            self._who.take(number)
        known = np.fromiter(self._who.documents, np.int64, len(self._who.documents))
        self._picture_known(np.flatnonzero(~np.isin(self._picture.column["id"], known)))

    def _picture_known(self, rows: Ints) -> None:
        column = self._picture.column
        for row in rows.tolist():
            entity, number = int(column["entity"][row]), int(column["id"][row])
            says = self._names.get(entity, {})
            kind = KIND_NUMBER[kind_of(entity, int(column["source"][row]), says)]
            self._who.put(number, [number, subject(entity), kind, says])

    def _forget(self, now_s: float) -> None:
        for number, put_s in list(self._flag_s.items()):
            feature = self._flags.documents.get(number)
            settled = feature is not None and feature["properties"].get("state") != "open"
            if feature is None or (settled and now_s - put_s > FLAGS_KEPT_S):
                self._flags.take(number)
                del self._flag_s[number]

    def _told(self) -> dict[str, Any]:
        rows = np.flatnonzero(self._picture.column["changed"])
        return self._state(rows) | {
            "gone": self._picture.gone,
            "who": self._who.changes()["put"],
            "flags": self._flags.changes(),
            "alerts": self._alerts.changes(),
            "stations": self._stations.changes(),
        }

    def _whole(self) -> dict[str, Any]:
        state = self._state(np.arange(len(self._picture)))
        return state | {
            "trails": self._picture.trails(state["epoch"]),
            "who": self._who.everything()["put"],
            "flags": self._flags.everything(),
            "alerts": self._alerts.everything(),
            "stations": self._stations.everything(),
        }

    def _state(self, rows: Ints) -> dict[str, Any]:
        """What a delta and a snapshot have in common."""
        epoch = int(self.now_s) if np.isfinite(self.now_s) else 0
        newest_s = self._picture.newest_s()
        age_s = self.now_s - newest_s
        lag_s = self.now_s - self._server["lag"]["as_of"]
        return {
            "number": self._number,
            "now": self.now_s,
            "epoch": epoch,
            "newest": newest_s,
            "old": not age_s <= self._old_feed_s,
            "behind": bool(lag_s > FAR_BEHIND_S),
            **self._server,
            "at": places(self._picture, rows, epoch),
        }


def _says(fields: Mapping[str, Any]) -> dict[str, str]:
    """Plain text of a few fields, capped."""
    pairs = ((plain(str(key), NAME_LIMIT), plain(str(value), NAME_LIMIT)) for key, value in fields.items())
    return dict([(key, text) for key, text in pairs if key and text][:NAME_FIELDS])


def _shorten(names: dict[int, Item], most: int) -> None:
    """Drop the entries longest unchanged."""
    for key in list(names)[: max(0, len(names) - most)]:
        del names[key]
