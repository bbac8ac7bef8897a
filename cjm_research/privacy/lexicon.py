"""First names and cue words: the lists beside this module, with the forms Russian names take."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cjm_research.privacy.declension import decline
from cjm_research.privacy.finding import NameForm, fold

__all__ = ["VOCATIVE", "Entry", "cues", "first_names", "name_entries", "phrases"]

_DATA = Path(__file__).parent / "data"
# A case of its own in speech: «Тань, а помнишь?»
VOCATIVE = 6


class Entry(NamedTuple):
    """A form of a first name: whose it is (the full name, folded), how it is written, whether it is a full name."""

    entity: str
    form: NameForm
    full: bool = True


@cache
def cues(language: str, name: str) -> frozenset[str]:
    """Words of ``data/cues.toml``, folded."""
    return frozenset(fold(_table()[language][name]).split())


@cache
def phrases() -> re.Pattern[str]:
    """Brands and works whose names hold a person's name."""
    listed = [" ".join(phrase.split()) for phrase in _table()["brands"]["phrases"].split("|")]
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(listed, key=len, reverse=True))) + r")")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((_DATA / "cues.toml").read_text(encoding="utf-8"))


def _affectionate(short: str) -> Iterator[str]:
    """Forms that anybody may make of a short name: Таня → Танечка, Танька; Дима → Димочка, Димка."""
    stem, last = short[:-1], short[-1]
    if last == "я" and stem[-1] not in "аеиоуыэюя":
        yield from (stem + ending for ending in ("ечка", "ька", "юша", "юшка", "юха"))
    elif last == "а" and stem[-1] in "жшчщ":
        yield from (stem + ending for ending in ("енька", "ка"))
    elif last == "а" and stem[-1] not in "гкх":
        yield from (stem + ending for ending in ("очка", "ка", "уля", "уся", "ушка"))


def _lines(language: str) -> list[list[str]]:
    text = (_DATA / f"names_{language}.txt").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if not line.startswith("#")]


def _lemmas(language: str) -> dict[str, tuple[str, str, bool]]:
    """Entity, gender and whether it is a full name, by every nominative (short and affectionate ones too).

    A short form of several full names (Саша) stands for itself.
    """
    lines = _lines(language)
    found = {name: (fold(name), gender, True) for gender, name, *_ in lines}
    owners: dict[str, set[tuple[str, str]]] = {}
    for gender, name, *short in lines:
        for form in short:
            owners.setdefault(form, set()).add((name, gender))
    for form, owned in owners.items():
        if form not in found:
            genders = {gender for _, gender in owned}
            name = min(owned)[0] if len(owned) == 1 else form
            found[form] = (fold(name), genders.pop() if len(genders) == 1 else "u", False)
    if language == "ru":
        for form, (entity, gender, _) in list(found.items()):
            if len(form) <= 5 and form[-1] in "ая":
                for made in _affectionate(form):
                    found.setdefault(made, (entity, gender, False))
    return found


def name_entries(name: str, entity: str, gender: str, full: bool) -> Iterator[tuple[str, Entry]]:
    """Every written form of a Russian name, folded, with what it stands for."""
    forms = decline(name, gender)
    for case, form in enumerate(forms):
        yield fold(form), Entry(entity, NameForm(gender, case), full)
        if case == 4 and form[-2:] in ("ой", "ей"):
            yield fold(form[:-1] + "ю"), Entry(entity, NameForm(gender, case), full)
    if not full and len(name) <= 5 and name[-1] in "ая":
        ending = "" if name[-1] == "а" else "й" if name[-2] in "аеиоуыэюя" else "ь"
        yield fold(name[:-1] + ending), Entry(entity, NameForm(gender, VOCATIVE), full)


@cache
def first_names() -> dict[str, tuple[Entry, ...]]:
    """What every form of every listed first name may be, folded; full names first, then the earlier case."""
    found: dict[str, list[Entry]] = {}
    for name, (entity, gender, full) in _lemmas("ru").items():
        for form, entry in name_entries(name, entity, gender, full):
            found.setdefault(form, []).append(entry)
    for name, (entity, gender, full) in _lemmas("en").items():
        found.setdefault(fold(name), []).append(Entry(entity, NameForm(gender, 0, "en"), full))
    return {form: tuple(sorted(entries, key=_rank)) for form, entries in found.items()}


def _rank(entry: Entry) -> tuple[bool, int, str]:
    return not entry.full, entry.form.case, entry.entity
