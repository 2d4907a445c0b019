"""The web application of the live page; the one module that knows FastAPI.

    GET  /                               the page
    GET  /static/..., /live/...          its files, a fixed list
    GET  /api/snapshot                   everything, as of the last tick
    GET  /api/events                     deltas as server-sent events
    GET  /api/ways/NUMBER                where one target was
    POST /api/alerts/ID/acknowledge      {"version": N}
    POST /api/alerts/ID/close            {"version": N, "reason": CODE, "note": TEXT}
    POST /api/alerts/ID/reopen           {"version": N, "text": TEXT}
    GET  /healthz                        how it is, for programs

`maps.live.guard` stands in front. Errors of the desk become 404 (no such
alert), 409 (it has changed, or it cannot be done) with the reason as `detail`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import fastapi
import pydantic
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse

from maps.layer import Bounds
from maps.live.board import Board
from maps.live.desk import Desk, DeskError, UnknownAlertError
from maps.live.guard import Guard
from maps.live.shell import File, site
from maps.live.stream import Stream
from maps.live.wire import encoded
from maps.plain import plain_tree

MOST_CLIENTS = 500
JSON = "application/json"
FRESH = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}

UVICORN: dict[str, Any] = {
    "ws": "none",
    "ws_per_message_deflate": False,
    "server_header": False,
    "proxy_headers": False,
    "access_log": False,
    "timeout_graceful_shutdown": 2,
}
"""How uvicorn is to be run: `uvicorn.Config(make_app(...), host=..., port=..., **UVICORN)`.

A proxy's headers would let a client name itself; open streams would keep a server from stopping.
"""

# Pydantic matches with Rust: `$` is the end of the text, and before no line end.
AlertId = Annotated[str, fastapi.Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Acknowledgement(pydantic.BaseModel):
    """Seen, in the version that was on the screen."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)
    version: int = pydantic.Field(ge=0, le=2**53)


class Closing(Acknowledgement):
    """Done with, for a reason."""

    reason: str = pydantic.Field(min_length=1, max_length=64)
    note: str = pydantic.Field(default="", max_length=1000)


class Reopening(Acknowledgement):
    """Taken up again, and why."""

    text: str = pydantic.Field(max_length=1000, pattern=r"\S")


def make_app(
    board: Board,
    desk: Desk,
    *,
    title: str = "Headland",
    credits: Sequence[str] = (),  # noqa: A002  the word for it
    bounds: Bounds | None = None,
    who: str = "desk",
) -> FastAPI:
    """The application, to be served on the loopback only (`maps.live.guard.refuse_beyond_loopback`).

    Args:
        board: what is shown; somebody ticks it once a second.
        desk: keeps the alerts. After a decision its list is put on the board.
        title: of the page.
        credits: owed to the sources of what is shown.
        bounds: what the map opens on, (south, west), (north, east).
        who: is named as having decided, as there is no log-in to say.
    """
    app = FastAPI(title=title, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(Guard)
    _serve_files(app, site(title, tuple(credits), bounds, tuple(desk.close_reasons.items())))
    _serve_board(app, board)
    _serve_desk(app, board, desk, who)
    return app


def _serve_files(app: FastAPI, files: Mapping[str, File]) -> None:
    def answer(request: Request) -> Response:
        file = files[request.url.path]
        head = {"ETag": file.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=head)
        if _reads_gzip(request):
            return Response(file.packed, media_type=file.kind, headers=head | {"Content-Encoding": "gzip"})
        return Response(file.plain, media_type=file.kind, headers=head)

    for path in files:
        app.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)


def _serve_board(app: FastAPI, board: Board) -> None:
    @app.get("/api/snapshot")
    def snapshot(request: Request) -> Response:
        """As JSON; compressed once a tick for all who ask."""
        content = board.snapshot()
        if _reads_gzip(request):
            return Response(content.packed, media_type=JSON, headers=FRESH | {"Content-Encoding": "gzip"})
        return Response(content.plain, media_type=JSON, headers=FRESH)

    @app.get("/api/events")
    async def events(request: Request) -> Response:
        """Deltas from now on."""
        if board.listeners >= MOST_CLIENTS:
            raise HTTPException(503, "too many clients")
        packed = _reads_gzip(request)
        head = FRESH | {"X-Accel-Buffering": "no"} | ({"Content-Encoding": "gzip"} if packed else {})
        return StreamingResponse(
            Stream(board, packed=packed).chunks(), media_type="text/event-stream", headers=head
        )

    @app.get("/api/ways/{number}")
    def way(number: Annotated[int, fastapi.Path(ge=0, le=2**53)]) -> Response:
        """Where a target was in the last two hours; empty where nothing is known."""
        return Response(encoded(board.way(number)), media_type=JSON, headers=FRESH)

    @app.get("/healthz")
    def health() -> Response:
        """200 once the board is ticking; whether its feed is old is for the page to say."""
        ticking = math.isfinite(board.now_s)
        content = {"ticking": ticking, "now": board.now_s, "clients": board.listeners}
        return Response(encoded(content), 200 if ticking else 503, media_type=JSON, headers=FRESH)


def _serve_desk(app: FastAPI, board: Board, desk: Desk, who: str) -> None:
    listing = threading.Lock()

    def decided(act: Callable[[], Any]) -> Response:
        try:
            alert = act()
        except UnknownAlertError as error:
            raise HTTPException(404, str(error)) from error
        except DeskError as error:
            raise HTTPException(409, str(error)) from error
        finally:
            # After a refusal too: somebody else's decision is what the page has not seen yet.
            with listing:
                board.show_alerts(desk.list_alerts())
        return Response(encoded(plain_tree(alert)), media_type=JSON, headers=FRESH)

    @app.post("/api/alerts/{alert}/acknowledge")
    def acknowledge(alert: AlertId, said: Acknowledgement) -> Response:
        """Somebody has seen it."""
        return decided(lambda: desk.acknowledge(alert, version=said.version, who=who, now_s=board.now_s))

    @app.post("/api/alerts/{alert}/close")
    def close(alert: AlertId, said: Closing) -> Response:
        """It is done with."""
        if said.reason not in desk.close_reasons:
            raise HTTPException(422, "unknown reason")
        return decided(
            lambda: desk.close(
                alert, version=said.version, who=who, reason=said.reason, note=said.note, now_s=board.now_s
            )
        )

    @app.post("/api/alerts/{alert}/reopen")
    def reopen(alert: AlertId, said: Reopening) -> Response:
        """It is taken up again."""
        return decided(
            lambda: desk.reopen(alert, version=said.version, who=who, text=said.text, now_s=board.now_s)
        )


def _reads_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "").lower()
