"""What a model is told and asked: the codebook as instructions, and passages with what stands around them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cjm_research.codebook import Code, Codebook
from cjm_research.coding.llm.examples import Example
from cjm_research.coding.llm.shape import FIELDS, answer_example
from cjm_research.i18n import pick

__all__ = ["Line", "Message", "complaint", "instructions", "request"]

Message = dict[str, str]
_MOST_CONTEXT = 300  # characters of a neighbour; it helps to understand a passage, and need not be whole


class Line(NamedTuple):
    """A passage as it is shown: its number if it is to be coded, else 0; ``new``: another text begins."""

    number: int
    text: str
    question: str
    new: bool


@cache
def _sentences(language: str) -> Mapping[str, str]:
    found = tomllib.loads((Path(__file__).parent / "prompt.toml").read_text(encoding="utf-8"))[language]
    return {key: str(text).strip() for key, text in found.items()}


def instructions(codebook: Codebook, language: str) -> str:
    """All codes with their rules and the form of the answer, in ``en`` or ``ru``."""
    said = _sentences(language)
    parts = [said["task"]]
    for axis in FIELDS.values():
        codes = codebook.by_axis(axis)
        if codes or axis == "sentiment":
            parts.append("\n".join([said[axis], *(_entry(code, said, language) for code in codes)]))
    text, answer = answer_example(codebook, language)
    parts.append(f"{said['answer']}\n[1] {text}\n{answer}")
    return "\n\n".join(parts)


def _entry(code: Code, said: Mapping[str, str], language: str) -> str:
    label, brief = pick(code.label, language), pick(code.brief, language)
    told = [f"- {code.code} ({label}): {pick(code.definition, language) or brief}"]
    for name, text in (("use", pick(code.use, language)), ("not_use", pick(code.not_use, language))):
        told += [f"{said[name]}: {text}"] if text else []
    examples = code.examples.get(language) or next(iter(code.examples.values()), ())
    told += [f"{said['example']}: {_quoted(examples[0])}"] if examples else []
    return " ".join(told)


def request(lines: Sequence[Line], examples: Sequence[Example], language: str) -> str:
    """The passages of one request and the decisions to follow, as a model is shown them."""
    said = _sentences(language)
    parts = []
    if examples:
        parts += [said["decided"], *(_decided(one, said) for one in examples), ""]
    parts.append(said["passages"])
    question = None
    for line in lines:
        if line.new:
            parts += ["", said["another"]] if question is not None else []
            question = None
        if line.question != question and line.number:
            question = line.question
            parts.append(f"{said['question']}: {_clean(question) or said['no_question']}")
        text = _clean(line.text)
        parts.append(f"[{line.number}] {text}" if line.number else f"– {text[-_MOST_CONTEXT:]}")
    numbers = ", ".join(str(line.number) for line in lines if line.number)
    return "\n".join([*parts, "", said["ask"].format(numbers=numbers)])


def complaint(reason: str, language: str) -> str:
    """What is added when an answer could not be used."""
    said = _sentences(language)
    return said["again"].format(reason=said[f"reason_{reason}"])


def _decided(example: Example, said: Mapping[str, str]) -> str:
    question = f"{said['question']}: {_quoted(example.question)} " if example.question else ""
    return f"- {question}{_quoted(example.text)} → {example.decision}"


def _quoted(text: str) -> str:
    return json.dumps(_clean(text), ensure_ascii=False)


def _clean(text: str) -> str:
    """One line that any server takes: no control characters, no halves of letters."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in whole).split())
