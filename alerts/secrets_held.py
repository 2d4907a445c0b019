"""Secrets by reference: settings name the file or the variable that holds one, never the secret itself.

`file:PATH` is a file's content without the line end at its end, `env:NAME` an
environment variable. What goes wrong is told without the content.
"""

from __future__ import annotations

import os
from pathlib import Path

SECRET_BYTES = 4096


def held(reference: str) -> bytes:
    """The secret that a reference names.

    Raises:
        ValueError: neither a file that can be read nor a variable that is set. What may be a
            secret written where its place should stand is not quoted.
    """
    way, _, name = reference.partition(":")
    if way == "env" and name:
        if not os.environ.get(name):
            raise ValueError(f"the variable {name} is not set")
        return os.environ[name].encode()
    if way == "file" and name:
        try:
            with Path(name).open("rb") as file:
                return file.read(SECRET_BYTES).rstrip(b"\r\n")
        except OSError as error:
            raise ValueError(f"{name}: {error.strerror or error}") from error
    raise ValueError("file:PATH or env:NAME is expected, which says where a secret is held")
