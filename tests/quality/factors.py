"""What each factor of the ranking buys, what a plain ranking reaches, and what the way of typing must not change.

Queries are evaluated without hits and snippets; the figures are those of the known items.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.query import Query, Term, Text
from index.query_parser import parse_query
from index.weights import PLAIN, RANKED, Weights
from index.whoosh_engine.evaluator import Evaluator
from index.whoosh_engine.snapshot import Snapshot
from tests.quality.engines import clock
from tests.quality.known_items import DEPTH, Figures, KnownItem, Ranked, figures, judge

TARGETS = {
    "accented": (0.99, 0.93),
    "title_words": (0.995, 0.99),
    "unaccented": (0.99, 0.92),
    "half_accented": (0.99, 0.89),
    "tone_style": (0.99, 0.88),
    "phrase": (0.99, 0.742),
    "code": (0.995, 0.99),
    "abbreviation": (0.95, 0.70),
    "typo": (0.95, 0.78),
}
"""Success@10 (for codes recall@10) and MRR@10 to be reached on all queries of a group."""
STRIPPED = {"accented": 0.02, "title_words": 0.02, "phrase": 0.05}
"""How much success@10 a group may lose when its queries are typed without accents."""
BASELINES = {
    "folded syllables, BM25": PLAIN,
    "and adjacent pairs": replace(PLAIN, pair=0.8, window=5000),
}
"""Rankings of any of the folded syllables, for comparison."""
VARIATIONS: dict[str, Weights | None] = {
    "the ranking as it is": RANKED,
    "no BM25 of the title": replace(RANKED, title=0),
    "no bonus for titles that hold the query": replace(RANKED, title_cover=0),
    "no neighbours": replace(RANKED, pair=0),
    "no lead": replace(RANKED, lead=0),
    "the share held counts once at most": replace(RANKED, coordination=1),
    "the share held counts squared": replace(RANKED, coordination_size=math.inf),
    "the share held doesn't count": replace(RANKED, coordination=0),
    "no words": replace(RANKED, word=0),
    "no codes": replace(RANKED, code=0),
    "b 0.75": replace(RANKED, b=0.75),
    "half-accented as good as accented": replace(RANKED, within_accents=1),
    "window of 128": replace(RANKED, window=128),
    "window of 2,048": replace(RANKED, window=2048),
    "no abbreviations": None,
}
_OPEN = re.compile(
    r"(?:([oO])([àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ])|([uU])([ỳýỷỹỵỲÝỶỸỴ])|([òóỏõọÒÓỎÕỌ])([aeAE])|([ùúủũụÙÚỦŨỤ])([yY]))\b"
)


class Trial:
    """Ranks queries over one snapshot in various ways."""

    def __init__(self, index_dir: Path, analyzer: Analyzer) -> None:
        self._snapshot = Snapshot(index_dir, (index_dir / "CURRENT").read_text().split()[0])
        self._analyzer = analyzer

    def parse(self, typed: str, abbreviations: Abbreviations | None = None) -> Query:
        """Parse as the product does, with its own list of abbreviations unless another is given."""
        known = Abbreviations.builtin() if abbreviations is None else abbreviations
        return parse_query(typed, self._analyzer, clock(), known).query

    def plain(self, typed: str) -> Query:
        """Ask for any of the folded syllables and nothing else."""
        terms = tuple(Term(token.term) for token in self._analyzer.syllables(typed))
        return Text(terms, 0) if terms else self.parse(typed)

    def ranked(self, weights: Weights, parse: Callable[[str], Query]) -> Ranked:
        """Give the ids of the first hits of a query."""

        def ranked(typed: str) -> list[str]:
            evaluator = Evaluator(parse(typed), self._snapshot, weights)
            documents, scores = evaluator.best(evaluator.found(), DEPTH)
            order = np.lexsort((documents, -scores))[: DEPTH * 2]
            hits = sorted((-float(scores[at]), self._snapshot.id(int(documents[at]))) for at in order.tolist())
            return [article_id for _, article_id in hits[:DEPTH]]

        return ranked


def report(trial: Trial, items: list[KnownItem]) -> Iterator[str]:
    """Give the lines of the report, as Markdown."""
    product = trial.ranked(RANKED, trial.parse)
    reached = list(figures(list(judge(items, product))))
    baselines = {
        name: list(figures(list(judge(items, trial.ranked(weights, trial.plain)))))
        for name, weights in BASELINES.items()
    }
    yield "| group (all) | target | reached | " + " | ".join(baselines) + " |"
    yield "|---|---|---|" + "---|" * len(baselines)
    for number, row in enumerate(reached):
        target, others = TARGETS[row.group], (_pair(rows[number]) for rows in baselines.values())
        yield f"| {row.group} | {target[0]:.3f}/{target[1]:.3f} | {_pair(row)} | {' | '.join(others)} |"
    yield "\nMRR@10 on odd numbers when one factor is changed.\n"
    odd = [item for item in items if item.number % 2]
    yield "| | " + " | ".join(row.group for row in reached) + " |"
    yield "|---|" + "---:|" * len(reached)
    for name, weights in VARIATIONS.items():
        parse = trial.parse if weights is not None else lambda typed: trial.parse(typed, Abbreviations())
        rows = figures(list(judge(odd, trial.ranked(weights or RANKED, parse))))
        yield f"| {name} | {' | '.join(f'{row.mrr_at_10:.3f}' for row in rows)} |"
    yield "\n| typed without accents | success@10 | lost | may lose |"
    yield "|---|---:|---:|---:|"
    bare = {row.group: row for row in figures(list(judge(items, lambda typed: product(without_accents(typed)))))}
    for row in reached:
        if row.group in STRIPPED:
            lost = row.success_at_10 - bare[row.group].success_at_10
            yield f"| {row.group} | {bare[row.group].success_at_10:.3f} | {lost:.3f} | {STRIPPED[row.group]} |"
    styled = [item.query for item in items if other_tone_style(item.query) != item.query]
    changed = sum(product(query) != product(other_tone_style(query)) for query in styled)
    yield f"\nOf {len(styled)} queries written in the other tone style (hoà for hòa, or the reverse), {changed} have"
    yield "other hits."


def _pair(row: Figures) -> str:
    found = row.recall_at_10 if row.group == "code" else row.success_at_10
    return f"{found:.3f}/{row.mrr_at_10:.3f}"


def without_accents(text: str) -> str:
    """Take off all accents and the bar of đ."""
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return bare.replace("đ", "d").replace("Đ", "D")


def other_tone_style(text: str) -> str:
    """Move the tone of open oa, oe, uy to the other vowel; after q, u is none."""

    def moved(match: re.Match[str]) -> str:
        written = unicodedata.normalize("NFD", match.group())
        if match.start() and text[match.start() - 1] in "qQ":
            return match.group()
        tone = next(char for char in written if unicodedata.combining(char))
        first, second = (char for char in written if not unicodedata.combining(char))
        toned = (
            f"{first}{second}{tone}" if match.group(1) is None and match.group(3) is None else f"{first}{tone}{second}"
        )
        return unicodedata.normalize("NFC", toned)

    return _OPEN.sub(moved, unicodedata.normalize("NFC", text))
