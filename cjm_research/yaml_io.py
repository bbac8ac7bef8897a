"""YAML files that people write: read with line numbers, written back without losing comments."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from cjm_research.errors import CjmError

__all__ = ["as_list", "dump_yaml", "line_of", "load_yaml", "parse_yaml"]


@cache
def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.width = 120
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def load_yaml(path: Path) -> Any:
    """Read one YAML document; mappings and lists remember their lines (see `line_of`).

    Raises CjmError with file and line if it is not YAML or not UTF-8.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise CjmError.one("yaml.not_utf8", path.name, position=error.start) from error


def parse_yaml(text: str, name: str) -> Any:
    """Read one YAML document from text; ``name`` stands for it in messages. Raises CjmError with the line."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise CjmError.one("yaml.broken", where, detail=error.problem or error.context or "") from error
    except YAMLError as error:
        raise CjmError.one("yaml.broken", name, detail=str(error)) from error


def line_of(node: Any, key: object) -> int:
    """Line, from 1, of ``key`` in a mapping or list read by `load_yaml`; 0 if it is not known."""
    try:
        return int(node.lc.data[key][0]) + 1
    except (AttributeError, KeyError, TypeError):
        return 0


def as_list(value: Any) -> list[Any]:
    """What a person wrote where a list is expected: nothing is no entry, and one entry needs no dash."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def dump_yaml(data: Any) -> str:
    """Write a document as text; comments and order of what `load_yaml` read are kept."""
    out = io.StringIO()
    _yaml().dump(data, out)
    return out.getvalue()
