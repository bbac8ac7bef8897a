"""What the machine makes of a study: its files become tables, up to the suggestions of the coders.

Reading and coding are redone only when a source, a setting or the program has changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cjm_research import sources
from cjm_research.codebook import Codebook, default_codebook, load_codebook
from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.people import build_sources, load_participants
from cjm_research.privacy import Hidden, Key, Policy, pseudonymise
from cjm_research.readers import Document
from cjm_research.segments import make_segments
from cjm_research.settings import Settings, load_settings
from cjm_research.tables import CODINGS, PARTICIPANTS, SEGMENTS, TRANSCRIPTS, TURNS, read_table, to_csv
from cjm_research.workspace import (
    PRIVATE,
    open_key,
    program_fingerprint,
    save_key,
    source_files,
    vectors_folder,
    write_file,
)

if TYPE_CHECKING:
    from cjm_research.coding.machine import Machine
    from cjm_research.embedding import Embedder

__all__ = ["CodedStudy"]

_CODED = (TRANSCRIPTS, TURNS, SEGMENTS, CODINGS, PARTICIPANTS)


@dataclass(frozen=True)
class CodedStudy:
    """A study's folder of sources and its folder of results. Tables are read or made when asked for."""

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
        stood_in = self._engine != self.settings.embedder
        engine = [Problem("embedding.no_e5")] if stood_in else []
        return [*engine, *(note for document in self.documents for note in document.notes)]

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

    @property
    def _heard(self) -> dict[str, str]:
        """Stage by wording of the surveys' questions as the tables have them."""
        if not self.hidden:
            return self._stages
        return {self.hidden.questions[question]: stage for question, stage in self._stages.items()}

    @cached_property
    def machine(self) -> Machine | None:
        """What the coders know of the passages, made anew from kept vectors; None if no heads speak."""
        from cjm_research.coding.heads import shipped
        from cjm_research.coding.machine import prepare

        segments = self._coded["segments"]
        if self.embedder is None or not shipped(self.embedder.name) or segments.empty:
            return None
        return prepare(segments, self.codebook, self._heard, self.embedder, self.settings.sentiment)

    @property
    def _engine(self) -> str:
        """The embedder that is there: what ``study.yml`` says, or its stand-in."""
        from cjm_research.embedding.e5 import find_weights

        said = self.settings.embedder
        return "use" if said == "e5" and find_weights() is None else said

    @cached_property
    def embedder(self) -> Embedder | None:
        """What turns passages into vectors; opened when the first passage is coded."""
        from cjm_research.embedding import open_embedder

        return open_embedder(self._engine, self.settings.embedder_place, vectors_folder(self.output))

    def _read_and_code(self) -> dict[str, pd.DataFrame]:
        from cjm_research.coding import code_segments

        documents, described = self.documents, self._described
        if self.hidden:
            documents, described = self.hidden.documents, list(self.hidden.described)
        built = build_sources(documents, described, self.settings)
        segments = make_segments(built.turns, built.transcripts)
        codings = code_segments(segments, self.codebook, self._heard, self.settings.sentiment, self.embedder)
        return {
            "transcripts": built.transcripts,
            "turns": built.turns,
            "participants": built.participants,
            "segments": segments,
            "codings": codings,
        }

    def fingerprint(self) -> str:
        """Hash of all that reading and coding depend on: sources, settings, codebook and the program."""
        lines = [*sources.source_hashes(self.folder), f"embedder {self._engine}"]
        lines += [self._key.secret] if self.settings.privacy != "none" else []
        return hashlib.sha256("\n".join([program_fingerprint(), *lines]).encode()).hexdigest()

    @property
    def transcripts(self) -> pd.DataFrame:
        """Table ``transcripts``."""
        return self._coded["transcripts"]

    @property
    def turns(self) -> pd.DataFrame:
        """Table ``turns``."""
        return self._coded["turns"]
