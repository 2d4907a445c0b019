"""Logs of the demo's parts in a file: the terminal belongs to the demo's own words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Write everything that is logged or warned of into a file, for as long as the context lasts."""
    with path.open("a", encoding="utf-8") as file:
        handler = logging.StreamHandler(file)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root = logging.getLogger()
        before, level = root.handlers, root.level
        root.handlers = [handler]
        root.setLevel(logging.WARNING)
        logging.captureWarnings(True)
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            logger_factory=structlog.PrintLoggerFactory(file),
        )
        try:
            yield
        finally:
            structlog.reset_defaults()
            logging.captureWarnings(False)
            root.handlers = before
            root.setLevel(level)
