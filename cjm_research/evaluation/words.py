"""An evaluation as tables for a person, in either language: every cell is a text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cjm_research.codebook import Codebook
from cjm_research.evaluation.compare import Evaluation
from cjm_research.evaluation.gold import AXIS_OF, SINGLE
from cjm_research.evaluation.measures import MEASURES
from cjm_research.i18n import number, percent, pick, t

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AXIS_NAMES",
    "code_label",
    "code_table",
    "coder_label",
    "confusion_table",
    "detail_table",
    "error_table",
    "score_table",
    "tidy",
]

AXIS_NAMES = {
    "stage": "evaluate.stage",
    "sentiment": "evaluate.sentiment",
    "emotion": "evaluate.emotion",
    "pains": "evaluate.pains",
    "wants": "evaluate.wants",
    "channels": "evaluate.channels",
}
_CODERS = {
    "llm": "evaluate.coder_llm",
    "heads": "evaluate.coder_heads",
    "keywords": "evaluate.coder_keywords",
    "majority": "evaluate.coder_majority",
}
_NAMES = {"textblob": "TextBlob", "vader": "VADER"}
_ENGLISH_ONLY = ("textblob", "vader")
_SENTIMENTS = {
    "negative": "evaluate.negative",
    "neutral": "evaluate.neutral",
    "positive": "evaluate.positive",
    "mixed": "evaluate.mixed",
    "none": "evaluate.none",
    "": "evaluate.unscored",
}


def coder_label(coder: str, lang: str) -> str:
    """Name of a coder."""
    return t(_CODERS[coder], lang) if coder in _CODERS else _NAMES.get(coder, coder)


def _figure(value: float, lang: str) -> str:
    return "–" if math.isnan(value) else number(value, lang, 2)


def _with_interval(row: Mapping[str, Any], lang: str) -> str:
    text = _figure(row["value"], lang)
    return text if math.isnan(row["lo"]) else f"{text} ({_figure(row['lo'], lang)}…{_figure(row['hi'], lang)})"


def _row(evaluation: Evaluation, axis: str, name: str) -> dict[str, Any]:
    table = evaluation.headline
    found = table[(table["axis"] == axis) & (table["measure"] == name) & (table["language"] == "all")]
    nothing = {"value": math.nan, "lo": math.nan, "hi": math.nan, "n": 0}
    return found.iloc[0].to_dict() if len(found) else nothing  # type: ignore[return-value]


def _axes(evaluation: Evaluation) -> list[str]:
    return list(dict.fromkeys(evaluation.headline["axis"]))


def score_table(results: Mapping[str, Evaluation], lang: str) -> pd.DataFrame:
    """F1 of every coder beside each other, a row for each axis; the first coder with its interval.

    Of a coder that knows English only, the figure is that for English texts.
    """
    import pandas as pd

    named, first = next(iter(results.items()))
    rows = []
    for axis in _axes(first):
        kind = t("evaluate.macro" if axis in SINGLE else "evaluate.micro", lang)
        row = {t("evaluate.axis", lang): t(AXIS_NAMES[axis], lang), t("evaluate.measure", lang): kind}
        row[t("evaluate.texts", lang)] = str(_row(first, axis, "f1")["n"])
        for coder, found in results.items():
            part = "en" if coder in _ENGLISH_ONLY else "all"
            figure = _figure(found.value(axis, "f1", part), lang)
            shown = f"{figure} (en)" if part == "en" and figure != "–" else figure
            row[coder_label(coder, lang)] = _with_interval(_row(found, axis, "f1"), lang) if coder == named else shown
        rows.append(row)
    return pd.DataFrame(rows)


def detail_table(evaluation: Evaluation, lang: str) -> pd.DataFrame:
    """The other figures of one coder, a row for each axis, and its F1 by language."""
    import pandas as pd

    names = {
        "alpha": t("evaluate.alpha", lang),
        "precision_40": t("evaluate.precision_40", lang),
        "ece": t("evaluate.ece", lang),
        "top3": t("evaluate.top3", lang),
    }
    assert set(names) | {"f1"} == set(MEASURES)
    languages = [name for name in dict.fromkeys(evaluation.headline["language"]) if name != "all"]
    rows = []
    for axis in _axes(evaluation):
        row = {t("evaluate.axis", lang): t(AXIS_NAMES[axis], lang)}
        row |= {label: _with_interval(_row(evaluation, axis, name), lang) for name, label in names.items()}
        row |= {f"F1 {one}": _figure(evaluation.value(axis, "f1", one), lang) for one in languages}
        rows.append(row)
    return pd.DataFrame(rows)


def code_label(axis: str, code: str, codebook: Codebook, lang: str) -> str:
    """A code's name in words; the code itself where the codebook has none."""
    if code in _SENTIMENTS:
        return t(_SENTIMENTS[code], lang)
    known = codebook.get(f"{AXIS_OF.get(axis, axis)}.{code}")
    return pick(dict(known.label), lang) if known else code


def code_table(evaluation: Evaluation, codebook: Codebook, lang: str) -> pd.DataFrame:
    """A row for each code that gold or the coder has."""
    import pandas as pd

    there = evaluation.codes[(evaluation.codes["n_gold"] > 0) | (evaluation.codes["n_coded"] > 0)]
    rows = [
        {
            t("evaluate.axis", lang): t(AXIS_NAMES[row["axis"]], lang),
            t("evaluate.code", lang): row["code"],
            t("evaluate.label", lang): code_label(row["axis"], row["code"], codebook, lang),
            t("evaluate.n_gold", lang): str(row["n_gold"]),
            t("evaluate.n_coded", lang): str(row["n_coded"]),
            t("evaluate.precision", lang): _figure(row["precision"], lang),
            t("evaluate.recall", lang): _figure(row["recall"], lang),
            "F1": _figure(row["f1"], lang),
            t("evaluate.alpha", lang): _figure(row["alpha"], lang),
        }
        for row in there.to_dict("records")
    ]
    return pd.DataFrame(rows)


def error_table(evaluation: Evaluation, axis: str, most: int, lang: str) -> pd.DataFrame:
    """The most confident wrong suggestions of an axis, at most ``most``; empty if there are none."""
    import pandas as pd

    wrong = evaluation.errors[evaluation.errors["axis"] == axis].head(most)
    rows = [
        {
            t("evaluate.row", lang): str(row["row"]),
            t("evaluate.confidence", lang): percent(row["confidence"], lang),
            t("evaluate.gold", lang): row["gold"] or "–",
            t("evaluate.coded", lang): row["coded"],
            t("evaluate.question", lang): row["question"],
            t("evaluate.text", lang): row["text"],
        }
        for row in wrong.to_dict("records")
    ]
    return pd.DataFrame(rows)


def confusion_table(evaluation: Evaluation, axis: str, codebook: Codebook, lang: str) -> pd.DataFrame:
    """Gold in rows, coder in columns, counts in the cells; empty for an axis with several codes."""
    import pandas as pd

    pairs = evaluation.confusion[evaluation.confusion["axis"] == axis]
    order = [*evaluation.codes.loc[evaluation.codes["axis"] == axis, "code"], ""]
    count = {(gold, coded): n for gold, coded, n in zip(pairs["gold"], pairs["coded"], pairs["n"], strict=True)}
    columns = [code for code in order if code in set(pairs["coded"])]
    rows = []
    for gold in (code for code in order if code in set(pairs["gold"])):
        row = {t("evaluate.gold_by_coded", lang): code_label(axis, gold, codebook, lang)}
        shown = {code_label(axis, coded, codebook, lang): count.get((gold, coded), 0) for coded in columns}
        rows.append(row | {label: str(n or "·") for label, n in shown.items()})
    return pd.DataFrame(rows)


def tidy(results: Mapping[str, Evaluation]) -> pd.DataFrame:
    """Every figure of every coder in a row: ``coder``, ``axis``, ``code``, ``language``, ``measure``, ``value``, …."""
    import pandas as pd

    parts = []
    for coder, found in results.items():
        parts.append(found.headline.assign(coder=coder, code=""))
        each = found.codes.melt(["axis", "code"], var_name="measure", value_name="value")
        parts.append(each.assign(coder=coder, language="all"))
    names = ["coder", "axis", "code", "language", "measure", "value", "lo", "hi", "n"]
    return pd.concat([part.reindex(columns=names) for part in parts], ignore_index=True)
