"""The packed weights of multilingual-e5-small: 4-bit matrices, vocabulary and normalisation in one little-endian file.

Only the numbers are taken from the file; the package that brings it need not be imported, so any machine can read it.
A 4-bit matrix is rows of blocks: per 32 weights one 16-bit scale and 16 bytes, of which byte ``j`` holds weight ``j``
in its low and weight ``j + 16`` in its high half; a weight is ``(q − 8) × scale``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from cjm_research.errors import CjmError

__all__ = ["WIDTH", "E5File", "read_e5"]

WIDTH = 384
_HEADER = struct.Struct("<I7ifi")  # version; width, layers, heads, inner, words, positions, types; epsilon; block
_BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True)
class E5File:
    """The opened file.

    layers, heads, epsilon: of the encoder. pieces, scores: vocabulary, log-probabilities; place is the token's id.
    normalise: code point → replacement, for `str.translate`.
    """

    data: np.ndarray  # uint8, mapped from disk
    layers: int
    heads: int
    epsilon: float
    pieces: list[str]
    scores: list[float]
    normalise: dict[int, str]
    directory: dict[str, tuple[int, int, int]]

    def array(self, name: str) -> np.ndarray:
        """The vector or matrix of this name: float32, (n,) or (n / width of its row, width)."""
        kind, size, offset = self.directory[name]
        if kind == 0:
            return self.data[offset : offset + 4 * size].view("<f4").astype(np.float32)
        wide = 4 * WIDTH if name.endswith("fo.w") else WIDTH
        return self._unpack(self._rows(name, wide)).reshape(-1, wide)

    def words(self, ids: np.ndarray) -> np.ndarray:
        """Rows of the word embedding: float32 (len(ids), 384); the rest of the 96 million weights stays packed."""
        return self._unpack(self._rows("emb.word", WIDTH)[ids]).reshape(-1, WIDTH)

    def _rows(self, name: str, wide: int) -> np.ndarray:
        _, size, offset = self.directory[name]
        length = size // _BLOCK * _BLOCK_BYTES
        return self.data[offset : offset + length].reshape(-1, wide // _BLOCK, _BLOCK_BYTES)

    @staticmethod
    def _unpack(blocks: np.ndarray) -> np.ndarray:
        blocks = blocks.reshape(-1, _BLOCK_BYTES)
        scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        return (halves.astype(np.float32) - 8.0) * scale


class _Reader:
    def __init__(self, data: np.ndarray) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at].tobytes()

    def unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))


def read_e5(path: Path) -> E5File:
    """Open the file at ``path``. Raises CjmError if it is not such a file, of another shape or cut off."""
    try:
        return _read(_Reader(np.memmap(path, np.uint8, "r")))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise CjmError.one("embedding.bad_weights", str(path)) from error


def _read(reader: _Reader) -> E5File:
    if reader.take(4) != b"E5S1":
        raise ValueError("magic")
    header = _HEADER.unpack(reader.take(_HEADER.size))
    if header[0] != 1 or header[1] != WIDTH or header[-1] != _BLOCK:
        raise ValueError("shape")
    pieces, scores = _vocabulary(reader)
    normalise = _normalisation(reader)
    directory: dict[str, tuple[int, int, int]] = {}
    for _ in range(reader.unpack("<i")[0]):
        name = reader.take(reader.unpack("<H")[0]).decode()
        kind, size, offset, length = reader.unpack("<BIQQ")
        if offset + length > len(reader.data):
            raise ValueError("cut off")
        directory[name] = (kind, size, offset)
    return E5File(reader.data, header[2], header[3], header[8], pieces, scores, normalise, directory)


def _vocabulary(reader: _Reader) -> tuple[list[str], list[float]]:
    count, *_special = reader.unpack("<5i")
    (length,) = reader.unpack("<Q")
    starts = np.frombuffer(reader.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(reader.take(4 * count), "<f4").tolist()
    blob = reader.take(length)
    return [blob[start:end].decode() for start, end in pairwise(starts)], scores


def _normalisation(reader: _Reader) -> dict[int, str]:
    count, length = reader.unpack("<iI")
    data, at, found = reader.take(length), 0, dict[int, str]()
    for _ in range(count):
        letter, size = struct.unpack_from("<IB", data, at)
        found[letter] = "".join(map(chr, struct.unpack_from(f"<{size}I", data, at + 5)))
        at += 5 + 4 * size
    return found
