"""Any model of the library sentence-transformers in a folder on this machine (extra ``models``)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cjm_research.errors import CjmError

__all__ = ["LocalModel"]


class LocalModel:
    """A model opened by its folder; nothing is downloaded. Its version is a hash of all its files."""

    name = "sentence-transformers"

    def __init__(self, place: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise CjmError.one(
                "embedding.no_package", self.name, package="sentence-transformers", install="cjm_research[models]"
            ) from error
        if not place:
            raise CjmError.one("embedding.no_place", self.name)
        folder = Path(place)
        if not folder.is_dir():
            raise CjmError.one("embedding.no_model", place, reason="not a folder")
        try:
            self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise CjmError.one("embedding.no_model", place, reason=reason) from error
        self.version = f"{folder.resolve().name}-{_content(folder)}"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length: float32 (len(texts), width)."""
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        vectors: np.ndarray = self._model.encode(
            clean, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        width = self._model.get_sentence_embedding_dimension()
        return np.asarray(vectors, np.float32).reshape(len(texts), width)


def _content(folder: Path) -> str:
    """Hash of names and contents: another model in a folder of the same name is another version."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()[:12]
