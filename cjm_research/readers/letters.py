"""Which single-byte encoding a text is in, judged by the letters it would have.

Method: each candidate reads the bytes; every pair of neighbouring characters that holds one byte above 127 costs
bits, and the candidate that costs least wins. Pairs of Russian letters cost what they cost in Russian
(``-log2 p(second | first)``); unlike neighbours (a Russian letter beside a Latin one, a capital within a word,
signs of table frames beside letters) cost extra. Letter frequencies as evidence for Cyrillic code pages follow
S. Li and K. Momoi, "A composite approach to language/encoding detection", 2001.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["CANDIDATES", "Guess", "guess_legacy"]

# Name in Python, name people know, and bits a candidate pays for being rare.
CANDIDATES = (
    ("cp1252", "Windows-1252", 0.0),
    ("cp1251", "Windows-1251", 0.0),
    ("koi8-r", "KOI8-R", 2.0),
    ("cp866", "CP866 (DOS)", 2.0),
    ("mac-cyrillic", "Mac Cyrillic", 2.0),
)
_SAMPLE = 1 << 20  # bytes looked at
# Neighbours are not independent, so the evidence counts for less than its bits say.
_TRUST = 0.3
# Bits per byte above 127: Russian and Western texts stay below the first, random bytes reach the second.
_FITS, _NOISE = 7.5, 9.0
_ENOUGH = 32  # bytes above 127 that tell noise from a few odd signs

_ALPHABET = " абвгдежзийклмнопрстуфхцчшщъыьэюяё"
# Cost in bits of the next letter (columns) after a letter (rows); the first of both is the edge of a word.
# Counted by training/count_letter_pairs.py over 12,015 Russian sentences (Open Sentiment Corpus, CEDR).
_PAIRS = (
    "f653656654b465443534577858cfef6a6e",
    "286475565874343b65449867678fffb65b",
    "6497cb3ab4f74852c46b4f8fbb5639a95a",
    "23d9a83e74f7575385476eaa96bc48ef7a",
    "53bab45ff4f84a61d3a95eddacffcfbeff",
    "52b6a82793f7584375684fa898fa67ba78",
    "28655567695544387444a978677fffd999",
    "637ba31ad3f6cb37da9d5ffc6fffd9f9f8",
    "32746457a4f74534b59b5fcbadfa58eb7d",
    "27757648555545478544b956579fffd65e",
    "0aaaa69fabd77857aa45dab867dfffcfad",
    "32c7db57a3f96a72c4654db7ecfdfdcefc",
    "43bd8937c2f76b73ba695dceabfd63c549",
    "2389bc3cc3f87753697d4adabfef489c6a",
    "53ba863ca3f7bf42d96558c79b9e46d95a",
    "2b5444666756444764448988679fffa87b",
    "74dedd3fc4f85c8172885db9bcef68dd7e",
    "52867737b3f787529866499998cf57b96a",
    "4596c84ce5f446545752698978fa75d948",
    "3394d93fc4f6885294595acb9ddc53ca7a",
    "275643646985556b55449a6a466fffa49d",
    "43af7f3fa2f95a82b47645ffbaff7aabba",
    "14c6ca7fb5ff7762b67a6f8dbbfcfc9fdd",
    "43a7cf2fa1f69fa6bb7f5fcaffff4bcacf",
    "62fbee2bf3f68a48f9b25fcfc7eff6efe7",
    "63d8fd2fd2f43845b8a54cdadffff4cff7",
    "83ffff1fb2ffff6cf9fb5ffffffff6fff4",
    "47cccc1cccccccccccccccccccccccc815",
    "2f6477397a37446f7655bf3c75bfcfff8f",
    "1f7a895c67f4f63bbe46dac8859ffff569",
    "8fa887cfac73565f6561c67bf9ffff9fff",
    "1a4a84d76cc8776fa643fd98594fffd8ff",
    "1e8586676b97555f8764de687a6fffe67f",
    "1e7677e65e86433e8463ee6ee7aeeeeeee",
)
_COST = {
    (first, second): int(digit, 16)
    for first, row in zip(_ALPHABET, _PAIRS, strict=True)
    for second, digit in zip(_ALPHABET, row, strict=True)
}
_TYPOGRAPHIC = set("«»“”„‘’‹›–—…№•·°§©®™€£\xa0\xad")
_WESTERN = set("àâäáãåæçéèêëíìîïñóòôöõøœúùûüßÿ")


@dataclass(frozen=True)
class Guess:
    """An encoding by its name in Python and for people, and how sure it is (0–0.99).

    noise: whether no candidate makes words of the bytes.
    """

    encoding: str
    label: str
    sure: float
    noise: bool


def _kind(character: str) -> str:  # noqa: PLR0911 - a table of kinds
    """What a character is: ``r`` Russian, ``c`` other Cyrillic, ``w`` Western, ``a`` ASCII letter, and so on."""
    lower = character.lower()
    if character.isascii():
        return "a" if character.isalpha() else " "
    if lower in _ALPHABET:
        return "r"
    if "\u0400" <= character <= "\u04ff":
        return "c"
    if lower in _WESTERN:
        return "w"
    if character in _TYPOGRAPHIC:
        return "t"
    if "\u2500" <= character <= "\u259f":
        return "x"
    return "?" if character.isprintable() else "!"


_ALONE = {"c": 9.0, "t": 6.0, "x": 7.0, "?": 10.0, "!": 16.0}
_LETTERS = set("rcwa")


def _cost(first: str, second: str) -> float:
    """Bits that ``second`` costs after ``first``; nothing where both are ASCII."""
    kinds = _kind(first) + _kind(second)
    bits = 0.0
    if "r" in kinds:
        pair = (first.lower() if kinds[0] == "r" else " ", second.lower() if kinds[1] == "r" else " ")
        bits += _COST[pair]
    if kinds[1] == "w":
        bits += 6.0 if second.islower() else 8.0
    elif kinds[1] in _ALONE:
        bits += 1.0 if first == second and kinds == "xx" else _ALONE[kinds[1]]
    if set(kinds) <= _LETTERS:
        mixed = ("a" in kinds or "w" in kinds) and ("r" in kinds or "c" in kinds)
        bits += 10.0 * mixed + 6.0 * (kinds == "ww") + 8.0 * (first.islower() and second.isupper())
    elif "x" in kinds and _LETTERS & set(kinds):
        bits += 6.0
    return bits


def _total(pairs: Mapping[tuple[int, int], int], encoding: str) -> float:
    letters = bytes(range(256)).decode(encoding, errors="replace")
    return sum(count * _cost(letters[first], letters[second]) for (first, second), count in pairs.items())


def guess_legacy(data: bytes) -> Guess:
    """Single-byte encoding of ``data``, which must hold bytes above 127.

    Candidates that read the bytes as the same text share their certainty.
    """
    sample = b" " + data[:_SAMPLE] + b" "
    pairs = Counter(pair for pair in pairwise(sample) if max(pair) > 127)
    high = bytes(sorted({byte for pair in pairs for byte in pair if byte > 127}))
    bits = {name: prior + _total(pairs, name) for name, _, prior in CANDIDATES}
    best, label, _ = min(CANDIDATES, key=lambda candidate: bits[candidate[0]])
    read = high.decode(best, errors="replace")
    weights = {name: 2.0 ** (-_TRUST * min(bits[name] - bits[best], 3000)) for name in bits}
    same = sum(weight for name, weight in weights.items() if high.decode(name, errors="replace") == read)
    count = sum(times for (_, second), times in pairs.items() if second > 127)
    mean = bits[best] / count
    fit = min(1.0, max(0.1, (_NOISE - mean) / (_NOISE - _FITS)))
    return Guess(best, label, min(0.99, fit * same / sum(weights.values())), mean >= _NOISE and count >= _ENOUGH)
