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
