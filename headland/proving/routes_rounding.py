"""Corners into a line that a craft can follow: arcs for corners, samples a step apart.

In: corners as metres on a conformal map, the speed wished on the leg that ends at
each, and at which the craft rests. Out: samples of the line, each with the leg it
belongs to, how far along that leg it lies, and the speed that the arc there allows.

A corner sharper than `SHARP_DEG` gets a second one beside it, two radii out, so that the
craft turns round as a craft does and not on its heel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.batch import Bools, Floats, Ints
from headland.proving.mover_crafts import Craft

SHARP_DEG, STRAIGHT_DEG = 100.0, 1.0
LEG_SHARE = 0.49
"""What of a leg one of its two arcs may take."""


@dataclass(frozen=True)
class Rounded:
    """Samples of a line. Shapes: (m,). `limit_mps` is infinite off the arcs; `share` runs 0 to 1 along a leg."""

    x_m: Floats
    y_m: Floats
    leg: Ints
    share: Floats
    limit_mps: Floats
    at_rest: Bools


def rounded(x_m: Floats, y_m: Floats, speed_mps: Floats, rests: Bools, craft: Craft) -> Rounded:
    """The line that a craft follows through corners. Shapes: (n,) x4 -> samples.

    Raises:
        ValueError: fewer than two corners, two on one spot, or an arc that the craft cannot turn.
    """
    corner = x_m + 1j * y_m
    if len(corner) < 2 or (np.abs(np.diff(corner)) < 1.0).any():
        raise ValueError("two corners on one spot")
    speed = np.minimum(speed_mps, craft.top_mps)
    corner, row = _eased(corner, _at_corners(speed), rests, craft)
    rests = rests[row] & (np.diff(row, append=len(x_m)) > 0)
    tangent_m, radius_m, turn = _arcs(corner, speed[row], rests, craft)
    limit = craft.speed_in_turn_mps(radius_m)
    if (limit < craft.least_mps).any():
        raise ValueError(f"a turn too tight for a {craft.name}: {limit.min():.1f} m/s")
    pieces = _pieces(corner, speed[row], tangent_m, limit, turn, craft.step_s)
    places = np.concatenate([piece[0] for piece in pieces])
    counts = [len(piece[0]) for piece in pieces]
    leg = np.concatenate([np.full(n, row[piece[1]]) for n, piece in zip(counts, pieces, strict=True)])
    corner_of = np.concatenate([np.full(n, piece[1]) for n, piece in zip(counts, pieces, strict=True)])
    at_rest = rests[corner_of] & (np.abs(places - corner[corner_of]) < 0.01)
    return Rounded(
        x_m=places.real,
        y_m=places.imag,
        leg=leg,
        share=_shares(places, leg),
        limit_mps=np.concatenate([np.full(n, piece[2]) for n, piece in zip(counts, pieces, strict=True)]),
        at_rest=at_rest,
    )


def _at_corners(speed: Floats) -> Floats:
    """The speed at which each corner is turned: the slower leg's, for a craft slows before and gathers way after."""
    return np.asarray(np.minimum(speed, np.append(speed[1:], speed[-1])))


def _eased(corner: Floats, speed: Floats, rests: Bools, craft: Craft) -> tuple[Floats, Ints]:
    """Corners with a second one beside each sharp one, and the leg's row of each."""
    leg = np.diff(corner)
    turn = np.angle(leg[1:] / leg[:-1])
    sharp = np.flatnonzero((np.abs(turn) > np.radians(SHARP_DEG)) & ~rests[1:-1]) + 1
    along = leg[sharp - 1] / np.abs(leg[sharp - 1])
    side = np.where(turn[sharp - 1] >= 0, 1j, -1j)
    beside = corner[sharp] + along * side * 2.05 * craft.radius_m(speed[sharp])
    rows = np.arange(len(corner))
    return np.insert(corner, sharp + 1, beside), np.insert(rows, sharp + 1, rows[sharp + 1])


def _arcs(corner: Floats, speed: Floats, rests: Bools, craft: Craft) -> tuple[Floats, Floats, Floats]:
    """At each corner: how far before it the arc begins, its radius (infinite for none), and the turn in radians."""
    leg = np.diff(corner)
    length = np.abs(leg)
    turn = np.zeros(len(corner))
    turn[1:-1] = np.angle(leg[1:] / leg[:-1])
    bends = (np.abs(turn) > np.radians(STRAIGHT_DEG)) & ~rests
    half = np.where(bends, np.tan(np.abs(turn) / 2), 1.0)
    room_m = LEG_SHARE * np.minimum(np.append(np.inf, length), np.append(length, np.inf))
    tangent_m = np.where(bends, np.minimum(craft.radius_m(_at_corners(speed)) * half, room_m), 0.0)
    return tangent_m, np.where(bends, tangent_m / half, np.inf), np.where(bends, turn, 0.0)


def _pieces(
    corner: Floats, speed: Floats, tangent_m: Floats, limit: Floats, turn: Floats, step_s: float
) -> list[tuple[Floats, int, float]]:
    """The line in pieces: places, the corner whose leg they are on, the speed allowed there."""
    pieces: list[tuple[Floats, int, float]] = [(corner[:1], 0, np.inf)]
    for k in range(1, len(corner)):
        along = (corner[k] - corner[k - 1]) / abs(corner[k] - corner[k - 1])
        begin, end = corner[k - 1] + along * tangent_m[k - 1], corner[k] - along * tangent_m[k]
        count = max(int(np.ceil(abs(end - begin) / max(speed[k] * step_s, 2.0))), 1)
        pieces.append((begin + (end - begin) * np.arange(1, count + 1) / count, k, np.inf))
        if tangent_m[k] > 0.0:
            pieces += _arc(end, along, turn[k], tangent_m[k], (k, limit[k], step_s))
    return pieces


def _arc(
    begin: complex, along: complex, turn: float, tangent_m: float, about: tuple[int, float, float]
) -> list[tuple[Floats, int, float]]:
    """An arc from the end of one straight to the beginning of the next, each half on its own leg."""
    k, limit, step_s = about
    radius_m = tangent_m / np.tan(abs(turn) / 2)
    halves = max(int(np.ceil(radius_m * abs(turn) / (2 * limit * step_s))), 2)
    centre = begin + along * 1j * np.sign(turn) * radius_m
    angle = turn * np.arange(1, 2 * halves + 1) / (2 * halves)
    places = centre + (begin - centre) * np.exp(1j * angle)
    return [(places[:halves], k, limit), (places[halves:], k + 1, limit)]


def _shares(places: Floats, leg: Ints) -> Floats:
    """How far along its leg each sample lies, 0 to 1. Shape: (m,)."""
    way_m = np.append(0.0, np.cumsum(np.abs(np.diff(places))))
    last = np.searchsorted(leg, leg, side="right") - 1
    before = np.maximum(np.searchsorted(leg, leg, side="left") - 1, 0)
    begin_m, end_m = way_m[before], way_m[last]
    share: Floats = (way_m - begin_m) / np.maximum(end_m - begin_m, 1e-9)
    return np.where(leg == 0, 1.0, share)
