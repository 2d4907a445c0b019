"""Reports wait, and leave once, in one order, one row a transmission."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feeds.reports import Domain, Doubt, Reports, entities
from fusion.order import Waiting, group_within
from fusion.parameters import EngineParameters
from geo.batch import Ragged

START_S = 1_452_600_000.0
PARAMETERS = EngineParameters()


def heard(
    time_s: list[float], message: list[int], station: list[int], domain: Domain = Domain.AIS
) -> Reports:
    n = len(time_s)
    return Reports.of(
        n,
        time_s=START_S + np.array(time_s),
        entity=entities(domain, np.full(n, 235000001)),
        message=np.array(message, np.uint64),
        lat_deg=np.full(n, 50.7),
        lon_deg=np.full(n, -1.1),
        stations=Ragged.singles(station, "u4"),
    )


def test_one_transmission_heard_by_three_stations_is_one_row_that_knows_all_three() -> None:
    waiting = Waiting(PARAMETERS)
    waiting.add(heard([1.0, 1.9, 1.2], [7, 7, 7], [30, 10, 20]))

    out = waiting.release(START_S + 60).reports

    assert len(out) == 1
    assert out.time_s[0] == START_S + 1.0
    assert out.stations.row(0).tolist() == [10, 20, 30]


def test_the_same_words_said_again_later_are_another_transmission() -> None:
    waiting = Waiting(PARAMETERS)
    waiting.add(heard([1.0, 4.0], [7, 7], [10, 10]))

    assert len(waiting.release(START_S + 60).reports) == 2


def test_mode_s_repeats_sooner_than_ais_and_is_told_apart_sooner() -> None:
    waiting = Waiting(PARAMETERS)
    waiting.add(heard([1.0, 1.3, 2.0], [7, 7, 7], [10, 20, 10], Domain.ICAO))

    assert waiting.release(START_S + 60).reports.stations.counts.tolist() == [2, 1]


def test_an_ear_that_hears_across_the_end_of_a_tick_is_not_lost() -> None:
    waiting = Waiting(PARAMETERS)
    waiting.add(heard([4.9, 5.1], [7, 7], [10, 20]))

    first = waiting.release(START_S + 7.0).reports
    second = waiting.release(START_S + 60.0).reports

    assert first.stations.row(0).tolist() == [10, 20]
    assert len(second) == 0


def test_nothing_leaves_before_the_watermark_and_the_ears_behind_it_have_passed() -> None:
    waiting = Waiting(PARAMETERS)
    waiting.add(heard([1.0], [7], [10]))

    assert len(waiting.release(START_S + 6.9).reports) == 0
    assert len(waiting.release(START_S + 7.0).reports) == 1


def test_late_and_untimed_reports_are_counted_and_not_used() -> None:
    waiting = Waiting(PARAMETERS)
    waiting.release(START_S + 100.0)
    waiting.add(heard([1.0, np.nan, np.inf, -START_S], [1, 2, 3, 4], [10, 10, 10, 10]))

    assert (waiting.late, waiting.untimed) == (1, 3)
    assert len(waiting.release(START_S + 200.0).reports) == 0


@given(
    st.lists(
        st.tuples(st.floats(0, 60), st.integers(1, 4), st.integers(1, 3)),
        min_size=1,
        max_size=60,
        unique=True,
    ),
    st.integers(1, 60),
    st.randoms(use_true_random=False),
)
def test_cuts_and_order_do_not_change_what_leaves(rows, size, random) -> None:
    times, messages, stations = (list(column) for column in zip(*rows, strict=True))
    whole = Waiting(PARAMETERS)
    whole.add(heard(times, messages, stations))
    expected = whole.release(START_S + 100.0).reports

    arrivals = sorted(range(len(rows)), key=lambda i: times[i] + random.uniform(0.0, 9.9))
    shuffled = heard(
        [times[i] for i in arrivals], [messages[i] for i in arrivals], [stations[i] for i in arrivals]
    )
    waiting, parts = Waiting(PARAMETERS), []
    for start in range(0, len(rows), size):
        batch = shuffled.take(np.arange(start, min(start + size, len(rows))))
        waiting.add(batch)
        parts.append(waiting.release(batch.time_s.max() - PARAMETERS.lateness_s).reports)
    got = Reports.concat([*parts, waiting.release(START_S + 100.0).reports])

    assert waiting.late == 0
    assert got.time_s.tobytes() == expected.time_s.tobytes()
    assert got.message.tobytes() == expected.message.tobytes()
    assert got.stations.values.tobytes() == expected.stations.values.tobytes()
    assert got.stations.offsets.tobytes() == expected.stations.offsets.tobytes()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 3)), max_size=50))
def test_the_compiled_grouping_equals_the_plain_one(steps) -> None:
    same = np.array([s for s, _ in steps], np.bool_)
    time_s = np.cumsum(np.array([d for _, d in steps], np.float64))
    window_s = np.full(len(steps), 2.0)

    np.testing.assert_array_equal(
        group_within(same, time_s, window_s), group_within.py_func(same, time_s, window_s)
    )


def test_a_group_is_bounded_from_its_first_row() -> None:
    group = group_within(np.ones(4, np.bool_), np.array([0.0, 1.5, 3.0, 3.1]), np.full(4, 2.0))

    assert group.tolist() == [0, 0, 1, 1]


@given(st.lists(st.tuples(st.floats(-120, 1e7), st.booleans()), min_size=1, max_size=30), st.integers(1, 30))
def test_a_stamp_long_after_its_arrival_waits_for_nothing_and_is_counted_however_the_input_is_cut(rows, size):
    """What the feeds doubt, and only where it lies in the future; a recording that knows no arrival loses nothing."""
    ahead_s, arrivals = (np.array(column) for column in zip(*rows, strict=True))
    reports = heard((100.0 + ahead_s).tolist(), list(range(len(rows))), [10] * len(rows))
    doubt = np.where(arrivals & (np.abs(ahead_s) > 60.0), int(Doubt.TIME_SKEW), 0).astype(np.uint32)
    arrival_s = np.where(arrivals, START_S + 100.0, np.nan)
    reports = reports.replaced(arrival_s=arrival_s, doubt=doubt)
    early = arrivals & (ahead_s > 60.0)
    waiting = Waiting(PARAMETERS)

    for start in range(0, len(rows), size):
        waiting.add(reports.take(np.arange(start, min(start + size, len(rows)))))

    assert waiting.early == early.sum()
    assert waiting.last_s() <= START_S + 160.0 or not arrivals.all()
    assert len(waiting.release(START_S + 2e7).reports) == len(rows) - early.sum()
