"""The form for new codes: proposals, joining, splitting, adding; without a browser, then in a real JupyterLab."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import cjm_research as cjm
from cjm_research.codebook import load_codebook
from cjm_research.tables import CODINGS, make_table, to_csv
from cjm_research.workspace import write_file

from .conftest import write_study
from .jupyter_lab import notebook_page

ROOT = Path(__file__).parents[1]
LIDS = [
    "The teapot lid rattles every morning.",
    "My teapot lid never sits straight.",
    "A loose teapot lid, what a nuisance.",
    "Had to tape the teapot lid down.",
    "The teapot lid fell into my cup.",
    "That teapot lid again, it slid off.",
]


def _workspace(folder: Path) -> Path:
    """A workspace with one study: six people tell of one thing, among other talk; nothing has a pain yet."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    demo = ROOT / "interview_transcripts" / "project_saas" / "P01_deepa.txt"
    said = [line.partition(": ")[2] for line in demo.read_text(encoding="utf-8").splitlines()]
    others = [part for line in said for part in line.replace('"', "").split(". ") if len(part) > 20]
    answers = "".join(f'{20 + number},"{text}"\n' for number, text in enumerate([*LIDS, *others[:120]]))
    path = write_study(
        folder, "online_grocery", {"surveys/autumn.csv": f"Age,What would you like to tell us?\n{answers}"}
    )
    study = cjm.open_study(path)
    shared = {"code": "sentiment", "value": -1.0, "coder": "rules 1", "coder_kind": "rule", "confidence": 1.0}
    rows = [shared | {"segment_id": one, "status": "suggested"} for one in study.segments["segment_id"]]
    write_file(study.output / "tables" / "codings.csv", to_csv(CODINGS, make_table(CODINGS, rows)))
    write_file(study.output / "tables" / "fingerprint.txt", study.fingerprint())
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A fresh workspace."""
    return _workspace(tmp_path)


def _form(workspace: Path, lang: str = "ru") -> tuple[cjm.EmergentForm, Path]:
    folder = workspace / "interview_transcripts" / "online_grocery"
    return cjm.EmergentForm(cjm.open_study(folder), lang), folder / "codebook.yml"


def _choose_lids(form: cjm.EmergentForm) -> int:
    at = next(at for at, phrases in enumerate(form.proposals["phrases"]) if any("teapot" in p for p in phrases))
    form._choice.value = at
    return at


def test_adding_a_proposal_writes_the_codebook_and_shows_what_moved(workspace: Path) -> None:
    """One click: the code is in codebook.yml with its words, the study is coded anew, the proposal is gone."""
    form, path = _form(workspace)
    before = len(form.proposals)
    _choose_lids(form)
    form._code.value, form._axis.value = "wobbling", "pain"
    form._add.click()

    added = load_codebook(path).get("pain.wobbling")
    assert added is not None
    assert added.keywords["en"]
    assert "pain.wobbling теперь в codebook.yml" in form._message.value
    assert "pain.wobbling" in form._moved.value
    assert "pain.wobbling" in set(form.study.counted["code"])
    assert len(form.proposals) == before - 1
    codes = dict(form.summary().iloc[:, :2].itertuples(index=False))
    assert codes["pain.wobbling"] >= 5


def test_a_code_that_cannot_be_is_told_and_nothing_is_written(workspace: Path) -> None:
    """A name that is taken gives a message in the form; the study still has no codebook of its own."""
    form, path = _form(workspace, "en")
    _choose_lids(form)
    form._code.value, form._axis.value = "price", "pain"
    form._add.click()

    assert "the codebook has pain.price already" in form._message.value
    assert not path.exists()


def test_proposals_are_split_and_joined_again(workspace: Path) -> None:
    """Splitting gives two proposals of the same passages, joining them gives the first one back."""
    form, _ = _form(workspace)
    at = _choose_lids(form)
    whole, count = set(form.proposals["segment_ids"][at]), len(form.proposals)
    form._part.click()
    assert len(form.proposals) == count + 1
    assert set(form.proposals["segment_ids"][0]) | set(form.proposals["segment_ids"][1]) == whole
    form._choice.value, form._other.value = 0, 1
    form._join.click()
    assert len(form.proposals) == count
    assert set(form.proposals["segment_ids"][0]) == whole


def test_where_there_is_nothing_new_the_form_says_so(study_folder: Path) -> None:
    """A study of a dozen passages has no proposals: the form is there, its buttons are off."""
    form = cjm.EmergentForm(cjm.open_study(study_folder), "ru")

    assert "люди не говорят" in form._message.value
    assert form.proposals.empty
    assert form._add.disabled
    assert form._join.disabled


@pytest.mark.browser
def test_the_form_works_in_a_real_jupyterlab(workspace: Path, lab: str) -> None:
    """Opened in JupyterLab, notebook 06 shows proposals; one is chosen, named and added with the mouse."""
    path = workspace / "interview_transcripts" / "online_grocery" / "codebook.yml"
    with notebook_page(lab, "06_new_codes.ipynb") as page:
        form = page.locator(".cjm-emergent-form")
        form.wait_for(timeout=180_000)
        choices = form.locator(".widget-select select")
        wanted = choices.locator("option", has_text="teapot").first
        choices.select_option(value=wanted.get_attribute("value"))
        code = form.locator(".widget-text", has_text="Код").first.locator("input")
        code.fill("wobbling")
        code.press("Tab")
        form.get_by_role("button", name="Добавить в кодбук").click()
        form.get_by_text("wobbling теперь в codebook.yml").wait_for(timeout=90_000)
        form.get_by_text("Что изменилось").wait_for(timeout=20_000)

    assert any(code.code == "wobbling" for code in load_codebook(path).codes)
