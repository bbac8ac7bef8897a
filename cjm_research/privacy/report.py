"""What was replaced, by kind, with an example: for `cjm status` and the first notebook."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cjm_research.i18n import t
from cjm_research.privacy.finding import KINDS, NAME_KINDS
from cjm_research.privacy.replace import Replacement

__all__ = ["replacement_report"]


def replacement_report(replacements: Sequence[Replacement], lang: str) -> pd.DataFrame:
    """One row per kind: replacements, different pseudonyms, transcripts, and the words around one, masked."""
    rows = []
    for kind in ("name", *(kind for kind in KINDS if kind not in NAME_KINDS)):
        of_kind = [item for item in replacements if item.kind == kind or (kind == "name" and item.kind in NAME_KINDS)]
        if of_kind:
            rows.append(
                {
                    t("privacy.kind", lang): t(f"privacy.kind_{kind}", lang),
                    t("privacy.count", lang): len(of_kind),
                    t("privacy.pseudonyms", lang): len({(item.kind, item.code) for item in of_kind}),
                    t("privacy.transcripts", lang): len({item.transcript_id for item in of_kind}),
                    t("privacy.example", lang): min(of_kind, key=_telling).context,
                }
            )
    columns = [t(f"privacy.{name}", lang) for name in ("kind", "count", "pseudonyms", "transcripts", "example")]
    return pd.DataFrame(rows, columns=columns)


def _telling(item: Replacement) -> tuple[int, str]:
    """Longer contexts say more; the alphabet decides between equals, so the order of files does not."""
    return -len(item.context), item.context
