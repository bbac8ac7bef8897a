"""Changes to ``personas.yml`` that keep its comments and everything that was not changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.personas import load_personas
from cjm_research.yaml_io import as_list, dump_yaml, load_yaml, parse_yaml

__all__ = ["PersonaDraft", "draft_of", "edit_personas", "remove_persona"]


_AFTERWARDS = re.compile(r"(\n\s*#.*)+$")


@dataclass(frozen=True)
class PersonaDraft:
    """A persona as typed into the form: texts by language, rules as YAML, people listed by hand."""

    id: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    rules: str
    participants: Sequence[str]


def _load(path: Path) -> Any:
    load_personas(path)  # tells what is wrong with a file that cannot be changed safely
    data = (load_yaml(path) if path.exists() else None) or {}
    if data.get("personas") is None:
        data["personas"] = []
    return data


def draft_of(path: Path, identifier: str) -> PersonaDraft:
    """The persona with this id as it stands in the file, ready for the form."""
    entry = next(entry for entry in _load(path)["personas"] if entry["id"] == identifier)
    name, description = (
        {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {"": str(value or "")}
        for value in (entry.get("name"), entry.get("description"))
    )
    rules = entry.get("rules")
    text = dump_yaml(rules).strip().removesuffix(_afterwards(rules)).strip() if rules else ""
    return PersonaDraft(identifier, name, description, text, [str(p) for p in as_list(entry.get("participants"))])


def _update_texts(entry: Any, key: str, texts: Mapping[str, str]) -> None:
    given = {language: text for language, text in texts.items() if text}
    if isinstance(entry.get(key), dict):
        for language in [language for language in entry[key] if language in texts and language not in given]:
            del entry[key][language]
        entry[key].update(given)
    elif given:
        entry[key] = given


def edit_personas(path: Path, draft: PersonaDraft) -> str:
    """Text of ``personas.yml`` with the persona changed, or added if its id is new.

    Raises CjmError if the rules are not YAML or the result would not be a valid file; nothing is written here.
    """
    data = _load(path)
    position = _position(data, draft.id)
    if position == len(data["personas"]):
        data["personas"].append({"id": draft.id})
    entry = data["personas"][position]
    follows = _afterwards(entry)
    _update_texts(entry, "name", draft.name)
    _update_texts(entry, "description", draft.description)
    rules = parse_yaml(draft.rules, "rules") if draft.rules.strip() else []
    if as_list(entry.get("rules")) != as_list(rules):
        entry["rules"] = as_list(rules)
    if [str(p) for p in as_list(entry.get("participants"))] != list(draft.participants):
        entry["participants"] = list(draft.participants)
    return _checked(_dump(data, position + 1, "" if _afterwards(entry) else follows), path)


def remove_persona(path: Path, identifier: str) -> str:
    """Text of ``personas.yml`` without this persona."""
    data = _load(path)
    position = _position(data, identifier)
    if position == len(data["personas"]):
        known = ", ".join(str(entry["id"]) for entry in data["personas"])
        raise CjmError.one("persona.unknown", path.name, id=identifier, known=known)
    follows = _afterwards(data["personas"].pop(position))
    return _checked(_dump(data, position, follows), path)


def _position(data: Any, identifier: str) -> int:
    """Where the persona stands in the list; behind the last if it does not."""
    ids = [entry["id"] for entry in data["personas"]]
    return ids.index(identifier) if identifier in ids else len(ids)


def _afterwards(node: Any) -> str:
    """Comment lines after a part of the document: the parser keeps them with it, people mean what comes next."""
    found = _AFTERWARDS.search(dump_yaml(node).rstrip())
    return found.group() if found else ""


def _dump(data: Any, position: int, comment: str) -> str:
    """Text of the document, with comment lines that lost their place put before the entry at this position."""
    personas, lines = data["personas"], [line.strip().removeprefix("#").strip() for line in comment.splitlines()[1:]]
    if lines and position < len(personas):
        personas.yaml_set_comment_before_after_key(position, before="\n".join(lines), indent=2)
        return dump_yaml(data)
    return dump_yaml(data) + "".join(f"  # {line}\n" for line in lines)


def _checked(text: str, path: Path) -> str:
    """Refuse a text that could not be read back: what is on disk stays usable."""
    trial = path.with_name(f".{path.name}.trial")
    trial.write_text(text, encoding="utf-8")
    try:
        load_personas(trial)
    finally:
        trial.unlink()
    return text
