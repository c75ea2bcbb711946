"""From a query tree to the filter of the articles that match, and to the query that scores them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from index.opensearch_engine.clauses import EVERYTHING, NOTHING, all_of, any_of, by_author, published, term_filter
from index.opensearch_engine.ranking import Factor, RankedText, code_factor, together
from index.opensearch_engine.texts import HeldText, Loose, Matched, as_text
from index.opensearch_engine.view import View
from index.query import (
    ENOUGH,
    And,
    Author,
    Code,
    Fuzzy,
    MatchAll,
    MatchNone,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    Term,
    Text,
    Wildcard,
    asks_a_share,
)
from index.query_size import refuse_monsters

JSON = dict[str, Any]


class Evaluator:
    """Evaluates one query over one view; `notes` says what the reader should know."""

    def __init__(self, query: Query, view: View) -> None:
        refuse_monsters(query)
        self._query = query
        self._view = view
        self.notes: list[str] = []
        self._texts: dict[Loose, HeldText] = {}
        self._matched: dict[Loose, Matched] = {}
        """The texts that have given way."""
        self._gives_way = False
        """Whether those in an Or do."""
        loose = list(_loose(query))
        asked = [self._text(each) for each in loose]
        ranked = [RankedText(self._view, self._text(each)) for each in _scoring(query)]
        view.count([each for text in asked for each in text.wanted()] + [e for text in ranked for e in text.wanted()])

    def strictly(self) -> JSON:
        """Give the filter of what matches as the query asks."""
        return self._match(self._query, gives_way=False)

    def may_give_way(self, found: int) -> bool:
        """Say whether a query that finds so many articles gives way (see `index.query.ENOUGH`)."""
        return not found or (found < ENOUGH and any(map(asks_a_share, _conjuncts(self._query))))

    def giving_way(self, *, nothing: bool) -> JSON:
        """Give the filter of what matches when texts give way, each within what the rest leaves; those in an Or do
        when there is nothing otherwise."""
        self._gives_way = nothing
        parts = _conjuncts(self._query)
        filters = [self._match(part, gives_way=True) for part in parts if not isinstance(part, Loose)]
        texts = [part for part in parts if isinstance(part, Loose)]
        for part in sorted(texts, key=lambda part: self._text(part).size):
            self._matched[part] = self._text(part).given_way(all_of(filters))
            filters.append(self._matched[part].filter)
        return all_of(filters)

    def scoring(self) -> JSON | None:
        """Give the query that scores what matches; None where there is nothing to rank by."""
        # What matches the whole query matches every part that must hold: such a part need not be matched again.
        return together([self._score(part, matches=True) for part in _conjuncts(self._query)])

    def factors(self) -> Iterator[Factor]:
        """Give what adds up to the score, each as a query that scores by it alone."""
        yield from self._factors(self._query, [])

    def units(self) -> Iterator[tuple[str, JSON]]:
        """Give the units of the texts that are asked for, each with its name and the filter of what holds any of it;
        those below a Not are not asked for."""
        for each in _scoring(self._query):
            yield from RankedText(self._view, self._text(each)).named_units()

    def _text(self, query: Loose) -> HeldText:
        held = self._texts.get(query)
        if held is None:
            held = self._texts[query] = HeldText(self._view, as_text(query), self.notes)
        return held

    def _match(self, query: Query, *, gives_way: bool) -> JSON:
        match query:
            case MatchAll():
                return EVERYTHING
            case MatchNone():
                return NOTHING
            case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
                return self._matching(query, gives_way=gives_way).filter
            case Code():
                return term_filter("codes", query.code)
            case Author():
                return by_author(query)
            case Published():
                return published(query.range)
            case And():
                return all_of([self._match(part, gives_way=gives_way) for part in query.queries])
            case Or():
                return any_of([self._match(part, gives_way=gives_way) for part in query.queries])
            case Not():
                return {"bool": {"must_not": [self._match(query.query, gives_way=False)]}}
            case _:
                assert_never(query)

    def _matching(self, query: Loose, *, gives_way: bool) -> Matched:
        if not (gives_way and self._gives_way):
            return self._text(query).strict
        if query not in self._matched:
            self._matched[query] = self._text(query).given_way(EVERYTHING)
        return self._matched[query]

    def _ranked(self, query: Loose) -> RankedText:
        matched = self._matched.get(query) or self._text(query).strict
        return RankedText(self._view, self._text(query), matched)

    def _score(self, query: Query, *, matches: bool = False) -> JSON | None:
        """Give the query of what a part adds to the score; an article that doesn't match the part gets nothing, and
        `matches` says that there is none such."""
        match query:
            case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
                return self._ranked(query).scoring(matches=matches)
            case Code():
                return code_factor(query.code).query
            case And():
                return together([self._score(part) for part in query.queries])
            case Or():
                return together([self._branch(part) for part in query.queries])
            case MatchAll() | MatchNone() | Author() | Published() | Not():
                return None
            case _:
                assert_never(query)

    def _branch(self, query: Query) -> JSON | None:
        """Score by one side of an Or; an And that an article doesn't match as a whole is worth nothing."""
        scored = self._score(query)
        if scored is None or not isinstance(query, And):
            return scored
        return {"bool": {"filter": [self._match(query, gives_way=True)], "must": [scored]}}

    def _factors(self, query: Query, inside: list[JSON]) -> Iterator[Factor]:
        match query:
            case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
                for factor in self._ranked(query).factors():
                    yield factor.within(inside)
            case Code():
                yield code_factor(query.code).within(inside)
            case And():
                for part in query.queries:
                    yield from self._factors(part, inside)
            case Or():
                for part in query.queries:
                    branch = [*inside, self._match(part, gives_way=True)] if isinstance(part, And) else inside
                    yield from self._factors(part, branch)
            case MatchAll() | MatchNone() | Author() | Published() | Not():
                return
            case _:
                assert_never(query)


def _loose(query: Query) -> Iterator[Loose]:
    """Give all texts of a query."""
    match query:
        case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
            yield query
        case And() | Or():
            for part in query.queries:
                yield from _loose(part)
        case Not():
            yield from _loose(query.query)
        case MatchAll() | MatchNone() | Code() | Author() | Published():
            return
        case _:
            assert_never(query)


def _scoring(query: Query) -> Iterator[Loose]:
    """Give the texts of a query that are not below a Not."""
    match query:
        case And() | Or():
            for part in query.queries:
                yield from _scoring(part)
        case Not():
            return
        case _:
            yield from _loose(query)


def _conjuncts(query: Query) -> tuple[Query, ...]:
    """Give what must all match: the parts of an And, or the query itself."""
    return query.queries if isinstance(query, And) else (query,)
