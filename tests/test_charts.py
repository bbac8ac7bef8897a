"""Pictures: a PNG with a text that says every value, the same bytes every time."""

from __future__ import annotations

import math
import struct

import pandas as pd
import pytest

from cjm_research.charts import Picture, draw_emotions, draw_share_heatmap

NAN = math.nan
COUNTS = pd.DataFrame(
    [("Price", "Use", 3, 8), ("Price", "Review", 1, 2), ("Delay", "Use", 0, 8)], columns=["row", "column", "k", "n"]
)
POINTS = pd.DataFrame(
    [("Use", "Young", -1.25, -2.0, 0.5, 6), ("Use", "Old", 1.0, NAN, NAN, 2), ("Review", "Old", 0.5, 0.0, 1.0, 3)],
    columns=["stage", "persona", "value", "lo", "hi", "n"],
)
LONG = "Поддержка и послепродажное обслуживание"


def size(picture: Picture) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header."""
    assert picture.png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture.png[16:24])
    return width, height


def test_the_heat_map_says_every_value_in_words() -> None:
    """Each square with people is named with its counts; empty squares are not."""
    picture = draw_share_heatmap(COUNTS, "en", "Pains by stage")
    assert picture.alt == "Pains by stage. Price – Use: 3 of 8; Price – Review: 1 of 2; Delay – Use: 0 of 8"
    assert draw_share_heatmap(COUNTS, "ru", "Боли").alt.startswith("Боли. Price – Use: 3 из 8; ")


def test_the_emotion_chart_says_every_value_in_words() -> None:
    """Each point with its interval and people; two people have no figure, so none is said."""
    picture = draw_emotions(POINTS, "en", "Feelings")
    assert picture.alt == ("Feelings. Young, Use: −1.2 (−2.0…+0.5), n = 6; Old, Review: +0.5 (0.0…+1.0), n = 3")


@pytest.mark.parametrize(
    "draw", [lambda: draw_share_heatmap(COUNTS, "ru", "Т"), lambda: draw_emotions(POINTS, "ru", "Т")]
)
def test_the_same_bytes_twice(draw: object) -> None:
    """No date, no version and no random number is in the file."""
    one, two = draw(), draw()  # type: ignore[operator]
    assert one.png == two.png
    assert b"Software" not in one.png
    assert b"tEXt" not in one.png


def test_pictures_are_as_wide_as_they_are_shown_sharp() -> None:
    """Pixels are 1.5 times the width told to the page; more rows make it higher."""
    low = draw_share_heatmap(COUNTS, "en", "T")
    high = draw_share_heatmap(pd.concat([COUNTS, COUNTS.assign(row=LONG)]), "en", "T")
    assert (size(low)[0], low.width) == (1843, 1229)
    assert size(high)[1] > size(low)[1]


def test_a_notebook_gets_the_picture_and_its_text() -> None:
    """Jupyter shows the PNG, keeps the alternative text and shows it where there are no pictures."""
    data, metadata = Picture(b"png", "words", 640)._repr_mimebundle_()
    assert data == {"image/png": b"png", "text/plain": "words"}
    assert metadata == {"image/png": {"alt": "words", "width": 640}}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_nothing_to_show_is_said(lang: str) -> None:
    """No rows give a small picture with a sentence, not an error."""
    words = {"en": "Nothing has been coded here yet.", "ru": "Здесь пока ничего не закодировано."}[lang]
    assert draw_share_heatmap(COUNTS.iloc[:0], lang, "T").alt == words
    assert draw_emotions(POINTS.iloc[:0], lang, "T").alt == words


def test_too_few_people_everywhere_can_be_drawn() -> None:
    """A chart in which no square has three people has no colours but all its words."""
    few = COUNTS.assign(n=2, k=1)
    assert draw_share_heatmap(few, "en", "T").alt.count("1 of 2") == 3
    assert draw_emotions(POINTS.assign(n=2), "en", "T").alt == "T. "


def test_many_personas_and_long_names_fit() -> None:
    """Ten personas, more than there are colours, and labels of several words are drawn without a warning."""
    many = pd.concat([POINTS.iloc[:1].assign(persona=f"{LONG} {number}", stage=LONG) for number in range(10)])
    assert draw_emotions(many, "ru", LONG).alt.count("n = 6") == 10
