"""The key of a study: which pseudonym stands for what. Whoever has it can undo the replacement, nobody else."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cjm_research.errors import CjmError

__all__ = ["Key", "dump_key", "load_key", "new_key", "restore"]

_COLUMNS = ("kind", "entity", "pseudonym", "original", "replaced_by")
_SECRET = "secret"  # noqa: S105 - the name of a row


@dataclass(frozen=True)
class Key:
    """Pseudonyms given so far.

    secret: random; which pseudonym a person gets depends on it, so that a list of names cannot undo it.
    codes: pseudonym by kind and entity (what all spellings of one person, number or file share).
    written: by kind, entity and original as written, what stands in its place.
    """

    secret: str
    codes: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    written: Mapping[tuple[str, str, str], str] = field(default_factory=lambda: MappingProxyType({}))


def new_key() -> Key:
    """An empty key with a fresh secret: the one thing in the package that is random, as it must be."""
    return Key(secrets.token_hex(16))


def dump_key(key: Key) -> str:
    """The key as CSV text, sorted: the same key gives the same bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerow((_SECRET, key.secret, "", "", ""))
    rows = [(kind, entity, code, "", "") for (kind, entity), code in key.codes.items()]
    rows += [
        (kind, entity, key.codes[kind, entity], original, written)
        for (kind, entity, original), written in key.written.items()
    ]
    writer.writerows(sorted(rows))
    return out.getvalue()


def load_key(text: str, where: str) -> Key:
    """Read back what `dump_key` wrote; raises CjmError if it is no key."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    found = [row[1] for row in rows if len(row) > 1 and row[0] == _SECRET]
    if not rows or tuple(rows[0]) != _COLUMNS or len(found) != 1 or any(len(row) != len(_COLUMNS) for row in rows):
        raise CjmError.one("privacy.bad_key", where)
    codes, written = dict[tuple[str, str], str](), dict[tuple[str, str, str], str]()
    for kind, entity, code, original, replaced_by in rows[1:]:
        if kind != _SECRET:
            codes[kind, entity] = code
        if original:
            written[kind, entity, original] = replaced_by
    return Key(found[0], codes, written)


def restore(text: str, key: Key) -> str:
    """Put the originals back into pseudonymised text (a quotation, a report).

    Where several spellings share a pseudonym (Таня, Татьяна), the one that begins like the full name
    is put, the first in the alphabet of several; who is meant is never in doubt.
    """
    originals: dict[str, str] = {}
    for (_, _, original), replaced_by in sorted(key.written.items(), key=lambda row: _nearness(row[0])):
        originals.setdefault(replaced_by, original)
    if not originals:
        return text
    longest_first = sorted(originals, key=lambda written: (-len(written), written))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return pattern.sub(lambda match: originals[match[0]], text)


def _nearness(row: tuple[str, str, str]) -> tuple[bool, str, str]:
    _, entity, original = row
    return original[:2].lower().replace("ё", "е") != entity[:2], entity, original
