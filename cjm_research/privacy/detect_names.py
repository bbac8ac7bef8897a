"""Names of people in Russian and English text: lists, morphology and the words around.

Presidio was weighed and left out: its recognisers of names rest on spaCy models that must be downloaded,
know Russian cases badly, and would not run offline.
"""

from __future__ import annotations

import re

from cjm_research.privacy.context import Context
from cjm_research.privacy.declension import surname_stem, with_patronymic
from cjm_research.privacy.finding import Finding, Known, NameForm, Part
from cjm_research.privacy.lexicon import VOCATIVE, Entry, cues, first_names
from cjm_research.privacy.words import Token, russian_reading

__all__ = ["find_names"]

# Shares of a word's readings as a name: from the first on it is one in small letters as well; from the
# second on it is one wherever it has a capital, unless it is listed as a thing (Роза, Лев); below the third it
# hardly ever is.
_SURE, _LIKELY, _RARELY = 0.85, 0.3, 0.1
_SURNAME = 0.5
_SURNAME_ENDING = re.compile(
    r"(?:[оеё]в|[иы]н|ян|дзе|швили|енко|чук|[сц]к)"
    r"(?:а|у|ым|ом|ой|е|ы|ых|ыми|ий|ого|ому|им|ая|ую|ие|их|ими)?$"
)
_GENITIVE_AFTER = frozenset("от у для без про кроме после до насчет против".split())
_INITIALS = re.compile(r"(?<!\w)(?:[А-ЯЁA-Z]\.[ \u00a0]?){1,2}$")
_INITIALS_AFTER = re.compile(r"[ \u00a0](?:[А-ЯЁA-Z]\.[ \u00a0]?){0,1}[А-ЯЁA-Z]\.")


def find_names(text: str, known: Known) -> list[Finding]:
    """Parts of names (first name, patronymic, surname) in the order of the text."""
    hunt = _Hunt(text, known)
    everywhere = range(len(hunt.around.words))
    for at in everywhere:
        hunt.take(at, hunt.known_name(at) or hunt.first_name(at) or hunt.patronymic(at))
    for at in everywhere:
        hunt.take_surnames_beside(at)
    for at in everywhere:
        hunt.take(at, hunt.standing_alone(at))
    return hunt.findings()


def _in_small_letters(word: Token) -> bool:
    """Whether a word is a name even in small letters."""
    if not word.russian:
        return len(word.folded) > 3 and word.folded not in cues("english", "words")
    reading = russian_reading(word.folded)
    return not reading.known or reading.name >= _SURE


def _with_capital(word: Token) -> bool:
    """Whether a word of the lists is a name wherever it has a capital."""
    if not word.russian:
        return word.folded not in cues("english", "words") | cues("english", "capital_words")
    reading = russian_reading(word.folded)
    listed = {word.folded, word.lemma} & (cues("russian", "things") | cues("russian", "doubtful"))
    return not reading.known or (reading.name >= _LIKELY and reading.place <= reading.name and not listed)


class _Hunt:
    """One text, and what each of its words is so far."""

    def __init__(self, text: str, known: Known) -> None:
        self.text, self.known = text, known
        self.around = Context(text)
        self.words = self.around.words
        self.found: dict[int, Part] = {}

    def take(self, at: int, part: Part | None) -> None:
        """Note what a word is, unless that is known or the word is to be spared."""
        word = self.words[at]
        if part and at not in self.found and len(word.text) > 1 and not self._is_spared(word):
            self.found[at] = part

    def _is_spared(self, word: Token) -> bool:
        spare = self.known.spare
        return bool(spare) and (word.folded in spare or word.lemma in spare)

    def findings(self) -> list[Finding]:
        """Every part with its offsets, initials with the surname they belong to."""
        found = []
        for at, (kind, entity, form) in sorted(self.found.items()):
            start, end = self.words[at].start, self.words[at].end
            if kind == "surname":
                initials, after = self._initials_before(at), _INITIALS_AFTER.match(self.text, end)
                start -= initials
                end = after.end() if after else end
            found.append(Finding(start, end, kind, entity, form))
        return found

    def known_name(self, at: int) -> Part | None:
        """A name the study knows; in small letters only if it cannot be another word."""
        word = self.words[at]
        part = self.known.names.get(word.folded)
        return part if part and (word.capital or _in_small_letters(word)) else None

    def first_name(self, at: int) -> Part | None:
        """A first name of the lists or the dictionary."""
        word, entry = self.words[at], self._entry(at)
        if entry is None or (len(word.text) < 3 and not word.capital):
            return None
        named = "first_name", entry.entity, entry.form
        if entry.form.case == VOCATIVE:
            plain = word.initial and russian_reading(word.folded).known and russian_reading(word.folded).name < _LIKELY
            sure = word.capital and len(word.text) > 2 and self.around.is_called(at) and not plain
        elif not word.capital:
            sure = _in_small_letters(word) or self._seems_name_in_small_letters(at, entry.form.case)
        else:
            sure = self._is_known(at, entry) or self._is_name_with_capital(at, entry.form.case)
        return named if sure else None

    def _is_known(self, at: int, entry: Entry) -> bool:
        """Whether it is a name of somebody in the study, and no common word that begins a sentence (Левой, Поля)."""
        word = self.words[at]
        common = not entry.full and word.initial and word.russian and russian_reading(word.folded).name < _RARELY
        return entry.entity in self.known.entities and not common

    def _seems_name_in_small_letters(self, at: int, case: int) -> bool:
        word = self.words[at]
        likely = russian_reading(word.folded).name >= _LIKELY if word.russian else len(word.text) > 2
        acts = case == 0 and self.around.acts(at)
        return likely and (acts or self.around.is_introduced(at))

    def _is_name_with_capital(self, at: int, case: int) -> bool:
        word = self.words[at]
        if self.around.is_something_else(at):
            return False
        # Who does something stands in the nominative: «Жене сказал» is the wife.
        person = self.around.is_person(at) if case == 0 else self.around.is_named(at)
        if person or _with_capital(word) or self._surname_follows(at):
            return True
        doubtful = cues("russian", "doubtful") if word.russian else cues("english", "capital_words")
        return not (word.initial or word.shouted or {word.folded, word.lemma} & doubtful)

    def _entry(self, at: int) -> Entry | None:
        """The first name a word may be."""
        word = self.words[at]
        if listed := first_names().get(word.folded):
            preferred = [entry for entry in listed if entry.entity in self.known.entities]
            if not preferred and self.around.folded(at - 1) in _GENITIVE_AFTER:
                preferred = [entry for entry in listed if entry.form.case == 1]
            return (preferred or listed)[0]
        if word.russian and word.capital:
            reading = russian_reading(word.folded)
            if reading.known and reading.first >= _SURNAME and reading.surname < 0.2 and reading.place == 0:
                return Entry(reading.normal, NameForm(reading.gender, reading.case))
        return None

    def patronymic(self, at: int) -> Part | None:
        """A patronymic by the dictionary, or by its ending after a first name."""
        word = self.words[at]
        parts = with_patronymic(word.folded) if word.russian else None
        after_name = self.around.joined(at) and self.found.get(at - 1, ("",))[0] == "first_name"
        if parts is None or not (word.capital or after_name):
            return None
        reading = russian_reading(word.folded)
        if reading.patronymic < _SURNAME and not (after_name and parts[2] in ("", "а", "у", "ем", "ой", "е", "ы")):
            return None
        return "patronymic", parts[0], NameForm("f" if parts[1] == "овн" else "m", reading.case)

    def _surname_follows(self, at: int) -> bool:
        """Whether the next word is a surname or patronymic in the same case."""
        if not self.around.joined(at + 1):
            return False
        word, following = self.words[at], self.words[at + 1]
        if not following.capital or following.shouted != word.shouted:
            return False
        if not following.russian:
            return following.folded in cues("english", "surnames")
        reading = russian_reading(following.folded)
        agree = bool(reading.cases & {entry.form.case for entry in first_names().get(word.folded, ())})
        return agree and reading.surname + reading.patronymic >= _SURNAME

    def take_surnames_beside(self, at: int) -> None:
        """Take the capitalised words after a first name or a title, and Russian ones before a first name."""
        named = self.found.get(at, ("",))[0] in ("first_name", "patronymic")
        title = self.words[at].capital and self.around.folded(at) in cues("english", "titles")
        if named and self.around.joined(at + 1):
            self.take(at + 1, self._surname_beside(at + 1, self.found[at]))
        for after in (at + 1, at + 2) if title and not named else ():
            if after < len(self.words) and self.around.gap(after) in (" ", ". ", "-"):
                self.take(after, self._surname_beside(after, None))
        if named and self.around.joined(at) and self.words[at - 1].russian and self.words[at - 1].capital:
            before = self.words[at - 1]
            reading = russian_reading(before.folded)
            if reading.surname > _LIKELY or (not reading.known and _SURNAME_ENDING.search(before.folded)):
                self.take(at - 1, self._surname_beside(at - 1, self.found[at]))

    def _surname_beside(self, at: int, name: Part | None) -> Part | None:
        word = self.words[at]
        if not word.capital or self.around.in_brand(at):
            return None
        if not word.russian:
            return None if word.folded in cues("english", "stop") else ("surname", word.folded, _ENGLISH)
        reading = russian_reading(word.folded)
        # Мельник, Коваль: a noun with a capital after a first name is a surname, unless it is a place.
        noun = reading.known and reading.name == 0
        if noun and (word.initial or word.shouted or reading.place > 0):
            return None
        return _russian_surname(word, name[2].gender if name else reading.gender)

    def standing_alone(self, at: int) -> Part | None:
        """A surname without a first name beside it, or an unknown name after «меня зовут»."""
        word = self.words[at]
        if not word.capital or len(word.text) < 3 or self.around.is_something_else(at):
            return None
        introduced = self.around.is_introduced(at) and not word.shouted
        if not word.russian:
            surname = word.folded in cues("english", "surnames")
            if surname and (not word.initial or self.around.is_person(at)):
                return "surname", word.folded, _ENGLISH
            return ("first_name", word.folded, _ENGLISH) if introduced or self._has_initials(at) else None
        reading = russian_reading(word.folded)
        likely = reading.surname >= (_SURNAME if reading.known else 0.9) and reading.place == 0 and not word.shouted
        typical = reading.known or bool(_SURNAME_ENDING.search(word.folded))
        named = self.around.is_named(at) or self.around.acts(at)
        person = not word.initial and named and (not reading.known or reading.surname > 0)
        if (likely and typical) or person or (self._has_initials(at) and (reading.surname > 0 or not reading.known)):
            return _russian_surname(word, reading.gender)
        if introduced and not reading.known:
            return "first_name", reading.normal, NameForm(reading.gender, reading.case)
        return None

    def _has_initials(self, at: int) -> bool:
        return bool(self._initials_before(at) or _INITIALS_AFTER.match(self.text, self.words[at].end))

    def _initials_before(self, at: int) -> int:
        """Length of the initials before a word, with the space after them; 0 if there are none."""
        before = self.around.before(at)
        match = _INITIALS.search(before.rstrip())
        return len(before) - match.start() if match and self.around.gap(at).strip() == "." else 0


_ENGLISH = NameForm("u", 0, "en")


def _russian_surname(word: Token, gender: str) -> Part:
    reading = russian_reading(word.folded)
    parts = surname_stem(word.folded)
    return "surname", parts[1] if parts else reading.normal, NameForm(gender, reading.case)
