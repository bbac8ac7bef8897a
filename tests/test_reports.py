"""Report notebooks: right parameters or none, only what changed, failures told with their place."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

import cjm_research as cjm
from cjm_research.errors import CjmError
from cjm_research.reports import ReportJob, build_reports, check_parameters, plan_reports, run_report

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "notebooks" / "persona_report.ipynb"
GOOD = {"study": "x", "persona": "*", "wave": "1", "lang": "ru"}


def _notebook(folder: Path, *cells: str, tagged: bool = True) -> Path:
    """A notebook with these code cells, the first of them tagged as parameters."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    if tagged:
        made.cells[0].metadata["tags"] = ["parameters"]
    path = folder / "template.ipynb"
    nbformat.write(made, path)
    return path


def test_right_parameters_pass() -> None:
    """The parameters that `cjm report` passes are those of the template."""
    check_parameters(TEMPLATE, GOOD)


def test_an_unknown_and_a_missing_parameter_are_told_together() -> None:
    """A misspelt parameter is an error that names the wrong one, the missing one and those there are."""
    wrong = {"study": "x", "personna": "*", "wave": "1", "lang": "ru"}
    with pytest.raises(CjmError) as caught:
        check_parameters(TEMPLATE, wrong)

    assert caught.value.text("en").splitlines() == [
        "persona_report.ipynb: the notebook has no parameter “personna”; it has: study, persona, wave, lang",
        "persona_report.ipynb: the notebook needs a value for parameter “persona”",
    ]


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path: Path) -> None:
    """Papermill would run it with its own values; here it is an error that says which tag is missing."""
    path = _notebook(tmp_path, "lang: str = 'en'", tagged=False)
    with pytest.raises(CjmError, match="parameters"):
        check_parameters(path, {"lang": "en"})


def test_a_failing_cell_is_told_with_its_number_and_error(tmp_path: Path) -> None:
    """A template that raises gives one message with report, cell and error, and writes no page."""
    path = _notebook(tmp_path, "lang: str = 'en'", "1 / 0")
    job = ReportJob(path, (("lang", "en"),), tmp_path / "out" / "page.en", "en", tmp_path)
    with pytest.raises(CjmError) as caught:
        run_report(job)

    # The injected parameters are a cell of their own, so the second code cell runs as the third.
    expected = "out/page.en: the report notebook stopped in cell 3: ZeroDivisionError: division by zero"
    assert caught.value.text("en") == expected
    assert not (tmp_path / "out").exists()


def test_html_of_a_notebook_escapes_plain_text(tmp_path: Path) -> None:
    """What a cell prints as plain text cannot become markup, and its code is not shown."""
    path = _notebook(tmp_path, "lang: str = 'en'", "class A:\n    def __repr__(self): return '<b>&'\nA()")
    job = ReportJob(path, (("lang", "en"),), tmp_path / "page.en", "en", tmp_path)
    page = run_report(job)[1].read_text(encoding="utf-8")

    assert "<pre>&lt;b&gt;&amp;</pre>" in page
    assert "def __repr__" not in page


def test_the_plan_covers_personas_waves_languages_and_overview() -> None:
    """The Russian demo study asks for 3 personas and an overview, in 2 waves and 2 languages: 16 reports."""
    study = cjm.open_study(ROOT / "interview_transcripts" / "online_grocery")
    labels = [job.label for job in plan_reports(study, [], [], [])]

    assert len(labels) == len(set(labels)) == 16
    assert {"2026-04/busy_parent.ru", "2026-10/overview.en"} <= set(labels)


def test_the_plan_takes_a_choice_and_refuses_what_is_not_there() -> None:
    """One persona, wave and language is one report; an unknown persona or wave lists those there are."""
    study = cjm.open_study(ROOT / "interview_transcripts" / "online_grocery")
    chosen = plan_reports(study, ["thrifty_student"], ["2026-10"], ["en"])

    assert [job.label for job in chosen] == ["2026-10/thrifty_student.en"]
    with pytest.raises(CjmError, match="busy_parent, careful_senior, thrifty_student"):
        plan_reports(study, ["retiree"], [], [])
    with pytest.raises(CjmError, match="2026-04, 2026-10"):
        plan_reports(study, [], ["2025-01"], [])


def test_one_failure_does_not_stop_the_others(tmp_path: Path) -> None:
    """Two jobs, one of which fails: the other is written and remembered, and the failure is raised at the end."""
    study = cjm.open_study(ROOT / "interview_transcripts" / "project_saas")
    own = cjm.Study(study.folder, tmp_path / "reports")
    path = _notebook(tmp_path, "n: str = '1'", "from IPython.display import HTML\nHTML(f'<h1>{6 // int(n)}</h1>')")
    jobs = [ReportJob(path, (("n", n),), tmp_path / f"page{n}", "en", tmp_path) for n in ("0", "2")]
    events: list[tuple[str, str]] = []
    with pytest.raises(CjmError, match="ZeroDivisionError"):
        build_reports(own, jobs, workers=1, on_event=lambda job, event: events.append((job.target.name, event)))

    assert "<h1>3</h1>" in (tmp_path / "page2.html").read_text(encoding="utf-8")
    assert events == [("page0", "start"), ("page0", "failed"), ("page2", "start"), ("page2", "built")]
    events.clear()
    build_reports(own, jobs[1:], workers=1, on_event=lambda job, event: events.append((job.target.name, event)))
    assert events == [("page2", "fresh")]
