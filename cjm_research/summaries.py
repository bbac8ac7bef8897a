"""Small tables that tell a person what has been read and coded; for notebooks and for ``cjm status``."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from cjm_research.anchor import stale_lines
from cjm_research.history import holding
from cjm_research.i18n import pick, signed, t
from cjm_research.persona_report import persona_name
from cjm_research.personas import UNASSIGNED
from cjm_research.privacy import replacement_report
from cjm_research.review import unknown_codes
from cjm_research.study import Study

__all__ = [
    "code_counts",
    "coded_passages",
    "decision_counts",
    "decision_lines",
    "learned_scores",
    "note_lines",
    "persona_sizes",
    "replacements",
    "source_counts",
    "speaker_counts",
]


def source_counts(study: Study, lang: str) -> pd.DataFrame:
    """One row per file: wave, documents in it, turns of participants and of interviewers, characters."""
    turns = study.turns.merge(study.transcripts[["transcript_id", "path", "wave"]], on="transcript_id")
    rows = []
    for path, documents in study.transcripts.groupby("path", sort=True):
        of_file = turns[turns["path"] == path]
        roles = Counter(of_file["role"])
        rows.append(
            {
                t("summary.file", lang): path,
                t("summary.wave", lang): documents["wave"].iloc[0],
                t("summary.documents", lang): len(documents),
                t("summary.participant_turns", lang): roles["participant"],
                t("summary.interviewer_turns", lang): roles["interviewer"] + roles["other"],
                t("summary.characters", lang): int(of_file["text"].str.len().sum()),
            }
        )
    return pd.DataFrame(rows)


def speaker_counts(study: Study, lang: str) -> pd.DataFrame:
    """One row per file and speaker of the interviews: role, turns, code of the person."""
    turns = study.turns.merge(study.transcripts[["transcript_id", "path", "kind"]], on="transcript_id")
    interviews = turns[turns["kind"] != "survey"]
    rows = [
        {
            t("summary.file", lang): path,
            t("summary.speaker", lang): speaker or "–",
            t("summary.role", lang): t(f"summary.role_{role}", lang),
            t("summary.participant", lang): of_speaker["participant_id"].iloc[0] if role == "participant" else "",
            t("summary.turns", lang): len(of_speaker),
        }
        for (path, speaker, role), of_speaker in interviews.groupby(["path", "speaker", "role"], sort=True)
    ]
    return pd.DataFrame(rows)


def note_lines(study: Study, lang: str) -> list[str]:
    """What the readers guessed or found doubtful, a sentence each."""
    return [note.text(lang) for note in study.notes()]


def code_counts(study: Study, lang: str) -> pd.DataFrame:
    """One row per code of the codebook: axis, name, definition, people and passages."""
    coded = study.counted.merge(study.segments[["segment_id", "participant_id"]], on="segment_id")
    people = coded.groupby("code")["participant_id"].nunique()
    passages = coded.groupby("code")["segment_id"].nunique()
    return pd.DataFrame(
        [
            {
                t("summary.axis", lang): t(f"summary.axis_{code.axis}", lang),
                t("summary.code", lang): code.code,
                t("summary.label", lang): pick(dict(code.label), lang),
                t("summary.people", lang): int(people.get(code.id, 0)),
                t("summary.passages", lang): int(passages.get(code.id, 0)),
                t("summary.definition", lang): pick(dict(code.brief or code.definition), lang),
            }
            for code in study.codebook.codes
        ]
    )


def learned_scores(study: Study, lang: str) -> pd.DataFrame:
    """One row per axis on which people decided: passages decided, and cross-validated F1 without and with learning."""
    if not study.learned:
        return pd.DataFrame()
    found = study.learned.report
    found = found[found["decided"] > 0]
    return pd.DataFrame(
        {
            t("summary.axis", lang): [t(f"summary.axis_{axis}", lang) for axis in found["axis"]],
            t("summary.decided", lang): found["decided"].tolist(),
            t("summary.before", lang): [_score(value) for value in found["f1_before"]],
            t("summary.after", lang): [_score(value) for value in found["f1_after"]],
        }
    )


def _score(value: float) -> str:
    return "–" if value != value else f"{value:.2f}"  # noqa: PLR0124 (NaN: too few to tell)


def coded_passages(study: Study, lang: str) -> pd.DataFrame:
    """One row per passage: person, file, question, text, and all its codes in words."""
    labels = {code.id: pick(dict(code.label), lang) for code in study.codebook.codes}
    words: dict[str, list[str]] = {}
    for row in study.counted[["segment_id", "code", "value"]].to_dict("records"):
        if row["code"] == "sentiment":
            label = t("report.sentiment_code", lang, value=signed(row["value"], lang, 0)) if row["value"] else ""
        else:
            label = labels.get(row["code"], row["code"])
        if label:
            words.setdefault(row["segment_id"], []).append(label)
    segments = study.segments
    return pd.DataFrame(
        {
            t("summary.participant", lang): segments["participant_id"],
            t("summary.file", lang): segments["transcript_id"],
            t("summary.question", lang): segments["question"],
            t("summary.text", lang): segments["text"],
            t("summary.codes", lang): [", ".join(words.get(segment, [])) for segment in segments["segment_id"]],
        }
    )


def decision_counts(study: Study, lang: str) -> pd.DataFrame:
    """One row per person who decided: decisions that hold, undone ones, and those whose words are gone."""
    holds, stale = holding(study.decisions), Counter(study.placed.stale["coder"])
    made = Counter(study.decisions.loc[study.decisions["undoes"] == "", "coder"])
    hold = Counter(holds["coder"])
    return pd.DataFrame(
        [
            {
                t("summary.coder", lang): coder,
                t("summary.decisions", lang): hold[coder],
                t("summary.undone", lang): made[coder] - hold[coder],
                t("summary.waiting", lang): stale[coder],
            }
            for coder in sorted(made)
        ]
    )


def decision_lines(study: Study, lang: str) -> list[str]:
    """What is to be checked about decisions: words that are gone, files that were renamed, codes that are no more."""
    placed = study.placed
    names = sorted(placed.renamed.items())
    codes = unknown_codes(placed.decisions, study.codebook)
    return [
        *stale_lines(placed.stale, lang),
        *(f"{old}: {t('anchor.renamed', lang, new=new)}" for old, new in names),
        *(f"codebook.yml: {t('anchor.unknown_code', lang, code=code)}" for code in codes),
    ]


def persona_sizes(study: Study, lang: str) -> pd.DataFrame:
    """One row per persona, and one for people in none: people in each wave."""
    people = study.participants
    ids = [*(persona.id for persona in study.personas), UNASSIGNED]
    waves = [wave for wave in study.settings.waves if wave.id in set(people["wave"])]
    return pd.DataFrame(
        [
            {t("summary.persona", lang): persona_name(study, persona, lang)}
            | {wave.id: int(((people["persona_id"] == persona) & (people["wave"] == wave.id)).sum()) for wave in waves}
            for persona in ids
        ]
    )


def replacements(study: Study, lang: str) -> pd.DataFrame:
    """One row per kind of personal detail that was replaced; no rows if the study does not ask for it."""
    return replacement_report(study.hidden.replacements if study.hidden else (), lang)
