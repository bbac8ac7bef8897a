"""Any server that speaks the embeddings part of the OpenAI interface, on this machine unless told otherwise."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

import numpy as np

from cjm_research.errors import CjmError

__all__ = ["Server"]

_AT_ONCE = 64
_TIMEOUT = 120.0  # seconds
_REMOTE = "remote+"


class Server:
    """A server by its address: ``http://localhost:8080/v1`` or, with the model's name, ``http://…/v1#model``.

    An address off this machine has to be written with ``remote+`` before it: texts leave the machine then.
    Address and model are its version, for nothing else tells one server's vectors from another's.
    """

    name = "openai"

    def __init__(self, place: str) -> None:
        import httpx

        address, _, self._model = place.strip().removeprefix(_REMOTE).partition("#")
        try:
            # Taken apart by the library that connects: two readers of an address may differ on what its host is.
            url = httpx.URL(address.rstrip("/"))
        except httpx.InvalidURL as error:
            raise CjmError.one("embedding.no_place", self.name) from error
        if not url.host or url.scheme not in ("http", "https"):
            raise CjmError.one("embedding.no_place", self.name)
        if not (_is_this_machine(url.host) or place.strip().startswith(_REMOTE)):
            raise CjmError.one("embedding.remote", host=url.host)
        self._address = str(url)
        self.version = f"{url.host}:{url.port or url.scheme}{url.path}#{self._model}"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length: float32 (len(texts), width). Raises CjmError if the server does not answer well."""
        batches = [list(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        found = [self._ask(batch) for batch in batches]
        if len({vectors.shape[1] for vectors in found}) > 1:
            raise self._failed("width")
        return np.concatenate(found) if found else np.empty((0, 1), np.float32)

    def _ask(self, texts: list[str]) -> np.ndarray:
        import httpx

        # A server may refuse an empty text or a lone surrogate.
        sent = [text.encode("utf-8", "replace").decode().replace("\0", " ").strip() or "-" for text in texts]
        body = {"input": sent, "model": self._model or "default"}
        try:
            # Neither proxies of the system nor redirections: texts go to the address and nowhere else.
            with httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client:
                answer: Any = client.post(f"{self._address}/embeddings", json=body).raise_for_status().json()
            rows = sorted(answer["data"], key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], np.float32)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise self._failed(str(error) or type(error).__name__) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.size or not np.isfinite(vectors).all():
            raise self._failed("shape")
        length: np.ndarray = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        unit: np.ndarray = vectors / length
        return unit

    def _failed(self, reason: str) -> CjmError:
        return CjmError.one("embedding.no_server", self._address, reason=reason.splitlines()[0])


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
