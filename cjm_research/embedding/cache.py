"""Vectors kept on disk by the content of their texts.

A file per engine and version holds records that are only ever added: mark, width, hash of the text, vector, checksum.
Each stands for itself, so programs may add at once, and what a torn write or a bad disk leaves is stepped over.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cjm_research.errors import CjmError

if TYPE_CHECKING:
    from cjm_research.embedding import Embedder

__all__ = ["Cached"]

_HEAD = struct.Struct("<4sI16s")  # mark; width; first half of the text's SHA-256
_CHECK = struct.Struct("<I")  # CRC-32 of width, hash and vector
_MARK = b"\xffCJV"
_WIDEST = 65536
_AT_ONCE = 1000  # texts read between two savings: an interruption loses no more


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


class Cached:
    """An engine that reads no text twice, in this run or any later one."""

    def __init__(self, engine: Embedder, folder: Path) -> None:
        self._engine = engine
        safe = "".join(c if c.isalnum() or c in "-." else "_" for c in f"{engine.name}-{engine.version}")
        self._path = folder / f"{safe[:80]}-{_key(engine.version).hex()[:8]}.vectors"
        self._known: dict[bytes, np.ndarray] | None = None
        self._unsaved: dict[bytes, np.ndarray] = {}

    @property
    def name(self) -> str:
        """Name of the engine."""
        return self._engine.name

    @property
    def version(self) -> str:
        """Version of the engine."""
        return self._engine.version

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length: float32 (len(texts), width); only texts not met before are read.

        Raises CjmError if the vectors cannot be kept; a second call does not read the texts again then.
        """
        if not texts:
            return self._engine.encode([])
        if self._known is None:
            self._known = self._load()
        asked = {_key(text): text for text in texts}
        while missing := {key: text for key, text in asked.items() if key not in self._known}:
            self._read(dict(islice(missing.items(), _AT_ONCE)), self._known)
        self._save()
        return np.stack([self._known[_key(text)] for text in texts])

    def _read(self, texts: dict[bytes, str], known: dict[bytes, np.ndarray]) -> None:
        self._save()
        vectors = self._engine.encode(list(texts.values()))
        if known and vectors.shape[1] != len(next(iter(known.values()))):
            known.clear()  # another model answers under the same name: what the former one made is void
        self._unsaved = dict(zip(texts, vectors, strict=True))
        known.update(self._unsaved)

    def _load(self) -> dict[bytes, np.ndarray]:
        try:
            data = self._path.read_bytes() if self._path.exists() else b""
        except OSError as error:
            raise self._failed(error) from error
        found: dict[bytes, np.ndarray] = {}
        for key, vector in _records(data):
            found.pop(key, None)  # so that the newest record comes last
            found[key] = vector
        width = len(next(reversed(found.values()))) if found else 0
        return {key: vector for key, vector in found.items() if len(vector) == width}

    def _save(self) -> None:
        if not self._unsaved:
            return
        block = memoryview(b"".join(_record(key, vector) for key, vector in self._unsaved.items()))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            handle = os.open(self._path, flags, 0o600)
            try:
                while block:  # nearly always one call; a full disk takes a part and fails at the next
                    block = block[os.write(handle, block) :]
            finally:
                os.close(handle)
        except OSError as error:
            raise self._failed(error) from error
        self._unsaved = {}

    def _failed(self, error: OSError) -> CjmError:
        return CjmError.one("embedding.cache", str(self._path.parent), reason=error.strerror or type(error).__name__)


def _record(key: bytes, vector: np.ndarray) -> bytes:
    body = _HEAD.pack(_MARK, len(vector), key) + np.asarray(vector, "<f4").tobytes()
    return body + _CHECK.pack(zlib.crc32(body[len(_MARK) :]))


def _records(data: bytes) -> Iterator[tuple[bytes, np.ndarray]]:
    """The whole records of a file; whatever else lies between them is passed over."""
    view, at = memoryview(data), 0
    while (at := data.find(_MARK, at)) >= 0 and at + _HEAD.size <= len(data):
        _, width, key = _HEAD.unpack_from(data, at)
        start, end = at + _HEAD.size, at + _HEAD.size + 4 * width
        whole = 0 < width <= _WIDEST and end + _CHECK.size <= len(data)
        if whole and zlib.crc32(view[at + len(_MARK) : end]) == _CHECK.unpack_from(data, end)[0]:
            yield key, np.frombuffer(data, "<f4", width, start).astype(np.float32, copy=False)
            at = end + _CHECK.size
        else:
            at += 1
