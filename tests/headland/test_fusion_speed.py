"""The benchmark of fusion runs without the peers, refuses unequal sides, and its page says what its numbers say."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS, BENCHMARKS = ROOT / "docs", ROOT / "benchmarks"
PEERS = ("polars", "movingpandas", "filterpy", "stonesoup")
ALONE = """
import runpy, sys
for peer in {peers!r}:
    sys.modules[peer] = None
sys.path.insert(0, {folder!r})
sys.argv = ["bench", *{words!r}]
runpy.run_path({folder!r} + "/bench_fusion.py", run_name="__main__")
"""


@pytest.fixture
def maker():
    spec = importlib.util.spec_from_file_location("make_fusion_speed", DOCS / "make_fusion_speed.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What a small run leaves and says where no peer is installed."""
    out = tmp_path_factory.mktemp("bench") / "out.json"
    words = ["--quick", "--entities", "90", "--reports", "2000", "--out", str(out)]
    program = ALONE.format(peers=PEERS, folder=str(BENCHMARKS), words=words)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(out.read_text()), ended


def test_without_its_peers_the_benchmark_of_fusion_runs_the_rest_and_says_whom_it_missed(measured):
    numbers, ended = measured

    assert all(f"{peer} is not installed" in ended.stderr for peer in PEERS)
    assert {row["peer"] for row in numbers["races"]} == {"shapely STRtree"}
    assert numbers["live"]["steps"] == 20
    assert numbers["memory"]["entities"] == 1000
    assert set(numbers["growth"]) == {"entities", "reports", "hours"}


def test_a_page_can_be_made_of_what_was_measured(measured, maker):
    numbers, _ = measured

    assert "shapely STRtree" in maker.page(numbers)
    assert len(maker.plots(numbers)) == 3


def test_the_page_of_speed_and_its_plots_are_what_the_numbers_make(maker):
    numbers = json.loads((DOCS / "fusion-speed.json").read_text())

    assert (DOCS / "fusion-speed.md").read_text() == maker.page(numbers), "run docs/make_fusion_speed.py"
    for name, svg in maker.plots(numbers).items():
        assert (DOCS / name).read_text() == svg, "run docs/make_fusion_speed.py"


def test_sides_that_do_not_find_the_same_are_not_timed(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    side_by_side = importlib.import_module("side_by_side")
    timed = []
    runner = side_by_side.Runner("one", lambda: timed.append(1) or 1)

    def agree():
        side_by_side.must(len([1]) == len([1, 2]), "one is not two")

    with pytest.raises(side_by_side.UnequalError, match="one is not two"):
        side_by_side.Race("counting", runner, [runner], [1.0], agree).run(3)

    assert not timed


def test_a_ratio_is_the_median_of_runs_next_to_each_other(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    side_by_side = importlib.import_module("side_by_side")
    ours = side_by_side.Runner("ours", lambda: 100, took_s=[1.0, 3.0, 2.0], read=100)
    theirs = side_by_side.Runner("theirs", lambda: 10, took_s=[1.0, 3.0, 20.0], read=10)
    race = side_by_side.Race("reading", ours, [theirs], [5.0], same=["all of it"])

    (row,) = side_by_side.paired([race])

    assert (row["ratio"], row["ours/s"], row["peer/s"], row["the same"]) == (10.0, 50, 3, "all of it")
