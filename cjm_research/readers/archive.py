"""Zip archives: of transcripts, and those that Word and OpenDocument files are."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from cjm_research.errors import CjmError
from cjm_research.readers.decode import Source

__all__ = ["MOST_UNPACKED", "ZIP_DAMAGE", "check_sizes", "open_zip", "read_member", "refuse_large"]

# What zipfile raises for a damaged archive; for a method of packing that it does not know, NotImplementedError.
ZIP_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError),
    *(LookupError, NotImplementedError),
)
# Bytes that an archive may unpack to, and the XML inside a document: parsing takes about ten times as much.
MOST_UNPACKED, _MOST_XML = 200_000_000, 30_000_000
_MEGABYTE = 1_000_000
_ENCRYPTED = 0x1


def open_zip(source: Source, suffix: str) -> zipfile.ZipFile:
    """Open an archive; raises CjmError if it is none or needs a password."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except ZIP_DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=reason) from error
    if any(info.flag_bits & _ENCRYPTED for info in archive.infolist()):
        raise CjmError.one("read.has_password", source.name)
    return archive


def check_sizes(source: Source, suffix: str) -> None:
    """Refuse a document that would unpack to more than a transcript can be, before it is unpacked.

    zipfile never unpacks more of a member than its header says. Raises CjmError.
    """
    with open_zip(source, suffix) as archive:
        infos = archive.infolist()
    xml = sum(info.file_size for info in infos if info.filename.lower().endswith((".xml", ".rels")))
    refuse_large(source.name, sum(info.file_size for info in infos), MOST_UNPACKED)
    refuse_large(source.name, xml, _MOST_XML)


def refuse_large(name: str, size: int, most: int) -> None:
    """Raise CjmError if ``size`` bytes are more than ``most``."""
    if size > most:
        raise CjmError.one("read.too_large", name, size=round(size / _MEGABYTE), most=round(most / _MEGABYTE))


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str, name: str) -> bytes:
    """Bytes of a member; raises CjmError, under ``name``, if it is damaged or not there."""
    try:
        return archive.read(member)
    except ZIP_DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise CjmError.one("read.damaged_member", name, reason=reason) from error
