"""Finding coded words again after a transcript was edited.

A decision remembers its words, up to 40 characters around them and where they stood. White space may change; anything
else that changes the words makes the decision stale: it stays in the list for a person to look at, and is never
attached to other words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import pandas as pd

from cjm_research.i18n import t

__all__ = ["CONTEXT", "context", "reanchor", "renamed", "stale_lines"]

CONTEXT = 40  # characters remembered on either side
_ENOUGH = 12  # characters of context that have to agree where the rest was edited
_TELLING = 60  # characters that hardly stand at the same place of another transcript by chance; "Да." does
_SHOWN = 60  # characters of a quote in a message
_SENTENCES = {"gone": "anchor.stale", "no_file": "anchor.no_file", "unsaid": "anchor.unsaid"}
_BLANK = re.compile(r"\s+")


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """The characters before and after ``text[start:end]`` that a decision has to remember."""
    return text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]


def _squeeze(text: str) -> str:
    """Text with every run of white space made one space, ends included."""
    return _BLANK.sub(" ", text)


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters two texts have in common from where they begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@dataclass(frozen=True)
class _Text:
    """A transcript as it is now, and the same with white space squeezed."""

    text: str

    @cached_property
    def squeezed(self) -> str:
        """The text to search in."""
        return _squeeze(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Offset in the text of each character of the squeezed text, and the text's length."""
        blank = [character.isspace() for character in self.text]
        return [at for at in range(len(blank)) if not (at and blank[at] and blank[at - 1])] + [len(self.text)]

    def find(self, words: str) -> Iterator[int]:
        """Every offset in the squeezed text at which words (squeezed) stand, overlapping ones included."""
        at = self.squeezed.find(words)
        while at >= 0:
            yield at
            at = self.squeezed.find(words, at + 1)

    def offset(self, at: int) -> int:
        """Offset in the squeezed text of an offset in the text."""
        return bisect_left(self.starts, at)


@dataclass(frozen=True)
class _Anchor:
    """What a decision remembers; white space squeezed except in ``quote``."""

    quote: str
    words: str
    before: str
    after: str
    start: int

    def place(self, now: _Text) -> tuple[int, int] | None:
        """Where the words stand now: the only place, else the one with its context, else None."""
        found = list(now.find(self.words)) if self.words else []
        if len(found) > 1:
            found = self._by_context(now, found)
        if len(found) != 1:
            return None
        start = now.starts[found[0]]
        if now.text.startswith(self.quote, start):
            return start, start + len(self.quote)
        return start, now.starts[found[0] + len(self.words) - 1] + 1

    def _by_context(self, now: _Text, found: list[int]) -> list[int]:
        """Of several places those with the whole context, else the one whose context clearly agrees most."""
        agree = {at: self._agreement(now.squeezed, at) for at in found}
        whole = [at for at in found if agree[at] == len(self.before) + len(self.after)]
        if now.offset(self.start) in whole:
            # The same words in the same surroundings, again and again: where they stood decides.
            return [now.offset(self.start)]
        best, second = sorted(found, key=lambda at: -agree[at])[:2]
        clear = agree[best] >= max(_ENOUGH, 2 * agree[second])
        return whole or ([best] if clear else [])

    def _agreement(self, text: str, at: int) -> int:
        """How many characters next to the words at ``at`` are those that are remembered."""
        end = at + len(self.words)
        before = text[max(0, at - len(self.before)) : at]
        return _alike(reversed(self.before), reversed(before)) + _alike(self.after, text[end : end + len(self.after)])


def reanchor(old: pd.DataFrame, texts: Mapping[str, str]) -> pd.DataFrame:
    """Places of coded words in the transcripts as they are now, one row per row of ``old``, same index.

    old: ``transcript_id``, ``quote``, ``before``, ``after`` (see `context`) and ``start`` (code points).
    texts: normalised text by transcript id; a transcript that is not there is gone.
    Returns ``start``, ``end`` (half-open; NA where stale) and ``status``: ``exact`` (same words at the same place),
    ``moved`` (found elsewhere, or with other white space: once in the text, or once with its context; where the
    context was edited too, at least 12 characters of it must agree, twice as many as anywhere else), ``stale``.
    """
    now = {
        transcript: _Text(texts[transcript])
        for transcript in dict.fromkeys(old["transcript_id"])
        if transcript in texts
    }
    rows = list[tuple[object, object, str]]()
    for transcript, quote, before, after, start in zip(
        *(old[name] for name in ("transcript_id", "quote", "before", "after", "start")), strict=True
    ):
        anchor = _Anchor(quote, _squeeze(quote), _squeeze(before), _squeeze(after), int(start))
        place = anchor.place(now[transcript]) if transcript in now else None
        if place is None:
            rows.append((pd.NA, pd.NA, "stale"))
            continue
        same = place[0] == anchor.start and now[transcript].text[slice(*place)] == quote
        rows.append((*place, "exact" if same else "moved"))
    found = pd.DataFrame(rows, columns=["start", "end", "status"], index=old.index)
    return found.astype({"start": "Int64", "end": "Int64", "status": "str"})


def renamed(old: pd.DataFrame, texts: Mapping[str, str]) -> dict[str, str]:
    """New id by old id of transcripts that are gone under their name but stand unchanged under another.

    old: as for `reanchor`. Every coded quote has to stand, with all that is remembered around it, at its old place in
    exactly one other transcript, and one of them has to be long enough to tell. What was moved or edited as well
    counts as gone.
    """
    names = dict[str, str]()
    gone = old[~old["transcript_id"].isin(list(texts))]
    remembered = gone["before"].str.len() + gone["quote"].str.len() + gone["after"].str.len()
    gone = gone[remembered.groupby(gone["transcript_id"]).transform("max") >= _TELLING]
    for transcript, rows in gone.groupby("transcript_id", sort=True):
        pieces = [
            (start - len(before), before + quote + after)
            for before, quote, after, start in zip(
                *(rows[name] for name in ("before", "quote", "after", "start")), strict=True
            )
        ]
        same = [name for name, text in texts.items() if all(text.startswith(piece, at) for at, piece in pieces)]
        if len(same) == 1:
            names[str(transcript)] = same[0]
    return names


def stale_lines(stale: pd.DataFrame, lang: str | None = None) -> list[str]:
    """One line per decision without a place, in its order.

    stale: ``transcript_id``, ``quote`` and ``reason``: ``gone`` (the words are), ``no_file``, ``unsaid`` (the words
    are no participant's any more).
    """
    lines = []
    for transcript, quote, reason in zip(stale["transcript_id"], stale["quote"], stale["reason"], strict=True):
        shown = quote if len(quote) <= _SHOWN else quote[: _SHOWN - 1] + "…"
        lines.append(f"{transcript}: {t(_SENTENCES[reason], lang, quote=' '.join(shown.split()))}")
    return lines
