"""What the journal says is in force: the live run, every restart of it, and every replay go by it alike."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from journal_making import T0, journalled, loiterer

from alerts.features import canonical_json, collection
from feeds.errors import InputError
from feeds.journal_entries import Given, Stream
from feeds.journal_reader import journal_files
from feeds.journal_record import EntryKind
from fusion.parameters import EngineParameters
from geo.forces import forces
from headland.errors import GivenFileError
from headland.follow import Follower
from headland.in_force import REFUSED, UNKNOWN
from headland.options import ReplayOptions
from headland.recorded_settings import recorded
from headland.replay import replay
from headland.settings import Settings, load_settings

MARK_S = 5
LASTS_S = 4500
FIRST, SECOND = "mmsi:235012345", "mmsi:235054321"
RULES = b"subject,kind,area,reason,author,expires\nmmsi:235012345,loitering,,survey,A. Watch,2100-01-01\n"
STATIONS = b'[{"id": "cliff", "lat": 50.6, "lon": -1.3, "antenna_m": 60, "kind": "ais"}]'
MOVEMENTS = b"callsign,icao24,aerodrome,eta\n,,EGHR,1795000000\n"
SLOWER = replace(
    Settings(),
    fusion=EngineParameters(tick_s=7.0, lateness_s=20.0),
    patterns=Settings().patterns | {"loitering": replace(Settings().patterns["loitering"], radius_m=900.0)},
)
STARTED = [Given(EntryKind.SETTINGS, "", recorded(Settings()))]
CHANGES = {
    T0: STARTED,
    T0 + 500: [Given(EntryKind.STATIONS, "stations.json", STATIONS)],
    T0 + 1000: [Given(EntryKind.MOVEMENTS, "movements.csv", b"broken")],
    T0 + 2000: [Given(EntryKind.EXCLUSIONS, "rules.csv", RULES)],
    T0 + 2600: [
        Given(EntryKind.EXCLUSIONS, "", None),
        Given(EntryKind.MOVEMENTS, "movements.csv", MOVEMENTS),
    ],
    T0 + 3300: [Given(EntryKind.SETTINGS, "headland.toml", recorded(SLOWER))],
    # A new file of the journal says again what is in force.
    T0 + 3600: [Given(EntryKind.SETTINGS, "headland.toml", recorded(SLOWER))],
}


def write(folder, given):
    lines = sorted([*loiterer(lasts_s=LASTS_S), *loiterer(235054321, LASTS_S, -1.1)])
    return journalled(folder, Stream.AIS, lines, range(T0, T0 + LASTS_S + 100, MARK_S), given=given)


def live(journal, checkpoints, breaks=()):
    """Flags in the order in which a server told them, broken off and started again at these times."""
    told, at, breaks = [], [], [*breaks]
    follower = Follower(journal, checkpoints, ReplayOptions())
    while True:
        for advance in follower.advance():
            told += advance.outcome.flags
            if breaks and advance.step.mark_s >= breaks[0]:
                follower.checkpoint()
                at.append((breaks.pop(0), len(told)))
                break
        else:
            follower.close()
            return SimpleNamespace(told=told, at=dict(at), follower=follower)
        follower.close()
        follower = Follower(journal, checkpoints, ReplayOptions())
        assert follower.resumed is not None


def geojson(flags):
    return canonical_json(collection({flag.id: flag for flag in flags}.values(), forces))


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A journal with a change of everything, and the live run that followed it without a break."""
    folder = tmp_path_factory.mktemp("changed")
    journal = write(folder / "journal", CHANGES)
    return SimpleNamespace(folder=folder, journal=journal, live=live(journal, folder / "none"))


def replayed(journal, out, **options):
    report = replay([str(journal)], out, ReplayOptions(**options))
    return (out / "flags.geojson").read_bytes(), report


def versions(flags, subject):
    return [
        (flag.state.value, flag.version)
        for flag in flags
        if collection([flag], forces)["features"][0]["properties"]["subjects"] == [subject]
    ]


def test_a_replay_gives_the_flags_of_the_live_run_through_every_change_byte_for_byte(changed, tmp_path):
    flags, report = replayed(changed.journal, tmp_path)

    assert flags == geojson(changed.live.told)
    # Excluded and allowed again, the first one loiters anew.
    assert report["out"]["flags"] == {"loitering": 3}
    assert report["rejected"][REFUSED]["samples"] == [
        "movements.csv: line 1: the header must be callsign,icao24,aerodrome,eta"
    ]


def test_changes_are_what_they_say_from_their_place_on(changed):
    told = changed.live.told
    closed = [flag for flag in told if flag.state.value == "closed"]

    # Excluded at 2,000 s it no longer holds, and is closed; at 2,600 s the rule is gone, and it holds again.
    assert [state for state, _ in versions(told, FIRST)].count("closed") == 1
    assert versions(told, FIRST)[-1][0] == "open"
    assert "closed" not in {state for state, _ in versions(told, SECOND)}
    assert closed[0].end_s == pytest.approx(T0 + 2000, abs=60)
    assert told[-1].parameters["radius_m"] == 900.0


@pytest.mark.parametrize("breaks", [(1500,), (1995, 2005, 2595, 2605, 3295, 3305), (3000, 3003, 3300, 4000)])
def test_broken_off_anywhere_about_a_change_the_live_run_tells_the_same_flags(changed, tmp_path, breaks):
    broken = live(changed.journal, tmp_path / "checkpoints", [T0 + each for each in breaks])

    assert [canonical_json(collection([f], forces)) for f in broken.told] == [
        canonical_json(collection([f], forces)) for f in changed.live.told
    ]
    assert len(broken.at) == len(breaks)


@pytest.mark.parametrize("at_s", [1000, 2300, 3295, 3500])
def test_read_on_from_a_checkpoint_it_gives_the_flags_that_the_live_run_told_after_it(
    changed, tmp_path, at_s
):
    checkpoints = tmp_path / "checkpoints"
    follower = Follower(changed.journal, checkpoints, ReplayOptions())
    known = []
    for advance in follower.advance():
        known += advance.outcome.flags
        if advance.step.mark_s >= T0 + at_s:
            follower.checkpoint()
            break
    follower.close()

    after, report = replayed(changed.journal, tmp_path / "out", checkpoint=checkpoints)

    whole = {f["properties"]["id"]: f for f in json.loads(geojson(changed.live.told))["features"]}
    before = {f["properties"]["id"]: f for f in json.loads(geojson(known))["features"]}
    assert before | {f["properties"]["id"]: f for f in json.loads(after)["features"]} == whole
    assert after == geojson(changed.live.told[len(known) :])
    assert report["inputs"][0]["from"] == str(follower.position)
    # What was refused before it is not told again.
    assert (REFUSED in report["rejected"]) == (at_s <= 1000)


def test_the_report_says_from_where_everything_in_force_came(changed, tmp_path):
    given = changed.folder / "given.csv"
    given.write_bytes(MOVEMENTS)

    _, report = replayed(changed.journal, tmp_path, movements=given, overrides=("loitering.port_m=2000",))
    told = report["in_force"]

    assert told["settings"]["from"] == "journal"
    assert (told["settings"]["name"], told["settings"]["changes"]) == ("headland.toml", 2)
    assert told["settings"]["overridden"] == ["loitering.port_m=2000"]
    assert report["settings"]["fusion"]["tick_s"] == 7.0
    assert told["movements"] == {"from": "options", "name": "given.csv"}
    assert told["exclusions"]["sha256"] is None
    assert told["stations"] == {
        "from": "journal",
        "name": "stations.json",
        "changes": 1,
        "sha256": Given(EntryKind.STATIONS, "", STATIONS).sha256,
    }


def test_what_the_user_says_stands_above_what_the_journal_says(changed, tmp_path):
    strict, _ = replayed(changed.journal, tmp_path / "set", overrides=("loitering.path_m=9000",))
    held = replace(load_settings(), file=tmp_path / "mine.toml")
    given, report = replayed(changed.journal, tmp_path / "config", settings=held, settings_held=True)
    rules = changed.folder / "rules.csv"
    rules.write_bytes(RULES)
    ruled, _ = replayed(changed.journal, tmp_path / "rules", exclusions=rules)

    assert not json.loads(strict)["features"]
    assert report["settings"] == Settings().as_table()
    assert report["in_force"]["settings"] == {"from": "options", "name": "mine.toml"}
    assert {f["properties"]["pattern"]["parameters"]["radius_m"] for f in json.loads(given)["features"]} == {
        1500.0
    }
    assert [f["properties"]["subjects"] for f in json.loads(ruled)["features"]] == [[SECOND]]


def test_no_position_is_lost_or_taken_twice_where_the_tick_changes(changed, tmp_path):
    lines = sorted([*loiterer(lasts_s=LASTS_S), *loiterer(235054321, LASTS_S, -1.1)])

    _, report = replayed(changed.journal, tmp_path)

    assert report["out"]["positions"] == len(lines)
    assert (report["late"], report["early"]) == (0, 0)


def test_a_checkpoint_is_not_gone_on_from_under_settings_that_the_user_holds_fast(changed, tmp_path):
    live(changed.journal, tmp_path / "checkpoints", [T0 + 1000])
    (path,) = (tmp_path / "checkpoints").iterdir()

    with pytest.raises(
        GivenFileError, match=r"loitering\.port_m was 3000\.0 and is 2000\.0\)\. Leave out --set"
    ):
        replayed(changed.journal, tmp_path / "out", checkpoint=path, overrides=("loitering.port_m=2000",))


def test_a_checkpoint_of_no_journal_or_of_another_is_refused(changed, tmp_path):
    other = journalled(tmp_path / "other", Stream.AIS, loiterer(lasts_s=20), range(T0, T0 + 30, MARK_S))
    live(changed.journal, tmp_path / "checkpoints", [T0 + 1000])
    (path,) = (tmp_path / "checkpoints").iterdir()
    (tmp_path / "empty").mkdir()
    torn = tmp_path / "torn"
    torn.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(InputError, match="only a journal is read on"):
        replayed(path, tmp_path / "out", checkpoint=path)
    for checkpoint, journal, says in (
        (path, other, "it was not made in this journal"),
        (tmp_path / "empty", changed.journal, "no checkpoint is in this folder"),
        (torn, changed.journal, "torn or damaged"),
    ):
        with pytest.raises(GivenFileError, match=says):
            replayed(journal, tmp_path / "out", checkpoint=checkpoint)


def test_settings_of_another_version_are_used_as_far_as_they_are_known(tmp_path):
    table = json.loads(recorded(Settings()))
    table["fusion"] |= {"tick_s": 10.0, "warp": 9}
    table["telepathy"] = {"range_m": 1}
    del table["flags"]
    broken = [{"fusion": {"tick_s": -1}}, {"fusion": 5}, [], "settings"]
    given = {
        T0: [Given(EntryKind.SETTINGS, "", json.dumps(table).encode())],
        T0 + 10: [Given(EntryKind.SETTINGS, "", json.dumps(each).encode()) for each in broken],
        T0 + 15: [Given(EntryKind.SETTINGS, "", b"{"), Given(EntryKind.SETTINGS, "", b"[" * 100_000)],
    }
    journal = journalled(
        tmp_path / "j", Stream.AIS, loiterer(lasts_s=60), range(T0, T0 + 80, MARK_S), given=given
    )

    _, report = replayed(journal, tmp_path / "out")

    assert report["settings"]["fusion"]["tick_s"] == 10.0
    assert report["settings"]["flags"] == Settings().as_table()["flags"]
    assert report["rejected"][UNKNOWN]["samples"] == ["fusion.warp, telepathy.range_m"]
    assert report["rejected"][REFUSED]["count"] == 6


def test_whom_alerts_are_told_is_not_written_into_the_journal():
    assert set(json.loads(recorded(Settings()))) == set(Settings().as_table()) - {"channels"}


def test_a_journal_that_says_nothing_is_judged_by_the_settings_of_the_process(tmp_path):
    journal = journalled(tmp_path / "j", Stream.AIS, loiterer(), range(T0, T0 + 2800, MARK_S))

    flags, report = replayed(journal, tmp_path / "out")

    assert flags == geojson(live(journal, tmp_path / "none").told)
    assert report["in_force"]["settings"]["from"] == "options"
    assert len(journal_files(journal)) >= 1
