"""Every table as a tidy CSV file."""

from __future__ import annotations

from pathlib import Path

from cjm_research.exports import export_csv
from cjm_research.study import Study
from cjm_research.tables import TABLES, read_table


def test_every_table_is_a_file_that_reads_back(tiny_study: Study, tmp_path: Path) -> None:
    """Seven files with the tables' names; read again they are the tables."""
    tables = tiny_study.tables()
    files = export_csv(tables)
    assert list(files) == [
        "transcripts.csv", "turns.csv", "segments.csv", "codings.csv", "decisions.csv", "participants.csv", "cells.csv",
    ]  # fmt: skip
    for table in TABLES:
        path = tmp_path / f"{table.name}.csv"
        path.write_text(files[path.name], encoding="utf-8", newline="")
        back = read_table(table, path)
        assert back.columns.tolist() == tables[table.name].columns.tolist()
        assert len(back) == len(tables[table.name])
        assert len(back) or table.name == "decisions"
        assert export_csv({table.name: back}) == {path.name: files[path.name]}


def test_only_what_is_given_is_written(tiny_study: Study) -> None:
    """Tables that are not given make no files."""
    assert list(export_csv({"segments": tiny_study.segments})) == ["segments.csv"]
