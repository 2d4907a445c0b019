"""What is kept of everybody's way against a plain list, and how far behind flags are."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from live_making import traffic
from map_making import NOON_S

from maps.live import ways
from maps.live.board import FAR_BEHIND_S, Board
from maps.live.ways import KEPT_S, Ways


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1.0, 60.0, 3000.0, 8000.0]),
            st.lists(st.tuples(st.integers(1, 4), st.floats(0, 30)), max_size=5),
        ),
        max_size=8,
    )
)
def test_a_way_is_every_point_noted_of_one_target_in_the_last_two_hours(
    script: list[tuple[float, list[tuple[int, float]]]],
) -> None:
    kept, plain, now_s = Ways(), list[tuple[int, float, int]](), NOON_S
    for step_s, points in script:
        now_s += step_s
        number = np.array([number for number, _ in points], np.int64)
        time_s = np.round(now_s - np.array([ago for _, ago in points], np.float64), 1)
        place = np.arange(len(plain), len(plain) + len(points))
        kept.note(number, time_s, place, -place, now_s)
        plain += list(zip(number.tolist(), time_s.tolist(), place.tolist(), strict=True))

    for number in range(5):
        way = kept.of(number)
        due = [(time, place) for each, time, place in plain if each == number and time >= now_s - KEPT_S]
        found = list(zip(list(way["time"]), list(way["lat"]), strict=True))
        # Chunks go whole: a few points older than that may be left, none younger may be missing.
        assert set(due) <= set(found) <= {(time, place) for each, time, place in plain if each == number}
        assert list(way["time"]) == sorted(way["time"])
        assert list(way["lon"]) == [-place for place in way["lat"]]


def test_what_is_kept_has_a_bound(monkeypatch) -> None:
    monkeypatch.setattr(ways, "MOST", 10)
    kept = Ways()
    for second in range(100):
        kept.note(
            np.full(3, 1), np.full(3, NOON_S + second), np.full(3, second), np.full(3, 0), NOON_S + second
        )

    assert set(kept.of(1)["lat"]) == {97, 98, 99}


def test_a_board_notes_a_point_a_minute_and_forgets_nobody_s_last(monkeypatch) -> None:
    board = Board()
    for second in range(0, 600, 5):
        board.show_positions(traffic(second), provisional=False)
        board.tick(NOON_S + second)

    for number in (1, 2, 3):
        assert (np.diff(board.way(number)["time"]) == 60.0).all()
        assert len(board.way(number)["time"]) == 10


def test_lag_grows_with_the_clock_until_it_is_told_anew() -> None:
    board = Board()

    def told(second: float) -> tuple[object, bool]:
        board.tick(NOON_S + second)
        state = json.loads(board.snapshot().plain)
        return state["lag"]["as_of"], state["behind"]

    assert told(0) == (None, False)
    board.show_lag(10.0)
    assert told(1) == (NOON_S - 9, False)
    assert told(FAR_BEHIND_S - 9) == (NOON_S - 9, False)
    assert told(FAR_BEHIND_S - 8) == (NOON_S - 9, True)
    board.show_lag(np.nan, "not known")
    assert told(100) == (None, False)
