"""The form of the store in the database, and the steps from each version to the next.

A step is never changed once it has been released: stores of every version there ever was are opened.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, Float, Integer, MetaData, Table, Text, func, insert, inspect, select

from cjm_research.errors import CjmError
from cjm_research.tables import DECISIONS

__all__ = ["NEWEST", "decisions", "upgrade", "version_of"]

_TYPES = {"str": Text, "int": Integer, "float": Float}
_metadata = MetaData()
decisions = Table(
    "decisions",
    _metadata,
    *(
        Column(
            column.name, _TYPES[column.kind], primary_key=column.name in DECISIONS.key, nullable=column.kind == "float"
        )
        for column in DECISIONS.columns
    ),
)
_versions = Table("cjm_store", _metadata, Column("version", Integer, primary_key=True))


def _first(connection: Connection) -> None:
    _metadata.create_all(connection)


def _append_only(connection: Connection) -> None:
    """Let the database itself refuse to change or delete a decision, whoever asks; find the last one quickly."""
    connection.exec_driver_sql("CREATE UNIQUE INDEX decisions_time ON decisions (time, decision_id)")
    statements = _ON_POSTGRESQL if connection.dialect.name == "postgresql" else _ON_SQLITE
    for statement in statements:
        connection.exec_driver_sql(statement)


_REFUSAL = "decisions are only ever added"
_ON_SQLITE = (
    f"CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    # "INSERT OR REPLACE" deletes without asking the trigger above.
    f"""
    CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions
    WHEN EXISTS (SELECT 1 FROM decisions WHERE decision_id = NEW.decision_id)
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
    """,  # noqa: S608
)
_ON_POSTGRESQL = (
    f"""
    CREATE FUNCTION decisions_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
    """,
    """
    CREATE TRIGGER decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_refuse()
    """,
)

_STEPS: tuple[Callable[[Connection], None], ...] = (_first, _append_only)
NEWEST = len(_STEPS)


def version_of(connection: Connection, where: str) -> int:
    """Version of the store in this database, 0 if the database is empty.

    Raises CjmError if a newer program made it, or something else than this program.
    """
    tables = inspect(connection).get_table_names()
    if _versions.name not in tables:
        if tables:
            raise CjmError.one("store.foreign", where)
        return 0
    version = connection.scalar(select(func.max(_versions.c.version))) or 0
    if version > NEWEST:
        raise CjmError.one("store.newer", where, version=version, newest=NEWEST)
    return int(version)


def upgrade(connection: Connection, where: str, to: int = NEWEST) -> None:
    """Take the steps that are missing; the caller's transaction makes it all or nothing."""
    for version in range(version_of(connection, where) + 1, to + 1):
        _STEPS[version - 1](connection)
        connection.execute(insert(_versions).values(version=version))
