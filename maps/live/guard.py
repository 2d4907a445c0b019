"""Who may ask the live page for what, before anything else looks at a request.

There is no log-in: whoever reaches the server is the desk. So it is reached
from this machine only, and not by way of a browser that somebody else's page
has put up to it:

* the `Host` header must name the loopback (a foreign name that resolves here
  is DNS rebinding);
* a change needs an `Origin` header that is our own page's, JSON as its content
  type, and a length within `MOST_BYTES`: no form and no other page can send that;
* what is not a navigation is refused when a browser says that another site,
  or another port of this machine, asks (`Sec-Fetch-Site`).

Plain ASGI, so that it stands in front of any framework.

Source: ASGI 3.0; Fetch Metadata (W3C); Content Security Policy 3.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.ASCII)
READING = ("GET", "HEAD")
MOST_BYTES = 4096


class BeyondLoopbackError(ValueError):
    """The live page was to be bound where other machines reach it.

    Attributes:
        host: the address that was asked for.
    """

    def __init__(self, host: str) -> None:
        super().__init__(
            f"the live page has no log-in, so it answers on this machine only: {host!r} is refused; "
            "use 127.0.0.1, and reach it from elsewhere through an SSH tunnel"
        )
        self.host = host


def refuse_beyond_loopback(host: str) -> None:
    """To be called before a server binds.

    Raises:
        BeyondLoopbackError: an address, or a name, that is not the loopback's.
    """
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise BeyondLoopbackError(host)


class Guard:
    """Stands in front of an application; adds the security headers to every answer."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *own]
            await send(message)

        refusal = refusal_of(scope["method"], scope["path"], _headers(scope))
        if refusal is None:
            await self._app(scope, receive, guarded)
            return
        head = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        body = f"{refusal.value} {refusal.phrase}\n".encode()
        await guarded({"type": "http.response.start", "status": refusal.value, "headers": head})
        await guarded({"type": "http.response.body", "body": body})


def refusal_of(method: str, path: str, headers: dict[str, list[str]]) -> HTTPStatus | None:
    """Why a request is refused; None where it may pass.

    Args:
        method: of HTTP, in capitals.
        path: decoded.
        headers: all values by lower-case name.
    """
    hosts = headers.get("host", [])
    if len(hosts) != 1 or not LOOPBACK.fullmatch(hosts[0]):
        return HTTPStatus.MISDIRECTED_REQUEST
    strangers = set(headers.get("sec-fetch-site", [])) - {"same-origin", "none"}
    if strangers and path != "/":
        return HTTPStatus.FORBIDDEN
    if method in READING:
        return None
    return _refusal_of_change(headers, f"http://{hosts[0]}")


def _refusal_of_change(headers: dict[str, list[str]], own: str) -> HTTPStatus | None:
    if headers.get("origin") != [own] or set(headers.get("sec-fetch-site", [])) - {"same-origin"}:
        return HTTPStatus.FORBIDDEN
    kind = headers.get("content-type", [""])[0].partition(";")[0].strip().lower()
    if kind != "application/json" or len(headers.get("content-type", [])) != 1:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    length = headers.get("content-length", [""])[0]
    if not re.fullmatch(r"[0-9]{1,9}", length, re.ASCII):
        return HTTPStatus.LENGTH_REQUIRED
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(length) > MOST_BYTES else None


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found
