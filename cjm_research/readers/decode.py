"""Files to normalised text, and days written in either language."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.encoding import Decoded, decode_bytes
from cjm_research.readers.normalise import SourceMap, normalise, normalise_mapped

__all__ = [
    "MOST_CHARACTERS",
    "MOST_LINES",
    "TEXT_LIMIT",
    "Source",
    "check_length",
    "decode",
    "decode_mapped",
    "find_date",
    "fold",
    "is_day_first",
    "load_bytes",
    "normalise",
]

# No interview and no podcast has this much text; what is longer is something else, and would take gigabytes.
TEXT_LIMIT = 16 * 2**20
MOST_CHARACTERS, MOST_LINES = 2_000_000, 100_000  # of what is looked through for turns
_FILE_LIMIT = 256 * 2**20
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
# Three letters of each month; the Russian May is «мая» after a number, and «май» in front of one.
_MONTHS = (
    "янв jan, фев feb, мар mar, апр apr, мая may май, июн jun, июл jul, авг aug, сен sep, окт oct, ноя nov, дек dec"
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS.split(", "), 1) for name in names.split()}
_WORD_DATE = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|-?го|-?е)?\s+(?:of\s+)?(?P<month>[^\W\d_]{3})[^\W\d_]*\.?,?\s+"
    r"(?P<year>\d{4})(?!\d)"
    r"|\b(?P<first>[^\W\d_]{3})[^\W\d_]{0,6}\.?\s+(?P<second>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<third>\d{4})(?!\d)"
)
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?!\d)")


@dataclass(frozen=True)
class Source:
    """A file's bytes with the name people know it by and the hash of its content."""

    name: str
    data: bytes
    sha256: str


def load_bytes(path: Path, name: str) -> Source:
    """Read a file; raises CjmError if it cannot be read, is larger than any source can be, or holds nothing."""
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise _too_large(name, path.stat().st_size, _FILE_LIMIT)
        data = path.read_bytes()
    except OSError as error:
        raise CjmError.one("read.cannot_open", name, reason=error.strerror or str(error)) from error
    if not data.strip():
        raise CjmError.one("read.empty_file", name)
    return Source(name, data, hashlib.sha256(data).hexdigest())


def fold(text: str) -> str:
    """Text with every run of white space made one space, and none at the ends."""
    return " ".join(text.split())


def _too_large(name: str, size: int, most: int) -> CjmError:
    return CjmError.one("encoding.too_large", name, size=-(-size // 2**20), most=most // 2**20)


def _raw(source: Source, most: int) -> Decoded:
    if len(source.data) > most:
        raise _too_large(source.name, len(source.data), most)
    decoded = decode_bytes(source.data, source.name)
    if not decoded.text.strip("\0\ufeff \t\r\n"):
        raise CjmError.one("read.empty_file", source.name)
    return decoded


def check_length(text: str, name: str) -> None:
    """Raise CjmError if a text is longer than many interviews together, or has more lines."""
    if len(text) > MOST_CHARACTERS or text.count("\n") >= MOST_LINES:
        lines = text.count("\n") + 1
        raise CjmError.one(
            "encoding.too_long", name, n=len(text), lines=lines, most=MOST_CHARACTERS, most_lines=MOST_LINES
        )


def decode(source: Source, most: int = TEXT_LIMIT) -> tuple[str, list[Problem]]:
    """Normalised text of a file in any encoding that is known, with notes on what was guessed or is damaged.

    most: bytes that a file of this kind may have. Raises CjmError for a larger one, for one that is no text, and
    for one that is blank.
    """
    decoded = _raw(source, most)
    return normalise(decoded.text), list(decoded.notes)


def decode_mapped(source: Source, most: int = TEXT_LIMIT) -> tuple[str, list[Problem], SourceMap]:
    """As `decode`, and the map from offsets in the normalised text to offsets in the text as the file has it."""
    decoded = _raw(source, most)
    text, source_map = normalise_mapped(decoded.text)
    return text, list(decoded.notes), source_map


def find_date(text: str, *, day_first: bool = False) -> str:
    """First day named in ``text`` as ISO 8601, empty if there is none.

    Understands ``2026-03-12``, ``2026/3/12``, ``12.03.2026``, ``12 March 2026``, ``March 12th, 2026``,
    ``12 марта 2026 г.`` and ``3/12/2026``; with slashes the month comes first (as survey tools write it) unless
    ``day_first`` is set or it cannot be a month.
    """
    at, day = len(text), ""
    for days in (_iso_days(text), _short_days(text, day_first), _word_days(text)):
        first = next(days, (at, ""))
        if first[0] < at:
            at, day = first
        if at == 0:  # as in most columns of times
            break
    return day


def _iso_days(text: str) -> Iterator[tuple[int, str]]:
    for match in _ISO_DATE.finditer(text):
        if day := _day(match[1], match[2], match[3]):
            yield match.start(), day


def _short_days(text: str, day_first: bool) -> Iterator[tuple[int, str]]:
    for match in _SHORT_DATE.finditer(text):
        first, second = match[1], match[3]
        swapped = match[2] == "/" and not day_first and int(first) <= 12
        if day := _day(match[4], first if swapped else second, second if swapped else first):
            yield match.start(), day


def _word_days(text: str) -> Iterator[tuple[int, str]]:
    for match in _WORD_DATE.finditer(text):
        month = str(_MONTH_OF.get((match["month"] or match["first"]).casefold(), 0))
        if day := _day(match["year"] or match["third"], month, match["day"] or match["second"]):
            yield match.start(), day


@lru_cache(maxsize=1000)  # the answers of a survey have few days
def _day(year: str, month: str, day: str) -> str:
    """The day as ISO 8601, empty if there is no such day."""
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def is_day_first(dates: Iterable[str]) -> bool:
    """Whether dates with slashes put the day first: only if one of them could not be read otherwise."""
    matches = [match for text in dates if (match := _SHORT_DATE.search(text)) and match[2] == "/"]
    return any(int(match[1]) > 12 for match in matches)
