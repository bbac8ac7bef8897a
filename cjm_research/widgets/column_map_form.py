"""The form that corrects a survey's column map: what each column is, with answers to judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ipywidgets as w
import pandas as pd

from cjm_research.errors import CjmError
from cjm_research.i18n import current_language, pick, t
from cjm_research.readers import ColumnMap, ColumnRole, load_column_map, propose_column_map
from cjm_research.readers.column_edit import edit_column_map
from cjm_research.readers.sheets import Sheet, read_sheet
from cjm_research.render.html import render
from cjm_research.study import Study
from cjm_research.workspace import write_file

__all__ = ["ColumnMapForm"]

_WIDE = w.Layout(width="100%")
_PAGE = 25  # columns shown at once: hundreds of fields would make the page slow
_SAMPLES, _LONGEST = 3, 80  # answers beside a column, and characters of each
_KIND_NAMES = {
    "survey": "survey.form_kind_survey",
    "review": "survey.form_kind_review",
    "ticket": "survey.form_kind_ticket",
    "mystery_shopping": "survey.form_kind_mystery_shopping",
    "notes": "survey.form_kind_notes",
}
_ROLE_NAMES = {
    "open": "survey.form_role_open",
    "attribute": "survey.form_role_attribute",
    "multi": "survey.form_role_multi",
    "scale": "survey.form_role_scale",
    "respondent": "survey.form_role_respondent",
    "time": "survey.form_role_time",
    "consent": "survey.form_role_consent",
    "ignore": "survey.form_role_ignore",
}
_NAMED = ("attribute", "multi", "scale")


class ColumnMapForm(w.VBox):  # type: ignore[misc]
    """Form over the ``.map.yml`` of a study's surveys: role, name and stage of each column.

    Only "save" writes; comments in the file stay. Errors are shown in the form. ``changed`` holds the roles
    as the fields say them, by column.
    """

    def __init__(self, study: Study, lang: str | None = None) -> None:
        self._study = study
        self._lang = lang or current_language()
        surveys = study.source_files()[1]
        names = [(path.relative_to(study.folder).as_posix(), path) for path in surveys]
        self._survey = w.Dropdown(description=self._t("survey.form_survey"), options=names, layout=_WIDE)
        self._kind = w.Dropdown(description=self._t("survey.form_kind"), options=self._kinds(), layout=_WIDE)
        self._page = w.Dropdown(description=self._t("survey.form_columns"), layout=_WIDE)
        self._save = w.Button(description=t("widget.save", self._lang), button_style="primary", icon="check")
        self._message, self._rows = w.HTML(), w.VBox()
        self._sheet: Sheet | None = None
        self.changed: dict[str, ColumnRole] = {}
        for field in (self._survey, self._kind, self._page):
            field.style.description_width = "110px"
        self._survey.observe(lambda _: self._open(), names="value")
        self._page.observe(lambda _: self._show(), names="value")
        self._save.on_click(lambda _: self._do_save())
        super().__init__([self._survey, self._kind, self._page, self._rows, self._save, self._message])
        self.add_class("cjm-column-map-form")
        self._open()

    def _t(self, key: str, **params: object) -> str:
        return t(key, self._lang, **params)

    def _kinds(self) -> list[tuple[str, str]]:
        return [(self._t(_KIND_NAMES[kind]), kind) for kind in _KIND_NAMES]

    def _map_path(self) -> Path:
        survey: Path = self._survey.value
        return survey.with_name(f"{survey.name}.map.yml")

    def _map(self) -> ColumnMap:
        path = self._map_path()
        return load_column_map(path) if path.exists() else propose_column_map(self._survey.value)

    def _open(self) -> None:
        """Read the chosen survey and its map, as they stand on disk; without a survey the form only says so."""
        self._sheet, self.changed, self._page.options = None, {}, []
        self._save.disabled = True
        self._message.value = ""
        if self._survey.value is None:
            self._say(self._t("survey.form_no_surveys"))
            return
        try:
            self._sheet = read_sheet(self._survey.value, self._survey.value.name)
            found = self._map()
        except CjmError as error:
            self._rows.children = ()
            self._say(error.text(self._lang), wrong=True)
            return
        self._kind.value = found.kind if found.kind in dict(self._kinds()).values() else "survey"
        self.changed = {column: found.columns.get(column, ColumnRole("ignore")) for column in self._sheet.columns}
        starts = range(0, len(self.changed), _PAGE)
        self._page.options = [(f"{a + 1}–{min(a + _PAGE, len(self.changed))}", a) for a in starts]
        self._page.value = 0
        self._save.disabled = False
        self._show()

    def _show(self) -> None:
        if self._sheet is None or self._page.value is None:
            self._rows.children = ()
            return
        columns = list(self._sheet.columns)
        shown = range(self._page.value, min(self._page.value + _PAGE, len(columns)))
        self._rows.children = tuple(self._row(columns[number], self._samples(number)) for number in shown)

    def _samples(self, number: int) -> list[str]:
        """The first answers of a column that differ, shortened."""
        assert self._sheet is not None
        found: dict[str, None] = {}
        for _, cells in self._sheet.rows:
            answer = " ".join(cells[number].split())
            if answer:
                found[answer if len(answer) <= _LONGEST else f"{answer[:_LONGEST]}…"] = None
            if len(found) == _SAMPLES:
                break
        return list(found)

    def _row(self, column: str, samples: Sequence[str]) -> Any:
        """One column: its question and answers on the left, what it is on the right."""
        assert self._sheet is not None
        role = self.changed[column]
        question = self._sheet.questions[column]
        heading = column if column.casefold() == question.casefold() else f"{column}: {question}"
        answers = escape(self._t("survey.form_samples", answers=" · ".join(samples))) if samples else ""
        said = w.HTML(f"<b>{escape(heading)}</b><br>{answers}", layout=w.Layout(width="50%"))
        what = w.Dropdown(options=[(self._t(_ROLE_NAMES[name]), name) for name in _ROLE_NAMES], value=role.role)
        name = w.Text(value=role.name, placeholder=self._t("survey.form_name"))
        stage = w.Dropdown(options=self._stages(role.stage), value=role.stage)

        def change(_: object) -> None:
            self.changed[column] = _with(self.changed[column], what.value, name.value.strip(), stage.value)
            name.disabled, stage.disabled = what.value not in _NAMED, what.value != "open"

        for field in (what, name, stage):
            field.observe(change, names="value")
            field.layout = w.Layout(width="100%")
        change(None)
        fields = w.VBox([what, name, stage], layout=w.Layout(width="50%"))
        return w.HBox([said, fields], layout=w.Layout(grid_gap="24px", border_top="1px solid #ddd"))

    def _stages(self, chosen: str) -> list[tuple[str, str]]:
        known = [
            (pick(code.label, self._lang), code.code) for code in self._study.codebook.codes if code.axis == "stage"
        ]
        own = [] if chosen in ["", *(stage for _, stage in known)] else [(chosen, chosen)]
        return [(self._t("survey.form_no_stage"), ""), *known, *own]

    def _do_save(self) -> None:
        path = self._map_path()
        try:
            wanted = replace(self._map(), columns=MappingProxyType(self.changed), kind=self._kind.value)
            write_file(path, edit_column_map(path, wanted))
        except CjmError as error:
            self._say(error.text(self._lang), wrong=True)
            return
        self._say(self._t("survey.form_saved", file=path.name))

    def _say(self, text: str, wrong: bool = False) -> None:
        self._message.value = render("message.html.j2", self._lang, text=text, wrong=wrong)

    def summary(self) -> pd.DataFrame:
        """Column, role and name, as the fields say them now."""
        rows = [(column, self._t(_ROLE_NAMES[role.role]), role.name) for column, role in self.changed.items()]
        return pd.DataFrame(
            rows, columns=[self._t("survey.form_column"), self._t("survey.form_role"), self._t("survey.form_name")]
        )


def _with(role: ColumnRole, what: str, name: str, stage: str) -> ColumnRole:
    """The role as the fields say it; what does not belong to it is left out, how choices are split stays."""
    if what != "multi":
        role = replace(role, option="", split="", options=())
    return replace(role, role=what, name=name if what in _NAMED else "", stage=stage if what == "open" else "")
