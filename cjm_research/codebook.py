"""The codebook: which codes exist, what each means, and the words that hint at it.

An entry follows MacQueen, McLellan, Kay & Milstein, "Codebook development for
team-based qualitative analysis" (Field Methods 10(2), 1998): code, brief and full
definition, when to use it, when not to, examples. A study's own ``codebook.yml`` is
either a whole codebook or starts with ``extends: default`` and changes it:

- an entry of a code the default has not is added;
- an entry of a code it has replaces the fields given, except ``keywords``,
  ``questions`` and ``examples``, to which it adds;
- ``remove: [pain.price]`` takes codes away first, so a removed code can be defined anew.

How keywords are written is told in `cjm_research.coding.patterns`.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cjm_research.codebook_check import (
    AXES,
    Entry,
    RawCodebook,
    RawStage,
    check_codes,
    read_codebook_file,
    read_stage_presets,
)
from cjm_research.errors import CjmError, Problems

__all__ = ["AXES", "SINGLE", "STAGE_PRESETS", "Code", "Codebook", "default_codebook", "load_codebook"]

SINGLE = ("stage", "emotion", "sentiment")  # axes of which a passage has one code
STAGE_PRESETS = ("classic-4", "lifecycle-7", "journey-9")
_FOLDER = Path(__file__).parent / "codebooks"
_ADDED = ("keywords", "questions", "examples")

Texts = Mapping[str, str]
Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Code:
    """One code; texts are by language (``ru``, ``en``), a language that is missing may be filled from the other.

    not_use: when *not* to use it (``not`` in the file). keywords: patterns found in what
    a person says. questions: patterns found in a question, stages only. parent: a code of
    the same axis. colour: ``#rrggbb``. medium: ``online`` or ``offline``, channels only.
    """

    code: str
    axis: str
    label: Texts
    brief: Texts = field(default_factory=dict)
    definition: Texts = field(default_factory=dict)
    use: Texts = field(default_factory=dict)
    not_use: Texts = field(default_factory=dict)
    examples: Lists = field(default_factory=dict)
    keywords: Lists = field(default_factory=dict)
    questions: Lists = field(default_factory=dict)
    parent: str = ""
    colour: str = ""
    medium: str = ""

    @property
    def id(self) -> str:
        """``axis.code``, e.g. ``pain.price``."""
        return f"{self.axis}.{self.code}"


@dataclass(frozen=True)
class Codebook:
    """Codes in the order they are shown; stages in the order of the journey.

    merged: stages that a preset joins to another, ``{"stage.support": "stage.use"}``.
    """

    codes: tuple[Code, ...]
    merged: Mapping[str, str] = field(default_factory=dict)

    def by_axis(self, axis: str) -> tuple[Code, ...]:
        """Codes of one axis, in order."""
        return tuple(code for code in self.codes if code.axis == axis)

    def get(self, code_id: str) -> Code | None:
        """Find the code with this id, or the stage it is merged into; None if there is none."""
        wanted = self.merged.get(code_id, code_id)
        return next((code for code in self.codes if code.id == wanted), None)

    @property
    def stages(self) -> tuple[Code, ...]:
        """Stages in the order of the journey."""
        return self.by_axis("stage")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content: the same for the same codes, whatever the layout of the file."""
        content = [[dataclasses.asdict(code) for code in self.codes], dict(self.merged)]
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def default_codebook(stages: str = "journey-9") -> Codebook:
    """Load the codebook that ships with the project, with the stages of a preset."""
    return load_codebook(_FOLDER / "default.yml", stages)


def load_codebook(path: Path, stages: str = "journey-9") -> Codebook:
    """Read a codebook file and order its stages.

    stages: name of a preset; a list ``stages:`` in the file itself wins over it.
    Raises CjmError with every problem of the file, each with its line.
    """
    presets = _presets()
    if stages not in presets:
        nearest = " / ".join(difflib.get_close_matches(stages, presets, n=1) or presets)
        raise CjmError.one("codebook.unknown_preset", name=stages, nearest=nearest)
    problems = Problems()
    raw = read_codebook_file(path, problems)
    entries = _merge(_default_entries() if raw.extends else {}, raw, problems)
    check_codes(entries.values(), problems)
    if not problems and not entries:
        problems.add("codebook.empty", path.name)
    codes = {code_id: _code(entry) for code_id, entry in entries.items() if entry.fields.get("label")}
    if raw.stages:
        _check_own_stages(raw.stages, codes, problems)
    problems.raise_if_any()
    if raw.stages:
        return _with_stages(codes, raw.stages, keep_others=False)
    return _with_stages(codes, presets[stages], keep_others=True)


@cache
def _presets() -> dict[str, tuple[RawStage, ...]]:
    return read_stage_presets(_FOLDER / "stages.yml")


@cache
def _default_entries() -> Mapping[str, Entry]:
    problems = Problems()
    raw = read_codebook_file(_FOLDER / "default.yml", problems)
    problems.raise_if_any()
    return {entry.id: entry for entry in raw.entries}


def _merge(base: Mapping[str, Entry], raw: RawCodebook, problems: Problems) -> dict[str, Entry]:
    """Entries of the base with those of the file: removed, changed, added."""
    entries = dict(base)
    for where, code_id in raw.remove:
        if entries.pop(code_id, None) is None:
            nearest = " / ".join(difflib.get_close_matches(code_id, entries, n=1))
            problems.add("codebook.unknown_removed", where, name=code_id, nearest=nearest)
    seen: dict[str, Entry] = {}
    for entry in raw.entries:
        if entry.id in seen:
            first = seen[entry.id].line
            problems.add("codebook.duplicate", entry.where, code=entry.id, first=first, second=entry.line)
            continue
        seen[entry.id] = entry
        entries[entry.id] = _changed(entries[entry.id], entry) if entry.id in entries else entry
    return entries


def _changed(old: Entry, new: Entry) -> Entry:
    fields = {**old.fields, **new.fields}
    for name in _ADDED:
        fields[name] = _added(old.fields.get(name, {}), new.fields.get(name, {}))
    return Entry(new.file, new.line, fields)


def _added(first: Lists, second: Lists) -> dict[str, tuple[str, ...]]:
    """Join lists by language, without repeats."""
    languages = dict.fromkeys([*first, *second])
    return {lang: tuple(dict.fromkeys((*first.get(lang, ()), *second.get(lang, ())))) for lang in languages}


def _code(entry: Entry) -> Code:
    fields = {("not_use" if name == "not" else name): value for name, value in entry.fields.items()}
    return Code(**{"code": "", "axis": "", **fields})


def _check_own_stages(stages: Iterable[RawStage], codes: Mapping[str, Code], problems: Problems) -> None:
    known = [code.code for code in codes.values() if code.axis == "stage"]
    seen: set[str] = set()
    for stage in stages:
        for code in (stage.code, *stage.joins):
            if code not in known:
                nearest = " / ".join(difflib.get_close_matches(code, known, n=1) or known)
                problems.add("codebook.unknown_stage", stage.where, name=code, nearest=nearest)
            elif code in seen:
                problems.add("codebook.repeated_stage", stage.where, name=code)
            seen.add(code)


def _with_stages(codes: Mapping[str, Code], stages: Iterable[RawStage], *, keep_others: bool) -> Codebook:
    """Put the stages in order, each with the words of the stages that join it.

    keep_others: stages a study has added stay, after those of the preset.
    """
    ordered: dict[str, Code] = {}
    merged: dict[str, str] = {}
    for stage in stages:
        main = codes.get(f"stage.{stage.code}")
        if main is None:  # taken away by the study
            continue
        joining = [codes[f"stage.{code}"] for code in stage.joins if f"stage.{code}" in codes]
        merged.update({other.id: main.id for other in joining})
        for other in joining:
            main = _join(main, other)
        ordered[main.id] = dataclasses.replace(main, label={**main.label, **stage.label})
    others = [code for code in codes.values() if code.axis != "stage"]
    own = [code for code in codes.values() if code.axis == "stage" and code.id not in ordered and code.id not in merged]
    return Codebook((*ordered.values(), *(own if keep_others else ()), *others), merged)


def _join(main: Code, other: Code) -> Code:
    """Give ``main`` the words and examples of ``other`` as well."""
    return dataclasses.replace(
        main,
        keywords=_added(main.keywords, other.keywords),
        questions=_added(main.questions, other.questions),
        examples=_added(main.examples, other.examples),
    )
