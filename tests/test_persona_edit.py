"""Changes to personas.yml: comments and other entries survive, nothing invalid gets through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cjm_research.errors import CjmError
from cjm_research.persona_edit import PersonaDraft, draft_of, edit_personas, remove_persona
from cjm_research.personas import load_personas

TEXT = """\
# Who we ask
personas:
  # the first
  - id: young
    name: {ru: "Молодые", en: Young}  # a nice name
    rules:
      - {age: {max: 25}}
  # the second
  - id: old
    name: {en: 'Old'}
    participants: [P01, P02]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A personas.yml with comments."""
    file = tmp_path / "personas.yml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_saving_without_a_change_changes_nothing(path: Path) -> None:
    """A draft that was only looked at gives the same text, comments and quotes included."""
    assert edit_personas(path, draft_of(path, "young")) == TEXT
    assert edit_personas(path, draft_of(path, "old")) == TEXT


def test_a_draft_holds_what_the_form_shows(path: Path) -> None:
    """Texts by language, rules as YAML, listed people."""
    assert draft_of(path, "young") == PersonaDraft(
        "young", {"ru": "Молодые", "en": "Young"}, {"": ""}, "- {age: {max: 25}}", []
    )
    assert draft_of(path, "old").participants == ["P01", "P02"]


def test_one_change_touches_one_place(path: Path) -> None:
    """Changed rules replace the rules of this persona; every other line stays."""
    text = edit_personas(path, replace(draft_of(path, "young"), rules="- {age: {max: 30}}\n- {city: Уфа}"))
    assert text == TEXT.replace("- {age: {max: 25}}", "- {age: {max: 30}}\n      - {city: Уфа}")


def test_a_text_taken_out_of_the_form_goes(path: Path) -> None:
    """An emptied language is removed, the other language and the comment stay."""
    text = edit_personas(path, replace(draft_of(path, "young"), name={"ru": "Молодёжь", "en": ""}))
    line = next(line for line in text.splitlines() if "Молодёжь" in line)
    assert line.split() == ["name:", "{ru:", '"Молодёжь"}', "#", "a", "nice", "name"]


def test_a_new_id_is_added_at_the_end(path: Path) -> None:
    """A persona the file has not is added after the others, which stay letter for letter."""
    draft = PersonaDraft("busy", {"en": "Busy", "ru": ""}, {"en": "No time"}, "{children: {min: 1}}", ["P07"])
    text = edit_personas(path, draft)
    assert text.startswith(TEXT)
    path.write_text(text, encoding="utf-8")
    busy = load_personas(path)[2]
    assert (busy.id, busy.name, busy.description) == ("busy", {"en": "Busy"}, {"en": "No time"})
    assert (busy.rules, busy.participants) == (({"children": {"min": 1}},), ("P07",))


def test_a_first_persona_needs_no_file(tmp_path: Path) -> None:
    """Editing makes the text of a file that is not there yet, or has only comments."""
    path = tmp_path / "personas.yml"
    draft = PersonaDraft("a", {"en": "A"}, {}, "", [])
    assert edit_personas(path, draft) == "personas:\n  - id: a\n    name:\n      en: A\n"
    path.write_text("# later\npersonas:\n#  - id: x\n", encoding="utf-8")
    assert "# later\npersonas:\n" in edit_personas(path, draft)


@pytest.mark.parametrize("rules", ["- {age: {older: 3}}", "- {age: {min: many}}", "- [", "- young", "7"])
def test_invalid_rules_are_refused(path: Path, rules: str) -> None:
    """Rules that could not be read back raise, the file stays as it was and nothing else is left behind."""
    with pytest.raises(CjmError):
        edit_personas(path, replace(draft_of(path, "young"), rules=rules))
    assert path.read_text(encoding="utf-8") == TEXT
    assert [file.name for file in path.parent.iterdir()] == ["personas.yml"]


@pytest.mark.parametrize(
    "draft", [PersonaDraft("Bad Id", {"en": "x"}, {}, "", []), PersonaDraft("new", {}, {}, "", [])]
)
def test_a_persona_needs_a_usable_id_and_a_name(path: Path, draft: PersonaDraft) -> None:
    """What the file's reader refuses, the editor refuses."""
    with pytest.raises(CjmError):
        edit_personas(path, draft)


def test_removing_keeps_the_others(path: Path) -> None:
    """The other persona and all comments stay; removing one that is not there names the known."""
    text = remove_persona(path, "young")
    assert text == (
        "# Who we ask\npersonas:\n  # the first\n  # the second\n"
        "  - id: old\n    name: {en: 'Old'}\n    participants: [P01, P02]\n"
    )
    with pytest.raises(CjmError) as raised:
        remove_persona(path, "nobody")
    assert raised.value.text("en") == "personas.yml: there is no persona “nobody”; personas: young, old"


def test_removing_the_last_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    """No personas is a valid state."""
    path = tmp_path / "personas.yml"
    path.write_text("personas:\n  - {id: a, name: A}\n", encoding="utf-8")
    path.write_text(remove_persona(path, "a"), encoding="utf-8")
    assert load_personas(path) == ()


@pytest.mark.parametrize("text", ["- a\n", "personas: text\n", "personas:\n  - text\n"])
def test_a_broken_file_is_told_not_overwritten(tmp_path: Path, text: str) -> None:
    """A file of another shape is an error of the file, not a crash of the form."""
    path = tmp_path / "personas.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CjmError):
        edit_personas(path, PersonaDraft("a", {"en": "A"}, {}, "", []))
    with pytest.raises(CjmError):
        remove_persona(path, "a")
