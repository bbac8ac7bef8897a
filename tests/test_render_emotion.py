"""The emotion row: a point a stage, a word where people are too few."""

from __future__ import annotations

import math
import re

from cjm_research.render.emotion import EmotionPoint, render_emotion_row
from tests.conftest import unbalanced

NAN = math.nan
POINTS = [
    EmotionPoint("Awareness", 1.25, 0.5, 2.0, 6),
    EmotionPoint("Purchase", -1.0, -2.0, 0.0, 4),
    EmotionPoint("Use & more", -1.5, NAN, NAN, 2),
    EmotionPoint("Support", NAN, NAN, NAN, 0),
    EmotionPoint("Review", 0.1, -0.1, 0.3, 5),
]


def test_title_and_description_say_every_stage() -> None:
    """A screen reader hears what the picture shows, stage by stage, with words where there is no figure."""
    svg = render_emotion_row(POINTS, "en")
    assert "<title>Emotion curve: mean over participants with 95% intervals</title>" in svg
    description = re.search("<desc>(.*?)</desc>", svg, re.DOTALL)
    assert description is not None
    assert description.group(1).split("; ") == [
        "Awareness: +1.2 (+0.5…+2.0), n = 6",
        "Purchase: −1.0 (−2.0…0.0), n = 4",
        "Use &amp",
        "more: 2 people, too few",
        "Support: 0 people, too few",
        "Review: +0.1 (−0.1…+0.3), n = 5",
    ]


def test_fewer_than_three_people_have_no_number() -> None:
    """Neither drawn nor written nor hidden in an attribute: two people give a word."""
    svg = render_emotion_row(POINTS[2:4], "ru")
    assert "1,5" not in svg
    assert "1.5" not in re.sub(r'stroke-width="1.5"', "", svg)
    assert "<circle" not in svg
    assert "data-value" not in svg
    assert re.findall(r'class="cjm-gap"[^>]*>([^<]*)<', svg) == ["2 человека", "нет данных"]


def test_points_stand_where_their_values_are() -> None:
    """Up is good: 1.25 is above 0, −1 below; the whisker runs from one end of the interval to the other."""
    svg = render_emotion_row(POINTS, "en")
    circles = re.findall(r'<circle cx="(\d+)" cy="([\d.]+)" r="6.5" class="([^"]*)"', svg)
    assert circles == [
        ("62", "42.8", "cjm-dot cjm-pos"),
        ("186", "117.0", "cjm-dot cjm-neg cjm-low"),
        ("558", "80.7", "cjm-dot cjm-neu"),
    ]
    assert 'd="M62 67.5V18.0' in svg
    assert 'data-n="6" data-value="1.2500" data-lo="0.5000" data-hi="2.0000"' in svg


def test_lines_join_neighbours_only() -> None:
    """No line jumps over a stage without a figure; a line to a point of few people is dashed."""
    svg = render_emotion_row(POINTS, "en")
    assert re.findall(r'<line x1="(\d+)" y1="[\d.]+" x2="(\d+)" [^>]*class="(cjm-join[^"]*)"', svg) == [
        ("62", "186", "cjm-join cjm-dash")
    ]


def test_it_is_well_formed_and_needs_no_network() -> None:
    """Tags are balanced, and the only address is the name of the SVG language."""
    svg = render_emotion_row(POINTS, "ru")
    assert unbalanced(svg) == []
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert unbalanced(render_emotion_row([], "en")) == []
