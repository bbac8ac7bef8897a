"""The form of an answer, told to the server twice over: as a JSON schema and as a grammar (GBNF).

An answer is an object with one entry for each numbered passage, so none can be left out or given twice. In an entry
every code comes after the words it rests on: a model that has just copied them chooses better.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cjm_research.codebook import Code, Codebook

__all__ = ["FIELDS", "NONE", "SENTIMENTS", "answer_example", "grammar", "most_tokens", "schema"]

NONE = "none"
SENTIMENTS = ("-2", "-1", "0", "1", "2", "mixed")
# Field of an entry → axis. The first kind holds one code or none, the other any number.
FIELDS = {
    "stage": "stage",
    "sentiment": "sentiment",
    "emotion": "emotion",
    "pains": "pain",
    "wants": "want",
    "channels": "channel",
    "flags": "flag",
}
_SINGLE = ("stage", "sentiment", "emotion")
_MOST_CODES = 4
_INTENSITIES = (1, 2, 3)


def _fields(codebook: Codebook) -> dict[str, list[str]]:
    """Fields of an entry with the codes each may hold; axes the codebook has no codes for are left out."""
    found = {}
    for name, axis in FIELDS.items():
        codes = list(SENTIMENTS) if axis == "sentiment" else [code.code for code in codebook.by_axis(axis)]
        if codes:
            found[name] = [*codes, NONE] if name in ("stage", "emotion") else codes
    return found


def schema(codebook: Codebook, passages: int) -> dict[str, Any]:
    """JSON schema of an answer about passages 1 to ``passages``."""
    entry = {}
    for name, codes in _fields(codebook).items():
        parts: dict[str, Any] = {"quote": {"type": "string"}, "code": {"type": "string", "enum": codes}}
        if name == "pains":
            parts["intensity"] = {"type": "integer", "enum": list(_INTENSITIES)}
        one = _object(parts)
        entry[name] = one if name in _SINGLE else {"type": "array", "items": one, "maxItems": _MOST_CODES}
    numbers = {str(n): {"$ref": "#/$defs/passage"} for n in range(1, passages + 1)}
    return {"$defs": {"passage": _object(entry)}, **_object(numbers)}


def _object(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(parts), "required": list(parts), "additionalProperties": False}


def grammar(codebook: Codebook, passages: int) -> str:
    """The same form as a grammar of llama.cpp, for servers that know no schemas."""
    rules = [
        'ws ::= " "?',
        r'string ::= "\"" ([^"\\\x00-\x1F] | "\\" ["\\/bfnrt])* "\""',
        f"intensity ::= {_any_of(str(n) for n in _INTENSITIES)}",
    ]
    entry = {}
    for name, codes in _fields(codebook).items():
        parts = {"quote": "string", "code": f"{name}-code"}
        if name == "pains":
            parts["intensity"] = "intensity"
        rules += [f"{name}-code ::= {_any_of(json.dumps(code) for code in codes)}", f"{name}-one ::= {_members(parts)}"]
        if name not in _SINGLE:
            more = f'("," ws {name}-one)? ' * (_MOST_CODES - 1)
            rules.append(f'{name}-list ::= "[" ws ({name}-one {more})? ws "]"')
        entry[name] = f"{name}-one" if name in _SINGLE else f"{name}-list"
    rules.append(f"passage ::= {_members(entry)}")
    return "\n".join([f"root ::= {_members({str(n): 'passage' for n in range(1, passages + 1)})}", *rules])


def _any_of(texts: Any) -> str:
    return " | ".join(json.dumps(text) for text in texts)


def _members(parts: Mapping[str, str]) -> str:
    inside = ' "," ws '.join(f"{json.dumps(json.dumps(name) + ':')} ws {rule}" for name, rule in parts.items())
    return f'"{{" ws {inside} ws "}}"'


def most_tokens(passages: int) -> int:
    """Tokens an answer may have: about three times what a talkative model needs."""
    return 200 + 400 * passages


def answer_example(codebook: Codebook, language: str) -> tuple[str, str]:
    """A passage and its answer, made of the codebook's first example (of a pain if it has any).

    A real case, not a pattern with gaps to fill: small models copy what stands in the gaps.
    """
    code = next(
        (code for axis in ("pain", "stage") for code in codebook.by_axis(axis) if _examples(code, language)), None
    )
    text = _examples(code, language)[0] if code else "…"
    quote = text.rstrip(".!…")
    entry: dict[str, object] = {}
    for name in _fields(codebook):
        fits = code is not None and FIELDS[name] == code.axis
        one: dict[str, object] = {"quote": quote if fits else "", "code": code.code if code and fits else NONE}
        if name == "sentiment":
            one = {"quote": quote, "code": "-1"} if code and code.axis == "pain" else {"quote": "", "code": "0"}
        if name == "pains":
            one["intensity"] = 1
        entry[name] = one if name in _SINGLE else [one] if fits else []
    return text, json.dumps({"1": entry}, ensure_ascii=False)


def _examples(code: Code | None, language: str) -> tuple[str, ...]:
    return code.examples.get(language, ()) if code else ()
