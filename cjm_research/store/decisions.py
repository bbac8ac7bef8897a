"""The list of all decisions of a study: rows are added, read, copied and united, never changed."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from cjm_research import history
from cjm_research.errors import CjmError, Problems
from cjm_research.store.database import Database
from cjm_research.store.decision import Decision
from cjm_research.store.schema import decisions as rows_of
from cjm_research.store.schema import upgrade, version_of
from cjm_research.tables import DECISIONS, make_table

__all__ = ["DecisionStore"]

Row = dict[str, Any]
_FIRST = "0001-01-01T00:00:00.000000Z"
_AT_ONCE = 500  # ids asked for in one statement


class DecisionStore:
    """Decisions of one study; safe to use from several threads and processes at once.

    address: path of an SQLite file, made when the first decision is saved, or URL of a PostgreSQL database.
    study: name of the study, which tells studies in one PostgreSQL database apart.
    """

    def __init__(self, address: Path | str, study: str = "") -> None:
        self._database = Database(address, study)

    @property
    def where(self) -> str:
        """The place as a person sees it: file name, or URL without password."""
        return self._database.where

    def load(self) -> pd.DataFrame:
        """Table ``decisions``, in the order in which they were made."""
        rows: list[dict[str, object]] = list(self._rows())
        return make_table(DECISIONS, rows)

    def save(self, decisions: Iterable[Decision]) -> list[str]:
        """Add decisions, all or none; when this returns they are on the disk. Returns their ids.

        A decision whose id is there already, with the same content, is not added again.
        Raises CjmError if it is there with other content, or if it cannot be saved.
        """
        new = [_row(decision) for decision in decisions]

        def add(connection: Connection) -> None:
            upgrade(connection, self.where)
            last, rows = connection.scalar(select(func.max(rows_of.c.time))) or _FIRST, list[Row]()
            for row in self._missing(connection, new):
                last = _after(last)
                rows.append(row | {"time": last})
            if rows:
                connection.execute(insert(rows_of), rows)

        if new:
            self._database.write(add)
        return [row["decision_id"] for row in new]

    def undo(self, decision_id: str, coder: str) -> None:
        """Undo a decision, of whomever; nothing happens if it is undone already."""
        self._add_undos(decision_id, coder, redo=False)

    def redo(self, decision_id: str, coder: str) -> None:
        """Take back every undo of a decision; nothing happens if it is not undone."""
        self._add_undos(decision_id, coder, redo=True)

    def undo_last(self, coder: str) -> str:
        """Undo the last decision of this person that holds; returns its id, empty if there is none."""
        found = history.last_to_undo(self.load(), coder)
        if found:
            self.undo(found, coder)
        return found

    def redo_last(self, coder: str) -> str:
        """Take back this person's last undo, unless they decided something since; returns the decision's id or ""."""
        found = history.last_to_redo(self.load(), coder)
        if found:
            self.redo(found, coder)
        return found

    def backup(self, path: Path) -> int:
        """Write a copy of all decisions as an SQLite file; returns how many. Raises CjmError if the file exists."""
        if path.exists():
            raise CjmError.one("store.exists", str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        rows = self._rows()
        copy = DecisionStore(temporary)
        copy._unite(rows)
        if copy._rows() != rows:
            raise CjmError.one("store.damaged", str(path), reason="copy differs")
        temporary.replace(path)
        return len(rows)

    def merge(self, other: DecisionStore) -> int:
        """Add the decisions of another store that are not here yet; returns how many.

        Raises CjmError if an id is in both with different content; then nothing is added.
        """
        return self._unite(other._rows())

    def check(self) -> None:
        """Raise CjmError if the SQLite file is damaged."""
        if self._database.path is None or not self._database.path.exists():
            return
        result = self._database.read(lambda connection: connection.exec_driver_sql("PRAGMA integrity_check").scalar())
        if result != "ok":
            raise CjmError.one("store.damaged", self.where, reason=str(result).splitlines()[0])

    def _add_undos(self, decision_id: str, coder: str, redo: bool) -> None:
        known = self.load()
        row = known[known["decision_id"] == decision_id]
        if row.empty:
            raise CjmError.one("store.unknown_decision", self.where, id=decision_id)
        undos = history.undos_of(known, decision_id)
        targets = undos if redo else [] if undos else [decision_id]
        said: Row = row.drop(columns=["time", "decision_id"]).to_dict("records")[0]  # type: ignore[assignment]
        said |= {"coder": coder, "verdict": "undo", "memo": ""}
        self.save([Decision(**said | {"undoes": target}) for target in targets])

    def _rows(self) -> list[Row]:
        """All rows in the order of their times, which is that of saving; ids decide where two stores were united."""
        if self._database.path is not None and not self._database.path.exists():
            return []  # reading never makes a file

        def fetch(connection: Connection) -> list[Row]:
            if version_of(connection, self.where) == 0:
                return []
            return [dict(row) for row in connection.execute(select(rows_of)).mappings()]

        return sorted(self._database.read(fetch), key=lambda row: (row["time"], row["decision_id"]))

    def _unite(self, rows: Sequence[Row]) -> int:
        def add(connection: Connection) -> int:
            upgrade(connection, self.where)
            missing = self._missing(connection, rows)
            if missing:
                connection.execute(insert(rows_of), missing)
            return len(missing)

        return self._database.write(add)

    def _missing(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        """Those rows whose id is not there yet. Raises CjmError that names each id that is there with other content."""
        known: dict[str, Row] = {}
        ids = [row["decision_id"] for row in rows]
        for at in range(0, len(ids), _AT_ONCE):
            wanted = select(rows_of).where(rows_of.c.decision_id.in_(ids[at : at + _AT_ONCE]))
            known |= {row["decision_id"]: dict(row) for row in connection.execute(wanted).mappings()}
        problems, missing = Problems(), list[Row]()
        for row in rows:
            there = known.get(row["decision_id"])
            if there is None:
                missing.append(row)
                known[row["decision_id"]] = row
            elif any(there[name] != value for name, value in row.items()):
                problems.add("store.repeated_id", self.where, id=row["decision_id"])
        problems.raise_if_any()
        return missing


def _after(last: str) -> str:
    """The time now, or a microsecond after ``last``: a clock that is set back must not change the order."""
    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    now = dt.datetime.now(dt.UTC)
    previous = dt.datetime.strptime(last, form).replace(tzinfo=dt.UTC)
    return max(now, previous + dt.timedelta(microseconds=1)).strftime(form)


def _row(decision: Decision) -> Row:
    """A decision as the database keeps it, but for the time: a missing number is nothing there, and NaN in tables."""
    return asdict(decision) | {"value": None if math.isnan(decision.value) else float(decision.value)}
