"""File names that say something: ``{wave}_{participant_id}_{city}`` and what such a pattern finds in a path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import find_date
from cjm_research.readers.header import DATES, IDS, WAVES, FrontMatter, attribute_name, sort_facts

__all__ = ["FilePattern", "facts_of_name", "parse_pattern"]

_FIELD = re.compile(r"\{([^{}]*)\}")
_FIELD_NAME = re.compile(r"[^\W\d][\w -]*")
_ANY, _IGNORED = "[^/]+?", "_"
_DAY = r"\d{4}[-._ ]?\d\d[-._ ]?\d\d|\d{1,2}[-._ ]\d{1,2}[-._ ]\d{4}"
_EIGHT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")


@dataclass(frozen=True)
class FilePattern:
    """A pattern of file names, ready to match; made by `parse_pattern`.

    text: as a person wrote it; suffix: whether it names the file's extension; fields: names of its groups
    ``f0``, ``f1``, … in order; waves: ids of waves by themselves in lower case.
    """

    text: str
    expression: re.Pattern[str]
    suffix: bool
    fields: tuple[str, ...]
    waves: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def match(self, name: str) -> dict[str, str] | None:
        """Value by field for a path below the study folder; None if the pattern does not fit."""
        path = name if self.suffix else str(PurePosixPath(name).with_suffix(""))
        found = self.expression.fullmatch(path)
        if not found:
            return None
        return {key: self._value(key, found[f"f{number}"].strip()) for number, key in enumerate(self.fields)}

    def _value(self, key: str, text: str) -> str:
        if key.casefold() in WAVES:
            return self.waves.get(text.casefold(), text)
        return text if key.casefold() in IDS | DATES else " ".join(text.replace("_", " ").split())


def parse_pattern(text: str, waves: Sequence[str], suffixes: Sequence[str], where: str) -> FilePattern:
    """Make a pattern of its text.

    ``{wave}``, ``{participant_id}``, ``{date}`` and any other word in braces take one or more characters of a file's
    or folder's name, as few as fit; ``{_}`` takes some that say nothing; the rest stands as it is, in capital or small
    letters. Folders are named as far as they say something: those before them may be any. Without one of the
    ``suffixes`` at the end the file's extension may be any. Raises CjmError for a pattern that cannot be meant.
    """
    text = unicodedata.normalize("NFC", text.strip().replace("\\", "/").removeprefix("./"))
    pieces = _FIELD.split(text)
    literals, fields = pieces[::2], [name.strip() for name in pieces[1::2]]
    named = [name for name in fields if name != _IGNORED]
    keys = [_key(name) for name in named]
    if any(brace in literal for literal in literals for brace in "{}"):
        raise CjmError.one("study.pattern_braces", where, pattern=text)
    for name in named:
        if not _FIELD_NAME.fullmatch(name):
            raise CjmError.one("study.pattern_field", where, pattern=text, field=name)
    if not named:
        raise CjmError.one("study.pattern_says_nothing", where, pattern=text)
    if repeated := [name for name, key in zip(named, keys, strict=True) if keys.count(key) > 1]:
        raise CjmError.one("study.pattern_repeated", where, pattern=text, fields=", ".join(repeated))
    if not all(literals[1:-1]):
        raise CjmError.one("study.pattern_touching", where, pattern=text)
    expression, number = re.escape(literals[0]), 0
    for name, literal in zip(fields, literals[1:], strict=True):
        if name == _IGNORED:
            expression += _ANY
        else:
            expression += f"(?P<f{number}>{_values(_key(name), waves)})"
            number += 1
        expression += re.escape(literal)
    known = MappingProxyType({wave.casefold(): wave for wave in waves})
    compiled = re.compile(f"(?:.*/)?{expression}", re.IGNORECASE)
    return FilePattern(text, compiled, text.lower().endswith(tuple(suffixes)), tuple(named), known)


def _key(name: str) -> str:
    key = name.casefold()
    return next((kind for kind, words in (("wave", WAVES), ("date", DATES), ("id", IDS)) if key in words), "") or (
        attribute_name(key)
    )


def _values(key: str, waves: Sequence[str]) -> str:
    """What a field may take: first of all what its kind looks like, as a wave's id may hold the sign between fields."""
    if key == "wave" and waves:
        return "|".join([*map(re.escape, sorted(waves, key=len, reverse=True)), _ANY])
    return f"{_DAY}|{_ANY}" if key == "date" else _ANY


def facts_of_name(name: str, patterns: Sequence[FilePattern]) -> FrontMatter:
    """What the path of a transcript says by the first pattern that fits; a note if none does, or a day is none."""
    if not patterns:
        return FrontMatter()
    path = unicodedata.normalize("NFC", name)
    found = next((values for pattern in patterns if (values := pattern.match(path)) is not None), None)
    if found is None:
        params = {"patterns": " · ".join(pattern.text for pattern in patterns)}
        return FrontMatter(notes=(Problem("read.file_name_unlike", name, MappingProxyType(params)),))
    notes: tuple[Problem, ...] = ()
    for key in [key for key in found if key.casefold() in DATES]:
        said = found[key]
        found[key] = find_date(_EIGHT.sub(r"\1-\2-\3", re.sub(r"(\d)[_ ](?=\d)", r"\1-", said)), day_first=True)
        if not found[key]:
            notes = (Problem("read.file_name_no_day", name, MappingProxyType({"value": said})),)
    return sort_facts(found, notes=notes)
