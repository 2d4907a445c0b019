"""Colours a tired eye, and an eye that sees two of them as one, can still tell from sea and land."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from maps.kinds import KINDS
from maps.layer import STATIC
from maps.live.shell import LIVE


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


# What each kind of colour blindness makes of linear sRGB, complete: Machado, Oliveira and Fernandes (2009), table 1.
VISION = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ @ np.ones(3)


def seen(colour: str, vision: str) -> np.ndarray:
    """CIE L*a*b* (1976) of a colour as an eye sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(np.array(VISION[vision]) @ linear, 0, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_kinds_that_share_a_shape_are_told_apart_by_every_eye(night: bool, vision: str) -> None:
    colours = palette(night)
    hulls = [kind for kind in KINDS if kind not in {"aircraft", "rotorcraft", "station"}]
    apart = {
        (one, other): np.linalg.norm(
            seen(colours[f"kind-{one}"], vision) - seen(colours[f"kind-{other}"], vision)
        )
        for one, other in itertools.combinations(hulls, 2)
    }

    assert min(apart.values()) >= 15.0, min(apart, key=lambda pair: apart[pair])


@pytest.mark.parametrize("night", [False, True])
def test_words_of_warning_stand_four_and_a_half_to_one(night: bool) -> None:
    colours = palette(night)
    sheet = (LIVE / "css" / "live.css").read_text()
    day, dark = re.findall(r":root(?:\[data-theme=\"night\"\])? \{(.*?)\n\}", sheet, re.DOTALL)
    colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark if night else day))
    pairs = [
        *(("planted", "planted-ground"), ("ink", "planted-ground"), ("muted", "planted-ground")),
        *(
            ("on-warning", "warning-ground"),
            ("on-alarm", "alarm-ground"),
            ("alarm", "paper"),
            ("alive", "paper"),
        ),
    ]
    measured = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert all(value >= 4.5 for value in measured.values()), measured
    assert contrast(colours["planted"], colours["sea"]) >= 3.0
    assert contrast(colours["planted"], colours["land"]) >= 3.0


STEPS = ("least", "less", "half", "more", "most")


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_every_eye_tells_the_steps_apart_and_in_order(night: bool, vision: str) -> None:
    colours = palette(night)
    steps = [seen(colours[f"heard-{step}"], vision) for step in STEPS]
    apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(steps, 2)]
    lightness = np.diff([step[0] for step in steps])

    assert min(apart) >= 12.0
    assert (lightness > 5.0).all() if night else (lightness < -5.0).all()


@pytest.mark.parametrize("night", [False, True])
def test_the_ends_of_the_ladder_stand_off_the_sea(night: bool) -> None:
    colours = palette(night)
    ends = [contrast(colours[f"heard-{step}"], colours["sea"]) for step in (STEPS[0], STEPS[-1])]

    assert min(ends) >= 2.2
    assert max(ends) >= 7.0
    assert luminance(colours["heard-most"]) > luminance(colours["heard-least"]) or not night
