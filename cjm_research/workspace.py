"""Folders and files of a workspace: what lies where, and how it is written and recognised."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from cjm_research.errors import CjmError
from cjm_research.privacy import Key, dump_key, load_key, new_key
from cjm_research.readers import SURVEY_SUFFIXES, TRANSCRIPT_SUFFIXES, is_paper, is_transcript

__all__ = [
    "BACKUPS",
    "DATA",
    "DECISIONS_FILE",
    "MAP_SUFFIX",
    "PRIVATE",
    "REPORTS",
    "file_hash",
    "find_workspace",
    "left_out",
    "map_of",
    "open_key",
    "program_fingerprint",
    "save_key",
    "source_files",
    "vectors_folder",
    "write_file",
]

DATA, REPORTS, PRIVATE, BACKUPS = "interview_transcripts", "reports", "private", "backups"
DECISIONS_FILE = "decisions.db"
_SURVEYS, MAP_SUFFIX = "surveys", ".map.yml"
# Files of a study that people write but that are no transcripts.
_NOT_SOURCES = {"participants.csv"}
_NOT_SOURCE_FOLDERS = {"metrics", ".ipynb_checkpoints"}


def find_workspace(start: Path | None = None) -> Path:
    """The nearest folder, from ``start`` upwards, that holds ``interview_transcripts``."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / DATA).is_dir():
            return folder
    raise CjmError.one("study.no_workspace", str(start))


def source_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Transcript files and survey files of a study's folder, each sorted by path."""
    transcripts, surveys = [], []
    for path in sorted(_files(folder)):
        inside = path.relative_to(folder).parts[:-1]
        if is_paper(path):
            continue
        if _SURVEYS in inside and path.suffix.lower() in SURVEY_SUFFIXES:
            surveys.append(path)
        elif _SURVEYS not in inside and is_transcript(path):
            transcripts.append(path)
    return transcripts, surveys


def left_out(folder: Path) -> list[Path]:
    """Files that a reader knows but that tell of the study, by their names: a licence, a readme; sorted by path."""
    known = {*TRANSCRIPT_SUFFIXES, *SURVEY_SUFFIXES}
    return sorted(path for path in _files(folder) if is_paper(path) and path.suffix.lower() in known)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "~$")) for part in parts)
        named = path.name.lower() in _NOT_SOURCES or _NOT_SOURCE_FOLDERS & set(parts)
        if path.is_file() and not hidden and not named:
            yield path


def map_of(survey: Path) -> Path:
    """The column map of a survey file."""
    return survey.with_name(survey.name + MAP_SUFFIX)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def program_fingerprint() -> str:
    """Hash of the package's own files: a changed program makes old results stale."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    hashes = (f"{path.relative_to(package).as_posix()} {file_hash(path)}" for path in files)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def vectors_folder(output: Path) -> Path:
    """Where vectors are kept, for all studies of a workspace; ``CJM_VECTORS`` names another folder."""
    return Path(os.environ.get("CJM_VECTORS") or output.parent / ".cache" / "vectors")


def write_file(path: Path, text: str) -> None:
    """Write all or nothing: a reader never sees half a file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)


def open_key(path: Path) -> Key:
    """The key of a study's pseudonyms; a new one is kept at once, so that everything is made with the same."""
    if path.exists():
        return load_key(path.read_text(encoding="utf-8"), path.as_posix())
    key = new_key()
    save_key(path, key)
    return key


def save_key(path: Path, key: Key) -> None:
    """Write the key so that only its owner can read it, where the system knows owners."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, dump_key(key))
    path.chmod(0o600)
