"""HTML that Jupyter shows, made from Jinja2 templates with everything escaped."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

from cjm_research import i18n

__all__ = ["PAGE_STYLE", "PARTS_STYLE", "Html", "hyphenate", "render"]

_FOLDER = Path(__file__).parent / "templates"
_LONG_WORD = 10
PAGE_STYLE, PARTS_STYLE = _FOLDER / "page.css", _FOLDER / "parts.css"


class Html(str):
    """A piece of HTML; a notebook shows it as such, in a frame that our style sheet applies to."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<div class="cjm">{self!s}</div>'

    def __html__(self) -> str:
        # A finished piece goes into another template as it is; everything else there is escaped.
        return str(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} characters>"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _hyphenator(lang: str) -> Any:
    import pyphen

    return pyphen.Pyphen(lang=lang, left=3, right=3)


def hyphenate(text: str, lang: str) -> str:
    """Put soft hyphens into the long words of a label, so that a narrow column breaks them rightly.

    For labels only: a quote stays as it was said. Browsers cannot be relied on, Chromium knows no Russian.
    """
    return " ".join(
        _hyphenator(lang).inserted(word, "\u00ad") if len(word) >= _LONG_WORD else word for word in text.split(" ")
    )


def render(template: str, lang: str, **values: object) -> Html:
    """Fill ``templates/<template>``; inside it ``t``, ``num``, ``signed``, ``pct`` speak the report's language."""
    helpers = {
        "lang": lang,
        "t": partial(i18n.t, lang=lang),
        "num": partial(i18n.number, lang=lang),
        "signed": partial(i18n.signed, lang=lang),
        "pct": partial(i18n.percent, lang=lang),
        "hyphenate": partial(hyphenate, lang=lang),
    }
    return Html(_environment().get_template(template).render(**helpers, **values))
