"""The board against a plain client: dictionaries, one row at a time, that applies what it is told."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from live_making import NAMES, traffic
from map_making import CESSNA, FERRY, NOON_S, flag

from feeds.reports import Domain, Reports, Source, entities
from fusion.tracks import Tracks
from geo.batch import Ragged
from maps.live.board import Board
from maps.live.picture import TRAIL_POINTS
from maps.live.wire import GZIP_HEAD, Packet

SHIPS = [int(entity) for entity in entities(Domain.AIS, np.arange(235_000_000, 235_000_006))]
PLANES = [int(entity) for entity in entities(Domain.ICAO, np.arange(0x400_000, 0x400_004))]


def read(packet: Packet) -> dict[str, Any]:
    text = packet.plain.decode()
    found: dict[str, Any] = json.loads(text.split("data: ", 1)[1] if text.startswith("event") else text)
    return found


class Client:
    """What a browser keeps, the plainest way."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.number = snapshot["number"]
        self.rows: dict[int, dict[str, Any]] = {}
        self.who = {each[0]: each[1:] for each in snapshot["who"]}
        self.shelves: dict[str, dict[str, Any]] = {name: {} for name in ("flags", "alerts", "stations")}
        self._common(snapshot)
        trails, at = snapshot["trails"], 0
        for number, count in zip(snapshot["at"]["id"], trails["counts"], strict=True):
            time, lat, lon = (np.cumsum(trails[name][at : at + count]) for name in ("time", "lat", "lon"))
            moments = (time + 10 * snapshot["epoch"]).tolist()
            self.rows[number]["trail"] = list(zip(moments, lat.tolist(), lon.tolist(), strict=True))
            at += count
        assert at == len(trails["lat"])

    def apply(self, delta: dict[str, Any]) -> None:
        assert delta["number"] == self.number + 1
        self.number += 1
        for number in delta["gone"]:
            self.rows.pop(number, None)
            self.who.pop(number, None)
        self.who |= {each[0]: each[1:] for each in delta["who"]}
        self._common(delta)
        for number, marked in zip(delta["at"]["id"], delta["at"]["marked"], strict=True):
            row = self.rows[number]
            if marked:
                row["trail"] = [*row["trail"], (row["time"], row["lat"], row["lon"])][-TRAIL_POINTS:]

    def _common(self, message: dict[str, Any]) -> None:
        self.head = {name: message[name] for name in ("now", "newest", "old", "muted")}
        at = message["at"]
        for i, number in enumerate(at["id"]):
            row = {name: values[i] for name, values in at.items() if name != "marked"}
            row["time"] += 10 * message["epoch"]
            self.rows[number] = {"trail": self.rows.get(number, {}).get("trail", [])} | row
        for name, shelf in self.shelves.items():
            key = (lambda each: each["properties"]["id"]) if name == "flags" else (lambda each: each["id"])
            for gone in message[name]["gone"]:
                shelf.pop(gone, None)
            shelf |= {key(each): each for each in message[name]["put"]}

    def state(self) -> tuple[Any, ...]:
        return self.number, self.rows, self.who, self.shelves, self.head


def some_rows(draw: st.DrawFn, now_s: float) -> Tracks:
    n = draw(st.integers(0, 8))
    either = st.one_of(st.floats(-120, 120), st.just(np.nan))
    columns = {name: draw(st.lists(either, min_size=n, max_size=n)) for name in ("lat_deg", "lon_deg")}
    columns |= {name: draw(st.lists(either, min_size=n, max_size=n)) for name in ("alt_m", "sog_mps")}
    ago = draw(st.lists(st.floats(-100, 400), min_size=n, max_size=n))
    return Tracks.of(
        n,
        time_s=now_s - np.array(ago, np.float64),
        entity=np.array(draw(st.lists(st.sampled_from(SHIPS + PLANES), min_size=n, max_size=n)), np.uint64),
        cog_deg=columns["sog_mps"],
        **columns,
    )


@st.composite
def seconds(draw: st.DrawFn) -> list[tuple[float, list[tuple[Any, ...]]]]:
    """Ticks at uneven distances, each with what was shown before it."""
    now_s, script = NOON_S, []
    for _ in range(draw(st.integers(1, 8))):
        now_s += draw(st.sampled_from([1.0, 20.0, 200.0, 4000.0]))
        acts: list[tuple[Any, ...]] = [
            ("positions", some_rows(draw, now_s), draw(st.booleans())) for _ in range(draw(st.integers(0, 3)))
        ]
        numbers = st.lists(st.integers(1, 4), unique=True, max_size=4)
        if draw(st.booleans()):
            version = draw(st.integers(1, 3))
            acts.append(("flags", [flag(i, version=version) for i in draw(numbers)]))
            acts.append(("alerts", [{"id": f"case-{i}", "version": version} for i in draw(numbers)]))
            acts.append(("stations", [{"id": f"station-{i}", "state": version} for i in draw(numbers)]))
            acts.append(("names", {draw(st.sampled_from(SHIPS)): {"name": f"NAME {version}"}}))
            acts.append(("muted", version))
        script.append((now_s, acts))
    return script


def play(board: Board, acts: list[tuple[Any, ...]]) -> None:
    for name, *rest in acts:
        if name == "positions":
            board.show_positions(rest[0], provisional=rest[1])
        elif name == "muted":
            board.show_muted(rest[0], "snoozed")
        else:
            getattr(board, f"show_{name}")(rest[0])


@settings(deadline=None, max_examples=80)
@given(seconds(), st.data())
def test_a_snapshot_and_the_deltas_after_it_are_any_later_snapshot(
    script: list[tuple[float, list[tuple[Any, ...]]]], data: st.DataObject
) -> None:
    board = Board()
    begin = data.draw(st.integers(0, len(script) - 1))
    clients = []
    for number, (now_s, acts) in enumerate(script):
        if number == begin:
            clients.append(Client(read(board.snapshot())))
        play(board, acts)
        delta = read(board.tick(now_s))
        for client in clients:
            client.apply(delta)

    assert clients[0].state() == Client(read(board.snapshot())).state()


@settings(deadline=None, max_examples=40)
@given(seconds())
def test_every_entity_stands_where_it_was_last_said_to_be(
    script: list[tuple[float, list[tuple[Any, ...]]]],
) -> None:
    board, last = Board(), dict[int, tuple[float, int, float, float]]()
    for now_s, acts in script:
        play(board, acts)
        board.tick(now_s)
        for name, *rest in acts:
            if name != "positions":
                continue
            rows, provisional = rest
            for i in range(len(rows)):
                lat, lon = rows.lat_deg[i], rows.lon_deg[i]
                if not (abs(lat) <= 90 and abs(lon) <= 180):
                    continue
                said = (min(rows.time_s[i], now_s + 5.0), int(not provisional), lat, lon)
                entity = int(rows.entity[i])
                # Later wins, and of one moment the fused; of two alike either may stand.
                if entity not in last or said[:2] > last[entity][:2]:
                    last[entity] = said
                elif said[:2] == last[entity][:2]:
                    last[entity] = (*said[:2], np.nan, np.nan)
        last = {e: s for e, s in last.items() if now_s - s[0] <= (300 if e in PLANES else 3600)}
    picture = board._picture.column

    assert picture["entity"].tolist() == sorted(last)
    for entity, time_s, lat, lon in zip(
        *(picture[name].tolist() for name in ("entity", "place_s", "lat_deg", "lon_deg")), strict=True
    ):
        assert time_s == last[entity][0]
        assert np.isnan(last[entity][2]) or (lat, lon) == last[entity][2:]


def test_a_provisional_position_is_shown_at_once_and_the_fused_one_of_that_moment_takes_its_place() -> None:
    board = Board()
    fused = traffic(1, (FERRY,))
    board.show_positions(fused.replaced(lat_deg=fused.lat_deg + 0.01), provisional=True)
    first = read(board.tick(NOON_S + 1))["at"]
    board.show_positions(fused, provisional=False)
    second = read(board.tick(NOON_S + 2))["at"]
    board.show_positions(fused.replaced(lat_deg=fused.lat_deg + 0.01), provisional=True)
    third = read(board.tick(NOON_S + 3))["at"]

    assert (first["provisional"], second["provisional"], third["provisional"]) == ([1], [0], [0])
    assert first["lat"][0] - second["lat"][0] == 1000
    assert third["lat"] == second["lat"]


def test_an_aircraft_that_says_position_and_speed_in_turn_has_both() -> None:
    board = Board()
    said = {"entity": np.array([CESSNA, CESSNA], np.uint64), "source": np.full(2, Source.ADSB)}
    stations = Ragged.of_rows([[1, 2], [2]], np.uint32)
    board.show_positions(
        Reports.of(
            2,
            time_s=np.array([NOON_S, NOON_S + 0.4]),
            lat_deg=np.array([50.7, np.nan]),
            lon_deg=np.array([-1.2, np.nan]),
            sog_mps=np.array([np.nan, 51.44]),
            cog_deg=np.array([np.nan, 90.0]),
            alt_m=np.array([300.0, np.nan]),
            stations=stations,
            **said,
        ),
        provisional=True,
    )
    at = read(board.tick(NOON_S + 1))["at"]

    assert (at["lat"], at["sog"], at["cog"], at["alt"]) == ([5_070_000], [5144], [90], [300])
    assert (at["stations"], at["heard"]) == ([2], [1])


def test_the_compressed_deltas_of_any_client_read_as_the_plain_ones() -> None:
    board, packets = Board(), []
    board.listen(packets.append)
    board.show_names(NAMES)
    for second in range(1, 40):
        board.show_positions(traffic(second), provisional=False)
        board.tick(NOON_S + second)

    for joined in (0, 17):
        stream = GZIP_HEAD + b"".join(packet.packed for packet in packets[joined:])
        assert zlib.decompressobj(31).decompress(stream) == b"".join(p.plain for p in packets[joined:])


def test_the_feed_is_old_when_nothing_new_is_said_and_before_anything_was() -> None:
    board = Board(old_feed_s=60.0)
    empty = read(board.tick(NOON_S))["old"]
    board.show_positions(traffic(1), provisional=False)

    assert [empty, *(read(board.tick(NOON_S + s))["old"] for s in (1, 61, 62))] == [True, False, False, True]


def test_twenty_thousand_shown_in_two_parts_are_all_told_of_once() -> None:
    board = Board()
    ships = entities(Domain.AIS, np.arange(235_000_000, 235_020_000))
    rows = Tracks.of(
        len(ships),
        time_s=np.full(len(ships), NOON_S),
        entity=ships,
        lat_deg=np.linspace(49, 60, len(ships)),
        lon_deg=np.linspace(-8, 2, len(ships)),
    )
    board.show_positions(rows.take(np.arange(0, len(ships), 2)), provisional=False)
    board.show_positions(rows.take(np.arange(1, len(ships), 2)), provisional=False)
    delta = read(board.tick(NOON_S))

    assert len(set(delta["at"]["id"])) == 20_000
    assert {each[1] for each in delta["who"]} == {f"mmsi:{n}" for n in range(235_000_000, 235_020_000)}
