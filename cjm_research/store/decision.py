"""One decision of a person on a passage."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field

from cjm_research.errors import CjmError
from cjm_research.tables import VERDICTS

__all__ = ["Decision"]


def _new_id() -> str:
    return str(uuid.uuid4())


def _storable(text: str) -> str:
    """Text without what a database cannot keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")


@dataclass(frozen=True)
class Decision:
    """What a person decided, and enough of the words to find them again; columns as in table ``decisions``.

    decision_id: a UUID; who saves the same decision again under the same id (after a lost connection, say)
    saves nothing new. The time is not here: the store gives it when it saves.
    Raises CjmError for an id, coder or verdict that cannot be.
    """

    coder: str
    segment_id: str
    transcript_id: str
    start: int
    end: int
    quote: str
    code: str
    verdict: str
    value: float = math.nan
    memo: str = ""
    before: str = ""
    after: str = ""
    codebook_version: str = ""
    undoes: str = ""
    decision_id: str = field(default_factory=_new_id)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "decision_id", str(uuid.UUID(self.decision_id)))
        except ValueError:
            raise CjmError.one("store.bad_id", value=self.decision_id) from None
        object.__setattr__(self, "coder", _storable(self.coder).strip())
        object.__setattr__(self, "memo", _storable(self.memo))
        if not self.coder:
            raise CjmError.one("store.no_coder")
        if self.verdict not in VERDICTS or (self.verdict == "undo") != bool(self.undoes):
            raise CjmError.one("store.bad_verdict", value=self.verdict, known=", ".join(VERDICTS))
