"""What the server answers, and whom it refuses."""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from live_making import alert

from maps.live.guard import BeyondLoopbackError, refuse_beyond_loopback
from maps.live.stream import MOST_WAITING

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SEEN = {"version": 1}


@pytest.fixture
def served(watch: Any) -> Any:
    watch.desk.open(alert(1))
    return watch.served


def test_every_answer_bears_the_policy_refusals_included(served: Any) -> None:
    for method, path, headers in (
        ("GET", "/", {}),
        ("GET", "/api/snapshot", {}),
        ("GET", "/nowhere", {}),
        ("GET", "/", {"host": "evil.example"}),
        ("POST", "/api/alerts/case-1/close", {"origin": "http://evil.example"}),
    ):
        _, found, _ = served.ask(method, path, **headers)
        assert found["content-security-policy"] == POLICY
        assert (found["x-content-type-options"], found["referrer-policy"]) == ("nosniff", "no-referrer")


def test_the_page_holds_no_script_or_style_of_its_own_and_every_file_it_names_is_there(served: Any) -> None:
    status, _, body = served.ask("GET", "/")
    html = body.decode()
    named = re.findall(r'(?:src|href)="(/[^"]*)"', html)

    assert status == 200
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"\son[a-z]+=", html)
    assert len(named) > 20
    assert re.findall(r"<script(?! src=\"/| type=\"application/json\")", html) == []
    for path in named:
        status, headers, content = served.ask("GET", path)
        assert (status, len(content) > 0) == (200, True), path
        assert headers["content-type"].startswith("text/javascript" if path.endswith("js") else "text/css")
        assert served.ask("GET", path, if_none_match=headers["etag"])[0] == 304


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/", "/live/live.html", "/docs", "/openapi.json"]
)
def test_what_is_not_on_the_list_is_not_served(served: Any, path: str) -> None:
    assert served.ask("GET", path)[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8100", "127.0.0.1.evil.example", "127.0.0.2", "", "[::2]:1"]
)
def test_a_foreign_host_name_is_refused(served: Any, host: str) -> None:
    assert served.ask("GET", "/api/snapshot", host=host)[0] == 421
    assert served.ask("POST", "/api/alerts/case-1/acknowledge", SEEN, host=host)[0] == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:8100"])
def test_the_names_of_this_machine_are_accepted_with_any_port(served: Any, host: str) -> None:
    assert served.ask("GET", "/healthz", host=host)[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": ""}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_length": "5000"}, 413),
    ],
)
def test_another_page_cannot_decide(watch: Any, served: Any, headers: dict[str, str], status: int) -> None:
    body = b" " * 5000 if status == 413 else SEEN
    assert served.ask("POST", "/api/alerts/case-1/acknowledge", body, **headers)[0] == status
    assert watch.desk.asked == []


def test_another_page_cannot_read_but_may_link_here(served: Any) -> None:
    for site in ("cross-site", "same-site"):
        assert served.ask("GET", "/api/snapshot", sec_fetch_site=site)[0] == 403
        assert served.ask("GET", "/api/events", sec_fetch_site=site)[0] == 403
        assert served.ask("GET", "/", sec_fetch_site=site)[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("case-1/acknowledge", {"version": 1}, 200),
        ("case-1/acknowledge", {"version": 7}, 409),
        ("case-9/acknowledge", {"version": 1}, 404),
        ("case-1/acknowledge", {"version": "1"}, 422),
        ("case-1/acknowledge", {"version": 1, "who": "me"}, 422),
        ("case-1/acknowledge", b"{", 422),
        ("case%0a/acknowledge", {"version": 1}, 422),
        ("case-1/close", {"version": 1, "reason": "tasked"}, 200),
        ("case-1/close", {"version": 1, "reason": "bored"}, 422),
        ("case-1/close", {"version": 1, "reason": "tasked", "note": "x" * 1001}, 422),
        ("case-1/reopen", {"version": 1, "text": "it came back"}, 409),
        ("case-1/reopen", {"version": 1, "text": " "}, 422),
        ("case-1/reopen", {"version": 1}, 422),
        ("case-1/reopen", {"version": 1, "text": "x" * 1001}, 422),
    ],
)
def test_a_decision_is_made_on_the_version_that_was_seen(
    watch: Any, served: Any, path: str, body: Any, status: int
) -> None:
    answered, _, content = served.ask("POST", f"/api/alerts/{path}", body)

    assert answered == status
    assert watch.desk.alerts["case-1"]["version"] == (2 if status == 200 else 1)
    if status == 200:
        assert json.loads(content)["state"] in {"acknowledged", "closed"}


def test_a_decision_is_on_the_board_at_the_next_tick(watch: Any, served: Any) -> None:
    served.ask("POST", "/api/alerts/case-1/acknowledge", SEEN)
    watch.board.tick(1_452_600_100.0)

    (shown,) = json.loads(watch.board.snapshot().plain)["alerts"]["put"]
    assert (shown["id"], shown["state"]) == ("case-1", "acknowledged")


def test_a_snapshot_reads_the_same_plain_and_compressed(served: Any) -> None:
    _, _, plain = served.ask("GET", "/api/snapshot")
    _, headers, packed = served.ask("GET", "/api/snapshot", accept_encoding="gzip, br")

    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert json.loads(plain)["number"] == 60


def test_the_way_of_a_target_is_told_to_this_page_only(watch: Any, served: Any) -> None:
    _, _, content = served.ask("GET", "/api/snapshot")
    (ferry,) = [number for number, subject, *_ in json.loads(content)["who"] if subject == "mmsi:235012345"]
    status, headers, content = served.ask("GET", f"/api/ways/{ferry}")
    way = json.loads(content)

    assert (status, headers["cache-control"]) == (200, "no-store")
    assert [len(way[name]) for name in ("time", "lat", "lon")] == [1, 1, 1]
    assert way["lat"][0] == pytest.approx(5_080_000, abs=10)
    assert json.loads(served.ask("GET", "/api/ways/99999999")[2]) == {"time": [], "lat": [], "lon": []}
    assert [served.ask("GET", f"/api/ways/{word}")[0] for word in ("-1", "1e9", "a", "9" * 30)] == [422] * 4
    assert served.ask("GET", f"/api/ways/{ferry}", sec_fetch_site="cross-site")[0] == 403


@pytest.fixture
def slow(watch: Any) -> Iterator[Any]:
    """A client that has asked for deltas and does not read them."""
    connection = http.client.HTTPConnection("127.0.0.1", watch.served.port, timeout=10)
    connection.request("GET", "/api/events")
    yield connection.getresponse()
    connection.close()


def test_a_client_that_does_not_read_holds_nobody_up_and_finds_a_gap(watch: Any, slow: Any) -> None:
    loud = "x" * 2000
    for _ in range(40):
        watch.board.show_flags(
            [
                {"properties": {"id": str(i), "state": "open", "t": loud, "n": watch.second}}
                for i in range(400)
            ]
        )
        watch.pass_seconds(1)
        # The server's loop has taken this delta before the next one comes.
        watch.served.ask("GET", "/healthz")
    numbers = []
    while not numbers or numbers[-1] < watch.board._number:
        line = slow.fp.readline()
        if line.startswith(b"id: "):
            numbers.append(int(line[4:]))

    gaps = [b - a for a, b in itertools.pairwise(numbers) if b != a + 1]
    assert gaps
    assert all(gap > MOST_WAITING for gap in gaps)


def test_the_server_stops_though_somebody_listens(watch: Any, slow: Any) -> None:
    watch.served.stop()

    assert not watch.served._thread.is_alive()
    assert watch.board.listeners == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "headland.example", ""])  # noqa: S104  refused
def test_the_page_is_not_bound_where_others_reach_it(host: str) -> None:
    with pytest.raises(BeyondLoopbackError, match="no log-in") as error:
        refuse_beyond_loopback(host)
    assert error.value.host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.9.1"])
def test_the_loopback_is_fine(host: str) -> None:
    refuse_beyond_loopback(host)
