"""From a query tree to the documents that match and their scores, by arrays over all documents of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import pairwise
from typing import assert_never

import numpy as np
import numpy.typing as npt

from index.analysis.syllables import ACCENT_BITS, ACCENT_CODES, typed_within
from index.dates import DateRange
from index.query import (
    And,
    Author,
    Code,
    MatchAll,
    MatchNone,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    Term,
    Text,
    TextField,
)
from index.whoosh_engine import schema
from index.whoosh_engine.postings import Floats, Ints, Postings
from index.whoosh_engine.snapshot import Mask, Snapshot

K1 = 1.2
B = 0.75
TITLE_WEIGHT = 0.5
TITLE_B = 0.5
OTHER_ACCENTS_WEIGHT = 0.2
"""What an occurrence with other accents than those typed is worth."""
WITHIN_ACCENTS_WEIGHT = 0.8
"""What an occurrence is worth whose accents hold those typed and more, or whose article is typed without any."""
PAIR_WEIGHT = 0.8
COORDINATION = 1.0
"""The power of the share of the query's units held, by which a text's score is multiplied."""
WORD_WEIGHT = 0.3
CODE_WEIGHT = 2.0
POSITION_BITS = 32 - ACCENT_BITS

Counts = npt.NDArray[np.int16]
"""How many of a text's units each document holds."""

Keys = npt.NDArray[np.int64]
"""Occurrences as document << POSITION_BITS | position, ascending."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Which of the n documents match, and what each scores (0 where it doesn't)."""

    mask: Mask
    scores: Floats


class Evaluator:
    """Evaluates query trees over one snapshot; `notes` collects what the reader should know."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._postings: dict[tuple[str, str], Postings] = {}
        self.notes: list[str] = []

    def matches(self, query: Query) -> Matches:
        """Give the matches of a query; deleted documents are not taken out.

        Where the whole query matches nothing its free text gives way (see `_required`), except below a Not: that
        would exclude what nobody asked to.
        """
        strict = self._evaluate(query, gives_way=False)
        return strict if (strict.mask & self._snapshot.live).any() else self._evaluate(query, gives_way=True)

    def _evaluate(self, query: Query, *, gives_way: bool) -> Matches:
        match query:
            case MatchAll():
                return self._constant(np.ones(self._snapshot.count, np.bool_))
            case MatchNone():
                return self._constant(np.zeros(self._snapshot.count, np.bool_))
            case Term():
                return self._text(Text((query,), 1), gives_way=gives_way)
            case Phrase():
                return self._phrase(query)
            case Code():
                matches = self._constant(np.zeros(self._snapshot.count, np.bool_))
                matches.mask[self._add_whole(schema.CODES, query.code, CODE_WEIGHT, matches.scores)] = True
                return matches
            case Text():
                return self._text(query, gives_way=gives_way)
            case Author():
                return self._constant(self._author(query))
            case Published():
                return self._constant(published_mask(self._snapshot, query.range))
            case And():
                parts = [self._evaluate(part, gives_way=gives_way) for part in query.queries]
                mask = reduce(np.logical_and, (part.mask for part in parts))
                return Matches(mask, np.where(mask, sum(part.scores for part in parts), np.float32(0)))
            case Or():
                parts = [self._evaluate(part, gives_way=gives_way) for part in query.queries]
                mask = reduce(np.logical_or, (part.mask for part in parts))
                return Matches(mask, reduce(np.add, (part.scores for part in parts)))
            case Not():
                return self._constant(~self._evaluate(query.query, gives_way=False).mask)
            case _:
                assert_never(query)

    def _read(self, field: str, term: str) -> Postings:
        """Give a term's postings; a query may need them several times."""
        key = field, term
        if key not in self._postings:
            self._postings[key] = self._snapshot.postings.read(field, term)
        return self._postings[key]

    def _constant(self, mask: Mask) -> Matches:
        return Matches(mask, np.zeros(self._snapshot.count, np.float32))

    def _idf(self, frequency: int) -> float:
        """Robertson and Spärck Jones' weight as Lucene smooths it, never negative."""
        return float(np.log1p((self._snapshot.count - frequency + 0.5) / (frequency + 0.5)))

    def _saturated(self, documents: Ints, frequencies: npt.NDArray[np.floating], field: TextField) -> Floats:
        """BM25's tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))."""
        if field is TextField.TITLE:
            norms = K1 * (1 - TITLE_B + TITLE_B * self._snapshot.title_lengths[documents])
        else:
            norms = K1 * (1 - B + B * self._snapshot.text_lengths[documents])
        result: Floats = (frequencies * (K1 + 1) / (frequencies + norms)).astype(np.float32)
        return result

    def _add_whole(self, field: str, term: str, weight: float, scores: Floats) -> Ints:
        """Score a term that is matched whole, a word or a code; give the documents that hold it."""
        found = self._read(field, term)
        if len(found.documents):
            scores[found.documents] += (
                weight
                * self._idf(len(found.documents))
                * self._saturated(found.documents, found.frequencies.astype(np.float32), TextField.TEXT)
            )
        return found.documents

    def _text(self, query: Text, *, gives_way: bool) -> Matches:
        scores = np.zeros(self._snapshot.count, np.float32)
        held = np.zeros(self._snapshot.count, np.int16)
        loosely = np.zeros(self._snapshot.count, np.int16)
        for unit in query.units:
            if isinstance(unit, Term):
                self._add_term(unit, scores, held, loosely)
            else:
                matches = self._phrase(unit)
                scores += matches.scores
                held += matches.mask
                loosely += matches.mask
        required = query.required
        if gives_way:
            held, required = self._required(query, held, loosely)
        mask = held >= required
        self._add_pairs(query.units, mask, scores)
        for word in query.words:
            self._add_whole(schema.WORDS, word, WORD_WEIGHT, scores)
        for code in query.codes:
            self._add_whole(schema.CODES, code.code, CODE_WEIGHT, scores)
        scores *= (held / np.float32(len(query.units))) ** np.float32(COORDINATION)
        return Matches(mask, np.where(mask, scores, np.float32(0)))

    def _required(self, query: Text, held: Counts, loosely: Counts) -> tuple[Counts, int]:
        """Give the counts that decide what matches and the least that does: what the query requires, or, when no
        document holds that much, the most that one holds; accents are passed over only when nothing else is left."""
        live = self._snapshot.live
        most = int(held[live].max(initial=0))
        if most >= query.required:
            return held, query.required
        if most:
            self.notes.append(
                f"Không có bài nào chứa đủ các từ: đây là những bài chứa {most} trong {len(query.units)} từ."
            )
            return held, most
        most = int(loosely[live].max(initial=0))
        if most:
            self.notes.append("Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác.")
        return loosely, max(most, 1)

    def _add_term(self, term: Term, scores: Floats, held: Counts, loosely: Counts) -> None:
        found = self._read(term.field, term.term)
        if not len(found.documents):
            return
        loosely[found.documents] += 1
        if term.accents == 0:
            held[found.documents] += 1
            frequencies = found.frequencies.astype(np.float32)
            scores[found.documents] += self._idf(len(found.documents)) * self._saturated(
                found.documents, frequencies, term.field
            )
        else:
            same, compatible, weighted = _graded(found, term.accents)
            held[found.documents[compatible]] += 1
            rarity = np.where(same, self._idf(int(same.sum())), self._idf(len(found.documents))).astype(np.float32)
            scores[found.documents] += rarity * self._saturated(found.documents, weighted, term.field)
        if term.field is TextField.TEXT:
            self._add_title(term, len(found.documents), scores)

    def _add_title(self, term: Term, frequency: int, scores: Floats) -> None:
        titled = self._read(schema.TITLE, term.term)
        if not len(titled.documents):
            return
        if term.accents:
            _, _, weighted = _graded(titled, term.accents)
        else:
            weighted = titled.frequencies.astype(np.float32)
        scores[titled.documents] += (
            TITLE_WEIGHT * self._idf(frequency) * self._saturated(titled.documents, weighted, TextField.TITLE)
        )

    def _add_pairs(self, units: tuple[Term | Phrase, ...], mask: Mask, scores: Floats) -> None:
        """Raise the documents in which two neighbours of the query are neighbours too."""
        lists: dict[Term, Keys] = {}
        for first, second in pairwise(units):
            if isinstance(first, Phrase) or isinstance(second, Phrase):
                continue
            for unit in (first, second):
                if unit not in lists:
                    lists[unit] = self._keys_within(unit, mask)
            together = _adjacent([lists[first], lists[second]])
            if len(together):
                documents, frequencies = np.unique(together >> POSITION_BITS, return_counts=True)
                scores[documents] += (
                    PAIR_WEIGHT
                    * self._idf(len(documents))
                    * self._saturated(documents, frequencies.astype(np.float32), first.field)
                )

    def _phrase(self, query: Phrase) -> Matches:
        field = query.terms[0].field
        matches = self._constant(np.zeros(self._snapshot.count, np.bool_))
        if query.code is not None and field is TextField.TEXT:
            matches.mask[self._read(schema.CODES, query.code).documents] = True
        keys = _adjacent([self._keys(term, exact=query.exact) for term in query.terms])
        if not len(keys):
            return matches
        documents, frequencies = np.unique(keys >> POSITION_BITS, return_counts=True)
        rarity = sum(self._idf(len(self._read(field, term.term).documents)) for term in query.terms)
        matches.mask[documents] = True
        matches.scores[documents] = rarity * self._saturated(documents, frequencies.astype(np.float32), field)
        if field is TextField.TEXT:
            in_title = (Term(term.term, term.accents, TextField.TITLE) for term in query.terms)
            titled = _adjacent([self._keys(term, exact=query.exact) for term in in_title])
            documents = np.unique(titled >> POSITION_BITS)
            matches.scores[documents] += (
                TITLE_WEIGHT * rarity * self._saturated(documents, np.ones(len(documents), np.float32), TextField.TITLE)
            )
        return matches

    def _keys(self, term: Term, *, exact: bool) -> Keys:
        """Give the keys of a term's occurrences; those of the accents typed only, if exact."""
        found = self._read(term.field, term.term)
        documents = np.repeat(found.documents << POSITION_BITS, found.frequencies)
        keys: Keys = documents + found.positions.astype(np.int64)
        if term.accents and exact:
            same: Mask = found.by_accents(_one_accents(term.accents))
            return keys[same]
        return keys

    def _keys_within(self, term: Term, mask: Mask) -> Keys:
        """Give the keys of a term's occurrences, whatever their accents, in the documents of a mask."""
        found = self._read(term.field, term.term)
        postings = np.flatnonzero(mask[found.documents])
        documents = np.repeat(found.documents[postings] << POSITION_BITS, found.frequencies[postings])
        keys: Keys = documents + found.positions[found.occurrences_of(postings)].astype(np.int64)
        return keys

    def _author(self, query: Author) -> Mask:
        ordinals = [
            ordinal
            for ordinal, name in enumerate(self._snapshot.author_names)
            if any(
                all(
                    term.term == syllable and typed_within(term.accents, accents)
                    for term, (syllable, accents) in zip(query.terms, name[start:], strict=False)
                )
                for start in range(len(name) - len(query.terms) + 1)
            )
        ]
        return self._snapshot.authors.mask(np.array(ordinals, np.int64))


def _adjacent(lists: list[Keys]) -> Keys:
    """Give the keys at which an occurrence of each list follows on one of the list before; rarest list first."""
    by_length = sorted(enumerate(lists), key=lambda pair: len(pair[1]))
    offset, rarest = by_length[0]
    keys = rarest - offset
    for offset, others in by_length[1:]:
        if not len(keys):
            break
        wanted = keys + offset
        at = np.searchsorted(others, wanted)
        at[at == len(others)] = 0
        keys = keys[others[at] == wanted]
    return keys


def published_mask(snapshot: Snapshot, span: DateRange) -> Mask:
    """Mark the documents dated within a range; undated ones never are."""
    mask: Mask = snapshot.published != schema.NO_DATE
    if span.start is not None:
        mask &= snapshot.published >= span.start.timestamp()
    if span.end is not None:
        mask &= snapshot.published < span.end.timestamp()
    return mask


@lru_cache(maxsize=4096)
def _accent_grades(typed: int) -> npt.NDArray[np.uint8]:
    """Grade every accents number by those typed: 2 the same, 1 none that contradicts them, 0 others."""
    grades = np.zeros(ACCENT_CODES, np.uint8)
    grades[[printed for printed in range(ACCENT_CODES) if typed_within(typed, printed)]] = 1
    grades[typed] = 2
    grades.flags.writeable = False
    return grades


@lru_cache(maxsize=4096)
def _one_accents(typed: int) -> Mask:
    """Mark one accents number among all."""
    marked: Mask = np.arange(ACCENT_CODES) == typed
    marked.flags.writeable = False
    return marked


def _graded(found: Postings, typed: int) -> tuple[Mask, Mask, Floats]:
    """Grade each document by its best occurrences: which have the spelling typed, which one that doesn't
    contradict it, and how many occurrences are of the best grade, by their worth."""
    grades = found.by_accents(_accent_grades(typed))
    same = np.add.reduceat(grades == 2, found.starts, dtype=np.int32)
    within = np.add.reduceat(grades == 1, found.starts, dtype=np.int32)
    weighted = np.where(
        same > 0,
        same,
        np.where(within > 0, within * WITHIN_ACCENTS_WEIGHT, found.frequencies * OTHER_ACCENTS_WEIGHT),
    ).astype(np.float32)
    return same > 0, (same > 0) | (within > 0), weighted
