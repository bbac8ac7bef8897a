"""Every personal detail of a text: what has a form of its own, words to add, and names."""

from __future__ import annotations

from collections.abc import Sequence

from cjm_research.privacy.detect_names import find_names
from cjm_research.privacy.detect_numbers import find_numbers
from cjm_research.privacy.finding import Finding, Known, fold
from cjm_research.privacy.words import tokens

__all__ = ["find_details"]


def find_details(text: str, known: Known | None = None, phrases: Sequence[tuple[str, ...]] = ()) -> tuple[Finding, ...]:
    """Every personal detail of a text, in order; none overlaps another.

    known: what the study knows; phrases: dictionary forms of further words to replace.
    """
    known = known or Known()
    found = [finding for finding in find_numbers(text) if fold(text[finding.start : finding.end]) not in known.spare]
    for finding in [*_phrases(text, phrases), *find_names(text, known)]:
        if not any(finding.start < other.end and other.start < finding.end for other in found):
            found.append(finding)
    return tuple(sorted(found, key=lambda finding: finding.start))


def _phrases(text: str, phrases: Sequence[tuple[str, ...]]) -> list[Finding]:
    """Places where the words of a phrase stand one after the other, in whatever case."""
    if not phrases:
        return []
    words = tokens(text)
    lemmas = [word.lemma for word in words]
    return [
        Finding(words[at].start, words[at + len(phrase) - 1].end, "word", " ".join(phrase))
        for phrase in phrases
        for at in range(len(words) - len(phrase) + 1)
        if tuple(lemmas[at : at + len(phrase)]) == phrase
    ]
