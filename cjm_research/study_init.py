"""New workspaces and new studies: folders and files for people to fill, nothing ever overwritten."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from cjm_research.errors import CjmError
from cjm_research.readers import SURVEY_SUFFIXES, TRANSCRIPT_SUFFIXES
from cjm_research.study import Study
from cjm_research.workspace import BACKUPS, DATA, DECISIONS_FILE, MAP_SUFFIX, PRIVATE, REPORTS, write_file

__all__ = ["NewStudy", "init_study", "init_workspace", "shipped_notebooks"]

_PACKAGE = Path(__file__).parent
_COLUMNS = ("participant_id", "file", "speaker", "wave", "sex", "age", "place", "work", "interests", "price_attitude")
# What people write about a study goes along as it is, if the folder has it.
_OWN = ("study.yml", "participants.csv", "personas.yml", "codebook.yml", DECISIONS_FILE)

_STUDY_YML = """\
# Настройки исследования · Settings of the study
name: {{ru: "{name}", en: "{name}"}}
# Языки отчётов · Languages of the reports
report_languages: [ru, en]
# Набор этапов · Stage preset: classic-4, lifecycle-7, journey-9
stages: journey-9
# Волны: файлы лежат в папке с именем волны, или волна указана в participants.csv.
# Waves: files lie in a folder named after the wave, or column wave of participants.csv names it.
# waves:
#   - {{id: "2026-04", label: {{ru: "апрель 2026", en: "April 2026"}}, date: 2026-04-30}}
#   - {{id: "2026-10", label: {{ru: "октябрь 2026", en: "October 2026"}}, date: 2026-10-31}}
# Кто задаёт вопросы, если программа угадала неверно · Who asks, if the guess shown by `cjm status` is wrong
# interviewers: [Интервьюер, Анна]
# roles: {{"Анна": interviewer, "interviews/int_03.txt": {{"М": other}}}}
# Что значат имена файлов · What file names mean
# file_names: "{{wave}}_{{participant_id}}_{{city}}"
"""
_PERSONAS_YML = """\
# Персоны · Personas. Достаточно одного правила; внутри правила должны выполняться все условия.
# One rule is enough; within a rule all conditions must hold. Conditions: a value, [a, list],
# {min: 1}, {max: 57}, {contains: text}, {not: value}. An explicit list `participants` wins over rules.
personas:
#  - id: busy_parent
#    name: {ru: "Занятая Марина", en: "Busy Marina"}
#    description: {ru: "…", en: "…"}
#    rules:
#      - {children: {min: 1}, age: {max: 57}}
#    participants: [P03]
"""


@dataclass(frozen=True)
class NewStudy:
    """A study just made, and the files that were left out because no reader knows their format."""

    study: Study
    copied: tuple[str, ...]
    left_out: tuple[str, ...]


def shipped_notebooks() -> Path:
    """Folder of the notebooks: inside an installed package, else beside it in the repository."""
    inside = _PACKAGE / "notebooks"
    return inside if inside.is_dir() else _PACKAGE.parent / "notebooks"


def init_workspace(folder: Path) -> list[Path]:
    """Make an empty workspace: notebooks, ``interview_transcripts`` and ``reports``; returns what is new."""
    made: list[Path] = []
    for name in (DATA, REPORTS, "notebooks"):
        target = folder / name
        if not target.exists():
            target.mkdir(parents=True)
            made.append(target)
    for notebook in sorted(shipped_notebooks().glob("*.ipynb")):
        target = folder / "notebooks" / notebook.name
        if not target.exists():
            shutil.copyfile(notebook, target)
            made.append(target)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write_file(ignore, f"{DATA}/*\n{REPORTS}/*\n{PRIVATE}/\n{BACKUPS}/\n.ipynb_checkpoints/\n")
        made.append(ignore)
    return made


def _target(path: Path, source: Path) -> Path | None:
    """Where a file goes below the study folder; None if no reader knows it."""
    inside = path.relative_to(source)
    if inside.as_posix() in _OWN:
        return inside
    if path.name.endswith(MAP_SUFFIX):
        survey = _target(path.with_name(path.name.removesuffix(MAP_SUFFIX)), source)
        return survey.with_name(path.name) if survey else None
    if path.suffix.lower() in SURVEY_SUFFIXES:
        return inside if "surveys" in inside.parts[:-1] else Path("surveys") / inside
    return inside if path.suffix.lower() in TRANSCRIPT_SUFFIXES else None


def _targets(source: Path) -> dict[Path, Path | None]:
    """Where each file below the source goes; two that would be the same file get two names."""
    targets: dict[Path, Path | None] = {}
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        if any(part.startswith((".", "~$")) for part in path.relative_to(source).parts):
            continue
        target = _target(path, source)
        while target and target in targets.values():
            target = target.with_name(f"_{target.name}")
        targets[path] = target
    return targets


def init_study(workspace: Path, name: str, source: Path) -> NewStudy:
    """Make a study from a folder of files: copies them, proposes column maps and ``participants.csv``.

    Raises CjmError if the folder is not there, has nothing to read, or the study exists already.
    Files that cannot be read stop nothing here: they stay in place, and the next step names them.
    """
    if name in ("", ".", "..") or any(letter in name for letter in "/\\"):
        raise CjmError.one("study.bad_name", name)
    folder = workspace / DATA / name
    if folder.exists():
        raise CjmError.one("study.exists", str(folder), name=name)
    if not source.is_dir():
        raise CjmError.one("study.no_source_folder", str(source))
    targets = _targets(source)
    if not any(targets.values()):
        known = ", ".join([*TRANSCRIPT_SUFFIXES, *SURVEY_SUFFIXES])
        raise CjmError.one("study.nothing_to_read", str(source), known=known)
    for path, target in targets.items():
        if target is not None:
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / target)
    for file, text in (("study.yml", _STUDY_YML.format(name=name.replace('"', "'"))), ("personas.yml", _PERSONAS_YML)):
        if not (folder / file).exists():
            write_file(folder / file, text)
    study = Study(folder, workspace / REPORTS / name)
    study.propose_column_maps()
    _propose_participants(study)
    copied = tuple(target.as_posix() for target in targets.values() if target is not None)
    left_out = tuple(path.relative_to(source).as_posix() for path, target in targets.items() if target is None)
    return NewStudy(study, copied, left_out)


def _propose_participants(study: Study) -> None:
    """Write ``participants.csv`` with a row per person who is interviewed, attributes left to fill in."""
    if (study.folder / "participants.csv").exists():
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    number = 0
    for document in study.read_documents()[0]:
        speakers = dict.fromkeys(turn.speaker for turn in document.turns if turn.role == "participant")
        for speaker in speakers if document.kind != "survey" else ():
            number += 1
            own = speaker if len(speakers) > 1 else ""
            writer.writerow([f"P{number:02d}", document.path, own, *[""] * (len(_COLUMNS) - 3)])
    write_file(study.folder / "participants.csv", out.getvalue())
