"""Judging by known items: each query was made from one article (a code may stand in several), which should come first.

success@k is the share of queries with a right answer among the first k, MRR@10 the mean of 1 / rank of the first
right answer within ten, recall@10 the share of all right answers among the first ten.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DEPTH = 10


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A query of a group, and the ids of its right answers."""

    number: int
    group: str
    query: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over a group's queries."""

    group: str
    queries: int
    success_at_1: float
    success_at_10: float
    mrr_at_10: float
    recall_at_10: float


Ranked = Callable[[str], list[str]]
"""From a query to the ids of its first ten hits."""


def read_known_items(path: Path) -> list[KnownItem]:
    """Read query_id, group, query, article_id rows (tab-separated, no quoting)."""
    queries: dict[str, tuple[str, str, set[str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            queries.setdefault(row["query_id"], (row["group"], row["query"], set()))[2].add(row["article_id"])
    return [
        KnownItem(int(query_id.rsplit("-", 1)[1]), group, query, frozenset(answers))
        for query_id, (group, query, answers) in queries.items()
    ]


def judge(items: Iterable[KnownItem], ranked: Ranked) -> Iterator[tuple[KnownItem, int | None, float]]:
    """Give for each item the rank of its first right answer (from 1, None beyond ten) and its recall at ten."""
    for item in items:
        hits = ranked(item.query)[:DEPTH]
        ranks = [rank for rank, hit in enumerate(hits, 1) if hit in item.answers]
        yield item, min(ranks, default=None), len(ranks) / len(item.answers)


def figures(judged: Iterable[tuple[KnownItem, int | None, float]]) -> list[Figures]:
    """Average by group, in the order of first appearance."""
    groups: dict[str, list[tuple[int | None, float]]] = {}
    for item, rank, recall in judged:
        groups.setdefault(item.group, []).append((rank, recall))
    return [
        Figures(
            group,
            len(results),
            sum(rank == 1 for rank, _ in results) / len(results),
            sum(rank is not None for rank, _ in results) / len(results),
            sum(1 / rank for rank, _ in results if rank) / len(results),
            sum(recall for _, recall in results) / len(results),
        )
        for group, results in groups.items()
    ]
