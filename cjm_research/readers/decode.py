"""Bytes to normalised text: encoding, line ends, and days written in either language."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem

__all__ = ["Source", "decode", "find_date", "fold", "is_day_first", "load_bytes", "normalise"]

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Bytes 0xC0–0xFF are the letters А–я of Windows-1251. Russian words are runs of them; in Western
# European text such a byte is a single accented letter among ASCII ones.
_HIGH = re.compile(rb"[\xa8\xb8\xc0-\xff]")
_HIGH_RUN = re.compile(rb"[\xa8\xb8\xc0-\xff]{2,}")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
# Three letters of each month; the Russian May is «мая» after a number.
_MONTHS = "янв jan, фев feb, мар mar, апр apr, мая may, июн jun, июл jul, авг aug, сен sep, окт oct, ноя nov, дек dec"
_WORD_DATE = re.compile(r"(?<!\d)(\d{1,2})\s+([^\W\d_]{3})[^\W\d_]*\.?,?\s+(\d{4})(?!\d)")
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)")


@dataclass(frozen=True)
class Source:
    """A file's bytes with the name people know it by and the hash of its content."""

    name: str
    data: bytes
    sha256: str


def load_bytes(path: Path, name: str) -> Source:
    """Read a file; raises CjmError if it cannot be read or holds nothing."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CjmError.one("read.cannot_open", name, reason=error.strerror or str(error)) from error
    if not data.strip():
        raise CjmError.one("read.empty_file", name)
    return Source(name, data, hashlib.sha256(data).hexdigest())


def normalise(text: str) -> str:
    r"""Text with ``\n`` line ends, without byte-order mark and NUL; everything else, NFC included, stays."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def fold(text: str) -> str:
    """Text with every run of white space made one space, and none at the ends."""
    return " ".join(text.split())


def decode(source: Source) -> tuple[str, list[Problem]]:
    """Normalised text of a file in UTF-8 or UTF-16 with a mark, UTF-8, Windows-1251 or Windows-1252.

    A legacy encoding is a guess, so it comes with a note that says how sure it is.
    """
    for bom, encoding in _BOMS:
        if source.data.startswith(bom):
            return normalise(source.data[len(bom) :].decode(encoding, errors="replace")), []
    try:
        return normalise(source.data.decode("utf-8")), []
    except UnicodeDecodeError:
        high = len(_HIGH.findall(source.data))
        share = sum(len(run) for run in _HIGH_RUN.findall(source.data)) / high if high else 0.0
    russian = share >= 0.5
    encoding, sure = ("Windows-1251", share) if russian else ("Windows-1252", 1 - share)
    text = source.data.decode("cp1251" if russian else "cp1252", errors="replace")
    params = {"encoding": encoding, "sure": round(100 * sure)}
    return normalise(text), [Problem("read.encoding_guessed", source.name, MappingProxyType(params))]


def find_date(text: str, *, day_first: bool = False) -> str:
    """First day named in ``text`` as ISO 8601, empty if there is none.

    Understands ``2026-03-12``, ``2026/3/12``, ``12.03.2026``, ``12 March 2026``, ``12 марта 2026`` and
    ``3/12/2026``; with slashes the month comes first (as survey tools write it) unless ``day_first`` is
    set or it cannot be a month.
    """
    if match := _ISO_DATE.search(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _SHORT_DATE.search(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/" and not day_first and day <= 12:
            day, month = month, day
    elif match := _WORD_DATE.search(text):
        name = match[2].casefold()
        month = next((number for number, names in enumerate(_MONTHS.split(", "), 1) if name in names.split()), 0)
        day, year = int(match[1]), int(match[3])
    else:
        return ""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def is_day_first(dates: Iterable[str]) -> bool:
    """Whether dates with slashes put the day first: only if one of them could not be read otherwise."""
    matches = [match for text in dates if (match := _SHORT_DATE.search(text)) and match[2] == "/"]
    return any(int(match[1]) > 12 for match in matches)
