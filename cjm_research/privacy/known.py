"""What a study knows of its people before a text is read: labels of speakers, columns with names, words to add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cjm_research.privacy.declension import surname_stem, with_patronymic
from cjm_research.privacy.finding import Known, NameForm, Part, fold
from cjm_research.privacy.lexicon import VOCATIVE, cues, first_names, name_entries
from cjm_research.privacy.words import Token, russian_reading, tokens
from cjm_research.readers import Document
from cjm_research.readers.labels import METADATA_KEYS, word_role

__all__ = ["NAME_HEADINGS", "Policy", "collect_known", "phrases_to_add"]

# Columns of participants.csv, and attributes of interviews, that hold people's names.
NAME_HEADINGS = frozenset(
    heading.strip()
    for heading in """name, full name, first name, last name, surname, participant name, respondent name, имя, фио,
    ф.и.о., фамилия, отчество, имя участника, имя респондента, имя и фамилия""".split(",")
)


@dataclass(frozen=True)
class Policy:
    """What ``study.yml`` says.

    add: words and phrases to replace; spare: words to leave; interviewers: labels of speakers;
    waves: ids of waves, which paths keep.
    """

    add: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    interviewers: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()


def collect_known(documents: Sequence[Document], described: Sequence[Mapping[str, str]], policy: Policy) -> Known:
    """Names out of the labels of speakers, the columns with names and ``privacy_add``, in all cases.

    Words of labels that are plain words (Клиент, Support) are no names.
    """
    labels = {turn.speaker for document in documents for turn in document.turns}
    labels |= {*policy.interviewers, *(row.get("speaker", "") for row in described)}
    cells = {
        value
        for row in (*described, *(document.attributes for document in documents))
        for heading, value in row.items()
        if heading.strip().casefold() in NAME_HEADINGS
    }
    cells |= {entry for entry in policy.add if not _is_phrase(entry)}
    names, entities = dict[str, Part](), set[str]()
    for label in sorted(labels):
        _learn([word for word in tokens(label) if _may_be_name(word)], names, entities)
    for cell in sorted(cells):
        _learn([word for word in tokens(cell) if len(word.text) > 1], names, entities)
    return Known(names, frozenset(entities), frozenset(fold(entry).strip() for entry in policy.spare))


def phrases_to_add(add: Iterable[str]) -> list[tuple[str, ...]]:
    """Entries of ``privacy_add`` that are no single name, as dictionary forms of their words."""
    found = {tuple(word.lemma for word in tokens(entry)) for entry in add if _is_phrase(entry)}
    return sorted(phrase for phrase in found if phrase)


def _is_phrase(entry: str) -> bool:
    words = tokens(entry)
    if len(words) != 1 or not words[0].capital:
        return True
    word = words[0]
    if word.folded in first_names() or not word.russian:
        return False
    reading = russian_reading(word.folded)
    return reading.known and reading.name == 0


def _may_be_name(word: Token) -> bool:
    """Whether a word of a label is somebody's name rather than a role or a job."""
    if len(word.text) < 2 or word_role(word.folded) or word.folded in METADATA_KEYS | cues("english", "titles"):
        return False
    if word.folded in first_names():
        return True
    if word.russian:
        reading = russian_reading(word.folded)
        return word.capital and (not reading.known or reading.name > 0)
    from simplemma import is_known

    return word.capital and not (is_known(word.folded, "en") and word.folded not in cues("english", "surnames"))


def _learn(words: Sequence[Token], names: dict[str, Part], entities: set[str]) -> None:
    """Add the parts of one person's name: listed first names by entity, everything else in all its cases."""
    first_taken = False
    for word in words:
        listed = first_names().get(word.folded)
        if listed and not first_taken:
            entity, form, full = listed[0]
            entities.add(entity)
            if word.russian and form.case == 0:
                entries = name_entries(word.folded, entity, form.gender, full)
                _add(
                    names,
                    [(written, ("first_name", entity, e.form)) for written, e in entries if e.form.case < VOCATIVE],
                )
            first_taken = True
            continue
        kind = _kind(word, first_taken, len(words))
        first_taken = first_taken or kind == "first_name"
        _add(names, _forms(word, kind))


def _add(names: dict[str, Part], forms: Iterable[tuple[str, Part]]) -> None:
    """Add forms; of two cases that are written alike the first counts."""
    for form, part in forms:
        names.setdefault(form, part)


def _kind(word: Token, first_taken: bool, of: int) -> str:
    if not word.russian:
        return "surname" if first_taken else "first_name"
    reading = russian_reading(word.folded)
    if with_patronymic(word.folded) and reading.patronymic > 0:
        return "patronymic"
    surname = reading.surname >= max(reading.first, 0.3) or (not reading.known and surname_stem(word.folded))
    return "surname" if surname or (first_taken and of > 1) else "first_name"


def _forms(word: Token, kind: str) -> list[tuple[str, Part]]:
    """Every form of a part of a name, folded, with what it stands for."""
    if not word.russian:
        return [(word.folded, (kind, word.folded, NameForm("u", 0, "en")))]
    reading, parts = russian_reading(word.folded), surname_stem(word.folded)
    if kind == "patronymic":
        father = with_patronymic(word.folded)
        gender = "f" if father and father[1] == "овн" else "m"
        entity = father[0] if father else word.folded
        nominative = word.folded
    elif kind == "surname" and parts:
        endings = _ENDINGS[parts[0]]
        return [(parts[1] + ending, (kind, parts[1], NameForm(gender, 0))) for ending, gender in endings]
    else:
        gender = reading.gender if reading.known else "f" if word.folded[-1] in "ая" else "m"
        entity = nominative = word.folded
    return [(form, (kind, entity, entry.form)) for form, entry in name_entries(nominative, entity, gender, True)]


_ENDINGS = {
    "ov": [(e, "m") for e in ("", "у", "ым", "е")] + [(e, "f") for e in ("а", "ой", "ою")] + [("ы", "u"), ("ых", "u")],
    "sky": [(e, "m") for e in ("ий", "ого", "ому", "им", "ом")] + [(e, "f") for e in ("ая", "ой", "ую", "ие", "их")],
}
