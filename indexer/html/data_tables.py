"""Tables that hold data, told from those that only place things on the page."""

from __future__ import annotations

from indexer.html.tree import Node, walk

CELLS = frozenset(("td", "th"))
_NEVER_DATA = frozenset(("table", "img", "div", "h1", "h2", "h3", "form", "a", "iframe"))
_MOST_STEPS = 20_000
_LONGEST_CELL = 60
"""Letters of a cell of data, on average."""


def is_data_table(table: Node) -> bool:
    """Say whether a table holds data and no layout: rows of several short cells, nothing in them but text."""
    rows: list[int] = []
    letters = 0
    for steps, (node, begins) in enumerate(walk(table)):
        tag = node.tag or ""
        if steps > _MOST_STEPS or tag in _NEVER_DATA:
            return False
        if begins and tag == "tr":
            rows.append(0)
        elif begins and tag in CELLS and rows:
            rows[-1] += 1
        elif begins and node.is_text_node:
            letters += len((node.text_content or "").strip())
    cells = sum(rows)
    return len(rows) > 1 and cells >= 2 * len(rows) and 0 < letters <= cells * _LONGEST_CELL
