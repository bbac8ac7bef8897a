"""The encoder of e5 as an ONNX graph: a plain BERT, built from the packed weights, in floats or in 8-bit integers.

Integers are about two and a half times as fast. Each token's numbers are brought to 8 bits by a scale of their own, so
neither its neighbours nor its batch matter; each column of weights has one too. What keeps that close to floats:

- A few channels are many times as loud as the rest and would leave these few steps. Before attention they are divided
  by a constant and their weights multiplied by it (Xiao et al. 2023, "SmoothQuant"); before the inner layer the norm's
  own gain and offset, which make them loud, are moved into the weights.
- What GELU gives is never below −0.17, so none of the 256 steps is spent there.

Biases: of a key it changes no softmax and is left out; of a value it passes through and goes into the next layer's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cjm_research.embedding.e5_file import WIDTH, E5File

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto

__all__ = ["e5_graph"]

# Channels of the residual stream that are loud in every layer, and by how much.
_LOUD = {15: 3.0, 35: 3.0, 321: 2.0, 297: 2.0, 87: 2.0, 146: 2.0, 62: 2.0}
_GELU_LEAST = -0.17


def e5_graph(file: E5File, integers: bool) -> bytes:
    """The serialised model: input ``words`` (texts, tokens, 384), output the mean over tokens (texts, 384)."""
    return _Graph(file, integers).build()


class _Graph:
    def __init__(self, file: E5File, integers: bool) -> None:
        from onnx import helper, numpy_helper

        self._file, self._integers = file, integers
        self._helper, self._tensor = helper, numpy_helper.from_array
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._loud = np.ones(WIDTH, np.float32)
        if integers:
            self._loud[list(_LOUD)] = list(_LOUD.values())

    def build(self) -> bytes:
        for name, values in {"axis0": [0], "axis1": [1], "two": [2], "all": [-1], "flat": [-1, WIDTH]}.items():
            self._constant(name, np.array(values, np.int64))
        self._constant("heads", np.array([self._file.heads, WIDTH // self._file.heads], np.int64))
        self._constant("thirds", np.array([WIDTH] * 3, np.int64))
        self._constant("quiet", 1 / self._loud)
        self._constant("ones", np.ones(WIDTH, np.float32))
        self._node("Shape", ["words"], "shape")
        self._node("Concat", [self._node("Slice", ["shape", "axis0", "two"], "places"), "heads"], "split", axis=0)
        x = self._norm(self._node("Reshape", ["words", "flat"], "rows"), "emb.ln")
        for layer in range(self._file.layers):
            x = self._layer(f"l{layer}.", x)
        self._node("ReduceMean", [self._node("Reshape", [x, "shape"], "last"), "axis1"], "mean", keepdims=0)
        return self._model()

    def _model(self) -> bytes:
        make, kind = self._helper.make_tensor_value_info, 1
        inputs = [make("words", kind, ["texts", "tokens", WIDTH])]
        outputs = [make("mean", kind, ["texts", WIDTH])]
        graph: GraphProto = self._helper.make_graph(self._nodes, "e5", inputs, outputs, self._constants)
        versions = [self._helper.make_opsetid("", 20), self._helper.make_opsetid("com.microsoft", 1)]
        model: bytes = self._helper.make_model(graph, opset_imports=versions, ir_version=9).SerializeToString()
        return model

    def _layer(self, name: str, x: str) -> str:
        """One layer: x (all tokens, 384) → the same shape."""
        inner, offset = self._weights(name + "fi")
        gain, shift = self._file.array(name + "aln.w"), self._file.array(name + "aln.b")
        plain = self._norm(self._node("Add", [x, self._attention(name, x)], name + "add1"))
        grown = self._node("Mul", [plain, self._constant(name + "gain", gain)], name + "grown")
        x = self._node("Add", [grown, self._constant(name + "shift", shift)], name + "middle")
        raised = self._linear(name + "fi", plain, gain[:, None] * inner, offset + shift @ inner)
        bent = self._node("Gelu", [raised], name + "gelu")
        lowered = self._linear(name + "fo", bent, *self._weights(name + "fo"), least=_GELU_LEAST)
        return self._norm(self._node("Add", [x, lowered], name + "add2"), name + "oln")

    def _attention(self, name: str, x: str) -> str:
        scale = np.float32((WIDTH // self._file.heads) ** -0.5)
        (query, asked), (key, _), (value, added) = (self._weights(name + part) for part in "qkv")
        weight = np.hstack([query * scale, key, value]) * self._loud[:, None]
        quiet = self._node("Mul", [x, "quiet"], name + "quiet") if self._integers else x
        parts = [name + "q", name + "k", name + "v"]
        self._nodes.append(
            self._helper.make_node("Split", [self._linear(name + "qkv", quiet, weight), "thirds"], parts, axis=1)
        )
        parts[0] = self._node("Add", [parts[0], self._constant(name + "asked", asked * scale)], name + "query")
        q, k, v = (
            self._node(
                "Transpose", [self._node("Reshape", [part, "split"], part + ".split")], part + ".heads", perm=order
            )
            for part, order in zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True)
        )
        weights = self._node("Softmax", [self._node("MatMul", [q, k], name + "qk")], name + "soft", axis=-1)
        mixed = self._node(
            "Transpose", [self._node("MatMul", [weights, v], name + "mix")], name + "turn", perm=[0, 2, 1, 3]
        )
        out, offset = self._weights(name + "ao")
        return self._linear(
            name + "ao", self._node("Reshape", [mixed, "flat"], name + "mixed"), out, offset + added @ out
        )

    def _weights(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        return self._file.array(name + ".w").T, self._file.array(name + ".b")

    def _linear(
        self, name: str, x: str, weight: np.ndarray, offset: np.ndarray | None = None, *, least: float | None = None
    ) -> str:
        """Rows times weights (inputs, outputs) plus offset; ``least``: no number of ``x`` is below it."""
        if self._integers:
            product, weight = self._product(name, x, weight, least)
            if offset is not None and least is not None:
                offset = offset + np.float32(least) * weight.sum(axis=0)
        else:
            product = self._node("MatMul", [x, self._constant(name + ".w", weight)], name + ".product")
        return (
            product
            if offset is None
            else self._node("Add", [product, self._constant(name + ".b", offset)], name + ".out")
        )

    def _product(self, name: str, x: str, weight: np.ndarray, least: float | None) -> tuple[str, np.ndarray]:
        """The product in integers, and the weights as they were rounded."""
        column = np.abs(weight).max(axis=0) / np.float32(127)
        rounded = np.rint(weight / column).astype(np.int8)
        if least is None:
            size, step, zero = self._node("Abs", [x], name + ".size"), 127, 128
        else:
            size = x = self._node("Sub", [x, self._constant(name + ".least", np.float32(least))], name + ".above")
            step, zero = 255, 0
        largest = self._node("ReduceMax", [size, "axis1"], name + ".largest", keepdims=1)
        row = self._node("Mul", [largest, self._constant(name + ".step", np.float32(1 / step))], name + ".row")
        flat = self._node("Reshape", [row, "all"], name + ".rows")
        zeros = self._node(
            "ConstantOfShape",
            [self._node("Shape", [flat], name + ".count")],
            name + ".zeros",
            value=self._tensor(np.array([zero], np.uint8)),
        )
        given = self._node("QuantizeLinear", [x, flat, zeros], name + ".given", axis=0)
        constants = {"w": rounded, "one": np.float32(1), "column": column, "zero": np.uint8(zero)}
        weights, one, columns, middle = (self._constant(f"{name}.{key}", value) for key, value in constants.items())
        product = self._node(
            "MatMulIntegerToFloat", [given, weights, one, columns, middle], name + ".sum", domain="com.microsoft"
        )
        return self._node("Mul", [product, row], name + ".product"), rounded * column

    def _norm(self, x: str, name: str = "") -> str:
        """Mean 0 and deviation 1 a token; with the gain and offset of this name if given."""
        inputs = [x, "ones"]
        if name:
            inputs = [x, *(self._constant(f"{name}.{part}", self._file.array(f"{name}.{part}")) for part in "wb")]
        return self._node("LayerNormalization", inputs, (name or x) + ".norm", axis=-1, epsilon=self._file.epsilon)

    def _constant(self, name: str, value: np.ndarray | np.generic) -> str:
        self._constants.append(self._tensor(np.ascontiguousarray(value) if np.ndim(value) else np.asarray(value), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, inputs, [output], **attributes))
        return output
