"""Closes every way out of this machine but loopback, for the tests and all Python programs they start.

Python imports a module of this name by itself when its folder is on the path; `tests/conftest.py` puts it there. The
interpreter reports each connection and look-up of a name before it is made, so no library gets around this. Attempts
are written down as well, because a library may swallow the error.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path

LOG = "CJM_NETWORK_LOG"
_TO_ADDRESS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_TO_NAME = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def is_here(host: object) -> bool:
    """Whether a host is this machine; no host and the path of a local socket are, too."""
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
    if not isinstance(name, str) or name.lower() in {"", "localhost", socket.gethostname().lower()}:
        return True
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what leads off this machine, and write it down."""
    if event in _TO_ADDRESS:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else None
    elif event in _TO_NAME:
        host = arguments[0]
    else:
        return
    if is_here(host):
        return
    # A test may ask for a name that by RFC 2606 nobody has: refused as well, but meant.
    meant = isinstance(host, str) and host.endswith(".invalid")
    if (log := os.environ.get(LOG)) and not meant:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{event} {host} by {' '.join(sys.argv)[:200]!r}\n")
    raise PermissionError(f"the tests are offline, and this led to {host}")


sys.addaudithook(watch)
