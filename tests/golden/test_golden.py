"""Relevance over the sample pages: judged queries, group by group, with floors that only rise."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from tests.quality.known_items import Figures, KnownItem, Ranked, figures, judge

FLOORS = {
    "accented": (1.0, 0.98),
    "title_words": (1.0, 0.98),
    "unaccented": (1.0, 0.98),
    "half_accented": (1.0, 0.98),
    "tone_style": (1.0, 0.98),
    "phrase": (1.0, 0.98),
    "code": (1.0, 0.98),
    "abbreviation": (1.0, 0.98),
    "author": (1.0, 0.98),
    "typo": (1.0, 0.98),
}
"""success@10 and MRR@10 that each group must reach."""


@pytest.fixture(scope="session")
def judged(repo_root: Path, ids: dict[str, str], ranked: Ranked) -> dict[str, Figures]:
    """The figures of each group; the page sought (grade 2) is the right answer."""
    sought: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    with (repo_root / "tests" / "golden" / "judgements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["grade"] == "2":
                sought[row["group"], row["query"]].add(ids[row["page"]])
    items = [
        KnownItem(number, group, query, frozenset(answers))
        for number, ((group, query), answers) in enumerate(sought.items())
    ]
    return {row.group: row for row in figures(judge(items, ranked))}


def test_every_group_has_floors(judged: dict[str, Figures]) -> None:
    assert set(judged) == set(FLOORS)


@pytest.mark.parametrize("group", FLOORS)
def test_group_reaches_its_floors(group: str, judged: dict[str, Figures]) -> None:
    success, mrr = FLOORS[group]
    assert judged[group].success_at_10 >= success
    assert judged[group].mrr_at_10 >= mrr
