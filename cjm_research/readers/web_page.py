"""Web pages (``.html``): headings, paragraphs, line breaks and tables become lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from cjm_research.errors import CjmError
from cjm_research.readers.blocks import Run, lay_out, paragraph, table
from cjm_research.readers.decode import MOST_LINES, Source, decode, fold
from cjm_research.readers.document import Document
from cjm_research.readers.interviews import read_interviews
from cjm_research.readers.markers import Line
from cjm_research.readers.roles import Known

__all__ = ["read_html"]

_PIECE = 1 << 20  # characters
_TITLES = {"h1", "h2", "h3", "h4", "h5", "h6", "title", "hr"}
_BLOCKS = _TITLES | set(
    "p div li ul ol dl dt dd section article header footer main aside blockquote pre body table form figure".split()
)
_UNSAID = {"script", "style", "head", "noscript", "template", "nav", "svg", "button", "select", "option"}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)


def read_html(source: Source, known: Known) -> list[Document]:
    """Read a transcript saved as a web page. Raises CjmError if it has no words or no participant speaks."""
    raw, notes = decode(_in_utf8(source))
    parser = _Lines()
    page = _closed(raw)
    for at in range(0, len(page), _PIECE):
        parser.feed(page[at : at + _PIECE])
        if len(parser.lines) > MOST_LINES:  # `read_interviews` will refuse it
            break
    parser.close()
    parser.end_table()
    parser.end_block()
    text, lines = lay_out(parser.lines)
    if not text.strip():
        raise CjmError.one("read.empty_file", source.name)
    return read_interviews(source, text, lines, known, notes)


def _in_utf8(source: Source) -> Source:
    """Take the encoding that the page names, unless the bytes are UTF-8 anyway or do not fit it."""
    named = _CHARSET.search(source.data[:4096])
    try:
        source.data.decode("utf-8")
    except UnicodeDecodeError:
        if named:
            try:
                name = codecs.lookup(named[1].decode("ascii")).name
                return replace(source, data=source.data.decode(name).encode())
            except (LookupError, UnicodeError):
                pass
    return source


def _closed(raw: str) -> str:
    """Take out comments, and make ``<`` after the last tag a word: the parser would look for each end anew."""
    kept, at = list[str](), 0
    while (begin := raw.find("<!--", at)) >= 0:
        kept.append(raw[at:begin])
        end = raw.find("-->", begin + 4)
        at = end + 3 if end >= 0 else len(raw)
    page = "".join(kept) + raw[at:]
    last = page.rfind(">") + 1
    return page[:last] + page[last:].replace("<", "&lt;")


class _Lines(HTMLParser):
    """Collects the lines of a page, with bold, headings and tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._runs: list[Run] = []
        self._bold = self._skipping = self._preformatted = 0
        self._title = False
        self._rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def end_block(self) -> None:
        """End the paragraph that is open."""
        # More lines than `read_interviews` takes are not made.
        if len(self.lines) <= MOST_LINES and any(text.strip() for text, _ in self._runs):
            self.lines += paragraph(_trimmed(self._runs), title=self._title)
        self._runs = []

    def end_table(self) -> None:
        """Write the rows of the table that is open; what a page leaves unclosed is said all the same."""
        self._end_cell()
        self.lines += table(self._rows)
        self._rows = []

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if not self._rows:
            self._rows.append([])
        self._rows[-1].append("\n".join(filter(None, map(fold, "".join(self._cell).split("\n")))))
        self._cell = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser calls it so
        """Open a block, bold, a table cell, or something that is not said."""
        if tag in _UNSAID:
            self._skipping += 1
        elif tag == "br":
            self._add("\n")
        elif tag in ("b", "strong"):
            self._bold += 1
        elif tag == "tr":
            self._end_cell()
            self.end_block()
            self._rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell = []
        elif tag in _BLOCKS:
            self._block(tag)
            self._title = tag in _TITLES
            self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """Close what `handle_starttag` opens."""
        if tag in _UNSAID:
            self._skipping = max(self._skipping - 1, 0)
        elif tag in ("b", "strong"):
            self._bold = max(self._bold - 1, 0)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in _BLOCKS:
            self._block(tag)
            self._title = False
            self._preformatted = max(self._preformatted - (tag == "pre"), 0)
        if tag == "table":
            self.end_table()

    def handle_data(self, data: str) -> None:
        """Take words; line ends of the source are spaces, except in preformatted text."""
        self._add(data if self._preformatted else re.sub(r"\s+", " ", data))

    def _block(self, tag: str) -> None:
        if self._cell is not None and tag != "table":
            self._cell.append("\n")
        else:
            self.end_block()

    def _add(self, text: str) -> None:
        if self._skipping:
            return
        if self._cell is not None:
            self._cell.append(text)
        else:
            self._runs.append((text, bool(self._bold)))


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    """Take the space off the ends of each line, where a page's source is indented."""
    made: list[Run] = []
    for text, bold in runs:
        before = made[-1][0] if made else "\n"
        words = re.sub(r" *\n *", "\n", text)
        made.append((words.lstrip(" ") if before.endswith(("\n", " ")) else words, bold))
    return made
