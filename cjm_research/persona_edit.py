"""Changes to ``personas.yml`` that keep its comments and everything that was not changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.personas import load_personas
from cjm_research.yaml_io import as_list, dump_yaml, load_yaml, parse_yaml

__all__ = ["PersonaDraft", "draft_of", "edit_personas", "remove_persona"]


@dataclass(frozen=True)
class PersonaDraft:
    """A persona as typed into the form: texts by language, rules as YAML, people listed by hand."""

    id: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    rules: str
    participants: Sequence[str]


def _load(path: Path) -> Any:
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
    text = dump_yaml(rules).strip() if rules else ""
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
    entry = next((entry for entry in data["personas"] if entry.get("id") == draft.id), None)
    if entry is None:
        entry = {"id": draft.id}
        data["personas"].append(entry)
    _update_texts(entry, "name", draft.name)
    _update_texts(entry, "description", draft.description)
    rules = parse_yaml(draft.rules, "rules") if draft.rules.strip() else []
    if as_list(entry.get("rules")) != as_list(rules):
        entry["rules"] = as_list(rules)
    if [str(p) for p in as_list(entry.get("participants"))] != list(draft.participants):
        entry["participants"] = list(draft.participants)
    return _checked(dump_yaml(data), path)


def remove_persona(path: Path, identifier: str) -> str:
    """Text of ``personas.yml`` without this persona."""
    data = _load(path)
    for position, entry in enumerate(data["personas"]):
        if entry.get("id") == identifier:
            del data["personas"][position]
            return _checked(dump_yaml(data), path)
    known = ", ".join(str(entry.get("id")) for entry in data["personas"])
    raise CjmError.one("persona.unknown", path.name, id=identifier, known=known)


def _checked(text: str, path: Path) -> str:
    """Refuse a text that could not be read back: what is on disk stays usable."""
    trial = path.with_name(f".{path.name}.trial")
    trial.write_text(text, encoding="utf-8")
    try:
        load_personas(trial)
    finally:
        trial.unlink()
    return text
