"""PDF transcripts: the text layer, put back into paragraphs, table rows and columns."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any

from cjm_research.errors import CjmError, Problem
from cjm_research.readers.blocks import join_halves, lay_out
from cjm_research.readers.decode import Source, normalise
from cjm_research.readers.document import Document
from cjm_research.readers.interviews import read_interviews
from cjm_research.readers.pdf_layout import Page, Word, layout_lines
from cjm_research.readers.roles import Known

__all__ = ["read_pdf"]

_MOST_PAGES, _MOST_CHARACTERS = 1000, 4_000_000
# What the library gives for a hyphen at the end of a line.
_HYPHEN = 0x2
_BOLD_FONT = re.compile(rb"bold|black|heavy", re.IGNORECASE)
# Headings of what tools for qualitative analysis export: codings and codes, not interviews.
_CODED = re.compile(
    r"\s*(?:coded segments|code system|code\s?book|quotation report|code report|retrieved segments|"
    r"система кодов|кодированные сегменты|закодированные сегменты|отчёт по (?:цитатам|кодам))\s*$",
    re.IGNORECASE,
)


def read_pdf(source: Source, known: Known) -> list[Document]:
    """Read a ``.pdf`` transcript. Running heads, page numbers and paragraph numbers are no words.

    Raises CjmError if it is damaged, needs a password, is a picture of a page without text, is an export of
    codings, or no participant says anything.
    """
    pages = _pages(source)
    empty = [number for number, page in enumerate(pages, start=1) if not page.words]
    if len(empty) == len(pages):
        raise CjmError.one("read.no_text_layer", source.name)
    text, lines = lay_out(layout_lines(pages))
    if any(_CODED.match(line.text) for line in lines[:3]):
        raise CjmError.one("read.coded_segments", source.name)
    params = MappingProxyType({"pages": ", ".join(map(str, empty[:10]))})
    notes = [Problem("read.pages_without_text", source.name, params)] if empty else []
    return read_interviews(source, text, lines, known, notes)


def _pages(source: Source) -> list[Page]:
    """Words of every page, with their places."""
    import pypdfium2

    pages, left = list[Page](), _MOST_CHARACTERS
    try:
        document = pypdfium2.PdfDocument(source.data)
        try:
            if len(document) > _MOST_PAGES:
                raise CjmError.one("read.too_many_pages", source.name, n=len(document), most=_MOST_PAGES)
            for number in range(len(document)):
                page = document[number]
                words = [word for word in _words(page, left) if _on_page(word, page)]
                left -= sum(len(word.text) for word in words)
                pages.append(Page(page.get_width(), page.get_height(), words))
                page.close()
        finally:
            document.close()
    except (pypdfium2.PdfiumError, ValueError) as error:
        reason = str(error)
        key = "read.has_password" if "password" in reason.lower() else "read.unreadable"
        raise CjmError.one(key, source.name, format=".pdf", reason=reason) from error
    if not pages:
        raise CjmError.one("read.empty_file", source.name)
    return pages


def _on_page(word: Word, page: Any) -> bool:
    """Whether a word is seen: programs leave what they print on other pages beyond the edge."""
    middle = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return bool(0 <= middle[0] <= page.get_width() and 0 <= middle[1] <= page.get_height())


def _words(page: Any, most: int) -> Iterator[Word]:
    """Words of a page in the order of its text, places in points from the top left."""
    from pypdfium2 import raw

    text_page, height, rectangle = page.get_textpage(), page.get_height(), raw.FS_RECTF()
    codes: list[int] = []
    box, bold = (0.0, 0.0, 0.0, 0.0), False
    for at in range(min(raw.FPDFText_CountChars(text_page), most)):
        code = raw.FPDFText_GetUnicode(text_page, at)
        raw.FPDFText_GetLooseCharBox(text_page, at, rectangle)
        place = (rectangle.left, height - rectangle.top, rectangle.right, height - rectangle.bottom)
        space = (code <= 0x20 and code != _HYPHEN) or code == 0xA0
        other_row = bool(codes) and (place[1] > box[3] or place[3] < box[1])
        if codes and (space or other_row):
            yield Word(_text(codes), *box, bold)
            codes = []
        if space:
            continue
        if not codes:
            box, bold = place, _is_bold(text_page, at)
        codes.append(code)
        box = (min(box[0], place[0]), min(box[1], place[1]), max(box[2], place[2]), max(box[3], place[3]))
    if codes:
        yield Word(_text(codes), *box, bold)
    text_page.close()


def _text(codes: Sequence[int]) -> str:
    """Letters of a word; the library gives those above U+FFFF in halves."""
    units = ["-" if code == _HYPHEN else chr(code) for code in codes if 0 < code < 0x110000 and code & 0xFFFE != 0xFFFE]
    return normalise(join_halves("".join(units))) or "\ufffd"


def _is_bold(text_page: Any, at: int) -> bool:
    from pypdfium2 import raw

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, at, name, len(name), flags)
    return bool(_BOLD_FONT.search(name.value)) or raw.FPDFText_GetFontWeight(text_page, at) >= 600
