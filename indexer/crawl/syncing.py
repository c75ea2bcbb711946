"""One round: ask for lists and for pages that are due, politely, take in what comes, bring the index up to date.

What is to be done stands in the store, not in memory: a few requests are under way at a time, and whatever is killed
goes on with the next round. The index's lock is held only while the index is written.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from index.errors import IndexLocked
from indexer import pipeline
from indexer.addresses import site_of
from indexer.archive import Archive
from indexer.crawl import departures
from indexer.crawl.answers import Answer, Failed, Request, Role
from indexer.crawl.desk import Desk
from indexer.crawl.fetching import LONGEST_PAUSE, Fetcher
from indexer.crawl.folders import Folder, read_file
from indexer.crawl.gate import ROBOTS, Gate
from indexer.crawl.source import Source, SourceKind
from indexer.crawl.stores import Stores
from indexer.crawl.work import Options, Work
from indexer.html.portal_rules import rules_of
from indexer.report import IndexReport
from indexer.store.crawl_tables import PageState

UNDER_WAY = 2
"""Requests of a source at a time: one that is answered, one that waits its turn."""

INDEX_EVERY = 8.0
"""Seconds after which what was taken in becomes searchable, at the latest, while more is coming."""

_READ_AHEAD = 50
_LOCKED_FOR = 60.0

Clock = Callable[[], datetime]


class Sync:
    """Sources that are being followed. Raises as `ArticleStore` does, and IndexLocked."""

    def __init__(self, archive: Archive, sources: Sequence[Source], clock: Clock, options: Options) -> None:
        self._archive, self._clock, self._options = archive, clock, options
        self._gate = Gate()
        self._works: dict[str, Work] = {}
        self.follow(sources)
        self._robots: set[str] = set()
        self._unsaid: deque[Answer] = deque()
        self._held = ExitStack()
        self._fetcher = self._held.enter_context(Fetcher(self._gate.permit, self._gate.delay))
        self._stores = Stores(archive.articles)
        self.report = IndexReport()
        self._rules = rules_of(archive.home)
        self._note_rules()
        self._unindexed = True
        self._indexed_at = self._now()

    def __enter__(self) -> Sync:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()
        self._stores.close()

    @property
    def works(self) -> list[Work]:
        """Give the sources with what is under way for them."""
        return list(self._works.values())

    @property
    def is_idle(self) -> bool:
        """Say whether nothing is to be done now."""
        return not self._unsaid and not self._robots and all(work.is_idle for work in self.works)

    def follow(self, sources: Sequence[Source]) -> None:
        """Follow these from now on: those that are new as well, and with their settings of now."""
        for source in sources:
            work = self._works.get(source.name)
            if work is None or work.source.url != source.url:
                folder = Folder(source) if source.kind is SourceKind.FOLDER else None
                self._works[source.name] = Work(source, folder=folder)
            elif work.source != source:
                work.source = source
                if work.folder is not None:
                    work.folder.source = source
        for name in self._works.keys() - {source.name for source in sources}:
            del self._works[name]

    def reload(self) -> None:
        """Follow the sources as they are in the store now: all of them, or those named at the beginning. Rules files
        that are others than they were have stored pages read anew."""
        names = self._options.names
        self.follow([source for source in self._stores.state.sources() if not names or source.name in names])
        self._unindexed |= rules_of(self._archive.home) != self._rules

    def next_run(self, work: Work) -> float | None:
        """Give when something of a source is due next."""
        if work.folder is not None:
            return work.look_at
        return self._stores.state.next_due(work.source.name)

    def hurry(self) -> None:
        """Read every list now, whenever it would have been due."""
        for work in self.works:
            self._stores.state.hurry(work.source.name, self._now(), Role.LIST)

    def step(self, seconds: float) -> bool:
        """Ask for what is due, wait so long for an answer and take in what has come; say whether anything happened."""
        self._stores = self._stores.renewed()
        now = self._now()
        for work in self.works:
            self._fill(work, now)
        self._robots_closed(now)
        happened = self._take_in(seconds)
        return self._look_into_folders(now) or happened

    def settle(self) -> None:
        """Take out what is gone for good, and remember what was done."""
        for work in self.works:
            self._unindexed |= departures.settle(
                work.source, self._stores, self._clock(), work.tally, believe=self._options.believe_gone
            )
            work.look_at = min(work.look_at, self._now())
            if (told := work.tally.as_fields()) != work.told:
                self._stores.state.put_report(work.source.name, told, self._now())
                work.told = told

    def index(self, *, now: bool) -> bool:
        """Bring the index up to date, if there is something new, at once or when the last time is a while ago.

        Raises IndexLocked when another writer is at work: the next call tries again.
        """
        moment = self._now()
        if not self._unindexed or not (now or moment - self._indexed_at >= INDEX_EVERY):
            return False
        rules = rules_of(self._archive.home)  # asked first: what is edited meanwhile is a change for the next time
        report = pipeline.bring_up_to_date(self._archive, self._clock)
        if rules != self._rules:
            self._rules = rules
            self._note_rules()
        self.report.indexed += report.indexed
        self.report.unindexed += report.unindexed
        self.report.cleaned += report.cleaned
        self.report.notices += [notice for notice in report.notices if notice not in self.report.notices]
        self.report.unreadable = report.unreadable
        self.report.rejected += report.rejected
        self.report.index_problem = report.index_problem
        self._unindexed = report.index_problem is not None
        self._stores.read_anew()
        self._indexed_at = self._now()
        return True

    def _note_rules(self) -> None:
        told = (f"rules file left out: {problem}" for problem in self._rules.problems)
        self.report.notices += [notice for notice in told if notice not in self.report.notices]

    def finish(self) -> None:
        """End a round: nothing that was taken in stays out of the index."""
        self.settle()
        begun = time.monotonic()
        while True:
            try:
                self.index(now=True)
                return
            except IndexLocked:
                if time.monotonic() - begun > _LOCKED_FOR:
                    raise
                time.sleep(0.5)

    # What is asked for

    def _fill(self, work: Work, now: float) -> None:
        if work.folder is not None:
            return
        if not work.due and now >= work.look_at:
            waiting = work.under_way
            work.due.extend(
                page
                for page in self._stores.state.due(work.source.name, now, _READ_AHEAD)
                if page.address not in waiting and page.address not in work.done and not self._is_spent(work, page)
            )
            next_due = self._stores.state.next_due(work.source.name)
            work.look_at = min(now + 1.0, max(now + 0.05, next_due)) if next_due is not None else now + 1.0
        while work.due and len(work.under_way) < UNDER_WAY:
            page = work.due.popleft()
            site = site_of(page.address)
            if (until := self._gate.closed_until(site, now)) is not None:
                self._stores.state.put(_postponed(page, until))
            elif not self._gate.is_open(site, now, self._stores.state):
                work.due.appendleft(page)
                self._ask_robots(work.source, site)
                return
            else:
                work.under_way.add(page.address)
                self._fetcher.ask(_request(work.source, page))

    def _is_spent(self, work: Work, page: PageState) -> bool:
        limit = self._options.limit
        asked = work.tally.asked + len(work.under_way)
        return limit is not None and page.role is Role.PAGE and asked >= limit

    def _ask_robots(self, source: Source, site: str) -> None:
        if site not in self._robots:
            self._robots.add(site)
            self._fetcher.ask(Request(source, f"{site}{ROBOTS}", Role.ROBOTS))

    def _robots_closed(self, now: float) -> None:
        """Postpone what waits for a robots.txt that can't be had."""
        for work in self.works:
            while work.due and (until := self._gate.closed_until(site_of(work.due[0].address), now)) is not None:
                self._stores.state.put(_postponed(work.due.popleft(), until))

    # What has come

    def _take_in(self, seconds: float) -> bool:
        begun = self._now()
        answer = self._unsaid[0] if self._unsaid else self._fetcher.answer(seconds)
        happened = False
        while answer is not None:
            if not self._unsaid:
                self._unsaid.append(answer)  # kept until it is in the store, should that be locked now
            self._hear(answer)
            self._unsaid.clear()
            happened = True
            if self._now() - begun >= 1.0:
                break
            for work in self.works:
                self._fill(work, self._now())
            answer = self._fetcher.answer(0)
        return happened

    def _hear(self, answer: Answer) -> None:
        request = answer.request
        work = self._works.get(request.source.name)
        if request.role is Role.ROBOTS:
            site = site_of(request.address)
            if (notice := self._gate.hear(answer, self._stores.state, self._now())) and work is not None:
                work.tally.failed += 1
                work.tally.note(notice)
            self._robots.discard(site)
            return
        if work is None:
            return  # followed no longer
        if isinstance(answer, Failed) and (answer.wait or 0.0) > LONGEST_PAUSE:
            self._gate.leave_alone(site_of(request.address), self._now() + (answer.wait or 0.0))
        desk = Desk(self._stores, self._clock(), work.tally)
        if (needed := desk.take(answer)) is not None:
            self._wait_for(work, request, needed)
        elif self._options.once and not isinstance(answer, Failed):
            work.done.add(request.address)
        self._unindexed |= desk.has_changed
        work.under_way.discard(request.address)
        work.look_at = 0.0

    def _wait_for(self, work: Work, request: Request, site: str) -> None:
        """A page led to a site whose robots.txt is not known: it is asked for again when that is."""
        now = self._now()
        until = self._gate.closed_until(site, now)
        if until is None:
            self._ask_robots(work.source, site)
        if (page := self._stores.state.page(request.address)) is not None:
            self._stores.state.put(_postponed(page, until or now + 0.5))

    def _look_into_folders(self, now: float) -> bool:
        happened = False
        for work in self.works:
            if work.folder is None or now < work.look_at:
                continue
            ready, work.writing = work.folder.ready(self._stores.state, now, work.tally)
            for page in ready:
                self._unindexed |= read_file(
                    page, work.folder.paths[page.address], self._stores, self._clock, work.tally
                )
                happened = True
            work.look_at = self._now() + (0.25 if work.writing else work.source.every)
        return happened

    def _now(self) -> float:
        return self._clock().timestamp()


def _request(source: Source, page: PageState) -> Request:
    return Request(source, page.address, page.role, page.etag, page.last_modified, page.mark)


def _postponed(page: PageState, until: float) -> PageState:
    return replace(page, due_at=until)
