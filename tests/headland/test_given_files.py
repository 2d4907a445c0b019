"""The files an operator gives a live server: in the journal when they are sound, refused and told when they are not."""

import asyncio
import os

import pytest
import structlog
from brokers import embedded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.bus import broker_of
from feeds.journal import Journal
from feeds.journal_entries import GIVEN_BYTES, Given, given_entry, given_of
from feeds.journal_reader import JournalReader, entries_since_taken
from feeds.journal_record import Entry, EntryKind
from feeds.rejects import Rejects
from hardware.clock import SystemClock
from headland.errors import SettingsError
from headland.given_files import REFUSED, GivenFiles, check
from headland.live_options import LiveOptions
from headland.live_words import Role
from headland.recorded_settings import recorded
from headland.roles import feeds as role
from headland.settings import Settings

RULES = b"subject,kind,area,reason,author,expires\nmmsi:235012345,,,survey,A. Watch,2100-01-01\n"
MORE = RULES + b"mmsi:235054321,,,survey,A. Watch,2100-01-01\n"
SETTINGS = Given(EntryKind.SETTINGS, "", b"{}")
LISTS = (EntryKind.MOVEMENTS, EntryKind.EXCLUSIONS, EntryKind.STATIONS)


@pytest.fixture(autouse=True)
def plain_logs():
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


def changed(path, content):
    """Write a file so that it is seen to be another, however fast the test is."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_bytes(content)
    os.utime(path, ns=(before + 10**9, before + 10**9))


@pytest.fixture
def path(tmp_path):
    rules = tmp_path / "rules.csv"
    changed(rules, RULES)
    return rules


@pytest.fixture
def rejects():
    return Rejects()


@pytest.fixture
def files(path, rejects):
    return GivenFiles({EntryKind.EXCLUSIONS: path, EntryKind.MOVEMENTS: None}, SETTINGS, rejects)


def test_at_the_start_the_settings_and_every_list_are_told_and_that_there_is_none(files):
    assert files.begin() == [
        SETTINGS,
        Given(EntryKind.EXCLUSIONS, "rules.csv", RULES),
        Given(EntryKind.MOVEMENTS, "", None),
    ]
    assert files.look() == []


def test_a_file_that_changed_is_taken_when_it_has_lain_still_for_a_look(files, path):
    files.begin()
    changed(path, RULES[:-5])
    first = files.look()
    changed(path, MORE)

    assert (first, files.look()) == ([], [])
    assert files.look() == [Given(EntryKind.EXCLUSIONS, "rules.csv", MORE)]
    assert files.look() == []


def test_a_file_that_was_only_touched_changes_nothing(files, path):
    files.begin()
    changed(path, RULES)

    assert [files.look(), files.look(), files.look()] == [[], [], []]


@pytest.mark.parametrize("content", [b"subject\n", b"\xff\xfe", b"x" * (GIVEN_BYTES + 1), None])
def test_a_broken_file_is_refused_told_once_and_the_old_stays(files, path, rejects, content):
    files.begin()
    path.unlink() if content is None else changed(path, content)
    with structlog.testing.capture_logs() as logs:
        looks = [files.look() for _ in range(4)]

    (told,) = logs
    assert looks == [[], [], [], []]
    assert (told["log_level"], told["what"], told["file"]) == ("error", "exclusions", str(path))
    assert str(path) in told["reason"]
    assert rejects.by_reason()[REFUSED]["count"] == 1
    assert given_entry(Given(EntryKind.EXCLUSIONS, "rules.csv", RULES), 5.0) in files.preface(5.0)

    changed(path, MORE)
    assert [files.look(), files.look()][1][0].content == MORE


def test_a_list_broken_at_the_start_leaves_in_force_what_the_journal_held(files, path):
    changed(path, b"broken")
    held = [
        Entry(EntryKind.TAKEN, 1.0, b"{}"),
        given_entry(Given(EntryKind.EXCLUSIONS, "old.csv", RULES), 1.0),
    ]

    assert list(files.noting(held)) == held
    assert EntryKind.EXCLUSIONS not in {each.kind for each in files.begin()}
    assert given_entry(Given(EntryKind.EXCLUSIONS, "old.csv", RULES), 9.0) in files.preface(9.0)


lists = st.sampled_from(
    [RULES, b"callsign,icao24,aerodrome,eta\n,,EGHR,1\n", b'[{"id": "x", "lat": 1}]', b"["]
)


@settings(suppress_health_check=list(HealthCheck))
@given(st.sampled_from(LISTS), lists, st.binary(max_size=30), st.integers(0, 80))
def test_whatever_stands_in_a_file_it_is_sound_or_refused_with_its_name(kind, begun, more, at):
    try:
        check(kind, begun[:at] + more + begun[at:], "given")
    except ValueError as error:
        assert str(error).startswith("given:")  # noqa: PT017  most are refused, a few may be sound


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'[{"id": [], "lat": 1, "lon": 1, "antenna_m": 1, "kind": []}]']
)
def test_json_that_no_parser_likes_is_refused(content):
    with pytest.raises(ValueError, match=r"^given: "):
        check(EntryKind.STATIONS, content, "given")


def test_a_list_is_refused_for_a_role_that_writes_no_journal(path):
    with pytest.raises(SettingsError, match="--exclusions: lists are written into the journal"):
        LiveOptions(role=Role.WEB, mqtt="", exclusions=path)


def in_journal(folder):
    """Everything that came into force, in order."""
    with JournalReader(folder) as reader:
        entries = list(reader.read())
    return [given_of(e.kind, e.body) for e in entries if e.kind in {*LISTS, EntryKind.SETTINGS}]


async def until(happened):
    """Wait for it, half a minute at most."""
    for _ in range(600):
        if happened():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never happened")


async def served(folder, path, change):
    """The role, on a broker in this process, while something is done to a file."""
    async with embedded() as port:
        end = asyncio.Event()
        options = LiveOptions(role=Role.FEEDS, mqtt="", journal=folder, exclusions=path)
        serving = asyncio.create_task(
            role.feeds(options, broker_of(f"mqtt://127.0.0.1:{port}", None), SystemClock(), end)
        )
        await until(lambda: folder.is_dir() and in_journal(folder))
        before = len(in_journal(folder))
        change()
        await until(lambda: change is nothing or len(in_journal(folder)) > before)
        end.set()
        await serving


def nothing():
    """Change nothing."""


def test_a_live_server_writes_down_what_is_in_force_and_what_changes(tmp_path, path, monkeypatch):
    monkeypatch.setattr(role, "GIVEN_EVERY_S", 0.1)
    folder = tmp_path / "journal"

    asyncio.run(served(folder, path, lambda: changed(path, MORE)))
    asyncio.run(served(folder, path, nothing))

    told = in_journal(folder)
    rules = [each.content for each in told if each.kind == EntryKind.EXCLUSIONS]
    assert {each.content for each in told if each.kind == EntryKind.SETTINGS} == {recorded(Settings())}
    assert {each.content for each in told if each.kind == EntryKind.MOVEMENTS} == {None}
    assert rules[0] == RULES
    assert rules[-2:] == [MORE, MORE]


def test_every_file_of_a_journal_begins_with_what_is_in_force(tmp_path, files):
    files.begin()

    def preface(time_s):
        return [Entry(EntryKind.TAKEN, time_s, b"{}"), *files.preface(time_s)]

    with Journal(tmp_path / "journal", preface) as journal:
        for hour in range(3):
            journal.commit([Entry(EntryKind.MARK, 3600.0 * hour, b"")])

    entries = list(entries_since_taken(tmp_path / "journal"))
    assert [each.kind for each in entries] == [
        EntryKind.TAKEN,
        EntryKind.MOVEMENTS,
        EntryKind.EXCLUSIONS,
        EntryKind.SETTINGS,
        EntryKind.MARK,
    ]


@given(
    st.sampled_from([*LISTS, EntryKind.SETTINGS]), st.text(max_size=400), st.none() | st.binary(max_size=200)
)
def test_what_is_written_down_is_read_back(kind, name, content):
    entry = given_entry(Given(kind, name, content), 1.0)

    back = given_of(entry.kind, entry.body)

    assert (back.kind, back.content) == (kind, content)
    assert content is None or name.encode("utf-8", "replace").decode().startswith(back.name)


@given(st.binary(min_size=1, max_size=120))
def test_a_body_that_nobody_wrote_is_refused(body):
    with pytest.raises(ValueError, match="record"):
        given_of(EntryKind.STATIONS, body)


def test_content_that_would_not_be_read_back_is_not_written():
    with pytest.raises(ValueError, match="larger than"):
        given_entry(Given(EntryKind.STATIONS, "big.json", bytes(GIVEN_BYTES + 1)), 1.0)
