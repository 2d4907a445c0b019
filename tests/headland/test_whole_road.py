"""From the antenna to the alert: every part killed while data flows and flags are open, and nothing told apart."""

import json
from collections import Counter

import pytest
from nmea_lines import encoded
from solent_road import OVER_S, SETTINGS, Road, recorded, solent

from alerts.features import canonical_json
from feeds.first_line import first_line
from headland.options import ReplayOptions
from headland.replay import replay
from headland.settings import load_settings

ALL = solent()
FAST, SLOW = 60.0, 10.0
"""How fast the station hears until the first alert, and when parts are killed."""


def replayed(source, out):
    """The flags that a replay gives, and its report."""
    replay([str(source)], out, ReplayOptions(settings=load_settings(None, SETTINGS)))
    flags = json.loads((out / "flags.geojson").read_bytes())["features"]
    return flags, json.loads((out / "report.json").read_bytes())


def episodes(flags):
    told = [flag["properties"] for flag in flags]
    return {(flag["kind"], tuple(flag["subjects"]), flag["start"]) for flag in told}


def last_of(messages):
    """The last version that was told of each alert."""
    said = sorted((number, int(version)) for number, version, _ in (each.split(":") for each in messages))
    return dict(said)


def far_away(time_ms):
    """A ship off Aberdeen: a file says how late it is by what was heard last."""
    place = {"lat": 57.1, "lon": -1.9, "speed": 12.0, "course": 10.0}
    return time_ms, encoded({"type": 1, "mmsi": 235000001, **place})[0]


def flows(road):
    """Wait until more is heard and comes to the journal, while some flag is open."""
    lines = len(road.journalled())
    road.until(lambda: len(road.journalled()) > lines)
    assert any(alert.flag_state == "open" for alert in road.alerts())


@pytest.mark.system("mosquitto")
def test_whatever_is_killed_every_flag_becomes_one_alert_and_none_is_missing_or_other(tmp_path):
    with Road(tmp_path) as road:
        road.hearing.start()
        road.fusion.start()
        road.play(ALL, FAST)
        road.until(road.alerts)

        road.station.kill()
        road.play(ALL[len(road.heard()) :], SLOW)
        flows(road)
        road.fusion.kill()
        road.hearing.kill()
        road.service.start()  # from here on all roles in one process: the same folders, the same flags
        flows(road)
        road.service.kill()
        road.service.start()
        flows(road)
        road.broker.kill()
        road.broker.start()
        flows(road)
        assert road.station.told_to_end() == 0
        heard = road.heard()
        road.play(ALL[len(heard) :][:1], SLOW)  # it sends what is left, and ends when all is acknowledged
        assert road.station.awaited() == 0

        road.pass_time(heard[-1][0] / 1000 + OVER_S)
        road.until(lambda: {state for *_, state in road.messages()} == {"delivered"})
        assert road.service.told_to_end() == 0
        messages, told = road.messages(), road.desk.told
        names = [first_line(batch.payload) for batch in road.batches()]
        journalled, left, alerts = road.journalled(), road.spooled(), road.alerts()

    heard = ALL[: len(heard) + 1]
    assert journalled == Counter(heard)
    assert left == set()
    assert max(Counter((name.boot, name.seq) for name in names).values()) == 1
    assert len({name.boot for name in names}) == 3

    flags, report = replayed(road.journal, tmp_path / "replayed")
    assert {canonical_json(alert.feature) for alert in alerts} == {canonical_json(flag) for flag in flags}
    assert len(alerts) == len(flags) >= 3
    by_id = {said["id"]: said for said in told}  # so a recipient tells what comes again from what is new
    opened = [said["flag"]["properties"]["id"] for said in by_id.values() if said["msgType"] == "Alert"]
    assert Counter(opened) == Counter(flag["properties"]["id"] for flag in flags)
    sent = {number for number, recipient, _ in messages if recipient != "flags"}
    assert set(by_id) <= sent
    # A broker that is killed takes with it what it had acknowledged; what is retained says the same and more.
    assert last_of(by_id) == last_of(sent)
    over = far_away(heard[-1][0] + round(OVER_S * 1000))
    undisturbed, _ = replayed(
        recorded([*heard, over], tmp_path / "undisturbed.nmea"), tmp_path / "undisturbed"
    )
    assert episodes(flags) == episodes(undisturbed)
    assert report["late"] == 0
