"""The folder of the service's state: the store of alerts, and the checkpoints beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alerts.store import Store

DATABASE = "alerts.db"
CHECKPOINTS = "checkpoints"


@contextmanager
def store_in(state: Path) -> Iterator[Store]:
    """The store of alerts in a folder, made if need be, closed at the end.

    Raises:
        StoreError: it cannot be opened.
    """
    state.mkdir(parents=True, exist_ok=True)
    store = Store.open(f"sqlite:///{(state / DATABASE).resolve()}")
    try:
        yield store
    finally:
        store.close()
