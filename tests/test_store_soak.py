"""What a person was told is saved stays saved, whatever happens to processes; the long form is ``make soak``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from tests.store_soak import compete, kill_while_saving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and the fork server are not on Windows")


def test_a_killed_process_loses_nothing_it_told(tmp_path: Path) -> None:
    """Twenty processes killed while they save: every decision told is there, none half, the file is sound."""
    done = kill_while_saving(tmp_path, 20)
    assert done["acknowledged"] >= 60
    assert (done["lost"], done["torn"]) == (0, 0)


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two processes save 2,000 decisions each at the same time: 4,000 are there."""
    memory = Path("/dev/shm")  # noqa: S108 - without a disk they compete harder; the long form has the disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        done = compete(Path(folder), 2000)
    assert done == {"acknowledged": 4000, "kept": 4000, "lost": 0}
