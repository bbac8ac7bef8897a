"""The emotion row: a point per stage with a whisker for its interval, as inline SVG.

Points are joined by a thin line, not a ribbon: a ribbon would claim knowledge between stages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from cjm_research.i18n import mean_with_interval, signed, t
from cjm_research.journey import LOW_N, MIN_N
from cjm_research.render.html import Html, render

__all__ = ["EmotionPoint", "render_emotion_row"]

_COLUMN, _MIDDLE, _UNIT = 124, 84, 33
_NEUTRAL = 0.25  # closer to zero than this a point is drawn grey: neither good nor bad


@dataclass(frozen=True)
class EmotionPoint:
    """Mean feeling at one stage, −2…+2, with its interval; NaN where there is nothing. n people."""

    stage: str
    value: float
    lo: float
    hi: float
    n: int
    evidence: tuple[str, ...] = ()


def _y(value: float) -> float:
    return round(_MIDDLE - value * _UNIT, 1)


def _words(point: EmotionPoint, lang: str) -> str:
    if point.n < MIN_N:
        return t("map.curve_few", lang, stage=point.stage, n=point.n)
    value = mean_with_interval(point.value, point.lo, point.hi, lang)
    return t("map.curve_point", lang, stage=point.stage, value=value, n=point.n)


def _mark(point: EmotionPoint, x: int, lang: str) -> dict[str, object]:
    tone = "neu" if abs(point.value) < _NEUTRAL else "pos" if point.value > 0 else "neg"
    low = point.n < LOW_N
    # The number stands beside its point, on the side where the whisker leaves room.
    return {
        "x": x,
        "y": _y(point.value),
        "whisker": "" if math.isnan(point.lo) else (_y(point.lo), _y(point.hi)),
        "tone": tone,
        "low": low,
        "label": signed(point.value, lang),
        "words": _words(point, lang),
        "point": point,
    }


def render_emotion_row(points: list[EmotionPoint], lang: str) -> Html:
    """Draw one point a stage, in the order given. Fewer than 3 people: a word instead of a number."""
    shown: list[dict[str, object]] = []
    gaps: list[dict[str, object]] = []
    for position, point in enumerate(points):
        x = _COLUMN // 2 + position * _COLUMN
        if point.n >= MIN_N and not math.isnan(point.value):
            shown.append(_mark(point, x, lang))
        else:
            word = "map.no_data" if point.n == 0 else "map.too_few"
            gaps.append({"x": x, "word": t(word, lang, n=point.n), "point": point})
    lines = [
        {"a": a, "b": b, "dashed": bool(a["low"] or b["low"])}
        for a, b in pairwise(shown)
        if int(str(b["x"])) - int(str(a["x"])) == _COLUMN
    ]
    return render(
        "emotion.svg.j2",
        lang,
        width=_COLUMN * len(points),
        height=2 * _MIDDLE,
        grid=[{"y": _y(v), "value": v} for v in (-2, -1, 0, 1, 2)],
        description="; ".join(_words(point, lang) for point in points),
        shown=shown,
        gaps=gaps,
        lines=lines,
    )
