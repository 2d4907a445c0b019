"""A verb's machinery, loaded when the verb runs and not before.

The geospatial packages take two seconds to import; `headland --help` takes a
fifth of one. Only the modules of `headland.verbs` call this.
"""

from __future__ import annotations

import importlib
from typing import Any


def load(name: str) -> Any:
    """A module of this package, by its name in it."""
    return importlib.import_module(f"headland.{name}")
