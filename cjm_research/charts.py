"""Statistical pictures for the reports, each with a text that says what it shows."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from cjm_research.i18n import mean_with_interval, percent, signed, t

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "draw_emotions", "draw_share_heatmap"]

_DPI, _FONT = 144, "DejaVu Sans"  # this font ships with matplotlib, so Cyrillic looks the same everywhere
_LOW_N, _MIN_N = 5, 3
_TOP_SHARE = 0.5  # the darkest colour stands for at least this share, so that 2 of 20 does not look alarming
_INK, _MUTED, _GRID = "#1b2530", "#55616d", "#d9dfe5"
# Colour, marker and line style differ together, so that nothing depends on colour alone.
_SERIES = (("#0072B2", "o"), ("#A34700", "s"), ("#006B4F", "^"), ("#8A4B78", "D"), ("#595959", "v"), ("#1F3B57", "P"))


@dataclass(frozen=True)
class Picture:
    """A PNG and its alternative text; a notebook shows the one and keeps the other for screen readers."""

    png: bytes
    alt: str
    width: int

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png, "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": self.width}}


def _to_picture(figure: Figure, alt: str) -> Picture:
    import matplotlib.pyplot as plt

    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
    plt.close(figure)
    # Shown at 96 dots an inch: sharp on dense screens, and as large as the text beside it expects.
    return Picture(out.getvalue(), alt, round(figure.get_figwidth() * 96))


def _style() -> Any:
    return {
        "font.family": _FONT,
        "font.size": 10,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.edgecolor": _GRID,
        "figure.facecolor": "white",
    }


def _wrap(labels: Sequence[str], width: int) -> list[str]:
    import textwrap

    return ["\n".join(textwrap.wrap(label, width, break_long_words=False)) or label for label in labels]


def draw_share_heatmap(counts: pd.DataFrame, lang: str, title: str) -> Picture:
    """Heat map of shares of people: a row each for ``row``, a column each for ``column``, in order of appearance.

    counts: columns row, column (labels), k, n (people). A square with fewer than 3 people gets no colour;
    fewer than 5 is hatched.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import seaborn as sns

    rows, columns = list(dict.fromkeys(counts["row"])), list(dict.fromkeys(counts["column"]))
    if not rows:
        return draw_nothing(t("chart.nothing", lang))
    place = {(row["row"], row["column"]): (int(row["k"]), int(row["n"])) for row in counts.to_dict("records")}
    grid = [[place.get((row, column), (0, 0)) for column in columns] for row in rows]
    share = pd.DataFrame([[k / n if n >= _MIN_N else math.nan for k, n in line] for line in grid])
    top = max([_TOP_SHARE, *(k / n for line in grid for k, n in line if n >= _MIN_N)])
    with mpl.rc_context(_style()):
        figure, axes = plt.subplots(figsize=(12.8, 1.3 + 0.46 * len(rows)), layout="constrained")
        bar = {"label": t("chart.share", lang), "format": lambda x, _: percent(x, lang), "pad": 0.01, "aspect": 12}
        colours = sns.light_palette("#b34d00", as_cmap=True)
        sns.heatmap(share, ax=axes, cmap=colours, vmin=0, vmax=top, linewidths=1, linecolor="white", cbar_kws=bar)
        axes.set_facecolor("#f4f6f8")
        for y, line in enumerate(grid):
            for x, (k, n) in enumerate(line):
                _write_square(axes, (x, y), (k, n, top), lang)
        axes.set_xticklabels(_wrap(columns, 14), rotation=0, fontsize=9)
        axes.set_yticklabels(_wrap(rows, 26), rotation=0)
        axes.set(xlabel="", ylabel="")
        axes.tick_params(length=0)
        figure.suptitle(title, x=0.0, ha="left", fontsize=10.5, color=_MUTED)
        said = (
            f"{row} – {column}: {t('map.k_of_n', lang, k=k, n=n)}"
            for row, line in zip(rows, grid, strict=True)
            for column, (k, n) in zip(columns, line, strict=True)
            if n
        )
        return _to_picture(figure, f"{title}. {'; '.join(said)}")


def _write_square(axes: Any, place: tuple[int, int], figures: tuple[int, int, float], lang: str) -> None:
    """Write ``k of n`` into one square; on a dark square (near ``top``) in white."""
    import matplotlib as mpl

    (x, y), (k, n, top) = place, figures
    if _MIN_N <= n < _LOW_N:
        axes.add_patch(mpl.patches.Rectangle((x, y), 1, 1, fill=False, hatch="///", edgecolor="#c3ccd4", linewidth=0))
    dark = n >= _MIN_N and k / n > 0.6 * top
    colour = "white" if dark else _INK if k and n >= _MIN_N else _MUTED
    text = t("map.k_of_n", lang, k=k, n=n) if n >= _MIN_N else t("chart.few", lang) if n else "–"
    axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=9, color=colour)


def draw_emotions(points: pd.DataFrame, lang: str, title: str) -> Picture:
    """Mean feeling by stage, a panel a stage, a dot with whisker a persona.

    points: columns stage, persona (labels, in order), value, lo, hi (−2…+2), n. Fewer than 3 people: no dot.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    stages, personas = list(dict.fromkeys(points["stage"])), list(dict.fromkeys(points["persona"]))
    if not stages:
        return draw_nothing(t("chart.nothing", lang))
    with mpl.rc_context(_style()):
        figure, panels = plt.subplots(
            1, len(stages), sharey=True, figsize=(12.8, 3.9), layout="constrained", squeeze=False
        )
        for axes, stage in zip(panels[0], stages, strict=True):
            axes.axhline(0, color="#9aa5b1", linewidth=1)
            axes.set_title(_wrap([stage], 13)[0], fontsize=9.5)
            axes.set(xlim=(-0.6, len(personas) - 0.4), ylim=(-2.1, 2.1), xticks=[])
            axes.grid(visible=True, axis="y", color="#edf0f3")
            axes.set_axisbelow(True)
            for row in points[points["stage"] == stage].to_dict("records"):
                _draw_dot(axes, personas.index(row["persona"]), row, lang)
        panels[0][0].set_yticks([-2, -1, 0, 1, 2], [signed(v, lang, 0) for v in (-2, -1, 0, 1, 2)])
        handles = [
            mpl.lines.Line2D([], [], color=colour, marker=marker, label=name, linestyle="-")
            for name, (colour, marker) in zip(personas, _SERIES * (1 + len(personas) // len(_SERIES)), strict=False)
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
        figure.suptitle(title, x=0.0, ha="left", fontsize=10.5, color=_MUTED)
        return _to_picture(figure, f"{title}. " + _emotions_in_words(points, lang))


def _draw_dot(axes: Any, position: int, row: dict[str, Any], lang: str) -> None:
    if row["n"] < _MIN_N or math.isnan(row["value"]):
        axes.text(position, -2.0, t("chart.few", lang), ha="center", fontsize=7.5, color=_MUTED)
        return
    colour, marker = _SERIES[position % len(_SERIES)]
    low = row["n"] < _LOW_N
    axes.plot([position] * 2, [row["lo"], row["hi"]], color=colour, linewidth=1.8, linestyle=":" if low else "-")
    axes.plot(position, row["value"], marker=marker, color=colour, markersize=7, mfc="white" if low else colour)


def _emotions_in_words(points: pd.DataFrame, lang: str) -> str:
    said = []
    for row in points.to_dict("records"):
        if row["n"] >= _MIN_N:
            value = mean_with_interval(row["value"], row["lo"], row["hi"], lang)
            words = t("map.curve_point", lang, stage=row["stage"], value=value, n=row["n"])
            said.append(f"{row['persona']}, {words}")
    return "; ".join(said)


def draw_nothing(text: str) -> Picture:
    """A small picture that says in words that there is nothing to show."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    with mpl.rc_context(_style()):
        figure = plt.figure(figsize=(12.8, 0.8))
        figure.text(0.01, 0.5, text, va="center", color=_MUTED)
        return _to_picture(figure, text)
