"""What a study says of its transcripts before they are read: who is who, and what their names mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cjm_research.errors import Problem
from cjm_research.readers.document import Document
from cjm_research.readers.file_names import FilePattern, facts_of_name
from cjm_research.readers.roles import SIDES, Known, called

__all__ = ["NOTHING", "Hints", "RoleRule", "unmatched_rules"]


@dataclass(frozen=True)
class RoleRule:
    """The role of a speaker: in every file, or in one.

    label: as the transcript writes it; file: path below the study folder or a part of it, such as the name of the
    file, or that of a folder or archive for all files in it; empty for all files;
    where: file and line that a person wrote it in.
    """

    label: str
    role: str
    file: str = ""
    where: str = ""

    def holds_in(self, name: str) -> bool:
        """Whether the rule is meant for the file of this name."""
        own = _path(self.file).strip("/")
        return not own or f"/{own}/" in f"/{_path(name)}/"


@dataclass(frozen=True)
class Hints:
    """What is known of a study's transcripts; the default is nothing.

    interviewers: labels that are interviewers wherever a rule for the file does not say otherwise.
    """

    interviewers: tuple[str, ...] = ()
    rules: tuple[RoleRule, ...] = ()
    patterns: tuple[FilePattern, ...] = ()

    def known(self, name: str) -> Known:
        """What is known of the file of this name: a rule for the file comes before one for all."""
        rules = sorted((rule for rule in self.rules if rule.holds_in(name)), key=lambda rule: bool(rule.file))
        roles = {rule.label.casefold(): rule.role for rule in rules}
        interviewers = tuple(label for label in self.interviewers if label.casefold().strip() not in roles)
        return Known(interviewers, MappingProxyType(roles), facts_of_name(name, self.patterns))


NOTHING = Hints()


def unmatched_rules(rules: Sequence[RoleRule], documents: Sequence[Document]) -> list[Problem]:
    """A problem for every rule whose file is not there, or whose speaker says nothing in it.

    documents: all that were read of the study.
    """
    found, interviews = [], [document for document in documents if document.kind == "interview"]
    for rule in rules:
        meant = [document for document in interviews if rule.holds_in(document.path)]
        speakers = list(dict.fromkeys(turn.speaker for document in meant for turn in document.turns))
        nameless = "" in speakers and rule.label in SIDES
        if not meant:
            found.append(_unmatched("study.role_no_file", rule, [document.path for document in interviews]))
        elif not nameless and not any(called(rule.label.casefold(), name.casefold()) for name in speakers if name):
            found.append(_unmatched("study.role_no_speaker", rule, [name or " / ".join(SIDES) for name in speakers]))
    return found


def _unmatched(key: str, rule: RoleRule, known: Sequence[str]) -> Problem:
    listed = ", ".join(list(dict.fromkeys(known))[:20])
    params = {"label": rule.label, "file": rule.file, "known": listed or "–"}
    return Problem(key, rule.where, MappingProxyType(params))


def _path(name: str) -> str:
    # A Mac stores "й" as two code points in file names; people type one.
    return unicodedata.normalize("NFC", name.replace("\\", "/")).strip().removeprefix("./")
