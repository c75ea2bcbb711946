"""From the units of a query tree to those of a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from index.query import Either, Fuzzy, Near, Phrase, Term, TextField, Unit, Wildcard
from index.weights import Weights
from index.whoosh_engine.budget import Budget
from index.whoosh_engine.expansion import Expansion, matching, one_slip_away
from index.whoosh_engine.phrase_units import HeldNear, HeldPhrase
from index.whoosh_engine.scoring import Scorer
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.units import Held, HeldEither, HeldExpansion, HeldTerm, compatible

Expand = Callable[[list[ColumnarFile], str, str], Expansion]


class Reader(Scorer):
    """Makes the units of a query, each once."""

    def __init__(self, snapshot: Snapshot, weights: Weights, budget: Budget) -> None:
        super().__init__(snapshot, weights, budget)
        self._units: dict[Unit, Held] = {}

    def unit(self, unit: Unit) -> Held:
        """Find a unit; the same one is found once only."""
        held = self._units.get(unit)
        if held is None:
            held = self._units[unit] = self._found(unit)
        return held

    def _found(self, unit: Unit) -> Held:
        match unit:
            case Term():
                return HeldTerm(self, unit)
            case Phrase((term,), exact=True, code=None):
                return HeldTerm(self, term, exact=True)
            case Phrase():
                return HeldPhrase(self, unit)
            case Near():
                return HeldNear(self, unit)
            case Wildcard():
                self.budget.check()
                return self._expansion(unit.field, unit.pattern, matching, unit.pattern, unit.accents)
            case Fuzzy():
                self.budget.check()
                return self._expansion(unit.field, f"{unit.term}~", one_slip_away, unit.term, 0)
            case Either():
                return HeldEither(
                    [self.unit(each) for each in unit.units],
                    [self.unit(each) for each in unit.alternatives],
                    self.snapshot.live,
                    last_resort=unit.last_resort,
                )
            case _:
                assert_never(unit)

    def _expansion(self, field: TextField, label: str, expand: Expand, what: str, accents: int) -> Held:
        found = expand(self.snapshot.segments, field, what)
        if found.more:
            self.notes.append(f"{label} ứng với quá nhiều từ: chỉ {found.terms} từ hay gặp nhất được dùng.")
        spellings = self.snapshot.postings.spellings_of
        loose = list(spellings(field, found.numbers))
        strict = list(spellings(field, found.numbers, compatible(accents))) if accents else loose
        exact = HeldTerm(self, Term(what, field=field)) if expand is one_slip_away else None
        return HeldExpansion(self, label, strict, loose, exact)
