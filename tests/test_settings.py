"""study.yml: defaults, waves, and every wrong line named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.settings import Settings, Wave, load_settings


def load(tmp_path: Path, text: str) -> Settings:
    """Settings from the text of a study.yml in a folder called shop."""
    path = tmp_path / "shop" / "study.yml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "waves:\ninterviewers:\nname:\n"])
def test_what_is_not_said_has_a_default(tmp_path: Path, text: str) -> None:
    """An empty file means: name of the folder, both languages, nine stages, one wave, sentiment from lemmas."""
    found = load(tmp_path, text)
    assert found.name == {"": "shop"}
    assert found.languages == found.report_languages == ("en", "ru")
    assert (found.stages, found.interviewers, found.sentiment) == ("journey-9", (), "lemmas")
    assert [wave.id for wave in found.waves] == ["wave-1"]


def test_a_missing_file_means_all_defaults(tmp_path: Path) -> None:
    """A folder without study.yml can be read."""
    assert load_settings(tmp_path / "study.yml").name == {"": tmp_path.name}


def test_everything_said_is_taken(tmp_path: Path) -> None:
    """Names per language, waves with and without details, one interviewer without brackets."""
    found = load(
        tmp_path,
        "name: {en: Shop, ru: Лавка}\nlanguages: ru\nreport_languages: [ru]\nstages: classic-4\n"
        "interviewers: Анна\nsentiment: none\n"
        'waves:\n  - 2026-04\n  - {id: "2026-10", label: {ru: октябрь}, date: 2026-10-31}\n',
    )
    assert found.name == {"en": "Shop", "ru": "Лавка"}
    assert (found.languages, found.report_languages, found.interviewers) == (("ru",), ("ru",), ("Анна",))
    assert (found.stages, found.sentiment) == ("classic-4", "none")
    assert found.waves == (Wave("2026-04", {"": "2026-04"}), Wave("2026-10", {"ru": "октябрь"}, "2026-10-31"))
    assert found.wave("2026-10").date == "2026-10-31"


def test_all_wrong_lines_are_named_at_once(tmp_path: Path) -> None:
    """Each mistake has its line; an unknown key is told the nearest that is known."""
    with pytest.raises(CjmError) as raised:
        load(
            tmp_path,
            "nmae: Shop\nlanguages: [ru, de]\nsentiment: magic\nwaves:\n"
            "  - {id: a b}\n  - {id: w, date: 31.10.2026}\n  - {id: w, labl: x}\n",
        )
    assert raised.value.text("en").splitlines() == [
        "study.yml:1: “nmae” is not known here; did you mean “name”?",
        "study.yml:2: “de” is not a language the program has; it has: en, ru",
        "study.yml:3: “magic” is not a sentiment engine; there are: lemmas, textblob, none",
        "study.yml:5: “a b” cannot be a wave's id; use letters, digits and hyphens, as in 2026-10",
        "study.yml:6: “31.10.2026” is not a day; write it as 2026-10-31",
        "study.yml:7: “labl” is not known here; did you mean “label”?",
        "study.yml:7: wave “w” stands twice",
    ]


def test_a_list_is_no_study(tmp_path: Path) -> None:
    """A file that holds a list says what was expected."""
    with pytest.raises(CjmError) as raised:
        load(tmp_path, "- a\n- b\n")
    assert raised.value.problems[0].key == "study.not_mapping"


def test_an_unknown_wave_lists_the_known_ones(tmp_path: Path) -> None:
    """Asking for a wave there is not names those there are."""
    found = load(tmp_path, "waves: [spring, autumn]\n")
    with pytest.raises(CjmError) as raised:
        found.wave("winter")
    assert raised.value.text("en") == "study.yml: there is no wave “winter”; waves: spring, autumn"


@pytest.mark.parametrize("text", ["waves: 2026-04\n", "waves: {id: 2026-04}\n", "waves: [2026-04]\n"])
def test_one_wave_needs_no_dash(tmp_path: Path, text: str) -> None:
    """A single wave that is no list is taken, not passed over."""
    assert [wave.id for wave in load(tmp_path, text).waves] == ["2026-04"]


def test_waves_of_another_shape_are_told(tmp_path: Path) -> None:
    """A mapping from ids to labels is an error that names the line."""
    with pytest.raises(CjmError) as raised:
        load(tmp_path, "name: x\nwaves: {2026-04: April}\n")
    assert [(p.key, p.where) for p in raised.value.problems] == [
        ("persona.unknown_key", "study.yml:2"),
        ("study.bad_wave", "study.yml:2"),
    ]
