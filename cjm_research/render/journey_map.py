"""The journey map as one HTML table: stages are columns, lanes are rows, each figure has its people and quotes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cjm_research.codebook import Codebook
from cjm_research.i18n import number, pick, share_interval, t
from cjm_research.journey import LOW_N, MIN_N
from cjm_research.render.emotion import EmotionPoint, render_emotion_row
from cjm_research.render.html import Html, render
from cjm_research.render.quotes import Quote, QuoteBook

__all__ = ["MapContext", "lowest_stage", "render_map"]

_IN_CELL = 4  # quotes shown in a cell; the rest is one click away in the appendix
_ONE = ("people", "quote", "need", "expectation", "fear")
_SHORT = {"channel": 6, "emotion": 4, "pain": 4}
_LONGEST_IN_CELL = 150


@dataclass(frozen=True)
class MapContext:
    """What every part of a report needs: the quotes, the codebook, the language it speaks.

    feelings: sentiment −2…+2 by segment id.
    """

    book: QuoteBook
    codebook: Codebook
    lang: str
    feelings: Mapping[str, float]

    def label(self, axis: str, code: str) -> str:
        """Name of a code in the report's language; the code itself if the codebook has lost it."""
        found = self.codebook.get(f"{axis}.{code}")
        return pick(dict(found.label), self.lang) if found else code


def lowest_stage(cells: pd.DataFrame) -> str:
    """Stage with the lowest mean feeling whose whole interval lies below zero; empty if there is none.

    Without the interval the smallest group would win: a mean of few people strays furthest.
    """
    rows = cells[(cells["lane"] == "sentiment") & (cells["stage"] != "*") & (cells["n"] >= LOW_N) & (cells["hi"] < 0)]
    return "" if rows.empty else str(rows.sort_values(["value", "stage"])["stage"].iloc[0])


def _item(row: dict[str, object], context: MapContext) -> dict[str, object]:
    """One coded item of a cell, ready for the template."""
    quotes = context.book.quotes(row["evidence_ids"])  # type: ignore[arg-type]
    lane, n, k = str(row["lane"]), int(str(row["n"])), int(str(row["k"]))
    value, lo, hi = (float(str(row[name])) for name in ("value", "lo", "hi"))
    intensity = float(str(row["intensity"]))
    return {
        "row": row,
        "label": context.label(lane, str(row["item"])) if row["item"] else "",
        "k": k,
        "n": n,
        "share": value,
        "lo": lo,
        "hi": hi,
        "hidden": n < MIN_N,
        "low": n < LOW_N,
        "interval": "" if math.isnan(lo) else share_interval(lo, hi, context.lang),
        "intensity": "" if math.isnan(intensity) else number(intensity, context.lang),
        "grade": int(str(row["evidence_grade"])),
        "stopped": int(str(row["k_barrier"])),
        "quotes": quotes[:_IN_CELL],
        "total": len(quotes),
    }


def _short_quotes(item: dict[str, object] | None, count: int) -> list[Quote]:
    """The first quotes that fit a narrow column; if none does, the shortest."""
    quotes: list[Quote] = list(item["quotes"]) if item else []  # type: ignore[call-overload]
    fitting = [quote for quote in quotes if len(quote.text) <= _LONGEST_IN_CELL]
    return fitting[:count] or sorted(quotes, key=lambda quote: (len(quote.text), quote.id))[:1]


def _items_by_stage(cells: pd.DataFrame, lane: str, context: MapContext) -> dict[str, list[dict[str, object]]]:
    rows = cells[(cells["lane"] == lane) & ((cells["item"] != "") | (lane not in _SHORT))]
    rows = rows.sort_values(["k", "item"], ascending=[False, True])
    found: dict[str, list[dict[str, object]]] = {}
    for row in rows.to_dict("records"):
        found.setdefault(str(row["stage"]), []).append(_item(row, context))  # type: ignore[arg-type]
    return {stage: items[: _SHORT.get(lane, 1)] for stage, items in found.items()}


def _points(cells: pd.DataFrame, stages: list[tuple[str, str]]) -> list[EmotionPoint]:
    rows = {row["stage"]: row for row in cells[cells["lane"] == "sentiment"].to_dict("records")}
    nan = math.nan
    points = []
    for stage, label in stages:
        row = rows.get(stage)
        if row is None:
            points.append(EmotionPoint(label, nan, nan, nan, 0))
        else:
            points.append(EmotionPoint(label, row["value"], row["lo"], row["hi"], row["n"], row["evidence_ids"]))
    return points


def render_map(cells: pd.DataFrame, context: MapContext, caption: str) -> Html:
    """Draw the cells of one wave and persona.

    cells: rows of table ``cells`` with one wave and one persona. caption: what the table shows, in words.
    """
    stages = [(code.code, pick(dict(code.label), context.lang)) for code in context.codebook.stages]
    items = {lane: _items_by_stage(cells, lane, context) for lane in (*_SHORT, *_ONE)}
    one = {lane: {stage: found[0] for stage, found in items[lane].items()} for lane in _ONE}
    wants = {
        lane: {stage: (item, _short_quotes(item, 1)) for stage, item in one[lane].items()}
        for lane in ("need", "expectation", "fear")
    }
    return render(
        "map.html.j2",
        context.lang,
        caption=caption,
        stages=stages,
        lowest=lowest_stage(cells),
        people=one["people"],
        quotes={stage: (item, _short_quotes(item, 2)) for stage, item in one["quote"].items() if item["total"]},
        channels=items["channel"],
        emotions=items["emotion"],
        wants=wants,
        pains=items["pain"],
        curve=render_emotion_row(_points(cells, stages), context.lang),
        min_n=MIN_N,
        low_n=LOW_N,
        legend=t("map.legend", context.lang),
    )
