"""The live page asked as its own scripts ask it."""

from __future__ import annotations

import json
import urllib.request
from typing import Any


def ask(port: int, path: str, body: Any = None) -> Any:
    """What the page on a port of this machine answers: to a question, or to a decision where there is a body."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("Origin", f"http://127.0.0.1:{port}")
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  an address on this machine
        return json.load(answer)
