"""What would come of a source? Looked at once, without keeping anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from index.errors import BadArticle
from indexer.addresses import BadAddress, canonical, site_of
from indexer.crawl.answers import Answer, Failed, Fetched, Gone, Moved, NotModified, Refused, Request, Role
from indexer.crawl.entries import BadList, ListRead
from indexer.crawl.fetching import ATTEMPTS, LONGEST_PAUSE, MAX_HOPS, Fetcher
from indexer.crawl.gate import ROBOTS
from indexer.crawl.intake import raw_page
from indexer.crawl.lists import kind_of, read_list
from indexer.crawl.responses import AGENT
from indexer.crawl.robots import Wishes
from indexer.crawl.source import Source, SourceKind
from indexer.extract import Extracted, extract
from indexer.html.portal_rules import RuleBook
from indexer.listed_facts import with_facts
from indexer.raw_page import RawPage

_EXAMPLES = 3
"""Pages that are asked for at most, to find one that holds an article."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: the kind and the content of the list, whether robots.txt allows it, and the first page of those
    it names that holds an article, or why the first one doesn't."""

    kind: SourceKind
    address: str
    read: ListRead
    robots: str
    example: tuple[str, Extracted | str] | None = None


def look(source: Source, *, now: datetime | None = None, book: RuleBook | None = None) -> Looked | str:
    """Fetch a source's list, and with `now` an example page, read by the rules of a book; give the reason where that
    fails."""
    with Fetcher(_elsewhere, lambda request: request.source.delay) as fetcher:
        wishes, robots = _wishes(fetcher, source)
        if not wishes.allow(source.url):
            return f"robots.txt of {site_of(source.url)} disallows {source.url}"
        answer = _asked(fetcher, Request(source, source.url, Role.LIST))
        if not isinstance(answer, Fetched):
            return f"{source.url}: {_why(answer)}"
        kind = kind_of(answer.content) if now is None else source.kind
        try:
            read = read_list(replace(source, kind=kind), answer.content, answer.final, answer.charset)
        except BadList as bad:
            return str(bad)
        if now is None:
            return Looked(kind, answer.final, read, robots)
        if not read.entries and read.lists and kind is SourceKind.SITEMAP:
            inner = _asked(fetcher, Request(source, read.lists[0].address, Role.LIST))
            if isinstance(inner, Fetched):
                read = replace(read_list(source, inner.content, inner.final, inner.charset), lists=read.lists)
        return Looked(kind, answer.final, read, robots, _example(fetcher, (source, wishes, book), read, now))


def fetch_page(url: str, *, allow_private: bool, now: datetime) -> RawPage | str:
    """Fetch one page, following it where it has moved within its host; give the reason where that fails."""
    try:
        address = canonical(url)
    except BadAddress as error:
        return str(error)
    source = Source("extract", SourceKind.LISTING, address, allow_private=allow_private)
    with Fetcher(_elsewhere, lambda request: request.source.delay) as fetcher:
        wishes, _ = _wishes(fetcher, source)
        for _ in range(MAX_HOPS):
            if not wishes.allow(address):
                return f"robots.txt of {site_of(address)} disallows {address}"
            answer = _asked(fetcher, Request(source, address, Role.PAGE))
            if isinstance(answer, Fetched):
                return raw_page(answer, now)
            if not isinstance(answer, Moved):
                return f"{address}: {_why(answer)}"
            address = answer.to
    return f"{url} is redirected more than {MAX_HOPS} times"


def _elsewhere(request: Request, address: str) -> Refused | None:
    host = address.split("/", 3)[2]
    return None if host in request.source.allowed_hosts else Refused(request, f"it leads to {host}")


def _wishes(fetcher: Fetcher, source: Source) -> tuple[Wishes, str]:
    site = site_of(source.url)
    answer = _asked(fetcher, Request(source, f"{site}{ROBOTS}", Role.ROBOTS))
    if isinstance(answer, Fetched):
        wishes = Wishes(answer.content, AGENT)
        delay = f", asks for {wishes.delay:g} s between requests" if wishes.delay else ""
        return wishes, f"allows it{delay}"
    if isinstance(answer, Failed) and (answer.status is None or answer.status >= 500):
        return Wishes(b"", AGENT), f"can't be had ({answer.reason}): sync waits until it can"
    return Wishes(b"", AGENT), "there is none: everything is allowed"


def _example(
    fetcher: Fetcher, portal: tuple[Source, Wishes, RuleBook | None], read: ListRead, now: datetime
) -> tuple[str, Extracted | str] | None:
    source, wishes, book = portal
    first: tuple[str, Extracted | str] | None = None
    allowed = (entry for entry in read.entries if wishes.allow(entry.address))
    for entry in islice(allowed, _EXAMPLES):
        answer = _asked(fetcher, Request(source, entry.address, Role.PAGE))
        if not isinstance(answer, Fetched):
            first = first or (entry.address, _why(answer))
            continue
        try:
            return entry.address, with_facts(extract(raw_page(answer, now), book=book), entry.facts)
        except BadArticle as bad:
            first = first or (entry.address, bad.reason)
    return first


def _asked(fetcher: Fetcher, request: Request) -> Answer:
    fetcher.ask(request)
    longest = ATTEMPTS * (request.source.timeout + LONGEST_PAUSE)
    return fetcher.answer(longest) or Failed(request, f"no answer within {longest:g} s")


def _why(answer: Answer) -> str:
    match answer:
        case Failed() | Refused():
            return answer.reason
        case Gone():
            return f"it is not there ({answer.status})"
        case Moved():
            return f"it is redirected to {answer.to}"
        case Fetched() | NotModified():
            return "it is there"
