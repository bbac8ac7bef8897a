"""Which model codes, where it is, and whether the text may go there."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cjm_research.errors import CjmError, Problems
from cjm_research.i18n import LANGUAGES

if TYPE_CHECKING:
    import httpx

__all__ = ["LlmOptions", "address", "check_options", "is_near", "is_this_machine"]

# Networks that belong to a house or an office (RFC 1918, RFC 4193) and to one cable (RFC 3927, RFC 4291).
_PRIVATE = tuple(
    ipaddress.ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)


@dataclass(frozen=True)
class LlmOptions:
    """How the ``llm`` coder asks.

    base_url: address of an OpenAI-compatible server, with or without ``/v1``.
    model: its name there; part of the coder's name.
    cache_folder: where answers are kept, a file each; they hold words of participants.
    language: of the instructions, ``en`` or ``ru``; empty for the language of each passage.
    batch_size: most passages in a request. timeout: seconds a request may take.
    max_examples: most decisions of the study shown with a request.
    allow_remote: whether an address outside this machine and its own network is allowed.
    api_key: sent as a bearer token if given. extra: further fields of each request, such as
        ``{"reasoning_effort": "none"}`` to keep a model from thinking aloud.
    """

    base_url: str
    model: str
    cache_folder: Path
    language: str = ""
    batch_size: int = 8
    temperature: float = 0.0
    seed: int = 0
    timeout: float = 300.0
    max_examples: int = 6
    allow_remote: bool = False
    api_key: str = field(default="", repr=False)
    extra: Mapping[str, object] = field(default_factory=dict)


def check_options(options: LlmOptions) -> None:
    """Raise CjmError that names everything wrong with the options, an address that is not allowed included."""
    problems = Problems()
    if not options.model.strip():
        problems.add("llm.no_model")
    if options.language and options.language not in LANGUAGES:
        problems.add("llm.bad_language", value=options.language, known=", ".join(LANGUAGES))
    for name, least in (("batch_size", 1), ("max_examples", 0), ("timeout", 0.1), ("temperature", 0)):
        if not getattr(options, name) >= least:
            problems.add("llm.too_small", name=name, value=getattr(options, name), least=least)
    problems.raise_if_any()
    url = address(options)
    if not (options.allow_remote or is_near(url.host)):
        raise CjmError.one("llm.remote", options.base_url, host=url.host)


def address(options: LlmOptions) -> httpx.URL:
    """Address below which the server's functions lie, ending in ``/v1``.

    It is taken apart by the library that connects: two readers of an address may differ on what its host is.
    Raises CjmError for what is no http address.
    """
    import httpx

    try:
        url = httpx.URL(options.base_url.strip().rstrip("/"))
    except (httpx.InvalidURL, UnicodeError):
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise CjmError.one("llm.bad_address", options.base_url)
    path = url.path.rstrip("/")
    return url.copy_with(path=path if path.endswith("/v1") else f"{path}/v1", query=None, fragment=None)


def is_this_machine(host: str) -> bool:
    """Whether a host is the machine itself."""
    number = _number(host)
    return host == "localhost" or (number is not None and number.is_loopback)


def is_near(host: str) -> bool:
    """Whether a host is this machine or an address of a private network.

    Other names would have to be looked up, and may mean another machine a moment later.
    """
    number = _number(host)
    return is_this_machine(host) or (number is not None and any(number in net for net in _PRIVATE))


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(number, "ipv4_mapped", None) or number
