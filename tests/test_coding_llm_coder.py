"""The language model coder from passages to codings: retries, checks, what is kept, what a person is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cjm_research.codebook import default_codebook
from cjm_research.coding.llm import LlmOptions, LlmRun, explain_prompt, run_llm, suggest_llm
from cjm_research.errors import CjmError
from cjm_research.tables import CODINGS, check_table, to_csv
from tests.scripted_server import Answer, Body, Script, chat, scripted_server
from tests.test_coding_keywords import segments

BOOK = default_codebook()
TABLE = segments(
    ("How was paying?", "The site was too dear."), ("", "It crashed."), ("", "I paid by phone."), start=100
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CJM_LANG", "en")


def entry(**changes: Any) -> dict[str, Any]:
    """A passage about nothing, but for the changes."""
    none = {"quote": "", "code": "none"}
    nothing = {"stage": none, "sentiment": {"quote": "", "code": "0"}, "emotion": none}
    return nothing | {"pains": [], "wants": [], "channels": [], "flags": []} | changes


def one(code: str, quote: str = "") -> dict[str, str]:
    """A code with its quote."""
    return {"quote": quote, "code": code}


def asked_about(body: Body) -> list[str]:
    """The passages that a request asks about."""
    return re.findall(r"^\[\d+\] (.*)$", body["messages"][-1]["content"], re.MULTILINE)


def dutiful(body: Body, _n: int) -> Answer:
    """Call every passage a purchase, quoting its last word."""
    texts = asked_about(body)
    return chat(
        json.dumps({str(n): entry(stage=one("purchase", text.split()[-1])) for n, text in enumerate(texts, start=1)})
    )


def options(server: Script, folder: Path, **changes: object) -> LlmOptions:
    """Options for a server; answers are kept in ``folder``."""
    return LlmOptions(**{"base_url": server.url, "model": "tiny:1b", "cache_folder": folder, **changes})  # type: ignore[arg-type]


def run(answer: Any, folder: Path, table: pd.DataFrame = TABLE, **changes: object) -> tuple[LlmRun, list[Body]]:
    """Code a table with a scripted server; returns the run and what the server was asked."""
    with scripted_server(answer) as server:
        return run_llm(table, BOOK, options(server, folder, **changes)), server.asked


def test_codes_become_codings(tmp_path: Path) -> None:
    """Every code is a row with coder, value, confidence and the place of its quote in the transcript."""
    said = {
        "1": entry(
            stage=one("purchase"),
            sentiment=one("-2", "too dear"),
            emotion=one("anger", "site"),
            pains=[one("price", "too dear") | {"intensity": 3}],
            wants=[one("need")],
            channels=[one("website", "The site")],
            flags=[one("barrier", "dear")],
        )
    }
    (codings, report), _ = run(lambda _b, _n: chat(json.dumps(said)), tmp_path, TABLE[:1])

    nothing, half, whole = (), 0.65, 0.8
    assert [tuple(row) for row in codings[["code", "confidence", "evidence", "memo"]].to_numpy()] == [
        ("stage.purchase", half, nothing, ""),
        ("sentiment", whole, ((113, 121),), ""),
        ("emotion.anger", whole, ((104, 108),), ""),
        ("pain.price", whole, ((113, 121),), ""),
        ("want.need", half, nothing, ""),
        ("channel.website", whole, ((100, 108),), ""),
        ("flag.barrier", whole, ((117, 121),), ""),
    ]
    assert codings["value"].dropna().tolist() == [-2, 3]
    assert set(codings["coder"]) == {"llm:tiny:1b@1"}
    assert set(codings["coder_kind"]) == {"model"}
    assert report.warnings() == []
    check_table(CODINGS, codings)


def test_a_quote_that_is_not_there_costs_its_code_evidence_and_confidence(tmp_path: Path) -> None:
    """An invented quote leaves no evidence, a memo for the machine, less confidence, and a line in the report."""
    said = {"1": entry(pains=[one("price", "far too expensive")], sentiment=one("mixed", "so so"))}
    (codings, report), _ = run(lambda _b, _n: chat(json.dumps(said)), tmp_path, TABLE[:1])

    rows = codings.set_index("code")
    assert rows.loc["pain.price", "memo"] == "unverified_quote"
    assert rows.loc["sentiment", "memo"] == "mixed unverified_quote"
    assert set(rows["confidence"]) == {0.4}
    assert set(rows["evidence"]) == {()}
    assert report.unverified == 2
    assert report.warnings("ru") == [
        "У 2 кодов цитат нет в их фрагментах; они остались без доказательств и с меньшей уверенностью."
    ]


def test_unknown_codes_are_dropped_and_counted(tmp_path: Path) -> None:
    """A code the codebook has not is in no row, and the report names it with how often it came."""
    strange = entry(stage=one("teleport"), pains=[one("boredom"), one("price")])
    (codings, report), _ = run(lambda _b, _n: chat(json.dumps({str(n): strange for n in (1, 2, 3)})), tmp_path)

    assert set(codings["code"]) == {"sentiment", "pain.price"}
    assert report.unknown_codes == {"pain.boredom": 3, "stage.teleport": 3}
    assert "pain.boredom (3), stage.teleport (3)" in report.warnings("en")[0]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (chat("Sure!"), "it was not valid JSON"),
        (chat('{"1": {', "length"), "it was too long and was cut off"),
        (chat("[]"), "it did not hold each numbered passage once"),
        (chat("[{}, {}, {}]"), "an entry did not have the form asked for"),
    ],
)
def test_a_broken_answer_is_asked_for_once_more(broken: Answer, reason: str, tmp_path: Path) -> None:
    """The second request says what was wrong with the first answer."""
    (codings, report), asked = run(lambda b, n: dutiful(b, n) if n else broken, tmp_path)

    assert len(codings) == 6
    assert (len(asked), report.asked) == (2, 2)
    first, second = (body["messages"][-1]["content"] for body in asked)
    assert second.startswith(first)
    assert reason in second


def test_passages_are_asked_about_alone_where_all_together_fail(tmp_path: Path) -> None:
    """After two broken answers each passage gets its own request; what fails even so stays uncoded and is named."""

    def answer(body: Body, n: int) -> Answer:
        alone = len(asked_about(body)) == 1
        return dutiful(body, n) if alone and "crashed" not in asked_about(body)[0] else chat("{", "length")

    (codings, report), asked = run(answer, tmp_path)

    assert set(codings["segment_id"]) == {"s1", "s3"}
    assert report.uncoded == ("s2",)
    assert report.warnings("en") == ["1 passage got no usable answer and stays uncoded: s2."]
    assert [len(asked_about(body)) for body in asked] == [3, 3, 1, 1, 1, 1]


def test_a_second_run_asks_nothing_and_gives_the_same_bytes(tmp_path: Path) -> None:
    """Kept answers, broken ones included, make the same table when the server is gone."""

    def answer(body: Body, n: int) -> Answer:
        return chat("no") if "It crashed." in asked_about(body) else dutiful(body, n)

    with scripted_server(answer) as server:
        first = run_llm(TABLE, BOOK, options(server, tmp_path, batch_size=2))
    second = run_llm(TABLE, BOOK, options(server, tmp_path, batch_size=2))

    assert to_csv(CODINGS, first.codings) == to_csv(CODINGS, second.codings)
    assert (first.report.asked, first.report.kept) == (second.report.kept, second.report.asked) == (6, 0)
    assert first.report.uncoded == second.report.uncoded == ("s2",)


@pytest.mark.parametrize("changes", [{"model": "other"}, {"seed": 1}, {"temperature": 0.5}, {"extra": {"top_k": 1}}])
def test_another_question_is_asked_anew(changes: dict[str, object], tmp_path: Path) -> None:
    """A change of model or options is another question; what matters not to the answer is none."""
    run(dutiful, tmp_path)

    assert len(run(dutiful, tmp_path, **changes)[1]) == 1
    assert run(dutiful, tmp_path, timeout=5.0, temperature=0)[1] == []


def test_a_changed_passage_asks_only_its_own_file_anew(tmp_path: Path) -> None:
    """Passages of other transcripts keep their answers."""
    table = TABLE.copy()
    table["transcript_id"] = ["a", "b", "b"]
    run(dutiful, tmp_path, table)
    table.loc[0, "text"] = "Another text."

    assert [asked_about(body) for body in run(dutiful, tmp_path, table)[1]] == [["Another text."]]


def test_a_damaged_kept_answer_is_asked_for_again(tmp_path: Path) -> None:
    """A spoilt file costs one request and changes nothing."""
    first, _ = run(dutiful, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    good = kept.read_bytes()
    kept.write_bytes(good[:50])
    second, asked = run(dutiful, tmp_path)

    assert len(asked) == 1
    assert kept.read_bytes() == good
    assert to_csv(CODINGS, first.codings) == to_csv(CODINGS, second.codings)


def test_what_was_answered_before_a_failure_is_kept(tmp_path: Path) -> None:
    """When the server breaks down half-way, the next run asks only for the rest."""
    with pytest.raises(CjmError, match="kept"):
        run(lambda b, n: dutiful(b, n) if n < 2 else (500, "out of memory"), tmp_path, batch_size=1)
    (codings, report), asked = run(dutiful, tmp_path, batch_size=1)

    assert (len(asked), report.kept) == (1, 2)
    assert set(codings["segment_id"]) == {"s1", "s2", "s3"}


def test_what_does_not_fit_is_asked_in_smaller_parts(tmp_path: Path) -> None:
    """A request that is too long for the server is split; a passage that is too long by itself stays uncoded."""
    table = segments(("", "short one"), ("", "word " * 1000 + "end"))

    def answer(body: Body, n: int) -> Answer:
        return dutiful(body, n) if len(body["messages"][-1]["content"]) < 1000 else (400, "exceeds the context size")

    (codings, report), asked = run(answer, tmp_path, table)

    assert set(codings["segment_id"]) == {"s1"}
    assert report.uncoded == ("s2",)
    assert len(asked) == 3


def test_a_server_with_too_little_room_for_anything_is_told(tmp_path: Path) -> None:
    """Where not even one short passage fits, the remedy is a larger context."""
    with pytest.raises(CjmError, match="OLLAMA_CONTEXT_LENGTH"):
        run(lambda _b, _n: (400, "exceeds the context size"), tmp_path)


def test_passages_of_other_languages_are_not_sent(tmp_path: Path) -> None:
    """A passage in no known language is skipped and counted, never taken for neutral."""
    table = segments(("", "It was fine."), ("", "Es war für mich schön."))
    (codings, report), asked = run(dutiful, tmp_path, table)

    assert set(codings["segment_id"]) == {"s1"}
    assert (report.passages, report.skipped, len(asked)) == (1, 1, 1)
    assert report.warnings("ru") == ["1 фрагмент не на русском и не на английском, он не отправлен."]


def test_an_answer_that_says_nothing_has_no_pains(tmp_path: Path) -> None:
    """Of a non-answer only stage and feeling are taken: it is counted among those asked, never as a complaint."""
    table = TABLE[:1].assign(non_answer=1)
    said = entry(stage=one("use"), emotion=one("joy"), pains=[one("price")], wants=[one("need")])
    (codings, _), _ = run(lambda _b, _n: chat(json.dumps({"1": said})), tmp_path, table)

    assert list(codings["code"]) == ["stage.use", "sentiment"]


def test_each_language_is_asked_in_its_own_words_or_in_one(tmp_path: Path) -> None:
    """Instructions come in the language of the passages, unless one language is set."""
    table = segments(("", "It was fine."), ("", "Всё было хорошо."))
    _, own = run(dutiful, tmp_path, table)
    _, english = run(dutiful, tmp_path, table, language="en")

    heads = [[body["messages"][0]["content"][:8] for body in asked] for asked in (own, english)]
    assert heads == [["You code", "Ты кодир"], ["You code"]]  # the English one had been asked before


def test_codings_come_in_the_order_of_the_passages(tmp_path: Path) -> None:
    """However passages were put together to be asked about, the table follows them."""
    table = segments(("", "It was fine."), ("", "Всё было хорошо."), ("", "It was slow."))
    (codings, _), asked = run(dutiful, tmp_path, table)

    assert [asked_about(body) for body in asked] == [["It was fine.", "It was slow."], ["Всё было хорошо."]]
    assert list(dict.fromkeys(codings["segment_id"])) == ["s1", "s2", "s3"]


def test_decisions_of_the_study_are_shown(tmp_path: Path) -> None:
    """The nearest decisions stand before the passages; with none allowed, none does."""
    decided = pd.DataFrame([{"text": "It crashed again.", "question": "", "language": "en", "stage": "use"}])
    with scripted_server(dutiful) as server:
        run_llm(TABLE, BOOK, options(server, tmp_path), decided)
        run_llm(TABLE, BOOK, options(server, tmp_path, max_examples=0), decided)

    shown = ['"It crashed again." → stage: use' in body["messages"][-1]["content"] for body in server.asked]
    assert shown == [True, False]


def test_the_prompt_can_be_looked_at(tmp_path: Path) -> None:
    """What would be sent is shown with address and model, word for word, and nothing is sent."""
    with scripted_server(dutiful) as server:
        shown = explain_prompt(TABLE, BOOK, options(server, tmp_path))
        assert server.asked == []
        run_llm(TABLE, BOOK, options(server, tmp_path))

    assert shown.startswith("This is what the first request tells the model “tiny:1b” at ")
    assert f"{server.url}/v1" in shown
    assert all(message["content"] in shown for message in server.asked[0]["messages"])
    assert explain_prompt(TABLE[:0], BOOK, options(server, tmp_path)).count("\n") == 0


def test_warnings_reach_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """`suggest_llm` returns the same codings and logs what a person should know."""
    with scripted_server(lambda b, n: dutiful(b, n) if n > 1 else chat("{}")) as server:
        run_llm(TABLE[:1], BOOK, options(server, tmp_path))
        codings = suggest_llm(TABLE[:1], BOOK, options(server, tmp_path), progress=True)

    assert codings.empty
    assert [record.message for record in caplog.records] == ["1 passage got no usable answer and stays uncoded: s1."]


def test_nothing_is_sent_where_nothing_is_to_be_coded(tmp_path: Path) -> None:
    """An empty table needs no server, but right options all the same."""
    (codings, _), asked = run(dutiful, tmp_path, TABLE[:0])

    assert (len(codings), asked) == (0, [])
    with pytest.raises(CjmError, match="allow_remote"):
        run_llm(TABLE[:0], BOOK, LlmOptions("https://llm.example.com", "m", tmp_path))
