"""OpenDocument texts (``.odt``): paragraphs and the rows of tables, joined by line ends, are the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.readers.archive import check_sizes, open_zip, read_member
from cjm_research.readers.blocks import Run, lay_out, paragraph, table
from cjm_research.readers.decode import Source
from cjm_research.readers.document import Document
from cjm_research.readers.interviews import read_interviews
from cjm_research.readers.markers import Line
from cjm_research.readers.roles import Known
from cjm_research.readers.xml_files import parse_xml

__all__ = ["read_odt"]

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
# Comments, footnotes and text that was deleted are not said.
_UNSAID = {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}tracked-changes", f"{_TEXT}table-of-content"}
_BOLD_BY_NAME = {"Strong_20_Emphasis", "Bold"}


def read_odt(source: Source, known: Known) -> list[Document]:
    """Read an ``.odt`` transcript: ``Name:``, bold names, dashes, or a table with a speaker column.

    Raises CjmError if it is no OpenDocument text or no participant says anything.
    """
    check_sizes(source, ".odt")
    with open_zip(source, ".odt") as archive:
        root = parse_xml(read_member(archive, "content.xml", source.name), source.name, ".odt")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise CjmError.one("read.unreadable", source.name, format=".odt", reason="office:text")
    text, lines = lay_out(_blocks(body, _bold_styles(root)))
    if not text.strip():
        raise CjmError.one("read.empty_file", source.name)
    return read_interviews(source, text, lines, known)


def _bold_styles(root: Any) -> set[str]:
    """Names of the automatic styles whose letters are bold."""
    bold = set(_BOLD_BY_NAME)
    for style in root.iter(f"{_STYLE}style"):
        properties = style.find(f"{_STYLE}text-properties")
        if properties is not None and properties.get(f"{_FO}font-weight") in ("bold", "600", "700", "800", "900"):
            bold.add(style.get(f"{_STYLE}name", ""))
    return bold


def _blocks(parent: Any, bold: set[str]) -> Iterator[Line]:
    # A stack, not recursion: lists and sections may be nested as deep as a damaged file likes.
    waiting = list(reversed(list(parent)))
    while waiting:
        node = waiting.pop()
        if node.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield from paragraph(list(_runs(node, bold)), title=node.tag == f"{_TEXT}h")
        elif node.tag == f"{_TABLE}table":
            yield from table(_rows(node))
        elif node.tag not in _UNSAID:
            waiting += reversed(list(node))


def _rows(node: Any) -> Iterator[list[str]]:
    for row in node.iter(f"{_TABLE}table-row"):
        yield [
            "\n".join("".join(text for text, _ in _runs(part, set())) for part in cell.iter(f"{_TEXT}p"))
            for cell in row
            if cell.tag == f"{_TABLE}table-cell"
        ]


def _runs(block: Any, bold: set[str]) -> Iterator[Run]:
    """Pieces of a paragraph in order; repeated spaces, tabs and line ends are elements of their own."""
    strong = block.get(f"{_TEXT}style-name") in bold
    waiting: list[tuple[Any, bool]] = [(block, strong)]
    while waiting:
        node, is_bold = waiting.pop()
        if isinstance(node, str):
            yield node, is_bold
            continue
        inside = is_bold or node.get(f"{_TEXT}style-name") in bold
        queue: list[tuple[Any, bool]] = []
        if node.tag == f"{_TEXT}s":
            count = node.get(f"{_TEXT}c", "1")
            queue.append((" " * min(int(count) if count.isdecimal() else 1, 100), is_bold))
        elif node.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            queue.append(("\t" if node.tag.endswith("tab") else "\n", is_bold))
        elif node.tag not in _UNSAID:
            queue.append((node.text or "", inside))
            for child in node:
                queue += [(child, inside), (child.tail or "", inside)]
        waiting += reversed(queue)
