"""Ways on from a search that found nothing; only those that find something are offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.archive import Archive
from service.arguments import SearchArguments
from service.filters_panel import chips
from service.links import Links

OFFERED = 4
_QUOTES = re.compile(r"[\"“”„«»](?:~\d+)?")
_NAMED = re.compile(r"(\w:)[\"“„«]([^\"“”„«»]*)[\"”»](?:~\d+)?")
"""A phrase behind the name of a field: without quotes it needs parentheses to belong to the name."""
_OPERATORS = re.compile(r"[\"“”„«»():]|(?<!\S)-|\b(?:OR|HOẶC)\b")
_MANY = 8


@dataclass(frozen=True, slots=True)
class WayOut:
    """Another search, what it does differently and how many articles it finds."""

    says: str
    what: str
    total: int
    url: str
    all_filters: bool = False
    """Whether the filters are dropped besides."""


def ways_out(found: Archive, links: Links, arguments: SearchArguments) -> tuple[WayOut, ...]:
    """Give the ways on, the nearest to what was asked first."""
    offered: list[WayOut] = []
    tried = {links.search(replace(arguments, page=1))}
    for says, what, wanted in _candidates(links, arguments):
        loose = arguments.filtered and not wanted.filtered and wanted.q != arguments.q
        url = links.search(wanted)
        if url in tried:
            continue
        tried.add(url)
        total = found.count(wanted)
        if total:
            offered.append(WayOut(says, what, total, url, loose))
        if len(offered) == OFFERED:
            break
    return tuple(offered)


def _candidates(links: Links, arguments: SearchArguments) -> Iterator[tuple[str, str, SearchArguments]]:
    first = replace(arguments, page=1)
    for chip in chips(first, links)[:_MANY]:
        yield "Bỏ bộ lọc", f"{chip.label}: {chip.value}", chip.without
    bare = arguments.unfiltered
    if arguments.filtered:
        yield "Bỏ hết bộ lọc, chỉ tìm", arguments.q or "mọi bài", bare
    for starting in (first, bare) if arguments.filtered else (first,):
        for says, q in _looser(arguments.q):
            yield says, q, replace(starting, q=q)


def _looser(q: str) -> Iterator[tuple[str, str]]:
    """Give looser forms of a query."""
    if _QUOTES.search(q):
        yield "Bỏ dấu ngoặc kép, tìm", " ".join(_QUOTES.sub(" ", _NAMED.sub(r"\1(\2)", q)).split())
    words = q.split()
    if 2 <= len(words) <= _MANY and not _OPERATORS.search(q):
        yield "Tìm bài có một trong các từ", " OR ".join(words)
