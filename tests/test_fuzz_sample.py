"""A seeded sample of what ``make fuzz`` does in full: spoiled files are read or refused, soon and in little memory."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from cjm_research.readers import SURVEY_SUFFIXES, TRANSCRIPT_SUFFIXES, propose_column_map, read_survey, read_transcripts
from tests.fuzz import fuzz
from tests.fuzz_files import FORMATS, spoiled

if TYPE_CHECKING:
    from pathlib import Path

FILES, SIZE = 20, 5_000_000


def test_every_format_that_is_read_is_fuzzed() -> None:
    """No reader is left out when a format is added."""
    assert set(FORMATS) == {*TRANSCRIPT_SUFFIXES, *(f"survey{suffix}" for suffix in SURVEY_SUFFIXES)}


@pytest.mark.parametrize("name", FORMATS)
def test_the_good_files_are_read(name: str, tmp_path: Path) -> None:
    """What is spoiled later is a file that its reader takes and finds words in."""
    path = tmp_path / f"a.{name.rpartition('.')[2]}"
    path.write_bytes(FORMATS[name]())
    if name.startswith("survey"):
        read = read_survey(path, path.name, propose_column_map(path))
    else:
        read = read_transcripts(path, path.name)
    assert any(turn.role == "participant" for document in read for turn in document.turns)
    assert any("friend" in document.text or "Реклама" in document.text for document in read)


def test_a_seed_always_gives_the_same_file() -> None:
    """A failure can be tried again from its format and number."""
    assert [spoiled(name, 30, SIZE) == spoiled(name, 30, SIZE) for name in FORMATS] == [True] * len(FORMATS)
    assert len({spoiled(".txt", seed, 1000) for seed in range(50)}) > 40


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of address space and processor time")
def test_spoiled_files_are_read_or_refused() -> None:
    """Of each format twenty spoiled files give documents or a CjmError, within 10 s and 1 GB."""
    outcomes = fuzz(FORMATS, range(FILES), SIZE)
    assert len(outcomes) == FILES * len(FORMATS)
    assert [outcome for outcome in outcomes if outcome.kind == "failed"] == []
    assert sum(outcome.kind == "read" for outcome in outcomes) > FILES * len(FORMATS) / 5
