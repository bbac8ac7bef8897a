"""From an executed notebook to files that are the same bytes on every run."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from cjm_research.i18n import t
from cjm_research.render.html import PAGE_STYLE

__all__ = ["clean_notebook", "export_html"]

_TEMPLATES = Path(__file__).parent / "nbconvert"
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def clean_notebook(notebook: Any) -> Any:
    """Take times, paths and random ids out of an executed notebook; changes and returns it."""
    for key in ("papermill", "widgets"):
        notebook.metadata.pop(key, None)
    for position, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{position:02d}"
        # What a library writes to stderr (a kernel's notice on start) is not part of the report.
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type != "stream"]
    return notebook


def _title(notebook: Any) -> str:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            found = _TITLE.search(str(output.get("data", {}).get("text/html", "")))
            if found:
                return found.group(1)
    return "cjm_research"


def export_html(notebook: Any, lang: str) -> str:
    """One self-contained HTML page of a notebook's outputs: code hidden, style inside, ``lang`` set."""
    from nbconvert.exporters import TemplateExporter

    # Not HTMLExporter: it parses and rewrites the whole page once more to add what our template has already.
    exporter = TemplateExporter(template_name="cjm", extra_template_basedirs=[str(_TEMPLATES)], file_extension=".html")
    exporter.output_mimetype = "text/html"
    page = {
        "lang": lang,
        "title": unescape(_title(notebook)),
        "skip": t("report.skip", lang),
        "style": PAGE_STYLE.read_text(encoding="utf-8"),
    }
    html, _ = exporter.from_notebook_node(notebook, resources={"cjm": page})
    return str(html)
