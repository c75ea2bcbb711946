"""What is to be known of changed articles before their stories can be found, read by several processes where many have
changed: reading a text and making its signature takes most of the time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from typing import Any

from index.article import Article
from index.child_process import end_with_parent
from indexer.store.records import readable
from indexer.stories.likeness import Told
from indexer.stories.original import Provenance, provenance
from indexer.stories.signature import signature

MANY = 3_000
"""So many changed articles are worth starting processes for."""
_AT_ONCE = 125
"""Articles that a process reads at a time."""

Row = tuple[Any, ...]
"""When an article was taken out (None: it is there), and the columns `records.STORED`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A changed article, as far as its story depends on it."""

    seq: int
    id: str
    story: str | None
    """What it is said to be of so far."""
    found: tuple[Told, Provenance] | None
    """None for an article that is gone, can't be read, or is too short to be compared."""


def seen(rows: Iterable[Row]) -> list[Seen]:
    """Read some articles."""
    return [_seen(row) for row in rows]


def told(article: Article) -> tuple[Told, Provenance] | None:
    """Give what is kept of an article; None for one that is too short to be compared."""
    lead = article.lead
    text = article.body if lead is None or lead in article.body else f"{lead}\n{article.body}"
    found = signature(text)
    if found is None:
        return None
    published = article.published_at
    day = published.local.date().toordinal() if published is not None else None
    return Told(found, day), provenance(article, found.size)


def read(batches: Iterable[list[Row]], many: bool) -> Iterator[list[Seen]]:
    """Read batch after batch; where there are many, in other processes and one batch ahead."""
    if not many:
        yield from map(seen, batches)
        return
    with ExitStack() as running:
        pool = running.enter_context(
            ProcessPoolExecutor(
                len(os.sched_getaffinity(0)),
                mp_context=multiprocessing.get_context("spawn"),
                initializer=end_with_parent,
            )
        )
        running.callback(pool.shutdown, cancel_futures=True)
        before: tuple[list[Row], list[Future[list[Seen]]]] | None = None
        for rows in batches:
            chunks = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]
            try:
                handed = [pool.submit(seen, chunk) for chunk in chunks]
            except BrokenProcessPool:
                handed = []
            if before is not None:
                yield _collected(*before)
            before = rows, handed
        if before is not None:
            yield _collected(*before)


def _collected(rows: list[Row], handed: list[Future[list[Seen]]]) -> list[Seen]:
    """Give what the processes have read; where one was ended from outside, read it here."""
    try:
        read_there = list(chain.from_iterable(future.result() for future in handed))
    except BrokenProcessPool:
        read_there = []
    return read_there or seen(rows)


def _seen(row: Row) -> Seen:
    removed, *columns = row
    article = readable(tuple(columns)) if removed is None else None
    found = told(article) if isinstance(article, Article) else None
    return Seen(seq=row[7], id=row[1], story=row[14], found=found)
