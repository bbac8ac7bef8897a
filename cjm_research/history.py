"""What holds of a list of decisions after undo and redo.

Nothing is ever taken out of the list: an undo is a row that names the row it undoes, and a redo is an undo of an
undo. So a decision holds unless a row that holds undoes it.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from cjm_research.tables import DECISIONS, to_csv

__all__ = ["decisions_hash", "holding", "last_to_redo", "last_to_undo", "undos_of"]


def _live(decisions: pd.DataFrame) -> pd.Series:
    """Whether each row, decision or undo, holds; an undo always stands below what it undoes."""
    undone: set[str] = set()
    holds = []
    for identifier, undoes in zip(decisions["decision_id"][::-1], decisions["undoes"][::-1], strict=True):
        holds.append(identifier not in undone)
        if undoes and holds[-1]:
            undone.add(undoes)
    return pd.Series(holds[::-1], index=decisions.index, dtype=bool)


def holding(decisions: pd.DataFrame) -> pd.DataFrame:
    """Those rows of table ``decisions`` (in its order) that decide something and are not undone."""
    return decisions[_live(decisions) & (decisions["undoes"] == "")]


def undos_of(decisions: pd.DataFrame, decision_id: str) -> list[str]:
    """Ids of the undos that hold and undo this decision; several when two people undid it, each on their own."""
    found = decisions[_live(decisions) & (decisions["undoes"] == decision_id)]
    return found["decision_id"].tolist()


def last_to_undo(decisions: pd.DataFrame, coder: str) -> str:
    """Id of the last decision of this person that holds; empty if there is none."""
    own = holding(decisions)
    own = own[own["coder"] == coder]
    return str(own["decision_id"].iloc[-1]) if len(own) else ""


def last_to_redo(decisions: pd.DataFrame, coder: str) -> str:
    """Id of the decision that this person undid last and may take back; empty if there is none.

    As in every editor, who decides something new after an undo has nothing to redo.
    """
    own = decisions[decisions["coder"] == coder]
    is_undo = own["undoes"] != ""
    decided = own.index[~is_undo]
    after = own.index > decided[-1] if len(decided) else own.index == own.index
    plain = decisions.loc[decisions["undoes"] == "", "decision_id"]
    undone = own[is_undo & after & _live(decisions).loc[own.index] & own["undoes"].isin(plain)]
    return str(undone["undoes"].iloc[-1]) if len(undone) else ""


def decisions_hash(decisions: pd.DataFrame) -> str:
    """SHA-256 of what holds and in which order, without ids and times: after an undo it is what it was before."""
    plain = holding(decisions).assign(decision_id="", time="")
    return hashlib.sha256(to_csv(DECISIONS, plain).encode()).hexdigest()
