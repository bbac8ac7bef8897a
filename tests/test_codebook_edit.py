"""Changes to codebook.yml: comments stay, what is used does not vanish, nothing unreadable comes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.codebook import AXES, Codebook, default_codebook, load_codebook
from cjm_research.codebook_edit import NewCode, add_code, deactivate_code, merge_codes, rename_code, split_code
from cjm_research.errors import CjmError

TEXT = """\
# Our codebook
extends: default
codes:
  # about parcels
  - code: film
    axis: pain
    label: {ru: Плёнка, en: Film}  # too much of it
    definition: {ru: "Слишком много плёнки"}
    keywords: {ru: [плёнка]}
  # about tea
  - code: lid
    axis: pain
    label: {en: 'Lid'}
    definition: {en: The lid rattles}
    keywords: {en: [teapot lid]}
"""
BOX = NewCode("pain", "box", {"ru": "Коробка", "en": "Box"}, {"en": "The box is torn"}, {"en": ["torn box"]})


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Reads a text as the study would."""

    def reading(text: str) -> Codebook:
        path = tmp_path / "codebook.yml"
        path.write_text(text, encoding="utf-8")
        return load_codebook(path)

    return reading


def test_a_first_code_makes_a_codebook_that_extends_the_default(read) -> None:  # type: ignore[no-untyped-def]
    """Without a file of its own the study keeps every default code and gets the new one."""
    text = add_code("", BOX)
    book = read(text)

    assert text.startswith("extends: default\n")
    assert book.get("pain.box").keywords == {"en": ("torn box",)}
    assert {code.id for code in book.codes} == {code.id for code in default_codebook().codes} | {"pain.box"}


def test_adding_leaves_every_line_that_was_there() -> None:
    """The old text is the beginning of the new one, comments and quotes included."""
    assert add_code(TEXT, BOX).startswith(TEXT)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"axis": "mood"}, "mood"),
        ({"code": "Коробка"}, "Коробка"),
        ({"code": ""}, "“”"),
        ({"code": "film"}, "pain.film"),
        ({"code": "price"}, "pain.price"),
        ({"label": {"ru": " "}}, "label"),
        ({"definition": {}}, "definition"),
        ({"keywords": {"en": ["… box"]}}, "… box"),
        ({"parent": "nothing"}, "nothing"),
    ],
)
def test_a_code_that_cannot_be_is_refused(changes: dict[str, str], part: str) -> None:
    """Each thing that is wrong with a new code is named."""
    with pytest.raises(CjmError) as caught:
        add_code(TEXT, replace(BOX, **changes))  # type: ignore[arg-type]
    assert part in caught.value.text("en")


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Name, label and definition of one code are three problems of one error."""
    with pytest.raises(CjmError) as caught:
        add_code(TEXT, NewCode("pain", "Bad Name", {}, {}))
    assert len(caught.value.problems) == 3


def test_a_broken_file_is_refused_with_its_line() -> None:
    """What cannot be read is not changed, and the message says where."""
    with pytest.raises(CjmError, match="line"):
        add_code("codes:\n  - code: [\n", BOX)


def test_renaming_changes_the_name_and_nothing_else(read) -> None:  # type: ignore[no-untyped-def]
    """An own code's name is replaced in place; a label too; children follow."""
    assert rename_code(TEXT, "pain.film", "foil") == TEXT.replace("code: film", "code: foil")
    assert read(rename_code(TEXT, "pain.lid", label={"ru": "Крышка"})).get("pain.lid").label == {
        "ru": "Крышка",
        "en": "Lid",
    }
    child = add_code(TEXT, replace(BOX, parent="film"))
    assert read(rename_code(child, "pain.film", "foil")).get("pain.box").parent == "foil"


def test_a_default_code_is_renamed_with_all_it_says(read) -> None:  # type: ignore[no-untyped-def]
    """A renamed default code keeps its texts, keywords and examples under the new name."""
    book, old = read(rename_code("", "pain.price", "cost", {"en": "Cost"})), default_codebook().get("pain.price")
    new = book.get("pain.cost")

    assert book.get("pain.price") is None
    assert old is not None
    assert new.label == {"ru": old.label["ru"], "en": "Cost"}
    assert (new.definition, new.not_use, new.keywords) == (old.definition, old.not_use, old.keywords)
    assert (new.examples, new.questions, new.colour) == (old.examples, old.questions, old.colour)


def test_the_label_of_a_default_code_can_be_changed_while_it_is_used(read) -> None:  # type: ignore[no-untyped-def]
    """A label is no id: decisions do not mind."""
    text = rename_code(TEXT, "pain.price", label={"ru": "Дорого"}, used={"pain.price"})
    assert read(text).get("pain.price").label == {
        "ru": "Дорого",
        "en": default_codebook().get("pain.price").label["en"],
    }  # type: ignore[union-attr]


def test_merging_gives_the_words_to_the_other(read) -> None:  # type: ignore[no-untyped-def]
    """The first code goes, its keywords are the second's too; the comment of the next entry stays."""
    text = merge_codes(TEXT, "pain.film", "pain.lid")
    book = read(text)

    assert book.get("pain.film") is None
    assert book.get("pain.lid").keywords == {"ru": ("плёнка",), "en": ("teapot lid",)}
    assert "# about tea" in text
    into_default = read(merge_codes(TEXT, "pain.film", "pain.price"))
    assert "плёнка" in into_default.get("pain.price").keywords["ru"]
    default = default_codebook().get("pain.price")
    assert default is not None
    assert set(default.keywords["ru"]) < set(into_default.get("pain.price").keywords["ru"])


@pytest.mark.parametrize(("first", "second"), [("pain.film", "pain.film"), ("pain.film", "want.need")])
def test_only_two_codes_of_an_axis_are_merged(first: str, second: str) -> None:
    """A code with itself, or with one of another axis, is refused."""
    with pytest.raises(CjmError) as caught:
        merge_codes(TEXT, first, second)
    assert caught.value.problems[0].key == "emergent.not_two_of_an_axis"


def test_splitting_replaces_a_code_or_makes_it_the_parent(read) -> None:  # type: ignore[no-untyped-def]
    """The parts stand instead of the code, or below it if it is kept; one part is none."""
    parts = [BOX, replace(BOX, code="tape", keywords={"en": ["sticky tape"]})]
    instead, below = read(split_code(TEXT, "pain.film", parts)), read(split_code(TEXT, "pain.film", parts, keep=True))

    assert instead.get("pain.film") is None
    assert [instead.get(one.id).parent for one in parts] == ["", ""]
    assert [below.get(one.id).parent for one in parts] == ["film", "film"]
    with pytest.raises(CjmError):
        split_code(TEXT, "pain.film", parts[:1])
    with pytest.raises(CjmError):
        split_code(TEXT, "pain.film", [BOX, replace(BOX, axis="want", code="tape")])


def test_a_code_in_use_does_not_vanish() -> None:
    """Whatever would take away a code that people decided on is refused; keeping it as a parent is not."""
    used, parts = {"pain.film"}, [BOX, replace(BOX, code="tape")]
    for change in (
        lambda: rename_code(TEXT, "pain.film", "foil", used=used),
        lambda: merge_codes(TEXT, "pain.film", "pain.lid", used),
        lambda: split_code(TEXT, "pain.film", parts, used),
        lambda: deactivate_code(TEXT, "pain.film", used),
    ):
        with pytest.raises(CjmError) as caught:
            change()
        assert caught.value.problems[0].key == "emergent.in_use"
    assert "tape" in split_code(TEXT, "pain.film", parts, used, keep=True)


def test_a_code_taken_out_stays_as_a_comment(read) -> None:  # type: ignore[no-untyped-def]
    """An own code is gone from the codebook, and its words can still be read in the file."""
    text = deactivate_code(TEXT, "pain.film")

    assert read(text).get("pain.film") is None
    assert "# " in text
    assert "Слишком много плёнки" in text
    assert "# about tea" in text
    assert read(add_code(text, BOX)).get("pain.box") is not None


def test_a_default_code_taken_out_is_listed_as_removed(read) -> None:  # type: ignore[no-untyped-def]
    """``remove`` names it, once; taking out a second one keeps the first."""
    text = deactivate_code(deactivate_code(TEXT, "pain.price"), "channel.event")
    book = read(text)

    assert book.get("pain.price") is None
    assert book.get("channel.event") is None
    assert book.get("pain.film") is not None
    with pytest.raises(CjmError, match="price"):
        deactivate_code(text, "pain.price")


def test_a_new_stage_joins_a_list_of_stages(read) -> None:  # type: ignore[no-untyped-def]
    """Where the file lists its stages itself, an added one is listed too, or it would not be shown."""
    text = add_code("extends: default\nstages: [use, support]\n", replace(BOX, axis="stage", code="return_it"))
    assert [stage.code for stage in read(text).stages] == ["use", "support", "return_it"]


@given(
    axis=st.sampled_from([axis for axis in AXES if axis != "stage"]),
    name=st.from_regex(r"zz[a-z0-9_]{0,12}", fullmatch=True),
    label=st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and text.isprintable()),
)
def test_any_label_and_name_come_back_as_typed(axis: str, name: str, label: str) -> None:
    """Colons, hashes, quotes, numbers and "no" in a label are text when the file is read again."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codebook.yml"
        path.write_text(add_code(TEXT, NewCode(axis, name, {"ru": label}, {"ru": label})), encoding="utf-8")
        code = load_codebook(path).get(f"{axis}.{name}")
    assert code is not None
    assert code.label == {"ru": label.strip()}
