"""Words to tokens: the unigram model of Kudo 2018 ("Subword Regularization"), the most probable way to cut a word.

No library is needed for that: words repeat, and a word is cut once.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from cjm_research.embedding.e5_file import E5File

__all__ = ["Tokens"]

_START, _END, _UNKNOWN, _SPECIAL = 0, 2, 3, 4
_MARK = "▁"  # begins each word
_UNLIKELY = 10.0  # how much less probable than the rarest piece a letter is that has none
_LONG = 64  # letters; a longer word is hardly met twice
_KNOWN_WORDS = 50_000


class Tokens:
    """The tokenizer of a file of weights."""

    def __init__(self, file: E5File) -> None:
        self._scores = file.scores
        self._normalise = file.normalise
        self._ids = {piece: place for place, piece in enumerate(file.pieces) if place >= _SPECIAL}
        self._longest = max(map(len, self._ids))
        self._unknown = min(self._scores) - _UNLIKELY
        self._known = lru_cache(maxsize=_KNOWN_WORDS)(self._cut)

    def ids(self, text: str, most: int) -> list[int]:
        """Tokens of a text with its first and last mark, ``most`` at most; the rest is cut off."""
        found = [_START]
        for word in self.clean(text).split():
            found += self._known(word) if len(word) <= _LONG else self._cut(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], _END]

    def clean(self, text: str) -> str:
        """The text as the vocabulary writes it; a lone surrogate is no letter, and a NUL separates."""
        clean = unicodedata.normalize("NFC", text.replace("\0", " ")).encode("utf-8", "replace").decode()
        return clean.translate(self._normalise)

    def _cut(self, word: str) -> tuple[int, ...]:
        letters = _MARK + word
        size = len(letters)
        best = [0.0] + [float("-inf")] * size  # log-probability of the best way to each place
        last = [(0, 0)] * (size + 1)  # where its last piece begins, and which it is
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                piece = self._ids.get(letters[start:end])
                if piece is None and end > start + 1:
                    continue
                score = best[start] + (self._unknown if piece is None else self._scores[piece])
                if score > best[end]:
                    best[end], last[end] = score, (start, _UNKNOWN if piece is None else piece)
        return self._back(last)

    @staticmethod
    def _back(last: list[tuple[int, int]]) -> tuple[int, ...]:
        found: list[int] = []
        place = len(last) - 1
        while place:
            place, piece = last[place]
            if not (piece == _UNKNOWN and found and found[-1] == _UNKNOWN):  # unknown letters in a row are one token
                found.append(piece)
        return tuple(reversed(found))
