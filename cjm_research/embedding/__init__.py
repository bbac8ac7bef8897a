"""Texts as vectors: one small protocol, several engines, and a cache so that no text is ever read twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from cjm_research.embedding.cache import Cached
from cjm_research.errors import CjmError, Problem

__all__ = ["ENGINES", "Cached", "Embedder", "open_embedder"]

ENGINES = ("e5", "use", "sentence-transformers", "openai", "none")


class Embedder(Protocol):
    """What every engine is: its name and version stand in each result that it had a part in."""

    @property
    def name(self) -> str:
        """Name of the engine."""

    @property
    def version(self) -> str:
        """Version of engine and weights: another version means other vectors."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length: float32 (len(texts), width)."""


def open_embedder(
    engine: str, place: str = "", cache: Path | None = None, tell: Callable[[Problem], None] | None = None
) -> Embedder | None:
    """Open an engine of `ENGINES`; None for ``none``.

    place: model folder for ``sentence-transformers``, address for ``openai``.
    cache: folder of the vectors already made.
    tell: hears that the weights of ``e5`` are not installed; ``use`` is opened then, and its name is in every result.
    Raises CjmError for an unknown engine, or one that is not installed.
    """
    if engine == "none":
        return None
    if engine not in ENGINES:
        raise CjmError.one("embedding.unknown", name=engine, known=", ".join(ENGINES))
    found = _open(engine, place)
    if tell and found.name != engine:
        tell(Problem("embedding.no_e5"))
    return Cached(found, cache) if cache else found


def _open(engine: str, place: str) -> Embedder:
    if engine == "sentence-transformers":
        from cjm_research.embedding.local_model import LocalModel

        return LocalModel(place)
    if engine == "openai":
        from cjm_research.embedding.server import Server

        return Server(place)
    if engine == "e5":
        from cjm_research.embedding.e5 import find_weights, open_e5

        weights = find_weights()
        if weights:
            return open_e5(weights)
    from cjm_research.embedding.use import open_use

    return open_use()
