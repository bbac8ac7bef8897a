"""Files that tell of other files: licences, readmes, notices. They are no interviews."""

from __future__ import annotations

import re
from pathlib import PurePath

__all__ = ["is_paper"]

# Papers that lie beside data: "LICENSE.md", "README.ru.md", "NOTICE-2026.txt".
_PAPER = re.compile(
    r"(?:licen[cs]e|copying|copyright|notice|read ?me|changelog|authors|contributing|contributors|citation"
    r"|лицензия|прочти(?: ?меня)?|прочитай(?: ?меня)?)(?:[._ -]\w{1,8}){0,2}",
    re.IGNORECASE,
)


def is_paper(path: PurePath) -> bool:
    """Whether a file tells of other files, as a licence or a readme does, by its name."""
    return bool(_PAPER.fullmatch(path.stem))
