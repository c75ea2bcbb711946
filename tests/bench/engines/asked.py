"""What an engine is asked and what it answers, in no engine's terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

LIMIT = 10


class Shape(StrEnum):
    """How tokens are joined to a query."""

    ANY = "any of the tokens"
    ALL = "all of the tokens"
    PHRASE = "the tokens one after another"
    UNACCENTED = "any of the folded syllables, whatever their accents"
    PREFIX = "syllables that begin like this, folded"
    SUFFIX = "syllables that end like this, folded"
    EVERYTHING = "every article"


@dataclass(frozen=True, slots=True)
class Asked:
    """One query on the single field. `tokens` are tokens, or folded (pieces of) syllables where the shape says so;
    `variants` are then the tokens of the index that an unaccented question stands for."""

    shape: Shape
    tokens: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    """From second to second since 1970, half-open."""
    newest: bool = False
    offset: int = 0
    facets: bool = False
    """Count authors and months instead of giving hits."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One query as a person types it, for an index of title and body: words, or one phrase."""

    words: tuple[str, ...]
    phrase: bool = False
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact total and the numbers of the articles of the page; or, where facets are asked for, what all periods
    hold together and the most frequent `LIMIT` authors."""

    total: int
    numbers: tuple[int, ...] = ()
    authors: Mapping[str, int] | None = None


class Contestant(Protocol):
    """An engine with its indexes open."""

    def prepare(self, asked: Asked) -> Callable[[], object] | None:
        """Give what answers a query, ready to be timed; None when the engine can't."""
        ...

    def answer(self, given: object) -> Answer:
        """Read what a prepared query has given."""
        ...

    def serve(self, typed: Typed) -> Callable[[], object] | None:
        """Give what answers a typed query as a service would: ten hits with snippets, authors and months counted."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...
