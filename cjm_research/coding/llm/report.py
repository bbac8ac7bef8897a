"""How a run of the model went, for a person to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cjm_research.i18n import t

__all__ = ["LlmReport"]

_NAMED = 10  # segment ids in a message


@dataclass(frozen=True)
class LlmReport:
    """Counts of one run.

    passages: asked about. skipped: not asked about, their language being neither Russian nor English.
    uncoded: segment ids without a usable answer. unknown_codes: codes the codebook has not, dropped, with how often.
    unverified: codings whose quote is not in the passage. asked, kept: requests sent, and answered from the cache.
    """

    passages: int
    skipped: int
    uncoded: tuple[str, ...]
    unknown_codes: Mapping[str, int]
    unverified: int
    asked: int
    kept: int

    def warnings(self, lang: str | None = None) -> list[str]:
        """What a person should know, a sentence each; nothing if all went well."""
        said = []
        if self.uncoded:
            more = " …" if len(self.uncoded) > _NAMED else ""
            said.append(t("llm.uncoded", lang, n=len(self.uncoded), ids=" ".join(self.uncoded[:_NAMED]) + more))
        if self.skipped:
            said.append(t("llm.skipped", lang, n=self.skipped))
        if self.unknown_codes:
            codes = ", ".join(f"{code} ({times})" for code, times in sorted(self.unknown_codes.items()))
            said.append(t("llm.unknown_codes", lang, codes=codes))
        if self.unverified:
            said.append(t("llm.unverified", lang, n=self.unverified))
        return said
