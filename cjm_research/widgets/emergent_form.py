"""The form that turns what people say and nobody coded into codes: proposals, quotes, one click to add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cjm_research.codebook import AXES
from cjm_research.codebook_edit import NewCode, add_code
from cjm_research.coding.emergent import Proposer, nearest_codes
from cjm_research.coding.moved import what_moved
from cjm_research.errors import CjmError
from cjm_research.i18n import LANGUAGES, current_language, pick, t
from cjm_research.render.html import render
from cjm_research.study import Study, open_study
from cjm_research.workspace import vectors_folder, write_file

if TYPE_CHECKING:
    from cjm_research.embedding import Embedder

__all__ = ["EmergentForm"]

_WIDE = w.Layout(width="100%")


class EmergentForm(w.VBox):  # type: ignore[misc]
    """Form over proposals of new codes: look at one, change it, join it with another, part it, add it.

    Only "add" writes, to ``codebook.yml``; comments in the file stay. The study is then coded anew and the form shows
    what moved. Errors are shown in the form. ``proposals`` holds those left, ``study`` the study as it is now.
    """

    def __init__(self, study: Study, lang: str | None = None, embedder: Embedder | None = None) -> None:
        self.study = study
        self._lang = lang or current_language()
        self._path = study.folder / "codebook.yml"
        self._embedder = embedder or _open_embedder(study)
        self._choice = w.Select(rows=12, layout=_WIDE)
        self._axis = w.Dropdown(description=self._t("emergent.form_axis"), options=AXES, layout=_WIDE)
        self._code = w.Text(description=self._t("emergent.form_code"), layout=_WIDE)
        self._labels = {
            code: w.Text(description=f"{self._t('emergent.form_label')} ({code})", layout=_WIDE) for code in LANGUAGES
        }
        self._definitions = {
            code: w.Textarea(description=f"{self._t('emergent.form_definition')} ({code})", rows=2, layout=_WIDE)
            for code in LANGUAGES
        }
        self._keywords = {
            code: w.Text(description=f"{self._t('emergent.form_keywords')} ({code})", layout=_WIDE)
            for code in LANGUAGES
        }
        self._add = w.Button(
            description=self._t("emergent.form_add"), button_style="primary", icon="plus", layout=w.Layout(width="auto")
        )
        self._other = w.Dropdown(layout=w.Layout(width="40%"))
        self._join = w.Button(description=self._t("emergent.form_join"), icon="compress")
        self._part = w.Button(description=self._t("emergent.form_part"), icon="expand")
        self._quotes, self._message, self._moved = w.HTML(), w.HTML(), w.HTML()
        for text in self._fields():
            text.style.description_width = "130px"
        self._choice.observe(lambda _: self._show(), names="value")
        self._add.on_click(lambda _: self._do_add())
        self._join.on_click(lambda _: self._do_join())
        self._part.on_click(lambda _: self._do_part())
        left = w.VBox([self._choice, self._quotes], layout=w.Layout(width="48%"))
        buttons = w.HBox([self._add, self._part]), w.HBox([self._join, self._other])
        right = w.VBox([*self._fields(), *buttons, self._message], layout=w.Layout(width="52%"))
        super().__init__([w.HBox([left, right], layout=w.Layout(grid_gap="24px")), self._moved])
        self.add_class("cjm-emergent-form")
        self._start()

    def _t(self, key: str, **params: object) -> str:
        return t(key, self._lang, **params)

    def _fields(self) -> list[Any]:
        texts = [*self._labels.values(), *self._definitions.values(), *self._keywords.values()]
        return [self._axis, self._code, *texts]

    def _start(self) -> None:
        """Look for proposals in the study as it is now."""
        vectors = self._embedder.encode(list(self.study.segments["text"]))
        self._proposer = Proposer(self.study.segments, self.study.counted, vectors)
        self._set(self._proposer.propose())
        if self.proposals.empty:
            self._say(self._t("emergent.form_nothing"))

    def _set(self, proposals: pd.DataFrame) -> None:
        if len(proposals):
            proposals = nearest_codes(proposals, self.study.codebook, self._embedder)
        self.proposals = proposals.reset_index(drop=True)
        names = [
            self._t("emergent.form_proposal", name=self._name(row), n=row.people, passages=row.passages)
            for row in self.proposals.itertuples()
        ]
        self._choice.options = [(name, at) for at, name in enumerate(names)]
        self._choice.value = 0 if names else None
        self._show()

    @staticmethod
    def _name(row: Any) -> str:
        return " · ".join(row.phrases[:3]) or row.code

    def _show(self) -> None:
        """Fill the fields with the chosen proposal."""
        at = self._choice.value
        for button in (self._add, self._join, self._part):
            button.disabled = at is None
        if at is None:
            self._quotes.value = ""
            return
        row: Any = self.proposals.iloc[at]
        self._axis.value, self._code.value = row["axis"], row["code"]
        phrases = ", ".join(row["phrases"])
        for code in LANGUAGES:
            self._labels[code].value = row[f"label_{code}"]
            self._definitions[code].value = t("emergent.definition", code, phrases=phrases) if phrases else ""
            self._keywords[code].value = ", ".join(row[f"keywords_{code}"])
        self._other.options = [(name, number) for name, number in self._choice.options if number != at]
        self._join.disabled = not self._other.options
        self._part.disabled = len(row["segment_ids"]) < 2
        near = self.study.codebook.get(row.get("nearest", ""))
        hint = self._t("emergent.form_nearest", code=near.id, label=pick(dict(near.label), self._lang)) if near else ""
        self._quotes.value = render("proposal.html.j2", self._lang, quotes=row["quotes"], hint=hint)

    def _replace(self, gone: set[int], new: pd.DataFrame) -> None:
        left = self.proposals.drop(index=list(gone))
        self._set(pd.concat([new, left] if len(left) else [new], ignore_index=True))
        self._message.value = ""

    def _do_join(self) -> None:
        one, other = self._choice.value, self._other.value
        ids = self.proposals["segment_ids"]
        self._replace({one, other}, self._proposer.join(ids[one], ids[other]))

    def _do_part(self) -> None:
        at = self._choice.value
        self._replace({at}, self._proposer.part(self.proposals["segment_ids"][at]))

    def _draft(self) -> NewCode:
        labels, definitions = (
            {code: text.value.strip() for code, text in texts.items()} for texts in (self._labels, self._definitions)
        )
        keywords = {
            code: [word.strip() for word in text.value.split(",") if word.strip()]
            for code, text in self._keywords.items()
        }
        quotes: tuple[str, ...] = self.proposals["quotes"][self._choice.value]
        by_text = dict(zip(self.study.segments["text"], self.study.segments["language"], strict=True))
        examples = {code: [quote for quote in quotes[:3] if by_text.get(quote) == code] for code in LANGUAGES}
        return NewCode(self._axis.value, self._code.value.strip(), labels, definitions, keywords, examples)

    def _do_add(self) -> None:
        at, draft = self._choice.value, self._draft()
        existed = self._path.exists()
        before = self._path.read_text(encoding="utf-8") if existed else ""
        try:
            write_file(self._path, add_code(before, draft))
            coded = open_study(self.study.folder)
            moved = what_moved(self.study.counted, coded.counted, coded.segments)
        except CjmError as error:
            if existed:
                write_file(self._path, before)
            else:
                self._path.unlink(missing_ok=True)
            self._say(error.text(self._lang), wrong=True)
            return
        self.study = coded
        self._set(self.proposals.drop(index=at))
        self._show_moved(moved)
        self._say(self._t("emergent.form_added", code=draft.id, file=self._path.name))

    def _show_moved(self, moved: pd.DataFrame) -> None:
        columns = [self._t(f"emergent.column_{name}") for name in ("code", "gained", "lost", "people", "quotes")]
        rows = [
            [
                row["code"],
                len(row["gained"]),
                len(row["lost"]),
                f"+{row['people_gained']} −{row['people_lost']}",
                " / ".join(row["quotes_gained"] or row["quotes_lost"]),
            ]
            for row in moved.to_dict("records")
        ]
        tables = [{"title": self._t("emergent.form_moved"), "columns": columns, "rows": rows}]
        self._moved.value = render("members.html.j2", self._lang, tables=tables)

    def _say(self, text: str, wrong: bool = False) -> None:
        self._message.value = render("message.html.j2", self._lang, text=text, wrong=wrong)

    def summary(self) -> pd.DataFrame:
        """Codes that the study's codebook has now, with the passages and people of each."""
        counted = self.study.counted.merge(self.study.segments[["segment_id", "participant_id"]], on="segment_id")
        groups = counted[counted["code"] != "sentiment"].groupby("code")
        codes = [code.id for code in self.study.codebook.codes]
        table = groups.agg(passages=("segment_id", "nunique"), people=("participant_id", "nunique"))
        table = table.reindex(codes, fill_value=0).reset_index()
        return table.set_axis([self._t(f"emergent.column_{name}") for name in ("code", "passages", "people")], axis=1)


def _open_embedder(study: Study) -> Embedder:
    """The study's own, whose vectors are kept already; a study coded by rules alone needs one for this form only."""
    from cjm_research.embedding import open_embedder

    opened = study.embedder or open_embedder("e5", cache=vectors_folder(study.output))
    assert opened is not None  # only the engine "none" is none
    return opened
