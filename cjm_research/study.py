"""A study: its files become tables, and tables become maps.

What people write is in ``interview_transcripts/<study>/``; what the machine makes is in
``reports/<study>/`` and may be deleted at any time. Reading and coding are redone only
when a source, a setting or the program has changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cjm_research import sources
from cjm_research.codebook import Codebook, default_codebook, load_codebook
from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.journey import map_journey
from cjm_research.people import build_sources, load_participants
from cjm_research.personas import EVERYONE, UNASSIGNED, Persona, assign_personas, load_personas
from cjm_research.privacy import Hidden, Key, Policy, pseudonymise
from cjm_research.readers import Document
from cjm_research.segments import make_segments
from cjm_research.settings import Settings, load_settings
from cjm_research.tables import CELLS, CODINGS, PARTICIPANTS, SEGMENTS, TABLES, TRANSCRIPTS, TURNS, read_table, to_csv
from cjm_research.workspace import (
    DATA,
    PRIVATE,
    REPORTS,
    file_hash,
    find_workspace,
    open_key,
    program_fingerprint,
    save_key,
    source_files,
    write_file,
)

__all__ = ["Study", "open_study"]

_CODED = (TRANSCRIPTS, TURNS, SEGMENTS, CODINGS, PARTICIPANTS)


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


@dataclass(frozen=True)
class Study:
    """One study: its folder of sources and its folder of results. Tables are read or made when asked for."""

    folder: Path
    output: Path

    @property
    def name(self) -> str:
        """Name of the study's folder."""
        return self.folder.name

    @cached_property
    def settings(self) -> Settings:
        """``study.yml``."""
        return load_settings(self.folder / "study.yml")

    @cached_property
    def codebook(self) -> Codebook:
        """The study's ``codebook.yml``, else the default codebook with the study's stage preset."""
        own = self.folder / "codebook.yml"
        return load_codebook(own, self.settings.stages) if own.exists() else default_codebook(self.settings.stages)

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

    def source_files(self) -> tuple[list[Path], list[Path]]:
        """Transcript files and survey files, each sorted by path."""
        return source_files(self.folder)

    def propose_column_maps(self) -> list[Path]:
        """Write a proposed column map beside each survey file that has none; return what was written."""
        return sources.propose_column_maps(self.folder)

    def read_documents(self) -> tuple[list[Document], Problems]:
        """Read every source; what cannot be read is told in the problems, the rest is there."""
        return sources.read_documents(self.folder, self.settings)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every source, read. Raises CjmError with the problems of all files together."""
        documents, problems = self.read_documents()
        problems.raise_if_any()
        if not documents:
            raise CjmError.one("study.no_sources", str(self.folder))
        return tuple(documents)

    def notes(self) -> list[Problem]:
        """What the readers guessed or found doubtful, in the order of the files."""
        return [note for document in self.documents for note in document.notes]

    @cached_property
    def _described(self) -> list[dict[str, str]]:
        return load_participants(self.folder / "participants.csv")

    @cached_property
    def _stages(self) -> dict[str, str]:
        return sources.stages_of_questions(self.folder)

    @property
    def key_file(self) -> Path:
        """The key of the pseudonyms: apart from sources and results, never exported."""
        return self.output.parent.parent / PRIVATE / f"{self.name}.key.csv"

    @cached_property
    def _key(self) -> Key:
        return open_key(self.key_file)

    @cached_property
    def hidden(self) -> Hidden | None:
        """The study with pseudonyms, if ``study.yml`` says ``privacy: pseudonymise``; the key file keeps what is new.

        All tables are made from it; only `documents` and `notes` hold what people said, and only in memory.
        """
        if self.settings.privacy == "none":
            return None
        said = self.settings
        policy = Policy(said.privacy_add, said.privacy_spare, said.interviewers, tuple(wave.id for wave in said.waves))
        hidden = pseudonymise(self.documents, self._described, tuple(self._stages), self._key, policy)
        if hidden.key != self._key:
            save_key(self.key_file, hidden.key)
        return hidden

    @cached_property
    def _coded(self) -> dict[str, pd.DataFrame]:
        """Tables from reading to coding, from disk if nothing they depend on has changed."""
        folder, fingerprint = self.output / "tables", self.fingerprint()
        stamp = folder / "fingerprint.txt"
        if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
            return {table.name: read_table(table, folder / f"{table.name}.csv") for table in _CODED}
        tables = self._read_and_code()
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)  # an interrupted run must not leave new tables under an old stamp
        for table in _CODED:
            write_file(folder / f"{table.name}.csv", to_csv(table, tables[table.name]))
        write_file(stamp, fingerprint)
        return tables

    def _read_and_code(self) -> dict[str, pd.DataFrame]:
        from cjm_research.coding import code_segments

        documents, described, stages = self.documents, self._described, self._stages
        if self.hidden:
            documents, described = self.hidden.documents, list(self.hidden.described)
            stages = {self.hidden.questions[question]: stage for question, stage in stages.items()}
        built = build_sources(documents, described, self.settings)
        segments = make_segments(built.turns, built.transcripts)
        codings = code_segments(segments, self.codebook, stages, self.settings.sentiment)
        return {
            "transcripts": built.transcripts,
            "turns": built.turns,
            "participants": built.participants,
            "segments": segments,
            "codings": codings,
        }

    def fingerprint(self) -> str:
        """Hash of all that reading and coding depend on: sources, settings, codebook and the program."""
        lines = sources.source_hashes(self.folder)
        lines += [self._key.secret] if self.settings.privacy != "none" else []
        return hashlib.sha256("\n".join([program_fingerprint(), *lines]).encode()).hexdigest()

    def report_fingerprint(self) -> str:
        """Hash of all that a report's content depends on: tables and personas."""
        personas = self.folder / "personas.yml"
        own = file_hash(personas) if personas.exists() else ""
        return hashlib.sha256(f"{self.fingerprint()} {own}".encode()).hexdigest()

    @property
    def transcripts(self) -> pd.DataFrame:
        """Table ``transcripts``."""
        return self._coded["transcripts"]

    @property
    def turns(self) -> pd.DataFrame:
        """Table ``turns``."""
        return self._coded["turns"]

    @property
    def segments(self) -> pd.DataFrame:
        """Table ``segments``."""
        return self._coded["segments"]

    @property
    def codings(self) -> pd.DataFrame:
        """Table ``codings``."""
        return self._coded["codings"]

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
