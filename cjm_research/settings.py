"""``study.yml``: what a person says about a study as a whole."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cjm_research.errors import CjmError, Problem, Problems
from cjm_research.i18n import LANGUAGES
from cjm_research.readers import (
    TRANSCRIPT_SUFFIXES,
    Document,
    FilePattern,
    Hints,
    RoleRule,
    parse_pattern,
    role_of,
    unmatched_rules,
)
from cjm_research.readers.decode import fold
from cjm_research.yaml_io import as_list, line_of, load_yaml

__all__ = ["Settings", "Wave", "load_settings"]

_KEYS = (
    *("name", "languages", "report_languages", "stages", "waves", "interviewers", "roles", "file_names"),
    *("sentiment", "embedder", "embedder_place", "encoding", "privacy", "privacy_add", "privacy_spare"),
    *("store", "coder"),
)
_WAVE_KEYS = ("id", "label", "date")
# What one of several words must be said for: the first is the default; and the sentence for any other word.
_CHOICES = {
    "sentiment": (("lemmas", "textblob", "vader", "none"), "study.bad_sentiment"),
    "embedder": (("e5", "use", "none", "sentence-transformers", "openai"), "study.bad_embedder"),
    "encoding": (("lenient", "strict"), "encoding.bad_setting"),
    "privacy": (("none", "pseudonymise"), "privacy.bad_setting"),
}


@dataclass(frozen=True)
class Wave:
    """One round of research: id (also the name of its folder), label per language, day of its end (ISO)."""

    id: str
    label: Mapping[str, str]
    date: str = ""


@dataclass(frozen=True)
class Settings:
    """A study's settings, checked.

    interviewers: labels of speakers who ask in every file; roles: roles of speakers by label, where needed by file;
    file_names: what the parts of transcripts' names mean.
    stages: name of a stage preset (a study's own stages stand in its codebook.yml).
    sentiment: engine of the sentiment coder.
    embedder: what turns passages into vectors for the heads; embedder_place: folder or address of those that need one.
    encoding: whether files with damaged letters are read with a note (``lenient``) or refused (``strict``).
    privacy: whether people's names and other details are replaced (``pseudonymise``) or not (``none``);
        privacy_add: words to replace as well; privacy_spare: words to leave.
    store: address of a PostgreSQL database for people's decisions, empty for ``decisions.db`` in the study's folder.
    coder: name of the person who decides, where the variable CJM_CODER does not say it.
    """

    name: Mapping[str, str]
    languages: tuple[str, ...]
    report_languages: tuple[str, ...]
    stages: str
    waves: tuple[Wave, ...]
    interviewers: tuple[str, ...]
    sentiment: str
    embedder: str = "e5"
    embedder_place: str = ""
    encoding: str = "lenient"
    privacy: str = "none"
    privacy_add: tuple[str, ...] = ()
    privacy_spare: tuple[str, ...] = ()
    roles: tuple[RoleRule, ...] = ()
    file_names: tuple[FilePattern, ...] = ()
    store: str = ""
    coder: str = ""

    @property
    def hints(self) -> Hints:
        """What the readers need to know of transcripts."""
        return Hints(self.interviewers, self.roles, self.file_names)

    def unmatched_roles(self, documents: Sequence[Document]) -> list[Problem]:
        """A problem for every rule of ``roles`` that fits no file or no speaker; documents: all of the study."""
        return unmatched_rules(self.roles, documents)

    def wave(self, identifier: str) -> Wave:
        """The wave with this id. Raises CjmError that lists the waves there are."""
        for wave in self.waves:
            if wave.id == identifier:
                return wave
        known = ", ".join(wave.id for wave in self.waves)
        raise CjmError.one("study.unknown_wave", "study.yml", id=identifier, known=known)


def _text_per_language(value: Any, fallback: str) -> dict[str, str]:
    if isinstance(value, dict):
        return {str(key): str(text) for key, text in value.items()}
    return {"": str(value or fallback)}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in as_list(value))


def _unknown_keys(node: Any, allowed: tuple[str, ...], file: str, problems: Problems) -> None:
    for key in node:
        if key not in allowed:
            near = (difflib.get_close_matches(str(key), allowed, 1) or [", ".join(allowed)])[0]
            problems.add("persona.unknown_key", f"{file}:{line_of(node, key)}", key=key, near=near)


def _waves(data: Any, file: str, problems: Problems) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    entries = as_list(data.get("waves"))
    for position, entry in enumerate(entries):
        where = f"{file}:{line_of(entries, position) or line_of(data, 'waves')}"
        node = entry if isinstance(entry, dict) else {"id": entry}
        _unknown_keys(node, _WAVE_KEYS, file, problems)
        day = node.get("date") or ""
        try:
            day = dt.date.fromisoformat(str(day)).isoformat() if day else ""
        except ValueError:
            problems.add("study.bad_date", where, value=day)
        identifier = str(node.get("id") or "")
        if not identifier or any(letter in identifier for letter in '/\\:*?"<>| '):
            problems.add("study.bad_wave", where, id=identifier)
        if identifier in [wave.id for wave in waves]:
            problems.add("study.repeated_wave", where, id=identifier)
        waves.append(Wave(identifier, _text_per_language(node.get("label"), identifier), str(day)))
    return tuple(waves) or (Wave("wave-1", {"en": "wave 1", "ru": "волна 1"}),)


def _roles(data: Any, file: str, interviewers: tuple[str, ...], problems: Problems) -> tuple[RoleRule, ...]:
    """Rules of ``roles:``, where a key is a label with its role, or a file with labels and theirs."""
    node = data.get("roles") or {}
    if not isinstance(node, dict):
        problems.add("study.roles_not_mapping", f"{file}:{line_of(data, 'roles')}")
        return ()
    rules, asking = list[RoleRule](), {label.casefold().strip() for label in interviewers}
    for key, value in node.items():
        inside = value if isinstance(value, dict) else {key: value}
        for label, said in inside.items():
            where = f"{file}:{line_of(inside, label) or line_of(node, key)}"
            role, name = "" if isinstance(said, (dict, list)) else role_of(said), fold(str(label))
            if not role:
                problems.add("study.bad_role", where, label=name, value=said)
            elif not isinstance(value, dict) and name.casefold() in asking and role != "interviewer":
                problems.add("study.role_and_interviewer", where, label=name, value=said)
            rules.append(RoleRule(name, role, str(key) if isinstance(value, dict) else "", where))
    return tuple(rules)


def _file_names(data: Any, file: str, waves: tuple[Wave, ...], problems: Problems) -> tuple[FilePattern, ...]:
    patterns, entries = list[FilePattern](), as_list(data.get("file_names"))
    for position, entry in enumerate(entries):
        where = f"{file}:{line_of(entries, position) or line_of(data, 'file_names')}"
        if not isinstance(entry, str):  # braces without quotation marks are a mapping
            problems.add("study.pattern_quotes", where)
            continue
        try:
            patterns.append(parse_pattern(entry, [wave.id for wave in waves], TRANSCRIPT_SUFFIXES, where))
        except CjmError as error:
            problems.extend(error.problems)
    return tuple(patterns)


def load_settings(path: Path) -> Settings:
    """Read ``study.yml``; what is not said has a default, a missing file means all defaults.

    Raises CjmError that names every line which is wrong.
    """
    data = (load_yaml(path) if path.exists() else None) or {}
    if not isinstance(data, dict):
        raise CjmError.one("study.not_mapping", path.name)
    problems = Problems()
    _unknown_keys(data, _KEYS, path.name, problems)
    for key in ("languages", "report_languages"):
        for language in _texts(data.get(key)):
            if language not in LANGUAGES:
                where = f"{path.name}:{line_of(data, key)}"
                problems.add("study.bad_language", where, value=language, known=", ".join(LANGUAGES))
    chosen = {key: str(data.get(key) or allowed[0]) for key, (allowed, _) in _CHOICES.items()}
    for key, (allowed, sentence) in _CHOICES.items():
        if chosen[key] not in allowed:
            where = f"{path.name}:{line_of(data, key)}"
            problems.add(sentence, where, value=chosen[key], known=", ".join(allowed))
    waves, interviewers = _waves(data, path.name, problems), _texts(data.get("interviewers"))
    settings = Settings(
        name=_text_per_language(data.get("name"), path.parent.name),
        languages=_texts(data.get("languages")) or LANGUAGES,
        report_languages=_texts(data.get("report_languages")) or LANGUAGES,
        stages=str(data.get("stages") or "journey-9"),
        waves=waves,
        interviewers=interviewers,
        roles=_roles(data, path.name, interviewers, problems),
        file_names=_file_names(data, path.name, waves, problems),
        sentiment=chosen["sentiment"],
        embedder=chosen["embedder"],
        embedder_place=str(data.get("embedder_place") or ""),
        encoding=chosen["encoding"],
        privacy=chosen["privacy"],
        privacy_add=_texts(data.get("privacy_add")),
        privacy_spare=_texts(data.get("privacy_spare")),
        store=str(data.get("store") or ""),
        coder=str(data.get("coder") or ""),
    )
    problems.raise_if_any()
    return settings
