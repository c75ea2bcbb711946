"""How large a query may be, whichever engine answers it."""

from __future__ import annotations

from index.errors import QueryRefused
from index.query import And, Either, Not, Or, Query, Text

MAX_NODES = 1024
MAX_DEPTH = 64


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
