"""The persona card: what the participants' answers and words say of them, field by field."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cjm_research.i18n import number, share_interval, t
from cjm_research.journey import LOW_N, MIN_N
from cjm_research.render.html import Html, render
from cjm_research.render.journey_map import MapContext
from cjm_research.tables import PARTICIPANTS

__all__ = ["KNOWN_ATTRIBUTES", "attribute_lines", "render_card"]

_TOP, _LINE, _LONG_QUOTE = 3, 60, 160
_DIGIT_RANGE = re.compile(r"(?<=\d)-(?=\d)")
KNOWN_ATTRIBUTES = (
    "sex",
    "age",
    "place",
    "work",
    "role",
    "children",
    "interests",
    "price_attitude",
    "device",
    "nps",
    "age_band",
    "team_size",
)


@dataclass(frozen=True)
class AttributeLine:
    """One fact about the group: name of the attribute, its summary, how many people it is known of."""

    name: str
    text: str
    n: int


def _label(name: str, lang: str) -> str:
    return t(f"report.attribute_{name}", lang) if name in KNOWN_ATTRIBUTES else name.replace("_", " ").capitalize()


def _numbers(values: list[str]) -> list[float] | None:
    try:
        return [float(value.replace(",", ".")) for value in values]
    except ValueError:
        return None


def _summary(values: list[str], lang: str) -> str:
    """Median and range of numbers, else the most frequent values with their counts."""
    numbers = _numbers(values)
    if numbers:
        low, middle, high = (number(x, lang, 0) for x in (min(numbers), statistics.median(numbers), max(numbers)))
        return low if low == high else t("report.median_range", lang, median=middle, low=low, high=high)
    forms: dict[str, Counter[str]] = {}
    for value in values:
        forms.setdefault(value.casefold(), Counter())[value] += 1
    groups = sorted(
        ((sum(c.values()), min(c, key=lambda v: (-c[v], v))) for c in forms.values()), key=lambda g: (-g[0], g[1])
    )
    # A row of long answers that nobody shares describes no group.
    if groups[0][0] == 1 and (len(groups) > _TOP or sum(len(value) for _, value in groups) > _LINE):
        return t("report.all_different", lang, n=len(groups))
    shown = "; ".join(f"{_DIGIT_RANGE.sub('–', value)}\u00a0— {count}" for count, value in groups[:_TOP])
    others = sum(count for count, _ in groups[_TOP:])
    return t("report.and_more", lang, shown=shown, n=others) if others else shown


def attribute_lines(people: pd.DataFrame, lang: str) -> list[AttributeLine]:
    """Summaries of all attributes that at least one person has, the well-known ones first."""
    own = [str(name) for name in people.columns if name not in PARTICIPANTS.names]
    ordered = [name for name in KNOWN_ATTRIBUTES if name in own] + sorted(set(own) - set(KNOWN_ATTRIBUTES))
    lines = []
    for name in ordered:
        values = [str(value).strip() for value in people[name] if str(value).strip()]
        if values:
            lines.append(AttributeLine(_label(name, lang), _summary(values, lang), len(values)))
    return lines


def _top_items(cells: pd.DataFrame, lane: str, context: MapContext) -> list[dict[str, object]]:
    rows = cells[(cells["stage"] == "*") & (cells["lane"] == lane) & (cells["item"] != "")]
    rows = rows.sort_values(["k", "item"], ascending=[False, True]).head(_TOP)
    return [{"label": context.label(lane, row["item"]), **_figure(row, context)} for row in rows.to_dict("records")]


def _figure(row: Mapping[Any, Any], context: MapContext) -> dict[str, object]:
    """People and interval of a cell; no interval below 3 people."""
    known = row["n"] >= MIN_N and row["method"] == "wilson"
    interval = share_interval(row["lo"], row["hi"], context.lang) if known else ""
    return {"k": row["k"], "n": row["n"], "interval": interval}


def _top_quotes(cells: pd.DataFrame, lane: str, context: MapContext, count: int = 2) -> dict[str, object]:
    rows = cells[(cells["stage"] == "*") & (cells["lane"] == lane) & (cells["item"] == "")].to_dict("records")
    if not rows:
        return {"k": 0, "n": 0, "interval": "", "quotes": []}
    quotes = context.book.quotes(rows[0]["evidence_ids"])
    fitting = [quote for quote in quotes if len(quote.text) <= _LONG_QUOTE] or quotes
    return {**_figure(rows[0], context), "quotes": fitting[:count]}


def render_card(people: pd.DataFrame, cells: pd.DataFrame, context: MapContext, texts: Mapping[str, str]) -> Html:
    """Draw the card.

    people: rows of table ``participants`` of the persona. cells: its rows of table ``cells``.
    texts: ``description`` of the persona in the report's language. A field without evidence says so.
    """
    reached = cells[(cells["lane"] == "people") & (cells["stage"] != "*")]
    thin = reached[reached["k"] < LOW_N]
    gaps = [(context.label("stage", row["stage"]), row["k"]) for row in thin.to_dict("records")]
    return render(
        "card.html.j2",
        context.lang,
        description=texts["description"],
        attributes=attribute_lines(people, context.lang),
        size=len(people),
        portrait=_top_quotes(cells, "quote", context, 1)["quotes"],
        wants=[(lane, _top_quotes(cells, lane, context)) for lane in ("need", "expectation", "fear")],
        pains=_top_items(cells, "pain", context),
        channels=_top_items(cells, "channel", context),
        gaps=gaps,
    )
