"""One HTML file that holds everything: markup, styles, scripts and data, under a strict policy.

The page's content security policy names the SHA-256 of each script and style
in it and forbids the rest: no other script runs, no style attribute is read,
no request leaves, no form is sent. Leaflet moves things by the CSS object
model, which such a policy allows.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from maps.layer import STATIC
from maps.plain import embedded

LEAFLET = STATIC / "vendor" / "leaflet"

STYLES = (
    LEAFLET / "leaflet.css",
    *(STATIC / "css" / f"{name}.css" for name in ("palette", "layout", "parts")),
)

BEFORE = (
    LEAFLET / "leaflet.js",
    *(
        STATIC / "js" / f"{name}.js"
        for name in ("lookout", "format", "theme", "surface", "symbols", "labels", "fleet")
    ),
)
"""Scripts that layers stand on."""

AFTER = tuple(
    STATIC / "js" / f"{name}.js"
    for name in (
        *("timeline", "table", "report", "details", "flaglist", "targets", "legend", "foot", "readout"),
        *("clock", "keys", "frame", "controls", "start"),
    )
)
"""Scripts that need the map and its layers."""

SLOT = re.compile(r'<template data-slot="([a-z]+)">\n(.*?)</template>', re.DOTALL)
SLOTS = ("head", "status", "buttons", "banner", "replay", "tabs", "filters", "lists", "keys", "words")
"""Where a page may put parts of its own into the frame that all pages share."""

SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMAGE = re.compile(r"url\((images/[a-z0-9-]+\.png)\)")


def shell(*, title: str, body: str, scripts: Sequence[str], data: Mapping[str, Any]) -> str:
    """The page.

    Args:
        title: plain text, hostile.
        body: markup of the map, from Folium.
        scripts: JavaScript in the order of running, each trusted.
        data: JSON values by name, hostile.
    """
    return framed(STATIC / "replay.html", name="replay", flags="Flags", **sealed(title, body, scripts, data))


def sealed(
    title: str, body: str, scripts: Sequence[str], data: Mapping[str, Any], sheets: Sequence[Path] = STYLES
) -> dict[str, str]:
    """What a frame of one file is filled with: policy, title, styles, map, data, scripts; as `shell` takes them."""
    styles = [_style(path) for path in sheets]
    blocks = [
        f'<script type="application/json" id="data-{html.escape(name)}">{embedded(value)}</script>'
        for name, value in data.items()
    ]
    return {
        "policy": policy(scripts, styles),
        "title": html.escape(title),
        "styles": "\n".join(f"<style>{style}</style>" for style in styles),
        "map": body,
        "data": "\n".join(blocks),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }


def framed(parts: Path, **values: str) -> str:
    """The frame that all pages share, with a page's own parts in its slots.

    Args:
        parts: a file of `<template data-slot="...">`, slots out of `SLOTS`; what it leaves out stays empty.
        values: markup by name, for the frame and for the parts; put in as it is.

    Raises:
        KeyError: the frame or a part names what is neither a slot nor a value.
    """
    own = {name: Template(part).substitute(values) for name, part in SLOT.findall(parts.read_text("utf-8"))}
    glyphs = (STATIC / "glyphs.html").read_text(encoding="utf-8")
    frame = Template((STATIC / "page.html").read_text(encoding="utf-8"))
    return frame.substitute(dict.fromkeys(SLOTS, ""), glyphs=glyphs, **own, **values)


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """The content security policy under which exactly these scripts and styles act."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(map(_digest, scripts)),
            "style-src " + " ".join(map(_digest, styles)),
            "img-src data:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def script_text(path: Path) -> str:
    """A script as the page holds it: without the pointer to a source map that is not there.

    Raises:
        ValueError: the script holds an end tag, which would end it early.
    """
    text = SOURCE_MAP.sub("", path.read_text(encoding="utf-8"))
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"{path}: an end tag or a comment in a script ends it inside a page")
    return text


def _style(path: Path) -> str:
    """A style sheet with its images in it, and without its comments: Leaflet's name other hosts."""

    def inlined(found: re.Match[str]) -> str:
        image = base64.b64encode((path.parent / found[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{image})"

    return IMAGE.sub(inlined, COMMENT.sub("", path.read_text(encoding="utf-8")))


def _digest(text: str) -> str:
    """The source expression of CSP 3 for one inline element."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
