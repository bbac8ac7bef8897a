"""From documents as read to documents without names: the same turns, other offsets, nothing else.

A text is cut at the ends of its turns and every piece is replaced by itself, so offsets stay exact by
construction. Everything is a pure function of the documents and the key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePosixPath
from types import MappingProxyType

from cjm_research.errors import Problems
from cjm_research.privacy.detect import find_details
from cjm_research.privacy.finding import NAME_KINDS, Finding, Known, NameForm
from cjm_research.privacy.key import Key
from cjm_research.privacy.known import Policy, collect_known, phrases_to_add
from cjm_research.privacy.pseudonyms import extend_key, write_pseudonym
from cjm_research.readers import Document

__all__ = ["Hidden", "Replacement", "pseudonymise"]

# What surrounds an example in the report, in characters on each side.
_CONTEXT = 35
# Folders and attributes that the program itself reads: they name no people.
_SURVEYS, _OWN_ATTRIBUTES = "surveys", ("wave", "date", "file")


@dataclass(frozen=True)
class Replacement:
    """One detail that was replaced: kind, pseudonym and how it is written, new transcript, the words around it."""

    kind: str
    code: str
    written: str
    transcript_id: str
    context: str


@dataclass(frozen=True)
class Hidden:
    """A study without names.

    described: rows of ``participants.csv``; questions: the new wording of every question that was given.
    key: the key, with what was new in this study.
    """

    documents: tuple[Document, ...]
    described: tuple[dict[str, str], ...]
    questions: Mapping[str, str]
    key: Key
    replacements: tuple[Replacement, ...]


def pseudonymise(
    documents: Sequence[Document],
    described: Sequence[Mapping[str, str]],
    questions: Sequence[str],
    key: Key,
    policy: Policy,
) -> Hidden:
    """Replace names and other personal details everywhere in a study.

    questions: wordings that other tables refer to (those of the column maps).
    Turns, speakers, questions, attributes, paths and ids are replaced alike; hashes and dates stay. The order of
    the documents does not matter. Raises CjmError if a code in ``participants.csv`` is a name itself.
    """
    reader = _Reader(collect_known(documents, described, policy), phrases_to_add(policy.add))
    _refuse_names_as_codes(reader, described)
    texts = [text for document in documents for text in _texts(document)]
    texts += [value for row in described for value in row.values()] + list(questions)
    wanted = reader.wanted(texts) | _files_and_people(documents, reader)
    avoid = {entity for kind, entity in wanted if kind in NAME_KINDS}
    writer = _Writer(reader, extend_key(key, wanted, avoid), policy)
    hidden = tuple(writer.document(document) for document in documents)
    rows = tuple(writer.row(row) for row in described)
    reworded = MappingProxyType({question: writer.text(question) for question in questions})
    written = MappingProxyType({**key.written, **writer.written})
    return Hidden(hidden, rows, reworded, Key(key.secret, writer.key.codes, written), tuple(writer.replacements))


def _pieces(document: Document) -> list[tuple[int, str]]:
    """The text cut at the ends of its turns: where each piece ends, and the piece."""
    cuts = sorted({0, len(document.text), *(cut for turn in document.turns for cut in (turn.start, turn.end))})
    return [(b, document.text[a:b]) for a, b in pairwise(cuts)]


def _texts(document: Document) -> list[str]:
    turns = [text for turn in document.turns for text in (turn.speaker, turn.question)]
    return [*(piece for _, piece in _pieces(document)), *turns, *document.attributes.values()]


def _refuse_names_as_codes(reader: _Reader, described: Sequence[Mapping[str, str]]) -> None:
    problems = Problems()
    for code in dict.fromkeys(row.get("participant_id", "") for row in described):
        if reader.find(code):
            problems.add("privacy.code_is_name", "participants.csv", id=code)
    problems.raise_if_any()


def _files_and_people(documents: Sequence[Document], reader: _Reader) -> dict[tuple[str, str], NameForm]:
    """What gets a number: every file and folder, and respondents' ids that are names or e-mails."""
    paths = {document.path for document in documents}
    wanted = {("file", _composed(path)) for path in paths}
    wanted |= {("folder", part) for _, path in list(wanted) for part in PurePosixPath(path).parts[:-1]}
    wanted |= {("person", document.participant) for document in documents if reader.find(document.participant)}
    return dict.fromkeys(wanted, NameForm())


def _composed(path: str) -> str:
    # A Mac stores "й" as two code points in file names; people type one.
    return unicodedata.normalize("NFC", path.replace("\\", "/")).strip().removeprefix("./")


@dataclass
class _Reader:
    """Finds details, once per text: questions and short answers return again and again."""

    known: Known
    phrases: Sequence[tuple[str, ...]]
    seen: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    def find(self, text: str) -> tuple[Finding, ...]:
        if text not in self.seen:
            self.seen[text] = find_details(text, self.known, self.phrases)
        return self.seen[text]

    def wanted(self, texts: Sequence[str]) -> dict[tuple[str, str], NameForm]:
        """Every detail of the texts, with the form that says most of a person's gender."""
        wanted: dict[tuple[str, str], NameForm] = {}
        for finding in (finding for text in texts for finding in self.find(text)):
            item = finding.kind, finding.entity
            wanted[item] = min(wanted.get(item, finding.form), finding.form, key=_plainness)
        return wanted


def _plainness(form: NameForm) -> tuple[bool, str, str, int]:
    return form.gender == "u", form.gender, form.script, form.case


@dataclass
class _Writer:
    """Writes texts, documents and rows with pseudonyms, and keeps what stands for what."""

    reader: _Reader
    key: Key
    policy: Policy
    written: dict[tuple[str, str, str], str] = field(default_factory=dict)
    replacements: list[Replacement] = field(default_factory=list)

    def text(self, text: str, transcript_id: str = "") -> str:
        """The text with pseudonyms; what is replaced in a transcript goes into the report."""
        out, at, places = "", 0, list[tuple[str, str, int, int]]()
        for finding in self.reader.find(text):
            original = text[finding.start : finding.end]
            code = self.key.codes[finding.kind, finding.entity]
            pseudonym = write_pseudonym(finding, original, code)
            self.written[finding.kind, finding.entity, original] = pseudonym
            out += text[at : finding.start]
            places.append((finding.kind, code, len(out), len(out) + len(pseudonym)))
            out, at = out + pseudonym, finding.end
        out += text[at:]
        for kind, code, start, end in places if transcript_id else ():
            around = " ".join(out[max(0, start - _CONTEXT) : end + _CONTEXT].split())
            self.replacements.append(Replacement(kind, code, out[start:end], transcript_id, around))
        return out

    def document(self, document: Document) -> Document:
        """The document with everything replaced; every turn is the pseudonymised turn, to the letter."""
        path = self.path(document.path)
        name = path + document.transcript_id.removeprefix(document.path)
        text, moved = "", {0: 0}
        for cut, piece in _pieces(document):
            text += self.text(piece, name)
            moved[cut] = len(text)
        turns = (
            replace(
                turn,
                speaker=self.text(turn.speaker),
                question=self.text(turn.question),
                start=moved[turn.start],
                end=moved[turn.end],
            )
            for turn in document.turns
        )
        return replace(
            document,
            transcript_id=name,
            path=path,
            text=text,
            turns=tuple(turns),
            participant=self._person(document.participant),
            attributes=MappingProxyType(self._cells(document.attributes)),
            notes=(),
            source_map=None,
        )

    def row(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row of ``participants.csv``; its code stays."""
        cells = self._cells({name: value for name, value in row.items() if name != "participant_id"})
        cells |= {"participant_id": row["participant_id"]} if "participant_id" in row else {}
        return cells | {"file": self._file(row["file"])} if row.get("file") else cells

    def _cells(self, cells: Mapping[str, str]) -> dict[str, str]:
        return {name: value if name in _OWN_ATTRIBUTES else self.text(value) for name, value in cells.items()}

    def _person(self, participant: str) -> str:
        code = self.key.codes.get(("person", participant))
        if code is None:
            return participant
        self.written["person", participant, participant] = f"person-{code.zfill(3)}"
        return f"person-{code.zfill(3)}"

    def _file(self, named: str) -> str:
        """What ``participants.csv`` calls a file: a path, or the id of one of several interviews in it.

        A file that is not there keeps its name, so that the message about it can be understood.
        """
        part = re.search(r"@\w+$", named)
        path = named[: part.start()] if part else named
        if ("file", _composed(path)) not in self.key.codes:
            return named
        return self.path(path) + (part[0] if part else "")

    def path(self, path: str) -> str:
        """A path without names: folders of waves and surveys and the suffix stay, waves in the name as well."""
        whole = PurePosixPath(_composed(path))
        kept = (*self.policy.waves, _SURVEYS)
        folders = [
            part if part in kept else f"folder-{self.key.codes['folder', part].zfill(3)}" for part in whole.parts[:-1]
        ]
        waves = [
            wave for wave in self.policy.waves if re.search(rf"(?<![^\W_]){re.escape(wave)}(?![^\W_])", whole.stem)
        ]
        stem = "_".join([f"transcript-{self.key.codes['file', str(whole)].zfill(3)}", *waves])
        hidden = "/".join([*folders, stem + whole.suffix.lower()])
        self.written["file", str(whole), path] = hidden
        return hidden
