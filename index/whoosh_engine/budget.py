"""How much one query may cost."""

from __future__ import annotations

import time

from index.errors import SearchTimeout

SECONDS = 2.0
MARKING_SECONDS = 1.0
"""Time for marking the hits of a page; those that come later are shown unmarked."""


class Budget:
    """The time left for a query; checked before each step whose cost depends on the index."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds

    @property
    def is_used_up(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() > self._deadline

    def check(self) -> None:
        """Raise SearchTimeout when the time is used up."""
        if self.is_used_up:
            raise SearchTimeout(f"the query took longer than {self._seconds:g} s: ask for fewer or rarer words")
