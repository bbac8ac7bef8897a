"""What the sentiment coder sees in a passage: lemmas, pairs, negation, polar phrases and surface signs.

Every feature keeps the places it came from, so that a suggestion can point at its reasons.
The same code makes the features for training and for use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cjm_research.language import lemma, words

__all__ = [
    "Feature",
    "Hit",
    "Seeds",
    "Token",
    "features",
    "is_empty",
    "is_intense",
    "phrase_key",
    "polar_hits",
    "tokens",
]

# Kind of a polar word or phrase, by its lemmas:
# strong_positive, positive, fine, negative, strong_negative, mixed or wish.
Seeds = Mapping[tuple[str, ...], str]

# How many content words a negation reaches, unless the clause ends before.
_REACH = 3
_LONGEST_PHRASE = 5
_MOST_HITS = 3
_NEGATIONS = {
    "ru": frozenset("не ни без нельзя ничего никакой нет".split()),
    "en": frozenset("not no never without nothing nobody none neither nor hardly barely".split()),
}
# Words that do not use up the reach of a negation.
_LIGHT = {
    "ru": frozenset("бы же ли и это этот так очень весь самый что чтоб чтобы быть мочь сказать уж я мы".split()),
    "en": frozenset(
        "a an the be have do it its so very really that to say all too any much i been you we this".split()
    ),
}
# After "не скажу" and "can't say" a comma does not end the reach of the negation.
_SAYING = frozenset("сказать думать считать say think".split())
_CONTRAST = {
    "ru": frozenset("но а зато однако хотя хоть впрочем правда только кроме".split()),
    "en": frozenset("but though although however except yet still despite".split()),
}
_TURNING = frozenset("но зато однако хоть хотя but though".split())
_INTENSE = {
    "ru": frozenset(
        "очень крайне безумно совершенно абсолютно полный полностью невероятно просто реально дико".split()
    ),
    "en": frozenset("very extremely absolutely totally completely really so incredibly utterly highly super".split()),
}
_HEDGES = {
    "ru": frozenset("наверное наверно вроде может возможно кажется пожалуй немного чуть слегка довольно".split()),
    "en": frozenset("maybe perhaps probably might bit slightly somewhat fairly guess seem kinda".split()),
}
# Forms whose lemma would lose the comparison.
_FORMS = frozenset("better best worse worst хуже лучше лучший лучшая лучшее лучшие худший худшая худшее".split())
_IRREGULAR = {"can't": "can", "cannot": "can", "cant": "can", "won't": "will", "wont": "will", "shan't": "shall"}
_UNMARKED = {"dont": "do", "didnt": "do", "doesnt": "do", "isnt": "be", "wasnt": "be"}
# Words that are no reason by themselves.
_EMPTY = frozenset(
    "the a an it this that i you we they he she my your our be do have in on at to of for and or if as with from "
    "и в во на с со к по за из от у о для я ты мы вы он она оно они мой наш ваш "
    "это этот тот как то же ну вот быть".split()
)
_BREAK = re.compile(r"[.,;:!?…()\n—–]")
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("~!", re.compile(r"!")),
    ("~!!", re.compile(r"![^!]*!")),
    ("~?", re.compile(r"\?")),
    ("~…", re.compile(r"…|\.\.\.")),
    ("~:)", re.compile(r"\){2,}|[:;=]-?[)D]|(?<=[^\W\d_])\)\s*$|[😀😁😂🤣😃😄😅😊😍🙂👍❤🔥🎉🥰😘🙏👏💪]")),
    ("~:(", re.compile(r"\({2,}|[:=]-?\(|[😞😢😭😡😠🤬👎😤💀🙄😒😩😫🤦]")),
    ("~CAPS", re.compile(r"\b[A-ZА-ЯЁ]{4,}\b")),
)


class Token(NamedTuple):
    """A word as the coder sees it; ``start`` and ``end`` are code points into the passage.

    negator: position of the negation that reaches it, −1 if none does.
    """

    start: int
    end: int
    lemma: str
    negator: int

    @property
    def negated(self) -> bool:
        """Whether a negation reaches it."""
        return self.negator >= 0


class Hit(NamedTuple):
    """A polar word or phrase: the tokens it covers (both inclusive), its kind, and the negation (−1 if none)."""

    first: int
    last: int
    kind: str
    negator: int

    @property
    def negated(self) -> bool:
        """Whether a negation reaches it."""
        return self.negator >= 0

    @property
    def direction(self) -> str:
        """``p`` speaks for, ``n`` against, ``m`` both ways, ``w`` a wish, ``o`` a negated complaint."""
        if self.kind in {"mixed", "wish"}:
            return self.kind[0]
        if self.kind.endswith("negative"):
            return "o" if self.negated else "n"
        return "n" if self.negated else "p"

    @property
    def tokens(self) -> tuple[int, ...]:
        """Positions of its tokens, and of the negation."""
        return (*((self.negator,) if self.negated else ()), *range(self.first, self.last + 1))


class Feature(NamedTuple):
    """A feature, how many times it counts, and the tokens it comes from (none if from the whole or the question)."""

    name: str
    value: float
    tokens: tuple[int, ...] = ()


def _plain(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Words with lemmas; English contractions are taken apart, comparatives kept as they are."""
    for word in words(text, language):
        form = text[word.start : word.end].lower().replace("’", "'").replace("ё", "е")
        if language == "en" and (form.endswith("n't") or form in _IRREGULAR or form in _UNMARKED):
            base = _IRREGULAR.get(form) or _UNMARKED.get(form) or lemma(form[:-3], language)
            yield word.start, word.end, base
            yield word.start, word.end, "not"
        elif language == "en" and "'" in form:
            yield word.start, word.end, form.split("'")[0]
        else:
            yield word.start, word.end, form if form in _FORMS else word.lemma


def tokens(text: str, language: str) -> list[Token]:
    """The passage as tokens, each marked if a negation reaches it."""
    found: list[Token] = []
    reach, before, saying, negator = 0, 0, False, -1
    for start, end, word in _plain(text, language):
        if (_BREAK.search(text, before, start) and not saying) or word in _CONTRAST[language]:
            reach, saying = 0, False
        before = end
        found.append(Token(start, end, word, negator if reach > 0 else -1))
        if word in _NEGATIONS[language]:
            reach, saying, negator = _REACH, False, len(found) - 1
        elif reach:
            saying = saying or word in _SAYING
            reach -= word not in _LIGHT[language]
            saying = saying and reach > 0
    return found


def phrase_key(phrase: str, language: str) -> tuple[str, ...]:
    """How a polar word or phrase is looked up."""
    return tuple(word for _, _, word in _plain(phrase, language))


def polar_hits(found: list[Token], seeds: Seeds) -> list[Hit]:
    """Polar words and phrases in the order of the text, the longest at each place."""
    hits, position = [], 0
    while position < len(found):
        for length in range(min(_LONGEST_PHRASE, len(found) - position), 0, -1):
            kind = seeds.get(tuple(token.lemma for token in found[position : position + length]))
            if kind:
                hits.append(Hit(position, position + length - 1, kind, found[position].negator))
                position += length - 1
                break
        position += 1
    return hits


def is_empty(token: Token) -> bool:
    """Whether the word says nothing by itself (articles, pronouns, prepositions)."""
    return token.lemma in _EMPTY


def is_intense(found: list[Token], hit: Hit, language: str) -> bool:
    """Whether an intensifier stands in the two words before a polar one ("very, very slow")."""
    return any(token.lemma in _INTENSE[language] for token in found[max(0, hit.first - 2) : hit.first])


def features(text: str, question: str | None, language: str, seeds: Seeds) -> list[Feature]:
    """All features of a passage, each name once.

    The question is heard only where the passage has no polar word of its own ("what annoyed you?" must not turn
    "nothing, it was quick" into a complaint), and not at all where it is None.

    Words (``!`` negated), pairs (``<`` and ``>`` are its ends), ``@`` polarity, ``~`` form, ``q:`` question.
    """
    found = tokens(text, language)
    hits = polar_hits(found, seeds)
    result = {feature.name: feature for feature in _of_words(found)}
    for feature in (*_of_polarity(found, hits, language), *_of_form(text, found, language)):
        result[feature.name] = feature
    if question is not None and not hits:
        result |= {feature.name: feature for feature in _of_question(question, language, seeds)}
    return list(result.values())


def _of_words(found: list[Token]) -> Iterator[Feature]:
    before = "<"
    for position, token in enumerate(found):
        word = "0" if token.lemma[0].isdigit() else token.lemma
        if token.negated:
            yield Feature("!" + word, 1, (token.negator, position))
        else:
            yield Feature(word, 1, (position,))
        yield Feature(f"{before} {word}", 1, (position - 1, position) if position else (position,))
        before = word
    yield Feature(f"{before} >", 1, (len(found) - 1,) if found else ())


def _of_polarity(found: list[Token], hits: list[Hit], language: str) -> Iterator[Feature]:
    """What the polar words say together: how many of each kind, both ways or not, turned by a contrast or not."""
    kinds = [("!" if hit.negated else "") + hit.kind for hit in hits]
    for kind in dict.fromkeys(kinds):
        where = tuple(i for hit, k in zip(hits, kinds, strict=True) if k == kind for i in hit.tokens)
        yield Feature("@" + kind, min(kinds.count(kind), _MOST_HITS), where)
    ways = [hit.direction for hit in hits]
    for way in sorted({"p", "n"} & set(ways)):
        yield Feature(f"@any_{way}", 1, tuple(i for hit in hits if hit.direction == way for i in hit.tokens))
    everything = tuple(i for hit in hits for i in hit.tokens)
    yield Feature(f"@last_{ways[-1]}", 1, hits[-1].tokens) if hits else Feature("@none", 1)
    if {"p", "n"} <= set(ways):
        yield Feature("@both", 1, everything)
    contrasts = [position for position, token in enumerate(found) if token.lemma in _CONTRAST[language]]
    for position in contrasts:
        left = {hit.direction for hit in hits if hit.first < position}
        right = {hit.direction for hit in hits if hit.first > position}
        if ("p" in left and "n" in right) or ("n" in left and "p" in right):
            yield Feature("@turn", 1, (*everything, position))
    if any(found[position].lemma in _TURNING for position in contrasts):
        yield Feature("@contrast", 1, tuple(contrasts))
    if contrasts and len(set(ways)) == 1:
        yield Feature(f"@contrast_{ways[0]}", 1, tuple(contrasts))


def _of_form(text: str, found: list[Token], language: str) -> Iterator[Feature]:
    for name, pattern in _SIGNS:
        if pattern.search(text):
            yield Feature(name, 1)
    yield Feature(f"~length{min(5, (len(found) + 1).bit_length() - 1)}", 1)
    for name, listed in (("~intense", _INTENSE[language]), ("~hedge", _HEDGES[language])):
        where = tuple(position for position, token in enumerate(found) if token.lemma in listed)
        if where:
            yield Feature(name, 1, where)
    digits = tuple(position for position, token in enumerate(found) if token.lemma[0].isdigit())
    if digits:
        yield Feature("~number", 1, digits)


def _of_question(question: str, language: str, seeds: Seeds) -> Iterator[Feature]:
    """The question is evidence too: "what annoyed you?" makes a bare noun a complaint."""
    asked = tokens(question, language)
    if not asked:
        yield Feature("q:-", 1)
    for token in asked:
        yield Feature("q:" + token.lemma, 1)
    for hit in polar_hits(asked, seeds):
        yield Feature("@q" + ("!" if hit.negated else "") + hit.kind, 1)
