"""Reading codebook files: YAML to checked plain values, each problem with its line.

The YAML is read as a tree of nodes, because only nodes know their lines; scalars are
taken as they are written, so that the keyword ``no`` stays a word and is not "false".
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cjm_research.errors import Problems
from cjm_research.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["AXES", "Entry", "RawCodebook", "RawStage", "check_codes", "read_codebook_file", "read_stage_presets"]

AXES = ("stage", "emotion", "pain", "want", "channel", "flag")
MEDIA = ("online", "offline")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Entry:
    """One code as written: its fields, and the file and line it stands on."""

    file: str
    line: int
    fields: dict[str, Any]

    @property
    def id(self) -> str:
        """``axis.code``."""
        return f"{self.fields.get('axis', '')}.{self.fields.get('code', '')}"

    @property
    def where(self) -> str:
        """The place as the person sees it."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class RawStage:
    """One stage of a preset: its code, its own labels if any, and the stages that join it."""

    where: str
    code: str
    label: dict[str, str] = field(default_factory=dict)
    joins: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawCodebook:
    """A codebook file as written; ``stages`` is empty unless the file lists its own."""

    extends: str = ""
    remove: tuple[tuple[str, str], ...] = ()  # (place, code id)
    entries: tuple[Entry, ...] = ()
    stages: tuple[RawStage, ...] = ()


class _Reader:
    """Turns the nodes of one file into plain values and notes what does not fit."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems

    def where(self, node: Any) -> str:
        return f"{self.file}, line {node.start_mark.line + 1}"

    def wrong(self, node: Any, key: str, wanted: str) -> None:
        self.problems.add("codebook.wrong_type", self.where(node), name=key, wanted=wanted)

    def text(self, node: Any, key: str) -> str:
        if node.id != "scalar":
            self.wrong(node, key, "text")
            return ""
        return "" if node.tag.endswith(":null") else str(node.value).strip()

    def items(self, node: Any, key: str) -> list[Any]:
        if node.id != "sequence":
            self.wrong(node, key, "[…, …]")
            return []
        return list(node.value)

    def texts(self, node: Any, key: str) -> tuple[str, ...]:
        return tuple(text for item in self.items(node, key) if (text := self.text(item, key)))

    def by_language(self, node: Any, key: str, read: Callable[[Any, str], Any]) -> dict[str, Any]:
        pairs = self.mapping(node, key, LANGUAGES, "{ru: …, en: …}")
        return {lang: value for lang in LANGUAGES if lang in pairs and (value := read(pairs[lang], f"{key}.{lang}"))}

    def mapping(self, node: Any, key: str, known: Iterable[str], wanted: str = "{…: …}") -> dict[str, Any]:
        if node.id != "mapping":
            self.wrong(node, key, wanted)
            return {}
        pairs: dict[str, Any] = {}
        for name_node, value in node.value:
            name = self.text(name_node, key)
            if name in pairs:
                self.problems.add("codebook.repeated_key", self.where(name_node), name=name)
            elif name not in known:
                self.unknown(name_node, "codebook.unknown_key", name, known)
            else:
                pairs[name] = value
        return pairs

    def unknown(self, node: Any, sentence: str, name: str, known: Iterable[str]) -> None:
        self.problems.add(sentence, self.where(node), name=name, nearest=_nearest(name, known))

    def one_of(self, node: Any, sentence: str, key: str, known: tuple[str, ...]) -> str:
        value = self.text(node, key)
        if value and value not in known:
            self.unknown(node, sentence, value, known)
        return value

    def colour(self, node: Any, key: str) -> str:
        value = self.text(node, key)
        if value and not _COLOUR.fullmatch(value):
            self.problems.add("codebook.bad_colour", self.where(node), value=value)
        return value.lower()

    def entry(self, node: Any) -> Entry:
        pairs = self.mapping(node, "codes", _FIELDS)
        fields = {name: _FIELDS[name](self, value, name) for name, value in pairs.items()}
        return Entry(self.file, node.start_mark.line + 1, fields)

    def stage(self, node: Any) -> RawStage:
        if node.id == "scalar":
            return RawStage(self.where(node), self.text(node, "stages"))
        pairs = self.mapping(node, "stages", ("code", "label", "joins"))
        return RawStage(
            where=self.where(node),
            code=self.text(pairs["code"], "code") if "code" in pairs else "",
            label=self.by_language(pairs["label"], "label", self.text) if "label" in pairs else {},
            joins=self.texts(pairs["joins"], "joins") if "joins" in pairs else (),
        )


def _each_language(reader: _Reader, node: Any, key: str) -> dict[str, str]:
    return reader.by_language(node, key, reader.text)


def _list_each_language(reader: _Reader, node: Any, key: str) -> dict[str, tuple[str, ...]]:
    return reader.by_language(node, key, reader.texts)


_FIELDS: dict[str, Callable[[_Reader, Any, str], Any]] = {
    "code": _Reader.text,
    "axis": lambda reader, node, key: reader.one_of(node, "codebook.unknown_axis", key, AXES),
    "label": _each_language,
    "brief": _each_language,
    "definition": _each_language,
    "use": _each_language,
    "not": _each_language,
    "examples": _list_each_language,
    "keywords": _list_each_language,
    "questions": _list_each_language,
    "parent": _Reader.text,
    "colour": _Reader.colour,
    "medium": lambda reader, node, key: reader.one_of(node, "codebook.unknown_medium", key, MEDIA),
}


def _nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known name most like ``name``; all of them if none is."""
    known = list(known)
    return " / ".join(difflib.get_close_matches(name, known, n=1) or known)


def _root(path: Path, problems: Problems) -> Any:
    """Parse a YAML file to its top node, or None with the problem noted."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        root = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problems.add("codebook.no_file", path.name)
    except UnicodeDecodeError:
        problems.add("codebook.not_utf8", path.name)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.add("codebook.bad_yaml", f"{path.name}, line {line}", problem=error.problem or error.context or "")
    except YAMLError as error:
        problems.add("codebook.bad_yaml", path.name, problem=str(error))
    else:
        if root is None:
            problems.add("codebook.empty", path.name)
        return root
    return None


def read_codebook_file(path: Path, problems: Problems) -> RawCodebook:
    """Read a codebook file; what does not fit is noted in ``problems`` with its line."""
    root = _root(path, problems)
    if root is None:
        return RawCodebook()
    reader = _Reader(path.name, problems)
    pairs = reader.mapping(root, path.name, ("extends", "remove", "codes", "stages"))
    extends = (
        reader.one_of(pairs["extends"], "codebook.unknown_base", "extends", ("default",)) if "extends" in pairs else ""
    )
    removed = reader.items(pairs["remove"], "remove") if "remove" in pairs else []
    return RawCodebook(
        extends=extends,
        remove=tuple((reader.where(node), reader.text(node, "remove")) for node in removed),
        entries=tuple(reader.entry(node) for node in reader.items(pairs["codes"], "codes")) if "codes" in pairs else (),
        stages=tuple(reader.stage(node) for node in reader.items(pairs["stages"], "stages"))
        if "stages" in pairs
        else (),
    )


def read_stage_presets(path: Path) -> dict[str, tuple[RawStage, ...]]:
    """Stage presets by name, from a file of ours. Raises CjmError if it does not fit."""
    problems = Problems()
    root = _root(path, problems)
    reader = _Reader(path.name, problems)
    presets = {reader.text(name, "preset"): node for name, node in root.value} if root is not None else {}
    stages = {name: tuple(reader.stage(item) for item in reader.items(node, name)) for name, node in presets.items()}
    problems.raise_if_any()
    return stages


def check_codes(entries: Iterable[Entry], problems: Problems) -> None:
    """Note codes without a required field, unknown parents and circles of parents."""
    by_id = {entry.id: entry for entry in entries}
    for entry in by_id.values():
        for name in ("code", "axis", "label", "definition"):
            if not entry.fields.get(name):
                problems.add("codebook.missing", entry.where, code=entry.id, name=name)
        if entry.fields.get("parent"):
            _check_parent(entry, by_id, problems)


def _check_parent(entry: Entry, by_id: dict[str, Entry], problems: Problems) -> None:
    axis = entry.fields.get("axis", "")
    siblings = [other.fields.get("code", "") for other in by_id.values() if other.fields.get("axis") == axis]
    parent = entry.fields["parent"]
    if parent not in siblings:
        problems.add("codebook.unknown_parent", entry.where, parent=parent, nearest=_nearest(parent, siblings))
        return
    path = [entry.fields["code"]]
    while parent and parent in siblings and parent not in path:
        path.append(parent)
        parent = by_id[f"{axis}.{parent}"].fields.get("parent", "")
    # Every code of a circle would report it: only the first in the alphabet does.
    if parent == path[0] and path[0] == min(path):
        problems.add("codebook.parent_cycle", entry.where, path=" → ".join([*path, parent]))
