"""From an executed notebook to the same bytes on every run."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cjm_research.notebook_export import clean_notebook, export_html
from tests.conftest import unbalanced


@pytest.fixture
def notebook() -> Any:
    """A notebook as papermill leaves it."""
    heading = new_output("display_data", {"text/html": "<h1>Busy &amp; tired</h1><p>«Да»</p>", "text/plain": "x"})
    picture = new_output("display_data", {"image/png": "iVBORw0=", "text/plain": "p"})
    picture["metadata"] = {"image/png": {"alt": 'a "b" <c>', "width": 640}}
    cells = [
        new_markdown_cell("Notes for researchers"),
        new_code_cell("secret = 1", outputs=[heading], metadata={"papermill": {"start_time": "12:00"}, "tags": ["a"]}),
        new_code_cell("draw()", outputs=[new_output("stream", name="stderr", text="kernel notice"), picture]),
        new_code_cell("words", outputs=[new_output("execute_result", {"text/plain": "1 < 2"}, execution_count=3)]),
    ]
    for cell in cells:
        cell.metadata["execution"] = {"iopub.execute_input": "2026-11-21T12:00:00"}
    metadata = {
        "papermill": {"duration": 1.5, "input_path": "/private/me"},
        "widgets": {},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def test_times_paths_and_random_ids_are_taken_out(notebook: Any) -> None:
    """What differs from run to run goes; tags, kernel and outputs stay."""
    text = nbformat.writes(clean_notebook(notebook))
    assert not any(word in text for word in ("papermill", "12:00", "/private/me", "widgets", "kernel notice"))
    assert [cell["id"] for cell in notebook.cells] == ["cell-00", "cell-01", "cell-02", "cell-03"]
    assert notebook.cells[1].metadata == {"tags": ["a"]}
    assert notebook.metadata["kernelspec"] == {"name": "python3", "display_name": "Python 3"}
    assert [len(cell.get("outputs", [])) for cell in notebook.cells] == [0, 1, 1, 1]
    assert nbformat.validate(notebook) is None


def test_the_page_has_outputs_only(notebook: Any) -> None:
    """HTML as it is, pictures with their text, plain text escaped; no code, no notes, no script."""
    page = export_html(clean_notebook(notebook), "ru")
    assert "<h1>Busy &amp; tired</h1><p>«Да»</p>" in page
    assert '<img src="data:image/png;base64,iVBORw0=" alt="a &quot;b&quot; &lt;c&gt;" width="640">' in page
    assert "1 &lt; 2" in page
    assert not any(word in page for word in ("secret", "Notes for researchers", "<script", "http"))


def test_the_page_is_a_whole_document(notebook: Any) -> None:
    """Language, title of the first heading, style inside, a way past it for screen readers, balanced tags."""
    page = export_html(clean_notebook(notebook), "ru")
    assert page.lstrip().startswith("<!doctype html>")
    assert '<html lang="ru">' in page
    assert "<title>Busy &amp; tired</title>" in page
    assert page.count("<style>") >= 1
    assert '<a class="cjm-skip" href="#content">К содержанию</a>' in page
    assert unbalanced(page) == []


def test_the_same_bytes_twice(notebook: Any) -> None:
    """Exporting again gives the same page."""
    assert export_html(clean_notebook(notebook), "en") == export_html(clean_notebook(notebook), "en")


def test_a_notebook_without_a_heading_has_a_title() -> None:
    """A page is never without a title."""
    assert "<title>cjm_research</title>" in export_html(new_notebook(cells=[new_code_cell("1")]), "en")
