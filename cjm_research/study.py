"""A study: its files become tables, and tables become maps.

What people write is in ``interview_transcripts/<study>/``; what the machine makes is in
``reports/<study>/`` and may be deleted at any time. People's decisions are put on top of the machine's suggestions
each time: deciding something never makes the machine read again. From twenty decided passages on the machine learns
from them when a study is opened; while it is open, its suggestions stay as they are.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cjm_research.choices import Choice, make_decisions
from cjm_research.coded import CodedStudy
from cjm_research.errors import CjmError
from cjm_research.history import decisions_hash, holding
from cjm_research.journey import map_journey
from cjm_research.personas import EVERYONE, UNASSIGNED, Persona, assign_personas, load_personas
from cjm_research.placement import Placed, place
from cjm_research.review import counted, fold
from cjm_research.tables import CELLS, CODINGS, DECISIONS, TABLES, empty_table, read_table, to_csv
from cjm_research.workspace import BACKUPS, DATA, DECISIONS_FILE, REPORTS, file_hash, find_workspace, write_file

if TYPE_CHECKING:
    from cjm_research.coding.learned import Learned
    from cjm_research.store.decisions import DecisionStore

__all__ = ["Study", "open_study"]


def open_study(name: str | Path, workspace: Path | None = None) -> Study:
    """Open a study by its name in the workspace around the current folder, or by the path of its folder.

    Raises CjmError that lists the studies there are.
    """
    given = Path(name)
    if given.is_dir() and (given / "study.yml").exists():
        folder = given.resolve()
        root = folder.parent.parent if folder.parent.name == DATA else folder.parent
        return Study(folder, root / REPORTS / folder.name)
    root = workspace or find_workspace()
    folder = root / DATA / str(name)
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in (root / DATA).iterdir() if path.is_dir())) or "–"
        raise CjmError.one("study.unknown", str(root / DATA), name=str(name), known=known)
    return Study(folder, root / REPORTS / folder.name)


class Study(CodedStudy):
    """One study with everything: what the machine made, what people decided, personas and maps."""

    @cached_property
    def personas(self) -> tuple[Persona, ...]:
        """``personas.yml``."""
        return load_personas(self.folder / "personas.yml")

    def persona(self, identifier: str) -> Persona:
        """The persona with this id, or everyone for ``*``. Raises CjmError that lists the personas there are."""
        for persona in self.personas:
            if persona.id == identifier:
                return persona
        if identifier in (EVERYONE, UNASSIGNED):
            return Persona(identifier, {}, {})
        known = ", ".join([*(persona.id for persona in self.personas), EVERYONE])
        raise CjmError.one("persona.unknown", "personas.yml", id=identifier, known=known)

    @property
    def store(self) -> DecisionStore:
        """Where people's decisions are kept."""
        from cjm_research.store.decisions import DecisionStore

        return DecisionStore(self.settings.store or self.folder / DECISIONS_FILE, self.name)

    @property
    def backup_file(self) -> Path:
        """Where a copy of the decisions goes: named by the last of them and how many there are, not by today."""
        last = (
            "".join(mark for mark in self.decisions["time"].max()[:19] if mark.isalnum()) if len(self.decisions) else ""
        )
        return self.output.parent.parent / BACKUPS / self.name / f"decisions-{last}-{len(self.decisions)}.db"

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Table ``decisions``: everything people decided, and what they undid."""
        if self.settings.store or (self.folder / DECISIONS_FILE).exists():
            return self.store.load()
        return empty_table(DECISIONS)

    @cached_property
    def placed(self) -> Placed:
        """Where the decisions that hold are now, and those whose words are gone."""
        return place(holding(self.decisions), self._coded["segments"], self._texts)

    @property
    def _texts(self) -> dict[str, str]:
        return dict(zip(self.transcripts["transcript_id"], self.transcripts["text"], strict=True))

    @property
    def segments(self) -> pd.DataFrame:
        """Table ``segments``, with the passages people made of parts of others."""
        return self.placed.segments

    @cached_property
    def codings(self) -> pd.DataFrame:
        """Table ``codings``: suggestions with what people said of them, and each person's own."""
        return fold(self._suggested, self.placed, self.codebook)

    @cached_property
    def learned(self) -> Learned | None:
        """What the machine learns from people's decisions on whole passages; None without heads.

        Made once, when it is first asked for: while a person decides, suggestions stay where they are.
        """
        if not self.machine:
            return None
        folded = fold(self._coded["codings"], self.placed, self.codebook)
        return self.machine.learn(folded, counted(folded, self.codebook))

    @property
    def _decided(self) -> set[str]:
        """Passages that somebody decided something on."""
        return set(self.placed.decisions["segment_id"]) & set(self._coded["segments"]["segment_id"])

    @cached_property
    def _suggested(self) -> pd.DataFrame:
        """The machine's suggestions, corrected by decisions as soon as there are enough to choose how strongly."""
        from cjm_research.coding.correction import FEWEST

        if len(self._decided) < FEWEST or not self.machine:
            return self._coded["codings"]
        stamp, path = self.output / "tables" / "learned.txt", self.output / "tables" / "learned.csv"
        wanted = f"{self.fingerprint()} {decisions_hash(self.decisions)}"
        if path.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return read_table(CODINGS, path)
        codings = self.machine.codings(self.learned)
        stamp.unlink(missing_ok=True)
        write_file(path, to_csv(CODINGS, codings))
        write_file(stamp, wanted)
        return codings

    def review_queue(self, size: int = 50) -> list[str]:
        """Ids of the passages to look at next, those that tell the machine most first; by place without heads."""
        if self.machine and self.learned:
            return self.machine.queue(self.learned, self._decided, size)
        return [segment for segment in self._coded["segments"]["segment_id"] if segment not in self._decided][:size]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Those codings that count in maps and reports; table ``codings``, a row per passage and code."""
        return counted(self.codings, self.codebook)

    def decide(self, *choices: Choice, coder: str = "") -> list[str]:
        """Save what a person chose, all or nothing, and see it in the tables at once; returns the decisions' ids.

        coder: who decides; else the variable CJM_CODER, ``coder`` in study.yml, or the name of the computer's user.
        Raises CjmError for a choice that cannot be, or if it cannot be saved.
        """
        decisions = make_decisions(choices, self._coder(coder), self.segments, self._texts, self.codebook)
        saved = self.store.save(decisions)
        self.refresh()
        return saved

    def undo(self, decision_id: str = "", coder: str = "") -> str:
        """Undo a decision, else the person's last one; returns its id, empty if there is none."""
        return self._again(self.store.undo, self.store.undo_last, decision_id, coder)

    def redo(self, decision_id: str = "", coder: str = "") -> str:
        """Take back the undo of a decision, else the person's last undo; returns the decision's id or nothing."""
        return self._again(self.store.redo, self.store.redo_last, decision_id, coder)

    def _again(self, one: Callable[[str, str], None], last: Callable[[str], str], decision_id: str, coder: str) -> str:
        if decision_id:
            one(decision_id, self._coder(coder))
        found = decision_id or last(self._coder(coder))
        self.refresh()
        return found

    def _coder(self, given: str) -> str:
        named = given or os.environ.get("CJM_CODER", "") or self.settings.coder
        with suppress(KeyError, OSError):  # a computer need not know its user's name; saving then asks for one
            named = named or getpass.getuser()
        return named

    def refresh(self) -> None:
        """See decisions that others, or other windows, have saved since."""
        for name in ("decisions", "placed", "codings", "counted", "cells"):
            self.__dict__.pop(name, None)

    def report_fingerprint(self) -> str:
        """Hash of all that a report's content depends on: tables, decisions that hold and personas."""
        personas = self.folder / "personas.yml"
        own = file_hash(personas) if personas.exists() else ""
        decided = decisions_hash(self.decisions)
        return hashlib.sha256(f"{self.fingerprint()} {own} {decided}".encode()).hexdigest()

    @cached_property
    def participants(self) -> pd.DataFrame:
        """Table ``participants`` with each person's persona."""
        return assign_personas(self._coded["participants"], self.personas)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Table ``cells``: the journey maps of every wave and persona."""
        return map_journey(self.segments, self.codings, self.participants, self.codebook)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name, in the order they are made."""
        return {table.name: getattr(self, table.name) for table in TABLES}

    def write_cells(self) -> Path:
        """Write table ``cells`` beside the others; returns its path."""
        path = self.output / "tables" / "cells.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, to_csv(CELLS, self.cells))
        return path
