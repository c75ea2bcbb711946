"""From a query tree to the documents that match, and from these to their scores, over the arrays of a snapshot.

First the whole tree is matched, by masks over all documents; then only what was found is scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import assert_never

import numpy as np

from index.analysis.syllables import typed_within
from index.dates import DateRange
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
    ranks,
)
from index.query_size import refuse_monsters
from index.weights import RANKED, Weights
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Floats, Ints, Mask
from index.whoosh_engine.budget import Budget
from index.whoosh_engine.holding import Matched
from index.whoosh_engine.ledger import Ledger
from index.whoosh_engine.reader import Reader
from index.whoosh_engine.scoring import Scored
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.texts import HeldText

Loose = Term | Phrase | Near | Wildcard | Fuzzy | Text
"""The queries that give way and score: a text, or a unit that stands alone."""


class Evaluator:
    """Evaluates one query tree over one snapshot; `notes` says what the reader should know.

    Raises QueryRefused for a monstrous tree, SearchTimeout when the budget is used up.
    """

    def __init__(
        self, query: Query, snapshot: Snapshot, weights: Weights = RANKED, budget: Budget | None = None
    ) -> None:
        refuse_monsters(query)
        self._query = query
        self._snapshot = snapshot
        self._weights = weights
        self._reader = Reader(snapshot, weights, budget or Budget())
        self._texts: dict[Loose, HeldText] = {}
        self._matched: dict[Loose, Matched] = {}
        """The texts that have given way."""
        self._gives_way = False
        """Whether those in an Or do."""
        self.notes = self._reader.notes

    def found(self) -> Ints:
        """Give the live documents that match, ascending; where there are too few, texts have given way (see
        `index.query.ENOUGH`)."""
        documents = self._strictly()
        if not len(documents) or (len(documents) < ENOUGH and any(map(asks_a_share, _conjuncts(self._query)))):
            documents = self._giving_way(nothing=not len(documents))
        return documents

    def _strictly(self) -> Ints:
        first, *others = _conjuncts(self._query) or (MatchAll(),)
        if isinstance(first, Loose):
            documents = self._text(first).strict.documents
        else:
            documents = np.flatnonzero(self._match(first))
        for part in others:
            documents = documents[self._match(part)[documents]]
        return self._snapshot.only_live(documents)

    def _giving_way(self, *, nothing: bool) -> Ints:
        """Give what matches when texts give way, each within what the rest leaves; those in an Or do when there is
        nothing otherwise."""
        self._gives_way = nothing
        within = self._snapshot.live
        texts = []
        for part in _conjuncts(self._query):
            if isinstance(part, Loose):
                texts.append(part)
            else:
                within = within & self._match(part)
        for part in sorted(texts, key=lambda part: self._text(part).size):
            self._matched[part] = self._text(part).given_way(within)
            within = within & self._matched[part].mask
        return np.flatnonzero(within)

    def scores(self, documents: Ints, ledger: Ledger | None = None) -> Floats:
        """Score documents, ascending, that `found` has given; the ledger gets what each factor adds."""
        return self._score(self._query, self._reader.scored(documents), ledger)

    def best(self, documents: Ints, wanted: int) -> tuple[Ints, Floats]:
        """Give documents that `found` has given, ascending, the `wanted` best among them, with their scores."""
        scoring = [part for part in _conjuncts(self._query) if ranks(part)]
        if len(scoring) == 1 and isinstance(scoring[0], Loose):
            return self._text(scoring[0]).best(documents, self._matched_by(scoring[0]), wanted)
        return documents, self.scores(documents)

    def missing(self, document: int) -> tuple[str, ...]:
        """Name the units of the query's texts that a document lacks; those below a Not it need not have."""
        texts = map(self._text, _asked_for(self._query))
        return tuple(dict.fromkeys(label for text in texts for label in text.missing(document)))

    def _matched_by(self, query: Loose) -> Matched:
        given_way = self._matched.get(query) if self._matched else None
        return given_way or self._text(query).strict

    def _match(self, query: Query, *, gives_way: bool = True) -> Mask:
        """Mark the documents that match; texts give way where nothing was found, but not below a Not."""
        match query:
            case MatchAll():
                return np.ones(self._snapshot.count, np.bool_)
            case MatchNone():
                return np.zeros(self._snapshot.count, np.bool_)
            case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
                if not (gives_way and self._gives_way):
                    return self._text(query).strict.mask
                if query not in self._matched:
                    self._matched[query] = self._text(query).given_way(self._snapshot.live)
                return self._matched[query].mask
            case Code():
                return self._reader.read(schema.CODES, query.code).all.mask()
            case Author():
                return self._author(query)
            case Published():
                return published_mask(self._snapshot, query.range)
            case And():
                return reduce(np.logical_and, (self._match(part, gives_way=gives_way) for part in query.queries))
            case Or():
                return reduce(np.logical_or, (self._match(part, gives_way=gives_way) for part in query.queries))
            case Not():
                return ~self._match(query.query, gives_way=False)
            case _:
                assert_never(query)

    def _score(self, query: Query, scored: Scored, ledger: Ledger | None) -> Floats:
        """Score documents; those that don't match a part get nothing from it."""
        match query:
            case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
                return self._text(query).score(scored, self._matched_by(query), ledger)
            case Code():
                scores = self._reader.whole(schema.CODES, query.code, scored) * np.float32(self._weights.code)
                if ledger is not None:
                    ledger.enter(f"Số hiệu văn bản {query.code}", scored.documents, scores)
                return scores
            case And():
                return reduce(np.add, (self._score(part, scored, ledger) for part in query.queries))
            case Or():
                return reduce(np.add, (self._branch(part, scored, ledger) for part in query.queries))
            case MatchAll() | MatchNone() | Author() | Published() | Not():
                return np.zeros(len(scored.documents), np.float32)
            case _:
                assert_never(query)

    def _branch(self, query: Query, scored: Scored, ledger: Ledger | None) -> Floats:
        """Score documents by one side of an Or; an And that a document doesn't match as a whole is worth nothing."""
        if not isinstance(query, And):
            return self._score(query, scored, ledger)
        scores = np.zeros(len(scored.documents), np.float32)
        inside = np.flatnonzero(self._match(query)[scored.documents])
        scores[inside] = self._score(query, scored.only(inside), ledger)
        return scores

    def _text(self, query: Loose) -> HeldText:
        held = self._texts.get(query)
        if held is None:
            text = query if isinstance(query, Text) else Text((query,), 1)
            held = self._texts[query] = HeldText(self._reader, text)
        return held

    def _author(self, query: Author) -> Mask:
        ordinals = [
            ordinal
            for ordinal, name in enumerate(self._snapshot.author_names)
            if any(_is_named(query.terms, name[start:]) for start in range(len(name) - len(query.terms) + 1))
        ]
        return self._snapshot.authors.mask(np.array(ordinals, np.int64))


def _asked_for(query: Query) -> Iterator[Loose]:
    """Give the texts of a query that are not below a Not."""
    match query:
        case Term() | Phrase() | Near() | Wildcard() | Fuzzy() | Text():
            yield query
        case And() | Or():
            for part in query.queries:
                yield from _asked_for(part)
        case MatchAll() | MatchNone() | Code() | Author() | Published() | Not():
            return
        case _:
            assert_never(query)


def _conjuncts(query: Query) -> tuple[Query, ...]:
    """Give what must all match: the parts of an And, or the query itself."""
    return query.queries if isinstance(query, And) else (query,)


def _is_named(terms: tuple[Term, ...], name: list[tuple[str, int]]) -> bool:
    """Say whether a name begins with the syllables asked for; a single letter is an initial."""
    return all(
        syllable.startswith(term.term)
        if len(term.term) == 1
        else term.term == syllable and typed_within(term.accents, accents)
        for term, (syllable, accents) in zip(terms, name, strict=False)
    )


def published_mask(snapshot: Snapshot, span: DateRange) -> Mask:
    """Mark the documents dated within a range; undated ones never are."""
    mask: Mask = snapshot.published != schema.NO_DATE
    if span.start is not None:
        mask &= snapshot.published >= span.start.timestamp()
    if span.end is not None:
        mask &= snapshot.published < span.end.timestamp()
    return mask
