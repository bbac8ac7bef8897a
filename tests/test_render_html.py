"""Pieces of HTML: everything escaped, labels hyphenated without losing a letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.render.html import PAGE_STYLE, PARTS_STYLE, Html, hyphenate, render


def test_values_are_escaped_and_finished_pieces_are_not() -> None:
    """Text with tags stays text; a piece that was rendered goes into another as it is."""
    inner = render("paragraph.html.j2", "en", text='<script>alert("x")</script> & more')
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; more" in inner
    assert "<script" not in inner
    outer = render("paragraph.html.j2", "en", text=inner)
    assert str(inner) in outer


def test_a_forgotten_value_is_an_error() -> None:
    """A template that is not given what it needs does not render an empty place."""
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("paragraph.html.j2", "en")


def test_a_notebook_shows_it() -> None:
    """Jupyter gets the HTML in a frame for our style; a log gets one short line."""
    piece = Html("<p>x</p>")
    assert piece._repr_html_() == '<div class="cjm"><p>x</p></div>'
    assert repr(piece) == "<Html: 8 characters>"


@pytest.mark.parametrize(
    ("word", "lang", "expected"),
    [
        ("рекомендация", "ru", "реко\u00adмен\u00adда\u00adция"),
        ("Consideration", "en", "Con\u00adsid\u00ader\u00ada\u00adtion"),
        ("Покупка", "ru", "Покупка"),
        ("short word", "en", "short word"),
    ],
)
def test_long_words_are_broken_at_syllables(word: str, lang: str, expected: str) -> None:
    """Words of ten letters or more get soft hyphens, at least three letters from either end."""
    assert hyphenate(word, lang) == expected


@given(st.text(st.characters(exclude_characters="\u00ad", exclude_categories=["Cs"])), st.sampled_from(["ru", "en"]))
def test_hyphens_are_all_that_is_added(text: str, lang: str) -> None:
    """Without the soft hyphens the label is what it was."""
    assert hyphenate(text, lang).replace("\u00ad", "") == text


@pytest.mark.parametrize("style", [PAGE_STYLE, PARTS_STYLE], ids=lambda path: path.name)
def test_styles_load_nothing_from_elsewhere(style: object) -> None:
    """No address, no import, no font file; braces are balanced."""
    text = style.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert not any(word in text for word in ("http", "url(", "@import", "@font-face"))
    assert text.count("{") == text.count("}") > 0
