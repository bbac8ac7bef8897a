"""Cases of Russian names by their endings.

Names decline so regularly that their endings say the class; own tables also decline names that
no dictionary holds. Cases are numbered as in `cjm_research.privacy.finding.NameForm`.
"""

from __future__ import annotations

import re

__all__ = ["decline", "surname_stem", "with_patronymic"]

# Nominative ending first; the class is the first whose pattern fits.
_CLASSES = (
    (re.compile(r"[гкх]а$"), "а и е у ой е"),
    (re.compile(r"[жшчщ]а$"), "а и е у ей е"),
    (re.compile(r"ия$"), "ия ии ии ию ией ии"),
    (re.compile(r"а$"), "а ы е у ой е"),
    (re.compile(r"я$"), "я и е ю ей е"),
)
_MASCULINE = (
    (re.compile(r"ий$"), "ий ия ию ия ием ии"),
    (re.compile(r"й$"), "й я ю я ем е"),
    (re.compile(r"ь$"), "ь я ю я ем е"),
    (re.compile(r"[жшчщц]$"), "- а у а ем е"),
    (re.compile(r"[бвгдзклмнпрстфх]$"), "- а у а ом е"),
)
_FEMININE = ((re.compile(r"ь$"), "ь и и ь ью и"),)
_OBLIQUE_STEMS = {"павел": "павл", "лев": "льв", "петр": "петр", "пётр": "петр"}
# Whole endings of -ов, -ин and -ский surnames: feminine, masculine and plural at once.
_POSSESSIVE = re.compile(r"(.*(?:[оеё]в|[иы]н))(ыми|ого|ой|ою|ым|ых|а|у|е|ы|)")
_ADJECTIVE = re.compile(r"(.*[сц]к)(ого|ому|ими|ий|им|ом|ая|ой|ую|ою|ие|их)")
_PATRONYMIC = re.compile(r"(.+?)(ович|евич|ьич|ич|ыч|овн|евн|иничн|ичн)(ами|ах|ам|ем|ом|ой|ою|ей|а|у|е|и|ы|)")


def decline(name: str, gender: str) -> tuple[str, ...]:
    """The six cases of a first name or a surname of that gender; all alike if it does not decline."""
    lower = name.lower()
    own = _MASCULINE if gender == "m" else _FEMININE if gender == "f" else ()
    for pattern, endings in (*_CLASSES, *own):
        if pattern.search(lower):
            parts = ["" if ending == "-" else ending for ending in endings.split()]
            stem = name[: len(name) - len(parts[0])]
            if lower in _OBLIQUE_STEMS:
                oblique = name[0] + _OBLIQUE_STEMS[lower][1:]
                return (name, *(oblique + ending for ending in parts[1:]))
            return tuple(stem + ending for ending in parts)
    return (name,) * 6


def surname_stem(word: str) -> tuple[str, str, str] | None:
    """Kind (``ov`` or ``sky``), stem and ending of a surname whose endings are those of its kind, else None."""
    for kind, pattern in (("ov", _POSSESSIVE), ("sky", _ADJECTIVE)):
        if match := pattern.fullmatch(word):
            return kind, match[1], match[2]
    return None


def with_patronymic(word: str) -> tuple[str, str, str] | None:
    """Father's name as far as the word tells, suffix (``ович`` or ``овн``) and ending; None for no patronymic."""
    match = _PATRONYMIC.fullmatch(word)
    if match is None or len(match[1]) < 2:
        return None
    return match[1], "овн" if match[2].endswith("н") else "ович", match[3]
