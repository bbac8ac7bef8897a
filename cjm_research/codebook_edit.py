"""Changes to the text of ``codebook.yml`` that keep its comments and everything that was not changed.

Each function takes the text of the file (empty if the study has none yet) and returns the new one; nothing is written
here. A text that could not be read back as a codebook is refused, so what is on disk stays usable. A code that people
have decided on must not vanish, because their decisions would wait for it: ``used`` names those codes.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cjm_research.codebook import AXES, Code, Codebook, default_codebook, load_codebook
from cjm_research.coding.patterns import Patterns
from cjm_research.errors import CjmError, Problems
from cjm_research.i18n import LANGUAGES
from cjm_research.yaml_io import dump_yaml, parse_yaml

__all__ = ["NewCode", "add_code", "deactivate_code", "merge_codes", "rename_code", "split_code"]

_FILE = "codebook.yml"
_START = "extends: default\n"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LISTS = ("keywords", "examples")


@dataclass(frozen=True)
class NewCode:
    """A code to be added; texts by language, of which one may be missing.

    keywords: patterns as `cjm_research.coding.patterns` reads them. parent: a code of the same axis.
    """

    axis: str
    code: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    parent: str = ""

    @property
    def id(self) -> str:
        """``axis.code``."""
        return f"{self.axis}.{self.code}"


def add_code(text: str, new: NewCode) -> str:
    """The codebook with one more code.

    Raises CjmError if the axis is unknown, the name cannot be one or is taken, a text is missing, or a keyword cannot
    be read.
    """
    return _checked(dump_yaml(_with(_load(text), new, _book(text))))


def rename_code(
    text: str, code_id: str, name: str = "", label: Mapping[str, str] | None = None, *, used: Collection[str] = ()
) -> str:
    """The codebook with another name (``pain.old`` → ``pain.<name>``) or label of a code, or both.

    Raises CjmError if there is no such code, the name is taken, or it changes while decisions use the old one.
    """
    book, data = _book(text), _load(text)
    old = _known(book, code_id)
    if name and name != old.code:
        _must_be_free(code_id, used)
        _check_new(NewCode(old.axis, name, old.label, old.definition), book)
        entry = _own(data, code_id)
        if entry is None or _in_base(code_id, data):
            data = _take_out(data, code_id)
            _append(data, _entry_of(old) | {"code": name})
        else:
            entry["code"] = name
        for child in _entries(data):
            if child.get("axis") == old.axis and child.get("parent") == old.code:
                child["parent"] = name
        code_id = f"{old.axis}.{name}"
    if label:
        own = _own(data, code_id) or _append(data, {"code": old.code, "axis": old.axis})
        own["label"] = {**old.label, **label}
    return _checked(dump_yaml(data))


def merge_codes(text: str, source: str, target: str, used: Collection[str] = ()) -> str:
    """The codebook with the keywords and examples of one code given to another of its axis, and without the first.

    Raises CjmError if one of them is unknown, they are not two codes of an axis, or decisions use the first.
    """
    book, data = _book(text), _load(text)
    gone, kept = _known(book, source), _known(book, target)
    if gone.axis != kept.axis or source == target:
        raise CjmError.one("emergent.not_two_of_an_axis", _FILE, first=source, second=target)
    _must_be_free(source, used)
    entry = _own(data, target)
    if entry is None:
        entry = _append(data, {"code": kept.code, "axis": kept.axis})
    for name in _LISTS:
        for language, words in getattr(gone, name).items():
            known = getattr(kept, name).get(language, ())
            added = [word for word in words if word not in known]
            if added:
                by_language = entry.setdefault(name, {})
                by_language[language] = [*by_language.get(language, ()), *added]
    return _checked(dump_yaml(_take_out(data, source)))


def split_code(text: str, code_id: str, parts: Sequence[NewCode], used: Collection[str] = (), *,
               keep: bool = False) -> str:  # fmt: skip
    """The codebook with a code replaced by parts of it; with ``keep`` it stays and is the parent of the parts.

    Raises CjmError if there is no such code, a part cannot be added, there are fewer than two, or decisions use a
    code that is not kept.
    """
    book, data = _book(text), _load(text)
    old = _known(book, code_id)
    if len(parts) < 2 or any(part.axis != old.axis for part in parts):
        raise CjmError.one("emergent.parts", _FILE, code=code_id, axis=old.axis)
    if not keep:
        _must_be_free(code_id, used)
    for part in parts:
        own = NewCode(part.axis, part.code, part.label, part.definition, part.keywords, part.examples, old.code)
        data = _with(data, own if keep else part, book)
    return _checked(dump_yaml(data if keep else _take_out(data, code_id)))


def deactivate_code(text: str, code_id: str, used: Collection[str] = ()) -> str:
    """The codebook without a code; what the file itself said of it stays as a comment at the end.

    Raises CjmError if there is no such code or decisions use it.
    """
    _known(_book(text), code_id)
    _must_be_free(code_id, used)
    data = _load(text)
    entry = _own(data, code_id)
    said = "".join(f"# {line}\n" for line in dump_yaml([_plain(entry)]).splitlines()) if entry is not None else ""
    return _checked(dump_yaml(_take_out(data, code_id)) + said)


def _load(text: str) -> Any:
    return parse_yaml(text if text.strip() else _START, _FILE)


def _book(text: str) -> Codebook:
    """Read the text as a codebook. Raises CjmError with every problem and its line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        path.write_text(text if text.strip() else _START, encoding="utf-8")
        return load_codebook(path)


def _checked(text: str) -> str:
    """Refuse a text that is no codebook."""
    _book(text)
    return text


def _known(book: Codebook, code_id: str) -> Code:
    found = next((code for code in book.codes if code.id == code_id), None)
    if found is None:
        ids = [code.id for code in book.codes]
        nearest = " / ".join(difflib.get_close_matches(code_id, ids, n=2) or ids[:5])
        raise CjmError.one("emergent.unknown_code", _FILE, code=code_id, nearest=nearest)
    return found


def _must_be_free(code_id: str, used: Collection[str]) -> None:
    if code_id in used:
        raise CjmError.one("emergent.in_use", _FILE, code=code_id)


def _check_new(new: NewCode, book: Codebook) -> None:
    problems = Problems()
    if new.axis not in AXES:
        problems.add("emergent.unknown_axis", _FILE, axis=new.axis, known=", ".join(AXES))
    if not _NAME.fullmatch(new.code):
        problems.add("emergent.bad_name", _FILE, name=new.code)
    if any(code.id == new.id for code in book.codes):
        problems.add("emergent.taken", _FILE, code=new.id)
    for name, texts in (("label", new.label), ("definition", new.definition)):
        if not any(text.strip() for text in texts.values()):
            problems.add("emergent.no_text", _FILE, code=new.id, name=name)
    for language in LANGUAGES:
        try:
            Patterns([(new.id, word) for word in new.keywords.get(language, ())], language)
        except CjmError as error:
            problems.extend(error.problems)
    problems.raise_if_any()


def _entries(data: Any) -> list[Any]:
    return list(data.get("codes") or [])


def _own(data: Any, code_id: str) -> Any:
    """What the file itself says of a code, or None."""
    return next((one for one in _entries(data) if f"{one.get('axis')}.{one.get('code')}" == code_id), None)


def _in_base(code_id: str, data: Any) -> bool:
    return bool(data.get("extends")) and any(code.id == code_id for code in default_codebook().codes)


def _entry_of(code: Code) -> dict[str, Any]:
    """A code as it would stand in the file."""
    told = {("not" if name == "not_use" else name): value for name, value in dataclasses.asdict(code).items()}
    plain = {name: _plain(value) for name, value in told.items() if value}
    return {"code": plain.pop("code"), **plain}


def _with(data: Any, new: NewCode, book: Codebook) -> Any:
    _check_new(new, book)
    entry: dict[str, Any] = {"code": new.code, "axis": new.axis}
    for name in ("label", "definition"):
        entry[name] = {lang: text.strip() for lang, text in getattr(new, name).items() if text.strip()}
    for name in _LISTS:
        lists = {lang: [str(word) for word in words] for lang, words in getattr(new, name).items() if words}
        entry |= {name: lists} if lists else {}
    entry |= {"parent": new.parent} if new.parent else {}
    _append(data, entry)
    if new.axis == "stage" and data.get("stages"):
        data["stages"].append(new.code)
    return data


def _append(data: Any, entry: dict[str, Any]) -> Any:
    if data.get("codes") is None:
        data["codes"] = []
    data["codes"].append(entry)
    return data["codes"][-1]


def _take_out(data: Any, code_id: str) -> Any:
    """The file without what it says of a code, and with the default's code removed; comments after it stay."""
    entry = _own(data, code_id)
    if entry is not None:
        at = data["codes"].index(entry)
        after = _comment_after(data["codes"].pop(at))
        if after and at < len(data["codes"]):
            data["codes"].yaml_set_comment_before_after_key(at, before=after, indent=2)
    axis, _, name = code_id.partition(".")
    if axis == "stage" and name in (data.get("stages") or []):
        data["stages"].remove(name)
    if _in_base(code_id, data):
        _without(data, code_id)
    return data


def _without(data: Any, code_id: str) -> None:
    if _in_base(code_id, data) and code_id not in (data.get("remove") or []):
        data["remove"] = [*(data.get("remove") or []), code_id]


def _comment_after(node: Any) -> str:
    """Comment lines after an entry: the parser keeps them with it, people mean what comes next."""
    found = re.search(r"(\n\s*#.*)+$", dump_yaml(node).rstrip())
    return "\n".join(line.strip().removeprefix("#").strip() for line in found.group().splitlines()[1:]) if found else ""


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    return [_plain(value) for value in node] if isinstance(node, (list, tuple)) else str(node)
