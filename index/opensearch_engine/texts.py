"""A run of free text: which articles hold enough of its units, and how it gives way where too few do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from index.opensearch_engine.clauses import NOTHING, all_of, any_of, held, points
from index.opensearch_engine.view import View, key_of
from index.query import ENOUGH, Either, Near, Phrase, Term, Text, Unit, Wildcard, asks_a_share
from index.query import Fuzzy as Slip
from index.rarity import points_required, rarity

JSON = dict[str, Any]
Loose = Term | Phrase | Near | Wildcard | Slip | Text
"""The queries that give way and score: a text, or a unit that stands alone."""


def as_text(query: Loose) -> Text:
    """Take a unit that stands alone as a text."""
    return query if isinstance(query, Text) else Text((query,), 1)


@dataclass(frozen=True, slots=True)
class Matched:
    """What matches a text: the filter, and whether by a share of its units only."""

    filter: JSON
    shared: bool


class HeldText:
    """A text over one view; `notes` gets what the reader should know."""

    def __init__(self, view: View, text: Text, notes: list[str]) -> None:
        self._view = view
        self.text = text
        self._notes = notes
        self.any_accents = False

    @property
    def size(self) -> int:
        """How many units it has."""
        return self.text.size

    def wanted(self) -> Iterator[JSON]:
        """Give the filters whose counts decide what matches, so that those of all texts are asked for at once."""
        if asks_a_share(self.text):
            for unit in self.text.units:
                yield from held(unit)
                if isinstance(unit, Either) and unit.last_resort:
                    yield from held(unit, alternatives=False)
        for unit in self.text.units:
            if isinstance(unit, Either) and unit.last_resort:
                yield self._whole(unit)

    @staticmethod
    def _whole(unit: Either) -> JSON:
        return all_of(held(unit, alternatives=False))

    @cached_property
    def _last_resorts(self) -> dict[Unit, bool]:
        """Say of each Either with alternatives of last resort whether these count."""
        asked = [unit for unit in self.text.units if isinstance(unit, Either) and unit.last_resort]
        counts = self._view.count(map(self._whole, asked))
        return {unit: counts[key_of(self._whole(unit))] == 0 for unit in asked}

    def alternatives_count(self, unit: Unit) -> bool:
        """Say whether the alternatives of a unit count."""
        return self._last_resorts.get(unit, True)

    def units(self, *, loosely: bool = False) -> list[JSON]:
        """Give the filter of each unit."""
        return [
            each
            for unit in self.text.units
            for each in held(unit, loosely=loosely, alternatives=self.alternatives_count(unit))
        ]

    @cached_property
    def rarities(self) -> list[int]:
        """The rarity of each unit (see `index.rarity`)."""
        units = self.units()
        counts = self._view.count(units)
        return [rarity(counts[key_of(unit)], self._view.articles) for unit in units]

    @cached_property
    def required(self) -> int:
        """The points that make up the share asked for."""
        return points_required(self.text.share, self.rarities)

    @cached_property
    def strict(self) -> Matched:
        """What matches as the query asks."""
        if self.text.share == 1:
            return Matched(all_of(self.units()), shared=False)
        if self.text.share == 0:
            return Matched(any_of(self.units()), shared=True)
        return Matched(self._reaching(self.required), shared=True)

    def _reaching(self, least: int) -> JSON:
        return points(zip(self.units(), self.rarities, strict=True), least)

    def given_way(self, within: JSON) -> Matched:
        """What matches when the whole query finds too little, within what the rest of it leaves."""
        found = self._total(all_of([within, self.strict.filter]))
        fills = asks_a_share(self.text)
        if found >= (ENOUGH if fills else 1):
            return self.strict
        lowered = min(self.required, self._lowered(within)) if fills else 0
        if lowered and lowered == self.required:
            return self.strict
        if lowered:
            self._notes.append(
                f"Chỉ {found} bài chứa đủ những từ chính của câu tìm; các bài khác chứa ít hơn."
                if found
                else "Không có bài nào chứa đủ những từ chính của câu tìm: đây là những bài sát nhất."
            )
            return Matched(self._reaching(lowered), shared=True)
        most = self._most(self.units(), within)
        if most:
            self._notes.append(
                f"Không có bài nào chứa đủ các từ: đây là những bài chứa {most} trong {self.text.size} từ."
            )
            return Matched(points(((unit, 1) for unit in self.units()), most), shared=True)
        self.any_accents = True
        units = self.units(loosely=True)
        most = self._most(units, within)
        if most:
            self._notes.append("Không có bài nào có từ với dấu như đã gõ: đây là những bài có từ ấy với dấu khác.")
        return Matched(points(((unit, 1) for unit in units), max(most, 1)), shared=True)

    def _total(self, query: JSON) -> int:
        answer = self._view.search({"size": 0, "query": self._view.within(query), "track_total_hits": True})
        total: int = answer["hits"]["total"]["value"]
        return total

    def _highest(self, query: JSON, within: JSON, wanted: int) -> list[int]:
        """Give the highest points, falling, that any articles reach."""
        if query == NOTHING:
            return []
        asked = {"bool": {"must": [query], "filter": [self._view.within(within)]}}
        answer = self._view.search({"size": wanted, "query": asked, "_source": False})
        return [round(hit["_score"]) for hit in answer["hits"]["hits"]]

    def _lowered(self, within: JSON) -> int:
        """Give the lowest points that no more than `ENOUGH` articles reach, or else the highest; 0 if none has any."""
        best = self._highest(self._reaching(1), within, ENOUGH + 1)
        if len(best) <= ENOUGH:
            return best[-1] if best else 0
        higher = [each for each in best if each > best[-1]]
        return higher[-1] if higher else best[0]

    def _most(self, units: list[JSON], within: JSON) -> int:
        """Give the most units that any article holds."""
        best = self._highest(points(((unit, 1) for unit in units), 1), within, 1)
        return best[0] if best else 0
