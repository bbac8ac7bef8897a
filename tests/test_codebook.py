"""The codebook: the default one is whole, studies extend it, and mistakes are told with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from cjm_research.codebook import STAGE_PRESETS, default_codebook, load_codebook
from cjm_research.errors import CjmError

STAGES_9 = "awareness consideration decision purchase use support repeat_purchase recommendation review".split()


def write(folder: Path, text: str) -> Path:
    """Write a codebook file."""
    path = folder / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path, stages: str = "journey-9") -> list[str]:
    """List what is wrong with a codebook file, in English."""
    with pytest.raises(CjmError) as error:
        load_codebook(path, stages)
    return [problem.text("en") for problem in error.value.problems]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_default_has_every_code_of_the_design() -> None:
    """The default codebook has the codes the project promises, in their order."""
    codebook = default_codebook()
    names = {
        axis: [code.code for code in codebook.by_axis(axis)] for axis in ("stage", "emotion", "pain", "want", "channel")
    }
    assert names == {
        "stage": STAGES_9,
        "emotion": "joy trust surprise confusion frustration anger disappointment anxiety".split(),
        "pain": ("price complexity information delay defect service quality availability trust communication".split()),
        "want": "need expectation fear".split(),
        "channel": (
            "ads search website app social messenger email phone in_person reviews word_of_mouth courier event".split()
        ),
    }
    assert codebook.get("flag.barrier") is not None


def test_default_explains_every_code_in_both_languages() -> None:
    """Every code has label, brief, definition, when to use it and when not, examples and keywords in ru and en."""
    for code in default_codebook().codes:
        for texts in (code.label, code.brief, code.definition, code.use, code.not_use, code.keywords):
            assert sorted(texts) == ["en", "ru"], code.id
        assert all(2 <= len(code.examples[lang]) <= 3 for lang in ("ru", "en")), code.id


def test_colours_carry_white_text() -> None:
    """White text on the colour of any code has the contrast of at least 4.5 to 1 that WCAG AA asks for."""
    low = [code.id for code in default_codebook().codes if 1.05 / (luminance(code.colour) + 0.05) < 4.5]
    assert low == []


def test_channels_have_a_medium() -> None:
    """Every channel is online or offline, and nothing else has a medium."""
    for code in default_codebook().codes:
        assert (code.medium in {"online", "offline"}) is (code.axis == "channel"), code.id


@pytest.mark.parametrize(
    ("preset", "stages", "support"),
    [
        ("classic-4", STAGES_9[:4], "stage.purchase"),
        (
            "lifecycle-7",
            ["awareness", "consideration", "purchase", "use", "repeat_purchase", "recommendation", "review"],
            "stage.use",
        ),
        ("journey-9", STAGES_9, "stage.support"),
    ],
)
def test_presets_order_and_merge_stages(preset: str, stages: list[str], support: str) -> None:
    """A preset has its stages in order; a stage it lacks is found as the stage it joins, with its keywords."""
    codebook = default_codebook(preset)
    assert [code.code for code in codebook.stages] == stages
    found = codebook.get("stage.support")
    assert found is not None
    assert found.id == support
    assert "жалоба" in found.keywords["ru"]


def test_presets_name_their_stages() -> None:
    """The labels of a preset win over those of the codebook."""
    labels = [code.label["ru"] for code in default_codebook("classic-4").stages]
    assert labels == ["Осознание", "Рассмотрение", "Решение", "Покупка"]
    assert len(STAGE_PRESETS) == 3


def test_extending_removes_changes_and_adds(tmp_path: Path) -> None:
    """A study's codebook takes codes away, changes fields, adds keywords, and adds codes of its own."""
    path = write(
        tmp_path,
        """\
extends: default
remove: [pain.price]
codes:
  - code: delay
    axis: pain
    label: {ru: Долго}
    keywords: {ru: [тащиться]}
  - code: trial
    axis: stage
    label: {ru: Проба, en: Trial}
    definition: {en: Trying it out.}
""",
    )
    codebook = load_codebook(path)
    delay = codebook.get("pain.delay")
    before = default_codebook().get("pain.delay")
    assert delay is not None
    assert before is not None
    assert codebook.get("pain.price") is None
    assert delay.label == {"ru": "Долго"}
    assert delay.definition == before.definition
    assert delay.keywords["ru"] == (*before.keywords["ru"], "тащиться")
    assert [code.code for code in codebook.stages] == [*STAGES_9, "trial"]


def test_a_study_lists_its_own_stages(tmp_path: Path) -> None:
    """A list of stages in the file sets which there are, their order, labels and what joins them."""
    path = write(
        tmp_path,
        """\
extends: default
stages:
  - awareness
  - {code: use, label: {en: Living with it}, joins: [support, purchase]}
""",
    )
    codebook = load_codebook(path)
    assert [(code.code, code.label["en"]) for code in codebook.stages] == [
        ("awareness", "Awareness"),
        ("use", "Living with it"),
    ]
    assert codebook.merged == {"stage.support": "stage.use", "stage.purchase": "stage.use"}


def test_words_that_yaml_would_change_stay_words(tmp_path: Path) -> None:
    """Keywords such as no, on and 1.10 are read as they are written."""
    path = write(
        tmp_path,
        "codes:\n  - {code: a, axis: pain, label: {en: A}, definition: {en: A.}, keywords: {en: [no, on, 1.10]}}\n",
    )
    assert load_codebook(path).codes[0].keywords == {"en": ("no", "on", "1.10")}


def test_all_mistakes_are_told_at_once_with_lines(tmp_path: Path) -> None:
    """Every mistake of a file is told in one error, each with file and line."""
    path = write(
        tmp_path,
        """\
codes:
  - code: price
    axis: pane
    label: {en: Price}
    definition: {en: Too dear.}
  - code: delay
    axis: pain
    labl: {en: Delay}
    definition: {en: Waiting.}
    colour: red
  - code: delay
    axis: pain
    label: {en: Delay}
    definition: {en: Waiting.}
  - code: queue
    axis: pain
    label: {en: Queue}
    definition: {en: Waiting in line.}
    parent: dellay
    keywords: queue
""",
    )
    assert problems(path) == [
        "codebook.yml, line 3: there is no axis “pane”; did you mean pain?",
        "codebook.yml, line 8: “labl” is not known here; did you mean label?",
        'codebook.yml, line 10: “red” is not a colour; write it in quotes as "#1f5a99"',
        "codebook.yml, line 20: “keywords” must be {ru: …, en: …}",
        "codebook.yml, line 11: the code pain.delay is defined twice, in lines 6 and 11; keep one or rename one",
        "codebook.yml, line 6: the code pain.delay has no “label”; add it",
        "codebook.yml, line 15: there is no parent “dellay” on this axis; did you mean delay?",
    ]


def test_circles_of_parents_are_told_once(tmp_path: Path) -> None:
    """Codes that are each other's parents are refused with the way round."""
    entry = "  - {{code: {0}, axis: pain, label: {{en: A}}, definition: {{en: A.}}, parent: {1}}}\n"
    path = write(tmp_path, "codes:\n" + entry.format("a", "b") + entry.format("b", "c") + entry.format("c", "a"))
    assert problems(path) == [
        "codebook.yml, line 2: parents go round in a circle: a → b → c → a; take one of them away"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("codes: [", "codebook.yml, line 1: this is not YAML"),
        ("", "codebook.yml: the file has no codes"),
        ("- a", "codebook.yml, line 1: “codebook.yml” must be {…: …}"),
        ("extends: defalt", "codebook.yml, line 1: a codebook can extend default, not “defalt”"),
        ("extends: default\nremove: [pain.prise]", "codebook.yml, line 2: there is no code “pain.prise” to remove"),
        ("extends: default\nstages: [trial]", "codebook.yml, line 2: there is no stage “trial”"),
        ("extends: default\nextends: default", "codebook.yml, line 2: “extends” stands twice"),
    ],
)
def test_files_that_are_no_codebooks_are_refused(tmp_path: Path, text: str, message: str) -> None:
    """A file that cannot be a codebook is refused with the place and the reason."""
    assert problems(write(tmp_path, text))[0].startswith(message)


def test_missing_files_and_presets_are_told(tmp_path: Path) -> None:
    """A file that is not there, and a preset that is not known, are told by name."""
    assert problems(tmp_path / "codebook.yml")[0].startswith("codebook.yml: there is no such file")
    with pytest.raises(CjmError) as error:
        default_codebook("journey9")
    assert error.value.text("en") == "there is no stage preset “journey9”; did you mean journey-9?"


def test_fingerprint_follows_content_not_layout(tmp_path: Path) -> None:
    """The fingerprint is the same for another layout of the same codes, and another for another word."""
    one = "codes:\n  - {code: a, axis: pain, label: {en: A}, definition: {en: A.}}\n"
    same = "# note\ncodes:\n  - axis: pain\n    code: a\n    label: {en: A}\n    definition: {en: A.}\n"
    prints = [load_codebook(write(tmp_path, text)).fingerprint for text in (one, same, one.replace("A.", "B."))]
    assert prints[0] == prints[1] != prints[2]
