"""What articles score by a text: the factors of docs/ranking.md in the cluster's own queries.

Every factor is a query whose score is what the factor is worth; an article's score is their sum, multiplied by the
share of the text that it holds. Weights of rarity come from counts of the articles, not from the cluster's, which go
by shard and count what is deleted; only where a frequency counts is the score Lucene's own BM25.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, assert_never

from index.analysis.syllables import UNACCENTED
from index.opensearch_engine import tokens
from index.opensearch_engine.clauses import any_of, held_one, near, phrase_text, points, token
from index.opensearch_engine.naming import name_of, printed_word
from index.opensearch_engine.texts import HeldText, Matched
from index.opensearch_engine.view import View, key_of
from index.query import Either, Fuzzy, Near, Phrase, Term, TextField, Unit, Wildcard
from index.weights import RANKED

JSON = dict[str, Any]
Single = Term | Phrase | Near | Wildcard | Fuzzy

TITLE_UNITS = 8
"""So many units of a query are looked for in titles as one; of more, the power of their share is 2."""
WHOLE = RANKED.k1 + 1
"""BM25's k1 + 1, which Lucene leaves off."""
SPELLINGS = 64
"""How many spellings of a half-accented syllable are scored by their frequency."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A part of a score, how it is named to people, and the query that scores by it."""

    label: str
    query: JSON

    def within(self, filters: list[JSON]) -> Factor:
        """Let it count only where all filters hold."""
        return replace(self, query={"bool": {"filter": filters, "must": [self.query]}}) if filters else self


def together(parts: Iterable[JSON | None]) -> JSON | None:
    """Add up what is there."""
    scored = [part for part in parts if part is not None]
    if not scored:
        return None
    return scored[0] if len(scored) == 1 else {"bool": {"should": scored}}


def code_factor(code: str) -> Factor:
    """Give what a whole document code is worth."""
    return Factor(f"Số hiệu văn bản {code}", _boosted("codes", code, RANKED.code * WHOLE))


def _boosted(field: str, value: str, boost: float) -> JSON:
    return {"term": {field: {"value": value, "boost": boost}}}


def _constant(found: JSON, worth: float) -> JSON:
    return {"constant_score": {"filter": found, "boost": worth}}


def _best(parts: list[JSON]) -> JSON:
    return parts[0] if len(parts) == 1 else {"dis_max": {"queries": parts}}


def singles(unit: Unit) -> tuple[Single, ...]:
    """Give the units of one, in the order typed."""
    return unit.units if isinstance(unit, Either) else (unit,)


class RankedText:
    """How a text scores; `matched` is what matches it, where that is known yet."""

    def __init__(self, view: View, held: HeldText, matched: Matched | None = None) -> None:
        self._view = view
        self._held = held
        self._matched = matched

    def wanted(self) -> Iterator[JSON]:
        """Give the filters whose counts the weights come from, so that those of all texts are asked for at once."""
        for unit in self._held.text.units:
            for single in (*singles(unit), *(unit.alternatives if isinstance(unit, Either) else ())):
                yield from self._weighing(single)
        yield from (_pair_filter(*pair) for pair in self._pairs())

    @staticmethod
    def _weighing(unit: Single) -> Iterator[JSON]:
        if isinstance(unit, Phrase | Near):
            for term in unit.terms:
                yield held_one(term, loosely=True)
        else:
            yield held_one(unit)
            yield held_one(unit, loosely=True)

    def _count(self, found: JSON) -> int:
        return self._view.count([found])[key_of(found)]

    def _idf(self, count: int) -> float:
        """Robertson and Spärck Jones' weight as Lucene smooths it."""
        articles = max(self._view.articles, count)
        return math.log1p((articles - count + 0.5) / (count + 0.5))

    def _weight(self, unit: Unit) -> float:
        """Give the weight of a unit's rarity, among all spellings when none agrees with those typed."""
        if isinstance(unit, Either):
            return sum(map(self._weight, unit.units))
        if isinstance(unit, Phrase | Near):
            return sum(self._idf(self._count(held_one(term, loosely=True))) for term in unit.terms)
        return self._idf(self._count(held_one(unit)) or self._count(held_one(unit, loosely=True)))

    def named_units(self) -> Iterator[tuple[str, JSON]]:
        """Give each unit's name, and the filter of what holds any of it."""
        for unit in self._held.text.units:
            parts = singles(unit)
            if isinstance(unit, Either) and self._held.alternatives_count(unit):
                parts = (*parts, *unit.alternatives)
            yield name_of(unit), any_of([held_one(part) for part in parts])

    def scoring(self, *, matches: bool) -> JSON | None:
        """Give the query that scores what matches the text; `matches` says that it is asked of nothing else."""
        scored = together([factor.query for factor in self._plain()])
        return None if scored is None else self._coordinated(scored, matches=matches)

    def factors(self) -> Iterator[Factor]:
        """Give the factors, each scored with the share of the text that is held."""
        for factor in self._plain():
            yield replace(factor, query=self._coordinated(factor.query, matches=False))

    def _coordinated(self, scored: JSON, *, matches: bool) -> JSON:
        """Multiply by the share, by rarity, that an article holds, to the power that suits the text's length; between
        two whole powers a straight line stands for the curve."""
        if self._matched is None:
            return scored
        guarded: JSON = scored if matches else {"bool": {"filter": [self._matched.filter], "must": [scored]}}
        size = self._held.text.size
        counts = self._matched.shared and size > 1 and not self._held.any_accents
        whole = sum(self._held.rarities) if counts else 0
        if not whole:
            return guarded
        power = min(RANKED.coordination, (RANKED.coordination_size / size) ** 2)
        shares = [
            (unit, worth / whole) for unit, worth in zip(self._held.units(), self._held.rarities, strict=True) if worth
        ]
        while power > 0:
            bent = min(power, 1.0)
            functions: list[JSON] = [{"weight": 1 - bent}] if bent < 1 else []
            functions += ({"filter": unit, "weight": share * bent} for unit, share in shares)
            guarded = {
                "function_score": {
                    "query": guarded, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"
                }
            }  # fmt: skip
            power -= bent
        return guarded

    def _plain(self) -> Iterator[Factor]:
        text = self._held.text
        for unit in text.units:
            yield Factor(f"Có “{name_of(unit)}”", self._unit(unit))
        in_titles = [(title, self._weight(single)) for single, title in self._titles()]
        if in_titles:
            yield Factor("Từ của câu tìm nằm trong tiêu đề", _titled(in_titles))
        for word in text.words:
            yield Factor(f"Từ ghép “{printed_word(word)}”", _boosted("words", word, RANKED.word * WHOLE))
        yield from (code_factor(code.code) for code in text.codes)
        pairs = list(self._paired())
        if pairs:
            yield Factor("Các từ đứng cạnh nhau như trong câu tìm", {"bool": {"should": pairs}})
        lead = [
            _constant(held_one(single, field="lead"), RANKED.lead * self._weight(single))
            for unit in text.units
            for single in singles(unit)
            if isinstance(single, Term) and single.field is TextField.TEXT
        ]
        if lead:
            yield Factor("Từ của câu tìm đứng ở đầu bài", {"bool": {"should": lead}})

    def _unit(self, unit: Unit) -> JSON:
        """Give what holding a unit is worth."""
        match unit:
            case Term():
                return self._term(unit)
            case Phrase():
                field = unit.terms[0].field
                return {"match_phrase": {field: {"query": phrase_text(unit), "boost": WHOLE}}}
            case Near():
                scored = near(unit, unit.terms[0].field)
                return {"bool": {"must": [scored], "boost": WHOLE}}
            case Wildcard():
                return self._expanded(unit)
            case Fuzzy():
                typed = _boosted(unit.field, tokens.bare(unit.term), WHOLE)
                return _best([self._expanded(unit), typed])
            case Either():
                whole: JSON = {"bool": {"should": [self._unit(each) for each in unit.units]}}
                if not self._held.alternatives_count(unit):
                    return whole
                return _best([whole, *(self._unit(each) for each in unit.alternatives)])
            case _:
                assert_never(unit)

    def _expanded(self, unit: Wildcard | Fuzzy) -> JSON:
        found = held_one(unit, loosely=True)
        return _constant(found, RANKED.expanded * self._idf(self._count(found)))

    def _term(self, term: Term) -> JSON:
        """Give what a syllable is worth: by the best grade of accents that an article has."""
        if not term.accents or self._held.any_accents:
            return _boosted(term.field, tokens.bare(term.term), WHOLE)
        typed = _boosted(term.field, tokens.spelled(term.term, term.accents), WHOLE)
        less = WHOLE * RANKED.within_accents
        if term.whole:
            return _best([typed, _boosted(term.field, tokens.spelled(term.term, UNACCENTED), less)])
        spellings = tokens.agreeing(term.term, term.accents)
        rewrite = {"value": spellings, "flags": "NONE", "rewrite": f"top_terms_blended_freqs_{SPELLINGS}"}
        return _best([typed, {"regexp": {term.field: {**rewrite, "boost": less}}}])

    def _titles(self) -> Iterator[tuple[Single, JSON]]:
        """Give the units that count in titles, each with the filter of the titles that hold it."""
        for unit in self._held.text.units:
            others: list[JSON] = []
            if isinstance(unit, Either) and self._held.alternatives_count(unit):
                others = [held_one(each, field="title") for each in unit.alternatives if _is_titled(each)]
            for single in singles(unit):
                if _is_titled(single):
                    yield single, any_of([held_one(single, field="title"), *others])

    def _pairs(self) -> Iterator[tuple[Term, Term]]:
        """Give the neighbours in the text, and those within an Either."""
        units = self._held.text.units
        sides = [(singles(one)[-1], singles(two)[0]) for one, two in pairwise(units)]
        sides += [pair for unit in units for pair in pairwise(singles(unit))]
        for one, two in sides:
            if isinstance(one, Term) and isinstance(two, Term) and one.field == two.field:
                yield one, two

    def _paired(self) -> Iterator[JSON]:
        for one, two in self._pairs():
            together = _pair_filter(one, two)
            count = self._count(together)
            if count:
                # Lucene weighs a phrase by the rarity of its parts; ours is that of the pair.
                by_parts = self._weight(one) + self._weight(two)
                boost = RANKED.pair * WHOLE * self._idf(count) / max(by_parts, 0.1)
                yield {"match_phrase": {one.field: {"query": _pair_text(one, two), "boost": boost}}}


def _is_titled(unit: Single) -> bool:
    if isinstance(unit, Phrase | Near):
        return unit.terms[0].field is TextField.TEXT
    return isinstance(unit, Term) and unit.field is TextField.TEXT


def _pair_text(one: Term, two: Term) -> str:
    return f"{token(one, exact=one.whole)} {token(two, exact=two.whole)}"


def _pair_filter(one: Term, two: Term) -> JSON:
    return {"match_phrase": {one.field: _pair_text(one, two)}}


def _titled(units: list[tuple[JSON, float]]) -> JSON:
    """Say what it is worth which units stand in the title, and how much of the query they make up together."""
    rarity = sum(worth for _, worth in units)
    each: list[JSON] = [_constant(title, RANKED.title * worth) for title, worth in units]
    if not rarity:
        return {"bool": {"should": each}}
    shares = [(title, worth / rarity) for title, worth in units]
    power = int(RANKED.title_cover_power) if len(units) <= TITLE_UNITS else 2
    covered = points(shares, 0.5)
    functions = [{"filter": title, "weight": share} for title, share in shares if share > 0]
    for _ in range(power - 1 if len(units) > 1 else 0):
        covered = {
            "function_score": {"query": covered, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}
        }
    return {"bool": {"should": [*each, {"bool": {"must": [covered], "boost": RANKED.title_cover * rarity}}]}}
