"""The store on a real file: opened as promised, shared between processes, and killed in the middle."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alert_making import NOW_S, Box, desk_in, flag, history, url

from alerts.audit import verify
from alerts.cases import AlertState, alerts
from alerts.errors import StoreError
from alerts.store import Store
from fusion.flags import State

ROOT = Path(__file__).resolve().parent.parent.parent
BATCHES = 60

TAKER = """
import sys
from alert_making import NOW_S, Box, desk_in, history
from fusion.flags import State

desk, store = desk_in(sys.argv[1], Box())
for i in range(int(sys.argv[2]), {batches}):
    desk.take(history(NOW_S - i, 3, State.OPEN), NOW_S)
    print(i, flush=True)
"""


def taker(folder, first):
    """Another process that takes batches from `first` on and says each that it has taken."""
    return subprocess.Popen(
        [sys.executable, "-c", TAKER.format(batches=BATCHES), str(folder), str(first)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )


def test_a_process_killed_in_the_middle_of_takes_doubles_no_alert_and_loses_none(tmp_path):
    first = 0
    for kill_after in (3, 20):
        process = taker(tmp_path, first)
        told = [int(process.stdout.readline()) for _ in range(kill_after)]
        # The next take is under way by now, at whatever step: that differs from run to run.
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split()]
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
        desk, store = desk_in(tmp_path, Box())
        kept = alerts(store, tuple(AlertState), limit=1000)

        assert verify(store).fault is None
        assert len(kept) in {told[-1] + 1, told[-1] + 2}
        assert {a.flag_version for a in kept} == {3}
        store.close()
        # A checkpoint lies behind what was taken: some is given again.
        first = max(0, told[-1] - 2)

    desk, store = desk_in(tmp_path, Box())
    for i in range(first, BATCHES):
        desk.take(history(NOW_S - i, 3, State.OPEN), NOW_S)
    kept = alerts(store, tuple(AlertState), limit=1000)
    assert len(kept) == len({a.flag_id for a in kept}) == BATCHES
    assert [a.number for a in reversed(kept)] == [f"HL-2026-{n:06d}" for n in range(1, BATCHES + 1)]
    assert verify(store).fault is None
    store.close()


def test_several_threads_take_and_decide_on_one_file_and_the_chain_holds(tmp_path):
    desk, store = desk_in(tmp_path, Box())
    other, second = desk_in(tmp_path, Box())
    desk.take([flag()], NOW_S)
    workers = [
        threading.Thread(target=one.take, args=([flag(NOW_S - n)], NOW_S))
        for n in range(10)
        for one in (desk, other)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(alerts(store)) == 11
    assert verify(second).fault is None
    store.close()
    second.close()


def test_the_file_is_for_the_service_s_own_eyes_and_every_commit_is_synced(tmp_path):
    store = Store.open(url(tmp_path))

    assert stat.S_IMODE((tmp_path / "alerts.db").stat().st_mode) == 0o600
    with store.reading() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    assert told == ["wal", 2, 1]
    store.close()


def test_a_writer_that_waits_too_long_for_another_is_told_so_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("alerts.store.BUSY_MS", 50)
    desk, store = desk_in(tmp_path, Box())
    with store.writing(), pytest.raises(StoreError, match="locked"):
        desk.take([flag()], NOW_S)

    assert alerts(store) == []
    store.close()


def half_done(store):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_head SET seq = 7")
        raise KeyError


def test_a_transaction_that_raises_leaves_nothing(tmp_path):
    store = Store.open(url(tmp_path))

    with pytest.raises(KeyError):
        half_done(store)

    assert verify(store).fault is None
    store.close()


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("nonsense", "not a database URL"),
        ("sqlite://", "name a file"),
        ("sqlite:////no/such/folder/alerts.db", "cannot be opened"),
        ("postgresql+psycopg://localhost/alerts", "no driver"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(where, words):
    with pytest.raises(StoreError, match=words):
        Store.open(where)


def test_a_file_that_is_no_database_is_not_touched(tmp_path):
    (tmp_path / "alerts.db").write_bytes(b"a letter to somebody " * 100)

    with pytest.raises(StoreError, match="not a database"):
        Store.open(url(tmp_path))

    assert (tmp_path / "alerts.db").read_bytes().startswith(b"a letter")
