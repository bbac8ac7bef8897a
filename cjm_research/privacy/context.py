"""What the words around a word say of it: a person, a place, a brand, somebody who is called."""

from __future__ import annotations

import re

from cjm_research.privacy.finding import fold
from cjm_research.privacy.lexicon import cues, phrases
from cjm_research.privacy.words import Token, russian_reading, tokens

__all__ = ["Context"]

_REACH = 40
_INTRODUCED = re.compile(
    r"(?:меня зовут|мо[её] имя|по имени|my name is|my name's|goes by|name was|"
    r"(?:someone|somebody|man|woman|guy|girl|lady|lad|boy|gentleman|person|friend|colleague|agent|rep|assistant)"
    r" (?:called|named))\s+$",
    re.IGNORECASE,
)
_INTO = frozenset("в во из под город городе города in to from at near".split())
_QUOTES = {"«": "»", "“": "”", '"': '"', "„": "“"}


class Context:
    """The words of one text and the brands in it."""

    def __init__(self, text: str) -> None:
        self.text, self.words = text, tokens(text)
        self._brands = [match.span() for match in phrases().finditer(fold(text))]

    def gap(self, at: int) -> str:
        """What stands between this word and the one before."""
        return self.text[self.words[at - 1].end : self.words[at].start] if at > 0 else "\n"

    def joined(self, at: int) -> bool:
        """Whether this word and the one before may be parts of one name."""
        return 0 < at < len(self.words) and self.gap(at) in (" ", "\u00a0", "-")

    def before(self, at: int) -> str:
        """The characters just before a word, as many as any sign of a name needs."""
        start = self.words[at].start
        return self.text[max(0, start - _REACH) : start]

    def is_introduced(self, at: int) -> bool:
        """Whether "my name is" stands before the word."""
        return bool(_INTRODUCED.search(self.before(at)))

    def folded(self, at: int) -> str:
        """The word at a place, folded; empty beyond the ends."""
        return self.words[at].folded if 0 <= at < len(self.words) else ""

    def in_brand(self, at: int) -> bool:
        """Whether the word belongs to a brand or a work that is listed."""
        return any(start <= self.words[at].start < end for start, end in self._brands)

    def is_called(self, at: int) -> bool:
        """Whether a comma sets the word apart, as it does somebody who is called."""
        return self.text[self.words[at].end : self.words[at].end + 1] == "," or self.gap(at).startswith(",")

    def is_person(self, at: int) -> bool:
        """Whether the words around show a person: named before, called, or doing what people do."""
        language = "russian" if self.words[at].russian else "english"
        called = self.folded(at + 1) in cues(language, "vocative") and self.gap(at + 1).startswith(",")
        return called or self.is_named(at) or self.acts(at)

    def is_named(self, at: int) -> bool:
        """Whether kin, a profession, a title or "my name is" stands before the word."""
        word = self.words[at]
        if self.is_introduced(at):
            return True
        if at == 0 or re.search(r"[.!?;:\n]", self.gap(at).rstrip(". ")):
            return False
        before = self.words[at - 1].lemma
        return before in cues("russian" if word.russian else "english", "persons") or (
            before in cues("english", "titles") and not word.russian
        )

    def acts(self, at: int) -> bool:
        """Whether the word is followed by what people do; a few small words may stand between."""
        language = "russian" if self.words[at].russian else "english"
        for after in range(at + 1, min(at + 4, len(self.words))):
            if self.gap(after) != " ":
                return False
            if self.words[after].lemma in cues(language, "verbs"):
                return True
            if self.folded(after) not in cues(language, "between"):
                return False
        return False

    def is_something_else(self, at: int) -> bool:
        """Whether the words around make it a place, a brand or a work."""
        word = self.words[at]
        before, after = self.before(at), self.text[word.end : word.end + 2]
        if self.in_brand(at) or (after[:1] == "-" and after[1:].islower()):
            return True
        if self.is_introduced(at):
            return False
        if _QUOTES.get(before[-1:]) == after[:1] and after:
            return True
        return self._is_russian_place(word, at) if word.russian else self._is_english_place(word, at)

    def _is_russian_place(self, word: Token, at: int) -> bool:
        if not self.joined(at):
            return False
        named_after = self.words[at - 1].lemma in cues("russian", "places")
        return named_after or (self.folded(at - 1) in _INTO and russian_reading(word.folded).place > 0.1)

    def _is_english_place(self, word: Token, at: int) -> bool:
        if self.folded(at - 1) in _INTO and word.folded in cues("english", "places"):
            return True
        return (
            self.joined(at + 1)
            and self.words[at + 1].capital
            and self.folded(at + 1) in cues("english", "after_company")
        )
