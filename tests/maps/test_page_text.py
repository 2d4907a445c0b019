"""The page as bytes: its policy, its parts, and what it must not hold."""

from __future__ import annotations

import base64
import hashlib
import re

import numpy as np
import pytest
from map_making import FERRY, collection, flag

from fusion.tracks import Tracks
from maps.layer import layers
from maps.page import render_map, write_map
from maps.shell import LEAFLET, script_text

NAMESPACES = {"http://www.w3.org/2000/svg", "https://leafletjs.com"}


@pytest.fixture(scope="module")
def html(solent_tracks: Tracks) -> str:
    return render_map(
        solent_tracks, collection(flag(1)), {FERRY: {"name": "WIGHT RYDER"}}, "Solent", ["A volunteer"]
    )


def sources(directive: str, html: str) -> list[str]:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    parts = {part.split()[0]: part.split()[1:] for part in policy[1].split("; ")}
    return parts[directive]


def sha256(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_the_policy_names_exactly_the_scripts_and_styles_of_the_page(html: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)

    assert sources("script-src", html) == [sha256(script) for script in scripts]
    assert sources("style-src", html) == [sha256(style) for style in styles]
    assert sources("default-src", html) == sources("connect-src", html) == ["'none'"]
    assert "unsafe" not in html[:4000]


def test_no_markup_carries_script_or_style_of_its_own(html: str) -> None:
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)

    assert not re.search(r"\son[a-z]+\s*=", markup)
    assert not re.search(r"\sstyle\s*=", markup)


def test_no_address_of_another_host_is_anywhere_in_the_page(html: str) -> None:
    assert set(re.findall(r"https?://[A-Za-z0-9./-]+", html)) <= NAMESPACES
    outside_scripts = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", outside_scripts)
    assert "//" not in re.sub(r"base64,[A-Za-z0-9+/=]+|sha256-[A-Za-z0-9+/=]+", "", outside_scripts)
    assert "sourceMappingURL" not in html


def test_the_same_input_gives_the_same_page(html: str, solent_tracks: Tracks) -> None:
    again = render_map(
        solent_tracks.take(np.arange(len(solent_tracks))[::-1]),
        collection(flag(1)),
        {FERRY: {"name": "WIGHT RYDER"}},
        "Solent",
        ["A volunteer"],
    )

    assert again == html


def test_the_page_says_in_which_language_it_is_and_lets_people_zoom(html: str) -> None:
    assert '<html lang="en-GB">' in html
    assert "<title>Solent</title>" in html
    assert "maximum-scale" not in html
    assert "user-scalable" not in html


def test_the_coast_and_the_recording_are_credited(html: str) -> None:
    assert "© OpenStreetMap contributors" in html
    assert "A volunteer" in html


def test_write_map_writes_what_render_map_says(tmp_path, solent_tracks: Tracks, html: str) -> None:
    path = tmp_path / "map.html"
    write_map(
        path, solent_tracks, collection(flag(1)), {FERRY: {"name": "WIGHT RYDER"}}, "Solent", ["A volunteer"]
    )

    assert path.read_bytes() == html.encode()


def test_the_vendored_files_are_the_ones_whose_sums_are_recorded() -> None:
    for line in (LEAFLET / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((LEAFLET / name).read_bytes()).hexdigest() == digest


def test_every_layer_is_found_by_its_file_and_lower_ranks_come_first() -> None:
    found = layers()

    assert [layer.name for layer in found if layer.name in {"coast", "graticule", "tracks", "flags"}] == [
        "coast",
        "graticule",
        "tracks",
        "flags",
    ]
    assert all(script.is_file() for layer in found for script in layer.scripts)


def test_a_script_that_would_end_itself_is_refused(tmp_path) -> None:
    path = tmp_path / "bad.js"
    path.write_text('const end = "</script>";')

    with pytest.raises(ValueError, match=r"bad\.js"):
        script_text(path)
