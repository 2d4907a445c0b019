"""`backup.py`: a copy taken while the service writes fits together, and puts the service back where it was."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from conftest import ROOT

from feeds.journal import Journal
from feeds.journal_entries import mark_entry
from feeds.journal_reader import JournalReader, verify
from feeds.journal_record import Position

WORDS = (sys.executable, ROOT / "deploy" / "backup.py")


def backup(*words):
    return subprocess.run([*WORDS, *words], capture_output=True, text=True, check=False)


@pytest.fixture
def places(tmp_path):
    """Folders of journal, state and copy; the state with a store that begins empty."""
    journal, state, copy = (tmp_path / name for name in ("journal", "state", "copy"))
    (state / "checkpoints").mkdir(parents=True)
    with closing(sqlite3.connect(state / "alerts.db")) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE taken (mark INTEGER)")
    return journal, state, copy


def run_for_a_while(journal, state, end):
    """As the service writes: the journal first, then what was made of it, then the checkpoint that says so."""
    with Journal(journal) as writer, closing(sqlite3.connect(state / "alerts.db")) as store:
        mark = 0
        while not end.is_set():
            mark += 1
            writer.commit([mark_entry(mark * 600.0)])
            with store:
                store.execute("INSERT INTO taken VALUES (?)", (mark,))
            name = state / "checkpoints" / f"{mark:08d}"
            name.with_suffix(".partial").write_text(f"{mark} {writer.end}")
            name.with_suffix(".partial").rename(name.with_suffix(".checkpoint"))
            (state / "checkpoints" / f"{mark - 3:08d}.checkpoint").unlink(missing_ok=True)


def test_a_copy_of_a_running_service_fits_together(places, tmp_path):
    journal, state, copy = places
    end = threading.Event()
    running = threading.Thread(target=run_for_a_while, args=(journal, state, end))
    running.start()
    try:
        while not list((state / "checkpoints").glob("*.checkpoint")):
            pass
        saved = [backup("save", journal, state, copy) for _ in range(4)]
    finally:
        end.set()
        running.join()
    assert [each.returncode for each in saved] == [0] * 4, saved[0].stderr

    back = tmp_path / "back"
    assert backup("restore", copy, back / "journal", back / "state").returncode == 0

    newest = max((back / "state" / "checkpoints").glob("*.checkpoint")).read_text()
    mark, position = int(newest.split()[0]), Position.of(newest.split()[1])
    with closing(sqlite3.connect(back / "state" / "alerts.db")) as store:
        assert store.execute("SELECT count(*), max(mark) >= ? FROM taken", (mark,)).fetchone()[1]
    with JournalReader(back / "journal", position):  # raises where the place is not in the journal
        pass
    with Journal(back / "journal") as writer:  # cuts off what the copy holds half
        writer.commit([mark_entry(1e9)])
    assert verify(back / "journal").broken is None


def test_what_the_server_removes_for_its_age_stays_in_the_copy(places):
    journal, state, copy = places
    with Journal(journal) as writer:
        for hour in range(4):
            writer.commit([mark_entry(hour * 3600.0)])
        backup("save", journal, state, copy)
        writer.prune(2 * 3600.0)
        writer.commit([mark_entry(5 * 3600.0)])

    backup("save", journal, state, copy)

    assert len(list(journal.glob("*.journal"))) == 3
    assert verify(copy / "journal").broken is None
    assert verify(copy / "journal").files == 5


def test_only_what_has_changed_is_copied_again(places):
    journal, state, copy = places
    with Journal(journal) as writer:
        for hour in range(5):
            writer.commit([mark_entry(hour * 3600.0)])
        first = backup("save", journal, state, copy)
        writer.commit([mark_entry(4 * 3600.0 + 1)])

        second = backup("save", journal, state, copy)

    assert first.stdout.startswith("5 files of the journal")
    assert second.stdout.startswith("1 files of the journal")


def test_a_damaged_store_is_told_and_the_copy_before_it_stays(places):
    journal, state, copy = places
    journal.mkdir()
    backup("save", journal, state, copy)
    before = (copy / "state" / "alerts.db").read_bytes()
    (state / "alerts.db").write_bytes(b"no database" * 1000)

    told = backup("save", journal, state, copy)

    assert told.returncode == 1
    assert "not a database" in told.stderr
    assert (copy / "state" / "alerts.db").read_bytes() == before


def test_nothing_is_restored_over_what_is_there(places):
    journal, state, copy = places
    with Journal(journal) as writer:
        writer.commit([mark_entry(0.0)])
    backup("save", journal, state, copy)

    refused = backup("restore", copy, journal, state)

    assert refused.returncode == 2
    assert "is not empty" in refused.stderr


def test_half_a_copy_is_no_copy(places, tmp_path):
    _, state, copy = places
    (copy / "journal").mkdir(parents=True)

    refused = backup("restore", copy, tmp_path / "a", tmp_path / "b")

    assert refused.returncode == 2
    assert "holds no whole copy" in refused.stderr
    assert backup("save", tmp_path / "nowhere", state, copy).returncode == 2
