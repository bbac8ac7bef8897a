"""Parts of the overview over all personas of one wave, in the order the notebook shows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cjm_research.charts import Picture, draw_emotions
from cjm_research.i18n import pick, share_interval, t
from cjm_research.journey import LOW_N, MIN_N, WHOLE
from cjm_research.persona_report import PersonaReport, persona_name, persona_report
from cjm_research.personas import EVERYONE, UNASSIGNED
from cjm_research.render.html import Html, render
from cjm_research.stats import wilson

__all__ = ["OverviewReport", "overview_report"]

_WANTS = ("need", "expectation", "fear")


def overview_report(study: str | Path, wave: str, lang: str) -> OverviewReport:
    """Everything the overview of one wave shows. Raises CjmError for an unknown study, wave or language."""
    return OverviewReport(persona_report(study, EVERYONE, wave, lang))


@dataclass(frozen=True)
class OverviewReport:
    """All personas of one wave side by side; ``everyone`` is the report over all participants."""

    everyone: PersonaReport

    @property
    def _lang(self) -> str:
        return self.everyone.lang

    @cached_property
    def _cells(self) -> pd.DataFrame:
        cells = self.everyone.study.cells
        return cells[cells["wave"] == self.everyone.wave]

    @cached_property
    def _personas(self) -> list[tuple[str, str]]:
        """Ids and names of the columns: personas, people in none if there are any, everyone."""
        present = set(self._cells["persona_id"])
        ids = [*(p.id for p in self.everyone.study.personas), UNASSIGNED, EVERYONE]
        # With no persona defined, "in no persona" would only repeat everyone.
        shown = [i for i in ids if i in present and not (i == UNASSIGNED and not self.everyone.study.personas)]
        return [(i, persona_name(self.everyone.study, i, self._lang)) for i in shown]

    @cached_property
    def _stages(self) -> list[tuple[str, str]]:
        return [(code.code, pick(dict(code.label), self._lang)) for code in self.everyone.study.codebook.stages]

    def header(self) -> Html:
        """Title, wave, people, sources, how much has been checked."""
        named = self.everyone.study.personas
        return self.everyone.header(title=t("report.overview" if named else "report.overview_all", self._lang))

    def section(self, name: str) -> Html:
        """Heading of a section."""
        return self.everyone.section(name)

    def key_points(self) -> Html:
        """What to know in 30 seconds, over everyone."""
        return self.everyone.key_points()

    def emotions(self) -> Picture:
        """Mean feeling by stage and persona."""
        scored = self._cells[self._cells["lane"] == "sentiment"]
        by_place = {(row["persona_id"], row["stage"]): row for row in scored.to_dict("records")}
        nothing = {"value": math.nan, "lo": math.nan, "hi": math.nan, "n": 0}
        points = []
        for stage, label in self._stages:
            for persona, name in self._personas:
                row = by_place.get((persona, stage), nothing)
                figures = {column: row[column] for column in nothing}
                points.append({"stage": label, "persona": name, **figures})
        return draw_emotions(pd.DataFrame(points), self._lang, t("chart.emotions", self._lang))

    def journey_map(self) -> Html:
        """The journey map of everyone together."""
        return self.everyone.journey_map()

    def pains_by_stage(self) -> Picture:
        """Heat map: how many people of each persona name any pain at each stage."""
        return self.everyone.pains_by_persona()

    def pain_table(self) -> Html:
        """Pains × personas; what all personas share stands first."""
        return self._item_table("pain", "report.pain_table")

    def channel_table(self) -> Html:
        """Channels × personas."""
        return self._item_table("channel", "report.channel_table")

    def _item_table(self, lane: str, caption: str) -> Html:
        whole = self._cells[
            (self._cells["stage"] == WHOLE) & (self._cells["lane"] == lane) & (self._cells["item"] != "")
        ]
        named = whole[~whole["persona_id"].isin([EVERYONE, UNASSIGNED])]
        shared = named.groupby("item")["persona_id"].nunique()
        total = whole[whole["persona_id"] == EVERYONE].set_index("item")["k"]
        items = sorted(total.index, key=lambda item: (-int(shared.get(item, 0)), -int(total[item]), str(item)))
        rows = [(self.everyone.context.label(lane, item), whole[whole["item"] == item]) for item in items]
        return self._matrix(rows, caption)

    def wants_table(self) -> Html:
        """Needs, expectations and fears × personas."""
        whole = self._cells[self._cells["stage"] == WHOLE]
        rows = [
            (t(f"map.lane_{want}", self._lang).replace("\u00ad", ""), whole[whole["lane"] == want]) for want in _WANTS
        ]
        return self._matrix(rows, "report.wants_table")

    def _sizes(self) -> dict[str, int]:
        people = self._cells[(self._cells["lane"] == "people") & (self._cells["stage"] == WHOLE)]
        return dict(zip(people["persona_id"], people["n"], strict=True))

    def _matrix(self, rows: list[tuple[str, pd.DataFrame]], caption: str) -> Html:
        """A table: label and cells (one per persona at the most) a row, a persona a column."""
        sizes = self._sizes()
        shown = []
        for label, found in rows:
            k = found.set_index("persona_id")["k"]
            cells = []
            for persona, _ in self._personas:
                n, count = sizes[persona], int(k.get(persona, 0))
                share = wilson(count, n)
                text = t("map.k_of_n", self._lang, k=count, n=n)
                if n >= MIN_N:
                    text += f" · {share_interval(share.lo, share.hi, self._lang)}"
                cells.append({"text": text, "bar": share if n >= MIN_N else None, "low": n < LOW_N})
            shown.append({"label": label, "cells": cells})
        columns = [f"{name}, n = {sizes[persona]}" for persona, name in self._personas]
        return render("matrix.html.j2", self._lang, caption=t(caption, self._lang), columns=columns, rows=shown)

    def _reached(self) -> dict[tuple[str, str], int]:
        people = self._cells[self._cells["lane"] == "people"]
        return dict(zip(zip(people["persona_id"], people["stage"], strict=True), people["k"], strict=True))

    def coverage(self) -> Html:
        """Personas × stages: people who said something; few are hatched."""
        reached, sizes = self._reached(), self._sizes()
        rows = []
        for persona, name in self._personas:
            cells = []
            for stage, _ in self._stages:
                k = reached[persona, stage]
                text = t("map.k_of_n", self._lang, k=k, n=sizes[persona])
                cells.append({"text": text, "bar": None, "low": k < LOW_N})
            rows.append({"label": name, "cells": cells})
        columns = [label for _, label in self._stages]
        caption = t("report.coverage_table", self._lang)
        return render("matrix.html.j2", self._lang, caption=caption, columns=columns, rows=rows)

    def recruit(self) -> Html:
        """Which people to talk to next, by persona and stage."""
        reached = self._reached()
        places = []
        for persona, name in self._personas:
            # Only a persona can be looked for; everyone stands in where there are none.
            if persona == UNASSIGNED or (persona == EVERYONE and self.everyone.study.personas):
                continue
            thin = [label for stage, label in self._stages if reached[persona, stage] < LOW_N]
            if thin:
                places.append(t("report.recruit_one", self._lang, persona=name, stages=", ".join(thin)))
        text = (
            t("report.recruit", self._lang, places="; ".join(places))
            if places
            else t("report.recruit_none", self._lang)
        )
        return render("paragraph.html.j2", self._lang, text=text)

    def links(self) -> Html:
        """Links to the reports of the personas beside this file."""
        ids = [persona for persona, _ in self._personas if persona not in (EVERYONE, UNASSIGNED)] or [EVERYONE]
        reports = [
            (persona_name(self.everyone.study, persona, self._lang), report_file(persona, self._lang))
            for persona in ids
        ]
        return render("links.html.j2", self._lang, reports=reports)

    def evidence(self) -> Html:
        """Every quote the overview counts, in its turn, with file and position."""
        return self.everyone.evidence()

    def method(self) -> Html:
        """How the figures were made, and what they do not say."""
        return self.everyone.method()


def report_file(persona: str, lang: str) -> str:
    """File name of a persona's report."""
    return f"{'everyone' if persona == EVERYONE else persona}.{lang}.html"
