"""Colours a tired eye, and an eye that sees two of them as one, can still tell from sea and land."""

from __future__ import annotations

import re

import pytest

from maps.kinds import KINDS
from maps.layer import STATIC


def palette(night: bool) -> dict[str, str]:
    sheet = (STATIC / "css" / "palette.css").read_text()
    day, dark = re.findall(r":root(?:\[data-theme=\"night\"\])? \{(.*?)\n\}", sheet, re.DOTALL)
    return dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", day)
        + night * re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)
    )


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("ground", ["sea", "land"])
def test_tracks_and_flags_stand_three_to_one_against_the_chart(night: bool, ground: str) -> None:
    colours = palette(night)
    marks = {
        name: contrast(colours[name], colours[ground])
        for name in [*(f"kind-{kind}" for kind in KINDS), "flag", "outline"]
    }

    assert all(value >= 3.0 for value in marks.values()), marks


@pytest.mark.parametrize("night", [False, True])
def test_text_stands_four_and_a_half_to_one_against_its_ground(night: bool) -> None:
    colours = palette(night)
    pairs = [(text, ground) for text in ("ink", "muted") for ground in ("paper", "sunken", "chosen")] + [
        ("on-flag", "flag"),
        ("on-accent", "accent"),
        ("label", "halo"),
        ("graticule-text", "sea"),
    ]
    measured = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert all(value >= 4.5 for value in measured.values()), measured


@pytest.mark.parametrize("night", [False, True])
def test_edges_of_controls_stand_three_to_one(night: bool) -> None:
    colours = palette(night)

    assert contrast(colours["control"], colours["paper"]) >= 3.0
    assert contrast(colours["focus"], colours["paper"]) >= 3.0
