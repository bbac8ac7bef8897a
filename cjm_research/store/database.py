"""One database, SQLite or PostgreSQL: connections, transactions, and what can go wrong in words.

SQLite: write-ahead log with full synchronisation (what is acknowledged survives a power cut), ``BEGIN IMMEDIATE``
(two writers wait for each other instead of failing), and a connection for each call, since notebooks call from
several threads. PostgreSQL: a schema for each study, and one writer at a time by an advisory lock.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from cjm_research.errors import CjmError

__all__ = ["Database"]

T = TypeVar("T")
_HEADER = b"SQLite format 3\x00"
_WAIT_S = 5.0
_TRIES = 12  # a minute: SQLite's waiting is not fair, and another process may be saving thousands of decisions
# What SQLite says, by the start of its name for the error, and the sentence for it.
_SENTENCES = {
    "SQLITE_FULL": "store.full",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_PERM": "store.read_only",
    "SQLITE_CANTOPEN": "store.read_only",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_NOTADB": "store.damaged",
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_IOERR": "store.disk",
}


class Database:
    """A place for one study's store.

    address: path of an SQLite file, or URL of a PostgreSQL database. study: name of the study, for PostgreSQL.
    """

    def __init__(self, address: Path | str, study: str = "") -> None:
        self.path = address if isinstance(address, Path) else None
        self.where = address.name if isinstance(address, Path) else ""
        if isinstance(address, Path):
            self._reader = self._sqlite(self._open_to_read, "BEGIN")
            self._writer = self._sqlite(self._open_to_write, "BEGIN IMMEDIATE")
        else:
            self._reader = self._writer = self._postgresql(address, study)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do something that changes nothing. Raises CjmError for whatever is wrong with the database."""
        return self._translated(self._reader, work, writing=False)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do something in one transaction: when this returns it is saved for good, if it raises nothing of it is.

        Raises CjmError for whatever is wrong with the database.
        """
        return self._translated(self._writer, work, writing=True)

    def _translated(self, engine: Engine, work: Callable[[Connection], T], writing: bool) -> T:
        for attempt in range(_TRIES):
            try:
                with engine.connect().execution_options(writing=writing) as connection, connection.begin():
                    return work(connection)
            except (DBAPIError, sqlite3.Error) as error:
                problem = self._problem(error)
                if problem is None:
                    raise
                if problem.problems[0].key != "store.busy" or attempt == _TRIES - 1:
                    raise problem from error
        raise AssertionError  # the last attempt returned or raised

    def _problem(self, error: DBAPIError | sqlite3.Error) -> CjmError | None:
        """What a person can do about an error of the database; None for a mistake of the program."""
        cause: Any = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.Error):
            name = str(getattr(cause, "sqlite_errorname", "") or "")
            sentence = next((key for start, key in _SENTENCES.items() if name.startswith(start)), "")
            # Reading a damaged file may fail in any of SQLite's checks, not only in those that say so.
            sentence = sentence or ("store.damaged" if "malformed" in str(cause) else "")
            return CjmError.one(sentence, self.where, reason=str(cause)) if sentence else None
        if type(cause).__name__ in ("OperationalError", "InterfaceError", "InsufficientPrivilege"):
            return CjmError.one("store.unreachable", self.where, reason=str(cause).strip().splitlines()[0])
        return None

    def _sqlite(self, connect: Callable[[], sqlite3.Connection], start: str) -> Engine:
        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(start)

        return engine

    def _open(self, query: str) -> sqlite3.Connection:
        assert self.path is not None
        if self.path.exists():
            with self.path.open("rb") as file:
                if not _HEADER.startswith(file.read(len(_HEADER))):
                    raise CjmError.one("store.damaged", self.where, reason="no SQLite file")
        uri = f"{self.path.resolve().as_uri()}?{query}"
        # No isolation level: the driver must not begin transactions of its own.
        return sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)

    def _open_to_write(self) -> sqlite3.Connection:
        connection = self._open("mode=rwc")
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _open_to_read(self) -> sqlite3.Connection:
        connection = self._open("mode=rw")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError as error:
            connection.close()
            # In a folder that cannot be written to (an archive, a share) nobody else writes either; but what is
            # still in the log would be overlooked.
            log = self.path.with_name(f"{self.path.name}-wal") if self.path else None
            unwritable = error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
            if not unwritable or (log and log.exists() and log.stat().st_size):
                raise
            return self._open("immutable=1")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _postgresql(self, address: str, study: str) -> Engine:
        try:
            url = make_url(address)
            if url.get_backend_name() != "postgresql":
                raise ArgumentError
            self.where = url.render_as_string(hide_password=True)
            engine = create_engine(url, pool_pre_ping=True)
        except (ArgumentError, NoSuchModuleError):
            raise CjmError.one("store.bad_url", "study.yml") from None
        except ModuleNotFoundError as error:
            raise CjmError.one("store.no_driver", self.where, module=error.name) from error
        schema = f"cjm_{study}"[:63]

        @event.listens_for(engine, "connect")
        def choose_schema(connection: Any, _record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (schema,))
            connection.commit()

        @event.listens_for(engine, "begin")
        def one_writer(connection: Connection) -> None:
            if not connection.get_execution_options().get("writing"):
                return
            lock = zlib.crc32(schema.encode())
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
            quoted = connection.dialect.identifier_preparer.quote(schema)
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quoted}")

        return engine
