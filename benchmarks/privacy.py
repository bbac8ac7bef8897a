"""How many personal details are replaced, and how much is replaced that is none.

    python -m benchmarks.privacy [--misses]

The sentences (``privacy_sentences.tsv``) were written before the detectors; details are marked ``[[kind:text]]``
and rows of the group "trap" hold none. A third, ``held_out``, was not looked at while the rules were made.
A detail counts as found if every letter and digit of it is replaced. What is replaced in the demo studies was
looked through once: ``privacy_demo_names.txt`` holds what is a person's there, the rest counts as false.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cjm_research.people import load_participants
from cjm_research.privacy import Key, Policy, find_details, pseudonymise
from cjm_research.study import open_study

HERE = Path(__file__).parent
DEMO_STUDIES = ("online_grocery", "project_saas")
_MARK = re.compile(r"\[\[(\w+):(.*?)\]\]")


@dataclass
class Score:
    """Counts of one part of the sentences."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    words: int = 0
    false: int = 0

    def recall(self, *kinds: str) -> float:
        """Share of the details of these kinds that were found; 1 if there are none."""
        there = sum(self.there[kind] for kind in kinds)
        return sum(self.found[kind] for kind in kinds) / there if there else 1.0


def unmark(marked: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The sentence without marks, and kind and offsets of every detail."""
    plain, details, at = "", list[tuple[str, int, int]](), 0
    for match in _MARK.finditer(marked):
        plain += marked[at : match.start()]
        details.append((match[1], len(plain), len(plain) + len(match[2])))
        plain, at = plain + match[2], match.end()
    return plain + marked[at:], details


def read_rows() -> Iterator[dict[str, str]]:
    """Rows of the list of sentences."""
    with (HERE / "privacy_sentences.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def score_sentence(marked: str, score: Score) -> list[str]:
    """Count one sentence; returns what was missed and what was replaced falsely."""
    plain, details = unmark(marked)
    found = find_details(plain)
    covered = {at for finding in found for at in range(finding.start, finding.end)}
    told = []
    score.words += len(plain.split())
    for kind, start, end in details:
        score.there[kind] += 1
        letters = {at for at in range(start, end) if plain[at].isalnum()}
        # The 's of "Jennifer's" says nothing.
        letters -= {end - 1} if plain[start:end].endswith("'s") else set()
        if letters <= covered:
            score.found[kind] += 1
        else:
            told.append(f"missed {kind} {plain[start:end]!r}: {plain}")
    for finding in found:
        if not any(start < finding.end and finding.start < end for _, start, end in details):
            score.false += 1
            told.append(f"false {finding.kind} {plain[finding.start : finding.end]!r}: {plain}")
    return told


def score_rows(rows: list[dict[str, str]]) -> tuple[Score, list[str]]:
    """Count many sentences."""
    score, told = Score(), list[str]()
    for row in rows:
        told += score_sentence(row["sentence"], score)
    return score, told


def line(name: str, score: Score) -> str:
    """One line of the table of figures."""
    numbers = [kind for kind in score.there if kind not in ("name", "address", "link", "handle")]
    rest = ("address", "link", "handle")
    return (
        f"{name:24} names {score.recall('name'):.3f} of {score.there['name']:3}   "
        f"phones, e-mails, numbers {score.recall(*numbers):.3f} of {sum(score.there[kind] for kind in numbers):3}   "
        f"addresses, links {score.recall(*rest):.3f} of {sum(score.there[kind] for kind in rest):3}   "
        f"false {score.false:2} in {score.words:4} words, {1000 * score.false / max(score.words, 1):.1f} per 1,000"
    )


def score_demo(name: str) -> tuple[str, list[str]]:
    """False replacements in a demo study, as the program would make them."""
    listed = (HERE / "privacy_demo_names.txt").read_text(encoding="utf-8").splitlines()
    people = {entry for entry in listed if entry and not entry.startswith("#")}
    study = open_study(name)
    described = load_participants(study.folder / "participants.csv")
    waves = tuple(wave.id for wave in study.settings.waves)
    hidden = pseudonymise(study.documents, described, (), Key("benchmark"), Policy(waves=waves))
    original = {(kind, new): old for (kind, _, old), new in hidden.key.written.items()}
    replaced = Counter(original[item.kind, item.written] for item in hidden.replacements)
    false = {word: count for word, count in replaced.items() if word.lower() not in people}
    words = sum(len(document.text.split()) for document in study.documents)
    rate = 1000 * sum(false.values()) / words
    counts = f"{sum(replaced.values())} replaced, false {sum(false.values())} in {words} words, {rate:.1f} per 1,000"
    return f"{name:24} {counts}", [f"false {word!r} ({count})" for word, count in sorted(false.items())]


def main() -> None:
    """Print recall and false replacements; with ``--misses`` every mistake outside the held-out third as well."""
    rows = list(read_rows())
    parts = {
        "tuning sentences": [row for row in rows if row["split"] == "tuning"],
        "held-out sentences": [row for row in rows if row["split"] == "held_out"],
        "traps, tuning": [row for row in rows if row["split"] == "tuning" and row["group"] == "trap"],
        "traps, held out": [row for row in rows if row["split"] == "held_out" and row["group"] == "trap"],
        "traps, all": [row for row in rows if row["group"] == "trap"],
        "all, Russian": [row for row in rows if row["language"] == "ru"],
        "all, English": [row for row in rows if row["language"] == "en"],
        "all sentences": rows,
    }
    for name, part in parts.items():
        score, told = score_rows(part)
        print(line(name, score))
        if "--misses" in sys.argv and "tuning sentences" in name:
            print(*(f"    {text}" for text in told), sep="\n")
    for name in DEMO_STUDIES:
        text, told = score_demo(name)
        print(text)
        if "--misses" in sys.argv:
            print(*(f"    {text}" for text in told), sep="\n")


if __name__ == "__main__":
    main()
