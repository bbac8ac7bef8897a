"""The machine coders of a study together, and what they learn from people's decisions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from cjm_research.choices import Choice
from cjm_research.study import Study, open_study
from cjm_research.summaries import learned_scores

ROOT = Path(__file__).parents[1]
STUDY = "project_saas"
TALK = """Interviewer: How was delivery?
Anna: The courier was late.
Interviewer: And the price?
Anna: It was fine. I paid by card.
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one demo study, coded."""
    root = tmp_path_factory.mktemp("learning")
    shutil.copytree(ROOT / "interview_transcripts" / STUDY, root / "interview_transcripts" / STUDY)
    return root


@pytest.fixture(scope="module")
def study(workspace: Path) -> Study:
    """The study before anybody decided."""
    return open_study(STUDY, workspace)


def machine_rows(study: Study) -> pd.DataFrame:
    """Suggestions of the machine."""
    return study.codings[study.codings["coder_kind"] != "human"].reset_index(drop=True)


def test_every_suggestion_tells_why(study: Study) -> None:
    """A suggested code has words as its evidence, or examples it is most like; calm passages may have neither."""
    rows = machine_rows(study)
    bare = rows[(rows["evidence"].map(len) == 0) & (rows["examples"].map(len) == 0)]
    assert set(bare["code"]) <= {"sentiment"} | {code for code in bare["code"] if code.startswith(("stage.", "flag."))}
    assert (bare["code"] == "sentiment").sum() == (bare.loc[bare["code"] == "sentiment", "value"] == 0).sum()
    texts = dict(zip(study.transcripts["transcript_id"], study.transcripts["text"], strict=True))
    whose = dict(zip(study.segments["segment_id"], study.segments["transcript_id"], strict=True))
    for segment, spans in zip(rows["segment_id"], rows["evidence"], strict=True):
        assert all(texts[whose[segment]][start:end].strip() for start, end in spans)


def test_each_passage_has_one_stage_and_one_feeling(study: Study) -> None:
    """Suggestions never give a passage two stages, emotions or sentiments; confidence lies between 0 and 1."""
    rows = machine_rows(study)
    for axis in ("stage.", "emotion.", "sentiment"):
        assert not rows.loc[rows["code"].str.startswith(axis), "segment_id"].duplicated().any()
    assert rows["confidence"].between(0, 1).all()


def test_decisions_correct_the_suggestions(study: Study, workspace: Path) -> None:
    """Few decisions move nothing; from twenty on, like passages follow what people say, in the next session, the same
    each time, and how much it brings is told.
    """
    before = machine_rows(study)
    queue = study.review_queue(60)
    assert len(queue) == len(set(queue)) == 60
    assert study.review_queue(30) == queue[:30]
    study.decide(*(Choice(segment, "stage.review", "add") for segment in queue[:10]), coder="Anna")
    few = open_study(STUDY, workspace)
    assert list(machine_rows(few)["confidence"]) == list(before["confidence"])
    few.decide(*(Choice(segment, "stage.review", "add") for segment in queue[10:40]), coder="Anna")
    assert list(machine_rows(few)["confidence"]) == list(before["confidence"])  # nothing moves under one's hands
    one, two = open_study(STUDY, workspace), open_study(STUDY, workspace)
    learned = machine_rows(one)
    pd.testing.assert_frame_equal(learned, machine_rows(two))
    shutil.rmtree(one.output / "tables")
    pd.testing.assert_frame_equal(learned, machine_rows(open_study(STUDY, workspace)))
    undecided = ~learned["segment_id"].isin(queue[:40]) & (learned["code"] == "stage.review")
    was = ~before["segment_id"].isin(queue[:40]) & (before["code"] == "stage.review")
    assert undecided.sum() > was.sum()
    assert not set(queue[:40]) & set(one.review_queue(100))
    told = learned_scores(one, "ru")
    assert told.iloc[0].tolist()[:2] == ["этап", 40]


def test_without_an_embedder_the_rules_speak(workspace: Path, tmp_path: Path) -> None:
    """``embedder: none`` leaves the codings of the rules, and the queue goes by place."""
    folder = tmp_path / "interview_transcripts" / "plain"
    folder.mkdir(parents=True)
    (folder / "study.yml").write_text("embedder: none\n", encoding="utf-8")
    (folder / "a.txt").write_text(TALK, encoding="utf-8")
    plain = open_study("plain", tmp_path)
    assert set(plain.codings["coder"]) <= {"keywords@1", "sentiment-lemmas@1"}
    assert plain.review_queue() == list(plain.segments["segment_id"])
    assert plain.learned is None
