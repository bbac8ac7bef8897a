"""The column map: which column of a survey export is what, as a YAML file that people correct."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cjm_research.errors import Problems
from cjm_research.tables import KINDS
from cjm_research.yaml_io import as_list, line_of, load_yaml

__all__ = ["ROLES", "SCALES", "ColumnMap", "ColumnRole", "dump_column_map", "load_column_map", "parse_column_map"]

ROLES = ("open", "attribute", "multi", "scale", "respondent", "time", "consent", "ignore")
SCALES = ("nps", "csat", "ces")
_NAMED = ("attribute", "multi", "scale")
_KEYS = ("kind", "prefix", "columns")
_ENTRY = ("role", "name", "stage", "option", "split", "options")
_ONCE = ("respondent", "time")
_NAME = re.compile(r"[^\W\d]\w*")

_EXPLANATION = """\
# What each column of the survey is. Correct what is wrong, then read the study again.
# open        an answer in the person's own words; stage: the stage of the journey it asks about (may be left out)
# attribute   a closed answer about the person; name: age, sex, place, role, …
# multi       the same with several choices; several columns may share a name
#             split: the sign between choices; options: those known (what lies between them is one answer);
#             option: the choice that a column of its own stands for
# scale       a rating; name: nps (0–10, would recommend), csat (satisfaction), ces (effort)
# respondent  the person's id; time: when they answered; ignore: not used
# consent     whether the answers may be used; people who did not say yes are left out
# prefix      people are called prefix + row of the file, e.g. A-17; take it out to use the respondent column
#
# Что в каждом столбце опроса. Исправьте неверное и прочитайте исследование заново.
# open        ответ своими словами; stage: этап пути, о котором спрашивают (можно не указывать)
# attribute   закрытый ответ о человеке; name: age, sex, place, role, …
# multi       то же с несколькими вариантами; несколько столбцов могут иметь одно имя
#             split: знак между вариантами; options: известные варианты (что между ними — один свой ответ);
#             option: вариант, которому отведён весь столбец
# scale       оценка; name: nps (0–10, порекомендует ли), csat (удовлетворённость), ces (усилия)
# respondent  идентификатор человека; time: когда ответил; ignore: не используется
# consent     можно ли использовать ответы; кто не сказал «да», не учитывается
# prefix      люди называются prefix + строка файла, например А-17; уберите, чтобы взять столбец respondent
"""


@dataclass(frozen=True)
class ColumnRole:
    """What one column is: a role of `ROLES`, a name where the role needs one, a stage for open answers.

    For several choices: ``option`` if the column stands for one of them, else ``split`` and ``options``
    (see `cjm_research.readers.multi.SplitRule`).
    """

    role: str
    name: str = ""
    stage: str = ""
    option: str = ""
    split: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnMap:
    """Roles of the columns of one survey file.

    columns: role by column name; kind: one of `cjm_research.tables.KINDS`.
    questions: text of the question where it differs from the column's name; written as comments only.
    file: name of the file the map was read from, for messages.
    prefix: respondents are called by it and their row; empty: by the respondent column, else by file and row.
    """

    columns: Mapping[str, ColumnRole]
    kind: str = "survey"
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""
    prefix: str = ""


def load_column_map(path: Path) -> ColumnMap:
    """Read a column map; raises CjmError with every mistake and its line."""
    return parse_column_map(load_yaml(path), path.name)


def parse_column_map(data: Any, file: str) -> ColumnMap:
    """Make a column map of a YAML document; raises CjmError with every mistake and its line."""
    problems = Problems()
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        problems.add("survey.no_columns", file)
        problems.raise_if_any()
    for key in data:
        if key not in _KEYS:
            problems.add("survey.unknown_key", _at(file, data, key), entry=key, known=", ".join(_KEYS))
    kind = str(data.get("kind", "survey"))
    if kind not in KINDS:
        problems.add("survey.wrong_kind", _at(file, data, "kind"), kind=kind, known=", ".join(KINDS))
    columns = {}
    for column, node in data["columns"].items():
        where = _at(file, data["columns"], column)
        role = _role(column, node, where, problems)
        columns[str(column)] = role
    _check_once(columns, data["columns"], file, problems)
    problems.raise_if_any()
    return ColumnMap(MappingProxyType(columns), kind, file=file, prefix=str(data.get("prefix") or ""))


def _at(file: str, node: Any, key: object) -> str:
    line = line_of(node, key)
    return f"{file}:{line}" if line else file


def _role(column: object, node: Any, where: str, problems: Problems) -> ColumnRole:
    entry = {"role": node} if isinstance(node, str) else node
    if not isinstance(entry, dict) or entry.get("role") not in ROLES:
        found = entry.get("role", "") if isinstance(entry, dict) else entry
        problems.add("survey.wrong_role", where, column=column, role=found, known=", ".join(ROLES))
        return ColumnRole("ignore")
    texts = {key: str(entry.get(key) or "") for key in _ENTRY if key != "options"}
    role = ColumnRole(**texts, options=tuple(map(str, as_list(entry.get("options")))))
    for key in entry:
        if key not in _ENTRY:
            problems.add("survey.unknown_key", where, entry=key, known=", ".join(_ENTRY))
    if role.role != "multi" and (role.option or role.split or role.options):
        problems.add("survey.split_not_multi", where, column=column)
    if role.role == "scale" and role.name not in SCALES:
        problems.add("survey.wrong_scale", where, column=column, name=role.name, known=", ".join(SCALES))
    elif role.role in _NAMED and not _NAME.fullmatch(role.name):
        problems.add("survey.wrong_name", where, column=column, name=role.name)
    if role.stage and role.role != "open":
        problems.add("survey.stage_not_open", where, column=column)
    return role


def _check_once(columns: Mapping[str, ColumnRole], nodes: Any, file: str, problems: Problems) -> None:
    """Only one column may give the time, the respondent, or an attribute or scale of the same name."""
    names = [(role.role in _ONCE and role.role) or (role.role in _NAMED and role.name) for role in columns.values()]
    counts = Counter(name for name in names if name)
    seen: set[str] = set()
    for (column, role), name in zip(columns.items(), names, strict=True):
        if not name or counts[name] == 1 or role.role == "multi":
            continue
        if name in seen:
            problems.add("survey.repeated_name", _at(file, nodes, column), column=column, name=name)
        seen.add(name)


def _quoted(value: str | tuple[str, ...]) -> str:
    # A JSON string is a YAML string, whatever a heading holds.
    return json.dumps(value, ensure_ascii=False)


def dump_column_map(column_map: ColumnMap) -> str:
    """Write a column map as YAML that explains itself in both languages; the same map gives the same bytes."""
    lines = [_EXPLANATION, f"kind: {column_map.kind}\n"]
    lines += [f"prefix: {_quoted(column_map.prefix)}\n"] * bool(column_map.prefix)
    lines.append("columns:\n")
    for column, role in column_map.columns.items():
        fields = [f"role: {role.role}"]
        fields += [f"name: {role.name}"] * bool(role.name) + [f"stage: {role.stage}"] * bool(role.stage)
        fields += [f"{key}: {_quoted(value)}" for key in _ENTRY[3:] if (value := getattr(role, key))]
        entry = f"  {_quoted(column)}: {{{', '.join(fields)}}}"
        question = " ".join(column_map.questions.get(column, "").split())
        lines.append(f"{entry}  # {question}\n" if question else f"{entry}\n")
    return "".join(lines)
