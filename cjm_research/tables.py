"""The tables everything flows through: one description for every column.

Offsets are Unicode code points, half-open, into the normalised text of the
transcript; ``text[start:end] == quote`` holds for every row that has both.
"""

from __future__ import annotations

from cjm_research.table_io import Column, Table, check_table, empty_table, make_table, read_table, to_csv

__all__ = [
    "CELLS",
    "CODINGS",
    "DECISIONS",
    "PARTICIPANTS",
    "SEGMENTS",
    "TABLES",
    "TRANSCRIPTS",
    "TURNS",
    "VERDICTS",
    "Column",
    "Table",
    "check_table",
    "empty_table",
    "make_table",
    "read_table",
    "to_csv",
]

ROLES = ("participant", "interviewer", "other")
KINDS = ("interview", "survey", "review", "ticket", "mystery_shopping", "notes")
CODER_KINDS = ("human", "rule", "model")
STATUSES = ("suggested", "accepted", "rejected", "disputed")
VERDICTS = ("accept", "reject", "add", "change", "undo")


def _c(name: str, kind: str, meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, allowed)


def _o(name: str, kind: str, meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, meaning, allowed, may_be_empty=True)


TRANSCRIPTS = Table(
    "transcripts",
    ("transcript_id",),
    (
        _c("transcript_id", "str", "file path below the study folder; for a survey answer, path#row"),
        _c("path", "str", "file path below the study folder, with forward slashes"),
        _c("sha256", "str", "hash of the file's bytes"),
        _c("kind", "str", "kind of source", KINDS),
        _c("language", "str", "ru, en or und (not recognised)"),
        _o("wave", "str", "wave of research; empty if the study has none"),
        _o("date", "str", "day of the interview or answer, ISO 8601"),
        _c("text", "str", "normalised text that all offsets count in"),
    ),
)
TURNS = Table(
    "turns",
    ("transcript_id", "turn"),
    (
        _c("transcript_id", "str", "its transcript"),
        _c("turn", "int", "position in the transcript, from 1"),
        _c("participant_id", "str", "the person who is interviewed or answers"),
        _o("speaker", "str", "the label as written in the source"),
        _c("role", "str", "who speaks; only participants are evidence", ROLES),
        _o("question", "str", "the question this turn answers"),
        _c("start", "int", "code points into the transcript's text"),
        _c("end", "int", "code points, exclusive"),
        _o("start_s", "float", "seconds from the start of the recording"),
        _o("end_s", "float", "seconds from the start of the recording"),
        _c("text", "str", "what was said"),
    ),
)
SEGMENTS = Table(
    "segments",
    ("segment_id",),
    (
        _c("segment_id", "str", "derived from transcript, offsets and text"),
        _c("transcript_id", "str", "its transcript"),
        _c("turn", "int", "its turn"),
        _c("participant_id", "str", "whose words these are"),
        _c("start", "int", "code points into the transcript's text"),
        _c("end", "int", "code points, exclusive"),
        _o("start_s", "float", "seconds from the start of the recording, of the turn"),
        _c("text", "str", "the passage, verbatim"),
        _o("question", "str", "the question it answers"),
        _c("language", "str", "ru, en or und (not recognised)"),
        _o("non_answer", "int", "1 if it says nothing (нет, n/a, an emoji): it counts in the base, never as a pain"),
        _o("wave", "str", "wave of its transcript"),
    ),
)
CODINGS = Table(
    "codings",
    ("segment_id", "code", "coder"),
    (
        _c("segment_id", "str", "the coded passage"),
        _c("code", "str", "axis.code of the codebook, or sentiment"),
        _o("value", "float", "sentiment −2…+2; intensity of a pain 1…3"),
        _c("coder", "str", "name of the person, or of the machine coder with its version"),
        _c("coder_kind", "str", "what kind of coder", CODER_KINDS),
        _c("confidence", "float", "0…1; a person's is 1"),
        _o("evidence", "spans", "the words that led to the code: offsets into the transcript's text"),
        _c("status", "str", "what people have said of it; disputed: as many for it as against it", STATUSES),
        _o("memo", "str", "why"),
        _o("examples", "ids", "shipped examples it is most like, where no words are its evidence"),
    ),
)
DECISIONS = Table(
    "decisions",
    ("decision_id",),
    (
        _c("decision_id", "str", "UUID, given when the person decides"),
        _c("time", "str", "when it was saved, UTC, ISO 8601; later in the list is always later in time"),
        _c("coder", "str", "who decided; consensus: what several agreed on"),
        _c("segment_id", "str", "the passage as it was then"),
        _c("transcript_id", "str", "its transcript"),
        _c("start", "int", "code points into the transcript's text as it was then"),
        _c("end", "int", "code points, exclusive"),
        _c("quote", "str", "the words decided on: the passage, or part of it"),
        _o("before", "str", "up to 40 characters before them"),
        _o("after", "str", "up to 40 characters after them"),
        _c("code", "str", "axis.code of the codebook, or sentiment"),
        _c("verdict", "str", "what was decided", VERDICTS),
        _o("value", "float", "sentiment −2…+2; intensity of a pain 1…3"),
        _o("memo", "str", "why"),
        _o("codebook_version", "str", "codebook it was decided with: start of its fingerprint"),
        _o("undoes", "str", "decision_id of the decision, or of the undo, that this row undoes"),
    ),
)
PARTICIPANTS = Table(
    "participants",
    ("participant_id", "wave"),
    (
        _c("participant_id", "str", "code that stands for the person in every report"),
        _o("persona_id", "str", "persona; empty if the person is in none"),
        _o("wave", "str", "wave of research"),
    ),
    extra_columns=True,
)
CELLS = Table(
    "cells",
    ("wave", "persona_id", "stage", "lane", "item"),
    (
        _c("wave", "str", "wave of research; * for all"),
        _c("persona_id", "str", "persona; * for everyone, - for people in no persona"),
        _c("stage", "str", "stage of the codebook; * for the whole journey"),
        _c("lane", "str", "row of the map: people, channel, sentiment, emotion, quote, need, expectation, fear, pain"),
        _o("item", "str", "code within the lane; empty where the lane has only one, and for any pain at all"),
        _c("stat", "str", "what value is", ("share", "mean", "count")),
        _o("value", "float", "share 0…1, mean −2…+2, or count"),
        _o("lo", "float", "lower end of the interval, in the unit of value"),
        _o("hi", "float", "upper end of the interval"),
        _o("level", "float", "confidence level of the interval"),
        _c("method", "str", "how the interval was made", ("wilson", "t", "none")),
        _c("unit", "str", "unit of value", ("share", "-2..2", "people")),
        _c("k", "int", "people behind the cell"),
        _c("n", "int", "people it is counted among"),
        _c("base_rule", "str", "who n is", ("reached", "persona")),
        _c("n_segments", "int", "passages behind the cell"),
        _o("intensity", "float", "mean intensity 1…3 over people who have it"),
        _c("k_barrier", "int", "people whom the pain stopped"),
        _o("evidence_ids", "ids", "segment ids, most telling first"),
        _c("evidence_grade", "int", "0 none, 1 weak (1–2 people), 2 medium (3 or more), 3 strong"),
        _o("flags", "ids", "low_n: counted among fewer than 5 people; hidden: fewer than 3; disputed: coders disagree"),
        _o("coder_mix", "str", "share of codings by kind of coder"),
    ),
)
TABLES = (TRANSCRIPTS, TURNS, SEGMENTS, CODINGS, DECISIONS, PARTICIPANTS, CELLS)
