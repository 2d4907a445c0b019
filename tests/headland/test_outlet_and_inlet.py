"""Fusion's picture told and heard: a page in another process shows what a page beside fusion would."""

import math

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_making import NAMES, traffic
from map_making import CESSNA, FERRY, NOON_S

from feeds.reports import entities
from fusion.tracks import Tracks
from headland.changes import PAYLOAD_BYTES, Head, Kind, Places, packed
from headland.inlet import AWAY_S, Inlet
from headland.outlet import CHANGES, PARTS, PICTURE, SLICES, Outlet, slice_of
from maps.live.board import Board

CLIFF = {"id": "cliff", "heard_s": NOON_S, "version": "1.0", "per_minute": 50.0}
AS_SHOWN = ("time", "lat", "lon", "cog", "sog", "alt", "source", "stations", "doubt", "provisional")


class Wire:
    """A broker between the two: hands everything over, and keeps what is retained."""

    def __init__(self, *inlets):
        self.inlets, self.retained, self.told = list(inlets), {}, []

    def carry(self, tellings, at_s=0.0):
        for topic, payload, retain in tellings:
            self.told.append((topic, payload))
            for inlet in self.inlets:
                inlet.take(topic, payload, at_s)
            if retain:
                self.retained[topic] = payload
                if not payload:
                    del self.retained[topic]

    def come_late(self, inlet, at_s=0.0):
        for topic, payload in self.retained.items():
            inlet.take(topic, payload, at_s)


def seen(board):
    """What a board shows of each subject: its columns, and what it says of itself."""
    told = orjson.loads(board.snapshot().plain)
    columns = [told["at"][name] for name in AS_SHOWN]
    rows = dict(zip(told["at"]["id"], zip(*columns, strict=True), strict=True))
    return {subject: (rows[number], said) for number, subject, _, said in told["who"]}


def stations(board):
    return {row["id"]: row for row in orjson.loads(board.snapshot().plain)["stations"]["put"]}


def turns(outlet, count, start=0, rows=(CLIFF,)):
    for turn in range(start, start + count):
        yield from outlet.turn(NOON_S + turn, NOON_S + turn - 10, list(rows))


def test_a_page_far_away_shows_what_a_page_beside_fusion_shows():
    beside, far, outlet = Board(), Board(), Outlet()
    wire = Wire(Inlet(far))
    for shown in (beside, outlet):
        shown.show_names(NAMES)

    for second in range(40):
        for shown in (beside, outlet):
            shown.show_positions(traffic(second), provisional=True)
            if second >= 10:
                shown.show_positions(traffic(second - 10, (FERRY, CESSNA)), provisional=False)
        wire.carry(turns(outlet, 1, second))
        beside.tick(NOON_S + second)
        far.tick(NOON_S + second)

        assert seen(far) == seen(beside)
    assert len(seen(far)) == 3


def test_a_page_that_comes_late_has_everything_from_what_the_broker_keeps():
    early, late, outlet = Board(), Board(), Outlet()
    wire, inlet = Wire(Inlet(early)), Inlet(late)
    outlet.show_names(NAMES)
    outlet.show_positions(traffic(0), provisional=False)
    wire.carry(turns(outlet, SLICES))
    wire.come_late(inlet)
    for board in (early, late):
        board.tick(NOON_S + SLICES)
    inlet.tell(NOON_S + SLICES, 0.0, "")
    late.tick(NOON_S + SLICES)

    assert seen(late) == seen(early)
    assert stations(late)["cliff"]["state"] == "alive"


def crowd(count, time_s=NOON_S):
    rng = np.random.default_rng(3)
    return Tracks.of(
        count,
        time_s=np.full(count, time_s),
        entity=entities(1, 200_000_000 + np.arange(count)),
        lat_deg=rng.uniform(50, 51, count),
        lon_deg=rng.uniform(-2, 0, count),
    )


def test_twenty_thousand_targets_are_all_there_and_no_payload_is_more_than_a_broker_takes():
    late, outlet = Board(), Outlet()
    wire, inlet = Wire(), Inlet(late)
    many = crowd(20_000)
    outlet.show_names({int(entity): {"name": "A SHIP OF SOME NAME"} for entity in many.entity})
    outlet.show_positions(many, provisional=False)
    wire.carry(turns(outlet, SLICES))
    wire.come_late(inlet)
    late.tick(NOON_S)

    assert len(seen(late)) == 20_000
    assert max(len(payload) for _, payload in wire.told) <= PAYLOAD_BYTES
    counts = np.bincount(slice_of(many.entity).astype(np.int64), minlength=SLICES)
    assert counts.max() < 1.2 * counts.min()


def test_parts_that_a_slice_no_longer_needs_are_taken_from_the_broker():
    outlet, wire = Outlet(), Wire()
    outlet.show_positions(crowd(20_000), provisional=False)
    wire.carry(turns(outlet, SLICES))
    crowded = len(wire.retained)
    gone = int(NOON_S + 7200)
    outlet.show_positions(traffic(7200), provisional=False)
    wire.carry(turns(outlet, SLICES, gone - int(NOON_S), rows=()))

    assert crowded > SLICES
    assert {topic.removeprefix(PICTURE).count("/") for topic in wire.retained} == {1}
    assert 1 <= len(wire.retained) <= 3


def test_a_new_run_takes_away_what_an_older_one_left():
    outlet = Outlet()
    list(turns(outlet, 2 * SLICES))
    outlet.begin_anew()

    cleared = [t.topic for t in turns(outlet, SLICES, 2 * SLICES, rows=()) if t.retain and not t.payload]

    assert len(cleared) == len(set(cleared)) == SLICES * PARTS


def test_nothing_new_is_told_as_a_heartbeat_and_nothing_twice():
    outlet = Outlet()
    outlet.show_positions(traffic(0), provisional=True)
    first, second = ([t for t in turns(outlet, 1, n) if t.topic == CHANGES] for n in (0, 1))

    assert [len(told) for told in (first, second)] == [2, 1]
    board = Board()
    Inlet(board).take(*second[0][:2], 0.0)
    board.tick(NOON_S)
    assert seen(board) == {}


def test_silence_is_said_after_five_seconds_and_over_when_it_speaks_again():
    board, outlet = Board(), Outlet()
    inlet = Inlet(board)
    wire = Wire(inlet)

    def told(at_s, broker=""):
        inlet.tell(NOON_S + at_s, at_s, broker)
        board.tick(NOON_S + at_s)
        row = stations(board).get("fusion")
        return row and (row["state"], row["note"])

    assert told(0) == ("lost", "The fusion process has not been heard since this page was started.")
    wire.carry(turns(outlet, 1), at_s=1.0)
    assert told(2) is None
    assert told(1 + AWAY_S + 1) == ("lost", "The fusion process has not been heard for 6 s.")
    wire.carry(turns(outlet, 1, 8), at_s=8.0)
    assert told(8) is None
    assert told(9, "The broker is away.") == ("lost", "The broker is away.")


def test_what_lay_with_the_broker_is_no_sign_of_life():
    board, outlet = Board(), Outlet()
    inlet, wire = Inlet(board), Wire()
    outlet.show_positions(traffic(0), provisional=False)
    wire.carry(turns(outlet, SLICES))
    wire.come_late(inlet, at_s=1.0)
    inlet.tell(NOON_S, 2.0, "")
    board.tick(NOON_S)

    assert stations(board)["fusion"]["state"] == "lost"


def test_a_station_falls_silent_by_the_page_s_clock_though_nobody_tells_it():
    board, outlet = Board(), Outlet()
    inlet = Inlet(board)
    Wire(inlet).carry(turns(outlet, 1))
    states = []
    for later in (30, 100):
        inlet.tell(NOON_S + later, 0.0, "")
        board.tick(NOON_S + later)
        states.append(stations(board)["cliff"]["state"])

    assert states == ["alive", "silent"]


def test_what_is_no_payload_is_counted_with_a_sample_and_shown_to_nobody():
    board = Board()
    inlet = Inlet(board)
    for payload in (b"<script>", b"\x00" * 50, b"x" * (PAYLOAD_BYTES + 1)):
        inlet.take(CHANGES, payload, 0.0)
    inlet.take(CHANGES, b"", 0.0)
    board.tick(NOON_S)

    assert inlet.rejects.total() == 3
    assert seen(board) == {}


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(numbers, st.integers(0, 2**64 - 1), numbers, numbers, numbers), max_size=5))
def test_rows_that_nobody_honest_would_send_do_not_stop_the_board(rows):
    board = Board()
    columns = list(zip(*rows, strict=True)) or [[]] * 5
    hostile = Places.of(
        len(rows),
        time_s=columns[0],
        entity=np.array(columns[1], np.uint64),
        lat_deg=columns[2],
        lon_deg=columns[3],
        sog_mps=columns[4],
        cog_deg=columns[4],
        alt_m=columns[4],
        source=np.full(len(rows), 255),
        stations=np.full(len(rows), -(2**31)),
        doubt=np.full(len(rows), 2**32 - 1),
    )
    (payload,) = packed(hostile.to_arrow(), Head(Kind.PLACES, NOON_S, None))
    Inlet(board).take(CHANGES, payload, 0.0)
    board.tick(NOON_S)

    assert all(math.isfinite(value) for at, _ in seen(board).values() for value in at)


@pytest.mark.parametrize("heard_s", [math.nan, math.inf, -1.0, 1e300])
def test_a_station_of_an_impossible_time_is_not_listed(heard_s):
    board = Board()
    inlet = Inlet(board)
    Wire(inlet).carry(Outlet().turn(NOON_S, NOON_S, [CLIFF | {"heard_s": heard_s}]))
    inlet.tell(NOON_S, 0.0, "")
    board.tick(NOON_S)

    assert set(stations(board)) == set()
