"""Nothing leaves the machine: what the test suite itself stands on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.offline.sitecustomize import LOG, is_here

FAR = "192.0.2.1"  # kept for examples, nobody's address


def test_a_connection_off_the_machine_is_refused_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the tests a connection, a datagram and the look-up of a name fail, and each leaves a line."""
    log = tmp_path / "log"
    monkeypatch.setenv(LOG, str(log))
    with pytest.raises(PermissionError):
        socket.create_connection((FAR, 80), timeout=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram, pytest.raises(PermissionError):
        datagram.sendto(b"x", (FAR, 53))
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 80)

    assert [line.split()[1] for line in log.read_text(encoding="utf-8").splitlines()] == [FAR, FAR, "example.org"]


def test_programs_the_tests_start_are_offline_too(tmp_path: Path) -> None:
    """A Python that a test starts, as kernels are, cannot connect either, even if it swallows the error."""
    log = tmp_path / "log"
    code = (
        f"import socket\ntry: socket.create_connection(('{FAR}', 80), 1)\nexcept OSError as e: print(type(e).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, LOG: str(log)}, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "PermissionError"
    assert FAR in log.read_text(encoding="utf-8")


def test_loopback_stays_open() -> None:
    """Servers of the tests on this machine are reached as ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        (b"localhost", True),
        (None, True),
        ("", True),
        ("10.0.0.1", False),
        ("x.example", False),
    ],
)
def test_only_this_machine_is_here(host: object, here: bool) -> None:
    """Loopback is this machine; a neighbour in the same network and any other name are not."""
    assert is_here(host) is here
