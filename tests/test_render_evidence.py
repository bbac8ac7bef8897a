"""The evidence appendix and the account of method."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cjm_research.render.evidence import render_evidence, render_method, reviewed_share
from cjm_research.study import Study
from cjm_research.tables import CODINGS, empty_table, make_table
from tests.conftest import cells_of, map_context, unbalanced


@pytest.mark.parametrize("persona", ["*", "young", "old"])
def test_every_counted_passage_stands_once(tiny_study: Study, persona: str) -> None:
    """The appendix holds exactly the evidence of all cells but “people”, each passage one article."""
    cells = cells_of(tiny_study, persona)
    html = str(render_evidence(cells, tiny_study.codings, map_context(tiny_study, "en")))
    anchors = re.findall(r'<article id="q-(\w+)"', html)
    wanted = {segment for ids in cells[cells["lane"] != "people"]["evidence_ids"] for segment in ids}
    assert len(anchors) == len(set(anchors)) > 2
    assert set(anchors) == wanted
    assert unbalanced(html) == []
    assert "http" not in html


def test_a_passage_stands_in_its_turn_with_its_place(tiny_study: Study) -> None:
    """Question, whole turn with the passage marked, person, file, place, offsets and codes."""
    html = str(render_evidence(cells_of(tiny_study, "young"), tiny_study.codings, map_context(tiny_study, "en")))
    article = next(part for part in html.split("</article>") if "furious.</mark>" in part)
    assert '<div class="cjm-ask">How was paying?</div>' in article
    assert "The website kept crashing and I was furious.</mark> In the end I paid by phone.</div>" in article
    text = str(tiny_study.transcripts.set_index("transcript_id").loc["anna.txt", "text"])
    start = text.index("The website")
    assert f'data-transcript="anna.txt" data-start="{start}" data-end="{start + 44}"' in article
    assert f"P01 · anna.txt · turn 4 · characters {start}–{start + 44}" in article
    assert '<span class="cjm-code">Anger</span>' in article
    assert '<span class="cjm-code">sentiment −2</span>' in article


def test_tags_in_answers_stay_text(tiny_study: Study) -> None:
    """An answer with a script is shown as it was typed."""
    html = str(render_evidence(cells_of(tiny_study, "*"), tiny_study.codings, map_context(tiny_study, "en")))
    assert "<script" not in html
    assert "The page <script>alert(1)</script> crashed" in unescape(html)


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([("rule", "suggested"), ("rule", "suggested")], 0.0),
        ([("human", "suggested"), ("rule", "suggested")], 0.5),
        ([("rule", "accepted"), ("rule", "rejected"), ("model", "suggested"), ("human", "accepted")], 0.75),
        ([], 0.0),
    ],
)
def test_the_reviewed_share(rows: list[tuple[str, str]], share: float) -> None:
    """A coding counts as reviewed if a person made it or decided on it."""
    codings = make_table(
        CODINGS,
        [
            {
                "segment_id": f"s{n}",
                "code": "stage.use",
                "coder": "c",
                "coder_kind": kind,
                "confidence": 1.0,
                "status": s,
            }
            for n, (kind, s) in enumerate(rows)
        ],
    )
    assert reviewed_share(codings) == share


def test_the_method_is_told_in_figures(tiny_study: Study) -> None:
    """Number of passages, coders, coverage, people in no persona, versions; each a line."""
    html = str(render_method(tiny_study.segments, tiny_study.codings, (2, 7), map_context(tiny_study, "en")))
    lines = re.findall("<li>(.*?)</li>", html)
    assert len(lines) == 9
    assert lines[0] == "14 passages (sentences) of participants."
    assert "0% of the codings have been checked by a person" in lines[1]
    assert all(coder in lines[1] for coder in set(tiny_study.codings["coder"]))
    assert lines[6].startswith("2 of 7 participants of this wave belong to no persona")
    assert tiny_study.codebook.fingerprint[:12] in lines[8]
    assert unbalanced(html) == []


def test_the_method_of_nothing(tiny_study: Study) -> None:
    """No passages and no codings still make a text."""
    html = render_method(tiny_study.segments.iloc[:0], empty_table(CODINGS), (0, 0), map_context(tiny_study, "ru"))
    assert "0\u202f%" in html
