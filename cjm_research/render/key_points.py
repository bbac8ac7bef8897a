"""Key points: what to know in 30 seconds, each with its number, interval and quotes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cjm_research.i18n import mean_with_interval, number, share_interval, t
from cjm_research.journey import MIN_N, WHOLE
from cjm_research.render.html import Html, render
from cjm_research.render.journey_map import MapContext, lowest_stage
from cjm_research.stats import wilson

__all__ = ["render_key_points"]

_LINKS = 3


def _feeling(cells: pd.DataFrame, stage: str, title: str, context: MapContext) -> dict[str, object]:
    row = cells[(cells["lane"] == "sentiment") & (cells["stage"] == stage)].to_dict("records")[0]
    value = mean_with_interval(row["value"], row["lo"], row["hi"], context.lang)
    return {
        "title": t(title, context.lang, stage=context.label("stage", stage), value=value),
        "detail": t("report.voiced", context.lang, n=row["n"], k=row["k"]),
        "quotes": context.book.quotes(_of_one_sign(row["evidence_ids"], row["value"], context)),
    }


def _of_one_sign(ids: tuple[str, ...], value: float, context: MapContext) -> list[str]:
    """The first passages whose own feeling goes the same way as the mean."""
    return [segment for segment in ids if context.feelings.get(segment, 0) * value > 0][:_LINKS]


def _pain(rows: pd.DataFrame, title: str, context: MapContext, k: str = "k") -> dict[str, object] | None:
    """The pain that most people have, or with ``k_barrier`` the one that stopped most, with interval and quotes."""
    rows = rows[(rows["n"] >= MIN_N) & (rows["item"] != "")]
    if rows.empty:
        return None
    row: dict[Any, Any] = rows.sort_values([k, "item"], ascending=[False, True]).to_dict("records")[0]
    base, share = t("map.k_of_n", context.lang, k=row[k], n=row["n"]), wilson(row[k], row["n"])
    strength = t("map.intensity", context.lang, value=number(row["intensity"], context.lang))
    where = "" if row["stage"] == WHOLE else context.label("stage", row["stage"])
    return {
        "title": t(title, context.lang, pain=context.label("pain", row["item"]), stage=where),
        "detail": f"{base} ({share_interval(share.lo, share.hi, context.lang)}), {strength}",
        "quotes": context.book.quotes(row["evidence_ids"][:_LINKS]),
    }


def render_key_points(cells: pd.DataFrame, context: MapContext) -> Html:
    """Draw up to four points: lowest stage, main pain, main barrier, best stage.

    cells: rows of table ``cells`` with one wave and one persona.
    """
    pains = cells[cells["lane"] == "pain"]
    stopping = pains[pains["k_barrier"] >= MIN_N]
    mirrored = cells.assign(value=-cells["value"], lo=-cells["hi"], hi=-cells["lo"])
    lowest, best = lowest_stage(cells), lowest_stage(mirrored)
    found = [
        _feeling(cells, lowest, "report.point_lowest", context) if lowest else None,
        _pain(pains[pains["stage"] == WHOLE], "report.point_pain", context),
        _pain(stopping[stopping["stage"] != WHOLE], "report.point_barrier", context, "k_barrier"),
        _feeling(cells, best, "report.point_best", context) if best else None,
    ]
    nothing = {"title": t("report.no_points", context.lang), "detail": "", "quotes": []}
    return render("key_points.html.j2", context.lang, points=[point for point in found if point] or [nothing])
