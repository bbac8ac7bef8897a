"""The form over a survey's column map: what it shows, saves and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

import cjm_research as cjm
from cjm_research.readers import ColumnRole, load_column_map

from .jupyter_lab import notebook_page, running_lab

ROOT = Path(__file__).parents[1]
CSV = 'Возраст,Почему мы?,Как оплатили?\n34,"<b>дёшево</b>, быстро",картой\n51,сестра,наличными\n29,,картой\n'


@pytest.fixture
def study(tmp_path: Path) -> cjm.Study:
    """A study with one survey and no map yet."""
    (tmp_path / "surveys").mkdir()
    (tmp_path / "study.yml").write_text("name: Test\n", encoding="utf-8")
    (tmp_path / "surveys" / "s.csv").write_text(CSV, encoding="utf-8")
    return cjm.open_study(tmp_path)


def _fields(form: cjm.ColumnMapForm, row: int) -> tuple[object, ...]:
    return form._rows.children[row].children[1].children


def test_the_form_shows_the_proposed_roles_with_answers(study: cjm.Study) -> None:
    """Each column has its role, its name and up to three different answers, and words cannot become markup."""
    form = cjm.ColumnMapForm(study, "ru")
    assert list(form.summary().itertuples(index=False, name=None)) == [
        ("Возраст", "закрытый ответ о человеке", "age"),
        ("Почему мы?", "ответ своими словами", ""),
        ("Как оплатили?", "закрытый ответ о человеке", "как_оплатили"),
    ]
    said = form._rows.children[1].children[0].value
    assert said == "<b>Почему мы?</b><br>Например: &lt;b&gt;дёшево&lt;/b&gt;, быстро · сестра"


def test_saving_writes_the_map_and_nothing_before(study: cjm.Study) -> None:
    """Role, name and stage chosen in the fields are in the file after "save", and not a moment earlier."""
    form = cjm.ColumnMapForm(study, "en")
    what, name, _ = _fields(form, 2)
    what.value, name.value = "attribute", "payment"
    _fields(form, 1)[2].value = "decision"
    path = study.folder / "surveys" / "s.csv.map.yml"
    assert not path.exists()
    form._save.click()
    assert dict(load_column_map(path).columns) == {
        "Возраст": ColumnRole("attribute", "age"),
        "Почему мы?": ColumnRole("open", stage="decision"),
        "Как оплатили?": ColumnRole("attribute", "payment"),
    }
    assert "Saved to s.csv.map.yml." in form._message.value
    documents, _ = cjm.open_study(study.folder).read_documents()
    assert [dict(document.attributes) for document in documents] == [
        {"age": "34", "payment": "картой"},
        {"age": "51", "payment": "наличными"},
    ]


def test_comments_prefix_and_what_was_not_changed_stay(study: cjm.Study) -> None:
    """A map that a person wrote keeps its comments, its prefix and the way choices are split."""
    path = study.folder / "surveys" / "s.csv.map.yml"
    path.write_text(
        '# мои заметки\nkind: survey\nprefix: "А-"\ncolumns:\n'
        '  "Возраст": {role: attribute, name: age}  # лет\n  "Почему мы?": open\n'
        '  "Как оплатили?": {role: multi, name: payment, split: ",", options: ["картой", "наличными"]}\n',
        encoding="utf-8",
    )
    form = cjm.ColumnMapForm(study, "ru")
    form._kind.value = "review"
    _fields(form, 1)[2].value = "decision"
    form._save.click()
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# мои заметки\nkind: review\n")
    assert "# лет" in text
    column_map = load_column_map(path)
    assert (column_map.kind, column_map.prefix) == ("review", "А-")
    assert column_map.columns["Почему мы?"] == ColumnRole("open", stage="decision")
    assert column_map.columns["Как оплатили?"] == ColumnRole(
        "multi", "payment", split=",", options=("картой", "наличными")
    )


def test_a_wrong_name_is_refused_and_the_file_stays(study: cjm.Study) -> None:
    """A scale called "stars" gives the sentence that lists the scales, and the file is as it was."""
    study.propose_column_maps()
    path = study.folder / "surveys" / "s.csv.map.yml"
    before = path.read_bytes()
    form = cjm.ColumnMapForm(study, "en")
    what, name, _ = _fields(form, 0)
    what.value, name.value = "scale", "stars"
    form._save.click()
    assert "needs a name out of: nps, csat, ces" in form._message.value
    assert path.read_bytes() == before


def test_hundreds_of_columns_come_in_pages(study: cjm.Study) -> None:
    """Of 60 columns 25 are shown at once, and a change on one page is kept when another is shown."""
    names = ",".join(f"Why {n}?" for n in range(60))
    answers = ",".join(f"because {n}" for n in range(60))
    (study.folder / "surveys" / "s.csv").write_text(f"{names}\n{answers}\n{answers} more\n", encoding="utf-8")
    form = cjm.ColumnMapForm(study, "en")
    assert [label for label, _ in form._page.options] == ["1–25", "26–50", "51–60"]
    _fields(form, 0)[0].value = "ignore"
    form._page.value = 50
    assert len(form._rows.children) == 10
    form._page.value = 0
    assert _fields(form, 0)[0].value == "ignore"


def test_a_study_without_surveys_says_so(tmp_path: Path) -> None:
    """There is nothing to save, and the form says where surveys go."""
    (tmp_path / "study.yml").write_text("name: Test\n", encoding="utf-8")
    form = cjm.ColumnMapForm(cjm.open_study(tmp_path), "en")
    assert form._save.disabled
    assert "put their exports into the folder surveys" in form._message.value


@pytest.mark.browser
def test_the_form_works_in_a_real_jupyterlab(study_folder: Path) -> None:
    """Notebook 01 shows the form; a role and a stage chosen and saved with the mouse are in the file, comments too."""
    workspace, path = study_folder.parents[1], study_folder / "surveys" / "autumn.csv.map.yml"
    (workspace / "notebooks").mkdir()
    source = ROOT / "notebooks" / "01_read.ipynb"
    text = source.read_text(encoding="utf-8").replace("online_grocery", "shop")
    (workspace / "notebooks" / source.name).write_text(text, encoding="utf-8")
    cjm.open_study(study_folder).propose_column_maps()
    with path.open("a", encoding="utf-8") as file:
        file.write("# checked by Olga\n")
    with running_lab(workspace) as lab, notebook_page(lab, source.name) as page:
        form = page.locator(".cjm-column-map-form")
        form.wait_for(timeout=90_000)
        column = form.locator(".widget-hbox", has_text="How did you hear about us?").last
        role, stage = column.locator("select").first, column.locator("select").last
        assert role.input_value() == "ответ своими словами"
        stage.select_option(label="Решение")
        age = form.locator(".widget-hbox", has=page.get_by_text("Age", exact=True)).last
        age.locator("select").first.select_option(label="не используется")
        form.get_by_role("button", name="Сохранить").click()
        form.get_by_text("Сохранено в autumn.csv.map.yml.").wait_for(timeout=20_000)
    saved = path.read_text(encoding="utf-8")
    assert load_column_map(path).columns == {
        "Age": ColumnRole("ignore"),
        "How did you hear about us?": ColumnRole("open", stage="decision"),
        "What went wrong when you paid?": ColumnRole("open"),
    }
    assert "# checked by Olga" in saved
