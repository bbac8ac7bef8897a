"""YAML that people write: errors with lines, comments that survive."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.yaml_io import as_list, dump_yaml, line_of, load_yaml, parse_yaml


def test_lines_of_keys_and_entries_are_known() -> None:
    """Keys and list entries know the line they stand in, counted from 1; what is not there has line 0."""
    data = parse_yaml("# top\na: 1\nlist:\n  - x\n  - y: 2\n", "f.yml")
    assert (line_of(data, "a"), line_of(data, "list")) == (2, 3)
    assert (line_of(data["list"], 0), line_of(data["list"], 1)) == (4, 5)
    assert line_of(data["list"][1], "y") == 5
    assert line_of(data, "none") == 0
    assert line_of({"plain": 1}, "plain") == 0


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "f.yml:3"),
        ("a: 1\n  b: 2\n", "f.yml:2"),
        ("a: 1\na: 2\n", "f.yml:2"),
        ('a: "open\n', "f.yml:2"),
        ("a: *nobody\n", "f.yml:1"),
    ],
)
def test_broken_yaml_is_told_with_its_line(text: str, where: str) -> None:
    """The message names file and line."""
    with pytest.raises(CjmError) as raised:
        parse_yaml(text, "f.yml")
    assert raised.value.problems[0].key == "yaml.broken"
    assert raised.value.problems[0].where == where


def test_other_encodings_are_told(tmp_path: Path) -> None:
    """A file in cp1251 is refused with the byte; a byte-order mark is accepted."""
    path = tmp_path / "f.yml"
    path.write_bytes("имя: Анна".encode("cp1251"))
    with pytest.raises(CjmError) as raised:
        load_yaml(path)
    assert raised.value.text("en") == "f.yml: the file is not UTF-8 (byte 0); save it as UTF-8"
    path.write_bytes(b"\xef\xbb\xbf" + "имя: Анна".encode())
    assert load_yaml(path) == {"имя": "Анна"}


def test_a_control_character_is_told_as_an_error() -> None:
    """What YAML forbids is a CjmError too, not a crash."""
    with pytest.raises(CjmError) as raised:
        parse_yaml("a: \x07\n", "f.yml")
    assert raised.value.problems[0].key == "yaml.broken"


def test_one_entry_needs_no_dash() -> None:
    """Where a list is expected, one entry is a list of one and nothing is none."""
    assert as_list(None) == []
    assert as_list("a") == ["a"]
    assert as_list(0) == [0]
    assert as_list(["a", "b"]) == ["a", "b"]


def test_comments_quotes_and_order_survive_writing() -> None:
    """A document that was only read is written back letter for letter."""
    text = "# first\nb: 'x'  # why\na:\n  - 1\n  # inside\n  - {c: \"y\"}\n"
    assert dump_yaml(parse_yaml(text, "f.yml")) == text
