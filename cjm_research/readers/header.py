"""What stands above an interview: YAML front matter, facts and a line about the person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.decode import find_date, fold
from cjm_research.readers.labels import METADATA_KEYS, word_role
from cjm_research.readers.markers import Line
from cjm_research.readers.wording import ATTRIBUTES, first_match
from cjm_research.yaml_io import as_list, parse_yaml

__all__ = [
    "DATES",
    "IDS",
    "WAVES",
    "FrontMatter",
    "attribute_name",
    "propose_attributes",
    "read_front_matter",
    "role_of",
    "sort_facts",
]

_ROLES = ("participant", "interviewer", "other")
_SPEAKERS = {"roles", "speakers", "роли", "говорящие", "спикеры"}
_ATTRIBUTES = {"attributes", "атрибуты", "признаки"}
DATES, WAVES = frozenset({"date", "дата"}), frozenset({"wave", "волна"})
# The person's code. "Participant" may also be the name that the transcript calls the person by.
_CODES = {"id", "code", "participant_id", "participant id", "код", "код участника", "код_участника"}
IDS = frozenset(_CODES | {"participant", "участник"})
_PAIR = re.compile(r"[>\s*_#-]*(?P<key>[^\W\d_][\w .'’()-]{0,39}?)[*_]*:[*_]*\s*(?P<value>(?:.*[^*_\s])?)[*_\s]*$")
_AGE = re.compile(
    r"(?<![\w.,])(?P<age>\d{1,2})(?:\s*(?:год|года|лет|г\.\s?р\.|years? old|y\.?\s?o\.?|yrs?)\b|-year-old)"
    r"|\b[^\W\d_]\w+, (?:age |aged )?(?P<bare>\d{2})(?=\s*(?:[,.;)]|$))",
    re.IGNORECASE,
)
_MONTH = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
_PLACE = re.compile(
    rf"(?:^|[.;] )(?P<place>[A-ZА-ЯЁ][\w-]+(?: [A-ZА-ЯЁ][\w-]+)?),\s+(?:\d{{1,2}}\s+)?(?i:{_MONTH})\b"
    r"|\bг(?:\.|ород)\s?(?P<town>[А-ЯЁ][\w-]+)",
    re.MULTILINE,
)
_CHILDREN = re.compile(
    r"(?:без|нет|двое|трое|четверо|один|одна|\d) дет(?:ей|и)|(?:no|one|two|three|\d) (?:child(?:ren)?|kids?)\b",
    re.IGNORECASE,
)
# A header is short; a line of speech further down is none of it.
_HEADER_CHARACTERS, _MOST_LINES = 2000, 200


@dataclass(frozen=True)
class FrontMatter:
    """What a person wrote above the transcript between two lines of ``---``.

    lines: how many lines it takes, 0 without one; roles: role by speaker label in lower case.
    """

    lines: int = 0
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    participant: str = ""
    date: str = ""
    notes: tuple[Problem, ...] = ()


def read_front_matter(lines: Sequence[Line], where: str) -> FrontMatter:
    """Read the YAML above a transcript; where it is no YAML, its ``key: value`` lines, with a note."""
    first = next((number for number, line in enumerate(lines) if line.text.strip()), 0)
    if not lines or lines[first].text.strip() != "---":
        return FrontMatter()
    within = range(first + 1, min(first + _MOST_LINES, len(lines)))
    ends = (number for number in within if lines[number].text.strip() in ("---", "..."))
    last = next(ends, 0)
    inside = [line.text for line in lines[first + 1 : last]]
    if not last or not any(_PAIR.match(line) for line in inside):
        return FrontMatter()
    notes: tuple[Problem, ...] = ()
    try:
        data = parse_yaml("\n".join(inside), where)
    except (CjmError, RecursionError, ValueError) as error:
        detail = error.problems[0].params.get("detail", "") if isinstance(error, CjmError) else str(error)
        notes = (Problem("read.front_matter_broken", where, MappingProxyType({"detail": str(detail)})),)
        data = {match["key"]: match["value"] for line in inside if (match := _PAIR.match(line))}
    return sort_facts(data if isinstance(data, dict) else {}, last + 1, notes)


def sort_facts(data: Mapping[Any, Any], lines: int = 0, notes: tuple[Problem, ...] = ()) -> FrontMatter:
    """Make front matter of its keys and values, in either language; what is no known key is an attribute."""
    roles, attributes, participant, date = dict[str, str](), dict[str, str](), "", ""
    for name, value in data.items():
        key = fold(str(name)).casefold()
        if key in _SPEAKERS and isinstance(value, dict):
            roles |= {_label(label): role for label, said in value.items() if (role := role_of(said))}
        elif key in _ATTRIBUTES and isinstance(value, dict):
            attributes |= {attribute_name(str(at)): _scalar(item) for at, item in value.items() if _scalar(item)}
        elif key in _CODES:
            participant = _scalar(value)
        elif role := word_role(key):
            people = [part for item in as_list(value) for part in _scalar(item).split(",") if part.strip()]
            roles |= {_label(person): role for person in people}
            participant = participant or (fold(people[0]) if role == "participant" and len(people) == 1 else "")
        elif key in DATES:
            date = find_date(_scalar(value), day_first=True)
        elif text := _scalar(value):
            canonical = "wave" if key in WAVES else first_match(ATTRIBUTES, key)
            if canonical or key not in METADATA_KEYS:
                attributes[canonical or attribute_name(key)] = text
    return FrontMatter(lines, MappingProxyType(attributes), MappingProxyType(roles), participant, date, notes)


def _scalar(value: Any) -> str:
    if isinstance(value, (dt.date, str, int, float)) and not isinstance(value, bool):
        return fold(value.isoformat() if isinstance(value, dt.date) else str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(_scalar(item) for item in value if not isinstance(item, (dict, list))) if value else ""


def _label(value: Any) -> str:
    return fold(str(value)).casefold()


def role_of(value: Any) -> str:
    """Role that a word of either language names (``interviewer``, «участник»), else empty."""
    name = _label(value)
    return name if name in _ROLES else word_role(name)


def attribute_name(key: str) -> str:
    """Canonical name of an attribute (``place`` for ``city`` and «город»), or the key made a name."""
    name = re.sub(r"\W+", "_", key.casefold()).strip("_")
    return first_match(ATTRIBUTES, key) or (name if name[:1].isalpha() else f"_{name}")


def propose_attributes(header: str) -> dict[str, str]:
    """What the words above the first turn say about the person: ``Город: Казань``, ``Гульнара, 31 год``.

    A guess, for people to correct in participants.csv.
    """
    header, found = header[:_HEADER_CHARACTERS], dict[str, str]()
    for line in header.split("\n"):
        pair = _PAIR.match(line)
        if pair and pair["value"] and (name := first_match(ATTRIBUTES, pair["key"].casefold())):
            found.setdefault(name, fold(pair["value"]))
    if "age" not in found and (age := _AGE.search(header)):
        found["age"] = age["age"] or age["bare"]
    if "place" not in found and (place := _PLACE.search(header)):
        found["place"] = place["place"] or place["town"]
    if "children" not in found and (children := _CHILDREN.search(header)):
        found["children"] = children[0].casefold()
    return found
