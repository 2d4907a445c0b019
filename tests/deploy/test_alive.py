"""`headland doctor --role`: each sign of life, and what it looks like when it stops."""

import math
import os

import pytest
from brokers import free_port
from live_making import MemoryDesk, Served, traffic
from typer.testing import CliRunner

from feeds.journal import Journal
from feeds.journal_entries import mark_entry
from hardware.clock import SystemClock
from headland.alive import CHECKPOINT_S, MARK_S, PAGE_S, ROLES, Service, ask
from headland.cli import app
from headland.generations import add
from headland.live_words import Role
from headland.verbs.doctor import Part
from headland.verdicts import all_there
from maps.live.board import Board


class Later(SystemClock):
    """The system's clock, some seconds on."""

    def __init__(self, by_s):
        self._by_s = by_s

    def utc_s(self):
        return super().utc_s() + self._by_s


@pytest.fixture
def service(tmp_path):
    """Folders with nothing in them, and a port where nobody answers."""
    return Service(journal=tmp_path / "journal", state=tmp_path / "state", port=free_port())


def alive(role, service, later_s=0.0):
    return all_there(ask(role, service, Later(later_s)))


@pytest.mark.parametrize("role", ROLES)
def test_a_service_that_never_ran_is_not_alive(service, role):
    assert not alive(role, service)
    assert all(check.remedy for check in ask(role, service))


def test_feeds_is_alive_while_marks_come_to_the_disk(service):
    with Journal(service.journal) as journal:
        journal.commit([mark_entry(SystemClock().utc_s())])

        assert alive("feeds", service)
        assert not alive("feeds", service, MARK_S + 5)
        # A clock that jumped back makes the future of it: nothing proves then that the newest is new.
        assert not alive("feeds", service, -MARK_S - 5)


def test_a_file_of_an_earlier_hour_says_nothing(service):
    with Journal(service.journal) as journal:
        for time_s in (3600.0, 7200.0):
            journal.commit([mark_entry(time_s)])
    old = SystemClock().utc_s() - MARK_S - 5
    os.utime(max(service.journal.glob("*.journal")), (old, old))

    assert not alive("feeds", service)


def test_fusion_is_alive_while_checkpoints_are_kept(service):
    add(service.state / "checkpoints", lambda file: file.write(b"x"), keep=3)

    assert alive("fusion", service)
    assert not alive("fusion", service, CHECKPOINT_S + 5)


@pytest.fixture
def page(service):
    """A board on the service's port."""
    board = Board()
    served = Served(board, MemoryDesk(), service.port)
    yield board
    served.stop()


def test_the_page_is_alive_while_its_time_is_now(service, page):
    assert not alive("web", service), "the board has not ticked yet"

    page.show_positions(traffic(0), provisional=False)
    page.tick(SystemClock().utc_s())

    assert alive("web", service)
    assert not alive("web", service, PAGE_S + 5)
    assert not alive("all", service), "the journal and the checkpoints are not there"


@pytest.mark.parametrize("now", [math.inf, 0.0])
def test_a_page_with_no_time_of_ours_is_not_alive(service, page, now):
    page.tick(now)

    assert not alive("web", service)


def test_it_is_a_health_check_by_its_exit_code(service):
    words = ["doctor", "--role", "feeds", "--journal", str(service.journal)]
    assert CliRunner().invoke(app, words).exit_code == 1

    with Journal(service.journal) as journal:
        journal.commit([mark_entry(0.0)])
    healthy = CliRunner().invoke(app, words)

    assert healthy.exit_code == 0
    assert healthy.output.startswith("ok       journal  00000001-19700101T00.journal, ")


def test_every_role_that_can_be_run_can_be_asked():
    assert {part.value for part in Part} == set(ROLES)
    assert {role.value for role in Role} <= set(ROLES)
