"""Key points: each with its number, interval and quotes."""

from __future__ import annotations

import re

from cjm_research.render.key_points import render_key_points
from cjm_research.study import Study
from tests.conftest import cells_of, map_context, surely_low, unbalanced


def test_the_lowest_point_and_the_main_pain(tiny_study: Study) -> None:
    """A stage whose interval lies below zero is the lowest point; two of five name defects."""
    cells = surely_low(cells_of(tiny_study, "*"))
    html = str(render_key_points(cells, map_context(tiny_study, "en")))
    titles = re.findall(r"<b>(.*?)</b>", html)
    assert titles == ["Lowest point: “Purchase”, −0.6 (−1.1…−0.1)", "Main pain: Defect"]
    assert "2 of 5 (12–77%), intensity 1.0 of 3" in html
    assert unbalanced(html) == []


def test_quotes_go_the_way_of_the_mean(tiny_study: Study) -> None:
    """Beside a low point stand at most three passages, all with a bad feeling, linked to the appendix."""
    context = map_context(tiny_study, "en")
    first = str(render_key_points(surely_low(cells_of(tiny_study, "*")), context)).split("</li>")[0]
    linked = re.findall(r'href="#q-(\w+)"', first)
    assert 1 <= len(linked) <= 3
    assert all(context.feelings[segment] < 0 for segment in linked)


def test_a_good_and_a_bad_stage_are_both_told(tiny_study: Study) -> None:
    """The best point is told where the mean is above zero."""
    cells = cells_of(tiny_study, "*").copy()
    awareness = (cells["lane"] == "sentiment") & (cells["stage"] == "awareness")
    cells.loc[awareness, ["value", "lo", "hi"]] = [1.0, 0.5, 1.5]
    html = str(render_key_points(cells, map_context(tiny_study, "ru")))
    assert "<b>Лучше всего — «Осознание»: +1,0 (+0,5…+1,5)</b>" in html


def test_a_barrier_is_told_with_its_stage(tiny_study: Study) -> None:
    """A pain that stopped 3 people or more is a point of its own, with their number; fewer make no headline."""
    cells = cells_of(tiny_study, "*").copy()
    here = (cells["item"] == "defect") & (cells["stage"] == "purchase")
    cells.loc[here, ["k_barrier", "n"]] = [3, 5]
    html = str(render_key_points(cells, map_context(tiny_study, "en")))
    assert "<b>Stopped at “Purchase”: Defect</b><small>3 of 5 (23–88%)" in html
    cells.loc[here, "k_barrier"] = 2
    assert "Stopped at" not in str(render_key_points(cells, map_context(tiny_study, "en")))


def test_two_people_make_no_point(tiny_study: Study) -> None:
    """Persona old is two people: it is said that they are too few."""
    html = str(render_key_points(cells_of(tiny_study, "old"), map_context(tiny_study, "en")))
    assert re.findall(r"<b>(.*?)</b>", html) == ["Too few people for a key point."]
