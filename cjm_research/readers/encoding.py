"""From bytes to text: byte-order mark, then UTF-8, then the encoding the letters speak for; damage is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.letters import Guess, guess_legacy

__all__ = ["Decoded", "damage", "decode_bytes"]

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DAMAGE = {"encoding.bad_bytes", "encoding.mixed", "encoding.nul", "encoding.lost", "encoding.doubtful"}
# Runs of well-formed characters of UTF-8 beyond ASCII (table 3-7 of the Unicode standard), else a single byte.
_UTF8 = re.compile(
    rb"(?P<good>(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2})+)|[\x80-\xff]"
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_SURROGATE = re.compile("[\ud800-\udfff]+")
# What text does not hold: control characters other than NUL (told apart), tab, line ends, form feed, escape.
_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32), 127])
_SOME, _MOST_CONTROLS = 8, 0.03  # so many may be odd signs, and this share
_SAMPLE, _MOST_MIXED = 1 << 20, 1 << 22  # bytes looked at; bytes of a file whose lines are looked at one by one
_LISTED = 10
_PIECE = 1 << 16
_SURE = 0.75  # a guess below this is doubtful


@dataclass(frozen=True)
class Decoded:
    """A file's text just as the file has it: byte-order mark, line ends and zero-width characters included."""

    text: str
    notes: tuple[Problem, ...] = ()


def damage(notes: Iterable[Problem]) -> list[Problem]:
    """Notes that tell of text which could not be read with certainty: what ``encoding: strict`` refuses."""
    return [note for note in notes if note.key in _DAMAGE]


def decode_bytes(data: bytes, where: str) -> Decoded:
    """Text of a file's bytes, with notes on what was guessed and which places are damaged.

    where: the file's name for the notes. Damaged places are replaced by U+FFFD, NULs are kept.
    Raises CjmError if the bytes are no text in any known encoding.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    guess = _wide(data) if not encoding else None
    if guess or encoding.startswith("utf-16"):
        return _utf16(data, guess.encoding if guess else encoding, where, guess)
    sample = data[:_SAMPLE]
    if len(sample) - len(sample.translate(None, delete=_CONTROLS)) > max(_SOME, _MOST_CONTROLS * len(sample)):
        raise CjmError.one("encoding.not_text", where)
    try:
        text, notes = data.decode("utf-8"), list[Problem]()
    except UnicodeDecodeError:
        text, notes = _mostly_utf8(data, where) if encoding or _is_mostly_utf8(data) else _legacy(data, where)
    else:
        notes += _runs("encoding.lost", where, data, b"\xef\xbf\xbd")
    return Decoded(text, (*notes, *_runs("encoding.nul", where, data, b"\0")))


def _runs(key: str, where: str, data: bytes, sign: bytes) -> list[Problem]:
    """A note that lists where a sign stands, alone or several times on end."""
    if sign not in data:  # a hundred times quicker than the expression
        return []
    return _note(key, where, data, (match.start() for match in re.finditer(b"(?:" + sign + b")+", data)))


def _wide(data: bytes) -> Guess | None:
    """UTF-16 without a mark: every other byte of Russian or Western text is then 0 or 4."""
    sample = data[: min(_SAMPLE, len(data) // 2 * 2)]
    if len(sample) < 4:
        return None
    halves = (sample[1::2], sample[0::2])
    shares = [(half.count(0) + half.count(4)) / len(half) for half in halves]
    at = int(shares[1] > shares[0])
    # General punctuation (0x20) is frequent as well, but so are spaces in other encodings.
    usual = shares[at] + (halves[at].count(0x20) + halves[at].count(0xFE)) / len(halves[at])
    if usual < 0.7 or shares[at] < max(0.3, 2 * shares[1 - at]):
        return None
    name = ("utf-16-le", "utf-16-be")[at]
    return Guess(name, "UTF-16", min(0.99, usual), noise=False)


def _utf16(data: bytes, encoding: str, where: str, guess: Guess | None) -> Decoded:
    even = len(data) // 2 * 2
    raw = data[:even].decode(encoding, errors="surrogatepass")
    text = _SURROGATE.sub("\ufffd", raw) + "\ufffd" * (even < len(data))
    # Places are looked up in the text, a unit of two bytes each, as lines cannot be counted in the bytes.
    bad = [*(match.start() for match in _SURROGATE.finditer(raw)), *[len(raw)] * (even < len(data))]
    notes = _wide_note("encoding.bad_bytes", where, raw, bad)
    notes += _wide_note("encoding.nul", where, raw, [match.start() for match in re.finditer("\0+", raw)])
    return Decoded(text, (*([_guessed(guess, where)] if guess else []), *notes))


def _wide_note(key: str, where: str, raw: str, places: list[int]) -> list[Problem]:
    bytes_before = [len(raw[:at].encode("utf-16-le", errors="surrogatepass")) for at in places[:_LISTED]]
    lines = [len(re.findall(r"\r\n?|\n", raw[:at])) + 1 for at in places[:_LISTED]]
    return _made(key, where, list(zip(lines, bytes_before, strict=True)), len(places), encoding="UTF-16")


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether more bytes beyond ASCII make characters of UTF-8 than do not."""
    good = bad = 0
    for match in _UTF8.finditer(data[: 4 * _SAMPLE]):
        size = match.end() - match.start()
        good, bad = (good + size, bad) if match["good"] else (good, bad + size)
    return good >= bad


def _bad_utf8(data: bytes) -> Iterator[int]:
    """Offsets of bytes that belong to no character of UTF-8; of neighbours only the first."""
    last, start = -2, 0
    while start < len(data):
        end = start + _PIECE
        while end > start + _PIECE - 3 and data[end : end + 1] and data[end] & 0xC0 == 0x80:
            end -= 1  # not within a character
        try:
            data[start:end].decode("utf-8")
        except UnicodeDecodeError:  # only now it is worth looking closely, which takes twenty times as long
            for match in _UTF8.finditer(data, start, end):
                if not match["good"]:
                    if match.start() != last + 1:
                        yield match.start()
                    last = match.start()
        start = end


def _mostly_utf8(data: bytes, where: str) -> tuple[str, list[Problem]]:
    """Text of UTF-8 with foreign lines, which are read in their own encoding if it is clear, and with bad bytes."""
    lines = data.splitlines(keepends=True) if len(data) <= _MOST_MIXED else []
    foreign = {number for number, line in enumerate(lines) if _HIGH.search(line) and not _is_mostly_utf8(line)}
    guess = guess_legacy(b"".join(lines[number] for number in sorted(foreign))) if foreign else None
    if guess is None or guess.sure < _SURE:
        return data.decode("utf-8", errors="replace"), _note("encoding.bad_bytes", where, data, _bad_utf8(data))
    starts, at = list[int](), 0
    for number, line in enumerate(lines):
        starts += [at] if number in foreign else []
        at += len(line)
    own = b"".join(b" " * len(line) if number in foreign else line for number, line in enumerate(lines))
    text = "".join(
        line.decode(guess.encoding if number in foreign else "utf-8", errors="replace")
        for number, line in enumerate(lines)
    )
    mixed = _note("encoding.mixed", where, data, starts, other=guess.label, sure=round(100 * guess.sure))
    return text, [*mixed, *_note("encoding.bad_bytes", where, data, _bad_utf8(own))]


def _legacy(data: bytes, where: str) -> tuple[str, list[Problem]]:
    guess = guess_legacy(data)
    if guess.noise:
        raise CjmError.one("encoding.not_text", where)
    text = data.decode(guess.encoding, errors="replace")
    if guess.sure < _SURE:
        places = (match.start() for match in _HIGH.finditer(data))
        sure = round(100 * guess.sure)
        return text, _note("encoding.doubtful", where, data, places, encoding=guess.label, sure=sure)
    undefined = bytes(byte for byte in range(128, 256) if bytes([byte]).decode(guess.encoding, "replace") == "\ufffd")
    notes = [_guessed(guess, where)]
    if undefined:
        places = (match.start() for match in re.finditer(b"[" + re.escape(undefined) + b"]+", data))
        notes += _note("encoding.bad_bytes", where, data, places, encoding=guess.label)
    return text, notes


def _guessed(guess: Guess, where: str) -> Problem:
    params = {"encoding": guess.label, "sure": round(100 * guess.sure)}
    return Problem("read.encoding_guessed", where, MappingProxyType(params))


def _note(key: str, where: str, data: bytes, offsets: Iterable[int], **params: object) -> list[Problem]:
    """A note that lists the first of these places by line and byte and counts all; none if there are none."""
    found = iter(offsets)
    first = list(islice(found, _LISTED))
    lines = (data.count(b"\n", 0, at) + data.count(b"\r", 0, at) - data.count(b"\r\n", 0, at) for at in first)
    places = [(line + 1, at) for line, at in zip(lines, first, strict=True)]
    return _made(key, where, places, len(first) + sum(1 for _ in found), **{"encoding": "UTF-8"} | params)


def _made(key: str, where: str, places: list[tuple[int, int]], n: int, **params: object) -> list[Problem]:
    if not places:
        return []
    # People and editors count lines and bytes from 1.
    listed = ", ".join(f"{line}:{at + 1}" for line, at in places) + (", …" if n > len(places) else "")
    return [Problem(key, where, MappingProxyType({"n": n, "places": listed} | params))]
