"""Exports: one file a format; each takes the tables and returns files as text by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from cjm_research.exports.tidy_csv import export_csv

__all__ = ["EXPORTERS"]

EXPORTERS: dict[str, Callable[[Mapping[str, pd.DataFrame]], dict[str, str]]] = {"csv": export_csv}
