"""A real PostgreSQL server of its own for tests, if its programs are on this machine."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")


def _program(name: str) -> Path | None:
    found = [path for place in _PLACES for path in Path(place).glob(f"*/bin/{name}")]
    on_path = shutil.which(name)
    return max(found, default=Path(on_path) if on_path else None, key=str)


def missing() -> str:
    """Why no server can be started here; empty if one can."""
    if not _program("initdb") or not _program("postgres"):
        return "PostgreSQL is not installed here (apt-get install postgresql): the store is tested on SQLite only"
    if os.geteuid() == 0 and not _other_user():
        return "PostgreSQL does not run as root and there is no user to run it as: tested on SQLite only"
    return ""


def _other_user() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), "")


@contextmanager
def server() -> Iterator[str]:
    """URL of an empty database on a fresh server; the server is gone afterwards."""
    user = _other_user() if os.geteuid() == 0 else getpass.getuser()
    with tempfile.TemporaryDirectory(prefix="cjm-pg-") as name, socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        run = {"user": user, "cwd": "/"} if os.geteuid() == 0 else {}
        call = [str(_program("initdb")), "-D", f"{folder}/data", "-U", "cjm", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*call, "--locale=C"], check=True, capture_output=True, **run)  # type: ignore[call-overload]
        options = ["-p", str(port), "-k", name, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=40"]
        process = subprocess.Popen(  # type: ignore[call-overload]
            [str(_program("postgres")), "-D", f"{folder}/data", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **run,
        )
        try:
            _wait(port, process)
            yield f"postgresql+psycopg://cjm:secret@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)  # its "fast" ending: connections are not waited for
            process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        assert process.poll() is None, "the PostgreSQL server ended"
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="cjm", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the PostgreSQL server did not answer for 30 seconds")
