"""The live page's files: its markup, Folium's script as a file of its own, and every file it may ask for.

The page shares palette, symbols, layers and details with `map.html`
(`maps/static`); what differs lies in `maps/live/static`. Nothing is inline but
data, so the policy names no hash. Text from outside comes by the API alone.
"""

from __future__ import annotations

import gzip
import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fusion.tracks import Tracks
from maps import shell
from maps.kinds import KINDS
from maps.layer import STATIC, Bounds, Layer, Scene, layers
from maps.plain import embedded, plain
from maps.sheet import Sheet, folium_parts

LIVE = Path(__file__).parent / "static"
STYLES = (*shell.STYLES, LIVE / "css" / "live.css")

BEFORE = (*shell.BEFORE, *(LIVE / "js" / f"{name}.js" for name in ("picture", "trails")))
"""Scripts that layers stand on; `trails` makes the layer of tracks."""

AFTER = (
    *(STATIC / "js" / f"{name}.js" for name in ("table", "report")),
    *(LIVE / "js" / f"{name}.js" for name in ("cases", "decide")),
    STATIC / "js" / "details.js",
    *(LIVE / "js" / f"{name}.js" for name in ("filters", "list", "stations")),
    *(
        STATIC / "js" / f"{name}.js"
        for name in ("targets", "legend", "foot", "readout", "keys", "frame", "controls")
    ),
    *(LIVE / "js" / f"{name}.js" for name in ("bell", "banner", "link", "start")),
)
"""Scripts that need the map and its layers."""

OWN = "tracks"
"""The layer whose script is ours: its traffic moves."""

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class File:
    """One answer, ready to be sent.

    Attributes:
        plain, packed: the bytes, and the same as gzip.
        kind: media type.
        tag: entity tag, quoted.
    """

    plain: bytes
    packed: bytes
    kind: str
    tag: str


@cache
def site(
    title: str,
    credits: tuple[str, ...],  # noqa: A002  the word for it
    bounds: Bounds | None,
    close_reasons: tuple[tuple[str, str], ...],
) -> Mapping[str, File]:
    """Every file of the page by path; there are no others. Made once for the same wiring.

    Args:
        title: of the page.
        credits: owed to the sources of what is shown; those of the layers are added.
        bounds: what the map opens on, (south, west), (north, east); None for the British Isles.
        close_reasons: codes and words an alert may be closed with.
    """
    scene = _scene(bounds)
    drawn = layers()
    sheet = Sheet(bounds)
    for layer in drawn:
        layer.draw().add_to(sheet)
    body, folium_script = folium_parts(sheet)
    scripts = dict.fromkeys((*BEFORE, *(script for layer in drawn for script in _scripts(layer))))
    files = {_path(path): _file(path) for path in (*STYLES, *scripts, *AFTER)}
    files |= {_path(path): _file(path) for path in sorted((shell.LEAFLET / "images").glob("*.png"))}
    files["/static/folium.js"] = _made(folium_script.encode(), TYPES[".js"])
    order = [*map(_path, scripts), "/static/folium.js", *map(_path, AFTER)]
    data = {layer.name: layer.data(scene) for layer in drawn if layer.name != OWN}
    data |= {
        OWN: {"kinds": [[kind, words] for kind, words in KINDS.items()]},
        "page": _page(title, credits, drawn, close_reasons),
    }
    page = shell.framed(
        LIVE / "live.html",
        name="live",
        flags="Alerts",
        title=html.escape(plain(title)),
        styles="\n".join(f'<link rel="stylesheet" href="{_path(path)}">' for path in STYLES),
        map=body,
        data="\n".join(
            f'<script type="application/json" id="data-{html.escape(name)}">{embedded(value)}</script>'
            for name, value in data.items()
        ),
        scripts="\n".join(f'<script src="{html.escape(path)}"></script>' for path in order),
    )
    return files | {"/": _made(page.encode(), "text/html; charset=utf-8")}


def _scene(bounds: Bounds | None) -> Scene:
    """No tracks yet, but for layers that look where they are needed: two positions, at the corners."""
    empty: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    if bounds is None:
        return Scene(Tracks.empty(), empty, {})
    lat, lon = zip(*bounds, strict=True)
    return Scene(Tracks.of(2, time_s=[0.0, 0.0], track=[1, 2], lat_deg=lat, lon_deg=lon), empty, {})


def _scripts(layer: Layer) -> tuple[Path, ...]:
    return () if layer.name == OWN else layer.scripts


def _page(
    title: str, owed: Sequence[str], drawn: Sequence[Layer], close_reasons: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """What belongs to no layer, as `maps.page` has it; names come by the API."""
    owing = [*(layer.credit for layer in drawn), *(plain(credit) for credit in owed)]
    return {
        "title": plain(title),
        "credits": list(dict.fromkeys(filter(None, owing))),
        "names": {},
        "layers": [{"name": layer.name, "title": layer.title} for layer in drawn],
        "close_reasons": [[plain(code), plain(words)] for code, words in close_reasons],
    }


def _path(path: Path) -> str:
    """The address of a file: `/static/...` for what pages share, `/live/...` for our own, a guest's by its name."""
    for folder, prefix in ((LIVE, "/live"), (STATIC, "/static")):
        if path.is_relative_to(folder):
            return f"{prefix}/{path.relative_to(folder).as_posix()}"
    return f"/guest/{path.name}"


def _file(path: Path) -> File:
    content = shell.script_text(path).encode() if path.suffix == ".js" else path.read_bytes()
    return _made(content, TYPES[path.suffix])


def _made(content: bytes, kind: str) -> File:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return File(content, gzip.compress(content, 6, mtime=0), kind, tag)
