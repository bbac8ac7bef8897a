"""Personas: who belongs to which, by rules over attributes or by explicit lists.

``personas.yml`` holds a list ``personas``; each entry has an ``id``, a ``name`` and a
``description`` per language, ``rules`` and ``participants``. One matching rule is enough;
within a rule all conditions must hold. An explicit list wins over rules; among rules the
persona that stands first wins. People who fit nowhere stay visible as ``UNASSIGNED``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cjm_research.errors import CjmError, Problems
from cjm_research.yaml_io import as_list, line_of, load_yaml

__all__ = ["EVERYONE", "UNASSIGNED", "Persona", "assign_personas", "load_personas", "matches"]

EVERYONE = "*"
UNASSIGNED = "-"
_KEYS = ("id", "name", "description", "rules", "participants")
_CONDITIONS = ("min", "max", "contains", "not")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Persona:
    """One persona: id, name and description per language, rules (any of them), people listed by hand."""

    id: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    rules: tuple[Mapping[str, Any], ...] = ()
    participants: tuple[str, ...] = ()


def _per_language(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {"": str(value or "")}


def _check_entry(entry: Any, where: str, problems: Problems) -> None:
    for key in entry:
        if key not in _KEYS:
            near = (difflib.get_close_matches(str(key), _KEYS, 1) or [", ".join(_KEYS)])[0]
            line = f"{where.partition(':')[0]}:{line_of(entry, key)}"
            problems.add("persona.unknown_key", line, key=key, near=near)
    identifier = str(entry.get("id", ""))
    if not _ID.fullmatch(identifier):
        problems.add("persona.bad_id", where, id=identifier)
    if not entry.get("name"):
        problems.add("persona.no_name", where, id=identifier)
    for rule in as_list(entry.get("rules")):
        if not isinstance(rule, dict) or not all(_is_condition(condition) for condition in rule.values()):
            shown = dict(rule) if isinstance(rule, dict) else rule
            problems.add("persona.bad_rule", where, id=identifier, rule=shown, keys=", ".join(_CONDITIONS))


def _is_condition(condition: Any) -> bool:
    """Whether a condition says something that can be checked."""
    if isinstance(condition, list):
        return all(_is_condition(one) for one in condition)
    if not isinstance(condition, dict):
        return condition is not None
    limits = [str(condition[side]) for side in ("min", "max") if side in condition]
    return (
        bool(condition)
        and set(condition) <= set(_CONDITIONS)
        and all(_NUMBER.fullmatch(limit) for limit in limits)
        and not isinstance(condition.get("contains", ""), (dict, list, type(None)))
        and _is_condition(condition.get("not", ""))
    )


def load_personas(path: Path) -> tuple[Persona, ...]:
    """Read ``personas.yml``; no file, or an empty one, means no personas.

    Raises CjmError with the line of every entry that is wrong.
    """
    data = load_yaml(path) if path.exists() else None
    if data is None:
        return ()
    entries = data.get("personas") if isinstance(data, dict) else None
    if entries is None and isinstance(data, dict) and "personas" in data:
        return ()
    if not isinstance(entries, list):
        raise CjmError.one("persona.no_list", path.name)
    problems, found = Problems(), {}
    for position, entry in enumerate(entries):
        where = f"{path.name}:{line_of(entries, position)}"
        if not isinstance(entry, dict):
            problems.add("persona.no_list", where)
            continue
        _check_entry(entry, where, problems)
        persona = Persona(
            str(entry.get("id", "")),
            _per_language(entry.get("name")),
            _per_language(entry.get("description")),
            tuple(rule for rule in as_list(entry.get("rules")) if isinstance(rule, dict)),
            tuple(str(person) for person in as_list(entry.get("participants"))),
        )
        if persona.id in found:
            problems.add("persona.repeated", where, id=persona.id)
        found[persona.id] = persona
    problems.raise_if_any()
    return tuple(found.values())


def _as_number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found.group().replace(",", ".")) if found else None


def _condition_holds(condition: Any, text: str) -> bool:
    """One condition on one attribute's text; an attribute that was not given meets none."""
    if not text:
        return False
    if isinstance(condition, dict):
        number = _as_number(text)
        in_range = all(
            number is not None and limit is not None and (number >= limit if side == "min" else number <= limit)
            for side, limit in (
                (side, _as_number(str(condition[side]))) for side in ("min", "max") if side in condition
            )
        )
        contains = str(condition.get("contains", "")).casefold() in text.casefold()
        excluded = "not" in condition and _condition_holds(condition["not"], text)
        return in_range and contains and not excluded
    if isinstance(condition, list):
        return any(_condition_holds(one, text) for one in condition)
    # Only a text that is a number as a whole is compared as one: "30" is 30, "30–39" is not.
    if isinstance(condition, (int, float)) and not isinstance(condition, bool) and _NUMBER.fullmatch(text):
        return _as_number(text) == float(condition)
    return str(condition).casefold() == text.casefold()


def matches(persona: Persona, attributes: Mapping[str, str]) -> bool:
    """Whether any rule of the persona holds for a person's attributes (name → text)."""
    return any(
        rule and all(_condition_holds(condition, attributes.get(name, "").strip()) for name, condition in rule.items())
        for rule in persona.rules
    )


def assign_personas(participants: pd.DataFrame, personas: tuple[Persona, ...]) -> pd.DataFrame:
    """Fill ``persona_id`` of the table ``participants``; `UNASSIGNED` for people who fit no persona.

    Raises CjmError if a list names someone who is not in the table, or if two lists name the same person.
    """
    known, problems = set(participants["participant_id"]), Problems()
    listed: dict[str, str] = {}
    for persona in personas:
        for person in persona.participants:
            if person not in known:
                near = difflib.get_close_matches(person, sorted(known), 3)
                problems.add(
                    "persona.unknown_person", "personas.yml", id=persona.id, person=person, near=", ".join(near) or "–"
                )
            elif person in listed:
                problems.add("persona.listed_twice", "personas.yml", person=person, one=listed[person], two=persona.id)
            listed[person] = persona.id
    problems.raise_if_any()
    chosen = []
    for row in participants.to_dict("records"):
        attributes = {str(name): str(value) for name, value in row.items()}
        by_rule = (persona.id for persona in personas if matches(persona, attributes))
        chosen.append(listed.get(row["participant_id"]) or next(by_rule, UNASSIGNED))
    return participants.assign(persona_id=pd.Series(chosen, index=participants.index, dtype="str"))
