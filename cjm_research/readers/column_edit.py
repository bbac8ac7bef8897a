"""Changes to a column map that keep the comments of the file and everything that was not changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cjm_research.readers.columns import ColumnMap, ColumnRole, dump_column_map, parse_column_map
from cjm_research.yaml_io import as_list, dump_yaml, load_yaml, parse_yaml

__all__ = ["edit_column_map"]

_FIELDS = ("role", "name", "stage", "option", "split")


def edit_column_map(path: Path, wanted: ColumnMap) -> str:
    """Text of a column map with the kind and the roles of ``wanted``; a new file if there is none.

    Raises CjmError, with lines of the new text, if the result would not be a valid map; nothing is written here.
    """
    if not path.exists():
        text = dump_column_map(wanted)
    else:
        data = load_yaml(path)
        parse_column_map(data, path.name)  # tells what is wrong with a file that cannot be changed safely
        if str(data.get("kind", "survey")) != wanted.kind:
            data["kind"] = wanted.kind
        for column, role in wanted.columns.items():
            _update(data["columns"], column, role)
        text = dump_yaml(data)
    parse_column_map(parse_yaml(text, path.name), path.name)
    return text


def _update(columns: Any, column: str, role: ColumnRole) -> None:
    if isinstance(columns.get(column), str):
        columns[column] = {"role": columns[column]}
    entry = columns.setdefault(column, {})
    for field in _FIELDS:
        value = getattr(role, field)
        if not value:
            entry.pop(field, None)
        elif str(entry.get(field) or "") != value:
            entry[field] = value
    if tuple(map(str, as_list(entry.get("options")))) != role.options:
        entry["options"] = list(role.options)
    if not role.options:
        entry.pop("options", None)
