"""The heads: one small network over vectors and marks that gives every code of the default codebook a probability.

A hidden layer reads the vectors and what the rules found; marks and words also speak for a code directly, which keeps
rare words audible. All axes are learned together (Caruana 1997, "Multitask Learning"). ``training/train_heads.py``
makes the weights; probabilities are calibrated on sources that were left out (Platt scaling; temperature for the axes
of which a passage has one code; Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from cjm_research.coding.passages import Passages, marks_matrix

__all__ = [
    "AXES",
    "CODES",
    "SINGLE_AXES",
    "Heads",
    "axis_columns",
    "open_heads",
    "probabilities_of",
    "save_heads",
    "shipped",
]

_WEIGHTS = Path(__file__).parent / "weights"
AXES: Mapping[str, tuple[str, ...]] = {
    "stage": (
        *("awareness", "consideration", "decision", "purchase", "use", "support", "repeat_purchase"),
        *("recommendation", "review", "none"),
    ),
    "sentiment": ("negative", "neutral", "positive", "mixed"),
    "emotion": (
        *("joy", "trust", "surprise", "confusion", "frustration", "anger", "disappointment", "anxiety"),
        "none",
    ),
    "pain": (
        *("price", "complexity", "information", "delay", "defect", "service", "quality", "availability"),
        *("trust", "communication"),
    ),
    "want": ("need", "expectation", "fear"),
    "channel": (
        *("ads", "search", "website", "app", "social", "messenger", "email", "phone", "in_person", "reviews"),
        *("word_of_mouth", "courier", "event"),
    ),
}
SINGLE_AXES = ("stage", "sentiment", "emotion")
CODES = tuple(f"{axis}.{code}" for axis, codes in AXES.items() for code in codes)
_AT_ONCE = 4096


def axis_columns(axis: str) -> slice:
    """Where the codes of an axis stand in `CODES`."""
    first = next(position for position, code in enumerate(CODES) if code.startswith(f"{axis}."))
    return slice(first, first + len(AXES[axis]))


def probabilities_of(scores: np.ndarray) -> np.ndarray:
    """Probabilities from scores (n, codes): in an axis of one code they add up to 1, elsewhere each stands alone."""
    found: np.ndarray = 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30)))
    for axis in SINGLE_AXES:
        columns = axis_columns(axis)
        shifted = np.exp(scores[:, columns] - scores[:, columns].max(axis=1, keepdims=True))
        found[:, columns] = shifted / shifted.sum(axis=1, keepdims=True)
    return found


@dataclass(frozen=True)
class Heads:
    """Trained weights.

    mean, scale: of the vectors. marks: names the hidden layer reads; words: names that only speak directly.
    hidden: per network its weights for vectors, marks, the bias, and from there to the codes.
    direct: (marks + words, codes). bias, slope, offset, prior: (codes,); slope and offset calibrate, prior is how
    often a code was met in training.
    """

    name: str
    mean: np.ndarray
    scale: np.ndarray
    marks: tuple[str, ...]
    words: tuple[str, ...]
    hidden: tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], ...]
    direct: np.ndarray
    bias: np.ndarray
    slope: np.ndarray
    offset: np.ndarray
    prior: np.ndarray

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in the order of the probabilities."""
        return CODES

    def scores(self, passages: Passages) -> np.ndarray:
        """Calibrated scores: log-odds; in an axis of one code log-probabilities but for a constant; (n, codes)."""
        parts = [self._scores(passages, start) for start in range(0, len(passages), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, len(CODES)), np.float32)

    def probabilities(self, passages: Passages) -> np.ndarray:
        """Probability of each code for each passage: float32 (n, codes)."""
        return probabilities_of(self.scores(passages))

    def _scores(self, passages: Passages, start: int) -> np.ndarray:
        part = slice(start, start + _AT_ONCE)
        vectors = (passages.vectors[part] - self.mean) * self.scale
        found = marks_matrix(passages.marks[part], (*self.marks, *self.words))
        read = found[:, : len(self.marks)]
        total = found @ self.direct + self.bias
        for into, from_marks, bias, out in self.hidden:
            total = total + np.maximum(vectors @ into + read @ from_marks + bias, 0.0) @ out / len(self.hidden)
        scores: np.ndarray = (total * self.slope + self.offset).astype(np.float32)
        return scores


def shipped(embedder: str) -> bool:
    """Whether there are heads for this embedder."""
    return (_WEIGHTS / f"heads_{embedder}.npz").exists()


@lru_cache(maxsize=4)
def open_heads(embedder: str) -> Heads:
    """The shipped heads for an embedder."""
    with np.load(_WEIGHTS / f"heads_{embedder}.npz", allow_pickle=False) as file:
        data = {key: file[key] for key in file.files}
    networks = sorted({key.split(".")[0] for key in data if key.startswith("net")})
    hidden = tuple(
        (_full(data, f"{net}.into"), _full(data, f"{net}.marks"), data[f"{net}.bias"], _full(data, f"{net}.out"))
        for net in networks
    )
    return Heads(
        name=f"heads-{embedder}@1",
        mean=data["mean"],
        scale=data["scale"],
        marks=tuple(str(data["marks"]).split("\n")),
        words=tuple(str(data["words"]).split("\n")),
        hidden=hidden,
        direct=_full(data, "direct"),
        bias=data["bias"],
        slope=data["slope"],
        offset=data["offset"],
        prior=data["prior"],
    )


def packed(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """A matrix as 8-bit numbers and one scale a column, a quarter of its size."""
    scale = np.maximum(np.abs(values).max(axis=0), 1e-9) / 127.0
    return {f"{name}.q": np.round(values / scale).astype(np.int8), f"{name}.s": scale.astype(np.float32)}


def _full(data: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    matrix: np.ndarray = data[f"{name}.q"].astype(np.float32) * data[f"{name}.s"]
    return matrix


def save_heads(path: Path, heads: Heads) -> None:
    """Write weights so that `open_heads` reads them; the same weights give the same bytes."""
    data: dict[str, np.ndarray] = {
        "mean": heads.mean.astype(np.float32),
        "scale": heads.scale.astype(np.float32),
        "marks": np.array("\n".join(heads.marks)),
        "words": np.array("\n".join(heads.words)),
        "bias": heads.bias.astype(np.float32),
        "slope": heads.slope.astype(np.float32),
        "offset": heads.offset.astype(np.float32),
        "prior": heads.prior.astype(np.float32),
        **packed("direct", heads.direct),
    }
    for number, (into, from_marks, bias, out) in enumerate(heads.hidden):
        data |= packed(f"net{number}.into", into) | packed(f"net{number}.marks", from_marks)
        data |= packed(f"net{number}.out", out) | {f"net{number}.bias": bias.astype(np.float32)}
    np.savez_compressed(path, allow_pickle=False, **data)
