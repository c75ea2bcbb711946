"""What must be found: the model keeps, for each article, what a search may show of it at any moment.

An article shows a version (a number) or nothing (None). While a command that changes it is under way both what was and
what will be are right; from the moment the command has said that it is done, only the latter is. A command that was
killed leaves both possible until a later one ends well, or a look settles it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Shown = int | None
LETTERS = "bcghklmnptqv"
"""Of made-up words: consonants that no input method takes for an accent."""
LOTS = 5
"""Into how many lots articles are divided, each with a word of its own."""
_KEPT_SECONDS = 120.0

NOTHING: frozenset[Shown] = frozenset((None,))


def word(number: int, mark: str) -> str:
    """Make a word that no other number has."""
    letters = []
    for _ in range(5):
        number, at = divmod(number, len(LETTERS))
        letters.append(LETTERS[at])
    return mark + "".join(letters)


@dataclass(slots=True)
class Fact:
    """What is known of an article."""

    number: int
    stored: frozenset[Shown] = NOTHING
    """What the store may hold."""
    withdrawn: frozenset[bool] = frozenset((False,))
    version: int = 0
    """The highest ever tried."""
    history: list[tuple[float, frozenset[Shown]]] = field(default_factory=lambda: [(0.0, NOTHING)])
    """From when on it may show what."""

    @property
    def word(self) -> str:
        """The word that only this article has."""
        return word(self.number, "q")

    @property
    def lot(self) -> int:
        """Which of the lots it belongs to."""
        return self.number % LOTS

    def shows(self) -> frozenset[Shown]:
        """What it may show now."""
        if self.withdrawn == {True}:
            return NOTHING
        return self.stored | NOTHING if True in self.withdrawn else self.stored


def between(history: list[tuple[float, frozenset[Shown]]], start: float, end: float) -> frozenset[Shown]:
    """Say what was possible at some moment of a span."""
    possible: frozenset[Shown] = NOTHING
    for since, each in history:
        if since <= start:
            possible = each
        elif since <= end:
            possible |= each
    return possible


@dataclass(frozen=True, slots=True)
class Intent:
    """What a command is about to do: the version each article will have (None: taken out), or whether it will be
    withdrawn."""

    versions: Mapping[str, Shown] = field(default_factory=dict)
    withdrawing: Mapping[str, bool] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """The articles it is about."""
        return {*self.versions, *self.withdrawing}


class Model:
    """The facts of all articles; safe to share between threads."""

    def __init__(self, articles: int) -> None:
        self._facts = {f"bai-{number:05}": Fact(number) for number in range(articles)}
        self._busy: set[str] = set()
        self._lock = threading.RLock()
        self._rolled: list[list[float]] = []
        self._to_follow: set[str] = set()

    @contextmanager
    def taking(self, count: int, chance: random.Random, *, there: bool = False) -> Iterator[list[str]]:
        """Have some articles that no other command is about: any, or such as are surely there and not withdrawn."""
        with self._lock:
            free = [
                name
                for name, fact in self._facts.items()
                if name not in self._busy and not (there and (None in fact.shows()))
            ]
            taken = chance.sample(free, min(count, len(free)))
            self._busy.update(taken)
        try:
            yield taken
        finally:
            with self._lock:
                self._busy.difference_update(taken)

    def next_version(self, name: str) -> int:
        """Give a version that the article never had."""
        with self._lock:
            self._facts[name].version += 1
            return self._facts[name].version

    def fact(self, name: str) -> Fact:
        """Give what is known of an article; only for whoever has taken it, and for what never changes."""
        return self._facts[name]

    def names(self) -> list[str]:
        """Name all articles that may ever be."""
        return list(self._facts)

    def withdrawn(self) -> list[str]:
        """Name the articles that are surely withdrawn and in no command's hands."""
        with self._lock:
            return [name for name, fact in self._facts.items() if fact.withdrawn == {True} and name not in self._busy]

    @contextmanager
    def held(self, names: Iterable[str]) -> Iterator[list[str]]:
        """Have certain articles, as far as no other command is about them."""
        with self._lock:
            taken = [name for name in names if name not in self._busy]
            self._busy.update(taken)
        try:
            yield taken
        finally:
            with self._lock:
                self._busy.difference_update(taken)

    def begin(self, intent: Intent) -> dict[str, tuple[frozenset[Shown], frozenset[bool]]]:
        """A command is about to start: what it will do may show from now on. Gives what was, for `undone`."""
        with self._lock:
            before = {name: (self._facts[name].stored, self._facts[name].withdrawn) for name in intent.ids}
            for name, version in intent.versions.items():
                self._facts[name].stored |= {version}
                self._to_follow.discard(name)
            for name, withdrawn in intent.withdrawing.items():
                self._facts[name].withdrawn |= {withdrawn}
            self._note(intent.ids)
        return before

    def done(self, intent: Intent) -> None:
        """The command has said that it is done: nothing else may show from now on."""
        with self._lock:
            for name, version in intent.versions.items():
                # What becomes of an article that is added while it is withdrawn shows when it no longer is.
                if True not in self._facts[name].withdrawn:
                    self._facts[name].stored = frozenset((version,))
            for name, withdrawn in intent.withdrawing.items():
                self._facts[name].withdrawn = frozenset((withdrawn,))
            self._note(intent.ids)

    def will_follow(self, names: Iterable[str]) -> None:
        """The command has said that the index follows with its next change: until then the articles may be missing."""
        with self._lock:
            for name in names:
                self._to_follow.add(name)
                self._facts[name].stored |= NOTHING
            self._note(names)

    def has_followed(self) -> None:
        """The index has been brought up to date: what was to follow must be there now."""
        with self._lock:
            for name in self._to_follow:
                self._facts[name].stored = (self._facts[name].stored - NOTHING) or NOTHING
            self._note(self._to_follow)
            self._to_follow.clear()

    def undone(self, before: dict[str, tuple[frozenset[Shown], frozenset[bool]]]) -> None:
        """The command has said that it did nothing."""
        with self._lock:
            for name, (stored, withdrawn) in before.items():
                self._facts[name].stored, self._facts[name].withdrawn = stored, withdrawn
            self._note(before)

    def settle(self, name: str, seen: Shown) -> None:
        """A look at a quiet moment: of all that was possible this is so."""
        with self._lock:
            fact = self._facts[name]
            if fact.withdrawn == {False} and seen in fact.stored:
                fact.stored = frozenset((seen,))
                self._note([name])

    def unsettled(self) -> list[str]:
        """Name the articles of which more than one thing is possible."""
        with self._lock:
            return [name for name, fact in self._facts.items() if len(fact.shows()) > 1]

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """While the index is that of an earlier moment, articles may show what they were."""
        window = [time.monotonic(), float("inf")]
        with self._lock:
            self._rolled.append(window)
        try:
            yield
        finally:
            window[1] = time.monotonic()

    def between(self, name: str, start: float, end: float) -> frozenset[Shown] | None:
        """Say what an article may have shown at some moment of a span, None when it could be anything."""
        with self._lock:
            fact = self._facts[name]
            shown = between(fact.history, start, end)
            rolled = any(first <= end and start <= last for first, last in self._rolled)
            surely_gone = fact.withdrawn == {True} and shown == NOTHING
            return None if rolled and not surely_gone else shown

    def stored_between(self, name: str, start: float, end: float) -> frozenset[Shown]:
        """Say what the store may have shown of an article at some moment of a span, rolled back or not."""
        with self._lock:
            return between(self._facts[name].history, start, end)

    def bounds(self, lot: int, start: float, end: float) -> tuple[int, int]:
        """Say how many articles of a lot a search must and may find."""
        must = may = 0
        with self._lock:
            for name, fact in self._facts.items():
                if fact.lot == lot:
                    shown = self.between(name, start, end)
                    must += shown is not None and None not in shown
                    may += shown is None or shown != NOTHING
        return must, may

    def _note(self, names: Iterable[str]) -> None:
        now = time.monotonic()
        for name in names:
            fact = self._facts[name]
            fact.history = _recent(fact.history, now, fact.shows())


def _recent(
    history: list[tuple[float, frozenset[Shown]]], now: float, possible: frozenset[Shown]
) -> list[tuple[float, frozenset[Shown]]]:
    """Add to a history and leave off what is too old to be asked for."""
    recent = [entry for entry in history[1:] if now - entry[0] < _KEPT_SECONDS]
    return [history[-1 - len(recent)], *recent, (now, possible)]
