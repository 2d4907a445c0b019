"""The nearest of many straight sides in space, found through boxes within boxes.

In: sides as pairs of points, earth-centred metres (`geo.earth.in_space`), and the
points to measure from. Out: metres in a straight line to the nearest side.

The sides are halved about the median of their middles, along whichever axis they
are spread furthest, again and again until a handful is left together; around each
half stands its box. From a point one goes down into the nearer box first, and a
box that begins further off than the nearest side found is not opened. No side
that could be nearer is left out, so the answer does not depend on the boxes.

Of 225,000 sides of a coast about 20 boxes and 7 to 20 sides are looked at; each
look decides where the next is, so the loop is compiled.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from geo.batch import Floats, Ints

LEAST_TOGETHER = 4
"""Between so many sides and twice as many stand together: fewer make more boxes than they save sides."""
DEEPEST = 64
_BOUND = 1.0 - 1e-9
"""A box is rounded otherwise than a side that touches its wall: the difference is 1e-15 of the square."""


@numba.njit(cache=True, error_model="numpy")
def _to_box2(box, x, y, z):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Square of the way to a box, zero inside it."""
    dx = max(box[0] - x, x - box[3], 0.0)
    dy = max(box[1] - y, y - box[4], 0.0)
    dz = max(box[2] - z, z - box[5], 0.0)
    return (dx * dx + dy * dy + dz * dz) * _BOUND


@numba.njit(cache=True, error_model="numpy")
def _to_side2(side, x, y, z):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Square of the way to a side: where it begins, and how it goes on."""
    ax, ay, az = x - side[0], y - side[1], z - side[2]
    dx, dy, dz = side[3], side[4], side[5]
    share = (ax * dx + ay * dy + az * dz) / max(dx * dx + dy * dy + dz * dz, 1e-12)
    share = min(max(share, 0.0), 1.0)
    gx, gy, gz = ax - share * dx, ay - share * dy, az - share * dz
    return gx * gx + gy * gy + gz * gz


@numba.njit(cache=True, error_model="numpy")
def nearest_m(sides: Floats, boxes: Floats, points: Floats, enough_m: float, most_m: float) -> Floats:
    """Metres to the nearest side that is less than `most_m` away, infinite where there is none.

    A side no further than `enough_m` is taken for the nearest; negative: it must be the nearest.
    Shapes: sides (boxes ending the tree x together, 6); boxes (2 x those - 1, 6); points (n, 3) -> (n,).
    """
    last = len(boxes) // 2
    together = len(sides) // (last + 1)
    enough2 = enough_m * enough_m if enough_m >= 0.0 else -1.0
    metres = np.empty(len(points))
    waiting, begins2 = np.empty(DEEPEST, np.int64), np.empty(DEEPEST)
    for row in range(len(points)):
        x, y, z = points[row]
        best2 = most_m * most_m
        waiting[0], begins2[0], left = 0, 0.0, 1
        while left > 0 and best2 > enough2:
            left -= 1
            box, to2 = waiting[left], begins2[left]
            while box < last and to2 < best2:
                one, other = 2 * box + 1, 2 * box + 2
                one2, other2 = _to_box2(boxes[one], x, y, z), _to_box2(boxes[other], x, y, z)
                if other2 < one2:
                    one, other, one2, other2 = other, one, other2, one2
                waiting[left], begins2[left] = other, other2
                left += 1
                box, to2 = one, one2
            if to2 < best2:
                for at in range((box - last) * together, (box - last + 1) * together):
                    best2 = min(best2, _to_side2(sides[at], x, y, z))
        metres[row] = math.sqrt(best2) if best2 < most_m * most_m else math.inf
    return metres


class Sides:
    """Sides in space, ready to be measured to.

    Safe to share between threads: nothing is written after construction.
    """

    def __init__(self, start: Floats, end: Floats) -> None:
        """Shapes: (m, 3) x2, m at least 1."""
        halvings = max(int(math.log2(len(start) / LEAST_TOGETHER)), 0)
        order, together = _halved((start + end) / 2, halvings)
        self._sides = np.concatenate([start, end - start], axis=1)[order]
        self._boxes = _boxed(start[order], end[order], together)

    def distance_m(self, point: Floats, enough_m: float = -1.0, most_m: float = math.inf) -> Floats:
        """What `nearest_m` says. Shape: (n, 3) -> (n,)."""
        return nearest_m(self._sides, self._boxes, point, enough_m, most_m)


def _halved(middle: Floats, halvings: int) -> tuple[Ints, int]:
    """An order in which those near each other stand together, and how many do. Shape: (m, 3) -> (>= m,)."""
    together = -(-len(middle) // 2**halvings)
    # Some stand twice, so that every half is as large as the other: who is nearest does not change by it.
    order = np.arange(2**halvings * together) % len(middle)
    axes = np.ascontiguousarray(middle.T)
    for halving in range(halvings):
        group = order.reshape(2**halving, -1)
        place = np.take(axes, group, axis=1)
        widest = np.argmax(place.max(axis=2) - place.min(axis=2), axis=0)
        split = np.argpartition(place[widest, np.arange(len(group))], group.shape[1] // 2, axis=1)
        order = np.take_along_axis(group, split, axis=1).ravel()
    return order, together


def _boxed(start: Floats, end: Floats, together: int) -> Floats:
    """The box of every half, the whole first. Shapes: (m, 3) x2 -> (2 m / together - 1, 6)."""
    least = np.minimum(start, end).reshape(-1, together, 3).min(axis=1)
    most = np.maximum(start, end).reshape(-1, together, 3).max(axis=1)
    levels = [np.concatenate([least, most], axis=1)]
    while len(least) > 1:
        least, most = least.reshape(-1, 2, 3).min(axis=1), most.reshape(-1, 2, 3).max(axis=1)
        levels.append(np.concatenate([least, most], axis=1))
    return np.concatenate(levels[::-1])
