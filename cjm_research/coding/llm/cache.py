"""Answers of the model on disk, a file each, found by what was asked."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

__all__ = ["Reply", "cache_key", "read_reply", "write_reply"]


class Reply(NamedTuple):
    """What a model said: its words, whether it came to an end, and how it was held to the form asked for."""

    text: str
    complete: bool
    mode: str


def cache_key(asked: object) -> str:
    """SHA-256 of all that an answer depends on."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def read_reply(folder: Path, key: str) -> Reply | None:
    """The kept answer; None if there is none, or if its file is damaged."""
    try:
        entry = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        reply = Reply(**entry["reply"])
        return reply if entry["sha256"] == _hash(key, reply) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_reply(folder: Path, key: str, reply: Reply) -> None:
    """Keep an answer; a reader sees all of it or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"reply": reply._asdict(), "sha256": _hash(key, reply)}
    temporary = folder / f"{key}.{os.getpid()}.tmp"
    temporary.write_text(json.dumps(entry, ensure_ascii=True, indent=1) + "\n", encoding="utf-8", newline="\n")
    temporary.replace(folder / f"{key}.json")


def _hash(key: str, reply: Reply) -> str:
    return cache_key([key, *reply])
