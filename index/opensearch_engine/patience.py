"""How long the cluster may take, and how often it is asked again: what one node can't answer at this moment another one
may, or the same one a moment later."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from index.opensearch_engine.failures import Passing, Silence

Answer = TypeVar("Answer")

_LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds."""

    search: float
    """What a search may take within a shard; then the cluster itself gives it up."""
    reading: float
    """What a node may take over a read, before another one is asked."""
    writing: float
    """What a node may take over a write; where no answer comes it is not known whether it was done."""
    in_all: float
    """What a read may take, however often it is asked."""
    pauses: tuple[float, ...] = (0.05, 0.2, 0.6, 1.0)
    """How long to wait before it is asked again. A node that goes takes half a second of answers along, not more."""

    def reads(self, attempt: Callable[[float], Answer]) -> Answer:
        """Read, and again where that fails for now or no answer comes; an attempt is told how long it may take."""
        until = time.monotonic() + self.in_all
        for pause in self.pauses:
            left = max(until - time.monotonic(), _LEAST)
            try:
                return attempt(min(self.reading, left))
            except (Passing, Silence):
                if left <= self.reading + pause:
                    raise
            _wait(pause)
        return attempt(max(min(self.reading, until - time.monotonic()), _LEAST))

    def writes(self, attempt: Callable[[float], Answer]) -> Answer:
        """Write, and again where a node says that it can't for now, or is not there."""
        for pause in self.pauses:
            try:
                return attempt(self.writing)
            except Passing:
                _wait(pause)
        return attempt(self.writing)


def _wait(pause: float) -> None:
    # Many ask at once when a node goes: they should not all come again at once.
    time.sleep(pause * random.uniform(0.5, 1))


FOR_READERS = Patience(search=2.0, reading=4.0, writing=10.0, in_all=10.0)
FOR_WRITERS = Patience(search=25.0, reading=30.0, writing=120.0, in_all=120.0)
