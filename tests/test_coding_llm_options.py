"""Options of the language model coder: nothing goes to another machine unless it is allowed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research.coding.llm.options import LlmOptions, address, check_options, is_this_machine
from cjm_research.errors import CjmError


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CJM_LANG", "en")


def options(base_url: str = "http://localhost:11434", **changes: object) -> LlmOptions:
    """Options that are right, but for the changes."""
    return LlmOptions(**{"base_url": base_url, "model": "m", "cache_folder": Path("cache"), **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434",
        "http://LOCALHOST/v1",
        "http://127.0.0.1:8080/v1/",
        "http://127.8.9.1",
        "http://[::1]:11434",
        "http://10.0.0.5:8000",
        "http://172.31.255.1",
        "https://192.168.1.20/v1",
        "http://[fd12::3]:8000",
        "http://[::ffff:192.168.1.20]",
    ],
)
def test_near_addresses_are_allowed(url: str) -> None:
    """The machine itself and private networks need no permission."""
    check_options(options(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "http://8.8.8.8",
        "http://172.32.0.1",
        "http://192.169.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com/v1",
        "http://example.com#@127.0.0.1",
        "http://example.com?@127.0.0.1",
        "http://[::ffff:8.8.8.8]",
        "http://[2001:db8::1]",
        "http://2130706433",
        "http://gpu-server:8000",
    ],
)
def test_far_addresses_need_permission(url: str) -> None:
    """Any other address, and any name that would have to be looked up, is refused with its host, unless allowed."""
    with pytest.raises(CjmError) as caught:
        check_options(options(url))

    assert caught.value.problems[0].key == "llm.remote"
    assert str(caught.value.problems[0].params["host"]) in caught.value.text("en")
    assert "allow_remote" in caught.value.text("ru")
    check_options(options(url, allow_remote=True))


@pytest.mark.parametrize("url", ["", "localhost:11434", "ftp://127.0.0.1", "http://", "http://[::1", "/v1"])
def test_what_is_no_address_is_told(url: str) -> None:
    """An address that cannot be one is refused with an example of one, allowed to be remote or not."""
    with pytest.raises(CjmError, match=r"http://localhost:11434"):
        check_options(options(url, allow_remote=True))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        (" http://localhost:11434/v1/ ", "http://localhost:11434/v1"),
        ("http://10.0.0.5/llm?x=1#y", "http://10.0.0.5/llm/v1"),
    ],
)
def test_address_ends_in_v1(url: str, wanted: str) -> None:
    """People may leave out /v1 or write it."""
    assert str(address(options(url))) == wanted


def test_all_wrong_options_are_told_at_once() -> None:
    """Every option that cannot be is named in one error."""
    wrong = options(model=" ", language="de", batch_size=0, max_examples=-1, timeout=0, temperature=-1)
    with pytest.raises(CjmError) as caught:
        check_options(wrong)

    assert [problem.key for problem in caught.value.problems] == [
        *("llm.no_model", "llm.bad_language"),
        *["llm.too_small"] * 4,
    ]


def test_key_is_not_shown() -> None:
    """A key does not appear where options are printed."""
    assert "secret" not in repr(options(api_key="secret"))


@pytest.mark.parametrize(
    ("host", "here"), [("localhost", True), ("127.0.0.1", True), ("::1", True), ("192.168.1.2", False), ("gpu", False)]
)
def test_only_loopback_is_this_machine(host: str, here: bool) -> None:
    """An address of the own network is allowed, but it is another machine."""
    assert is_this_machine(host) is here
