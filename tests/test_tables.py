"""Tables: what does not fit is told together, and CSV gives back what was written."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.tables import (
    CODINGS,
    PARTICIPANTS,
    TABLES,
    TURNS,
    Column,
    Table,
    check_table,
    empty_table,
    make_table,
    read_table,
    to_csv,
)

KINDS = Table(
    "kinds",
    ("name",),
    (
        Column("name", "str", "a name"),
        Column("text", "str", "any text", may_be_empty=True),
        Column("count", "int", "a whole number"),
        Column("value", "float", "a number", may_be_empty=True),
        Column("ids", "ids", "ids", may_be_empty=True),
        Column("spans", "spans", "spans", may_be_empty=True),
    ),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ['say "no"', "a,b;c", "one\ntwo", "one\r\ntwo", "one\rtwo", "👩🏽‍🚒", "é", "  ", "'=1+1", '"', "NA", "nan", "NULL"]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": TEXT,
            "count": st.integers(-(2**62), 2**62),
            "value": st.sampled_from([math.nan, 0.0, -2.0, 0.125, 1e-9, 123456.5]) | st.integers(-999, 999).map(float),
            "ids": st.lists(st.from_regex(r"s[0-9a-f]{12}", fullmatch=True), max_size=3).map(tuple),
            "spans": st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple),
        }
    ),
    max_size=5,
)


@given(ROWS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_csv_gives_back_what_was_written(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    """Every kind of column survives: quotes, newlines, commas, emoji, missing numbers, ids and spans."""
    table = make_table(KINDS, [row | {"name": f"r{number}"} for number, row in enumerate(rows)])
    path = tmp_path / "kinds.csv"
    path.write_text(to_csv(KINDS, table), encoding="utf-8", newline="")
    back = read_table(KINDS, path)
    pd.testing.assert_frame_equal(back, table)
    assert to_csv(KINDS, back) == to_csv(KINDS, table)


def test_same_rows_give_the_same_bytes() -> None:
    """The text of a table is fixed: line ends, quotes, numbers, empty for what is missing."""
    row = {
        "name": "a",
        "text": 'x,"y"\nz',
        "count": 3,
        "value": 0.1 + 0.2,
        "ids": ("s1", "s2"),
        "spans": ((0, 4), (7, 9)),
    }
    table = make_table(KINDS, [row, {"name": "b", "count": 0}])
    assert to_csv(KINDS, table) == ('name,text,count,value,ids,spans\na,"x,""y""\nz",3,0.3,s1 s2,0-4 7-9\nb,,0,,,\n')


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_without_rows_survives(table: Table, tmp_path: Path) -> None:
    """An empty table has all its columns, on disk too."""
    path = tmp_path / "empty.csv"
    path.write_text(to_csv(table, empty_table(table)), encoding="utf-8")
    back = read_table(table, path)
    assert list(back.columns) == table.names
    assert len(back) == 0
    assert make_table(table, []).equals(back)


def test_extra_columns_stay_where_a_table_allows_them(tmp_path: Path) -> None:
    """Attributes of participants are kept in order of appearance, empty for those who have none."""
    table = make_table(PARTICIPANTS, [{"participant_id": "P1", "age": "30"}, {"participant_id": "P2", "city": "Уфа"}])
    path = tmp_path / "participants.csv"
    path.write_text(to_csv(PARTICIPANTS, table), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "participant_id,persona_id,wave,age,city\nP1,,,30,\nP2,,,,Уфа\n"
    assert read_table(PARTICIPANTS, path)["city"].tolist() == ["", "Уфа"]


def test_all_missing_columns_are_named_together() -> None:
    """A table that lacks two columns says so of both."""
    with pytest.raises(CjmError) as raised:
        check_table(CODINGS, empty_table(CODINGS).drop(columns=["value", "memo"]))
    assert raised.value.text("en").splitlines() == [
        "codings: column “value” is missing",
        "codings: column “memo” is missing",
    ]


def test_repeated_keys_empty_and_wrong_values_are_named_together() -> None:
    """One look at the message shows every row and value to put right."""
    row = {
        "transcript_id": "a.txt",
        "turn": 1,
        "participant_id": "P1",
        "role": "participant",
        "start": 0,
        "end": 2,
        "text": "hi",
    }
    with pytest.raises(CjmError) as raised:
        make_table(TURNS, [row, row | {"role": "boss", "text": ""}, row | {"turn": 2, "role": "cat"}])
    assert raised.value.text("en").splitlines() == [
        "turns: the row transcript_id=a.txt, turn=1 stands twice; each must stand once",
        "turns: column “role” holds “boss”; allowed: participant, interviewer, other",
        "turns: column “role” holds “cat”; allowed: participant, interviewer, other",
        "turns: column “text” has an empty value; each row needs one",
    ]


def test_every_column_says_what_it_means() -> None:
    """The description of the tables is complete: meanings, kinds that can be written, keys that are columns."""
    for table in TABLES:
        assert set(table.key) <= set(table.names)
        for column in table.columns:
            assert column.meaning
            assert column.kind in ("str", "int", "float", "ids", "spans")
