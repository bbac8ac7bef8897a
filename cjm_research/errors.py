"""One family of errors for everything a person can put right.

A problem says what is wrong, where, and what to do; problems are collected and
told at once. Anything that is not a `CjmError` is a mistake of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from cjm_research.i18n import t

__all__ = ["CjmError", "Problem", "Problems"]


@dataclass(frozen=True)
class Problem:
    """One thing to put right.

    key: the sentence in ``locale/*.toml`` that says what is wrong and the remedy.
    where: the place as the person sees it, e.g. ``codebook.yml, line 14`` (may be empty).
    params: what fills the sentence's placeholders.
    """

    key: str
    where: str = ""
    params: MappingProxyType[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[Callable[..., Problem], tuple[object, ...]]:
        # Reports are built in other processes, and a read-only mapping cannot travel between them.
        return _make_problem, (self.key, self.where, dict(self.params))

    def text(self, lang: str | None = None) -> str:
        """The problem as one line."""
        sentence = t(self.key, lang, **self.params)
        return f"{self.where}: {sentence}" if self.where else sentence


def _make_problem(key: str, where: str, params: dict[str, object]) -> Problem:
    return Problem(key, where, MappingProxyType(params))


class CjmError(ValueError):
    """The input, the call or the set-up must change; ``problems`` says how."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def one(cls, key: str, where: str = "", /, **params: object) -> CjmError:
        """An error with a single problem."""
        return cls([Problem(key, where, MappingProxyType(params))])

    def text(self, lang: str | None = None) -> str:
        """All problems, a line each."""
        return "\n".join(problem.text(lang) for problem in self.problems)

    def __str__(self) -> str:
        return self.text()


class Problems:
    """Collects problems while work goes on, and raises them together."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, key: str, where: str = "", /, **params: object) -> None:
        """Note one problem and go on."""
        self._found.append(Problem(key, where, MappingProxyType(params)))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems found elsewhere."""
        self._found.extend(problems)

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(tuple(self._found))

    def raise_if_any(self) -> None:
        """Raise one `CjmError` with all that was found; nothing if there was nothing."""
        if self._found:
            raise CjmError(self._found)
