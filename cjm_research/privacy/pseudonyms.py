"""Pseudonyms: old-fashioned names in the right case for people, reserved or impossible values for numbers.

A name stays a name and a phone a phone, so sentences read well and coders see what they would have seen;
nobody takes a Рогнеда or +0 000 000-00-17 for real. E-mails and links use the reserved example.org (RFC 2606),
IP addresses the reserved 2001:db8::/32 (RFC 3849).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from cjm_research.privacy.declension import decline, surname_stem, with_patronymic
from cjm_research.privacy.finding import NAME_KINDS, Finding, NameForm, fold
from cjm_research.privacy.key import Key

__all__ = ["extend_key", "write_pseudonym"]

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_WAY = re.compile(
    r"(?i)(?:ул|пр|пр-к?т|просп|пер|ш|б-р|бул|наб|пл|мкр)\b\.?|(?:улиц|проспект|переул|шоссе|бульвар|набереж|проезд|"
    r"площад|алле|тракт|микрорайон|тупик)\w*|\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|"
    r"terrace|ter|court|ct|place|pl|way|square|sq|close|crescent|row|parkway|pkwy|highway|hwy|gardens|grove|walk|"
    r"mews|circle)\b\.?"
)


@cache
def _pools() -> dict[str, dict[str, tuple[str, ...]]]:
    table = tomllib.loads((Path(__file__).parent / "data" / "pseudonyms.toml").read_text(encoding="utf-8"))
    return {script: {name: tuple(words.split()) for name, words in pools.items()} for script, pools in table.items()}


def _pool(kind: str, entity: str, form: NameForm) -> tuple[str, ...]:
    """Names to choose from; empty for what is numbered."""
    if kind not in NAME_KINDS:
        return ()
    pools = _pools()[form.script]
    if kind == "first_name":
        return pools[form.gender]
    if kind == "patronymic":
        return pools["m"]
    if form.script == "en":
        return pools["surname"]
    parts = surname_stem(entity)
    if entity.endswith(("ск", "цк")):
        return pools["surname_sky"]
    return pools["surname_ov" if parts and not parts[2] else "surname_other"]


def extend_key(key: Key, wanted: Mapping[tuple[str, str], NameForm], avoid: Collection[str] = ()) -> Key:
    """The key with a pseudonym for everything wanted (kind and entity) that has none yet.

    avoid: folded names that stand for somebody in this study; no pseudonym is one of them.
    The order in which things are wanted does not matter: the secret decides.
    """
    codes = dict(key.codes)
    used = {(kind, code) for (kind, _), code in codes.items()}
    digest = {
        item: int.from_bytes(hmac.digest(key.secret.encode(), "\x1f".join(item).encode(), hashlib.sha256)[:8])
        for item in wanted
        if item not in codes
    }
    size = max(1000, 10 ** len(str(4 * (len(codes) + len(digest)))))
    for kind, entity in sorted(digest, key=lambda item: (digest[item], item)):
        pool = [name for name in _pool(kind, entity, wanted[kind, entity]) if fold(name) not in avoid]
        start, number = digest[kind, entity], 0
        while (kind, code := _nth(pool, start, number, size)) in used:
            number += 1
        used.add((kind, code))
        codes[kind, entity] = code
    return Key(key.secret, codes, key.written)


def _nth(pool: list[str], start: int, number: int, size: int) -> str:
    """The n-th choice: through the pool, and again with a number behind the name; else a number."""
    if not pool:
        return str((start + number) % (size - 1) + 1)
    name, again = pool[(start + number) % len(pool)], number // len(pool)
    return f"{name}-{again + 1}" if again else name


def write_pseudonym(finding: Finding, original: str, code: str) -> str:
    """What stands in the place of the original: in its case, its letters' size, its grouping of digits."""
    if finding.kind in NAME_KINDS:
        word = max(_LETTERS.findall(original), key=len)
        before, _, after = original.partition(word)
        own = _like(word, _in_case(finding, fold(word), code))
        return re.sub(r"\w", "N", before) + own + re.sub(r"\w", "N", after)
    if finding.kind == "address":
        way = _WAY.search(original)
        if way is None:
            return f"№{code}"
        return f"{way[0]} №{code}" if way.start() == 0 else f"№{code} {way[0]}"
    fixed = {
        "word": f"№{code}",
        "email": f"user{code}@example.org",
        "handle": f"@user{code}",
        "link": f"https://example.org/{code}",
        "ip": f"2001:db8::{code}",
    }
    return fixed.get(finding.kind) or _in_digits(original, code)


def _in_digits(original: str, code: str) -> str:
    """The original with its letters made X and its digits the number's, zeros before."""
    length = sum(letter.isdigit() for letter in original)
    digits = iter(code.zfill(length)[-length:])
    letters = re.sub(r"[A-Z]", "X", original)
    return "".join(next(digits) if letter.isdigit() else letter for letter in letters)


def _like(original: str, name: str) -> str:
    if len(original) > 1 and original.isupper():
        return name.upper()
    return name.lower() if original[0].islower() else name


def _in_case(finding: Finding, word: str, code: str) -> str:
    """The pseudonym in the case of the word it replaces."""
    name, dash, number = code.partition("-")
    form = finding.form
    if form.script == "en":
        return code
    if finding.kind == "first_name":
        gender = "f" if name.endswith(("а", "я")) else "m"
        return decline(name, gender)[form.case % 6] + dash + number
    if finding.kind == "patronymic":
        parts = with_patronymic(word)
        return f"{name}{parts[1]}{parts[2]}{dash}{number}" if parts else code
    parts = surname_stem(word)
    endings = surname_stem(fold(name)) if not name.endswith(("ск", "цк")) else ("sky", name, "")
    if parts and endings and parts[0] == endings[0] and not endings[2]:
        return name + parts[2] + dash + number
    if name.endswith("ск"):
        return name + ("ая" if form.gender == "f" else "ий") + dash + number
    return (decline(name, "m")[form.case] if form.gender == "m" else name) + dash + number
