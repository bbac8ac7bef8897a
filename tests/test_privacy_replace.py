"""Replacement: exact offsets, one pseudonym a person, in any order and run; only the key undoes it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.errors import CjmError
from cjm_research.privacy import (
    Hidden,
    Key,
    Policy,
    dump_key,
    load_key,
    new_key,
    pseudonymise,
    replacement_report,
    restore,
)
from cjm_research.readers import Document, SourceTurn

KEY = Key("0123456789abcdef")


def interview(path: str, *turns: tuple[str, str], **more: object) -> Document:
    """An interview of labelled lines: pairs of speaker and words."""
    text, made = "", []
    for speaker, words in turns:
        text += f"{speaker}: "
        made.append(SourceTurn(speaker, "participant", "", len(text), len(text) + len(words)))
        text += words + "\n"
    return Document(path, path, "0" * 64, "interview", "2026-05-01", text, tuple(made), **more)  # type: ignore[arg-type]


def hide(*documents: Document, policy: Policy | None = None, key: Key = KEY) -> Hidden:
    """The documents with pseudonyms."""
    return pseudonymise(documents, [], [], key, policy or Policy())


def said(document: Document) -> list[str]:
    """What stands at the offsets of the turns."""
    return [document.text[turn.start : turn.end] for turn in document.turns]


def names_in(text: str) -> str:
    """The only word with a capital in the middle of a sentence."""
    [name] = re.findall(r"(?<=[а-яa-z,] )[А-ЯA-Z]\w+", text)
    return str(name)


def test_one_person_has_one_pseudonym_in_the_same_case() -> None:
    """Гульнара, Гульнаре, с Гульнарой, and in another file: one name, declined alike."""
    first = interview("a.txt", ("И", "вот Гульнара"), ("Р", "дали Гульнаре"), ("Р", "мы с Гульнарой"))
    second = interview("b.txt", ("Р", "нет Гульнары"))
    hidden = hide(first, second)
    nominative, dative, instrumental = (names_in(words) for words in said(hidden.documents[0]))
    assert nominative[-1] == "а"
    assert [dative, instrumental] == [nominative[:-1] + "е", nominative[:-1] + "ой"]
    assert said(hidden.documents[1]) == [f"нет {nominative[:-1]}ы"]
    assert nominative != "Гульнара"


def test_the_order_of_files_and_a_second_run_change_nothing() -> None:
    """Pseudonyms depend on the key's secret only, and a kept key keeps them when people are added."""
    a, b = interview("a.txt", ("Р", "это Марат")), interview("b.txt", ("Р", "это Глеб и Нина"))
    forward, backward = hide(a, b), hide(b, a)
    assert forward.documents == backward.documents[::-1]
    assert dump_key(forward.key) == dump_key(backward.key)
    more = hide(interview("c.txt", ("Р", "это Борис")), a, b, key=forward.key)
    assert more.documents[1:] == forward.documents
    assert hide(a, b, key=forward.key).key == forward.key


def test_another_secret_gives_other_pseudonyms() -> None:
    """Without the key a list of names does not tell who is who."""
    document = interview("a.txt", ("Р", "это Марат, Глеб, Нина, Борис и Полина"))
    assert hide(document, key=Key("one")).documents != hide(document, key=Key("two")).documents
    assert new_key().secret != new_key().secret


def test_speakers_questions_attributes_and_paths_are_replaced_alike() -> None:
    """Nothing of a document keeps the name; hash, date and kind stay."""
    document = Document(
        "2026-05/Марина.txt#7",
        "2026-05/Марина.txt",
        "f" * 64,
        "survey",
        "2026-05-01",
        "Что скажете, Марина?\nМарина довольна",
        (SourceTurn("Марина", "participant", "Что скажете, Марина?", 21, 36),),
        participant="Марина",
        attributes={"имя": "Марина", "age": "31", "wave": "2026-05"},
    )
    hidden = pseudonymise([document], [], ["Что скажете, Марина?"], KEY, Policy(waves=("2026-05",)))
    [made] = hidden.documents
    name = made.turns[0].speaker
    assert (made.sha256, made.date, made.kind) == ("f" * 64, "2026-05-01", "survey")
    assert made.turns[0].question == f"Что скажете, {name}?" == hidden.questions["Что скажете, Марина?"]
    assert said(made) == [f"{name} довольна"]
    assert made.attributes == {"имя": name, "age": "31", "wave": "2026-05"}
    assert re.fullmatch(r"2026-05/transcript-\d{3}\.txt", made.path)
    assert made.transcript_id == f"{made.path}#7"
    assert re.fullmatch(r"person-\d{3}", made.participant)
    assert "Марин" not in repr(made)


def test_a_wave_in_a_file_name_stays() -> None:
    """Paths lose everything but folders of waves and surveys, waves in the name, and the suffix."""
    [made] = hide(interview("Казань/Марина_w2.TXT", ("Р", "да")), policy=Policy(waves=("w2",))).documents
    assert re.fullmatch(r"folder-\d{3}/transcript-\d{3}_w2\.txt", made.path)


def test_names_of_labels_are_replaced_wherever_they_stand() -> None:
    """A label that no list holds, and one that is a plain word as well, in every document; role words stay."""
    labels = interview("a.txt", ("Зульхаби", "да"), ("Надежда", "нет"), ("Клиент", "клиент ждёт"))
    other = interview("b.txt", ("Р", "Надежда устала, Зульхаби тоже"))
    first, second = hide(labels, other).documents
    assert "Зульхаби" not in second.text
    assert "Надежда" not in first.text + second.text
    assert (first.turns[2].speaker, said(first)[2]) == ("Клиент", "клиент ждёт")


def test_rows_of_participants_csv_follow() -> None:
    """Columns with names and files are replaced; codes and everything else stay."""
    document = interview("Марина.txt", ("Р", "Ясмина рада"))
    row = {"participant_id": "У01", "file": "Марина.txt", "фио": "Ясмина Брик", "age": "31"}
    hidden = pseudonymise([document], [row], [], KEY, Policy())
    [made] = hidden.described
    assert (made["participant_id"], made["age"], made["file"]) == ("У01", "31", hidden.documents[0].path)
    assert "Ясмина" not in made["фио"]
    assert "Брик" not in made["фио"]
    assert "Ясмина" not in hidden.documents[0].text


def test_a_code_that_is_a_name_is_refused() -> None:
    """Codes stand in every report, so a name cannot be one."""
    row = {"participant_id": "Марина", "file": "a.txt"}
    with pytest.raises(CjmError, match="Марина"):
        pseudonymise([interview("a.txt", ("Р", "да"))], [row], [], KEY, Policy())


def test_words_are_added_and_spared() -> None:
    """privacy_add takes words in any case and phrases; privacy_spare leaves words in any case."""
    document = interview("a.txt", ("Р", "мы в ромашке, проект синий кит, это Марат и Марату"))
    [made] = hide(document, policy=Policy(add=("ромашка", "Синий кит"), spare=("Марат",))).documents
    assert re.fullmatch(r"мы в №\d+, проект №\d+, это Марат и Марату", said(made)[0])


def test_numbers_keep_their_shape_and_cannot_be_real() -> None:
    """Phones keep their grouping, one phone in two spellings one number; mail and links use reserved names."""
    words = "+7 917 123-45-67 или 8 (917) 123-45-67, m.k@mail.ru, https://a.ru/x, 10.0.0.15, ул. Мира, д. 5"
    [made] = hide(interview("a.txt", ("Р", words))).documents
    pattern = (
        r"\+0 000 000-0(\d-\d\d) или 0 \(000\) 000-0\1, user\d+@example\.org, https://example\.org/\d+, "
        r"2001:db8::\d+, ул\. №\d+"
    )
    assert re.fullmatch(pattern, said(made)[0])


def test_only_the_key_brings_names_back() -> None:
    """With the key every spelling returns; with another nothing does; the key survives its file."""
    words = "Нина Павловна и МАРАТ с Гульнарой Кузнецовой: +7 917 123-45-67, Sarah O'Connor"
    hidden = hide(interview("a.txt", ("Р", words)))
    [text] = said(hidden.documents[0])
    assert restore(text, load_key(dump_key(hidden.key), "key.csv")) == words
    assert restore(text, new_key()) == text
    with pytest.raises(CjmError, match=r"key\.csv"):
        load_key("kind,entity\n", "key.csv")


def test_the_report_counts_by_kind_and_shows_no_name() -> None:
    """Kinds in a fixed order, replacements, pseudonyms, documents, an example with the pseudonym."""
    documents = interview("a.txt", ("Р", "это Марат, +7 917 123-45-67")), interview("b.txt", ("Р", "нет Марата"))
    report = replacement_report(hide(*documents).replacements, "en")
    assert report.iloc[:, :4].to_numpy().tolist() == [["names", 2, 1, 2], ["phone numbers", 1, 1, 1]]
    assert not report["Example"].str.contains("Марат|917").any()
    assert replacement_report([], "ru").empty


def test_more_people_than_names_get_numbers_behind_them() -> None:
    """No two people share a pseudonym, however many there are."""
    people = ["Зу" + a + b + "ина" for a in "бвгдклмнпрстфх" for b in "аеиоуя"]
    hidden = hide(*(interview(f"{n}.txt", (name, "да")) for n, name in enumerate(people)))
    speakers = [document.turns[0].speaker for document in hidden.documents]
    assert len(set(speakers)) == len(people) == 84
    assert not set(speakers) & set(people)


PIECES = st.sampled_from(
    [
        *("Гульнара", "с Гульнарой", "👩🏽\u200d💻", "e\u0301", "\u202bשלום"),
        *("+7 917 123-45-67", "\r\n", "Bill said", "Маша,", "a@b.ru"),
    ]
)
KEPT = "👩🏽\u200d💻\u0301\u202bשלום\r\n,"
WORDS = st.lists(PIECES, max_size=6).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(["Р", "Марина", "И"]), WORDS), max_size=5))
def test_offsets_stay_exact_over_any_text(turns: list[tuple[str, str]]) -> None:
    """A turn keeps its place behind its label, its other letters stay, and nothing personal is left."""
    document = interview("a.txt", *turns)
    [made] = hide(document).documents
    assert len(made.turns) == len(document.turns)
    ends = [0]
    for turn, words in zip(made.turns, said(document), strict=True):
        assert [c for c in made.text[turn.start : turn.end] if c in KEPT] == [c for c in words if c in KEPT]
        assert ends[-1] <= turn.start <= turn.end <= len(made.text)
        assert made.text[ends[-1] : turn.start].endswith(f"{turn.speaker}: ")
        ends.append(turn.end)
    assert "Гульнар" not in made.text
    assert "917" not in made.text
