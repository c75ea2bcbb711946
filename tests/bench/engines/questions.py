"""What is asked: classes of queries, made from the articles' own statistics, the same ones every time.

Only tokens with accents are asked for by themselves: a bare syllable stands for every spelling where it is typed,
and engines that know no syllables would need another query for it.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from index.analysis.chain import Analyzer
from index.analysis.syllables import UNACCENTED
from tests.bench.engines.articles import FIRST_DAY, Row, read_rows
from tests.bench.engines.asked import Asked, Shape, Typed

EACH = 8
"""Queries a class."""
VARIED = 40
"""Queries of each kind for what is to be asked many different things."""
COMMON = (0.25, 0.6)
MEDIUM = (0.04, 0.15)
RARE = (0.0004, 0.002)
"""Shares of the articles that hold a token."""
SAMPLE = 1200
"""Articles that queries are made of."""
DAY = 86_400
_PLAIN = re.compile(r"[a-z]{2,}_\d+")

FACET_CLASSES = ("facets of a common term", "facets of all articles")


@dataclass(frozen=True, slots=True)
class Questions:
    """The queries of each class on the single field, and those that are served as typed."""

    articles: int
    asked: dict[str, list[Asked]]
    typed: dict[str, list[Typed]]
    varied: list[Typed]
    """Many more of the typed ones, no two of a kind in a row."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many articles hold each token; and some articles' tokens, in an order that looks random."""

    count: int
    frequencies: Counter[str]
    sample: list[Row]

    def within(self, token: str, share: tuple[float, float]) -> bool:
        """Say whether so large a share of the articles holds a token, and it may be asked for by itself."""
        low, high = max(share[0] * self.count, 3), max(share[1] * self.count, 12)
        return low <= self.frequencies[token] <= high and alone(token)


def alone(token: str) -> bool:
    """Say whether a token may be asked for by itself."""
    accents = int(token.rsplit("_", 1)[1])
    return accents not in (0, UNACCENTED) and _PLAIN.fullmatch(token) is not None


def questions(rows: Path) -> Questions:
    """Make the queries."""
    statistics = statistics_of(rows)
    many = _typed(statistics, VARIED).values()
    varied = list(chain.from_iterable(zip(*many, strict=False)))
    return Questions(statistics.count, _asked(statistics), _typed(statistics, EACH), varied)


def statistics_of(rows: Path) -> Statistics:
    """Count what the articles hold."""
    frequencies: Counter[str] = Counter()
    count = 0
    ranked: list[tuple[int, Row]] = []
    for row in read_rows(rows):
        count += 1
        frequencies.update(set(row.tokens.split()))
        ranked.append((_order(row.id), row))
        if len(ranked) > 4 * SAMPLE:
            ranked = sorted(ranked, key=lambda pair: pair[0])[:SAMPLE]
    return Statistics(count, frequencies, [row for _, row in sorted(ranked, key=lambda pair: pair[0])[:SAMPLE]])


def _order(text: str) -> int:
    return zlib.crc32(text.encode())


def _asked(statistics: Statistics) -> dict[str, list[Asked]]:
    def one(share: tuple[float, float]) -> list[str]:
        return sorted((token for token in statistics.frequencies if statistics.within(token, share)), key=_order)[:EACH]

    def some(shape: Shape, *shares: tuple[float, float]) -> list[Asked]:
        return [Asked(shape, tokens) for tokens in _first(statistics, lambda row: _of_shares(statistics, row, shares))]

    common = one(COMMON)
    variants: dict[str, list[str]] = defaultdict(list)
    for token in statistics.frequencies:
        variants[token.rsplit("_", 1)[0]].append(token)
    unaccented = [
        tuple(token.rsplit("_", 1)[0] for token in tokens) for tokens in _first(statistics, lambda row: _words(row, 4))
    ]
    syllables = list(dict.fromkeys(token.rsplit("_", 1)[0] for token in sorted(_all(statistics, COMMON), key=_order)))
    begin = FIRST_DAY.timestamp()
    spans = [(int(begin) + 200 * DAY * number, int(begin) + 200 * DAY * number + 365 * DAY) for number in range(EACH)]
    return {
        "common term": [Asked(Shape.ANY, (token,)) for token in common],
        "rare term": [Asked(Shape.ANY, (token,)) for token in one(RARE)],
        "OR of 3": some(Shape.ANY, COMMON, MEDIUM, MEDIUM),
        "AND of 3": some(Shape.ALL, COMMON, COMMON, MEDIUM),
        "AND of common and rare": some(Shape.ALL, COMMON, RARE),
        "phrase of 2": [Asked(Shape.PHRASE, words) for words in _first(statistics, lambda row: _run(row, 2))],
        "phrase of 3": [Asked(Shape.PHRASE, words) for words in _first(statistics, lambda row: _run(row, 3))],
        "prefix": [Asked(Shape.PREFIX, (word,)) for word in _of_length(syllables, 3, 5)],
        "leading wildcard": [Asked(Shape.SUFFIX, (end,)) for end in _ends(syllables)],
        "term within a year": [
            Asked(Shape.ANY, (token,), span=span) for token, span in zip(common, spans, strict=False)
        ],
        "term, newest first": [Asked(Shape.ANY, (token,), newest=True) for token in common],
        "all articles, newest first": [Asked(Shape.EVERYTHING, newest=True)] * EACH,
        "term, from hit 1,001": [Asked(Shape.ANY, (token,), offset=1000) for token in common],
        "question of 4 to 8 words": [Asked(Shape.ANY, words) for words in _question_words(statistics)],
        "question without accents": [
            Asked(Shape.UNACCENTED, words, tuple(token for word in words for token in variants[word]))
            for words in unaccented
        ],
        "code": [Asked(Shape.PHRASE, parts) for parts in _codes(statistics, variants)],
        FACET_CLASSES[0]: [Asked(Shape.ANY, (token,), facets=True) for token in common],
        FACET_CLASSES[1]: [Asked(Shape.EVERYTHING, facets=True)] * EACH,
    }


def _typed(statistics: Statistics, count: int) -> dict[str, list[Typed]]:
    analyzer = Analyzer.load()

    def typed(choose: Callable[[Row], Sequence[int] | None], *, phrase: bool = False) -> list[Typed]:
        found: list[Typed] = []
        for row in statistics.sample:
            places = choose(row)
            if places and len(found) < count:
                tokens = analyzer.syllables(row.text)
                found.append(
                    Typed(tuple(row.text[tokens[at].start : tokens[at].end].lower() for at in places), phrase=phrase)
                )
        return found

    def one(share: tuple[float, float]) -> Callable[[Row], Sequence[int] | None]:
        return lambda row: next_places(row, 1, lambda token: statistics.within(token, share))

    lengths = iter(range(10**9))
    return {
        "common word": typed(one(COMMON)),
        "rare word": typed(one(RARE)),
        "question of 4 to 8 words": typed(lambda row: next_places(row, 4 + next(lengths) % 5, alone)),
        "phrase of 3": typed(run_places(3), phrase=True),
        "all articles, newest first": [Typed((), newest=True)] * count,
    }


def _all(statistics: Statistics, share: tuple[float, float]) -> list[str]:
    return [token for token in statistics.frequencies if statistics.within(token, share)]


def _first(
    statistics: Statistics, choose: Callable[[Row], tuple[str, ...] | None], count: int = EACH
) -> list[tuple[str, ...]]:
    """Choose from one article after another until there are enough, all of them different."""
    found: dict[tuple[str, ...], None] = {}
    for row in statistics.sample:
        chosen = choose(row)
        if chosen is not None:
            found[chosen] = None
        if len(found) == count:
            break
    return list(found)


def _of_shares(statistics: Statistics, row: Row, shares: Sequence[tuple[float, float]]) -> tuple[str, ...] | None:
    """Choose a token of each share from an article."""
    chosen: list[str] = []
    for share in shares:
        fitting = (token for token in _from(row) if statistics.within(token, share) and token not in chosen)
        token = next(fitting, None)
        if token is None:
            return None
        chosen.append(token)
    return tuple(chosen)


def _from(row: Row) -> Iterator[str]:
    """Give an article's tokens from somewhere in it, round to there."""
    tokens = row.tokens.split()
    start = _order(row.id) % len(tokens)
    yield from tokens[start:]
    yield from tokens[:start]


def next_places(row: Row, count: int, fits: Callable[[str], bool]) -> list[int] | None:
    """Choose the places of the next tokens that fit, all of them different, from somewhere in the article."""
    tokens = row.tokens.split()
    chosen: dict[str, int] = {}
    for at in range(_order(row.id) % len(tokens), len(tokens)):
        if fits(tokens[at]):
            chosen.setdefault(tokens[at], at)
        if len(chosen) == count:
            return list(chosen.values())
    return None


def _words(row: Row, count: int) -> tuple[str, ...] | None:
    places = next_places(row, count, alone)
    return None if places is None else tuple(row.tokens.split()[at] for at in places)


def _question_words(statistics: Statistics) -> list[tuple[str, ...]]:
    """Choose questions of four to eight words, two of each length."""

    def of_length(length: int) -> list[tuple[str, ...]]:
        return _first(statistics, lambda row: _words(row, length) if _order(row.id) % 5 == length - 4 else None, 2)

    return [words for length in range(4, 9) for words in of_length(length)]


def run_places(count: int) -> Callable[[Row], list[int] | None]:
    """Choose the places of so many tokens in a row that may all be asked for by themselves."""

    def choose(row: Row) -> list[int] | None:
        tokens = row.tokens.split()
        for at in range(_order(row.id) % len(tokens), len(tokens) - count + 1):
            if all(map(alone, tokens[at : at + count])):
                return list(range(at, at + count))
        return None

    return choose


def _run(row: Row, count: int) -> tuple[str, ...] | None:
    places = run_places(count)(row)
    return None if places is None else tuple(row.tokens.split()[at] for at in places)


def _of_length(syllables: list[str], least: int, most: int) -> list[str]:
    return [word for word in syllables if least <= len(word) <= most][:EACH]


def _ends(syllables: list[str]) -> list[str]:
    return list(dict.fromkeys(word[-3:] for word in syllables if len(word) > 3))[:EACH]


def _codes(statistics: Statistics, variants: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Find numbers of documents (their kind is written with Đ) and give their parts; only those whose bare parts have
    no other spelling."""
    analyzer = Analyzer.load()

    def code(row: Row) -> tuple[str, ...] | None:
        tokens = row.tokens.split()
        syllables = analyzer.syllables(row.text)
        for found in analyzer.codes(row.text):
            parts = tuple(
                token
                for token, syllable in zip(tokens, syllables, strict=True)
                if found.start <= syllable.start and syllable.end <= found.end
            )
            whole = all(alone(part) or len(variants[part.rsplit("_", 1)[0]]) == 1 for part in parts)
            if len(parts) > 2 and whole and any(map(alone, parts)):
                return parts
        return None

    return _first(statistics, code)
