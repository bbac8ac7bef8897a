"""The evidence appendix and the account of method: what stands behind a report's figures."""

from __future__ import annotations

from textwrap import shorten

import pandas as pd

from cjm_research import __version__
from cjm_research.coding.nearest import example_texts
from cjm_research.i18n import percent, signed, t
from cjm_research.render.html import Html, render
from cjm_research.render.journey_map import MapContext

_SHOWN = 48  # characters of an example: enough to recognise it, and pages stay light

__all__ = ["render_evidence", "render_method", "reviewed_share"]


def reviewed_share(codings: pd.DataFrame) -> float:
    """Share of codings that a person has made or decided on, 0–1."""
    if codings.empty:
        return 0.0
    return float(((codings["coder_kind"] == "human") | (codings["status"] != "suggested")).mean())


def _label(code_id: str, value: float, context: MapContext) -> str:
    axis, _, code = code_id.partition(".")
    if code:
        return context.label(axis, code)
    return t("report.sentiment_code", context.lang, value=signed(value, context.lang, 0))


def _code_labels(codings: pd.DataFrame, context: MapContext) -> dict[str, list[str]]:
    """Names of all codes of each passage, by segment id."""
    labels: dict[str, list[str]] = {}
    for row in codings[["segment_id", "code", "value"]].to_dict("records"):
        labels.setdefault(row["segment_id"], []).append(_label(row["code"], row["value"], context))
    return labels


def _reasons(codings: pd.DataFrame, context: MapContext) -> dict[str, list[str]]:
    """Why each suggested code was given, by segment id: the words for it, or the examples it is most like."""
    lang, known = context.lang, example_texts()
    reasons: dict[str, list[str]] = {}
    columns = ["segment_id", "code", "value", "coder", "coder_kind", "confidence", "evidence", "examples"]
    for row in codings[columns].to_dict("records"):
        if row["coder_kind"] == "human" or (row["code"] == "sentiment" and not row["value"]):
            continue  # a calm passage has nothing to be explained
        quote = context.book.quote(row["segment_id"])
        words = [quote.text[a - quote.start : b - quote.start] for a, b in row["evidence"]]
        like = [shorten(known[example], _SHOWN, placeholder="…") for example in row["examples"] if example in known]
        key = "report.why_words" if words else "report.why_like" if like else "report.why_rule"
        quoted = " ".join(t("report.quoted", lang, text=text) for text in words or like)
        label, sure = _label(row["code"], row["value"], context), percent(row["confidence"], lang)
        reasons.setdefault(row["segment_id"], []).append(t(key, lang, code=label, quoted=quoted, sure=sure))
    return reasons


def render_evidence(cells: pd.DataFrame, codings: pd.DataFrame, context: MapContext) -> Html:
    """Every passage that ``cells`` counts, once, in its turn: question, file, place, codes and why they are given."""
    counted = cells[cells["lane"] != "people"]  # who reached a stage is told by all they said, which is no finding
    ids = [segment for evidence in counted["evidence_ids"] for segment in evidence]
    wanted = codings[codings["segment_id"].isin(ids)]
    labels, reasons = _code_labels(wanted, context), _reasons(wanted, context)
    machines = ", ".join(sorted(set(wanted.loc[wanted["coder_kind"] != "human", "coder"])))
    entries = [
        {"quote": quote, "codes": labels.get(quote.id, []), "reasons": reasons.get(quote.id, [])}
        for quote in context.book.in_source_order(ids)
    ]
    return render("evidence.html.j2", context.lang, entries=entries, machines=machines)


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
