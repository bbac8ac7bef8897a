"""study.yml: defaults, waves, and every wrong line named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import RoleRule
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
        "study.yml:3: “magic” is not a sentiment engine; there are: lemmas, textblob, vader, none",
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


def test_roles_are_given_by_label_and_by_file(tmp_path: Path) -> None:
    """A key is a speaker, or a file with speakers below it; roles may be said in Russian; lines are kept."""
    found = load(
        tmp_path,
        'interviewers: [Анна]\nroles:\n  "Анна": interviewer\n  Лев Ильин: наблюдатель\n'
        '  "talks/int_03.txt":\n    М: other\n    Анна: участник\n  int_04.txt: {1: participant}\n',
    )
    assert found.roles == (
        RoleRule("Анна", "interviewer", "", "study.yml:3"),
        RoleRule("Лев Ильин", "other", "", "study.yml:4"),
        RoleRule("М", "other", "talks/int_03.txt", "study.yml:6"),
        RoleRule("Анна", "participant", "talks/int_03.txt", "study.yml:7"),
        RoleRule("1", "participant", "int_04.txt", "study.yml:8"),
    )
    assert found.hints.interviewers == found.interviewers == ("Анна",)


def test_patterns_of_file_names_know_the_waves(tmp_path: Path) -> None:
    """One pattern needs no dash, and a wave's id may hold the sign between parts."""
    found = load(tmp_path, 'waves: [w_1, w_2]\nfile_names: "{wave}_{id}"\n')
    assert [pattern.match("a/w_2_P1.txt") for pattern in found.file_names] == [{"wave": "w_2", "id": "P1"}]
    assert found.hints.patterns == found.file_names


def test_wrong_roles_and_patterns_name_their_lines(tmp_path: Path) -> None:
    """Unknown roles, lists of roles, names in two places, and patterns that cannot be meant."""
    with pytest.raises(CjmError) as raised:
        load(
            tmp_path,
            "interviewers: Анна\nroles:\n  Анна: participant\n  Лев: boss\n  a.txt:\n    М: chief\n"
            '  interviewer: [Нина]\nfile_names:\n  - "{wave}{id}"\n  - {wave}\n',
        )
    assert raised.value.text("en").splitlines() == [
        (
            "study.yml:3: “Анна” is “participant” here but stands under interviewers too; "
            "take the name out of one of the two"
        ),
        "study.yml:4: “boss” is no role for “Лев”; roles are: interviewer, participant, other",
        "study.yml:6: “chief” is no role for “М”; roles are: interviewer, participant, other",
        "study.yml:7: “['Нина']” is no role for “interviewer”; roles are: interviewer, participant, other",
        (
            "study.yml:9: in the pattern “{wave}{id}” two parts touch, so nobody can tell where one ends; put a sign "
            "between them, as in {wave}_{participant_id}"
        ),
        'study.yml:10: a pattern of file names needs quotation marks, as in file_names: "{wave}_{participant_id}"',
    ]


@pytest.mark.parametrize("text", ["roles: interviewer\n", "roles: [Анна]\n"])
def test_roles_of_another_shape_are_told(tmp_path: Path, text: str) -> None:
    """A word or a list says nobody's role."""
    with pytest.raises(CjmError) as raised:
        load(tmp_path, text)
    assert [(p.key, p.where) for p in raised.value.problems] == [("study.roles_not_mapping", "study.yml:1")]
