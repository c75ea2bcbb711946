"""One generation as it is searched: which index holds it, what of that is shown, and how many articles hold what."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from index.errors import IndexDamaged
from index.opensearch_engine.clauses import all_of, any_of, but
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.state import Generation

JSON = dict[str, Any]

REMEMBERED = 20_000
"""Counts kept for a generation: the same words are asked for again and again."""
AT_ONCE = 200
"""Filters counted in one request."""


class Counts:
    """How many articles hold what, by the filter that finds them."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> int | None:
        """Give a count that is known."""
        with self._lock:
            return self._known.get(key)

    def put(self, key: bytes, count: int) -> None:
        """Keep a count."""
        with self._lock:
            self._known[key] = count
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class View:
    """A generation without what is withheld. Immutable but for what it remembers, safe to share between threads."""

    connection: Connection
    generation: Generation
    hidden: tuple[str, ...]
    """The ids of its articles that are withheld."""
    name: str
    withheld: JSON | None
    """The filter of what is withheld; None when nothing is."""
    counts: Counts = field(default_factory=Counts)

    @property
    def articles(self) -> int:
        """How many articles it shows."""
        return self.generation.articles - len(self.hidden)

    @property
    def shown(self) -> JSON:
        """The filter of the versions that it shows."""
        number = self.generation.number
        unwanted: list[JSON] = [{"range": {"died": {"lte": number}}}]
        if self.withheld is not None:
            unwanted.append(self.withheld)
        return but([{"range": {"born": {"lte": number}}}], unwanted)

    def within(self, *filters: JSON) -> JSON:
        """Ask for what it shows and all of some filters."""
        return all_of([self.shown, *filters])

    def verify(self) -> None:
        """Check that the index has every article of the generation, also what is withheld; raises IndexDamaged."""
        whole = replace(self, withheld=None, hidden=())
        found = self.search({"size": 0, "query": whole.shown, "track_total_hits": True})["hits"]["total"]["value"]
        if found != self.generation.articles:
            raise IndexDamaged(
                f"{self.generation.index} holds {found} articles instead of {self.generation.articles}: "
                "run `timtin rebuild`"
            )

    def search(self, body: JSON, preference: str = "") -> JSON:
        """Search its index."""
        return self.connection.search(self.generation.index, body, preference)

    def count(self, filters: Iterable[JSON]) -> dict[bytes, int]:
        """Count the articles that each filter finds, by `key_of` the filter."""
        wanted = {key_of(each): each for each in filters}
        found = {key: count for key in wanted if (count := self.counts.get(key)) is not None}
        unknown = [(key, each) for key, each in wanted.items() if key not in found]
        for start in range(0, len(unknown), AT_ONCE):
            part = unknown[start : start + AT_ONCE]
            asked = {str(number): each for number, (_, each) in enumerate(part)}
            body = {
                "size": 0,
                "query": self.within(any_of(asked.values())),
                "aggs": {"held": {"filters": {"filters": asked}}},
            }
            buckets = self.search(body)["aggregations"]["held"]["buckets"]
            for number, (key, _) in enumerate(part):
                found[key] = buckets[str(number)]["doc_count"]
                self.counts.put(key, found[key])
        return found


def key_of(each: JSON) -> bytes:
    """Give what a filter is known by."""
    return orjson.dumps(each, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
