"""The filters beside a result list: what hits can be narrowed by, and what they are narrowed by already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from index.article import UNKNOWN
from index.query import Facet
from index.response import DateBucket, FacetCount, SearchResponse
from service.arguments import Period, SearchArguments
from service.links import Links
from service.wording import UNKNOWN_LABEL, number, period_label, span_label

SHOWN = 6
"""Values of a facet shown before the reader asks for the rest."""

LABELS = {
    Facet.AUTHOR: "Tác giả",
    Facet.PUBLISHER: "Nơi đăng",
    Facet.SECTION: "Chuyên mục",
    Facet.DATE: "Thời gian",
}

_PERIODS = {len("2020"): "năm", len("2020-07"): "tháng", len("2020-07-01"): "ngày"}

NameFacet = Literal[Facet.AUTHOR, Facet.PUBLISHER, Facet.SECTION]
"""The facets whose values are names."""

_NAME_FACETS: tuple[NameFacet, ...] = (Facet.PUBLISHER, Facet.AUTHOR, Facet.SECTION)
"""As they stand below one another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow by; its link adds it, or takes it off when it is chosen.

    `share` is its count in percent of the facet's highest.
    """

    label: str
    count: int
    url: str
    chosen: bool
    share: int


@dataclass(frozen=True, slots=True)
class Group:
    """A facet with its values: those shown at once and the rest."""

    facet: Facet
    label: str
    shown: tuple[Choice, ...]
    rest: tuple[Choice, ...]
    kind: str
    """What its values are, as a noun."""

    @property
    def rest_label(self) -> str:
        """Say what the rest is."""
        known = sum(choice.label != UNKNOWN_LABEL for choice in self.rest)
        named = [f"{number(known)} {self.kind}"] if known else []
        return "Thêm " + " và ".join([*named, *(["mục chưa rõ"] if known < len(self.rest) else [])])


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; its link takes it off."""

    label: str
    value: str
    url: str
    without: SearchArguments


def groups(
    arguments: SearchArguments, response: SearchResponse, dates: tuple[DateBucket, ...], links: Links
) -> tuple[Group, ...]:
    """Give the facets that offer a choice; `dates` is the date facet to show."""
    found = [_date_group(arguments, dates, links)]
    for facet in _NAME_FACETS:
        found.append(_name_group(arguments, facet, response.facets.get(facet, ()), links))
    return tuple(group for group in found if group.shown)


def chips(arguments: SearchArguments, links: Links) -> tuple[Chip, ...]:
    """Give the filters in force."""
    return tuple(Chip(label, value, links.search(without), without) for label, value, without in _in_force(arguments))


def _in_force(arguments: SearchArguments) -> Iterator[tuple[str, str, SearchArguments]]:
    first = replace(arguments, page=1)
    if arguments.period:
        label = period_label(arguments.period.since, arguments.period.until)
        yield LABELS[Facet.DATE], label, replace(first, period=None)
    if arguments.undated:
        yield LABELS[Facet.DATE], UNKNOWN_LABEL, replace(first, undated=False)
    for facet in _NAME_FACETS:
        for name in _names(arguments, facet):
            yield LABELS[facet], _name_label(name), _toggled(first, facet, name)


def _names(arguments: SearchArguments, facet: NameFacet) -> tuple[str, ...]:
    match facet:
        case Facet.AUTHOR:
            return arguments.authors
        case Facet.PUBLISHER:
            return arguments.publishers
        case Facet.SECTION:
            return arguments.sections
        case _:
            assert_never(facet)


def _toggled(arguments: SearchArguments, facet: NameFacet, name: str) -> SearchArguments:
    names = _names(arguments, facet)
    after = tuple(each for each in names if each != name) if name in names else (*names, name)
    match facet:
        case Facet.AUTHOR:
            return replace(arguments, authors=after, page=1)
        case Facet.PUBLISHER:
            return replace(arguments, publishers=after, page=1)
        case Facet.SECTION:
            return replace(arguments, sections=after, page=1)
        case _:
            assert_never(facet)


def _name_label(name: str) -> str:
    return UNKNOWN_LABEL if name == UNKNOWN else name


def _name_group(arguments: SearchArguments, facet: NameFacet, counts: tuple[FacetCount, ...], links: Links) -> Group:
    """Show the chosen values first, even those that no hit has any more."""
    chosen = _names(arguments, facet)
    known = {count.value: count.count for count in counts}
    ordered = [*chosen, *(value for value in known if value not in chosen)]
    highest = max(known.values(), default=0)
    choices = [
        Choice(
            label=_name_label(value),
            count=known.get(value, 0),
            url=links.search(_toggled(arguments, facet, value)),
            chosen=value in chosen,
            share=_share(known.get(value, 0), highest),
        )
        for value in ordered
    ]
    if not chosen and len(choices) == 1 and counts[0].value == UNKNOWN:
        choices = []
    shown = max(SHOWN, len(chosen))
    return Group(facet, LABELS[facet], tuple(choices[:shown]), tuple(choices[shown:]), LABELS[facet].lower())


def _date_group(arguments: SearchArguments, dates: tuple[DateBucket, ...], links: Links) -> Group:
    """Show the latest first, hits without a date last."""
    period = arguments.period
    known = [bucket for bucket in dates if bucket.value != UNKNOWN]
    unknown = [bucket for bucket in dates if bucket.value == UNKNOWN]
    highest = max((bucket.count for bucket in dates), default=0)
    choices = []
    for bucket in [*reversed(known), *unknown]:
        if bucket.value == UNKNOWN:
            chosen = arguments.undated
            wanted = replace(arguments, undated=not chosen, period=None, page=1)
        else:
            chosen = period is not None and period.since == period.until == bucket.value
            span = None if chosen else Period.of(bucket.value, bucket.value)
            wanted = replace(arguments, undated=False, period=span, page=1)
        choices.append(
            Choice(
                label=span_label(bucket.value),
                count=bucket.count,
                url=links.search(wanted),
                chosen=chosen,
                share=_share(bucket.count, highest),
            )
        )
    shown = len(choices) if len(choices) <= 2 * SHOWN else SHOWN
    kind = _PERIODS[len(known[0].value)] if known else ""
    return Group(Facet.DATE, LABELS[Facet.DATE], tuple(choices[:shown]), tuple(choices[shown:]), kind)


def _share(count: int, highest: int) -> int:
    return max(2, round(100 * count / highest)) if count else 0
