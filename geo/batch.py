"""Struct of arrays: the shape in which every noun of this house travels.

A noun is a frozen dataclass of equal-length, read-only numpy columns that
derives from `Batch` and declares each column with `column(dtype, missing)`.
A column of varying length a row (the stations that heard a report, the bytes
of a frame) is a `Ragged`: flat values and row offsets, as in GeoArrow.

    class Depths(Batch):
        time_s: Floats = column("f8", np.nan)
        depth_m: Floats = column("f8", np.nan)

Nothing here knows what a column means. Kernels may not write to a column:
the flag `writeable` is off, and numpy raises if they try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint64]
Column = npt.NDArray[Any]


def frozen(values: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> Column:
    """A read-only view of `values` as `dtype`; copied only where the type differs."""
    array = np.asarray(values, dtype).view()
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows of varying length: row i is `values[offsets[i]:offsets[i + 1]]`.

    Shapes: offsets (n + 1,) int64 rising from 0; values (m,) with m = offsets[-1].
    """

    offsets: Ints
    values: Column

    def __post_init__(self) -> None:
        object.__setattr__(self, "offsets", frozen(self.offsets, np.int64))
        object.__setattr__(self, "values", frozen(self.values))
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.values):
            raise ValueError("offsets must begin at 0 and end at the number of values")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> Ints:
        """Length of each row. Shape: (n,)."""
        return np.diff(self.offsets)

    def row(self, index: int) -> Column:
        """The values of one row, as a view."""
        return self.values[self.offsets[index] : self.offsets[index + 1]]

    def take(self, index: npt.ArrayLike) -> Ragged:
        """The rows named by an index or a mask, in that order."""
        rows = np.arange(len(self))[np.asarray(index)]
        counts = self.counts[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        # Each value's place: its row's old start, plus how far into the row it stands.
        source = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], counts)
        return Ragged(offsets, self.values[source])

    @classmethod
    def concat(cls, parts: Sequence[Ragged]) -> Ragged:
        """The rows of all parts, one after another."""
        counts = np.concatenate([part.counts for part in parts])
        values = np.concatenate([part.values for part in parts])
        return cls(np.concatenate([[0], np.cumsum(counts)]), values)

    @classmethod
    def of_rows(cls, rows: Sequence[npt.ArrayLike | bytes], dtype: npt.DTypeLike) -> Ragged:
        """Build from a row at a time: for readers and tests, not for the live path."""
        arrays = [np.frombuffer(r, np.uint8) if isinstance(r, bytes) else np.asarray(r, dtype) for r in rows]
        offsets = np.concatenate([[0], np.cumsum([len(a) for a in arrays])]).astype(np.int64)
        return cls(offsets, np.concatenate([np.empty(0, dtype), *arrays]).astype(dtype))

    @classmethod
    def singles(cls, values: npt.ArrayLike, dtype: npt.DTypeLike) -> Ragged:
        """One value a row."""
        array = np.asarray(values, dtype)
        return cls(np.arange(len(array) + 1), array)


@dataclass(frozen=True)
class _Spec:
    dtype: np.dtype[Any]
    missing: Any
    ragged: bool

    def unsaid(self, n: int) -> Column | Ragged:
        """A column of `n` rows in which nothing is said."""
        if self.ragged:
            return Ragged(np.zeros(n + 1, np.int64), np.empty(0, self.dtype))
        return self._few[:n] if n <= _FEW else np.full(n, self.missing, self.dtype)

    @cached_property
    def _few(self) -> Column:
        return frozen(np.full(_FEW, self.missing, self.dtype))


_FEW = 1024
"""Rows of which a column without content is kept to be cut from."""


def column(dtype: npt.DTypeLike, missing: Any) -> Any:
    """Declare a column: its numpy type, and the value that says "nothing was said"."""
    return field(metadata={"column": _Spec(np.dtype(dtype), missing, ragged=False)})


def ragged(dtype: npt.DTypeLike) -> Any:
    """Declare a column with any number of values a row; missing is an empty row."""
    return field(metadata={"column": _Spec(np.dtype(dtype), None, ragged=True)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Batch:
    """Equal-length, read-only columns; see the module for how a noun declares them."""

    def __post_init__(self) -> None:
        # Live a batch is made of a hundred rows: what is done a column costs as much as what is done with its rows.
        told, lengths = self.__dict__, set()
        for name, spec in self._specs().items():
            value = told[name]
            if spec.ragged:
                if value.values.dtype != spec.dtype:
                    value = Ragged(value.offsets, value.values.astype(spec.dtype))
            elif type(value) is not np.ndarray or value.flags.writeable or value.dtype != spec.dtype:
                value = frozen(value, spec.dtype)
            if not spec.ragged and value.ndim != 1:
                raise ValueError(f"{type(self).__name__}.{name} must have one dimension")
            told[name] = value
            lengths.add(len(value))
        if len(lengths) != 1:
            raise ValueError(f"{type(self).__name__} columns differ in length: {sorted(lengths)}")

    @classmethod
    @cache
    def _specs(cls) -> dict[str, _Spec]:
        return {f.name: f.metadata["column"] for f in fields(cls)}

    @classmethod
    def of(cls, n: int, **columns: Any) -> Self:
        """A batch of `n` rows; columns not given hold their missing value.

        Raises:
            TypeError: a column the noun does not have.
            ValueError: a column whose length is not `n`.
        """
        specs = cls._specs()
        if unknown := columns.keys() - specs.keys():
            raise TypeError(f"{cls.__name__} has no column {sorted(unknown)}")
        for name, spec in specs.items():
            if name not in columns:
                columns[name] = spec.unsaid(n)
        return cls(**columns)

    @classmethod
    @cache
    def empty(cls) -> Self:
        """No rows; one batch for all who ask, for nothing can be written into it."""
        return cls.of(0)

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self._specs()))))

    def columns(self) -> dict[str, Any]:
        """Column by name, in declared order."""
        return {name: getattr(self, name) for name in self._specs()}

    def take(self, index: npt.ArrayLike) -> Self:
        """The rows named by an index or a mask, in that order."""
        rows = np.asarray(index)
        if rows.dtype == np.bool_ and rows.shape == (len(self),) and rows.all():
            return self
        if rows.dtype == np.bool_ or rows.ndim != 1:
            rows = np.atleast_1d(np.arange(len(self))[rows])
        told = self.__dict__
        return self._sound({name: told[name].take(rows) for name in self._specs()})

    @classmethod
    def _sound(cls, columns: dict[str, Any]) -> Self:
        """A batch of columns cut from sound ones: asking each again what it is costs more than cutting it."""
        for value in columns.values():
            if type(value) is np.ndarray:
                value.flags.writeable = False
        batch = object.__new__(cls)
        batch.__dict__.update(columns)
        return batch

    def replaced(self, **columns: Any) -> Self:
        """The same rows with some columns replaced."""
        return type(self)(**(self.columns() | columns))

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, one after another; no parts give an empty batch."""
        if len(parts) > 1:
            parts = [part for part in parts if len(part)] or parts[:1]
        if not parts:
            return cls.empty()
        if len(parts) == 1:
            return parts[0]
        joined: dict[str, Any] = {}
        for name, spec in cls._specs().items():
            pieces = [getattr(part, name) for part in parts]
            joined[name] = Ragged.concat(pieces) if spec.ragged else np.concatenate(pieces)
        return cls._sound(joined)

    def to_arrow(self) -> pa.Table:
        """The batch as an Arrow table; ragged columns become lists."""
        arrays = {
            name: pa.LargeListArray.from_arrays(value.offsets, value.values)
            if isinstance(value, Ragged)
            else pa.array(value)
            for name, value in self.columns().items()
        }
        return pa.table(arrays)

    @classmethod
    def from_arrow(cls, table: pa.Table) -> Self:
        """The batch that `to_arrow` wrote; columns the noun does not have are ignored.

        Raises:
            KeyError: a column of the noun is missing from the table.
        """
        found: dict[str, Any] = {}
        for name, spec in cls._specs().items():
            array = table.column(name).combine_chunks()
            if spec.ragged:
                offsets = array.offsets.to_numpy()
                found[name] = Ragged(offsets - offsets[0], array.flatten().to_numpy().astype(spec.dtype))
            else:
                found[name] = cast("Column", array.to_numpy(zero_copy_only=False)).astype(spec.dtype)
        return cls(**found)
