"""The words of a text as name hunting sees them, and what a dictionary says of a Russian word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cjm_research.language import lemma, parses
from cjm_research.privacy.finding import fold

__all__ = ["Reading", "Token", "russian_reading", "tokens"]

_WORD = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:[.!?…:;\n>|]|[-–—•*]\s)[\s\"'«“„(\[*_–—-]*$")
_CASES = {
    "nomn": 0,
    "gent": 1,
    "gen2": 1,
    "datv": 2,
    "accs": 3,
    "ablt": 4,
    "loct": 5,
    "loc2": 5,
}


class Reading(NamedTuple):
    """What the dictionary holds a word for: shares of its readings (0–1); gender, cases, normal form as a name."""

    known: bool
    first: float
    patronymic: float
    surname: float
    place: float
    gender: str
    cases: frozenset[int]
    normal: str

    @property
    def case(self) -> int:
        """The first of its cases as a name."""
        return min(self.cases, default=0)

    @property
    def name(self) -> float:
        """Share of all readings as a part of a person's name."""
        return self.first + self.patronymic + self.surname


@lru_cache(maxsize=100_000)
def russian_reading(word: str) -> Reading:
    """Read one folded Russian word; gender and cases are those of its likeliest reading as a name."""
    found, known = parses(word)
    total = sum(score for _, _, score in found) or 1.0
    shares = dict.fromkeys(("Name", "Patr", "Surn", "Geox"), 0.0)
    best, gender, cases, normal = 0.0, "u", set[int](), word
    for tag, form, score in found:
        for part in shares:
            shares[part] += score / total if part in tag else 0.0
        if any(part in tag for part in ("Name", "Patr", "Surn")):
            cases |= {number for name, number in _CASES.items() if name in tag}
            if score > best:
                best, normal = score, form
                gender = "f" if "femn" in tag else "m" if "masc" in tag else "u"
    parts = (shares["Name"], shares["Patr"], shares["Surn"], shares["Geox"])
    return Reading(known, *parts, gender, frozenset(cases), fold(normal))


@dataclass(frozen=True)
class Token:
    """A word: code points into the text, the word, folded, and how it stands there."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool
    initial: bool

    @property
    def russian(self) -> bool:
        """Whether it is written in Cyrillic letters."""
        return "а" <= self.folded[0] <= "я" or self.folded[0] in "ёіўї"

    @property
    def shouted(self) -> bool:
        """Whether it stands in capitals from end to end."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def lemma(self) -> str:
        """Dictionary form, folded."""
        return lemma(self.folded, "ru") if self.russian else self.folded


def tokens(text: str) -> list[Token]:
    """Every word of a text; ``initial`` ones have a capital where any word would."""
    found = []
    for match in _WORD.finditer(text):
        start = match.start()
        before = text[max(0, start - 8) : start]
        capital = match[0][0].isupper()
        initial = capital and bool(_SENTENCE_END.search(before if start > 8 else f"\n{before}"))
        found.append(Token(start, match.end(), match[0], fold(match[0]), capital, initial))
    return found
