"""The persona card: facts with the number of people they are known of, gaps said openly."""

from __future__ import annotations

import pandas as pd
import pytest

from cjm_research.render.portrait import AttributeLine, attribute_lines, render_card
from cjm_research.study import Study
from tests.conftest import cells_of, map_context, unbalanced


def line(values: list[str], lang: str = "en", name: str = "age") -> AttributeLine:
    """The one line of a group with one attribute."""
    people = pd.DataFrame(
        {"participant_id": list("abcdefgh")[: len(values)], "persona_id": "", "wave": "", name: values}
    )
    (found,) = attribute_lines(people, lang)
    return found


@pytest.mark.parametrize(
    ("values", "text", "n"),
    [
        (["31", "25", "58"], "median 31, from 25 to 58", 3),
        (["30", "", "30"], "30", 2),
        (["2,5", "3"], "median 3, from 2 to 3", 2),
        (["Leeds", "leeds", "Leeds", "York"], "Leeds\u00a0— 3; York\u00a0— 1", 4),
        (["a", "a", "b", "c", "d", "e"], "a\u00a0— 2; b\u00a0— 1; c\u00a0— 1; others\u00a02", 6),
        (["a", "b", "c", "d"], "4 different answers", 4),
        (["25", "about 30"], "25\u00a0— 1; about 30\u00a0— 1", 2),
    ],
)
def test_values_are_summed_up(values: list[str], text: str, n: int) -> None:
    """Numbers give median and range; words their counts, the most frequent spelling standing for all."""
    assert line(values) == AttributeLine("Age", text, n)


def test_known_attributes_come_first_and_empty_ones_not_at_all() -> None:
    """The order is that of a portrait; a study's own attributes follow with their names as words."""
    people = pd.DataFrame(
        {
            "participant_id": ["a"],
            "persona_id": ["p"],
            "wave": ["w"],
            "team_size": ["5"],
            "pet_name": ["Rex"],
            "age": ["30"],
            "sex": ["f"],
            "work": [" "],
        }
    )
    assert [found.name for found in attribute_lines(people, "ru")] == ["Пол", "Возраст", "Размер команды", "Pet name"]


def card(study: Study, persona: str, lang: str = "en") -> str:
    """The card of one persona of the tiny study."""
    people = study.participants[study.participants["persona_id"] == persona]
    return str(render_card(people, cells_of(study, persona), map_context(study, lang), {"description": "Busy <b>"}))


@pytest.mark.parametrize("persona", ["young", "old"])
def test_the_card_is_well_formed_and_escaped(tiny_study: Study, persona: str) -> None:
    """Balanced tags, no tag from a text, no address."""
    html = card(tiny_study, persona)
    assert unbalanced(html) == []
    assert "<p>Busy &lt;b&gt;</p>" in html
    assert "http" not in html
    assert "<script" not in html


def test_the_card_says_what_is_not_known(tiny_study: Study) -> None:
    """Nobody voiced a fear: no data. A fact of one person of three says so. Thin stages are named with their people."""
    html = card(tiny_study, "young")
    assert '<h3>Fears</h3>\n<span class="cjm-none">no data</span>' in html
    assert 'Place: Leeds\u00a0— 1 <small class="cjm-muted">(known of 1 of 3)</small>' in html
    assert "Age: median 31, from 25 to 35</li>" in html
    assert "<li>Decision <em>0 people</em></li>" in html
    assert "<li>Purchase <em>3 people</em></li>" in html


def test_the_card_counts_people(tiny_study: Study) -> None:
    """Main pains and channels come with the people behind them."""
    html = card(tiny_study, "young", "ru")
    assert "<li>Неисправность <em>2 из 3 · 21–94\u202f%</em></li>" in html
