"""Talking to an OpenAI-compatible server (Ollama, llama.cpp, vLLM), and what can go wrong.

The answer is held to its form by the strongest means the server knows: a JSON schema, else a grammar, else "any JSON
object", else nothing but the instructions. What a server refuses once is not tried again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from cjm_research.coding.llm.answer import AnswerError
from cjm_research.coding.llm.cache import Reply
from cjm_research.coding.llm.options import LlmOptions, address, is_near, is_this_machine
from cjm_research.coding.llm.prompt import Message
from cjm_research.errors import CjmError
from cjm_research.i18n import t

if TYPE_CHECKING:
    import httpx

__all__ = ["MODES", "Chat", "Question", "TooLongError"]

MODES = ("json_schema", "grammar", "json_object", "plain")
_REFUSED = (400, 422, 501)
_SHOWN = 300  # characters of what a server says in an error
_NO_ROOM = re.compile(r"context (size|length|window)|n_ctx|available context|too many tokens", re.IGNORECASE)
_LOG = logging.getLogger("cjm_research.llm")
# A token is hardly ever longer than this many characters, so a server that counts fewer tokens has cut the prompt.
_LONGEST_TOKEN = 8


class TooLongError(AnswerError):
    """The server has too little room for a request."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__("cut_off")


class Question(NamedTuple):
    """One request: what is said, the form of the answer as schema and as grammar, the most tokens it may have."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    grammar: str
    max_tokens: int


class Chat:
    """A connection, opened when the first question is asked. Use it as a context manager.

    modes: ways to hold an answer to its form, those to be tried first in front.
    """

    def __init__(self, options: LlmOptions, modes: Sequence[str] = MODES) -> None:
        self._options = options
        self._modes = list(modes)
        self._told = False
        self._client: httpx.Client | None = None

    def __enter__(self) -> Chat:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._client:
            self._client.close()

    def ask(self, question: Question) -> Reply:
        """The model's answer. Raises TooLongError, and CjmError with the remedy for whatever else goes wrong."""
        if not self._client:
            self._client = self._open()
            self._check_model()
        while True:
            mode = self._modes[0]
            status, said = self._send("POST", "chat/completions", self._body(question, mode))
            if status == 200:
                return self._reply(said, question, mode)
            message = _message(said)
            if status in (400, 413, 500) and _NO_ROOM.search(message):
                raise TooLongError(message)
            if status not in _REFUSED or len(self._modes) == 1:
                raise self._error(status, message)
            self._modes.pop(0)

    def _tell_once(self, sentence: str) -> None:
        if not self._told:
            _LOG.warning(sentence)
        self._told = True

    def _open(self) -> httpx.Client:
        import httpx

        url = address(self._options)
        if not is_this_machine(url.host):
            _LOG.warning(t("llm.leaves", host=url.host))
        key = self._options.api_key
        return httpx.Client(
            base_url=url,
            timeout=self._options.timeout,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            # A proxy of the system would carry the text away from an address that is near.
            trust_env=not is_near(url.host),
        )

    def _check_model(self) -> None:
        """Raise CjmError if the server lists its models and this is none: some answer with another one silently."""
        known = self._models()
        # llama-server names a model after its file, with all its folders; Ollama adds a tag.
        files = {re.split(r"[/\\]", name)[-1] for name in known if name.endswith(".gguf")}
        if known and not {self._options.model, f"{self._options.model}:latest"} & {*known, *files}:
            raise CjmError.one("llm.unknown_model", self._where, name=self._options.model, known=", ".join(known))

    def _models(self) -> list[str]:
        status, said = self._send("GET", "models", None)
        listed = said.get("data") if status == 200 and isinstance(said, dict) else None
        entries = [entry for entry in listed or [] if isinstance(entry, dict)]
        return sorted(str(name) for entry in entries for name in {entry.get("id"), *(entry.get("aliases") or [])})

    @property
    def _where(self) -> str:
        return str(address(self._options))

    def _body(self, question: Question, mode: str) -> dict[str, Any]:
        form: dict[str, dict[str, Any]] = {
            "json_schema": {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "codings", "strict": True, "schema": question.schema},
                }
            },
            "grammar": {"grammar": question.grammar},
            "json_object": {"response_format": {"type": "json_object"}},
            "plain": {},
        }
        options = self._options
        return {
            "model": options.model,
            "messages": list(question.messages),
            "temperature": options.temperature,
            "seed": options.seed,
            "max_tokens": question.max_tokens,
            "stream": False,
            **form[mode],
            **options.extra,
        }

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, Any]:
        """Status and content of an answer: JSON if it is some, else text."""
        import httpx

        assert self._client
        try:
            response = self._client.request(method, path, json=body)
        except httpx.TimeoutException:
            seconds = format(self._options.timeout, "g")
            raise CjmError.one("llm.timeout", self._where, seconds=seconds) from None
        except (httpx.HTTPError, OSError) as error:
            raise CjmError.one("llm.unreachable", self._where, reason=str(error) or type(error).__name__) from None
        try:
            return response.status_code, response.json()
        except (ValueError, RecursionError):
            return response.status_code, response.text

    def _reply(self, said: Any, question: Question, mode: str) -> Reply:
        try:
            choice = said["choices"][0]
            text = choice["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise CjmError.one("llm.not_openai", self._where, said=_message(said)) from None
        counted = (said.get("usage") or {}).get("prompt_tokens") or 0
        if 0 < counted * _LONGEST_TOKEN < sum(len(message["content"]) for message in question.messages):
            self._tell_once(t("llm.prompt_cut", n=counted))
        return Reply(str(text or ""), choice.get("finish_reason") != "length", mode)

    def _error(self, status: int, message: str) -> CjmError:
        if status in (404, 405):
            return CjmError.one("llm.not_openai", self._where, said=message or status)
        if status >= 500:
            return CjmError.one("llm.server_error", self._where, status=status, said=message)
        return CjmError.one("llm.refused", self._where, status=status, said=message)


def _message(said: Any) -> str:
    """The words of an error, however a server wraps them."""
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and key in said:
            said = said[key]
    return " ".join(str(said).split())[:_SHOWN]
