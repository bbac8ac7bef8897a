"""An evaluation as a picture and as a page of its own."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cjm_research.charts import Picture
from cjm_research.codebook import Codebook
from cjm_research.evaluation import words
from cjm_research.evaluation.compare import Evaluation
from cjm_research.i18n import number, percent, t
from cjm_research.render.html import render

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["draw_trust", "make_page"]

_DPI, _FONT, _INK, _GRID = 144, "DejaVu Sans", "#1b2530", "#d9dfe5"
# Colour, marker and line style differ together, so that nothing depends on colour alone.
_SERIES = {
    "stage": ("#0072B2", "o", "-"),
    "sentiment": ("#A34700", "s", "--"),
    "emotion": ("#006B4F", "^", "-."),
    "pains": ("#8A4B78", "D", ":"),
    "wants": ("#595959", "v", "-"),
    "channels": ("#1F3B57", "P", "--"),
}
_FEWEST = 5  # a dot of the left picture stands for at least so many suggestions


def draw_trust(evaluation: Evaluation, lang: str) -> Picture:
    """Two pictures: how often suggestions of a confidence are right, and how precise the surest ones are."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    dots = evaluation.reliability[evaluation.reliability["n"] >= _FEWEST]
    style: Any = {"font.family": _FONT, "font.size": 10, "text.color": _INK, "axes.edgecolor": _GRID}
    with mpl.rc_context(style):
        figure = Figure(figsize=(12.8, 5.2), layout="constrained")
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2)
        left.plot([0, 1], [0, 1], color="#9aa5b1", linewidth=1, linestyle=":")
        _draw_lines(left, dots, ("confidence", "precision"), lang)
        _draw_lines(right, evaluation.coverage, ("share", "precision"), lang)
        left.set_title(t("evaluate.reliability_title", lang), fontsize=10.5, loc="left")
        right.set_title(t("evaluate.coverage_title", lang), fontsize=10.5, loc="left")
        left.set_xlabel(t("evaluate.confidence", lang))
        right.set_xlabel(t("evaluate.share", lang))
        for axes in (left, right):
            _scale(axes, lang)
        handles, labels = right.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=6, frameon=False)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
    return Picture(out.getvalue(), _in_words(evaluation, lang), round(figure.get_figwidth() * 96))


def _draw_lines(axes: Any, table: pd.DataFrame, columns: tuple[str, str], lang: str) -> None:
    known = table.dropna(subset=list(columns))
    for axis, (colour, marker, line) in _SERIES.items():
        own = known[known["axis"] == axis]
        if len(own):
            style = {"color": colour, "marker": marker, "linestyle": line, "markersize": 6}
            axes.plot(own[columns[0]], own[columns[1]], label=t(words.AXIS_NAMES[axis], lang), **style)


def _scale(axes: Any, lang: str) -> None:
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), ylabel=t("evaluate.precision", lang))
    axes.xaxis.set_major_formatter(lambda x, _: percent(x, lang))
    axes.yaxis.set_major_formatter(lambda y, _: percent(y, lang))
    axes.grid(visible=True, color="#edf0f3")
    axes.set_axisbelow(True)


def _in_words(evaluation: Evaluation, lang: str) -> str:
    said = []
    for axis in dict.fromkeys(evaluation.headline["axis"]):
        error = evaluation.value(axis, "ece")
        if error == error:  # noqa: PLR0124 – NaN: a coder without confidence
            sure = percent(evaluation.value(axis, "precision_40"), lang)
            name = t(words.AXIS_NAMES[axis], lang)
            said.append(t("evaluate.alt", lang, axis=name, precision=sure, ece=number(error, lang, 2)))
    return " ".join(said) or t("evaluate.no_confidence", lang)


def make_page(results: Mapping[str, Evaluation], title: str, codebook: Codebook, lang: str) -> str:
    """A self-contained HTML page on the first coder, the others' scores beside; title: what was evaluated."""
    first = next(iter(results.values()))
    picture = draw_trust(first, lang)
    axes = list(dict.fromkeys(first.headline["axis"]))
    named = {axis: t(words.AXIS_NAMES[axis], lang) for axis in axes}
    confused = [(named[axis], _cells(words.confusion_table(first, axis, codebook, lang))) for axis in axes]
    wrong = [(named[axis], _cells(words.error_table(first, axis, 20, lang))) for axis in axes]
    return render(
        "evaluation.html.j2",
        lang,
        title=title,
        coder=words.coder_label(next(iter(results)), lang),
        drawn=t("evaluate.drawn_sources" if first.drawn == "sources" else "evaluate.drawn_rows", lang),
        picture={"png": base64.b64encode(picture.png).decode(), "alt": picture.alt, "width": picture.width},
        scores=_cells(words.score_table(results, lang)),
        details=_cells(words.detail_table(first, lang)),
        codes=_cells(words.code_table(first, codebook, lang)),
        confusions=[(name, table) for name, table in confused if table],
        errors=[(name, table) for name, table in wrong if table],
    )


def _cells(table: pd.DataFrame) -> list[Sequence[str]]:
    """Heading and rows; nothing for an empty table."""
    return [list(table.columns), *table.itertuples(index=False, name=None)] if len(table) else []
