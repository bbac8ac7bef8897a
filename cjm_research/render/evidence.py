"""The evidence appendix and the account of method: what stands behind a report's figures."""

from __future__ import annotations

import pandas as pd

from cjm_research import __version__
from cjm_research.i18n import percent, signed, t
from cjm_research.render.html import Html, render
from cjm_research.render.journey_map import MapContext

__all__ = ["render_evidence", "render_method", "reviewed_share"]


def reviewed_share(codings: pd.DataFrame) -> float:
    """Share of codings that a person has made or decided on, 0–1."""
    if codings.empty:
        return 0.0
    return float(((codings["coder_kind"] == "human") | (codings["status"] != "suggested")).mean())


def _code_labels(codings: pd.DataFrame, context: MapContext) -> dict[str, list[str]]:
    """Names of all codes of each passage, by segment id."""
    labels: dict[str, list[str]] = {}
    for row in codings[["segment_id", "code", "value"]].to_dict("records"):
        axis, _, code = row["code"].partition(".")
        if code:
            label = context.label(axis, code)
        else:
            label = t("report.sentiment_code", context.lang, value=signed(row["value"], context.lang, 0))
        labels.setdefault(row["segment_id"], []).append(label)
    return labels


def render_evidence(cells: pd.DataFrame, codings: pd.DataFrame, context: MapContext) -> Html:
    """Every passage that ``cells`` counts, once, in its turn, with its question, file, position and codes."""
    counted = cells[cells["lane"] != "people"]  # who reached a stage is told by all they said, which is no finding
    ids = [segment for evidence in counted["evidence_ids"] for segment in evidence]
    labels = _code_labels(codings, context)
    entries = [{"quote": quote, "codes": labels.get(quote.id, [])} for quote in context.book.in_source_order(ids)]
    return render("evidence.html.j2", context.lang, entries=entries)


def render_method(segments: pd.DataFrame, codings: pd.DataFrame, outside: tuple[int, int], context: MapContext) -> Html:
    """What was done and what it does not say, from what was done.

    segments, codings: those of the report. outside: people in no persona, and all people, of the wave.
    """
    lang, total = context.lang, max(1, len(segments))
    staged = codings.loc[codings["code"].str.startswith("stage."), "segment_id"].nunique()
    scored = codings.loc[codings["code"] == "sentiment", "segment_id"].nunique()
    coders = ", ".join(sorted(set(codings["coder"]))) or "–"
    lines = [
        t("report.method_sources", lang, n=len(segments)),
        t("report.method_coders", lang, coders=coders, share=percent(reviewed_share(codings), lang)),
        t("report.method_coverage", lang, staged=percent(staged / total, lang), scored=percent(scored / total, lang)),
        t("report.method_base", lang),
        t("report.method_sentiment", lang),
        t("report.method_grade", lang),
        t("report.method_outside", lang, n=outside[0], total=outside[1]),
        t("report.method_sample", lang),
        t("report.method_program", lang, version=__version__, codebook=context.codebook.fingerprint[:12]),
    ]
    return render("method.html.j2", lang, lines=lines)
