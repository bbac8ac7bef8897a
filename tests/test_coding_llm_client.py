"""Asking a server: how answers are held to their form, and what a person is told when it goes wrong."""

from __future__ import annotations

import json
import logging
import socket
from pathlib import Path

import pytest

from cjm_research.coding.llm.cache import Reply, cache_key, read_reply, write_reply
from cjm_research.coding.llm.client import MODES, Chat, Question, TooLongError
from cjm_research.coding.llm.options import LlmOptions
from cjm_research.errors import CjmError
from tests.scripted_server import Answer, Body, Script, chat, scripted_server

QUESTION = Question(({"role": "user", "content": "How was it? " * 10},), {"type": "object"}, "root ::= [a-z]", 50)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CJM_LANG", "en")


def options(url: str, **changes: object) -> LlmOptions:
    """Options for a server."""
    return LlmOptions(**{"base_url": url, "model": "tiny", "cache_folder": Path("none"), **changes})  # type: ignore[arg-type]


def ask(server: Script, **changes: object) -> Reply:
    """Put one question to a server."""
    with Chat(options(server.url, **changes)) as talk:
        return talk.ask(QUESTION)


def mode_of(body: Body) -> str:
    """How a request holds the answer to its form."""
    if "grammar" in body:
        return "grammar"
    return str(body.get("response_format", {"type": "plain"})["type"])


def test_a_question_is_put_as_the_interface_wants_it() -> None:
    """Model, messages, temperature, seed, the most tokens, further fields and the key go to the right place."""
    with scripted_server(lambda _body, _n: chat("fine")) as server:
        reply = ask(server, seed=7, api_key="k1", extra={"reasoning_effort": "none"})

    asked = server.asked[0]
    assert reply == Reply("fine", True, "json_schema")
    assert (asked["path"], asked["key"]) == ("/v1/chat/completions", "Bearer k1")
    assert (asked["model"], asked["temperature"], asked["seed"], asked["max_tokens"]) == ("tiny", 0, 7, 50)
    assert asked["messages"] == list(QUESTION.messages)
    assert asked["response_format"]["json_schema"]["schema"] == QUESTION.schema
    assert asked["reasoning_effort"] == "none"


@pytest.mark.parametrize("known", range(4))
def test_a_server_is_asked_in_a_form_it_knows(known: int) -> None:
    """What a server refuses is replaced by the next weaker form, and not tried with the next question."""
    taken = MODES[known:]
    answer = lambda body, _n: chat("{}") if mode_of(body) in taken else (400, {"error": {"message": "unknown field"}})  # noqa: E731
    with scripted_server(answer) as server, Chat(options(server.url)) as talk:
        replies = [talk.ask(QUESTION), talk.ask(QUESTION)]

    assert [reply.mode for reply in replies] == [taken[0]] * 2
    assert [mode_of(body) for body in server.asked] == [*MODES[: known + 1], taken[0]]


def test_an_answer_that_was_cut_off_is_marked() -> None:
    """An answer that ended for want of tokens is not complete."""
    with scripted_server(lambda _body, _n: chat("{", finish_reason="length")) as server:
        assert not ask(server).complete


@pytest.mark.parametrize(
    ("answer", "key", "said"),
    [
        ((500, {"error": {"message": "out of memory"}}), "llm.server_error", "out of memory"),
        ((503, {"error": {"message": "Loading model"}}), "llm.server_error", "Loading model"),
        ((200, "<html>hello</html>"), "llm.not_openai", "<html>hello</html>"),
        ((200, {"choices": []}), "llm.not_openai", "choices"),
        ((200, [1]), "llm.not_openai", "[1]"),
        ((404, "no such page"), "llm.not_openai", "no such page"),
        ((401, {"detail": "no key"}), "llm.refused", "no key"),
        ((400, {"message": "no such thing"}), "llm.refused", "no such thing"),
        ((302, ""), "llm.refused", "302"),
    ],
)
def test_a_failing_server_is_told_with_what_it_said(answer: Answer, key: str, said: str) -> None:
    """Every failure names the address, what the server said, and what to do."""
    with scripted_server(lambda _body, _n: answer) as server, pytest.raises(CjmError) as caught:
        ask(server)

    (problem,) = caught.value.problems
    assert (problem.key, problem.where) == (key, f"{server.url}/v1")
    assert said in caught.value.text("en")
    assert said in caught.value.text("ru")


def test_a_slow_server_is_told() -> None:
    """A request that takes longer than it may names the seconds and the setting."""
    with scripted_server(lambda _body, _n: chat("late"), delay=1) as server, pytest.raises(CjmError) as caught:
        ask(server, timeout=0.2)

    assert caught.value.problems[0].key == "llm.timeout"
    assert "0.2" in caught.value.text("en")
    assert "timeout" in caught.value.text("ru")


def test_a_server_that_is_not_there_is_told() -> None:
    """Where nothing listens, the remedy is to start it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(CjmError, match="ollama serve"), Chat(options(url)) as talk:
        talk.ask(QUESTION)


@pytest.mark.parametrize("status", [400, 500])
def test_too_little_room_is_no_refusal(status: int) -> None:
    """A request that does not fit is told apart from a form that is not known."""
    full = (status, {"error": {"message": "the request exceeds the available context size"}})
    with scripted_server(lambda _body, _n: full) as server, pytest.raises(TooLongError):
        ask(server)

    assert len(server.asked) == 1


@pytest.mark.parametrize("known", ["tiny", "tiny:latest", "/models/tiny", "C:\\models\\tiny"])
def test_a_model_that_is_there_is_asked(known: str) -> None:
    """A model is found by its name, without Ollama's tag, and without the folders of llama-server."""
    known, name = (f"{known}.gguf", "tiny.gguf") if "models" in known else (known, "tiny")
    models = (200, {"data": [{"id": "other"}, {"id": known}]})
    with scripted_server(lambda _body, _n: chat("{}"), models) as server:
        assert ask(server, model=name).text == "{}"


def test_a_model_that_is_not_there_is_told_before_anything_is_sent() -> None:
    """A wrong name is told with the names there are; no passage has been sent by then."""
    models = (200, {"data": [{"id": "qwen:7b", "aliases": ["best"]}, {"id": "gemma"}]})
    with scripted_server(lambda _body, _n: chat("{}"), models) as server, pytest.raises(CjmError) as caught:
        ask(server)

    assert "“tiny”; it has: best, gemma, qwen:7b" in caught.value.text("en")
    assert "ollama pull tiny" in caught.value.text("ru")
    assert server.asked == []


def test_a_far_server_is_announced_once(caplog: pytest.LogCaptureFixture) -> None:
    """Before text leaves for another machine, one warning names it; a server on this machine needs none."""
    with scripted_server(lambda _body, _n: chat("{}")) as server:
        ask(server)
    assert caplog.records == []

    with Chat(options("http://llm.invalid", allow_remote=True)) as talk:
        for _ in range(2):
            with pytest.raises(CjmError):
                talk.ask(QUESTION)
    assert [(r.levelno, "llm.invalid" in r.message) for r in caplog.records if r.name.startswith("cjm")] == [
        (logging.WARNING, True)
    ]


def test_a_proxy_of_the_system_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of a near server does not take the way over a proxy."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with scripted_server(lambda _body, _n: chat("{}")) as server:
        assert ask(server).text == "{}"
        assert ask(server, allow_remote=True).text == "{}"


@pytest.mark.parametrize(("counted", "warned"), [(0, 0), (5, 1), (40, 0)])
def test_a_prompt_that_was_cut_is_noticed(counted: int, warned: int, caplog: pytest.LogCaptureFixture) -> None:
    """A server that counts far fewer tokens than were sent has cut them silently, and a person is told once."""
    answer = chat("{}", prompt_tokens=counted)
    with scripted_server(lambda _body, _n: answer) as server, Chat(options(server.url)) as talk:
        talk.ask(QUESTION)
        talk.ask(QUESTION)

    assert len([record for record in caplog.records if "context" in record.message]) == warned


def test_answers_are_kept_word_for_word(tmp_path: Path) -> None:
    """What is written is read back; what was never asked is not there; no other file is left."""
    reply = Reply("Ответ \U0001f600 \ud800", True, "plain")
    write_reply(tmp_path / "new", "k", reply)

    assert read_reply(tmp_path / "new", "k") == reply
    assert read_reply(tmp_path / "new", "other") is None
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["k.json"]


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-30], lambda t: t.replace("fine", "fire"), lambda _t: "[]", lambda _t: "\0"]
)
def test_a_damaged_answer_is_no_answer(spoil: object, tmp_path: Path) -> None:
    """A file that is cut, changed or something else is passed over, and so asked for again."""
    write_reply(tmp_path, "k", Reply("fine", True, "plain"))
    path = tmp_path / "k.json"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]

    assert read_reply(tmp_path, "k") is None


def test_an_answer_under_another_name_is_no_answer(tmp_path: Path) -> None:
    """A file that was renamed does not answer another question."""
    write_reply(tmp_path, "k", Reply("fine", True, "plain"))
    (tmp_path / "k.json").rename(tmp_path / "j.json")

    assert read_reply(tmp_path, "j") is None


def test_the_key_depends_on_all_that_is_asked() -> None:
    """Another word anywhere gives another key; the order of fields does not."""
    assert cache_key({"a": 1, "b": ["ж"]}) == cache_key(json.loads('{"b": ["ж"], "a": 1}'))
    assert len({cache_key(x) for x in ({"a": 1}, {"a": 2}, {"b": 1}, ["a", 1], QUESTION)}) == 5
