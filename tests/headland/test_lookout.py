"""The journal followed to a live page: from the real Solent, sent again as AIS, to alerts that are decided."""

import asyncio
import contextlib
import json
import socket
import urllib.error

import numpy as np
import pytest
from asking import ask
from brokers import free_port
from solent_journal import entries, last_mark_s

from alerts import cases
from alerts.features import canonical_json, feature
from alerts.store import Store
from feeds.journal import Journal
from geo.forces import forces
from hardware.clock import SystemClock
from headland.errors import UnreachableError
from headland.follow import Follower
from headland.lookout import Lookout, LookoutOptions, keep_lookout, opened
from headland.options import ReplayOptions
from headland.replay import replay


@pytest.fixture
def options(tmp_path) -> LookoutOptions:
    return LookoutOptions(journal=tmp_path / "journal", state=tmp_path / "state", port=free_port())


def alerts_in(lookout: Lookout) -> dict[str, dict]:
    return {alert["feature"]["properties"]["id"]: alert for alert in lookout.page.list_alerts()}


def test_the_alerts_are_the_flags_that_a_replay_of_the_journal_gives(options, tmp_path) -> None:
    with Journal(options.journal) as journal:
        journal.commit(entries())
    with opened(options) as lookout:
        lookout.look(2e9)
        live = {number: alert["feature"] for number, alert in alerts_in(lookout).items()}

    replay([str(options.journal)], tmp_path / "out", ReplayOptions())

    replayed = json.loads((tmp_path / "out" / "flags.geojson").read_bytes())["features"]
    assert len(live) >= 1
    assert {f["properties"]["id"]: canonical_json(f) for f in replayed} == {
        number: canonical_json(f) for number, f in live.items()
    }


def test_broken_off_at_any_point_it_ends_with_the_same_alerts_and_none_twice(options) -> None:
    whole = LookoutOptions(journal=options.journal, state=options.state.parent / "whole", port=options.port)
    with Journal(options.journal) as journal:
        for cut, part in enumerate([entries()[:500], entries()[500:1500], entries()[1500:]]):
            journal.commit(part)
            with opened(options) as lookout:
                assert (lookout.follower.resumed is None) == (cut == 0)
                lookout.look(2e9)
                lookout.follower.checkpoint()
                if cut == 1:
                    # A crash after flags were taken and before a checkpoint: they come again.
                    again = Follower(options.journal, options.state / "nowhere", ReplayOptions())
                    for advance in again.advance():
                        assert not lookout.desk.take(advance.outcome.flags, 2e9).changes
                    again.close()
                ended = alerts_in(lookout)
    with opened(whole) as lookout:
        lookout.look(2e9)
        straight = alerts_in(lookout)

    assert {n: a["feature"] for n, a in ended.items()} == {n: a["feature"] for n, a in straight.items()}
    assert len(ended) == len({alert["id"] for alert in ended.values()}) >= 1


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                if await asyncio.to_thread(condition):
                    return
            await asyncio.sleep(0.1)


def test_the_page_shows_targets_and_an_alert_that_is_acknowledged_and_stays_so(options) -> None:
    with Journal(options.journal) as journal:
        journal.commit(entries())

    async def watch() -> None:
        end = asyncio.Event()
        with opened(options) as lookout:
            kept = asyncio.create_task(keep_lookout(lookout, options, SystemClock(), end))
            await until(lambda: ask(options.port, "/healthz")["ticking"])
            await until(lambda: ask(options.port, "/api/snapshot")["alerts"]["put"])
            alert = alerts_in(lookout).popitem()[1]
            await asyncio.to_thread(
                ask, options.port, f"/api/alerts/{alert['id']}/acknowledge", {"version": alert["version"]}
            )
            await until(lambda: lookout.watch.through_s == last_mark_s() - 10.0)
            end.set()
            await kept

    asyncio.run(watch())

    store = Store.open(f"sqlite:///{options.state / 'alerts.db'}")
    assert "acknowledged" in {str(alert.state) for alert in cases.alerts(store)}
    store.close()
    with opened(options) as lookout:
        assert lookout.follower.resumed is not None
        assert lookout.look(2e9) == 0


def test_a_port_that_is_taken_is_told_and_not_a_crash(options) -> None:
    with Journal(options.journal) as journal:
        journal.commit(entries()[:10])

    async def watch() -> None:
        with opened(options) as lookout:
            await keep_lookout(lookout, options, SystemClock(), asyncio.Event())

    with (
        socket.create_server(("127.0.0.1", options.port)),
        pytest.raises(UnreachableError, match="is taken; --port names another"),
    ):
        asyncio.run(watch())


def test_a_flag_is_shown_as_the_feature_that_files_hold(options) -> None:
    with Journal(options.journal) as journal:
        journal.commit(entries())
    follower = Follower(options.journal, options.state, ReplayOptions())
    flags = [flag for advance in follower.advance() for flag in advance.outcome.flags]
    follower.close()
    with opened(options) as lookout:
        lookout.look(2e9)
        shown = alerts_in(lookout)

    last = {flag.id: flag for flag in flags}
    for number, flag in last.items():
        names = forces(np.array([flag.lat_deg]), np.array([flag.lon_deg]))[0]
        assert canonical_json(shown[number]["feature"]) == canonical_json(feature(flag, names))
