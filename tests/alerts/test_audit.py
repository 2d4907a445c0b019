"""The chain: no link edited, dropped, moved or forged unseen; and rows that are never changed."""

import sqlite3

import pytest
from alert_making import NOW_S, Box, desk_in, flag
from sqlalchemy.exc import IntegrityError

from alerts.audit import Head, entries, head, record, verify


@pytest.fixture
def kept(tmp_path):
    """A store with a case in it, and a plain connection to its file as an intruder would have."""
    desk, store = desk_in(tmp_path, Box())
    desk.take([flag(), flag(NOW_S - 5)], NOW_S)
    desk.acknowledge("HL-2026-000001", "pc.jones", NOW_S, 1)
    desk.close("HL-2026-000001", "pc.jones", "true", "seen ashore", NOW_S, 2)
    record(store, "pc.jones", "case read", {"alert": "HL-2026-000002"}, NOW_S)
    with sqlite3.connect(tmp_path / "alerts.db", isolation_level=None) as intruder:
        for (name,) in intruder.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            intruder.execute(f'DROP TRIGGER "{name}"')
        yield store, intruder
    intruder.close()
    store.close()


def test_a_chain_left_alone_has_no_fault(kept):
    store, _ = kept

    found = verify(store, head(store))

    assert found.fault is None
    assert found.rows == len(list(entries(store))) == 9
    assert found.head == head(store)


@pytest.mark.parametrize("seq", range(1, 10))
def test_any_edited_link_is_found(kept, seq):
    store, intruder = kept
    intruder.execute(
        "UPDATE audit SET entry = CAST(replace(entry, '2026', '2025') AS BLOB) WHERE seq = ?", [seq]
    )

    assert verify(store).fault == f"link {seq} does not follow from the one before it"


@pytest.mark.parametrize("seq", range(1, 10))
def test_any_deleted_link_is_found(kept, seq):
    store, intruder = kept
    intruder.execute("DELETE FROM audit WHERE seq = ?", [seq])

    assert verify(store).fault is not None


def test_links_that_change_places_are_found(kept):
    store, intruder = kept
    intruder.execute("UPDATE audit SET seq = 99 WHERE seq = 3")
    intruder.execute("UPDATE audit SET seq = 3 WHERE seq = 4")
    intruder.execute("UPDATE audit SET seq = 4 WHERE seq = 99")

    assert verify(store).fault is not None


def test_a_shortened_chain_with_its_head_rewritten_is_found_by_an_anchor(kept):
    store, intruder = kept
    anchor = head(store)
    intruder.execute("DELETE FROM audit WHERE seq = 9")
    intruder.execute("UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit WHERE seq = 8)")

    assert verify(store).fault is None
    assert verify(store, anchor).fault == "the anchor at 9 is not on the chain"
    assert verify(store, Head(8, verify(store).head.hash)).fault is None


@pytest.mark.parametrize(
    "crime",
    [
        "UPDATE decisions SET text = 'nothing was seen' WHERE verb = 'closed'",
        "DELETE FROM decisions WHERE verb = 'closed'",
        "UPDATE flags SET document = CAST(replace(document, '0.51', '0.91') AS BLOB)",
        "INSERT INTO flags SELECT id, 2, document, taken_s FROM flags",
    ],
)
def test_a_case_changed_behind_the_chain_s_back_is_found(kept, crime):
    store, intruder = kept
    intruder.execute(crime)

    assert verify(store).fault is not None


@pytest.mark.parametrize("table", ["flags", "decisions", "messages", "audit"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid + 100"])
def test_what_is_only_ever_added_to_takes_no_change_by_mistake(tmp_path, table, verb):
    desk, store = desk_in(tmp_path, Box())
    desk.take([flag()], NOW_S)
    desk.acknowledge("HL-2026-000001", "pc.jones", NOW_S, 1)

    with pytest.raises(IntegrityError, match="only ever added to"), store.writing() as connection:
        connection.exec_driver_sql(verb.format(table))
    store.close()


def test_entries_of_one_alert_are_found(kept):
    store, _ = kept

    actions = [entry["action"] for entry in entries(store, "HL-2026-000002")]

    assert actions == ["alert raised", "case read"]
