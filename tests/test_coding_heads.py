"""The heads: a small network over vectors and marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cjm_research.codebook import default_codebook
from cjm_research.coding.heads import (
    AXES,
    CODES,
    SINGLE_AXES,
    Heads,
    axis_columns,
    open_heads,
    probabilities_of,
    save_heads,
    shipped,
)
from cjm_research.coding.passages import Passages


def test_codes_are_those_of_the_default_codebook() -> None:
    """Every code the heads know stands in the default codebook, and the other way round."""
    named = {code for code in CODES if not code.startswith("sentiment.") and not code.endswith(".none")}
    assert named == {code.id for code in default_codebook().codes if code.axis != "flag"}


def test_probabilities_add_up_where_there_is_one_code() -> None:
    """Stage, sentiment and emotion are distributions; a pain says nothing of another, and no score breaks them."""
    scores = np.random.default_rng(0).normal(0, 50, (20, len(CODES)))
    found = probabilities_of(scores)
    for axis in SINGLE_AXES:
        np.testing.assert_allclose(found[:, axis_columns(axis)].sum(axis=1), 1)
    assert ((found >= 0) & (found <= 1)).all()


def test_columns_cover_all_codes_in_order() -> None:
    """The axes lie side by side without a gap."""
    covered = [column for axis in AXES for column in range(*axis_columns(axis).indices(len(CODES)))]
    assert covered == list(range(len(CODES)))


def small(rng: np.random.Generator) -> Heads:
    """Heads with few units."""
    width, marks, words, hidden, codes = 6, 2, 3, 4, len(CODES)
    net = (
        rng.normal(size=(width, hidden)),
        rng.normal(size=(marks, hidden)),
        np.ones(hidden),
        rng.normal(size=(hidden, codes)),
    )
    direct = rng.normal(size=(marks + words, codes))
    return Heads(
        name="heads-x@1",
        mean=np.zeros(width),
        scale=np.ones(width),
        marks=("pain.price@0.5", "~short"),
        words=("w:a", "w:b", "w:a b"),
        hidden=(net,),
        direct=direct,
        bias=np.zeros(codes),
        slope=np.ones(codes),
        offset=np.zeros(codes),
        prior=np.full(codes, 0.1),
    )


def test_what_is_written_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved in eight bits and opened again, heads say nearly the same; saved twice they are the same bytes."""
    heads = small(np.random.default_rng(1))
    monkeypatch.setattr("cjm_research.coding.heads._WEIGHTS", tmp_path)
    for name in ("heads_x.npz", "again.npz"):
        save_heads(tmp_path / name, heads)
    assert (tmp_path / "heads_x.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
    passages = Passages(np.random.default_rng(2).normal(size=(5, 6)), (frozenset({"w:a", "~short", "w:unknown"}),) * 5)
    np.testing.assert_allclose(open_heads("x").probabilities(passages), heads.probabilities(passages), atol=0.1)
    open_heads.cache_clear()


def test_no_passages_no_rows() -> None:
    """An empty study is coded without an error."""
    assert small(np.random.default_rng(0)).probabilities(Passages(np.empty((0, 6)), ())).shape == (0, len(CODES))


def test_heads_ship_for_both_encoders() -> None:
    """Each encoder that needs no download has heads of less than two megabytes."""
    for engine in ("e5", "use"):
        assert shipped(engine)
        path = Path(open_heads.__wrapped__.__code__.co_filename).parent / "weights" / f"heads_{engine}.npz"
        assert path.stat().st_size < 2_000_000
        assert open_heads(engine).prior.shape == (len(CODES),)
