"""Vectors kept on disk: no text is read twice, and no damage to the file makes a wrong vector."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_research.embedding import Cached
from cjm_research.errors import CjmError

TEXTS = [f"sentence {number}" for number in range(20)]


class Letters:
    """A small real engine: how often each of some letters stands in a text. It remembers what it was asked."""

    name, version = "letters", "1"

    def __init__(self, letters: str = "aeiou 0123456789nс") -> None:
        self.letters, self.asked = letters, list[str]()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length."""
        self.asked += texts
        counts = np.array([[1 + text.count(letter) for letter in self.letters] for text in texts], np.float32)
        counts = counts.reshape(len(texts), len(self.letters))
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def _file(folder: Path) -> Path:
    (path,) = folder.glob("*.vectors")
    return path


def test_a_text_is_read_once(tmp_path: Path) -> None:
    """Repeated texts, later calls and later runs ask the engine nothing; order and repetitions are the caller's."""
    engine = Letters()
    first = Cached(engine, tmp_path)
    vectors = first.encode([*TEXTS, TEXTS[3], *TEXTS[::-1]])

    assert engine.asked == TEXTS
    np.testing.assert_array_equal(vectors[:20], Letters().encode(TEXTS))
    np.testing.assert_array_equal(vectors[21:], vectors[:20][::-1])
    first.encode(TEXTS)
    again = Letters()
    np.testing.assert_array_equal(Cached(again, tmp_path).encode(TEXTS[::-1]), vectors[:20][::-1])
    assert engine.asked == TEXTS
    assert again.asked == []


def test_no_text_is_too_odd_to_be_kept(tmp_path: Path) -> None:
    """The empty text, NUL and lone surrogates are told apart and kept; no texts give no vectors."""
    odd = ["", "\0", "a\0", "a", "\ud800"]
    Cached(Letters(), tmp_path).encode(odd)
    again = Letters()

    assert Cached(again, tmp_path).encode(odd).shape == (5, 18)
    assert again.asked == []
    assert Cached(again, tmp_path).encode([]).shape == (0, 18)


@given(st.data())
def test_damage_costs_time_only(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """However the file is cut, overwritten or added to, every vector is right, and the next run reads nothing."""
    folder = tmp_path_factory.mktemp("cache")
    right = Cached(Letters(), folder).encode(TEXTS)
    path = _file(folder)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        kind = data.draw(st.sampled_from(["cut", "overwrite", "insert"]))
        junk = data.draw(st.binary(max_size=40))
        content[place:] = {
            "cut": b"",
            "overwrite": junk + content[place + len(junk) :],
            "insert": junk + content[place:],
        }[kind]
    path.write_bytes(content)

    np.testing.assert_array_equal(Cached(Letters(), folder).encode(TEXTS), right)
    last = Letters()
    np.testing.assert_array_equal(Cached(last, folder).encode(TEXTS), right)
    assert last.asked == []


def test_a_flipped_bit_spoils_one_vector_only(tmp_path: Path) -> None:
    """Of a record with one wrong bit the text is read again, of all others none."""
    Cached(Letters(), tmp_path).encode(TEXTS)
    content = bytearray(_file(tmp_path).read_bytes())
    content[len(content) // 2] ^= 4
    _file(tmp_path).write_bytes(content)
    engine = Letters()
    Cached(engine, tmp_path).encode(TEXTS)

    assert len(engine.asked) == 1


def test_vectors_of_another_width_are_replaced(tmp_path: Path) -> None:
    """If another model answers under the same name, its vectors are never mixed with the former's."""
    Cached(Letters(), tmp_path).encode(TEXTS)
    other = Letters("abc")
    vectors = Cached(other, tmp_path).encode([*TEXTS, "a new one"])

    np.testing.assert_array_equal(vectors, Letters("abc").encode([*TEXTS, "a new one"]))
    again = Letters("abc")
    assert Cached(again, tmp_path).encode(TEXTS[::-1]).shape == (20, 3)
    assert again.asked == []


def test_versions_have_files_of_their_own(tmp_path: Path) -> None:
    """Engines whose versions differ only in signs that a file's name cannot have share no vectors."""
    one, two = Letters(), Letters()
    one.version, two.version = "localhost:80/v1#a", "localhost:80/v1?a"  # type: ignore[misc]
    Cached(one, tmp_path).encode(TEXTS)
    Cached(two, tmp_path).encode(TEXTS)

    assert two.asked == TEXTS
    assert len(list(tmp_path.iterdir())) == 2


def test_two_programs_may_add_at_once(tmp_path: Path) -> None:
    """Of two programs that fill one cache side by side every vector is kept, those of the first moment too."""
    code = (
        "import sys; from pathlib import Path; from cjm_research.embedding import Cached\n"
        "from tests.test_embedding_cache import Letters\n"
        "cached = Cached(Letters(), Path(sys.argv[1])); input()\n"
        "for n in range(300): cached.encode([f'{sys.argv[2]} {n}'])"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], stdin=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    for program in running:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    assert [program.wait(timeout=120) for program in running] == [0, 0]

    engine, texts = Letters(), [f"{name} {n}" for name in ("one", "two") for n in range(300)]
    np.testing.assert_array_equal(Cached(engine, tmp_path).encode(texts), Letters().encode(texts))
    assert engine.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a file's size are Unix's")
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """If only a part of a record fits, the error says so; later the rest is kept, without reading the texts again."""
    code = (
        "import resource, signal, sys; from pathlib import Path; from cjm_research.embedding import Cached\n"
        "from cjm_research.errors import CjmError; from tests.test_embedding_cache import TEXTS, Letters\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "engine = Letters(); cached = Cached(engine, Path(sys.argv[1])); cached.encode(TEXTS[:5])\n"
        "_, most = resource.getrlimit(resource.RLIMIT_FSIZE); resource.setrlimit(resource.RLIMIT_FSIZE, (800, most))\n"
        "try: cached.encode(TEXTS)\n"
        "except CjmError as error: print(error.problems[0].key, len(engine.asked))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)); cached.encode(TEXTS); print(len(engine.asked))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["embedding.cache", "20", "20"]
    engine = Letters()
    np.testing.assert_array_equal(Cached(engine, tmp_path).encode(TEXTS), Letters().encode(TEXTS))
    assert engine.asked == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Where the folder's place is taken by a file, the error names it and the reason in both languages."""
    (tmp_path / "cache").write_text("", encoding="utf-8")

    with pytest.raises(CjmError) as caught:
        Cached(Letters(), tmp_path / "cache").encode(TEXTS)
    assert caught.value.problems[0].key == "embedding.cache"
    assert "cache" in caught.value.text("ru")


def test_a_large_cache_is_read_whole(tmp_path: Path) -> None:
    """Thirty thousand texts come back from one file, the reading done in parts."""
    texts = [f"answer {number}" for number in range(30_000)]
    right = Cached(Letters(), tmp_path).encode(texts)
    engine = Letters()

    np.testing.assert_array_equal(Cached(engine, tmp_path).encode(texts), right)
    assert engine.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    """Vectors tell much of their texts, so nobody else on the machine may read them."""
    Cached(Letters(), tmp_path).encode(TEXTS)

    assert os.stat(_file(tmp_path)).st_mode & 0o077 == 0  # noqa: PTH116
