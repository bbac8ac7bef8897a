"""End to end: both demo studies, from the folder to reports a client could be handed."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

import cjm_research as cjm
from cjm_research.cli import main
from cjm_research.study import Study
from cjm_research.tables import CELLS, to_csv

from .pages import read_page

ROOT = Path(__file__).parents[1]
STUDIES = {"online_grocery": "2026-10", "project_saas": "2026-09"}


@pytest.fixture(scope="module", params=STUDIES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, str, Path]:
    """A demo study in a fresh workspace with the reports of one wave in both languages: study, wave, folder."""
    workspace = tmp_path_factory.mktemp("workspace")
    assert main(["init", str(workspace)]) == 0
    source = ROOT / "interview_transcripts" / request.param
    shutil.copytree(source, workspace / "interview_transcripts" / request.param)
    wave = STUDIES[request.param]
    folder = str(workspace / "interview_transcripts" / request.param)
    assert main(["report", folder, "--wave", wave]) == 0
    study = cjm.open_study(folder)
    return study, wave, study.output / wave


def test_every_persona_and_the_overview_have_a_page_in_both_languages(built: tuple[Study, str, Path]) -> None:
    """Each persona and the overview exist as notebook and page, in English and in Russian."""
    study, _, folder = built
    names = [*(persona.id for persona in study.personas), "overview"]
    expected = {f"{name}.{lang}.{end}" for name in names for lang in ("en", "ru") for end in ("html", "ipynb")}

    assert {path.name for path in folder.iterdir()} == expected
    assert len(study.personas) >= 2


def test_pages_stand_alone(built: tuple[Study, str, Path]) -> None:
    """A page has its language set, hides code, loads nothing from anywhere, and all its links lead somewhere."""
    _, _, folder = built
    for path in folder.glob("*.html"):
        page, text = read_page(path), path.read_text(encoding="utf-8")
        outside = [link for link in page.links if not link.startswith(("#", "data:"))]

        assert page.lang == path.stem.rpartition(".")[2]
        assert "script" not in page.tags
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
        assert [link for link in outside if not (folder / link).exists()] == []
        assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []
        assert "import cjm_research" not in text


def test_pages_can_be_read_by_everyone(built: tuple[Study, str, Path]) -> None:
    """Every picture says what it shows, and the map is a table whose headers have a scope and which has a caption."""
    _, _, folder = built
    for path in folder.glob("*.html"):
        page = read_page(path)

        assert page.images
        assert all(len(image["alt"]) > 60 for image in page.images)
        assert "caption" in page.tags
        assert page.headers
        assert all(header.get("scope") in ("col", "row") for header in page.headers)


def test_every_quote_stands_in_its_source(built: tuple[Study, str, Path]) -> None:
    """Each quoted passage is found verbatim at its offsets in its transcript, and a participant said it."""
    study, _, folder = built
    texts = dict(zip(study.transcripts["transcript_id"], study.transcripts["text"], strict=True))
    spoken = {(t.transcript_id, t.role): [] for t in study.turns.itertuples()}  # type: ignore[var-annotated]
    for turn in study.turns.itertuples():
        spoken[turn.transcript_id, turn.role].append((turn.start, turn.end))
    checked = 0
    for path in folder.glob("*.html"):
        for place, words in read_page(path).quotes:
            start, end = int(place["data-start"]), int(place["data-end"])

            assert texts[place["data-transcript"]][start:end] == words
            assert any(a <= start and end <= b for a, b in spoken[place["data-transcript"], "participant"])
            checked += 1
    assert checked > 500


def test_quotes_of_plain_text_files_stand_in_the_file_itself(built: tuple[Study, str, Path]) -> None:
    """The offsets of txt and md transcripts count in the file as it lies on disk, decoded and with plain line ends."""
    study, _, _ = built
    segments = study.segments[study.segments["transcript_id"].str.endswith((".txt", ".md"))]
    decoded: dict[str, str] = {}
    for name in sorted(set(segments["transcript_id"])):
        raw = (study.folder / name).read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1251")
        decoded[name] = text.replace("\r\n", "\n").replace("\r", "\n")

    assert len(decoded) >= 3
    assert [
        row.segment_id for row in segments.itertuples() if decoded[row.transcript_id][row.start : row.end] != row.text
    ] == []


def test_survey_quotes_stand_in_the_row_they_name(built: tuple[Study, str, Path]) -> None:
    """A survey passage is part of a cell of the spreadsheet row that its transcript id names."""
    study, _, _ = built
    segments = study.segments[study.segments["transcript_id"].str.contains("#")]
    path = study.source_files()[1][0]
    # Physical rows of the file, as a spreadsheet shows them.
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
    of_file = segments[segments["transcript_id"].str.startswith(path.relative_to(study.folder).as_posix())]

    assert len(of_file) > 100
    for segment in of_file.itertuples():
        row = rows[int(segment.transcript_id.rpartition("#")[2]) - 1]
        assert any(segment.text in cell.replace("\r\n", "\n") for cell in row)


def test_figures_on_the_page_are_those_of_the_table(built: tuple[Study, str, Path]) -> None:
    """Each "k of n" of a persona's map equals the row of table cells with the same stage, lane and item."""
    study, wave, folder = built
    persona = study.personas[0].id
    cells = study.cells[(study.cells["wave"] == wave) & (study.cells["persona_id"] == persona)]
    known = {(c.stage, c.lane, c.item): (c.k, c.n) for c in cells.itertuples()}
    figures = [f for f in read_page(folder / f"{persona}.ru.html").figures if "data-stage" in f]

    assert len(figures) > 20
    for figure in figures:
        place = figure["data-stage"], figure["data-lane"], figure.get("data-item", "")
        assert known[place] == (int(figure["data-k"]), int(figure["data-n"]))


def test_interviewers_are_never_counted(built: tuple[Study, str, Path]) -> None:
    """No segment comes from a turn of an interviewer, and every interview has one."""
    study, _, _ = built
    roles = {(turn.transcript_id, turn.turn): turn.role for turn in study.turns.itertuples()}
    interviews = set(study.transcripts.loc[study.transcripts["kind"] == "interview", "transcript_id"])
    asked = {turn.transcript_id for turn in study.turns.itertuples() if turn.role == "interviewer"}

    assert {roles[s.transcript_id, s.turn] for s in study.segments.itertuples()} == {"participant"}
    assert asked == interviews


def test_the_same_cells_come_out_again(built: tuple[Study, str, Path], tmp_path: Path) -> None:
    """Reading, coding and mapping once more in another folder gives the cells table byte for byte."""
    study, _, _ = built
    again = Study(study.folder, tmp_path / "reports")

    assert to_csv(CELLS, again.cells) == to_csv(CELLS, study.cells)


def test_nothing_is_built_twice(built: tuple[Study, str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """A second run finds every report up to date and leaves its bytes alone."""
    study, wave, folder = built
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code = main(["--ui-lang", "en", "report", str(study.folder), "--wave", wave])

    assert code == 0
    assert "0 built now" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_forced_rebuild_gives_the_same_bytes(built: tuple[Study, str, Path]) -> None:
    """Building a report again from scratch writes the same notebook and the same page."""
    study, wave, folder = built
    persona = study.personas[0].id
    before = {end: (folder / f"{persona}.ru.{end}").read_bytes() for end in ("ipynb", "html")}
    call = ["report", str(study.folder), "--wave", wave, "--persona", persona, "--lang", "ru", "--force"]

    assert main(call) == 0
    assert {end: (folder / f"{persona}.ru.{end}").read_bytes() for end in ("ipynb", "html")} == before


def test_demo_studies_are_as_large_as_promised() -> None:
    """The Russian study has 12 interviews and 80 answers or more over two waves, the English 6 and 40 or more."""
    russian, english = (cjm.open_study(ROOT / "interview_transcripts" / name) for name in STUDIES)
    kinds = {study.name: study.transcripts["kind"].value_counts().to_dict() for study in (russian, english)}

    assert kinds["online_grocery"]["interview"] >= 12
    assert kinds["online_grocery"]["survey"] >= 80
    assert kinds["project_saas"]["interview"] >= 6
    assert kinds["project_saas"]["survey"] >= 40
    assert sorted(set(russian.transcripts["wave"])) == ["2026-04", "2026-10"]
    assert {Path(path).suffix for path in russian.transcripts["path"]} >= {".txt", ".docx", ".vtt", ".srt"}
