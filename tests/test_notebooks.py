"""The notebooks that come with the project are thin, clean and take their parameters where papermill looks."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import papermill
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
TEMPLATES = {
    "persona_report.ipynb": ["study", "persona", "wave", "lang"],
    "overview_report.ipynb": ["study", "wave", "lang"],
}
MOST_CODE_CELLS = 12


def _code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_are_six_curation_notebooks_and_two_templates() -> None:
    """The steps 01 to 06 and both report templates are there."""
    names = [path.name for path in NOTEBOOKS]

    assert names == [
        "01_read.ipynb",
        "02_code.ipynb",
        "03_look.ipynb",
        "04_personas.ipynb",
        "05_overview.ipynb",
        "06_new_codes.ipynb",
        "overview_report.ipynb",
        "persona_report.ipynb",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_holds_no_outputs(path: Path) -> None:
    """No cell keeps outputs or counts: they would hold what participants said."""
    left = [cell for cell in _code_cells(path) if cell.outputs or cell.execution_count is not None]

    assert left == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_thin(path: Path) -> None:
    """A notebook has at most 12 code cells, and defines no function, class or loop."""
    cells = _code_cells(path)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)
    found = [
        type(node).__name__ for cell in cells for node in ast.walk(ast.parse(cell.source)) if isinstance(node, kinds)
    ]

    assert 3 <= len(cells) <= MOST_CODE_CELLS
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_parameters_cell_comes_first_and_holds_literals(path: Path) -> None:
    """The first code cell is tagged "parameters" and holds only plain values: derived ones would keep their default."""
    first = _code_cells(path)[0]
    values = [node.value for node in ast.parse(first.source).body if isinstance(node, ast.AnnAssign)]

    assert first.metadata.tags == ["parameters"]
    assert len(values) >= 2
    assert all(isinstance(value, ast.Constant) for value in values)


@pytest.mark.parametrize(("name", "expected"), TEMPLATES.items())
def test_papermill_sees_every_parameter_of_a_template(name: str, expected: list[str]) -> None:
    """Papermill's own inspection finds each parameter with its help text."""
    path = next(path for path in NOTEBOOKS if path.name == name)
    inspected = papermill.inspect_notebook(str(path))

    assert list(inspected) == expected
    assert all(entry["help"] for entry in inspected.values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_names_no_place_outside_the_project(path: Path) -> None:
    """No cell holds an absolute path or an address."""
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)

    assert "http" not in source
    assert "/home" not in source
    assert ":\\" not in source
