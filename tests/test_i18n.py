"""Sentences, numbers and dates in both languages, and that code and catalogues know the same keys."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
import string
import tomllib
from pathlib import Path

import pytest
from babel import Locale

import cjm_research
from cjm_research import i18n
from cjm_research.i18n import number, percent, pick, share_interval, signed, t, tdate

PACKAGE = Path(cjm_research.__file__).parent
CATALOGUES = {
    lang: tomllib.loads((PACKAGE / "locale" / f"{lang}.toml").read_text(encoding="utf-8")) for lang in i18n.LANGUAGES
}
SENTENCES = {
    lang: {f"{section}.{key}": text for section, keys in raw.items() for key, text in keys.items()}
    for lang, raw in CATALOGUES.items()
}
# Keys that the code puts together: f"prefix{rest}"; some sections are added by a method of the class that uses them.
DYNAMIC = (
    "cli.",
    "cli.report_",
    "emergent.column_",
    "map.grade_",
    "map.lane_",
    "privacy.kind_",
    "report.attribute_",
    "report.",
    "report.card_",
    "report.kind_",
    "report.section_",
    "summary.axis_",
    "summary.role_",
    "widget.",
    "widget.description_",
    "widget.name_",
)
QUOTED = re.compile(r"""["']([\w.]+)["']""")
TELLERS = ("t", "one", "add", "Problem", "note", "_note")


def forms(value: str | dict[str, str]) -> dict[str, str]:
    """Plural forms of a sentence; one that has none is its own only form."""
    return value if isinstance(value, dict) else {"": value}


def placeholders(text: str) -> set[str]:
    """Names in braces, and the %-fields that argparse fills."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return named | set(re.findall(r"%(?:\(\w+\))?[rs]", text))


def source_strings() -> set[str]:
    """Every string in the code, templates and notebooks that could be a key or a part of one."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is str}
    for path in PACKAGE.rglob("*.j2"):
        found |= set(re.findall(QUOTED, path.read_text(encoding="utf-8")))
    for path in (PACKAGE.parent / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found |= {text for cell in cells for text in re.findall(QUOTED, "".join(cell["source"]))}
    return found


def test_both_catalogues_have_the_same_keys() -> None:
    """English and Russian say the same things."""
    assert set(SENTENCES["en"]) == set(SENTENCES["ru"])


def test_every_form_has_the_placeholders_of_the_other_language() -> None:
    """No form of a sentence loses or invents a placeholder."""
    wrong = []
    for key, english in SENTENCES["en"].items():
        wanted = placeholders(next(iter(forms(english).values())))
        for lang in i18n.LANGUAGES:
            wrong += [
                f"{lang} {key} {name}: {sorted(placeholders(text) ^ wanted)}"
                for name, text in forms(SENTENCES[lang][key]).items()
                if placeholders(text) != wanted
            ]
    assert wrong == []


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_plural_has_all_forms_of_the_language(lang: str) -> None:
    """A table of forms holds exactly the CLDR categories of its language: ru one, few, many, other; en one, other."""
    wanted = set(Locale.parse(lang).plural_form.tags) | {"other"}
    assert wanted == ({"one", "few", "many", "other"} if lang == "ru" else {"one", "other"})
    tables = {key: set(value) for key, value in SENTENCES[lang].items() if isinstance(value, dict)}
    assert {key: found for key, found in tables.items() if found != wanted} == {}


def test_plural_tables_are_the_same_sentences_in_both_languages() -> None:
    """What is counted in one language is counted in the other."""
    counted = [{key for key, value in SENTENCES[lang].items() if isinstance(value, dict)} for lang in i18n.LANGUAGES]
    assert counted[0] == counted[1]


def test_no_sentence_is_empty() -> None:
    """Every form says something in both languages."""
    empty = [key for lang in i18n.LANGUAGES for key, value in SENTENCES[lang].items() if not all(forms(value).values())]
    assert empty == []


def test_every_key_used_in_the_code_exists() -> None:
    """Each literal key of a sentence or problem, in code and in templates, stands in the catalogue."""
    used: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if (
                    name in TELLERS
                    and isinstance(first, ast.Constant)
                    and re.fullmatch(r"[a-z]+\.\w+", str(first.value))
                ):
                    used[str(first.value)] = path.name
    for path in sorted(PACKAGE.rglob("*.j2")):
        text = path.read_text(encoding="utf-8")
        used |= dict.fromkeys(re.findall(r"""\bt\(["']([a-z]+\.\w+)["']\s*[,)]""", text), path.name)
    assert len(used) > 100
    assert {key: file for key, file in used.items() if key not in SENTENCES["en"]} == {}


def test_no_key_is_unused() -> None:
    """Each sentence is asked for by its full key, or by a known prefix and a rest that stands in the code too."""
    strings = source_strings()
    grades = {"0", "1", "2", "3"}
    used = [prefix for prefix in DYNAMIC if prefix in strings or prefix.partition(".")[2] in strings]
    assert used == list(DYNAMIC)
    put_together = {prefix + rest for prefix in DYNAMIC for rest in strings | grades}
    assert [key for key in SENTENCES["en"] if key not in strings and key not in put_together] == []


@pytest.mark.parametrize(
    ("n", "russian", "english"),
    [
        (0, "0 участников", "0 participants"),
        (1, "1 участник", "1 participant"),
        (2, "2 участника", "2 participants"),
        (5, "5 участников", "5 participants"),
        (11, "11 участников", "11 participants"),
        (21, "21 участник", "21 participants"),
        (22, "22 участника", "22 participants"),
        (112, "112 участников", "112 participants"),
    ],
)
def test_counted_things_stand_in_the_right_form(n: int, russian: str, english: str) -> None:
    """Russian has three forms for whole numbers, by the last two digits; English has two."""
    assert t("report.participants", "ru", n=n) == russian
    assert t("report.participants", "en", n=n) == english


@pytest.mark.parametrize(
    ("value", "digits", "russian", "english"),
    [
        (-1.25, 1, "−1,2", "−1.2"),
        (0.5, 1, "0,5", "0.5"),
        (-0.04, 1, "0,0", "0.0"),
        (0.0, 0, "0", "0"),
        (1234.56, 2, "1\u00a0234,56", "1,234.56"),
        (-3, 0, "−3", "−3"),
    ],
)
def test_numbers_have_the_marks_of_the_language(value: float, digits: int, russian: str, english: str) -> None:
    """Decimal comma in Russian, a real minus sign in both, and never a minus before zero."""
    assert number(value, "ru", digits) == russian
    assert number(value, "en", digits) == english


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "+0,5"), (-0.5, "−0,5"), (0.04, "0,0"), (-0.04, "0,0"), (0.0, "0,0")]
)
def test_signed_numbers_say_plus_only_above_zero(value: float, text: str) -> None:
    """What rounds to zero has no sign."""
    assert signed(value, "ru") == text


def test_shares_are_whole_per_cent() -> None:
    """Russian puts a narrow space before the sign; an interval says the sign once."""
    assert percent(0.434, "en") == "43%"
    assert percent(0.434, "ru") == "43\u202f%"
    assert share_interval(0.27, 0.81, "ru") == "27–81\u202f%"
    assert share_interval(0.0, 1.0, "en") == "0–100%"


def test_days_are_written_in_words() -> None:
    """A day has its month in the language, in the genitive in Russian."""
    assert tdate(dt.date(2026, 10, 12), "en") == "12 October 2026"
    assert tdate(dt.date(2026, 10, 12), "ru") == "12 октября 2026 г."


def test_pick_falls_back_to_a_language_there_is() -> None:
    """A label in one language only is shown in it; plain text stays, nothing is empty text."""
    assert pick({"ru": "Цена", "en": "Price"}, "en") == "Price"
    assert pick({"ru": "Цена", "en": ""}, "en") == "Цена"
    assert pick("Price", "ru") == "Price"
    assert pick(None, "ru") == ""


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"CJM_LANG": "ru", "LANG": "en_GB.UTF-8"}, "ru"),
        ({"CJM_LANG": "de", "LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_current_language_is_asked_for_in_order(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chosen language comes before CJM_LANG, this before the system's; what is no language of ours is passed over."""
    for name in ("CJM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert i18n.current_language() == language
    with i18n.speaking("ru"):
        assert i18n.current_language() == "ru"
    assert i18n.current_language() == language
