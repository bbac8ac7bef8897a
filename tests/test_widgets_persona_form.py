"""The persona form: what it shows, saves and refuses, first without a browser, then in a real JupyterLab."""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path

import pytest

import cjm_research as cjm
from cjm_research.personas import load_personas

from .jupyter_lab import TOKEN, notebook_page

ROOT = Path(__file__).parents[1]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a copy of the Russian demo study."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    demo = ROOT / "interview_transcripts" / "online_grocery"
    shutil.copytree(demo, tmp_path / "interview_transcripts" / "online_grocery")
    return tmp_path


def _form(workspace: Path, lang: str = "ru") -> tuple[cjm.PersonaForm, Path]:
    folder = workspace / "interview_transcripts" / "online_grocery"
    return cjm.PersonaForm(cjm.open_study(folder), lang), folder / "personas.yml"


def test_the_form_shows_the_first_persona_and_who_is_in_none(workspace: Path) -> None:
    """It opens with the first persona of the file, its members and the people in no persona."""
    form, _ = _form(workspace)

    assert form._choice.value == "busy_parent"
    assert form._names["ru"].value == "Занятая Марина"
    assert "Занятая Марина:" in form._members.value
    assert "Вне персон:" in form._members.value


def test_saving_changes_the_file_and_keeps_its_comments(workspace: Path) -> None:
    """A new name is written, everything else of the file stays, the form says so."""
    form, path = _form(workspace)
    path.write_text("# Заметка исследователя\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    form._names["ru"].value = "Спешащая Марина"
    form._save.click()
    text = path.read_text(encoding="utf-8")

    assert text.startswith("# Заметка исследователя\n")
    assert load_personas(path)[0].name["ru"] == "Спешащая Марина"
    assert [persona.id for persona in load_personas(path)] == ["busy_parent", "careful_senior", "thrifty_student"]
    assert "Сохранено в personas.yml." in form._message.value


def test_wrong_rules_are_refused_and_the_file_stays(workspace: Path) -> None:
    """Rules that cannot be read give a message in the form and leave the file byte for byte."""
    form, path = _form(workspace, "en")
    before = path.read_bytes()
    form._rules.value = "- {age: {more: 3}}"
    form._save.click()

    assert "is not understood" in form._message.value
    assert path.read_bytes() == before


def test_a_person_in_two_lists_is_refused_and_the_file_stays(workspace: Path) -> None:
    """Listing somebody whom another persona lists is told, and the file is as it was."""
    form, path = _form(workspace, "en")
    form._listed.value = ["У07"]
    form._save.click()
    before = path.read_text(encoding="utf-8")
    form._choice.value = "careful_senior"
    form._listed.value = ["У07"]
    form._save.click()

    assert "is listed in two personas" in form._message.value
    assert path.read_text(encoding="utf-8") == before


def test_a_person_listed_by_hand_joins_the_persona(workspace: Path) -> None:
    """Someone in no persona is in it after being added to the list and saved."""
    form, _ = _form(workspace)
    form._listed.value = ["У07"]
    before = dict(form.summary().itertuples(index=False))
    form._save.click()
    after = dict(form.summary().itertuples(index=False))

    assert after["busy_parent"] == before["busy_parent"] + 1
    assert after["Вне персон"] == before["Вне персон"] - 1


def test_a_persona_can_be_added_and_deleted(workspace: Path) -> None:
    """The empty choice makes a new persona; deleting takes it away again."""
    form, path = _form(workspace, "en")
    form._choice.value = ""
    form._id.value, form._names["en"].value, form._rules.value = "solo", "Solo Gleb", "- {children: 0}"
    form._save.click()

    assert [persona.id for persona in load_personas(path)][-1] == "solo"
    assert form._choice.value == "solo"
    form._delete.click()
    assert "solo" not in [persona.id for persona in load_personas(path)]


@pytest.mark.browser
def test_the_form_works_in_a_real_jupyterlab(workspace: Path, lab: str) -> None:
    """Opened in JupyterLab, notebook 04 shows the form; a name typed and saved with the mouse is in the file."""
    path = workspace / "interview_transcripts" / "online_grocery" / "personas.yml"
    with notebook_page(lab, "04_personas.ipynb") as page:
        form = page.locator(".cjm-persona-form")
        form.wait_for(timeout=90_000)
        name = form.locator(".widget-text", has_text="Имя (ru)").locator("input")
        name.fill("Марина из браузера")
        form.get_by_role("button", name="Сохранить").click()
        form.get_by_text("Сохранено в personas.yml.").wait_for(timeout=20_000)

    assert load_personas(path)[0].name["ru"] == "Марина из браузера"
    sessions = json.loads(urllib.request.urlopen(f"{lab}/api/sessions?token={TOKEN}", timeout=5).read())
    assert [session["path"] for session in sessions] == ["notebooks/04_personas.ipynb"]
