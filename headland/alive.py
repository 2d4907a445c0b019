"""Whether a running part of the service does its work: `headland doctor --role ROLE`, cheap enough for each half minute.

| role | it is alive while |
|---|---|
| `feeds` | the journal was written to: each second a clock mark is brought to the disk, whatever stations say |
| `fusion` | a checkpoint was kept: each minute, once everything before it was followed |
| `web` | the page answers, and the time that it shows is now |
| `all` | all of these |

A process that hangs, a disk that refuses and a follower that does not come
along all show in these; that a process is there would show none of them. Times
are those that the system gives to files, held to the same system's clock.
Nothing geospatial is loaded: an answer costs a quarter of a second.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feeds.journal_reader import journal_files
from hardware.clock import Clock, SystemClock
from headland.generations import generations
from headland.verdicts import Check, Verdict

HOST = "127.0.0.1"
MARK_S = 15.0
"""A mark comes each second; a disk that is busy with something else may hold it back for some."""
CHECKPOINT_S = 300.0
"""A checkpoint is begun each minute; the largest takes some seconds (docs/checkpoints.md)."""
PAGE_S = 15.0
ANSWER_S = 5.0
ANSWER_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Service:
    """Where a part of the service keeps what it does."""

    journal: Path
    state: Path
    port: int


def ask(role: str, service: Service, clock: Clock | None = None) -> list[Check]:
    """Look whether a role is alive.

    Args:
        role: a key of `ROLES`.
        service: where to look.
        clock: the system's, unless told.
    """
    now_s = (clock or SystemClock()).utc_s()
    return [check for look in ROLES[role] for check in look(service, now_s)]


def _feeds(service: Service, now_s: float) -> Iterator[Check]:
    files = list(journal_files(service.journal).values()) if service.journal.is_dir() else []
    yield _young("journal", files[-1:], now_s, MARK_S, f"no journal in {service.journal}")


def _fusion(service: Service, now_s: float) -> Iterator[Check]:
    kept = generations(service.state / "checkpoints")
    yield _young("checkpoint", kept[:1], now_s, CHECKPOINT_S, f"no checkpoint in {service.state}")


def _web(service: Service, now_s: float) -> Iterator[Check]:
    try:
        shown_s = _shown(service.port)
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield Check("page", Verdict.MISSING, f"port {service.port}: {error}", "see what the process logs")
        return
    yield _aged("page", now_s - shown_s, PAGE_S, f"port {service.port}")


def _shown(port: int) -> float:
    """The time that the page shows, Unix seconds.

    Raises:
        OSError, HTTPException: nobody answers there.
        ValueError: not with a time.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"{HOST}:{port}"})
        answer = connection.getresponse()
        said: Any = json.loads(answer.read(ANSWER_BYTES))
    finally:
        connection.close()
    now_s = said.get("now") if isinstance(said, dict) else None
    if answer.status != http.HTTPStatus.OK or not isinstance(now_s, int | float):
        raise ValueError(f"answers {answer.status}, and not with its time")
    return float(now_s)


def _young(name: str, newest: list[Path], now_s: float, most_s: float, absent: str) -> Check:
    try:
        return _aged(name, now_s - newest[0].stat().st_mtime, most_s, newest[0].name)
    except (IndexError, OSError):  # none yet, or removed for its age this instant
        return Check(
            name, Verdict.MISSING, absent, "give it time after a start; then see what the process logs"
        )


def _aged(name: str, age_s: float, most_s: float, what: str) -> Check:
    # A clock that was set back makes things younger than nothing; that is no sign of life either.
    if abs(age_s) <= most_s:
        return Check(name, Verdict.OK, f"{what}, {age_s:.0f} s old")
    found = f"{what}, {age_s:.0f} s old; {most_s:.0f} s at the most"
    return Check(name, Verdict.MISSING, found, "see what the process logs, and restart it")


Look = Callable[[Service, float], Iterator[Check]]
ROLES: Mapping[str, tuple[Look, ...]] = {
    "feeds": (_feeds,),
    "fusion": (_fusion,),
    "web": (_web,),
    "all": (_feeds, _fusion, _web),
}
