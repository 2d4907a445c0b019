import random
import tracemalloc
from itertools import permutations

import numpy as np
import pytest
from nmea_lines import T0, checksummed, counts, cut, decoded, encoded, frames, recut

from feeds.ais import decoder as decoder_module
from feeds.ais.assembly import OPEN_PER_STATION, TIMEOUT_S
from feeds.ais.decoder import AisDecoder
from feeds.rejects import Rejects

ALPHA = encoded(
    {"type": 5, "mmsi": 235000001, "shipname": "ALPHA", "destination": "FELIXSTOWE ROADS"}, seq_id=3
)
BRAVO = encoded(
    {"type": 5, "mmsi": 235000002, "shipname": "BRAVO", "destination": "CALAIS FERRY PORT 9"}, seq_id=3
)
SHIP = encoded({"type": 1, "mmsi": 235000003})[0]
LONG = encoded({"type": 14, "mmsi": 235000004, "text": "MAYDAY " * 22}, seq_id=7)


def test_two_receivers_halves_never_make_one_ship() -> None:
    # The two firsts, then the two seconds, as two receivers' lines arrive when merged.
    said, rejects, _ = decoded([frames([ALPHA[0], BRAVO[0], BRAVO[1], ALPHA[1]], stations=[1, 2, 2, 1])])

    assert said.identities.name.tolist() == ["BRAVO", "ALPHA"]
    assert said.identities.destination.tolist() == ["CALAIS FERRY PORT 9", "FELIXSTOWE ROADS"]
    assert said.identities.station.tolist() == [2, 1]
    assert rejects.total() == 0


def test_halves_of_two_ships_at_one_station_are_not_joined_across_a_lost_sentence_once_time_has_passed() -> (
    None
):
    said, rejects, _ = decoded([frames([ALPHA[0], BRAVO[1]], times=[T0, T0 + TIMEOUT_S + 1])])

    assert len(said.identities) == 0
    assert counts(rejects) == {"incomplete message": 2}


def test_a_sequence_number_that_comes_round_begins_a_new_message() -> None:
    said, rejects, _ = decoded([frames([ALPHA[0], BRAVO[0], BRAVO[1]])])

    assert said.identities.name.tolist() == ["BRAVO"]
    assert counts(rejects) == {"incomplete message": 1}


@pytest.mark.parametrize("order", list(permutations(range(len(LONG)))))
def test_sentences_may_come_in_any_order(order: tuple[int, ...]) -> None:
    assert len(LONG) >= 3
    _, rejects, decoder = decoded([frames([LONG[number] for number in order])])

    assert decoder.messages_by_type == {14: 1}
    assert rejects.total() == 0


def test_messages_on_two_channels_with_one_sequence_number_are_two() -> None:
    other = encoded({"type": 5, "mmsi": 235000002, "shipname": "BRAVO"}, seq_id=3, radio_channel="B")

    said, _, _ = decoded([frames([ALPHA[0], other[0], ALPHA[1], other[1]])])

    assert said.identities.name.tolist() == ["ALPHA", "BRAVO"]


def test_a_message_bears_the_time_of_its_first_sentence_and_the_arrival_of_its_last() -> None:
    batch = frames(ALPHA, times=[T0, T0 + 1], arrival_s=[T0 + 5, T0 + 6], time_guessed=[False, True])
    position = recut(encoded({"type": 19, "mmsi": 235000001, "lat": 50, "lon": -1}), 30)
    said, _, _ = decoded([batch, frames(position, times=[T0, T0 + 1], arrival_s=[T0 + 5, T0 + 6])])

    assert said.identities.time_s.tolist() == [T0, T0]
    assert (said.reports.time_s[0], said.reports.arrival_s[0]) == (T0, T0 + 6)


def test_a_lone_sentence_is_counted_when_its_station_is_heard_later_and_not_before() -> None:
    rejects = Rejects()
    decoder = AisDecoder(rejects)

    decoder.step(frames([ALPHA[0], SHIP], times=[T0, T0 + TIMEOUT_S]))
    assert counts(rejects) == {}
    decoder.step(frames([SHIP], times=T0 + TIMEOUT_S + 1, stations=2))
    assert counts(rejects) == {}, "another station's clock must not push time here"
    decoder.step(frames([SHIP], times=T0 + TIMEOUT_S + 1))
    assert counts(rejects) == {"incomplete message": 1}


def test_a_lone_sentence_is_counted_at_the_end() -> None:
    _, rejects, _ = decoded([frames([ALPHA[1]])])

    assert counts(rejects) == {"incomplete message": 1}


def test_a_clock_that_jumps_back_or_is_missing_loses_no_message() -> None:
    for times in ([T0, T0 - 3600, T0 - 3600], [np.nan] * 3):
        said, _, _ = decoded([frames([SHIP, *ALPHA], times=times)])
        assert said.identities.name.tolist() == ["ALPHA"]


def test_the_same_comes_out_however_the_frames_are_cut() -> None:
    rng = random.Random(20240601)  # noqa: S311  a shuffle, no secret
    sentences, times, stations = [], [], []
    for number in range(300):
        lines = rng.choice([ALPHA, BRAVO, LONG, [SHIP], [b"junk"], ALPHA[:1], BRAVO[1:]])
        for line in rng.sample(lines, len(lines)):
            sentences.append(line)
            times.append(T0 + number * 0.7)
            stations.append(rng.choice([1, 2]))
    whole = frames(sentences, times, stations)

    told = []
    for size in (1, 7, 1000, len(whole)):
        rejects = Rejects()
        decoder = AisDecoder(rejects)
        messages = [each for batch in cut(whole, size) for each in decoder.messages(batch)]
        decoder.finish()
        told.append((messages, rejects.by_reason(), decoder.sentences))

    assert told[0] == told[1] == told[2] == told[3]
    messages, refused, used = told[0]
    assert len(messages) > 50
    assert used + sum(entry["count"] for entry in refused.values()) == len(whole)


def orphans(count: int, stations: int) -> list:
    """First halves that no second half will follow, with every sequence number and channel there is."""
    lines = [
        checksummed(f"AIVDM,{2 + n % 8},1,{n % 100},{'ABCDEFGH'[n % 8]},{'5' * 60},0") for n in range(count)
    ]
    return [
        frames(lines[i : i + 1000], stations=np.arange(i, i + 1000) % stations) for i in range(0, count, 1000)
    ]


@pytest.mark.parametrize("stations", [1, 20_000])
def test_orphans_do_not_fill_the_memory(stations: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_module, "STATIONS_OPEN", 50)
    batches = orphans(40_000, stations)
    rejects = Rejects()
    decoder = AisDecoder(rejects, name=lambda _: "")
    decoder.step(batches[0])

    tracemalloc.start()
    for batch in batches[1:]:
        decoder.step(batch)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    decoder.finish()

    assert held < 50 * OPEN_PER_STATION * 1000
    assert held < 2_000_000
    assert counts(rejects) == {"incomplete message": 40_000}


def test_a_message_longer_than_any_is_refused_before_it_is_put_together() -> None:
    lines = [checksummed(f"AIVDM,9,{n},1,A,{'5' * 60},0") for n in range(1, 10)]

    _, rejects, decoder = decoded([frames(lines)])

    assert decoder.messages_by_type == {}
    # Four make it too long; so do the next four; the ninth stays alone.
    assert counts(rejects) == {"payload too long": 8, "incomplete message": 1}
