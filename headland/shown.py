"""Where the watch shows what it finds: a board in this process, or what tells one in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from maps.live.picture import Placed


class Shown(Protocol):
    """Takes positions and names, from any thread."""

    def show_positions(self, rows: Placed, *, provisional: bool) -> None:
        """Fused positions, or provisional ones."""
        ...

    def show_names(self, names: Mapping[int, Mapping[str, str]]) -> None:
        """What entities say of themselves."""
        ...
