"""Any bytes to any format: nothing raised, nothing printed, nothing lost from the count.

Formats are found by their folder, so one that is added is fuzzed by itself.
The longer search is `./run fuzz` (atheris); this is the part of it that is
quick enough for every run of the tests.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_seeds import seeds
from fuzzing import exercised
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.format import formats
from feeds.lines import LINE_BYTES

ROOT = Path(__file__).resolve().parents[2]
EVERY = pytest.mark.parametrize("name", formats())
LINES = (
    "nmea-pghp",
    "nmea-prefixed",
    "nmea-suffixed",
    "nmea-tagblock",
    "nmea-untimed",
    "modes-csv",
    "jet1090",
    "sbs",
)
"""Formats in which each line stands by itself, once those before it are known."""
STAMP = b"$PGHP"
"""Says when the sentence after it was heard: it is read with that, or counted."""
patient = settings(max_examples=30, suppress_health_check=list(HealthCheck))
INTERESTING = [b"\x00", b"\xff\xfe", b"nan", b"1e999", b"-1", b"9" * 400, b"\\", b"!", b"$", b"*", b",,", b"\n", b"\r",
               b'"', b"{", b"[" * 1000, "\u202e".encode(), b"\x1b[2J", b"\x1a", b"\x1a\x33", b"PAR1"]  # fmt: skip


def of(name):
    """What mutations of a format begin with: its own seed, or where it has none, everybody's."""
    return [seeds()[name]] if name in seeds() else [*seeds().values()]


@st.composite
def mutated(draw, sources):
    """Pieces of sources, cut anywhere, some bytes flipped, some of them replaced by what parsers dislike."""
    pieces = []
    for _ in range(draw(st.integers(1, 3))):
        source = draw(st.sampled_from(sources))
        first = draw(st.just(0) | st.integers(0, len(source)))
        pieces.append(source[first : draw(st.just(len(source)) | st.integers(first, len(source)))])
    data = bytearray(draw(st.sampled_from([b"", b"\n"])).join(pieces))
    for _ in range(draw(st.integers(0, 8)) if data else 0):
        at = draw(st.integers(0, len(data) - 1))
        insert = draw(st.sampled_from(INTERESTING) | st.binary(min_size=1, max_size=6))
        data[at : at + draw(st.integers(0, len(insert)))] = insert
    return bytes(data)


@EVERY
def test_a_format_that_has_a_seed_reads_something_of_it(name):
    if name not in seeds():
        pytest.skip("this format has no seed of its own, and is fuzzed with everybody else's")

    outcome = exercised(name, seeds()[name])

    assert outcome.rows > 0
    assert not outcome.unreadable
    assert formats()[name].recognises(seeds()[name])


@EVERY
@patient
@given(data=st.data())
def test_mutations_of_what_is_real_break_nothing_and_print_nothing(name, data, capfd):
    exercised(name, data.draw(mutated(of(name))))

    assert capfd.readouterr() == ("", "")


@EVERY
@settings(patient, max_examples=12)
@given(data=st.data())
def test_garbage_and_other_formats_break_nothing_and_print_nothing(name, data, capfd):
    exercised(name, data.draw(st.binary(max_size=400) | mutated([*seeds().values()])))

    assert capfd.readouterr() == ("", "")


@EVERY
def test_an_input_of_nothing_and_a_line_without_end_are_told_or_counted(name):
    for data in (b"", b"\n" * 999, b"9" * (3 * LINE_BYTES), seeds().get(name, b"") + b"," * (3 * LINE_BYTES)):
        exercised(name, data)


@pytest.mark.parametrize("name", LINES)
@patient
@given(data=st.data())
def test_every_line_is_read_or_counted(name, data):
    head, *lines = seeds()[name].splitlines(keepends=True)
    before = head + b"".join(lines)
    line = bytearray(
        data.draw(st.sampled_from([each for each in lines if not each.startswith(STAMP)])).strip()
    )
    for _ in range(data.draw(st.integers(0, 4))):
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(33, 126))
    whole = before + (b"" if before.endswith(b"\n") else b"\n")

    known, more = exercised(name, whole), exercised(name, whole + bytes(line) + b"\n")

    assert more.rows + more.rejects.total() > known.rows + known.rejects.total()


def test_atheris_finds_nothing_in_a_few_seconds():
    pytest.importorskip("atheris", reason="atheris is not installed here (Linux on x86-64 only)")
    run = subprocess.run(
        [sys.executable, ROOT / "tests" / "fuzz_formats.py", "any", "10"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stderr[-4000:]
    assert "any: Done" in run.stdout
