"""Counting hits by author, publisher, section and date: what the cluster is asked, and what it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from index.article import UNKNOWN
from index.dates import start_of_day
from index.opensearch_engine.clauses import all_of, any_of, exists, lacks, published
from index.opensearch_engine.view import View
from index.opensearch_engine.written import clean
from index.query import Facet, Filters, Interval, SearchRequest
from index.response import DateBucket, FacetCount

JSON = dict[str, Any]

FIELDS = {Facet.AUTHOR: "authors", Facet.PUBLISHER: "publisher", Facet.SECTION: "section"}
PERIODS = 65_000
"""Months or days that are counted in one answer: years enough for any archive."""
DEEP = 20_000
"""How many values each shard counts, so that the counts of those that are given are exact; where a shard has more and
the counts may be off, all values are walked through."""
MOST = 50_000
"""How many values are given in one answer, of which the cluster refuses those of more than 65,535 buckets
(`search.max_buckets`); where more are asked for, and there are more, all are walked through."""
DAYS_BY_DAY = 62
DAYS_BY_MONTH = 366 * 3
_TIMELINE = "timeline"
WALKED = 10_000


def filters_by_facet(filters: Filters) -> dict[Facet, JSON]:
    """Give the filter that narrows each facet, where one does."""
    found: dict[Facet, JSON] = {}
    if filters.published is not None:
        found[Facet.DATE] = published(filters.published)
    elif filters.undated:
        found[Facet.DATE] = lacks("published")
    for facet, values in (
        (Facet.AUTHOR, filters.authors),
        (Facet.PUBLISHER, filters.publishers),
        (Facet.SECTION, filters.sections),
    ):
        if values:
            known: list[JSON] = [{"terms": {FIELDS[facet]: [clean(each) for each in values]}}]
            found[facet] = any_of([*known, lacks(FIELDS[facet])] if UNKNOWN in values else known)
    return found


def aggregations(request: SearchRequest) -> JSON:
    """Give what to ask beside the hits: each facet without its own filter."""
    filters = filters_by_facet(request.filters)
    asked: JSON = {}
    for facet in request.facets:
        others = all_of([each for name, each in filters.items() if name is not facet])
        counted = _dates() if facet is Facet.DATE else _values(FIELDS[facet], request.facet_limit)
        asked[facet.value] = {"filter": others, "aggs": counted}
    if request.timeline is not None:
        by = "day" if request.timeline is Interval.DAY else "month"
        asked[_TIMELINE] = {"filter": all_of(filters.values()), "aggs": {**_periods(by), **_undated()}}
    return asked


def _values(field: str, limit: int) -> JSON:
    size = min(max(limit, 1), MOST)
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {
        "values": {"terms": {"field": field, "size": size, "shard_size": max(size, DEEP), "order": order}},
        "without": {"missing": {"field": field}},
    }


def _undated() -> JSON:
    return {"without": {"missing": {"field": "published"}}}


def _periods(field: str) -> JSON:
    return {"periods": {"terms": {"field": field, "size": PERIODS, "shard_size": PERIODS, "order": {"_key": "asc"}}}}


def _dates() -> JSON:
    return {**_periods("month"), **_undated(), "earliest": _end("asc"), "latest": _end("desc")}


def _end(order: str) -> JSON:
    return {"terms": {"field": "day", "size": 1, "shard_size": 1, "order": {"_key": order}}}


class Counted:
    """The facets of an answer; asks again where that takes more."""

    def __init__(self, view: View, matched: JSON, request: SearchRequest, answer: JSON) -> None:
        self._view = view
        self._matched = matched
        self._request = request
        self._answer = answer

    def values(self) -> dict[Facet, tuple[FacetCount, ...]]:
        """Give every facet asked for but the date."""
        return {facet: self._facet(facet) for facet in sorted(self._request.facets) if facet is not Facet.DATE}

    def _facet(self, facet: Facet) -> tuple[FacetCount, ...]:
        found = self._answer[facet.value]
        limit = self._request.facet_limit
        values = found["values"]
        if values.get("doc_count_error_upper_bound") or (limit > MOST and values["sum_other_doc_count"]):
            counts = walk(self._view, self._within(facet), FIELDS[facet])
            pairs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        else:
            pairs = [(bucket["key"], bucket["doc_count"]) for bucket in values["buckets"]][:limit]
        without = found["without"]["doc_count"]
        unknown = [FacetCount(UNKNOWN, without)] if without else []
        return (*(FacetCount(value, count) for value, count in pairs), *unknown)

    def _within(self, facet: Facet | None) -> JSON:
        filters = filters_by_facet(self._request.filters)
        return all_of([self._matched, *(each for name, each in filters.items() if name is not facet)])

    def dates(self) -> tuple[DateBucket, ...] | None:
        """Give the date facet, when it is asked for."""
        if Facet.DATE not in self._request.facets:
            return None
        found = self._answer[Facet.DATE.value]
        months = _counts(found["periods"])
        if not months:
            return _bucketed(months, Interval.MONTH, found["without"]["doc_count"])
        first, last = (date.fromisoformat(found[end]["buckets"][0]["key"]) for end in ("earliest", "latest"))
        days = (last - first).days + 1
        if days > DAYS_BY_DAY:
            by = Interval.MONTH if days <= DAYS_BY_MONTH else Interval.YEAR
            return _bucketed(months, by, found["without"]["doc_count"])
        answer = self._view.search(
            {"size": 0, "query": self._view.within(self._within(Facet.DATE)), "aggs": _periods("day")}
        )
        return _bucketed(_counts(answer["aggregations"]["periods"]), Interval.DAY, found["without"]["doc_count"])

    def timeline(self) -> tuple[DateBucket, ...] | None:
        """Give the hits by period, when asked for."""
        if self._request.timeline is None:
            return None
        found = self._answer[_TIMELINE]
        return _bucketed(_counts(found["periods"]), self._request.timeline, found["without"]["doc_count"])


def walk(view: View, matched: JSON, field: str) -> Counter[str]:
    """Count all values of a field, however many, exactly."""
    counts: Counter[str] = Counter()
    after: JSON = {}
    while True:
        source = {"size": WALKED, "sources": [{"value": {"terms": {"field": field}}}], **after}
        answer = view.search({"size": 0, "query": view.within(matched), "aggs": {"all": {"composite": source}}})
        found = answer["aggregations"]["all"]
        counts.update({bucket["key"]["value"]: bucket["doc_count"] for bucket in found["buckets"]})
        if "after_key" not in found or not found["buckets"]:
            return counts
        after = {"after": found["after_key"]}


def _counts(periods: JSON) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in periods["buckets"]}


_LENGTHS = {Interval.YEAR: 4, Interval.MONTH: 7, Interval.DAY: 10}


def _bucketed(counts: dict[str, int], by: Interval, undated: int) -> tuple[DateBucket, ...]:
    length = _LENGTHS[by]
    summed: Counter[str] = Counter()
    for period, count in counts.items():
        summed[period[:length]] += count
    buckets = [_bucket(name, by, count) for name, count in sorted(summed.items())]
    if undated:
        buckets.append(DateBucket(UNKNOWN, None, None, undated))
    return tuple(buckets)


def _bucket(name: str, by: Interval, count: int) -> DateBucket:
    first = date.fromisoformat(name + "-01-01"[: 10 - len(name)])
    return DateBucket(name, start_of_day(first), start_of_day(_next(first, by)), count)


def _next(first: date, by: Interval) -> date:
    match by:
        case Interval.DAY:
            return first + timedelta(days=1)
        case Interval.MONTH:
            return (first + timedelta(days=32)).replace(day=1)
        case Interval.YEAR:
            return first.replace(year=first.year + 1)


def stories(view: View, matched: Iterable[JSON], total: int) -> int:
    """Count the stories that the hits tell, exactly; an article of none is one by itself."""
    counts = walk(view, all_of([*matched, exists("story")]), "story")
    return total - counts.total() + len(counts)
