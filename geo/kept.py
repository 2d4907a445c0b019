"""Arrays and batches into a tree that is kept (`geo.container`), and back into memory of one's own.

What goes in is copied and what comes out is copied: a tree is a picture of
one instant, and whoever was pictured, or was made from it, may go on at once.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Column, Ragged
from geo.container import Tree

_B = TypeVar("_B", bound=Batch)


class MismatchError(ValueError):
    """A tree that is whole, but is not what this version of the code keeps."""


def own(tree: Tree, name: str, like: npt.NDArray[Any]) -> Column:
    """A copy of the array called `name`, which must have the type of `like`, and its shape but for the rows.

    Raises:
        MismatchError: it is not there, or otherwise.
    """
    found = tree.get(name)
    if not isinstance(found, np.ndarray):
        raise MismatchError(f"{name} is missing")
    if found.dtype != like.dtype or found.ndim != like.ndim or found.shape[1:] != like.shape[1:]:
        was, expected = (f"{a.dtype} (rows, {str(a.shape[1:])[1:]}" for a in (found, like))
        raise MismatchError(f"{name} is {was}; {expected} is expected")
    return found.copy()


def kept_batch(batch: Batch) -> Tree:
    """The columns of a batch; a ragged one as `[offsets, values]`."""
    return {
        name: [value.offsets.copy(), value.values.copy()] if isinstance(value, Ragged) else value.copy()
        for name, value in batch.columns().items()
    }


def batch_of(kind: type[_B], tree: Tree) -> _B:
    """The batch whose columns were kept.

    Raises:
        MismatchError: other columns, or columns of other types.
    """
    empty = kind.empty().columns()
    if tree.keys() != empty.keys():
        differing = ", ".join(sorted(tree.keys() ^ empty.keys()))
        raise MismatchError(f"{kind.__name__}: columns missing or unknown: {differing}")
    columns: dict[str, Any] = {}
    for name, like in empty.items():
        if isinstance(like, Ragged):
            parts = dict(zip(("offsets", "values"), tree[name], strict=True))
            columns[name] = Ragged(own(parts, "offsets", like.offsets), own(parts, "values", like.values))
        else:
            columns[name] = own(tree, name, like)
    return kind(**columns)
