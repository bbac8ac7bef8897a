"""Parts of the persona report, in the order the notebook shows them. Each part is one call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cjm_research import __version__
from cjm_research.charts import Picture, draw_share_heatmap
from cjm_research.errors import CjmError
from cjm_research.i18n import LANGUAGES, number, percent, pick, signed, t
from cjm_research.journey import WHOLE
from cjm_research.personas import EVERYONE, UNASSIGNED
from cjm_research.render.html import Html, render
from cjm_research.render.journey_map import MapContext, lowest_stage, render_map
from cjm_research.render.portrait import render_card
from cjm_research.render.quotes import QuoteBook
from cjm_research.stats import wilson
from cjm_research.study import Study, open_study

__all__ = ["PersonaReport", "persona_name", "persona_report", "reviewed_share"]

_LINKS = 3


def persona_name(study: Study, persona_id: str, lang: str) -> str:
    """Name of a persona in the report's language; ``*`` is everyone, ``-`` are those in none."""
    if persona_id in (EVERYONE, UNASSIGNED):
        return t("persona.everyone" if persona_id == EVERYONE else "persona.unassigned", lang)
    return pick(dict(study.persona(persona_id).name), lang)


def reviewed_share(codings: pd.DataFrame) -> float:
    """Share of codings that a person has made or decided on, 0–1."""
    if codings.empty:
        return 0.0
    return float(((codings["coder_kind"] == "human") | (codings["status"] != "suggested")).mean())


def persona_report(study: str | Path, persona: str, wave: str, lang: str) -> PersonaReport:
    """Everything the report of one persona in one wave shows, in language ``lang``.

    Raises CjmError for an unknown study, persona, wave or language.
    """
    opened = open_study(study)
    opened.settings.wave(wave)
    opened.persona(persona)
    if lang not in LANGUAGES:
        raise CjmError.one("study.bad_language", value=lang, known=", ".join(LANGUAGES))
    return PersonaReport(opened, persona, wave, lang)


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
        """Quotes, codebook and language."""
        book = QuoteBook(self.study.segments, self.study.turns, self.study.transcripts, self.lang)
        return MapContext(book, self.study.codebook, self.lang)

    @cached_property
    def _segments(self) -> pd.DataFrame:
        segments = self.study.segments
        theirs = segments["participant_id"].isin(self.people["participant_id"])
        return segments[theirs & (segments["wave"] == self.wave)]

    @cached_property
    def _codings(self) -> pd.DataFrame:
        codings = self.study.codings
        return codings[codings["segment_id"].isin(self._segments["segment_id"])]

    @property
    def name(self) -> str:
        """The persona's name."""
        return persona_name(self.study, self.persona, self.lang)

    def header(self, title: str = "") -> Html:
        """Name (or another title), wave, number of people and of sources, and how much a person has checked."""
        n, total = len(self.people), len(self._of_wave)
        share = wilson(n, total)
        kinds = self._source_counts()
        wave = pick(dict(self.study.settings.wave(self.wave).label), self.lang)
        facts = [
            t("report.wave", self.lang, wave=wave),
            t("report.people_of", self.lang, n=n, total=total)
            + (
                f" ({percent(share.value, self.lang)}, {percent(share.lo, self.lang)}–{percent(share.hi, self.lang)})"
                if n < total
                else ""
            ),
            ", ".join(t(f"report.kind_{kind}", self.lang, n=count) for kind, count in kinds.items()),
        ]
        return render(
            "header.html.j2",
            self.lang,
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
        found = [self._lowest_point(), self._main_pain(), self._main_barrier(), self._best_point()]
        points = [point for point in found if point] or [
            {"title": t("report.no_points", self.lang), "detail": "", "quotes": []}
        ]
        return render("key_points.html.j2", self.lang, points=points)

    def _feeling(self, stage: str, title: str) -> dict[str, object]:
        row = self.cells[(self.cells["lane"] == "sentiment") & (self.cells["stage"] == stage)].to_dict("records")[0]
        value, lo, hi = (signed(row[name], self.lang) for name in ("value", "lo", "hi"))
        label = self.context.label("stage", stage)
        return {
            "title": t(title, self.lang, stage=label, value=value, lo=lo, hi=hi),
            "detail": t("map.people", self.lang, n=row["n"]),
            "quotes": self.context.book.quotes(row["evidence_ids"][:_LINKS]),
        }

    def _lowest_point(self) -> dict[str, object] | None:
        stage = lowest_stage(self.cells)
        return self._feeling(stage, "report.point_lowest") if stage else None

    def _best_point(self) -> dict[str, object] | None:
        opposite = self.cells.assign(value=-self.cells["value"])
        stage = lowest_stage(opposite)
        return self._feeling(stage, "report.point_best") if stage else None

    def _pain_point(self, rows: pd.DataFrame, title: str) -> dict[str, object] | None:
        if rows.empty:
            return None
        row = rows.sort_values(["k", "item"], ascending=[False, True]).to_dict("records")[0]
        interval = f"{percent(row['lo'], self.lang)}–{percent(row['hi'], self.lang)}"
        strength = t("map.intensity", self.lang, value=number(row["intensity"], self.lang))
        base = t("map.k_of_n", self.lang, k=row["k"], n=row["n"])
        where = "" if row["stage"] == WHOLE else self.context.label("stage", row["stage"])
        return {
            "title": t(title, self.lang, pain=self.context.label("pain", row["item"]), stage=where),
            "detail": f"{base} ({interval}), {strength}",
            "quotes": self.context.book.quotes(row["evidence_ids"][:_LINKS]),
        }

    def _main_pain(self) -> dict[str, object] | None:
        pains = self.cells[(self.cells["lane"] == "pain") & (self.cells["item"] != "") & (self.cells["stage"] == WHOLE)]
        return self._pain_point(pains, "report.point_pain")

    def _main_barrier(self) -> dict[str, object] | None:
        pains = self.cells[(self.cells["lane"] == "pain") & (self.cells["item"] != "") & (self.cells["stage"] != WHOLE)]
        stopping = pains[["barrier" in flags for flags in pains["flags"]]]
        return self._pain_point(stopping, "report.point_barrier")

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
        ids = [self.persona, *(p.id for p in self.study.personas if p.id != self.persona), EVERYONE]
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
        ids = [segment for evidence in self.cells["evidence_ids"] for segment in evidence]
        labels: dict[str, list[str]] = {}
        for row in self._codings[["segment_id", "code", "value"]].to_dict("records"):
            axis, _, code = row["code"].partition(".")
            label = (
                self.context.label(axis, code)
                if code
                else t("report.sentiment_code", self.lang, value=signed(row["value"], self.lang, 0))
            )
            labels.setdefault(row["segment_id"], []).append(label)
        quotes = self.context.book.in_source_order(ids)
        entries = [{"quote": quote, "codes": labels.get(quote.id, [])} for quote in quotes]
        return render("evidence.html.j2", self.lang, entries=entries)

    def method(self) -> Html:
        """How the figures were made, and what they do not say."""
        codings, segments = self._codings, self._segments
        staged = codings.loc[codings["code"].str.startswith("stage."), "segment_id"].nunique()
        scored = codings.loc[codings["code"] == "sentiment", "segment_id"].nunique()
        outside = int((self._of_wave["persona_id"] == UNASSIGNED).sum())
        total = max(1, len(segments))
        lines = [
            t("report.method_sources", self.lang, n=len(segments)),
            t(
                "report.method_coders",
                self.lang,
                coders=", ".join(sorted(set(codings["coder"]))),
                share=percent(reviewed_share(codings), self.lang),
            ),
            t(
                "report.method_coverage",
                self.lang,
                staged=percent(staged / total, self.lang),
                scored=percent(scored / total, self.lang),
            ),
            t("report.method_base", self.lang),
            t("report.method_sentiment", self.lang),
            t("report.method_grade", self.lang),
            t("report.method_outside", self.lang, n=outside, total=len(self._of_wave)),
            t("report.method_sample", self.lang),
            t("report.method_program", self.lang, version=__version__, codebook=self.study.codebook.fingerprint[:12]),
        ]
        return render("method.html.j2", self.lang, lines=lines)
