"""What becomes of an answer: an article, a list's pages, or a note for the next time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from indexer.addresses import is_front_page
from indexer.crawl.answers import Answer, Failed, Fetched, Gone, Moved, NotModified, Refused, Request, Role
from indexer.crawl.entries import BadList, Entry, ListRead
from indexer.crawl.intake import Fate, Taken
from indexer.crawl.lists import read_list
from indexer.crawl.source import HOUR, Source, SourceKind
from indexer.crawl.stores import Stores
from indexer.crawl.tally import Tally
from indexer.crawl.visits import (
    after_failure,
    after_gone,
    after_moved,
    after_refusal,
    after_unchanged,
    after_whole,
    hash_of,
)
from indexer.identity import address_name
from indexer.store.crawl_tables import PageState

MAX_DEPTH = 3
"""Indexes of sitemaps within indexes."""

_MOVERS = 3
"""Pages that lead to one and the same other page: it is what portals show instead of an error."""


class Desk:
    """Takes one answer; the article is written first, what is known of its page after it."""

    def __init__(self, stores: Stores, now: datetime, tally: Tally) -> None:
        self._state, self._store, self._now, self._tally = stores.state, stores.articles, now, tally
        self._intake = stores.intake
        self.has_changed = False
        """Whether the index is behind now."""

    @property
    def _moment(self) -> float:
        return self._now.timestamp()

    def take(self, answer: Answer) -> str | None:
        """Take it; give the site whose robots.txt must be known before this can be asked for again."""
        request = answer.request
        page = self._state.page(request.address)
        if page is None:
            return None  # its source was removed meanwhile
        if isinstance(answer, Refused) and answer.site:
            return answer.site
        if request.role is Role.LIST:
            self._list(page, answer)
        else:
            self._tally.asked += 1
            self._page(page, answer)
        return None

    # Pages

    def _page(self, page: PageState, answer: Answer) -> None:
        match answer:
            case Fetched():
                self._whole(page, answer)
            case NotModified():
                self._tally.unchanged += 1
                self._state.put(after_unchanged(page, answer.request, self._moment))
            case Moved():
                self._moved(page, answer)
            case Gone():
                self._gone(page, answer, f"its page is gone ({answer.status})")
            case Failed():
                self._tally.failed += 1
                self._state.put(after_failure(page, answer, self._moment))
                self._tally.note(f"{page.address}: {answer.reason}; it is tried again later")
            case Refused():
                self._tally.refused += 1
                self._state.put(after_refusal(page, answer, self._moment))
                self._tally.note(f"{page.address}: {answer.reason}")
            case _:
                assert_never(answer)

    def _whole(self, page: PageState, answer: Fetched) -> None:
        known = page.article_id is not None or page.problem is not None
        if page.hash == hash_of(answer.content) and page.status in (200, 304) and known:
            self._tally.unchanged += 1
            self._state.put(replace(after_unchanged(page, answer.request, self._moment), etag=answer.etag))
            return
        # An article moves along with its page, under its id, once it has really been found there.
        movers = [mover for mover in self._state.movers(page.address, _MOVERS) if mover.article_id]
        mover = movers[0] if len(movers) == 1 and page.article_id is None else None
        under = replace(page, article_id=mover.article_id) if mover else page
        taken = self._intake.take(answer, under, self._now)
        changed = taken.fate in (Fate.NEW, Fate.CHANGED)
        after = after_whole(page, answer, self._moment, changed=changed)
        if taken.fate is Fate.REJECTED:
            self._state.put(replace(after, problem=taken.reason))
        elif mover:
            if address_name(mover.address) != address_name(page.address):
                self._store.forget_address(mover.address, self._now)
            self._state.put(replace(after, article_id=taken.article_id), replace(mover, article_id=None))
        else:
            self._state.put(replace(after, article_id=taken.article_id))
        self.has_changed |= changed
        self._count(page, taken)

    def _count(self, page: PageState, taken: Taken) -> None:
        if taken.reason:
            self._tally.note(f"{page.address}: {taken.reason}")
        match taken.fate:
            case Fate.NEW:
                self._tally.new += 1
            case Fate.CHANGED:
                self._tally.changed += 1
            case Fate.UNCHANGED:
                self._tally.unchanged += 1
            case Fate.REJECTED:
                self._tally.rejected += 1
            case Fate.WITHDRAWN:
                self._tally.refused += 1
            case _:
                assert_never(taken.fate)

    def _gone(self, page: PageState, answer: Gone, reason: str) -> None:
        if page.article_id is None:
            self._tally.rejected += 1
            self._tally.note(f"{page.address}: {reason}")
        self._state.put(after_gone(page, answer, self._moment, reason))

    def _moved(self, page: PageState, answer: Moved) -> None:
        """A redirect is found like a link, and the article goes with it. One to the front page, or to where others
        are led as well, says that the page is gone."""
        to, request = answer.to, answer.request
        movers = [mover for mover in self._state.movers(to, _MOVERS) if mover.address != page.address]
        if is_front_page(to) or to == request.source.url or len(movers) >= _MOVERS - 1:
            reason = f"its page is gone: it leads to {to}"
            self._gone(replace(page, moved_to=to), Gone(request, 404), reason)
            return
        other = self._state.page(to)
        if other is not None and (other.moved_to == page.address or other.role is Role.LIST):
            self._page(page, Failed(request, "it is redirected in a circle"))
            return
        self._tally.found += other is None
        other = other or PageState(to, page.source, Role.PAGE, facts=page.facts)
        moved = after_moved(page, request, self._moment, to)
        if page.article_id and other.article_id and other.problem is None:
            if page.article_id != other.article_id and self._store.forget_address(page.address, self._now):
                self._tally.gone += 1
                self.has_changed = True
            moved = replace(moved, article_id=None)
        is_new = other.fetched_at is None or page.mark != page.read_mark
        self._state.put(moved, replace(other, due_at=self._moment) if is_new else other)

    # Lists

    def _list(self, page: PageState, answer: Answer) -> None:
        match answer:
            case Fetched() if page.hash == hash_of(answer.content) and not page.problem:
                self._unchanged_list(page, answer.request)
            case Fetched():
                self._read(page, answer)
            case NotModified():
                self._unchanged_list(page, answer.request)
            case Failed():
                self._list_failed(page, answer)
            case Refused():
                self._list_failed(page, Failed(answer.request, answer.reason))
            case Gone():
                self._list_failed(page, Failed(answer.request, f"it is not there ({answer.status})"))
            case Moved():
                self._list_failed(page, Failed(answer.request, f"it is redirected to {answer.to}"))
            case _:
                assert_never(answer)

    def _unchanged_list(self, page: PageState, request: Request) -> None:
        self._state.put(self._list_state(page, request))
        if request.source.kind is SourceKind.SITEMAP:
            self._state.relist(page.address, self._moment)

    def _read(self, page: PageState, answer: Fetched) -> None:
        source = answer.request.source
        try:
            read = read_list(source, answer.content, answer.final, answer.charset)
        except BadList as bad:
            self._list_failed(page, Failed(answer.request, str(bad)))
            return
        fresh = self._state.unknown(entry.address for entry in read.entries)
        entries = self._bounded(read, fresh, source)
        onward = read.lists if page.depth < MAX_DEPTH or source.kind is SourceKind.LISTING else ()
        if source.kind is SourceKind.LISTING and (not fresh or page.depth + 1 >= source.list_pages):
            onward = ()
        self._tally.found += fresh
        after = replace(
            self._list_state(page, answer.request),
            etag=answer.etag,
            last_modified=answer.last_modified,
            hash=hash_of(answer.content),
            fetched_at=self._moment,
            status=200,
        )
        self._state.listed(after, entries, onward[: source.list_pages], self._moment, again=True)
        if read.is_whole and len(entries) == len(read.entries):
            self._state.unlisted(page.address, self._moment)
        self._tell(read, page.address)

    def _bounded(self, read: ListRead, fresh: int, source: Source) -> tuple[Entry, ...]:
        """Give the pages that there is room for; those that are known always."""
        room = source.pages - self._state.known(source.name, self._moment).pages if fresh else 0
        if fresh <= room or not fresh:
            return read.entries
        self._tally.note(f"{source.name} has more than {source.pages:,} pages; --pages allows more")
        kept = []
        for entry in read.entries:
            new = self._state.unknown((entry.address,))
            room -= new
            if not new or room >= 0:
                kept.append(entry)
        return tuple(kept)

    def _tell(self, read: ListRead, address: str) -> None:
        for problem in read.problems:
            self._tally.note(f"{address}: {problem}")
        if read.elsewhere:
            hosts = sorted({link.split("/", 3)[2] for link in read.elsewhere})
            shown = ", ".join(hosts[:5])
            self._tally.refused += len(read.elsewhere)
            self._tally.note(f"{address}: {len(read.elsewhere)} links lead to other hosts ({shown}); --host allows one")

    def _list_state(self, page: PageState, request: Request) -> PageState:
        due = self._moment + request.source.every if page.depth == 0 else None
        return replace(page, read_mark=page.mark, failures=0, problem=None, due_at=due, rechecked_at=self._moment)

    def _list_failed(self, page: PageState, answer: Failed) -> None:
        after = after_failure(page, answer, self._moment)
        longest = self._moment + max(HOUR, answer.wait or 0.0)
        self._state.put(replace(after, due_at=min(after.due_at or longest, longest)))
        self._tally.failed += 1
        self._tally.note(f"{page.address}: {answer.reason}; it is tried again later")
