"""Personas: rules, lists, and who belongs where."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cjm_research.errors import CjmError
from cjm_research.personas import Persona, assign_personas, load_personas, matches
from cjm_research.tables import PARTICIPANTS, make_table
from cjm_research.yaml_io import parse_yaml


def load(tmp_path: Path, text: str) -> tuple[Persona, ...]:
    """Personas from the text of a personas.yml."""
    path = tmp_path / "personas.yml"
    path.write_text(text, encoding="utf-8")
    return load_personas(path)


def holds(rule: str, **attributes: str) -> bool:
    """Whether one rule, as written in YAML, holds for a person."""
    return matches(Persona("p", {}, {}, (parse_yaml(rule, "rule"),)), attributes)


def people(*ids: str, **attributes: list[str]) -> pd.DataFrame:
    """Table of participants with attributes."""
    rows = [{"participant_id": one} | {name: values[at] for name, values in attributes.items()}
            for at, one in enumerate(ids)]  # fmt: skip
    return make_table(PARTICIPANTS, rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "age", "expected"),
    [
        ("{age: {min: 18}}", "18", True),
        ("{age: {min: 18}}", "17,9", False),
        ("{age: {max: 57}}", "57", True),
        ("{age: {max: 57}}", "57.5", False),
        ("{age: {min: 18, max: 24}}", "25", False),
        ("{age: {min: 2.5}}", "2,5", True),
        ("{age: {min: 18}}", "от 25 до 34 лет", True),
        ("{age: {min: 18}}", "unknown", False),
        ("{age: {min: 18}}", "", False),
        ("{age: {max: 0}}", "-1", True),
        ("{age: 30}", "30", True),
        ("{age: 30}", "30,0", True),
        ("{age: 30}", "31", False),
    ],
)
def test_numbers(rule: str, age: str, expected: bool) -> None:
    """Limits count in; a decimal comma is a decimal point; who gave no number meets no limit."""
    assert holds(rule, age=age) is expected


@pytest.mark.parametrize(
    ("rule", "city", "expected"),
    [
        ("{city: Казань}", "КАЗАНЬ", True),
        ("{city: Казань}", " казань ", True),
        ("{city: Казань}", "Казань, центр", False),
        ("{city: {contains: казань}}", "Казань, центр", True),
        ("{city: {contains: казань}}", "", False),
        ("{city: [Уфа, Казань]}", "казань", True),
        ("{city: [Уфа, Казань]}", "Омск", False),
        ("{city: {not: Казань}}", "Омск", True),
        ("{city: {not: Казань}}", "казань", False),
        ("{city: {not: Казань}}", "", False),
        ("{city: {not: [Уфа, Казань]}}", "уфа", False),
        ("{city: {not: {contains: каз}}}", "Казань", False),
        ("{city: {contains: о, not: Омск}}", "Тольятти", True),
        ("{city: {contains: о, not: Омск}}", "Омск", False),
        ("{city: true}", "True", True),
    ],
)
def test_texts(rule: str, city: str, expected: bool) -> None:
    """Texts are compared without regard to case; who did not say meets no condition, a negative one neither."""
    assert holds(rule, city=city) is expected


def test_conditions_join_and_rules_offer_a_choice() -> None:
    """All conditions of a rule must hold, one rule is enough, an empty rule holds for nobody."""
    persona = Persona("p", {}, {}, ({"age": {"min": 60}}, {"age": {"max": 20}, "sex": "f"}, {}))
    assert matches(persona, {"age": "70", "sex": "m"})
    assert matches(persona, {"age": "18", "sex": "F"})
    assert not matches(persona, {"age": "18", "sex": "m"})
    assert not matches(Persona("p", {}, {}), {"age": "18"})


def test_list_wins_then_the_first_persona_then_nobody() -> None:
    """An explicit list beats every rule, the persona that stands first beats later ones, the rest are “-”."""
    table = people("P1", "P2", "P3", "P4", age=["30", "30", "70", ""])
    personas = (
        Persona("adult", {}, {}, ({"age": {"min": 18}},)),
        Persona("old", {}, {}, ({"age": {"min": 60}},), ("P2",)),
    )
    assert assign_personas(table, personas)["persona_id"].tolist() == ["adult", "old", "adult", "-"]
    assert assign_personas(table, ())["persona_id"].tolist() == ["-", "-", "-", "-"]
    assert table["persona_id"].tolist() == ["", "", "", ""]


def test_people_who_are_not_there_and_doubles_are_told_together() -> None:
    """A wrong code in a list comes with the nearest right ones; two lists with one person name both."""
    personas = (Persona("a", {}, {}, (), ("P01", "P1")), Persona("b", {}, {}, (), ("P01", "Zoe")))
    with pytest.raises(CjmError) as raised:
        assign_personas(people("P01", "P02"), personas)
    assert raised.value.text("en").splitlines() == [
        "personas.yml: persona “a” lists “P1”, who is not among the participants (near: P01)",
        "personas.yml: “P01” is listed in two personas, “a” and “b”; keep one",
        "personas.yml: persona “b” lists “Zoe”, who is not among the participants (near: –)",
    ]


@pytest.mark.parametrize("text", ["", "# none\n", "personas:\n", "personas: []\n"])
def test_a_file_may_be_empty(tmp_path: Path, text: str) -> None:
    """No personas yet is no mistake; no file neither."""
    assert load_personas(tmp_path / "none.yml") == ()
    assert load(tmp_path, text) == ()


def test_all_of_an_entry_is_read(tmp_path: Path) -> None:
    """Names per language or plain, rules and listed people, codes of people that look like numbers."""
    text = (
        "personas:\n  - id: a\n    name: {en: A, ru: А}\n    description: {en: about}\n    rules: [{age: {min: 1}}]\n"
        "  - {id: b, name: B, participants: [P1, 7]}\n"
    )
    a, b = load(tmp_path, text)
    assert (a.id, a.name, a.description, a.rules) == (
        "a", {"en": "A", "ru": "А"}, {"en": "about"}, ({"age": {"min": 1}},)
    )  # fmt: skip
    assert (b.name, b.description, b.participants) == ({"": "B"}, {"": ""}, ("P1", "7"))


def test_all_mistakes_are_told_with_their_lines(tmp_path: Path) -> None:
    """One message shows unknown keys with the nearest known, bad ids, missing names, wrong rules and doubles."""
    with pytest.raises(CjmError) as raised:
        load(
            tmp_path,
            "personas:\n"
            "  - {id: Busy Parent, name: x}\n"
            "  - id: a\n    nmae: A\n"
            "  - {id: b, name: B, rules: [{age: {minn: 3}}]}\n"
            "  - {id: b, name: B, rules: [young]}\n"
            "  - just text\n",
        )
    lines = raised.value.text("en").splitlines()
    assert [line.split(" ")[0] for line in lines] == [f"personas.yml:{n}:" for n in (2, 4, 3, 5, 6, 6, 7)]
    assert lines[0].startswith("personas.yml:2: the id “Busy Parent” is not usable")
    assert lines[1] == "personas.yml:4: “nmae” is not known here; did you mean “name”?"
    assert lines[2].startswith("personas.yml:3: persona “a” has no name")
    assert "the rule {'age': {'minn': 3}} is not understood" in lines[3]
    assert "the rule young is not understood" in lines[4]
    assert lines[5] == "personas.yml:6: persona “b” stands twice; give one of them another id"


@pytest.mark.parametrize(
    "rule",
    ["{age: {min: many}}", "{age: {max: [1, 2]}}", "{age: {not: {min: x}}}", "{age: }", "{c: {contains: [a]}}", "5"],
)
def test_a_condition_that_cannot_hold_is_refused(tmp_path: Path, rule: str) -> None:
    """A limit that is no number, or a condition left empty, is told when the file is read."""
    with pytest.raises(CjmError) as raised:
        load(tmp_path, f"personas:\n  - {{id: a, name: A, rules: [{rule}]}}\n")
    assert [(p.key, p.where) for p in raised.value.problems] == [("persona.bad_rule", "personas.yml:2")]


def test_one_person_or_rule_needs_no_brackets(tmp_path: Path) -> None:
    """``participants: P03`` is one person, not three letters; a rule without a dash is one rule."""
    (persona,) = load(tmp_path, "personas:\n  - {id: a, name: A, participants: P03, rules: {age: {min: 60}}}\n")
    assert persona.participants == ("P03",)
    assert persona.rules == ({"age": {"min": 60}},)


def test_a_limit_may_have_a_decimal_comma(tmp_path: Path) -> None:
    """``min: "2,5"`` is two and a half."""
    (persona,) = load(tmp_path, 'personas:\n  - {id: a, name: A, rules: [{score: {min: "2,5"}}]}\n')
    assert matches(persona, {"score": "2,6"})
    assert not matches(persona, {"score": "2,4"})


@pytest.mark.parametrize("text", ["- a\n", "people: []\n", "personas: {a: b}\n", "text\n"])
def test_a_file_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    """The message says which list was expected."""
    with pytest.raises(CjmError) as raised:
        load(tmp_path, text)
    assert raised.value.problems[0].key == "persona.no_list"
