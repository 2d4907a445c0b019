"""`headland bench`: suites found by name; refusals that say what to do; and what reading costs in memory."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from headland.errors import SuiteError
from headland.suites import FOLDER, run_all, run_suite, suites, title

ROOT = Path(__file__).parents[2]
PEERS = all(importlib.util.find_spec(peer) for peer in ("polars", "rs1090", "pyModeS"))
SMALL, LARGE = 200_000, 800_000
"""Rows: the small file is some chunks long as well."""
SLACK_BYTES = 12e6
"""Allocators give back late; a file held whole would cost what the large one is longer, at least."""


def bench(*words):
    return subprocess.run(
        [sys.executable, "-m", "headland", "bench", *words], capture_output=True, text=True, check=False
    )


def test_every_suite_says_what_it_measures():
    assert "feeds" in suites()
    assert all(title(path).endswith(".") for path in suites().values())


def test_a_suite_that_is_not_there_is_refused_with_the_names_of_those_that_are():
    ended = bench("nonsense")

    assert ended.returncode == 2
    assert "no suite 'nonsense'; there are accuracy, checkpoint, feeds" in ended.stderr


def test_an_installed_package_without_a_checkout_says_where_benchmarks_are(tmp_path):
    with pytest.raises(SuiteError, match=r"they come with a checkout.*`./run bench`"):
        run_suite("feeds", folder=tmp_path)


def test_a_peer_that_is_not_installed_is_named_with_what_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    (tmp_path / "bench_race.py").write_text('"""A race."""\nimport no_such_peer\n')

    with pytest.raises(SuiteError, match=r"needs no_such_peer, which is not installed.*--group bench"):
        run_suite("race", folder=tmp_path)


def test_all_suites_together_end_with_the_worst_code_of_any(tmp_path, monkeypatch, capfd):
    codes = {"good": 0, "bad": 1}
    for name in codes:
        (tmp_path / f"bench_{name}.py").write_text(f'"""A {name} one."""\n')
    monkeypatch.setattr(
        "headland.suites.subprocess.run",
        lambda words, **_: subprocess.CompletedProcess(words, codes[words[-1]]),
    )

    assert run_all(tmp_path) == 1
    assert "bad: A bad one." in capfd.readouterr().out


@pytest.mark.skipif(not PEERS, reason="the benchmark's peers are not installed")
def test_feeds_are_raced_against_every_peer():
    ended = bench("feeds", "--", "--messages", "2000", "--turns", "1", "--json")

    told = json.loads(ended.stdout)
    assert (
        {row["peer"] for row in told["rows"]}
        == set(told["peers"])
        == {"pyais", "pyModeS", "rs1090", "polars"}
    )
    # How fast either was is the clock's to say, of so few messages anything.
    assert all(row["messages"] > 1500 and row["peer's share"] > 1500 for row in told["rows"])


def recorded(name, rows):
    """A recording of so many rows."""
    place = [f"{50 + row % 1000 / 1e4:.4f},{-1 - row % 777 / 1e4:.4f}" for row in range(rows)]
    if name == "table-csv":
        times = [
            f"2016-01-12 {row // 36000 % 24:02d}:{row // 600 % 60:02d}:{row % 60:02d}" for row in range(rows)
        ]
        lines = [f"{times[row]},{235000000 + row % 500},{place[row]}\n" for row in range(rows)]
        return "Time,MMSI,Latitude_degrees,Longitude_degrees\n" + "".join(lines)
    if name == "modes-csv":
        frame = "8d40621d58c382d690c8ac2863a7"
        return "time,station,frame\n" + "".join(
            f"{1.7e9 + row / 1000:.3f},cliff,{frame}\n" for row in range(rows)
        )
    sentence = "!AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*26"
    return "".join(f"{1.7e9 + row / 1000:.3f},{sentence}\n" for row in range(rows))


@pytest.mark.parametrize("name", ["nmea-prefixed", "modes-csv", "table-csv"])
def test_memory_is_bounded_by_what_is_read_at_a_time_and_not_by_the_file(tmp_path, name):
    peaks, sizes = [], []
    for rows in (SMALL, LARGE):
        path = tmp_path / "recording"
        path.write_text(recorded(name, rows))
        sizes.append(path.stat().st_size)
        words = [sys.executable, FOLDER / "reading_peak.py", name, path]
        peaks.append(int(subprocess.run(words, capture_output=True, check=True).stdout))

    assert sizes[1] - sizes[0] > 2 * SLACK_BYTES
    assert peaks[1] - peaks[0] < SLACK_BYTES
