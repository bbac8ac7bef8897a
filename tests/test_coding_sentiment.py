"""The sentiment coder: what it calls polar, what it leaves alone, and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_research.coding.sentiment import sentiment_probabilities, suggest_sentiment
from cjm_research.coding.sentiment_features import phrase_key, polar_hits, tokens
from cjm_research.errors import CjmError
from cjm_research.tables import CODINGS, SEGMENTS, check_table, make_table

REPO = Path(__file__).parents[1]
OFFSET = 100


def _segments(*passages: tuple[str, str], question: str = "") -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "segment_id": f"s{i}",
            "transcript_id": "t.txt",
            "turn": 1,
            "participant_id": "P1",
            "start": OFFSET,
            "end": OFFSET + len(text),
            "text": text,
            "question": question,
            "language": language,
        }
        for i, (language, text) in enumerate(passages)
    ]
    return make_table(SEGMENTS, rows)


def _value(language: str, text: str, question: str = "") -> float:
    return float(suggest_sentiment(_segments((language, text), question=question))["value"].iloc[0])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Мне не понравилось"),
        ("ru", "ничего хорошего"),
        ("ru", "Не могу сказать, что довольна"),
        ("ru", "Деньги так и не вернули"),
        ("ru", "Не работает оплата"),
        ("ru", "Очень долго ждала курьера"),
        ("ru", "Спасибо, что хоть не через месяц"),
        ("en", "I didn't like it"),
        ("en", "nothing good about it"),
        ("en", "Not happy with the support"),
        ("en", "The payment doesn't work"),
        ("en", "I wouldn't recommend it"),
        ("en", "thanks for nothing"),
        ("en", "Do not waste your money here!"),
    ],
)
def test_complaints_are_negative(language: str, text: str) -> None:
    """A complaint is negative, also where only a negation or an idiom makes it one."""
    assert _value(language, text) < 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Доставили вовремя, курьер вежливый"),
        ("ru", "Никаких проблем не было"),
        ("ru", "Не жалею, что купила"),
        ("ru", "Всё понравилось, спасибо!"),
        ("en", "Support was quick and friendly"),
        ("en", "No problems so far"),
        ("en", "not bad at all"),
        ("en", "I'm not disappointed"),
    ],
)
def test_praise_is_positive(language: str, text: str) -> None:
    """Praise is positive, also as a complaint that is denied."""
    assert _value(language, text) > 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "не скажу, что плохо"),
        ("ru", "Опоздал, но предупредил, так что не скажу, что плохо"),
        ("ru", "могло быть и хуже"),
        ("ru", "нет"),
        ("ru", "хз"),
        ("ru", "всё ок"),
        ("en", "I can't say it's been bad"),
        ("en", "could be worse"),
        ("en", "all good"),
        ("en", "n/a"),
        ("en", "no"),
    ],
)
def test_faint_praise_and_non_answers_are_not_negative(language: str, text: str) -> None:
    """A denied complaint, "could be worse" and an answer that says nothing are never negative."""
    assert _value(language, text) >= 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Заказываю раз в месяц"),
        ("ru", "Узнала от подруги"),
        ("ru", "А доставка в субботу бывает?"),
        ("ru", "Хотелось бы тёмную тему"),
        ("ru", "Было бы удобно видеть остаток"),
        ("en", "I order once a month"),
        ("en", "Do you deliver on Saturdays?"),
        ("en", "It would be nice to have a dark mode"),
    ],
)
def test_facts_questions_and_wishes_are_neutral(language: str, text: str) -> None:
    """Plain facts, questions and calm wishes are 0, and not because they are mixed."""
    codings = suggest_sentiment(_segments((language, text)))
    assert codings[["value", "memo"]].to_numpy().tolist() == [[0.0, ""]]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Приложение удобное, но постоянно вылетает"),
        ("en", "It was great but the delivery took two weeks"),
    ],
)
def test_mixed_is_zero_and_says_so(language: str, text: str) -> None:
    """A passage that praises and complains has the value 0 and the memo "mixed"."""
    codings = suggest_sentiment(_segments((language, text)))
    assert codings[["value", "memo"]].to_numpy().tolist() == [[0.0, "mixed"]]


@pytest.mark.xfail(reason="irony told only by its situation needs knowledge of the world, not words", strict=True)
@pytest.mark.parametrize("text", ["Great, just what I needed: a third password", "Thanks for the swim at the bus stop"])
def test_hard_irony_in_english_is_negative(text: str) -> None:
    """Praise that the situation turns into a complaint should be negative."""
    assert _value("en", text) < 0


def test_irony_with_a_wait_in_it_is_negative() -> None:
    """Praise ("Просто прекрасно") about a third hour of waiting is a complaint: the words of waiting weigh more."""
    assert _value("ru", "Просто прекрасно: третий час жду ответа") < 0


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("ru", "Отвратительное обслуживание", -2),
        ("ru", "Мне не понравилось", -1),
        ("en", "Very poor service.", -2),
        ("en", "The app is brilliant", 2),
        ("en", "They never called me back", -1),
    ],
)
def test_strong_words_and_intensifiers_double(language: str, text: str, value: int) -> None:
    """A strong word or an intensifier before a polar word makes ±2, else a polar passage is ±1."""
    assert _value(language, text) == value


def test_question_is_evidence() -> None:
    """A bare noun is likelier a complaint after "what annoyed you?" than after "what did you like?"."""
    annoyed = sentiment_probabilities("Парковка", "ru", "Что вам не понравилось, какие были проблемы?")
    liked = sentiment_probabilities("Парковка", "ru", "Что вам понравилось?")
    assert annoyed["negative"] > liked["negative"]
    assert annoyed["positive"] < liked["positive"]


def test_evidence_points_at_the_words_in_the_transcript() -> None:
    """Evidence spans count in the transcript's text and hold the negation as well as the word."""
    text = "Мне не понравилось"
    (evidence,) = suggest_sentiment(_segments(("ru", text)))["evidence"]
    assert evidence == ((OFFSET + 4, OFFSET + 18),)
    assert text[4:18] == "не понравилось"


def test_unknown_language_is_unscored() -> None:
    """A passage whose language is not known gets no row, not a neutral one."""
    codings = suggest_sentiment(_segments(("und", "-"), ("ru", "Отлично"), ("de", "Sehr gut")))
    assert list(codings["segment_id"]) == ["s1"]


def test_non_answers_are_marked_unsure() -> None:
    """An answer that says nothing has a low confidence."""
    codings = suggest_sentiment(_segments(("ru", "нет"), ("en", "N/A")))
    assert list(codings["confidence"]) == [0.3, 0.3]


def test_rows_say_who_coded() -> None:
    """Every row names the coder with its version, is a suggestion, and fits the table."""
    codings = check_table(CODINGS, suggest_sentiment(_segments(("en", "Lovely people"))))
    columns = ["code", "coder", "coder_kind", "status"]
    assert codings[columns].to_numpy().tolist() == [["sentiment", "sentiment-lemmas@1", "model", "suggested"]]


def test_textblob_scores_english_only() -> None:
    """TextBlob gives 0.0 for any Russian text, so Russian passages are left unscored."""
    codings = suggest_sentiment(
        _segments(("ru", "Ужасно"), ("en", "An awful app"), ("en", "It is a phone")), "textblob"
    )
    assert codings[["segment_id", "value", "coder", "coder_kind"]].to_numpy().tolist() == [
        ["s1", -2.0, "sentiment-textblob@1", "rule"],
        ["s2", 0.0, "sentiment-textblob@1", "rule"],
    ]
    assert codings["evidence"].iloc[0] == ((OFFSET + 3, OFFSET + 8),)


def test_none_scores_nothing() -> None:
    """The engine "none" leaves everything unscored."""
    assert suggest_sentiment(_segments(("en", "Lovely")), "none").empty


def test_vader_scores_english_only() -> None:
    """VADER gives English passages its own judgement and leaves Russian ones unscored."""
    pytest.importorskip("vaderSentiment", reason="VADER is an extra: pip install cjm_research[baselines]")
    found = suggest_sentiment(_segments(("ru", "Ужасно"), ("en", "An awful app!"), ("en", "It is a phone")), "vader")
    assert found[["segment_id", "value", "coder"]].values.tolist() == [
        ["s1", -1.0, "sentiment-vader@1"],
        ["s2", 0.0, "sentiment-vader@1"],
    ]


def test_unknown_engine_is_refused() -> None:
    """An engine that does not exist is named together with those that do."""
    with pytest.raises(CjmError) as error:
        suggest_sentiment(_segments(("en", "Lovely")), "magic")
    assert error.value.text("en") == "there is no sentiment engine “magic”; engines: lemmas, textblob, vader, none"
    assert error.value.text("ru") == "нет способа оценки тональности «magic»; есть: lemmas, textblob, vader, none"


def test_negation_reaches_past_say_that() -> None:
    """After "can't say" the negation passes a comma and denies "bad"; a comma ends any other negation."""
    assert [token.lemma for token in tokens("I can't say, that it's been bad", "en") if token.negated][-1] == "bad"
    assert not tokens("Not now, bad idea", "en")[2].negated


def test_longest_phrase_wins() -> None:
    """A phrase of the word list is found whole, whatever punctuation stands inside."""
    seeds = {phrase_key("спасибо", "ru"): "positive", phrase_key("спасибо что хоть", "ru"): "negative"}
    (hit,) = polar_hits(tokens("Спасибо, что хоть позвонили", "ru"), seeds)
    assert (hit.first, hit.last, hit.kind) == (0, 2, "negative")


# Letters of living scripts and emoji; letters without a Unicode name cannot be put into lemmas.
_TEXT = st.text(st.characters(max_codepoint=0x2FFF) | st.sampled_from("😀😡👍💀🇷"), max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["ru", "en"]), _TEXT)
def test_any_text_is_scored_with_evidence_inside_it(language: str, text: str) -> None:
    """No text breaks the coder: spans are in order, apart and inside the passage, values and confidence in range."""
    row = suggest_sentiment(_segments((language, text or "x"))).iloc[0]
    edges = [edge - OFFSET for span in row["evidence"] for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(text or "x") for edge in edges)
    assert row["value"] in {-2.0, -1.0, 0.0, 1.0, 2.0}
    assert 0 < row["confidence"] <= 1


def test_weights_are_small() -> None:
    """The weights of the lemma model together stay below 400 kB."""
    folder = REPO / "cjm_research" / "coding" / "weights"
    own = [*folder.glob("sentiment_*.tsv"), *folder.glob("words_*.txt")]
    assert sum(path.stat().st_size for path in own) < 400_000


def test_scikit_learn_is_not_needed_to_score() -> None:
    """Scoring imports nothing that is only needed for training."""
    code = (
        "import sys; from cjm_research.coding.sentiment import sentiment_probabilities as p;"
        "p('Отлично', 'ru'); print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    assert done.stdout == "False\n"


@pytest.mark.shared
def test_shipped_weights_are_what_training_makes(tmp_path: Path) -> None:
    """Training again gives the shipped bytes, so nobody has to take the weights on trust."""
    pytest.importorskip("sklearn", reason="scikit-learn (extra training) is not installed")
    shared = REPO.parent / "shared"
    if not (shared / "gold" / "train.csv").exists():
        pytest.skip("the training material ../shared/gold is absent")
    script = REPO / "training" / "train_sentiment.py"
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path)], check=True, capture_output=True, cwd=REPO)
    for language in ("ru", "en"):
        name = f"sentiment_{language}.tsv"
        shipped = REPO / "cjm_research" / "coding" / "weights" / name
        assert (tmp_path / name).read_bytes() == shipped.read_bytes()
