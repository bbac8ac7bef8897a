"""What several test files share: one tiny study, a check that HTML closes what it opens, and no way off the machine."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import hypothesis
import pandas as pd
import pytest

from cjm_research.render.journey_map import MapContext
from cjm_research.render.quotes import QuoteBook
from cjm_research.study import Study, open_study
from cjm_research.tables import CODINGS, make_table, to_csv
from cjm_research.workspace import write_file
from tests.jupyter_lab import running_lab
from tests.offline import sitecustomize as offline

FILES = {
    "study.yml": 'name: {en: "Corner shop", ru: "Лавка"}\nstages: classic-4\ninterviewers: [Interviewer, Интервьюер]\n',
    "participants.csv": "participant_id,file,age,place\nP01,anna.txt,31,Leeds\nP02,boris.txt,58,Тула\n",
    "personas.yml": (
        "personas:\n"
        "  - id: young\n    name: {en: Young, ru: Молодые}\n    rules:\n      - {age: {max: 40}}\n"
        "  - id: old\n    name: {en: Old, ru: Старшие}\n    rules:\n      - {age: {min: 41}}\n"
    ),
    "anna.txt": (
        "Interviewer: How did you first hear about the shop?\n"
        "Anna: A friend told me about it. I had seen no ads.\n"
        "Interviewer: How was paying?\n"
        "Anna: The website kept crashing and I was furious. In the end I paid by phone.\n"
    ),
    "boris.txt": (
        "Интервьюер: Как вы впервые узнали о магазине?\n"
        "Борис: Увидел рекламу на сайте. Сначала не поверил.\n"
        "Интервьюер: Как прошла оплата?\n"
        "Борис: Оплата прошла быстро, мне очень понравилось. Но доставка слишком дорогая!\n"
    ),
    "surveys/autumn.csv": (
        "Age,How did you hear about us?,What went wrong when you paid?\n"
        '25,"From a friend, at work","The page <script>alert(1)</script> crashed & I was angry."\n'
        "35,An advert on the bus,Nothing went wrong at all.\n"
        "64,My sister told me,It took far too long and nobody answered the phone.\n"
    ),
    "README.md": "# Notes\n\nNot a transcript.\n",
}
# Feeling and codes of every passage, by how it begins.
CODES = {
    "A friend": "0 stage.awareness channel.word_of_mouth",
    "I had": "0 stage.awareness",
    "The website": "-2 stage.purchase channel.website pain.defect emotion.anger",
    "In the end": "-1 stage.purchase channel.phone",
    "Увидел": "0 stage.awareness channel.ads channel.website",
    "Сначала": "0 stage.awareness",
    "Оплата": "2 stage.purchase emotion.joy",
    "Но доставка": "-1 stage.purchase pain.price",
    "From a friend": "0 stage.awareness channel.word_of_mouth",
    "The page": "-2 stage.purchase channel.website pain.defect emotion.anger",
    "An advert": "0 stage.awareness channel.ads",
    "Nothing": "1 stage.purchase",
    "My sister": "0 stage.awareness channel.word_of_mouth",
    "It took": "-1 stage.purchase channel.phone pain.delay emotion.frustration",
}
_VOID = {"br", "hr", "img", "meta", "link", "input", "line", "path", "circle"}

# The same examples on every machine and run: a test that fails here fails everywhere.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Programs that tests start are offline too; all write down whoever tries to leave."""
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(Path(offline.__file__).parent), os.environ.get("PYTHONPATH")])
    )
    # One place for all workspaces of the run, so that no sentence is turned into a vector twice.
    os.environ.setdefault("CJM_VECTORS", tempfile.mkdtemp(prefix="cjm-vectors-"))
    handle, os.environ[offline.LOG] = tempfile.mkstemp(prefix="cjm-network-")
    os.close(handle)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """An attempt to leave the machine fails the whole run, even where a library swallowed the error."""
    if Path(os.environ[offline.LOG]).read_text(encoding="utf-8"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say who tried to leave the machine."""
    log = Path(os.environ[offline.LOG])
    for line in log.read_text(encoding="utf-8").splitlines():
        terminalreporter.write_line(f"FAILED to stay offline: {line}", red=True)
    log.unlink()


def write_study(workspace: Path, name: str = "shop", changes: dict[str, str] | None = None) -> Path:
    """Write the tiny study into a workspace, some files changed or added; returns its folder."""
    folder = workspace / "interview_transcripts" / name
    for file, text in (FILES | (changes or {})).items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def study_folder(tmp_path: Path) -> Path:
    """Folder of a fresh tiny study: two interviews, one survey of three answers."""
    return write_study(tmp_path)


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The tiny study, coded by `CODES` instead of the machine; opened once, for tests that only look."""
    folder = write_study(tmp_path_factory.mktemp("workspace"))
    study = open_study(folder)
    rows: list[dict[str, object]] = []
    for segment, text in zip(study.segments["segment_id"], study.segments["text"], strict=True):
        feeling, *codes = next(given for start, given in CODES.items() if text.startswith(start)).split()
        values = {"sentiment": float(feeling)} | {code: float(code.startswith("pain.")) or math.nan for code in codes}
        shared = {"segment_id": segment, "coder": "rules 1", "coder_kind": "rule", "confidence": 1.0}
        rows += [shared | {"code": code, "value": value, "status": "suggested"} for code, value in values.items()]
    write_file(study.output / "tables" / "codings.csv", to_csv(CODINGS, make_table(CODINGS, rows)))
    write_file(study.output / "tables" / "fingerprint.txt", study.fingerprint())
    study = open_study(folder)
    assert set(study.codings["coder"]) == {"rules 1"}
    return study


def map_context(study: Study, lang: str) -> MapContext:
    """What the parts of a report need, for one language."""
    scored = study.codings[study.codings["code"] == "sentiment"]
    feelings = dict(zip(scored["segment_id"], scored["value"], strict=True))
    book = QuoteBook(study.segments, study.turns, study.transcripts, lang)
    return MapContext(book, study.codebook, lang, feelings)


def surely_low(cells: pd.DataFrame, stage: str = "purchase") -> pd.DataFrame:
    """The same cells, with a feeling at one stage whose whole interval lies below zero."""
    changed = cells.copy()
    here = (changed["lane"] == "sentiment") & (changed["stage"] == stage)
    changed.loc[here, ["value", "lo", "hi"]] = [-0.6, -1.1, -0.1]
    return changed


def cells_of(study: Study, persona: str) -> pd.DataFrame:
    """Cells of one persona of a study with one wave."""
    return study.cells[study.cells["persona_id"] == persona]


class _Balance(HTMLParser):
    """Notes every tag that is closed in the wrong place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def unbalanced(html: str) -> list[str]:
    """Tags of a piece of HTML that are closed wrongly or never."""
    parser = _Balance()
    parser.feed(html)
    parser.close()
    return parser.wrong + [f"<{tag}>" for tag in parser.open]


@pytest.fixture
def lab(workspace: Path) -> Iterator[str]:
    """A JupyterLab on the workspace of the test file; its address."""
    with running_lab(workspace) as address:
        yield address
