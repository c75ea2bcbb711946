"""How much one query may cost."""

from __future__ import annotations

import time

from index.errors import QueryRefused, SearchTimeout
from index.query import And, Either, Not, Or, Query, Text

MAX_NODES = 1024
MAX_DEPTH = 64
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


def refuse_monsters(query: Query) -> None:
    """Raise QueryRefused for a tree with too many parts or too deep; looks at no more of it than that."""
    left = [(query, 1)]
    seen = 0
    while left:
        node, depth = left.pop()
        seen += 1
        if seen > MAX_NODES or depth > MAX_DEPTH:
            raise QueryRefused(
                f"the query has more than {MAX_NODES} parts or is nested more than {MAX_DEPTH} deep: shorten it"
            )
        match node:
            case And() | Or():
                left.extend((part, depth + 1) for part in node.queries)
            case Not():
                left.append((node.query, depth + 1))
            case Text():
                seen += len(node.units) + len(node.words) + len(node.codes)
                seen += sum(len(unit.alternatives) for unit in node.units if isinstance(unit, Either))
            case _:
                pass
