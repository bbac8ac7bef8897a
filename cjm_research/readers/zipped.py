"""Archives of transcripts (``.zip``): every member is read as if it lay in the folder."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType

from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.readers.archive import MOST_UNPACKED, open_zip, read_member, refuse_large
from cjm_research.readers.decode import Source
from cjm_research.readers.document import Document
from cjm_research.readers.hints import Hints
from cjm_research.readers.papers import is_paper
from cjm_research.readers.roles import Known

__all__ = ["read_zip"]

_MOST_MEMBERS = 2000
_UTF8_NAME = 0x800
_NOT_SOURCES = ("participants.csv",)

Reader = Callable[[Source, Known], list[Document]]


def read_zip(source: Source, hints: Hints, readers: Mapping[str, Reader]) -> list[Document]:
    """Read every transcript of an archive; ids are ``archive.zip/member``. Nothing is written to disk.

    readers: by suffix in lower case. Members of other formats, and licences and readmes, are left out, with a note.
    Raises CjmError, with the problems of all members together, for archives in the archive, too much content,
    passwords, and members that cannot be read.
    """
    problems, documents, left_out = Problems(), list[Document](), list[str]()
    with open_zip(source, ".zip") as archive:
        members = _members(archive)
        refuse_large(source.name, sum(info.file_size for _, info in members), MOST_UNPACKED)
        if len(members) > _MOST_MEMBERS:
            raise CjmError.one("read.too_many_members", source.name, n=len(members), most=_MOST_MEMBERS)
        for path, info in members:
            name, suffix = f"{source.name}/{path}", PurePosixPath(path).suffix.lower()
            if suffix == ".zip":
                problems.add("read.nested_zip", name)
            elif suffix not in readers or is_paper(PurePosixPath(path)):
                left_out.append(path)
            else:
                try:
                    documents += _read(name, read_member(archive, info, name), hints.known(name), readers[suffix])
                except CjmError as error:
                    problems.extend(error.problems)
    problems.raise_if_any()
    if not documents:
        raise CjmError.one("read.no_transcripts_in_zip", source.name, known=", ".join(sorted(readers)))
    if left_out:
        params = MappingProxyType({"files": ", ".join(left_out[:10])})
        note = Problem("read.members_left_out", source.name, params)
        documents[0] = replace(documents[0], notes=(note, *documents[0].notes))
    return documents


def _read(name: str, data: bytes, known: Known, reader: Reader) -> list[Document]:
    if not data.strip():
        raise CjmError.one("read.empty_file", name)
    return reader(Source(name, data, hashlib.sha256(data).hexdigest()), known)


def _members(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """Paths and members in order of the paths; hidden files, folders and what systems add are none."""
    named = [(_path(info), info) for info in archive.infolist() if not info.is_dir()]
    hidden = (".", "~$", "__MACOSX")
    shown = [(path, info) for path, info in named if not any(part.startswith(hidden) for part in path.split("/"))]
    return sorted(
        ((path, info) for path, info in shown if PurePosixPath(path).name.lower() not in _NOT_SOURCES),
        key=lambda member: member[0],
    )


def _path(info: zipfile.ZipInfo) -> str:
    """Name of a member; Windows writes Russian ones in its old code page without saying so."""
    name = info.filename.replace("\\", "/")
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("cp866")
    return "/".join(part for part in name.split("/") if part not in ("", ".", ".."))
