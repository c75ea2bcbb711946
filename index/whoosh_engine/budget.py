"""How much one query may cost.

Its own work is what is bounded: on a machine that is busy with other things the same query takes longer, and is
answered all the same. Only who waits for very long, on a disk as well, is told so.
"""

from __future__ import annotations

import time

from index.errors import SearchTimeout

SECONDS = 2.0
"""Processor time."""
PATIENCE = 5
"""How many times as long it may take by the wall."""


class Budget:
    """The time left for a query, of the thread that makes it; checked before each step whose cost depends on the
    index."""

    def __init__(self, seconds: float = SECONDS) -> None:
        now = time.monotonic()
        self._first_possible_end = now + seconds
        self._waiting_ends = now + seconds * PATIENCE
        self._work_ends = time.thread_time() + seconds
        self._seconds = seconds

    @property
    def is_used_up(self) -> bool:
        """Whether no time is left."""
        now = time.monotonic()
        # Nobody works for longer than by the wall, which is cheaper to ask.
        if now < self._first_possible_end:
            return False
        return now >= self._waiting_ends or time.thread_time() >= self._work_ends

    def check(self) -> None:
        """Raise SearchTimeout when the time is used up."""
        if self.is_used_up:
            raise SearchTimeout(f"the query took longer than {self._seconds:g} s: ask for fewer or rarer words")
