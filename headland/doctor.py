"""`headland doctor`: what is configured, what answers, what is missing, and what to do about it."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import geo
import headland.bundle
from headland.doctor_alerts import channels, deliveries
from headland.doctor_feeds import inputs, topics
from headland.errors import SettingsError
from headland.loopback import ADDRESS
from headland.settings import load_settings
from headland.verdicts import Check, Verdict

OLDEST_PYTHON = (3, 11)
PACKAGES = ("numpy", "numba", "scipy", "shapely", "geopandas", "pyarrow", "pyais", "folium", "orjson")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SHA256_SHOWN = 12
"""Hex digits of a checksum that tell two versions of a file apart by eye."""

LICENCE_SHOWN = 60
"""Characters that name a licence."""


def examine(config: Path | None, port: int, state: Path = Path("state")) -> list[Check]:
    """Look at everything; nothing is changed by it.

    Args:
        config: the settings file that `--config` names.
        port: where the map would be served.
        state: where a service keeps its store of alerts.
    """
    looks: list[Callable[[], Iterator[Check]]] = [
        _python,
        _packages,
        lambda: _settings(config),
        inputs,
        lambda: deliveries(state),
        _data,
        _recordings,
        _folders,
        lambda: _port(port),
        _browser,
    ]
    return [check for look in looks for check in look()]


def _python() -> Iterator[Check]:
    found = f"{platform.python_version()} at {sys.executable}"
    fits = sys.version_info >= OLDEST_PYTHON
    yield (
        Check("Python", Verdict.OK, found)
        if fits
        else Check("Python", Verdict.MISSING, found, "install Python 3.11 or newer")
    )


def _packages() -> Iterator[Check]:
    for name in PACKAGES:
        try:
            yield Check(name, Verdict.OK, version(name))
        except PackageNotFoundError:
            yield Check(
                name, Verdict.MISSING, "not installed", "start by ./run, which installs what uv.lock names"
            )


def _settings(config: Path | None) -> Iterator[Check]:
    try:
        settings = load_settings(config)
    except SettingsError as error:
        for problem in error.problems:
            yield Check(
                "settings", Verdict.MISSING, str(problem), "correct it, or take it out for the default"
            )
        return
    yield Check("settings", Verdict.OK, str(settings.file or "defaults; no headland.toml here"))
    yield from channels(settings)
    yield from topics(settings)


def _data() -> Iterator[Check]:
    """The folders of `geo/data`: each a source with its files and its licence."""
    root = Path(geo.__file__).parent / "data"
    sources = sorted(p for p in root.glob("*") if p.is_dir() and p.name != "__pycache__")
    if not sources:
        yield Check("map data", Verdict.MISSING, f"{root} is empty", "reinstall Headland")
    for source in sources:
        files = [p for p in sorted(source.iterdir()) if _is_data(p)]
        licence = _licence(source / "LICENSE")
        found = ", ".join(f"{p.name} {_sha256(p)}" for p in files) or "no files"
        verdict = Verdict.OK if files and licence else Verdict.MISSING
        remedy = "" if verdict is Verdict.OK else "files or licence are not there: reinstall Headland"
        yield Check(f"data {source.name}", verdict, f"{found}; {licence or 'no licence'}", remedy)


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".md"} and not path.name.startswith("LICENSE")


def _licence(path: Path) -> str:
    """The first words of a licence file, which name it; empty where there is none."""
    words = path.read_text("utf-8").split("\n\n")[0].split() if path.is_file() else []
    return " ".join(words)[:LICENCE_SHOWN]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:SHA256_SHOWN]


def _recordings() -> Iterator[Check]:
    for each in headland.bundle.recordings():
        name = f"recording {each.path.parent.name}"
        if each.is_whole():
            yield Check(name, Verdict.OK, f"{each.what} ({each.licence})")
        else:
            yield Check(name, Verdict.MISSING, f"{each.path} is missing or damaged", "reinstall Headland")


def _folders() -> Iterator[Check]:
    """Where files must be written: temporary ones, and what numba compiles."""
    folder = Path(tempfile.gettempdir())
    yield Check("temporary files", Verdict.OK, f"{folder}, {shutil.disk_usage(folder).free >> 30} GiB free")
    # Numba's own order (numba.core.caching): NUMBA_CACHE_DIR, beside the module, then the user's cache.
    named = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(named)] if named else [Path(geo.__file__).parent, _user_cache()]
    writable = next((place for place in places if os.access(_standing(place), os.W_OK)), None)
    if writable is not None:
        yield Check("compiled code", Verdict.OK, f"kept under {writable}")
    else:
        tried = " and ".join(map(str, places))
        yield Check("compiled code", Verdict.MISSING, f"no right to write {tried}", "set NUMBA_CACHE_DIR")


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _standing(path: Path) -> Path:
    """The nearest folder on the way to `path` that exists."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())


def _port(port: int) -> Iterator[Check]:
    name = f"port {port}"
    with socket.socket() as probe:
        try:
            # As the server will: a port that lingers in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((ADDRESS, port))
        except OSError as error:
            remedy = "end what uses it (perhaps a demo), or give --port"
            yield Check(name, Verdict.OPTIONAL, f"{ADDRESS}: {error.strerror}", remedy)
            return
    yield Check(name, Verdict.OK, f"free on {ADDRESS}")


def _browser() -> Iterator[Check]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        yield Check("Chromium", Verdict.OK, found)
    else:
        yield Check("Chromium", Verdict.OPTIONAL, "not found", "only the browser tests need it")
