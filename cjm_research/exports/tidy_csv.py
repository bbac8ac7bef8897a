"""Every table as a tidy CSV file: UTF-8, comma, one row per observation, described in `cjm_research.tables`."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cjm_research.tables import TABLES, to_csv

__all__ = ["export_csv"]


def export_csv(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Text of ``<table>.csv`` for every table, by file name."""
    return {f"{table.name}.csv": to_csv(table, tables[table.name]) for table in TABLES if table.name in tables}
