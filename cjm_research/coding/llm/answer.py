"""What a model has answered: found in its words, checked against codebook and passages."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

from cjm_research.codebook import Codebook
from cjm_research.coding.llm.shape import FIELDS, NONE, SENTIMENTS

__all__ = ["AnswerError", "Finding", "find_quote", "read_answer"]

_THOUGHTS = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_MIXED = "mixed"
_MOST_TRIES = 100  # places where JSON could begin
# What `prompt` shows as a space: white space and signs without a form.
_GAP = r"[\s\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+"
# Marks that models put around a quote or leave out at its ends.
_EDGES = " \t\n\"'«»“”„‘’…"


class AnswerError(ValueError):
    """An answer cannot be used; ``reason`` is the end of a key ``reason_…`` in ``prompt.toml``."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Finding(NamedTuple):
    """One code for a passage, with the words said to have led to it; ``known``: the codebook has it."""

    code: str
    quote: str = ""
    value: float = math.nan
    mixed: bool = False
    known: bool = True


def read_answer(text: str, passages: int, codebook: Codebook) -> list[list[Finding]]:
    """Findings for passages 1 to ``passages``, unknown codes marked; the same code once at most.

    Raises AnswerError if the text holds no such answer.
    """
    entries = _entries(_json_in(_THOUGHTS.sub("", text)), passages)
    return [_findings(entry, codebook) for entry in entries]


def _json_in(text: str) -> Any:
    """The first JSON object or list in a text that may have words or code fences around it."""
    decoder = json.JSONDecoder()
    for match in islice(re.finditer(r"[{\[]", text), _MOST_TRIES):
        try:
            return decoder.raw_decode(text, match.start())[0]
        except ValueError:
            continue
        except RecursionError:
            break
    raise AnswerError("not_json")


def _entries(found: Any, passages: int) -> list[Mapping[str, Any]]:
    """Entries in the order of the passages, from ``{"1": {…}}``, the same under one other key, or a list."""
    numbers = [str(n) for n in range(1, passages + 1)]
    if isinstance(found, dict) and len(found) == 1 and list(found) != numbers:
        found = next(iter(found.values()))
    if isinstance(found, dict) and passages == 1 and "sentiment" in found:
        found = [found]
    if isinstance(found, list):
        found = {str(n): entry for n, entry in enumerate(found, start=1)}
    if not isinstance(found, dict) or sorted(found) != sorted(numbers):
        raise AnswerError("passages")
    entries = [found[number] for number in numbers]
    if not all(isinstance(entry, dict) for entry in entries):
        raise AnswerError("shape")
    return entries


def _findings(entry: Mapping[str, Any], codebook: Codebook) -> list[Finding]:
    found: dict[str, Finding] = {}
    for name, axis in FIELDS.items():
        given = entry.get(name, [])
        single = [given] if not isinstance(given, list) else given
        for one in single:
            finding = _sentiment(one) if axis == "sentiment" else _finding(one, axis, codebook)
            if finding and (axis not in ("stage", "emotion", "sentiment") or not _has(found, axis)):
                found.setdefault(finding.code, finding)
    if "sentiment" not in found:
        raise AnswerError("shape")
    return list(found.values())


def _has(found: Mapping[str, Finding], axis: str) -> bool:
    return any(finding.known and finding.code.split(".")[0] == axis for finding in found.values())


def _parts(one: Any) -> tuple[str, str, Any]:
    """Code, quote and intensity of a finding; a model that is not held to the form may give the code alone."""
    if isinstance(one, dict):
        code, quote = one.get("code"), one.get("quote")
        if not isinstance(code, (str, int)) or not isinstance(quote, (str, type(None))):
            raise AnswerError("shape")
        return str(code).strip(), quote or "", one.get("intensity")
    if isinstance(one, (str, int, type(None))):
        return str(one if one is not None else NONE).strip(), "", None
    raise AnswerError("shape")


def _finding(one: Any, axis: str, codebook: Codebook) -> Finding | None:
    name, quote, intensity = _parts(one)
    name = name.removeprefix(f"{axis}.")
    if name in ("", NONE):
        return None
    code = codebook.get(f"{axis}.{name}")
    value = math.nan
    if axis == "pain":
        value = float(intensity) if isinstance(intensity, (int, float)) and intensity in (1, 2, 3) else 1.0
    return Finding(code.id if code else f"{axis}.{name}", quote, value, known=code is not None)


def _sentiment(one: Any) -> Finding | None:
    name, quote, _ = _parts(one)
    name = name.lstrip("+").replace("−", "-")
    if name not in SENTIMENTS:
        return None
    return Finding("sentiment", quote, 0.0 if name == _MIXED else float(name), mixed=name == _MIXED)


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands in a passage, in code points: word for word, white space and marks at its ends apart.

    None if it does not stand there, stands there only as a part of a word, or holds no word.
    """
    quoted = quote.strip(_EDGES).split()
    if not any(sign.isalnum() for part in quoted for sign in part):
        return None
    pattern = _GAP.join(map(re.escape, quoted))
    before = r"(?<!\w)" if quoted[0][0].isalnum() else ""
    after = r"(?!\w)" if quoted[-1][-1].isalnum() else ""
    match = re.search(before + pattern + after, text)
    return match.span() if match else None
