"""The database of cases: opened with the promises that a case needs, one transaction at a time.

In: a URL (`sqlite:////var/lib/headland/alerts.db`). Out: connections inside a
transaction that is kept whole or not at all, also through a power cut: on
SQLite a write-ahead log, every commit synced (`synchronous=FULL`), foreign
keys on. Only SQLAlchemy Core is used, and nothing that belongs to one
database but the lines below and the triggers of `alerts.tables`.

A writing transaction takes SQLite's one write lock when it begins, so that
what it read is still so when it writes; the fusion role and the web role may
hold the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, ProgrammingError, SQLAlchemyError

from alerts.errors import StoreError
from alerts.tables import AUDIT_HEAD, METADATA

GENESIS = "0" * 64
"""What the first link of the audit chain stands on."""
BUSY_MS = 15000
"""How long a writer waits for another: far longer than any transaction here, short enough to be noticed."""


class Store:
    """An open database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._reader = engine
        self._writer = engine.execution_options(writes=True)

    @classmethod
    def open(cls, url: str) -> Store:
        """Open, and where it is new make, the database at `url`.

        Raises:
            StoreError: not a URL of a database in a file or on a server, or one that cannot be opened.
        """
        engine = _engine(url)
        try:
            store = cls(engine)
            with store.writing() as connection:
                METADATA.create_all(connection)
                if connection.execute(select(AUDIT_HEAD)).first() is None:
                    connection.execute(insert(AUDIT_HEAD).values(one=1, seq=0, hash=GENESIS))
        except (SQLAlchemyError, StoreError) as error:
            engine.dispose()
            raise StoreError(f"the store of alerts cannot be opened: {error}") from error
        return store

    @classmethod
    def look_at(cls, file: Path) -> Store:
        """Open a SQLite database that is there, for reading alone: nothing is made, and nothing can be changed."""
        return cls(create_engine(f"sqlite:///file:{quote(str(file.resolve()))}?mode=ro&uri=true"))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with _said_plainly(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that nobody else's writing can slip into; rolled back if the body raises."""
        with _said_plainly(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self._reader.dispose()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A disk that is full or a file that is held too long, as an error of this house."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise  # a rule of the tables broken: our own mistake, and no state of the disk
    except DatabaseError as error:
        raise StoreError(f"the store did not answer: {error.orig}") from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            f"{url!r} is not a database URL, such as sqlite:////var/lib/headland/alerts.db"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        try:
            return create_engine(parsed)
        except ImportError as error:
            raise StoreError(f"no driver for {parsed.drivername} is installed") from error
    if parsed.database in (None, "", ":memory:"):
        raise StoreError("alerts must outlive the process: name a file")
    # Cases are personal data: nobody but the service's own user reads them. The log files
    # that SQLite lays beside the database take over its mode.
    try:
        Path(str(parsed.database)).touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"the store of alerts cannot be opened: {error}") from error
    engine = create_engine(parsed)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    # Python's driver would begin transactions of its own, and late; SQLAlchemy's "begin" does it here.
    connection.isolation_level = None
    # The patience first: another process may hold the file while this one turns on its log.
    for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
