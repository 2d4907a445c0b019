"""Serves the files of one replay to a browser on this machine, and nothing else to nobody else.

Loopback only, GET and HEAD only, a fixed list of names. A page anywhere on
the web may make a browser ask a server on this machine: the `Host` header is
checked (a foreign name that resolves here is refused), and the headers forbid
framing, sniffing and any request to another place.
"""

from __future__ import annotations

import shutil
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from headland.errors import UnreachableError

ADDRESS = "127.0.0.1"
PAGES = {
    "/": ("map.html", "text/html; charset=utf-8"),
    "/map.html": ("map.html", "text/html; charset=utf-8"),
    "/flags.geojson": ("flags.geojson", "application/geo+json"),
    "/report.json": ("report.json", "application/json"),
    "/tracks.parquet": ("tracks.parquet", "application/vnd.apache.parquet"),
}
HEADERS = {
    # The map is one file that holds its own scripts and styles, and may fetch nothing but its neighbours.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Handler(BaseHTTPRequestHandler):
    """Answers for the files of `FolderServer.folder`."""

    server: FolderServer
    timeout = 30
    """Seconds that a connection may say nothing."""

    def do_GET(self) -> None:
        """A file of the list, or the reason why not."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """The same without the file."""
        self._answer(body=False)

    def version_string(self) -> str:
        """Nobody needs to know which Python serves."""
        return "headland"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
        """Say nothing: the terminal belongs to the demo's own words."""

    def end_headers(self) -> None:
        """Send the security headers with every answer, errors included."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def _answer(self, *, body: bool) -> None:
        if self.headers.get("Host") not in self.server.names:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        name, kind = PAGES.get(self.path.partition("?")[0], ("", ""))
        if not name:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            with (self.server.folder / name).open("rb") as file:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(file.seek(0, 2)))
                self.end_headers()
                file.seek(0)
                if body:
                    shutil.copyfileobj(file, self.wfile)
        except FileNotFoundError:
            self.send_error(HTTPStatus.NOT_FOUND)


class FolderServer(ThreadingHTTPServer):
    """Listens from the moment it is made; answers once `serve_forever` runs.

    Attributes:
        folder: the output of a replay.
        url: where a browser finds it.
        names: what a browser may call it in the `Host` header.
    """

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        """Listen on a port; 0 takes any that is free.

        Raises:
            UnreachableError: the port is taken or may not be had.
        """
        try:
            super().__init__((ADDRESS, port), Handler)
        except OSError as error:
            raise UnreachableError.of_port(ADDRESS, port, error) from error
        self.folder = folder
        self.url = f"http://{ADDRESS}:{self.server_port}"
        self.names = {f"{ADDRESS}:{self.server_port}", f"localhost:{self.server_port}"}

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no event."""
