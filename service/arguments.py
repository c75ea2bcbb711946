"""What a search over HTTP asks for, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from index.date_ranges import iso_range
from index.dates import DateRange
from index.query import Collapse, Facet, Filters, Sort
from service.cursors import PlaceInOrder


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one parameter.

    `message` is for who calls the API, `notice` (Vietnamese) for the reader of a page; none when a reader
    needn't know.
    """

    parameter: str
    value: str
    message: str
    notice: str = ""


class InvalidParameters(Exception):
    """A strict request can't be answered; all its faults are gathered."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time as typed (YYYY, YYYY-MM, YYYY-MM-DD or an instant; "" leaves a side open), both ends
    included whole, and the range it covers."""

    since: str
    until: str
    range: DateRange

    @classmethod
    def of(cls, since: str, until: str) -> Self:
        """Read both sides. Raises ValueError when one is no date."""
        return cls(since, until, DateRange(_span(since).start, _span(until).end))


def _span(typed: str) -> DateRange:
    return iso_range(typed) if typed else DateRange()


@dataclass(frozen=True, slots=True)
class SearchArguments:
    """A search as asked for over HTTP. `sort` is None when the caller left the order to us."""

    q: str = ""
    period: Period | None = None
    undated: bool = False
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    sort: Sort | None = None
    page: int = 1
    size: int = 10
    facets: frozenset[Facet] = frozenset()
    explain: bool = False
    fields: tuple[str, ...] = ()
    """The fields that hits are to have; none: the usual ones."""
    after: PlaceInOrder | None = None
    freshness: float = 0.0
    collapse: Collapse | None = None

    @property
    def filters(self) -> Filters:
        """What narrows the hits."""
        return Filters(
            published=self.period.range if self.period else None,
            undated=self.undated,
            authors=self.authors,
            publishers=self.publishers,
            sections=self.sections,
        )

    @property
    def unfiltered(self) -> SearchArguments:
        """The first page of the same search without filters."""
        return SearchArguments(self.q, sort=self.sort, size=self.size, freshness=self.freshness, collapse=self.collapse)

    @property
    def filtered(self) -> bool:
        """Whether anything but the query narrows the hits."""
        return bool(self.period or self.undated or self.authors or self.publishers or self.sections)
