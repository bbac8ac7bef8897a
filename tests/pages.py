"""Reads built report pages for tests: figures, quotes, pictures and addresses, with the standard parser only."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"area", "base", "br", "col", "hr", "img", "input", "line", "link", "meta", "circle", "path"}


@dataclass
class Page(HTMLParser):
    """What a test wants to know of a page."""

    lang: str = ""
    quotes: list[tuple[dict[str, str], str]] = field(default_factory=list)
    figures: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._quote: dict[str, str] | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what starts here."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src", "xlink:href") if name in given]
        if tag == "img":
            self.images.append(given)
        if tag == "th":
            self.headers.append(given)
        if "data-k" in given:
            self.figures.append(given)
        if "data-segment" in given:
            self._quote, self._words = given, []

    def handle_endtag(self, tag: str) -> None:
        """Close a quote."""
        if tag in ("q", "mark") and self._quote is not None:
            self.quotes.append((self._quote, "".join(self._words)))
            self._quote = None

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data
        if self._quote is not None:
            self._words.append(data)


def read_page(path: Path) -> Page:
    """Parse one built page."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page
