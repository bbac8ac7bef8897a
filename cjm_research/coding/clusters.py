"""Groups of passages that say nearly the same, found in their vectors; "there are none" is an answer too.

Vectors of short sentences share a few strong directions that tell of form and language rather than of content: the
mean of each language and the strongest common directions are taken out first (Mu & Viswanath 2018, "All-but-the-Top").
Average linkage then makes a tree. A branch is a group only if

- it comes back when a fifth of the passages is left out: mean Jaccard similarity to the best branch of 20 such trees
  at least 0.6 (Hennig 2007, "Cluster-wise assessment of cluster stability"), and
- its passages are more alike than those of any branch of its size in trees of random vectors with the covariance of
  all passages (the reference idea of Tibshirani, Walther & Hastie 2001, "Estimating the number of clusters in a data
  set via the gap statistic"), and than nineteen of twenty pairs of passages.

Of nested groups those are kept that together hold most passages, weighted by stability and by how much more alike
they are than they need to be. So the number of groups is found, not given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Group", "directions", "find_groups", "halves"]

_COMMON = 3  # strongest common directions taken out
_FOR_EACH_COMMON = 100  # passages needed to know one of them
_ROUNDS, _KEPT = 20, 0.8
_STABLE = 0.6
_REFERENCES = 10
_COMPARED = 1500  # passages of which all pairs are compared
_MOST = 4000  # passages in one tree: its matrix grows with their square


class Group(NamedTuple):
    """Rows of one group, ascending, and how surely it comes back, 0–1."""

    rows: tuple[int, ...]
    stability: float


class _Tree(NamedTuple):
    """Branches with enough leaves: their members (branches, leaves), and both parts of each as positions or −1."""

    members: np.ndarray
    parts: tuple[tuple[int, int], ...]


def directions(vectors: np.ndarray, languages: Sequence[str]) -> np.ndarray:
    """What is left of vectors (n, width) without what is common to all: float64 (n, width), unit length or zero."""
    left = _unit(np.asarray(vectors, np.float64))
    for language in sorted(set(languages)):
        rows = np.array([spoken == language for spoken in languages])
        left[rows] -= left[rows].mean(axis=0)
    common = min(_COMMON, len(left) // _FOR_EACH_COMMON)
    if common:
        strongest = np.linalg.eigh(left.T @ left)[1][:, -common:]
        left -= (left @ strongest) @ strongest.T
    return _unit(left)


def find_groups(points: np.ndarray, everything: np.ndarray, least: int = 4, seed: int = 0) -> list[Group]:
    """Groups of at least ``least`` rows of ``points``, largest first; none if nothing repeats.

    points: some rows of everything, which comes from `directions`. Of more than 4,000 the first are grouped: give
    them in an order that means nothing.
    """
    points, everything = points[:_MOST], everything[:_MOST]
    if len(points) < least:
        return []
    rng = np.random.default_rng(seed)
    tree = _grow(points, least)
    sizes = tree.members.sum(axis=1).astype(int)
    stability, tightness = _stability(points, tree, rng), _tightness(points, tree)
    needed = np.maximum(_by_chance(everything, len(points), least, rng), _most_alike(everything))
    good = (stability >= _STABLE) & (tightness > needed[sizes])
    # The root: half a weight, or one loose group of a subject would fall apart into its turns of phrase.
    excess = np.sqrt(np.maximum(tightness - needed[sizes], 0))
    chosen = _best(tree, np.where(good, sizes * (stability - 0.5) * excess, 0.0))
    found = [Group(tuple(np.flatnonzero(tree.members[at]).tolist()), round(float(stability[at]), 3)) for at in chosen]
    return sorted(found, key=lambda group: (-len(group.rows), group.rows))


def halves(points: np.ndarray) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows of ``points`` in two parts, as alike within as can be; both empty for less than two rows."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(points) < 2:
        return (), ()
    # Ward's method: average linkage would mostly part one odd passage from all others.
    part = fcluster(linkage(points, "ward"), 2, "maxclust")
    first, second = (tuple(np.flatnonzero(part == number).tolist()) for number in (1, 2))
    return (first, second) if second else (first[:1], first[1:])


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-9))


def _grow(points: np.ndarray, least: int) -> _Tree:
    """The tree of average linkage over cosine distances, branches with ``least`` leaves or more."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    distances = np.clip(1 - points @ points.T, 0, 2)
    np.fill_diagonal(distances, 0)
    joined = linkage(squareform(distances, checks=False), "average")
    count = len(points)
    leaves: list[list[int]] = [[leaf] for leaf in range(count)]
    at = dict.fromkeys(range(count), -1)
    kept: list[list[int]] = []
    parts: list[tuple[int, int]] = []
    for number, (first, second) in enumerate(joined[:, :2].astype(int), start=count):
        leaves.append(leaves[first] + leaves[second])
        at[number] = -1
        if len(leaves[number]) >= least:
            at[number] = len(kept)
            kept.append(leaves[number])
            parts.append((at[first], at[second]))
    members = np.zeros((len(kept), count), np.float32)
    for row, own in enumerate(kept):
        members[row, own] = 1
    return _Tree(members, tuple(parts))


def _stability(points: np.ndarray, tree: _Tree, rng: np.random.Generator) -> np.ndarray:
    """Mean Jaccard similarity of each branch to the best branch of trees of four fifths of the rows."""
    total = np.zeros(len(tree.parts))
    for _ in range(_ROUNDS):
        rows = np.sort(rng.choice(len(points), int(len(points) * _KEPT), replace=False))
        other, own = _grow(points[rows], 2).members, tree.members[:, rows]
        both = own @ other.T
        either = own.sum(axis=1)[:, None] + other.sum(axis=1)[None] - both
        total += (both / np.maximum(either, 1)).max(axis=1)
    return total / _ROUNDS


def _tightness(points: np.ndarray, tree: _Tree) -> np.ndarray:
    """Mean cosine of all pairs within each branch."""
    sizes = tree.members.sum(axis=1)
    sums = tree.members @ points
    return np.asarray(((sums**2).sum(axis=1) - sizes) / (sizes * (sizes - 1)))


def _by_chance(everything: np.ndarray, count: int, least: int, rng: np.random.Generator) -> np.ndarray:
    """By size, the greatest tightness of branches of that size or more among ``count`` vectors without groups."""
    greatest = np.full(count + 1, -1.0)
    for _ in range(_REFERENCES):
        # Mixtures of all points, with normal weights, have their covariance and no groups.
        mixed = _unit(rng.normal(size=(count, len(everything))) @ everything)
        tree = _grow(mixed, least)
        np.maximum.at(greatest, tree.members.sum(axis=1).astype(int), _tightness(mixed, tree))
    return np.maximum.accumulate(greatest[::-1])[::-1]


def _most_alike(everything: np.ndarray) -> float:
    """The cosine that one of twenty pairs exceeds."""
    some = everything[:_COMPARED]
    return float(np.quantile((some @ some.T)[np.triu_indices(len(some), 1)], 0.95))


def _best(tree: _Tree, gains: np.ndarray) -> list[int]:
    """Branches with the greatest sum of gains of which none is part of another."""
    total = np.zeros(len(gains))
    chosen: list[list[int]] = []
    for at, parts in enumerate(tree.parts):
        below = float(sum(total[part] for part in parts if part >= 0))
        whole = gains[at] > below
        total[at] = gains[at] if whole else below
        chosen.append([at] if whole else [one for part in parts if part >= 0 for one in chosen[part]])
    return chosen[-1]
