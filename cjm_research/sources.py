"""The sources of a study on disk: read together, and recognised when one of them changes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.readers import (
    Document,
    dump_column_map,
    load_column_map,
    propose_column_map,
    read_survey,
    read_transcripts,
    stage_of_question,
    undamaged,
)
from cjm_research.settings import Settings
from cjm_research.workspace import file_hash, left_out, map_of, source_files, write_file

__all__ = ["propose_column_maps", "read_documents", "source_hashes", "stages_of_questions"]

_SETTINGS = ("study.yml", "participants.csv", "codebook.yml")


def _id(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def propose_column_maps(folder: Path) -> list[Path]:
    """Write a proposed column map beside each survey file that has none; return what was written.

    A survey that cannot be read gets none; `read_documents` tells what is wrong with it or with another's map.
    """
    surveys = source_files(folder)[1]
    missing = [survey for survey in surveys if not map_of(survey).exists()]
    if not missing:
        return []
    written, taken = [], set[str]()
    for survey in surveys:
        with suppress(CjmError):
            taken |= {load_column_map(map_of(survey)).prefix} if survey not in missing else set()
    for survey in missing:
        try:
            proposed = propose_column_map(survey)
        except CjmError:
            continue
        number = 2
        while proposed.prefix in taken:
            proposed = replace(proposed, prefix=f"{proposed.prefix.rstrip('-0123456789')}{number}-")
            number += 1
        taken.add(proposed.prefix)
        write_file(map_of(survey), dump_column_map(proposed))
        written.append(map_of(survey))
    return written


def read_documents(folder: Path, settings: Settings) -> tuple[list[Document], Problems]:
    """Read every source; what cannot be read is told in the problems, the rest is there."""
    propose_column_maps(folder)
    transcripts, surveys = source_files(folder)
    problems, documents = Problems(), list[Document]()
    accepted = undamaged if settings.encoding == "strict" else list[Document]
    for path in [*transcripts, *surveys]:
        try:
            if path in surveys:
                name, own = _id(path, folder), map_of(path)
                columns = load_column_map(own) if own.exists() else propose_column_map(path, name)
                documents += accepted(read_survey(path, name, columns))
            else:
                documents += accepted(read_transcripts(path, _id(path, folder), settings.hints))
        except CjmError as error:
            problems.extend(error.problems)
    problems.extend(settings.unmatched_roles(documents) if not problems else ())
    if documents and (papers := left_out(folder)):
        names = ", ".join(_id(path, folder) for path in papers)
        note = Problem("read.papers_left_out", "", MappingProxyType({"files": names}))
        documents[0] = replace(documents[0], notes=(*documents[0].notes, note))
    return documents, problems


def stages_of_questions(folder: Path) -> dict[str, str]:
    """Stage by wording of the surveys' questions, as the column maps say."""
    stages: dict[str, str] = {}
    for survey in source_files(folder)[1]:
        stages |= stage_of_question(survey, load_column_map(map_of(survey)))
    return stages


def source_hashes(folder: Path) -> list[str]:
    """Name and hash of every file that reading and coding depend on."""
    propose_column_maps(folder)
    transcripts, surveys = source_files(folder)
    files = [*transcripts, *surveys, *map(map_of, surveys), *(folder / name for name in _SETTINGS)]
    return [f"{_id(path, folder)} {file_hash(path)}" for path in files if path.exists()]
