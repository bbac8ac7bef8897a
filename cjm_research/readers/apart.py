"""Reading with libraries that a damaged file can crash: in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cjm_research.errors import CjmError
from cjm_research.readers.decode import Source

__all__ = ["read_apart"]

_PROGRAM = Path(__file__).with_name("apart_program.py")
_MOST_SECONDS = 300


def read_apart(kind: str, source: Source, suffix: str, limit: int | None) -> Any:
    """What `cjm_research.readers.apart_program` finds in a file: ``spss`` or ``workbook``, so many rows or all.

    Raises CjmError if the file is damaged.
    """
    program = [sys.executable, str(_PROGRAM), kind, str(limit or 0)]
    try:
        done = subprocess.run(program, input=source.data, capture_output=True, timeout=_MOST_SECONDS, check=True)  # noqa: S603 – our own program
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=f"> {_MOST_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().rpartition("\n")[2] if error.returncode > 0 else ""
        reason = last.rpartition(": ")[2] or kind
        raise CjmError.one("read.unreadable", source.name, format=suffix, reason=reason) from error
