"""The journey map as HTML: every figure can be checked, few people give no figure, screen readers get along."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cjm_research.render.journey_map import lowest_stage, render_map
from cjm_research.study import Study
from tests.conftest import cells_of, map_context, surely_low, unbalanced


def draw(study: Study, persona: str, lang: str = "en") -> str:
    """The map of one persona."""
    return str(render_map(cells_of(study, persona), map_context(study, lang), "A <caption> & more"))


def attributes(html: str, tag: str, marker: str) -> list[dict[str, str]]:
    """Attributes of every tag of a kind that has the marker among them."""
    found = [dict(re.findall(r'([\w-]+)="([^"]*)"', inside)) for inside in re.findall(rf"<{tag}\b([^>]*)>", html)]
    return [one for one in found if marker in one]


@pytest.mark.parametrize("persona", ["*", "young", "old"])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_whole_map_is_well_formed_and_self_contained(tiny_study: Study, persona: str, lang: str) -> None:
    """Tags are balanced; no script, no address but the name of the SVG language."""
    html = draw(tiny_study, persona, lang)
    assert unbalanced(html) == []
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in html


def test_an_answer_with_tags_stays_text(tiny_study: Study) -> None:
    """What a respondent typed is shown, never run; the caption too."""
    html = draw(tiny_study, "*")
    assert "The page &lt;script&gt;alert(1)&lt;/script&gt; crashed &amp; I was angry." in html
    assert "<caption>A &lt;caption&gt; &amp; more</caption>" in html


def test_a_table_that_can_be_read_aloud(tiny_study: Study) -> None:
    """A caption, a heading for every column and row with its scope, a region with a name for scrolling."""
    html = draw(tiny_study, "*")
    assert html.count("<caption>") == 1
    stages = re.findall(r'<th scope="col"[^>]*>(.*?)(?:<span>|</th>)', html)
    assert [name.replace("\u00ad", "") for name in stages] == ["Awareness", "Consideration", "Decision", "Purchase"]
    rows = re.findall(r'<th scope="row">([^<]*)', html)
    assert [name.replace("\u00ad", "") for name in rows] == [
        "Participants", "Touchpoints and channels", "Emotion curve", "Emotions", "Thoughts and quotes",
        "Needs", "Expectations", "Fears", "Pains and barriers",
    ]  # fmt: skip
    assert html.count("<th") == html.count('<th scope="') + html.count("<thead>")
    assert 'tabindex="0" role="region" aria-label="A &lt;caption&gt; &amp; more"' in html


@pytest.mark.parametrize("persona", ["*", "young", "old"])
def test_quotes_carry_their_offsets(tiny_study: Study, persona: str) -> None:
    """Each quote names segment, transcript and offsets, and is what stands there in the transcript's text."""
    html = draw(tiny_study, persona)
    texts = dict(zip(tiny_study.transcripts["transcript_id"], tiny_study.transcripts["text"], strict=True))
    quotes = re.findall(
        r'<q data-segment="(\w+)" data-transcript="([^"]*)" data-start="(\d+)" data-end="(\d+)">(.*?)</q>', html
    )
    assert len(quotes) == html.count("<q ") > 3
    for _, transcript, start, end, text in quotes:
        assert texts[unescape(transcript)][int(start) : int(end)] == unescape(text)
    assert {segment for segment, *_ in quotes} <= set(tiny_study.segments["segment_id"])
    assert {f"q-{segment}" for segment, *_ in quotes} == set(re.findall(r'href="#([^"]*)"', html))


@pytest.mark.parametrize("persona", ["*", "young", "old"])
def test_every_figure_is_that_of_the_table(tiny_study: Study, persona: str) -> None:
    """k, n, interval and evidence in the page are those of the cell they name."""
    html = draw(tiny_study, persona)
    cells = cells_of(tiny_study, persona).set_index(["stage", "lane", "item"])
    figures = [one for tag in ("span", "li") for one in attributes(html, tag, "data-lane")]
    assert len(figures) > 8
    for figure in figures:
        cell = cells.loc[(figure["data-stage"], figure["data-lane"], figure.get("data-item", ""))]
        assert (int(figure["data-k"]), int(figure["data-n"])) == (cell["k"], cell["n"])
        if "data-evidence" in figure:
            assert tuple(figure["data-evidence"].split()) == cell["evidence_ids"]
        if "data-lo" in figure:
            assert (figure["data-lo"], figure["data-hi"]) == (f"{cell['lo']:.4f}", f"{cell['hi']:.4f}")
    points = attributes(html, "g", "data-value")
    feelings = cells.xs("sentiment", level="lane")
    shown = feelings[(feelings["n"] >= 3) & (feelings.index.get_level_values("stage") != "*")]
    assert [point["data-value"] for point in points] == [f"{value:.4f}" for value in shown["value"]]


def test_two_people_give_words_but_no_figure(tiny_study: Study) -> None:
    """Persona old is two people: pains are named on hatching, without bar, share, intensity or point."""
    html = draw(tiny_study, "old")
    pains = html[html.rindex('<td class="cjm-hatch">') : html.index("</tbody>")]
    assert re.findall(r'<div class="cjm-item"><b>(.*?)</b>', pains) == ["Delay", "Price"]
    assert pains.count(">2 people: too few<") == 2
    assert not any(word in pains for word in ("cjm-bar", "%", "intensity", " of 2"))
    assert not any(word in html for word in ("<circle", "data-value"))


def test_three_people_are_marked_as_few(tiny_study: Study) -> None:
    """Persona young is three people: bars have their interval in words, points are hollow and dashed."""
    html = draw(tiny_study, "young")
    assert 'role="img" aria-label="2 of 3 people, interval 21–94%"' in html
    assert '<i style="width:66.7%"></i><b style="left:20.8%;width:73.1%"></b>' in html
    dots = re.findall(r'<circle [^>]*class="([^"]*)"', html)
    assert len(dots) == 2
    assert all("cjm-low" in dot for dot in dots)
    assert "cjm-dot cjm-neg cjm-low" not in draw(tiny_study, "*")


def test_russian_readers_get_russian(tiny_study: Study) -> None:
    """Labels are in the report's language, quotes stay in their own and say so."""
    html = draw(tiny_study, "*", "ru")
    assert "Боли и барьеры" in html
    assert '<blockquote lang="en">' in html
    assert '<blockquote lang="ru">' in html


def test_the_lowest_stage_needs_five_people_and_an_interval_below_zero(tiny_study: Study) -> None:
    """Few people, or an interval that reaches zero, give no lowest point: −0.6 (−2.0…+1.0) may be chance."""
    everyone = cells_of(tiny_study, "*")
    assert lowest_stage(everyone) == ""
    assert lowest_stage(surely_low(everyone)) == "purchase"
    assert lowest_stage(surely_low(cells_of(tiny_study, "young"))) == ""
    drawn = str(render_map(surely_low(everyone), map_context(tiny_study, "en"), "caption"))
    assert drawn.count("lowest point") == 1
