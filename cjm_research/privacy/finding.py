"""What is found in a text: the place, the kind, and whom or what it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["KINDS", "NAME_KINDS", "Finding", "Known", "NameForm", "Part", "fold"]

# Parts of a name are kinds of their own: each has its own kind of pseudonym.
NAME_KINDS = ("first_name", "patronymic", "surname")
KINDS = (
    *NAME_KINDS,
    *("word", "phone", "email", "handle", "card", "passport", "snils", "inn", "id", "address", "link", "ip"),
)


@dataclass(frozen=True)
class NameForm:
    """How a name is written here.

    gender: ``f``, ``m`` or ``u`` (not known); script: ``ru`` or ``en``.
    case: 0 nominative, 1 genitive, 2 dative, 3 accusative, 4 instrumental, 5 prepositional (Russian only).
    """

    gender: str = "u"
    case: int = 0
    script: str = "ru"


@dataclass(frozen=True)
class Finding:
    """A personal detail: code points into the text (half-open), kind, and what all its spellings share."""

    start: int
    end: int
    kind: str
    entity: str
    form: NameForm = NameForm()


Part = tuple[str, str, NameForm]
"""Kind, entity and form of a part of a name."""


@dataclass(frozen=True)
class Known:
    """What the study knows: names that are always replaced, and words that never are.

    names: by every folded written form; entities: first names of the lists; spare: folded words, meant in all cases.
    """

    names: Mapping[str, Part] = field(default_factory=dict)
    entities: frozenset[str] = frozenset()
    spare: frozenset[str] = frozenset()


def fold(word: str) -> str:
    """Lower case, ё as е: what spellings of one word share."""
    return word.lower().replace("ё", "е").replace("’", "'")
