"""The form that curates personas: who a persona is, who belongs to it, and who is in none."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import pandas as pd

from cjm_research.errors import CjmError
from cjm_research.i18n import LANGUAGES, current_language, t
from cjm_research.persona_edit import PersonaDraft, draft_of, edit_personas, remove_persona
from cjm_research.personas import UNASSIGNED, assign_personas, load_personas
from cjm_research.render.html import render
from cjm_research.render.portrait import KNOWN_ATTRIBUTES
from cjm_research.study import Study
from cjm_research.workspace import write_file

__all__ = ["PersonaForm"]

_WIDE = w.Layout(width="100%")
_NEW = ""


def _ordered(people: pd.DataFrame) -> list[str]:
    """Columns as a person looks for them: code and wave, the well-known attributes, then the rest."""
    first = ["participant_id", "wave", *KNOWN_ATTRIBUTES]
    return sorted(people.columns, key=lambda name: first.index(name) if name in first else len(first))


class PersonaForm(w.VBox):  # type: ignore[misc]
    """Form over ``personas.yml``: choose or add a persona, change it, see who belongs, save.

    Only "save" and "delete" write; comments in the file stay. Errors are shown in the form.
    """

    def __init__(self, study: Study, lang: str | None = None) -> None:
        self._study = study
        self._lang = lang or current_language()
        self._path = study.folder / "personas.yml"
        self._choice = w.Dropdown(description=self._t("persona"), layout=_WIDE)
        self._id = w.Text(description=self._t("id"), layout=_WIDE)
        self._names = {code: w.Text(description=self._t(f"name_{code}"), layout=_WIDE) for code in LANGUAGES}
        self._descriptions = {
            code: w.Textarea(description=self._t(f"description_{code}"), rows=3, layout=_WIDE) for code in LANGUAGES
        }
        self._rules = w.Textarea(description=self._t("rules"), rows=3, layout=_WIDE, placeholder="- {age: {max: 25}}")
        self._listed = w.TagsInput(allow_duplicates=False, layout=_WIDE)
        self._save = w.Button(description=self._t("save"), button_style="primary", icon="check")
        self._delete = w.Button(description=self._t("delete"), icon="trash")
        self._message = w.HTML()
        self._members = w.HTML()
        for field in (self._choice, self._id, *self._names.values(), *self._descriptions.values(), self._rules):
            field.style.description_width = "110px"
        self._fill_choices(_NEW)
        self._choice.observe(lambda _: self._show(), names="value")
        self._save.on_click(lambda _: self._do_save())
        self._delete.on_click(lambda _: self._do_delete())
        super().__init__([w.HBox([self._form(), self._side()], layout=w.Layout(grid_gap="24px"))])
        self.add_class("cjm-persona-form")
        self._choice.value = study.personas[0].id if study.personas else _NEW
        self._show()

    def _t(self, key: str, **params: object) -> str:
        return t(f"widget.{key}", self._lang, **params)

    def _form(self) -> Any:
        listed = w.VBox([w.HTML(self._t("listed")), self._listed])
        fields = [self._choice, self._id, *self._names.values(), *self._descriptions.values(), self._rules, listed]
        buttons = w.HBox([self._save, self._delete])
        return w.VBox([*fields, buttons, self._message], layout=w.Layout(width="55%"))

    def _side(self) -> Any:
        return w.VBox([self._members], layout=w.Layout(width="45%"))

    def _fill_choices(self, chosen: str) -> None:
        personas = load_personas(self._path)
        options = [
            (persona.name.get(self._lang) or next(iter(persona.name.values()), persona.id), persona.id)
            for persona in personas
        ]
        self._choice.options = [*options, (self._t("new"), _NEW)]
        self._choice.value = chosen if chosen in [persona.id for persona in personas] else _NEW

    def _people(self) -> pd.DataFrame:
        return assign_personas(self._study.participants, load_personas(self._path))

    def _show(self) -> None:
        """Fill the fields with the chosen persona, as it stands in the file."""
        identifier = self._choice.value
        draft = draft_of(self._path, identifier) if identifier else PersonaDraft("", {}, {}, "", [])
        self._id.value, self._id.disabled = draft.id, bool(identifier)
        for code in LANGUAGES:
            self._names[code].value = draft.name.get(code) or draft.name.get("", "")
            self._descriptions[code].value = draft.description.get(code) or draft.description.get("", "")
        self._rules.value = draft.rules
        self._listed.allowed_tags = sorted(set(self._study.participants["participant_id"]))
        self._listed.value = [person for person in draft.participants if person in self._listed.allowed_tags]
        self._delete.disabled = not identifier
        self._message.value = ""
        self._show_members()

    def _show_members(self) -> None:
        people = self._people()
        groups = [self._choice.value, UNASSIGNED] if self._choice.value else [UNASSIGNED]
        tables = []
        for persona in groups:
            rows = people[people["persona_id"] == persona].drop(columns="persona_id")
            rows = rows[[name for name in _ordered(rows) if (rows[name].astype(str) != "").any()]]
            title = t("persona.unassigned", self._lang) if persona == UNASSIGNED else self._choice.label
            count = t("report.people_of", self._lang, n=len(rows), total=len(people))
            tables.append(
                {"title": f"{title}: {count}", "columns": list(rows.columns), "rows": rows.astype(str).values.tolist()}
            )
        self._members.value = render("members.html.j2", self._lang, tables=tables)

    def _draft(self) -> PersonaDraft:
        names, descriptions = (
            {code: field.value.strip() for code, field in fields.items()}
            for fields in (self._names, self._descriptions)
        )
        return PersonaDraft(self._id.value.strip(), names, descriptions, self._rules.value, list(self._listed.value))

    def _do_save(self) -> None:
        draft = self._draft()
        before = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        try:
            write_file(self._path, edit_personas(self._path, draft))
            self._people()
        except CjmError as error:
            # What cannot be assigned (a person in two lists) must not stay on disk.
            write_file(self._path, before)
            self._say(error.text(self._lang), wrong=True)
            return
        self._fill_choices(draft.id)
        self._show()
        self._say(self._t("saved", file=self._path.name))

    def _do_delete(self) -> None:
        try:
            write_file(self._path, remove_persona(self._path, self._choice.value))
        except CjmError as error:
            self._say(error.text(self._lang), wrong=True)
            return
        self._fill_choices(_NEW)
        self._show()
        self._say(self._t("deleted", file=self._path.name))

    def _say(self, text: str, wrong: bool = False) -> None:
        self._message.value = render("message.html.j2", self._lang, text=text, wrong=wrong)

    def summary(self) -> pd.DataFrame:
        """Persona, number of people: what the file on disk gives now."""
        people = self._people()
        ids = [*(persona.id for persona in load_personas(self._path)), UNASSIGNED]
        counts = [int((people["persona_id"] == persona).sum()) for persona in ids]
        names = [t("persona.unassigned", self._lang) if i == UNASSIGNED else i for i in ids]
        return pd.DataFrame({t("summary.persona", self._lang): names, t("summary.people", self._lang): counts})
