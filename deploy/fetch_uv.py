"""Fetches uv, the installer, by the address and SHA-256 that `uv.lock` records for this machine.

    python3 fetch_uv.py UV_LOCK DESTINATION

For a python3 that cannot make an environment of its own (Debian without
python3-venv). Standard library only, for nothing is installed yet. The wheel
is a zip file that holds one program; nothing of it runs before its checksum
is found right.
"""

from __future__ import annotations

import hashlib
import io
import platform
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

WHEEL_BYTES = 200_000_000
"""More than any wheel of uv (about 25 MB): a server that sends more is not sending it."""


def wheels(lock: Path) -> list[dict[str, Any]]:
    """The wheels of uv that a lock file records.

    Raises:
        LookupError: it records none.
    """
    for package in tomllib.loads(lock.read_text("utf-8"))["package"]:
        if package["name"] == "uv":
            return list(package["wheels"])
    raise LookupError(f"{lock} does not hold uv")


def fitting(url: str, system: str, machine: str, libc: str) -> bool:
    """Whether the tags at the end of a wheel's name (PEP 425, PEP 600) fit a machine."""
    prefixes = {
        "Darwin": ("macosx_",),
        "Linux": ("manylinux", "linux_") if libc == "glibc" else ("musllinux_",),
    }
    tags = url.rpartition("-")[2].removesuffix(".whl").split(".")
    return any(tag.startswith(prefixes.get(system, ())) and tag.endswith(f"_{machine}") for tag in tags)


def fetched(wheel: dict[str, Any]) -> bytes:
    """The bytes of a wheel.

    Raises:
        ValueError: they are not those that the lock file records.
    """
    url, (kind, _, expected) = wheel["url"], wheel["hash"].partition(":")
    if kind != "sha256" or not url.startswith("https://"):
        raise ValueError(f"{url}: an https address and a SHA-256 are expected")
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  https alone, checked above
        data: bytes = answer.read(WHEEL_BYTES)
    if hashlib.sha256(data).hexdigest() != expected:
        raise ValueError(f"{url}: its SHA-256 is not the recorded one")
    return data


def program(wheel: bytes) -> bytes:
    """The program in the wheel's scripts folder."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".data/scripts/uv"))
        return archive.read(name)


def main(lock: Path, destination: Path) -> int:
    """Fetch, check, unpack; the exit code."""
    system, machine, libc = platform.system(), platform.machine(), platform.libc_ver()[0]
    fits = [wheel for wheel in wheels(lock) if fitting(wheel["url"], system, machine, libc)]
    if not fits:
        print(f"no uv is published for {system} on {machine} ({libc or 'no glibc'})", file=sys.stderr)
        return 2
    try:
        data = program(fetched(fits[0]))
    except (OSError, ValueError) as error:
        print(f"uv could not be fetched: {error}", file=sys.stderr)
        return 3
    destination.parent.mkdir(parents=True, exist_ok=True)
    part = destination.with_suffix(".part")
    part.write_bytes(data)
    part.chmod(0o755)
    part.replace(destination)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
