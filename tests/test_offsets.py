"""Offsets never lie: the golden text in every variant of a file, and random Unicode written and read back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from cjm_research.errors import CjmError
from cjm_research.people import build_sources
from cjm_research.readers import Document, read_transcript
from cjm_research.readers.decode import Source
from cjm_research.readers.normalise import normalise
from cjm_research.readers.plain import read_markdown, read_plain
from cjm_research.readers.roles import Known
from cjm_research.segments import make_segments
from cjm_research.settings import load_settings
from cjm_research.study import open_study
from tests.conftest import write_study

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = (
    "Я открыла приложение 😀 и не нашла кнопку.\n"
    "Потом позвонила в поддержку — грубо ответили 🤦🏽\u200d♀️!\n"
    "End: ok."
)  # fmt: skip
QUOTES = (("не нашла кнопку", 25, 40), ("грубо ответили", 72, 86), ("ok", 99, 101))
# Where the quotes stand in the file itself: line ends of two characters, and a byte-order mark, shift them.
IN_SOURCE = {
    "lf": ((25, 40), (72, 86), (99, 101)),
    "crlf": ((25, 40), (73, 87), (101, 103)),
    "cr": ((25, 40), (72, 86), (99, 101)),
    "bom": ((26, 41), (73, 87), (100, 102)),
    "bom-crlf": ((26, 41), (74, 88), (102, 104)),
}
VARIANTS = {
    "lf": GOLDEN,
    "crlf": GOLDEN.replace("\n", "\r\n"),
    "cr": GOLDEN.replace("\n", "\r"),
    "bom": "\ufeff" + GOLDEN,
    "bom-crlf": "\ufeff" + GOLDEN.replace("\n", "\r\n"),
}
ROUNDS = 10_000


def read(data: bytes, name: str = "golden.txt") -> Document:
    """A text or Markdown file of these bytes."""
    reader = read_markdown if name.endswith(".md") else read_plain
    [document] = reader(Source(name, data, "0"), Known())
    return document


def test_the_golden_text_is_the_one_that_was_agreed() -> None:
    """102 code points, of which the second emoji is five."""
    assert len(GOLDEN) == 102
    assert [GOLDEN[start:end] for _, start, end in QUOTES] == [quote for quote, _, _ in QUOTES]


@pytest.mark.parametrize("name", ["golden.txt", "golden.md"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_golden_text_has_the_same_offsets_in_every_file(variant: str, encoding: str, name: str) -> None:
    """Whatever line ends, mark and encoding, the quotes are at 25–40, 72–86, 99–101, and map back to the file."""
    document = read(VARIANTS[variant].encode(encoding), name)
    assert document.text == GOLDEN
    assert document.source_map is not None
    spans = [document.source_map.span_to_source(start, end) for _, start, end in QUOTES]
    assert tuple(spans) == IN_SOURCE[variant]
    assert [VARIANTS[variant][start:end] for start, end in spans] == [quote for quote, _, _ in QUOTES]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("seed", range(20))
def test_characters_without_width_move_no_quote(encoding: str, seed: int) -> None:
    """Zero-width spaces, joiners of words, inner marks and NULs anywhere go; the emoji's own joiner stays."""
    chance = random.Random(seed)  # noqa: S311 - a seeded test
    raw = "".join(
        c + "".join(chance.choices("\u200b\u2060\ufeff\u00ad", k=chance.choice((0, 0, 1, 3)))) for c in GOLDEN
    )
    document = read(raw.encode(encoding))
    assert document.text == GOLDEN
    assert document.source_map is not None
    for quote, start, end in QUOTES:
        first, last = document.source_map.span_to_source(start, end)
        assert (raw[first], raw[last - 1]) == (quote[0], quote[-1])
        assert normalise(raw[first:last]) == quote


def test_joiners_between_letters_go_and_those_in_emoji_and_other_scripts_stay() -> None:
    """Only joiners that copying left between Latin or Cyrillic letters are removed."""
    assert normalise("ко\u200cфе te\u200da") == "кофе tea"
    kept = "👩🏽\u200d💻 ❤️ می\u200cخواهم ы\u200d"
    assert normalise(kept) == kept


def test_normalised_text_stays_as_it_is() -> None:
    """Normalising twice is normalising once, whatever characters come together."""
    chance = random.Random(7)  # noqa: S311
    parts = ["\r", "\n", "\0", "\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "а", "b", "и\u0306", "👍🏽", "ش", " "]
    for _ in range(5000):
        text = normalise("".join(chance.choices(parts, k=8)))
        assert normalise(text) == text


PIECES = (
    *("да", "нет", "дорого", "the café", "Straße", "и\u0306", "e\u0301\u0323", "ﬁ", "İ", "ß", "…", "—", "«»", "100 ₽"),
    *("😀", "👍🏽", "🤦🏽\u200d♀️", "👩🏽\u200d🚒", "👨\u200d👩\u200d👧\u200d👦", "🇷🇺", "❤️", "1️⃣"),
    *("שלום", "\u200fمرحبا\u200f", "\u202eabc\u202c", "می\u200cخواهم", "नमस्ते", "한국어", "日本語"),
    *("\u1112\u1161\u11ab", "𝒳", "𐍈", "\U0010fffd", "🏴\U000e0067\U000e0062\U000e007f"),
    *("\u00a0", "\u2028", "\u2003", "\x85", "\x1c", "\t", "\u3000", ". ", "? ", "! ", ", "),
)
NOISE = ("\u200b", "\u2060", "\ufeff")


def random_character(chance: random.Random) -> str:
    """Any code point that a file may hold within a line."""
    while True:
        character = chr(chance.choice((chance.randrange(0x20, 0x500), chance.randrange(0x500, 0x11_0000))))
        if (
            not "\ud800" <= character <= "\udfff"
            and not "\x7f" <= character <= "\x9f"
            and normalise(character) == character
        ):
            return character


def random_words(chance: random.Random) -> str:
    """Words of one turn without line ends, label marks and blanks at the ends."""
    parts = (
        chance.choice(PIECES) if chance.random() < 0.7 else random_character(chance)
        for _ in range(chance.randint(1, 9))
    )
    words = normalise("".join(parts)).replace(":", ";").strip()
    return f"Я {words}." if words else "Да."


def write(chance: random.Random, turns: list[str]) -> tuple[bytes, str]:
    """A transcript of these turns with random line ends, encoding, mark and noise; and the name of its format."""
    markup = chance.choice(("{}: {}", "**{}:** {}"))
    end = chance.choice(("\n", "\r\n", "\n\n", "\r\n\r\n", "\r"))
    lines = [markup.format(("И", "Р")[number % 2], words) for number, words in enumerate(turns)]
    text = end.join(lines) + end
    for _ in range(chance.randint(0, 4)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(NOISE) + text[at:]
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16"))
    return text.encode(encoding), chance.choice(("p.txt", "p.md"))


def segments_of(documents: list[Document], folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Segments of documents, and the documents' texts by id."""
    sources = build_sources(documents, [], load_settings(folder / "study.yml"))
    texts = dict(zip(sources.transcripts["transcript_id"], sources.transcripts["text"], strict=True))
    return make_segments(sources.turns, sources.transcripts), texts


def test_ten_thousand_random_transcripts_have_no_shifted_quote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Turns come back as the words that were written, and each map leads back to them in the file."""
    turns = shifted = 0
    for seed in range(ROUNDS):
        chance = random.Random(seed)  # noqa: S311
        said = [random_words(chance) for _ in range(2 * chance.randint(1, 3))]
        data, name = write(chance, said)
        document = read(data, name)
        raw = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
        raw = "\ufeff" * data.startswith((b"\xff\xfe", b"\xfe\xff")) + raw
        assert document.source_map is not None
        found = [document.text[turn.start : turn.end] for turn in document.turns]
        back = [document.source_map.span_to_source(turn.start, turn.end) for turn in document.turns]
        in_file = [normalise(raw[start:end]).strip("\n") for start, end in back]
        turns += len(said)
        shifted += len(said) if len(found) != len(said) else sum(a != b for a, b in zip(found, said, strict=True))
        shifted += sum(a != b for a, b in zip(in_file, found, strict=True))
    with capsys.disabled():
        print(f" {ROUNDS} transcripts, {turns} quotes, {shifted} shifted ", end="")  # noqa: T201 - the figure is the point
    assert shifted == 0


def test_every_segment_is_its_slice_of_the_text(tmp_path: Path) -> None:
    """In the table of segments made from random transcripts ``text[start:end] == quote`` everywhere."""
    documents = []
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311
        data, name = write(chance, [random_words(chance) for _ in range(6)])
        [document] = (read_markdown if name.endswith(".md") else read_plain)(
            Source(f"p{seed}.txt", data, str(seed)), Known()
        )
        documents.append(document)
    segments, texts = segments_of(documents, tmp_path)
    rows = zip(segments["transcript_id"], segments["start"], segments["end"], segments["text"], strict=True)
    assert len(segments) > 600
    assert [quote for transcript, start, end, quote in rows if texts[transcript][start:end] != quote] == []


def test_a_strict_study_refuses_what_a_lenient_one_reads_with_a_note(tmp_path: Path) -> None:
    """``encoding: strict`` in study.yml makes damaged letters an error with file, line and byte."""
    folder = write_study(tmp_path)
    whole = (folder / "boris.txt").read_bytes()
    (folder / "boris.txt").write_bytes(
        whole.replace("рекламу".encode(), "рек\udcffламу".encode(errors="surrogateescape"))
    )
    assert [note.key for note in open_study(folder).notes() if note.where == "boris.txt"] == ["encoding.bad_bytes"]
    settings = (folder / "study.yml").read_text(encoding="utf-8")
    (folder / "study.yml").write_text(settings + "encoding: strict\n", encoding="utf-8")
    with pytest.raises(CjmError) as error:
        _ = open_study(folder).documents
    assert [(problem.key, problem.where) for problem in error.value.problems] == [("encoding.bad_bytes", "boris.txt")]
    assert "(строка:байт) не в кодировке UTF-8 и читается как «�»: 2:115." in error.value.text("ru")
    (folder / "boris.txt").write_bytes(whole)
    assert len(open_study(folder).documents) == 5


def test_an_unknown_word_for_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    """A misspelt choice does not silently mean lenient."""
    folder = write_study(tmp_path, changes={"study.yml": "name: x\nencoding: srict\n"})
    with pytest.raises(CjmError) as error:
        _ = open_study(folder).settings
    assert error.value.text("en") == "study.yml:2: “encoding: srict” is not known; known: lenient, strict"


def test_a_file_on_disk_is_read_as_its_bytes(tmp_path: Path) -> None:
    """The golden text as a file gives the golden offsets."""
    (tmp_path / "golden.txt").write_bytes(VARIANTS["bom-crlf"].encode())
    assert read_transcript(tmp_path / "golden.txt", "golden.txt").text == GOLDEN
