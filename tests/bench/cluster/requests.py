"""What the service is asked: requests in classes, made from the articles' own words, the same ones every time.

A class has enough of them that no round asks what an earlier one has asked, as far as there are so many: what an
engine remembers of single queries would else be measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from tests.bench.engines.articles import DAYS, FIRST_DAY, Row
from tests.bench.engines.questions import (
    COMMON,
    RARE,
    Statistics,
    alone,
    next_places,
    run_places,
    statistics_of,
)
from tests.quality.known_items import read_known_items

Paths = list[str]
Chosen = Callable[[Row, int], str | None]
"""Gives what is typed of an article, or nothing; the number says how many have been chosen."""


def requests(rows: Path, count: int) -> dict[str, Paths]:
    """Give so many requests of each class."""
    statistics = statistics_of(rows)
    typed = _Typed(Analyzer.load(), statistics)
    common, question = typed.common, typed.question
    years = [{"from": f"{2020 + number % 6}", "to": f"{2020 + number % 6}"} for number in range(count)]
    authors = [{"author": row.author} for row in statistics.sample[:count]]
    months = [_month(number) for number in range(count)]

    def asked(choose: Chosen, *more: dict[str, str], each: Sequence[dict[str, str]] = ()) -> Paths:
        found = _first(statistics, choose, count)
        fixed = {name: value for part in more for name, value in part.items()}
        return [_search({"q": q, **fixed, **(each[number] if each else {})}) for number, q in enumerate(found)]

    return {
        "common word": asked(common),
        "rare word": asked(typed.rare),
        "question of 4 to 8 words": asked(question),
        "question without accents": asked(typed.unaccented),
        "phrase of 3": asked(typed.phrase),
        "code": asked(typed.code),
        "beginning of a word (`phong*`)": asked(typed.beginning),
        "question within a year": asked(question, each=years),
        "word and author": asked(common, each=authors),
        "question, all facets": asked(question, {"facets": "author,publisher,section,date"}),
        "question, stories as one hit": asked(question, {"collapse": "story"}),
        "common word, newest first": asked(common, {"sort": "newest"}),
        "all articles of a month, newest first": [_search({"sort": "newest", **month}) for month in months],
        "common word, from hit 1,001": asked(common, {"page": "101"}),
        "suggestions while typing": [
            f"/api/v1/suggest?{urlencode({'q': q})}" for q in _first(statistics, typed.begun, count)
        ],
    }


def known_items(corpus: Path) -> Paths:
    """Give what people type who look for a certain article, as the search page asks it."""
    items = read_known_items(corpus / "known-items-dev.tsv")
    return [_search({"q": q, "facets": "author,date"}) for q in dict.fromkeys(item.query for item in items)]


def _search(parameters: dict[str, str]) -> str:
    return f"/api/v1/search?{urlencode(parameters)}"


def _month(number: int) -> dict[str, str]:
    of_all = number % (DAYS // 366 * 12)
    month = f"{FIRST_DAY.year + of_all // 12}-{of_all % 12 + 1:02}"
    return {"from": month, "to": month}


def _first(statistics: Statistics, choose: Chosen, count: int) -> list[str]:
    """Choose from one article after another until there are enough; then they begin anew."""
    found: dict[str, None] = {}
    for row in statistics.sample:
        q = choose(row, len(found))
        if q is not None:
            found[q] = None
        if len(found) == count:
            break
    different = list(found)
    if not different:
        raise ValueError("the articles hold nothing to ask for: take more of them")
    return [different[number % len(different)] for number in range(count)]


class _Typed:
    """What people could type who have an article in mind."""

    def __init__(self, analyzer: Analyzer, statistics: Statistics) -> None:
        self._analyzer = analyzer
        self._statistics = statistics

    def common(self, row: Row, number: int) -> str | None:
        return self._written(row, next_places(row, 1, lambda token: self._statistics.within(token, COMMON)))

    def rare(self, row: Row, number: int) -> str | None:
        return self._written(row, next_places(row, 1, lambda token: self._statistics.within(token, RARE)))

    def question(self, row: Row, number: int) -> str | None:
        return self._written(row, next_places(row, 4 + number % 5, alone))

    def unaccented(self, row: Row, number: int) -> str | None:
        q = self.question(row, number)
        return None if q is None else " ".join(fold(word)[0] for word in q.split())

    def phrase(self, row: Row, number: int) -> str | None:
        q = self._written(row, run_places(3)(row))
        return None if q is None else f'"{q}"'

    def code(self, row: Row, number: int) -> str | None:
        return next((row.text[each.start : each.end] for each in self._analyzer.codes(row.text)), None)

    def beginning(self, row: Row, number: int) -> str | None:
        q = self.common(row, number)
        return None if q is None or len(fold(q)[0]) < 3 else f"{fold(q)[0]}*"

    def begun(self, row: Row, number: int) -> str | None:
        return row.title[: 5 + number % 10]

    def _written(self, row: Row, places: list[int] | None) -> str | None:
        if places is None:
            return None
        tokens = self._analyzer.syllables(row.text)
        return " ".join(row.text[tokens[at].start : tokens[at].end].lower() for at in places)


def rounds_of(classes: dict[str, Paths], each: int) -> Iterator[dict[str, Paths]]:
    """Deal the requests out, so many of each class for a round."""
    least = min(map(len, classes.values()))
    for start in range(0, least - each + 1, each):
        yield {name: paths[start : start + each] for name, paths in classes.items()}
