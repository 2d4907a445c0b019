"""Logs of the services: lines for a person on a terminal, JSON objects anywhere else, on standard error."""

from __future__ import annotations

import logging
import sys
from typing import cast

import structlog


def log_to_stderr() -> None:
    """Begin; for the whole process."""
    people = sys.stderr.isatty()
    shown = structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            cast("structlog.typing.Processor", shown),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
