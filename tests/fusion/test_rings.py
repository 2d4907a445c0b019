"""Rings of samples take memory where they are written, and are moved whole."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fusion.records import SAMPLE, SAMPLES
from fusion.rings import move, rings
from fusion.state import Table

RESIDENT = """
import re
from pathlib import Path
from fusion.rings import rings

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

before, held = resident(), rings(20_000)
held["time_s"][:, 0] = 1.0
print(resident() - before, held.nbytes)
"""


def written(samples: np.ndarray, seed: int) -> np.ndarray:
    """Rings with so many samples each, of random bytes."""
    rng = np.random.default_rng(seed)
    made = rings(len(samples))
    for ring, count in zip(made, np.minimum(samples, SAMPLES), strict=True):
        ring[:count] = np.frombuffer(rng.bytes(count * SAMPLE.itemsize), SAMPLE)
    return made


@given(st.lists(st.integers(0, 2 * SAMPLES), min_size=1, max_size=12), st.integers(0, 2**32), st.data())
def test_what_was_written_is_moved_to_other_rings_and_within_the_same(samples, seed, data) -> None:
    samples = np.array(samples)
    kept = data.draw(st.lists(st.sampled_from(range(len(samples))), unique=True).map(sorted))
    rows, made = np.array(kept, np.int64), written(samples, seed)
    expected = [made[row, : min(samples[row], SAMPLES)].tobytes() for row in rows]

    target = rings(len(samples))
    move(made, rows, samples[rows], target)
    move(made, rows, samples[rows], made)

    for moved in (target, made):
        said = [moved[i, : min(samples[row], SAMPLES)].tobytes() for i, row in enumerate(rows)]
        assert said == expected


def test_a_table_that_grows_and_forgets_keeps_the_histories_of_the_rest() -> None:
    table, rng = Table.empty(capacity=2), np.random.default_rng(3)
    for first in range(0, 40, 5):
        table.admit(np.arange(first, first + 5, dtype=np.uint64), np.zeros(5))
        table.live["samples"][-5:] = rng.integers(0, 2 * SAMPLES, 5)
        table.history[: table.size]["time_s"][-5:] = np.arange(first, first + 5)[:, None]
    table.keep(table.live["entity"] % 3 != 0)

    for state, ring in zip(table.live, table.history, strict=False):
        count = min(state["samples"], SAMPLES)
        assert (ring["time_s"][:count] == state["entity"]).all()


def test_a_ring_with_one_sample_takes_a_page_and_not_its_whole_length() -> None:
    words = [sys.executable, "-c", RESIDENT]
    resident, whole = map(int, subprocess.run(words, capture_output=True, check=True).stdout.split())

    assert whole == 20_000 * SAMPLES * SAMPLE.itemsize
    assert resident < 0.6 * whole
