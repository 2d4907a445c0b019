"""A scenario played to a broker begins now, and says so in its truth."""

import json
from dataclasses import dataclass
from datetime import datetime

import pytest
from proving_worlds import tiny

import headland.proving.simulate_live as live
from headland.errors import SettingsError
from headland.options import silent
from headland.proving.playing_live import PlayOptions

NOW_S = 1_800_000_013.7


@dataclass
class Stopped:
    """A clock that stands."""

    def utc_s(self):
        return NOW_S


def test_a_played_world_begins_at_the_next_whole_minute_and_one_that_keeps_its_times_does_not():
    scenario = tiny({"overflights": 1})
    now, then = (PlayOptions(mqtt="mqtt://127.0.0.1", recorded_times=kept) for kept in (False, True))

    assert live.begun(scenario, now, Stopped()).start_s == 1_800_000_060.0
    assert live.begun(scenario, then, Stopped()) == scenario


def test_the_truth_is_written_with_the_times_that_the_server_will_see(tmp_path, monkeypatch):
    played = []
    monkeypatch.setattr(live, "SystemClock", Stopped)
    monkeypatch.setattr(live, "play_over_mqtt", lambda sent, *_: played.append(sent))
    options = PlayOptions(mqtt="mqtt://127.0.0.1")

    live.simulate_live(tiny(behaviours={"landing_helicopter": 1}), tmp_path, options, silent)

    (entry,) = json.loads((tmp_path / "truth.json").read_text())["alarm"]
    start_s = datetime.fromisoformat(entry["start"]).timestamp()
    assert 1_800_000_060.0 < start_s < 1_800_000_060.0 + 1.6 * 3600
    assert played[0].start_s >= 1_800_000_060.0
    assert len(json.loads((tmp_path / "stations.json").read_text())) == 6


def test_a_broker_that_cannot_be_meant_is_refused(tmp_path):
    with pytest.raises(SettingsError):
        live.simulate_live(tiny({"overflights": 1}), None, PlayOptions(mqtt="http://nowhere"), silent)
