from feeds.rejects import SAMPLE_BYTES, SAMPLES_KEPT, Rejects


def test_counts_are_kept_by_reason_and_station() -> None:
    rejects = Rejects()
    rejects.add("bad checksum", b"a", "cliff")
    rejects.add("bad checksum", b"b", "pier", 2)
    rejects.add("line too long", b"c")

    told = rejects.by_reason()

    assert rejects.total() == 4
    assert told["bad checksum"] == {
        "count": 3,
        "samples": ["a", "b"],
        "stations": {"cliff": 1, "pier": 2},
    }
    assert told["line too long"]["stations"] == {}


def test_samples_are_few_and_short() -> None:
    rejects = Rejects()
    for _ in range(100):
        rejects.add("line too long", b"x" * 10_000)

    samples = rejects.by_reason()["line too long"]["samples"]

    assert [len(sample) for sample in samples] == [SAMPLE_BYTES] * SAMPLES_KEPT


def test_a_sample_cannot_command_the_terminal_it_is_shown_on() -> None:
    rejects = Rejects()
    rejects.add("not AIS", b"\x1b[2J\xff" + "\u202eabc é".encode())

    assert rejects.by_reason()["not AIS"]["samples"] == ["\\x1b[2J\\xff\\u202eabc é"]


def test_what_is_told_can_be_changed_without_changing_the_counts() -> None:
    rejects = Rejects()
    rejects.add("not AIS", b"a")
    rejects.by_reason()["not AIS"]["samples"].clear()

    assert rejects.by_reason()["not AIS"]["samples"] == ["a"]


def test_each_station_has_samples_of_its_own_of_each_reason() -> None:
    rejects = Rejects()
    for number in range(10):
        rejects.add("bad checksum", b"cliff %d" % number, "cliff")
    rejects.add("bad checksum", b"pier", "pier")
    rejects.add("line too long", b"somebody")

    told = rejects.by_station()

    assert told == {
        "cliff": {"bad checksum": {"count": 10, "samples": ["cliff 0", "cliff 1", "cliff 2"]}},
        "pier": {"bad checksum": {"count": 1, "samples": ["pier"]}},
    }
    kept = Rejects()
    kept.restore(rejects.state())
    assert kept.by_station() == told


def test_a_flood_of_stations_is_counted_and_fills_no_memory_with_samples(monkeypatch) -> None:
    monkeypatch.setattr("feeds.rejects.PAIRS_SAMPLED", 5)
    rejects = Rejects()
    for number in range(100):
        rejects.add("bad checksum", b"x", f"station-{number:03d}")

    told = rejects.by_station()

    assert len(told) == 100
    assert sum(len(each["bad checksum"]["samples"]) for each in told.values()) == 5
