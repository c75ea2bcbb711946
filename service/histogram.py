"""How many hits each period has, as bars that are links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.article import UNKNOWN
from index.response import DateBucket
from service.arguments import Period, SearchArguments
from service.links import Links
from service.wording import number, span_label

HEIGHT = 48
STEP = 10
"""From one bar to the next, in the units of the picture; its macro draws them."""
FEWEST, MOST = 2, 120
"""Periods of which a picture says something."""
LOWEST = 1.5
"""A period with any hits can be seen, and hit with a pointer."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: where its bar stands, how high it is, where it leads and what it says."""

    x: int
    y: float
    height: float
    url: str
    label: str
    value: str


def bars(buckets: Sequence[DateBucket], arguments: SearchArguments, links: Links) -> tuple[Bar, ...]:
    """Draw the dated periods; none where there are too few or too many."""
    dated = [bucket for bucket in buckets if bucket.value != UNKNOWN]
    if len(dated) < FEWEST:
        return ()
    first = _number(dated[0].value)
    places = [_number(bucket.value) - first for bucket in dated]
    if places[-1] >= MOST:
        return ()
    most = max(bucket.count for bucket in dated) or 1
    return tuple(_bar(place, bucket, most, arguments, links) for place, bucket in zip(places, dated, strict=True))


def _number(period: str) -> int:
    """Number the years, the months or the days, so that periods without hits leave a gap."""
    year, *rest = map(int, period.split("-"))
    if not rest:
        return year
    return date(year, *rest).toordinal() if len(rest) > 1 else year * 12 + rest[0]


def _bar(place: int, bucket: DateBucket, most: int, arguments: SearchArguments, links: Links) -> Bar:
    height = round(max(HEIGHT * bucket.count / most, LOWEST if bucket.count else 0), 2)
    within = replace(arguments, period=Period.of(bucket.value, bucket.value), undated=False, page=1)
    return Bar(
        x=place * STEP,
        y=round(HEIGHT - height, 2),
        height=height,
        url=links.search(within),
        label=f"{span_label(bucket.value)}: {number(bucket.count)} bài",
        value=span_label(bucket.value),
    )
