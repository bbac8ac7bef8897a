"""Parts of the persona report, in the order the notebook shows them. Each part is one call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cjm_research.charts import Picture, draw_share_heatmap
from cjm_research.errors import CjmError
from cjm_research.i18n import LANGUAGES, percent, pick, share_interval, t
from cjm_research.personas import EVERYONE, UNASSIGNED
from cjm_research.render.evidence import render_evidence, render_method, reviewed_share
from cjm_research.render.html import PARTS_STYLE, Html, render
from cjm_research.render.journey_map import MapContext, render_map
from cjm_research.render.key_points import render_key_points
from cjm_research.render.portrait import render_card
from cjm_research.render.quotes import QuoteBook
from cjm_research.stats import wilson
from cjm_research.study import Study, open_study

__all__ = ["PersonaReport", "persona_name", "persona_report"]


def persona_name(study: Study, persona_id: str, lang: str) -> str:
    """Name of a persona in the report's language; ``*`` is everyone, ``-`` are those in none."""
    if persona_id in (EVERYONE, UNASSIGNED):
        return t("persona.everyone" if persona_id == EVERYONE else "persona.unassigned", lang)
    return pick(dict(study.persona(persona_id).name), lang)


def persona_report(study: str | Path, persona: str, wave: str, lang: str) -> PersonaReport:
    """Everything the report of one persona in one wave shows, in language ``lang``.

    Raises CjmError for an unknown study, persona, wave or language.
    """
    opened = open_study(study)
    opened.settings.wave(wave)
    opened.persona(persona)
    if lang not in LANGUAGES:
        raise CjmError.one("study.bad_language", value=lang, known=", ".join(LANGUAGES))
    report = PersonaReport(opened, persona, wave, lang)
    if report.people.empty:
        raise CjmError.one("report.nobody", "personas.yml", persona=persona, wave=wave)
    return report


@dataclass(frozen=True)
class PersonaReport:
    """One persona in one wave. Parts are HTML strings or pictures that a notebook shows as they are."""

    study: Study
    persona: str
    wave: str
    lang: str

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Rows of table ``cells`` of this persona and wave."""
        cells = self.study.cells
        return cells[(cells["wave"] == self.wave) & (cells["persona_id"] == self.persona)]

    @cached_property
    def people(self) -> pd.DataFrame:
        """Rows of table ``participants`` of this persona and wave."""
        people = self._of_wave
        return people if self.persona == EVERYONE else people[people["persona_id"] == self.persona]

    @property
    def _of_wave(self) -> pd.DataFrame:
        people = self.study.participants
        return people[people["wave"] == self.wave]

    @cached_property
    def context(self) -> MapContext:
        """Quotes, codebook, language and the feeling of each passage."""
        book = QuoteBook(self.study.segments, self.study.turns, self.study.transcripts, self.lang)
        scored = self.study.counted[self.study.counted["code"] == "sentiment"]
        feelings = dict(zip(scored["segment_id"], scored["value"], strict=True))
        return MapContext(book, self.study.codebook, self.lang, feelings)

    @cached_property
    def _segments(self) -> pd.DataFrame:
        segments = self.study.segments
        theirs = segments["participant_id"].isin(self.people["participant_id"])
        return segments[theirs & (segments["wave"] == self.wave)]

    @cached_property
    def _codings(self) -> pd.DataFrame:
        codings = self.study.counted
        return codings[codings["segment_id"].isin(self._segments["segment_id"])]

    @property
    def name(self) -> str:
        """The persona's name."""
        return persona_name(self.study, self.persona, self.lang)

    def header(self, title: str = "") -> Html:
        """Name (or another title), wave, people, sources, how much is checked; brings the style of all parts."""
        n, total = len(self.people), len(self._of_wave)
        share = wilson(n, total)
        kinds = self._source_counts()
        silent = n - self._segments["participant_id"].nunique()
        wave = pick(dict(self.study.settings.wave(self.wave).label), self.lang)
        facts = [
            t("report.wave", self.lang, wave=wave),
            t("report.people_of" if n < total else "report.participants", self.lang, n=n, total=total)
            + (
                f" ({percent(share.value, self.lang)}, {share_interval(share.lo, share.hi, self.lang)})"
                if n < total
                else ""
            ),
            ", ".join(t(f"report.kind_{kind}", self.lang, n=count) for kind, count in kinds.items()),
            t("report.silent", self.lang, n=silent) if silent else "",
        ]
        return render(
            "header.html.j2",
            self.lang,
            style=Html(PARTS_STYLE.read_text(encoding="utf-8")),
            study=pick(dict(self.study.settings.name), self.lang),
            title=title or self.name,
            facts=[fact for fact in facts if fact],
            reviewed=reviewed_share(self._codings),
        )

    def _source_counts(self) -> dict[str, int]:
        transcripts = self.study.transcripts
        theirs = transcripts[transcripts["transcript_id"].isin(self._segments["transcript_id"])]
        return {str(kind): int(count) for kind, count in theirs["kind"].value_counts(sort=False).sort_index().items()}

    def key_points(self) -> Html:
        """What to know in 30 seconds; each point with its number, interval and quotes."""
        return render_key_points(self.cells, self.context)

    def section(self, name: str) -> Html:
        """Heading of a section, named as in ``report.section_*`` of the locale files."""
        return render("heading.html.j2", self.lang, text=t(f"report.section_{name}", self.lang))

    def card(self) -> Html:
        """The persona card."""
        texts = {"description": pick(dict(self.study.persona(self.persona).description), self.lang)}
        return render_card(self.people, self.cells, self.context, texts)

    def journey_map(self) -> Html:
        """The journey map as a table."""
        wave = pick(dict(self.study.settings.wave(self.wave).label), self.lang)
        caption = t("map.caption", self.lang, persona=self.name, wave=wave, n=len(self.people))
        return render_map(self.cells, self.context, caption)

    def pains_by_stage(self) -> Picture:
        """Heat map: which pains this persona names at which stage."""
        pains = self.cells[(self.cells["lane"] == "pain") & (self.cells["item"] != "")]
        order = [code.code for code in self.study.codebook.by_axis("pain") if code.code in set(pains["item"])]
        return self._heatmap(
            [(item, self.context.label("pain", item), pains[pains["item"] == item]) for item in order], "chart.pains"
        )

    def pains_by_persona(self) -> Picture:
        """Heat map: how many people of each persona name any pain at each stage."""
        cells = self.study.cells
        any_pain = cells[(cells["wave"] == self.wave) & (cells["lane"] == "pain") & (cells["item"] == "")]
        outside = [UNASSIGNED] if self.study.personas and UNASSIGNED in set(any_pain["persona_id"]) else []
        ids = [self.persona, *(p.id for p in self.study.personas if p.id != self.persona), *outside, EVERYONE]
        rows = [
            (i, persona_name(self.study, i, self.lang), any_pain[any_pain["persona_id"] == i])
            for i in dict.fromkeys(ids)
        ]
        return self._heatmap(rows, "chart.personas")

    def _heatmap(self, rows: list[tuple[str, str, pd.DataFrame]], title: str) -> Picture:
        """A row per (id, label, pain cells); stages where the row has people but no such cell count as 0 of n."""
        cells = self.study.cells
        people = cells[(cells["wave"] == self.wave) & (cells["lane"] == "people")]
        counts = []
        for identifier, label, found in rows:
            persona = identifier if identifier in set(people["persona_id"]) else self.persona
            reached = people[people["persona_id"] == persona].set_index("stage")["k"]
            k = found.set_index("stage")["k"]
            counts += [
                {
                    "row": label,
                    "column": pick(dict(code.label), self.lang),
                    "k": k.get(code.code, 0),
                    "n": reached.get(code.code, 0),
                }
                for code in self.study.codebook.stages
            ]
        return draw_share_heatmap(
            pd.DataFrame(counts, columns=["row", "column", "k", "n"]), self.lang, t(title, self.lang)
        )

    def evidence(self) -> Html:
        """Every quote the report counts, in its turn, with file and position."""
        return render_evidence(self.cells, self._codings, self.context)

    def method(self) -> Html:
        """How the figures were made, and what they do not say."""
        outside = int((self._of_wave["persona_id"] == UNASSIGNED).sum())
        return render_method(self._segments, self._codings, (outside, len(self._of_wave)), self.context)
