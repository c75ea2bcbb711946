"""What the page of a search shows, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.dates import PublishedAt
from index.query import Collapse, Facet, Sort, ranks
from index.query_log.log_file import Channel
from index.response import DateBucket, Hit, OtherOfStory, SearchResponse
from service.archive import Archive, Question
from service.arguments import Fault, SearchArguments
from service.coverage_arguments import CoverageArguments
from service.filters_panel import Chip, Group, chips, groups
from service.histogram import Bar, bars
from service.links import Links, Pairs
from service.meant import meant
from service.query_string import MAX_HITS
from service.settings import Access
from service.way_out import WayOut, ways_out
from service.wording import Piece, first_day, last_day, number, pieces

SORTS = {Sort.RELEVANCE: "Phù hợp nhất", Sort.NEWEST: "Mới nhất", Sort.OLDEST: "Cũ nhất"}
AROUND = 2
"""Pages linked on either side of the current one."""


@dataclass(frozen=True, slots=True)
class OtherView:
    """Another article of a story."""

    url: str
    title: str
    publisher: str | None
    published_at: PublishedAt | None
    is_original: bool


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit of the list."""

    url: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool
    publisher: str | None
    section: str | None
    authors: tuple[str, ...]
    published_at: PublishedAt | None
    plain_title: str
    why_url: str | None
    """The page that says why it scored, if everybody may see that."""
    is_original: bool
    """Whether the others beside it were probably taken from it."""
    others: tuple[OtherView, ...]
    others_total: int


@dataclass(frozen=True, slots=True)
class LinkTo:
    """A link of a row of which one may be current; without a URL it's a gap."""

    label: str
    url: str | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """The way through the hits."""

    numbers: tuple[LinkTo, ...]
    before: str | None
    after: str | None
    current: int
    last: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Everything about the answer to a search."""

    arguments: SearchArguments
    total: int
    total_stories: int | None
    """How many hits there are where stories are collapsed."""
    collapse_url: str
    """The same search with stories collapsed, or with every article for itself again."""
    took_ms: float
    first: int
    hits: tuple[HitView, ...]
    notices: tuple[str, ...]
    chips: tuple[Chip, ...]
    unfiltered_url: str
    groups: tuple[Group, ...]
    histogram: tuple[Bar, ...]
    feed_url: str
    export_url: str | None
    compare_url: str | None
    """The page that compares the query with others over time."""
    advanced_url: str
    sorts: tuple[LinkTo, ...]
    pages: Pages
    ways_out: tuple[WayOut, ...]
    kept: Pairs
    meant: LinkTo | None
    """What the query was probably meant to be, as the archive spells it."""
    from_day: str
    to_day: str


def result_page(found: Archive, links: Links, arguments: SearchArguments, faults: tuple[Fault, ...]) -> ResultPage:
    """Search and lay out the answer. A page past the last one shows the last."""
    # Inside a chosen span the date facet is asked for by itself: see `_dates`.
    facets = frozenset(Facet) - ({Facet.DATE} if arguments.period else set())
    # Pages are numbered: cursors are the API's.
    arguments = replace(arguments, facets=facets, after=None)
    question = found.question(arguments)
    response = found.answer(question)
    found.query_log.note(arguments, response, Channel.PAGE)
    notices = [fault.notice for fault in faults if fault.notice]
    last = _last_page(response, arguments.size)
    if arguments.page > last:
        notices.append(f"Không có trang {number(arguments.page)}; đây là trang cuối, trang {number(last)}.")
        arguments = replace(arguments, page=last)
        question = found.question(arguments)
        response = found.answer(question)
    span = arguments.period.range if arguments.period else None
    explained = found.settings.explain is Access.PUBLIC and ranks(question.request.query)
    dates = _dates(found, question, response)
    return ResultPage(
        arguments=arguments,
        total=response.total,
        total_stories=response.total_stories,
        collapse_url=_collapse_url(arguments, links),
        took_ms=response.took_ms,
        first=question.request.offset + 1,
        hits=tuple(_hit(hit, links, arguments, explained=explained) for hit in response.hits),
        notices=tuple(dict.fromkeys([*notices, *response.notes])),
        chips=chips(arguments, links),
        unfiltered_url=links.search(arguments.unfiltered),
        groups=groups(arguments, response, dates, links),
        histogram=bars(dates, arguments, links),
        feed_url=links.feed(arguments),
        export_url=links.export(arguments) if found.settings.export is Access.PUBLIC else None,
        compare_url=links.compare(CoverageArguments((arguments.q,), arguments)) if arguments.q else None,
        advanced_url=links.advanced(arguments),
        sorts=_sorts(question, arguments, links),
        pages=_pages(arguments, last, links),
        ways_out=ways_out(found, links, arguments) if response.total == 0 else (),
        kept=links.kept_by_the_form(arguments),
        meant=_meant(found, links, arguments),
        from_day=first_day(span) if span else "",
        to_day=last_day(span) if span else "",
    )


def _meant(found: Archive, links: Links, arguments: SearchArguments) -> LinkTo | None:
    if arguments.page > 1:
        return None
    spelled = meant(found, arguments.q)
    return None if spelled is None else LinkTo(spelled, links.search(replace(arguments, q=spelled)))


def _collapse_url(arguments: SearchArguments, links: Links) -> str:
    return links.search(replace(arguments, page=1, collapse=None if arguments.collapse else Collapse.STORY))


def _last_page(response: SearchResponse, size: int) -> int:
    total = response.total if response.total_stories is None else response.total_stories
    return max(1, -(-min(total, MAX_HITS // size * size) // size))


def _hit(hit: Hit, links: Links, arguments: SearchArguments, *, explained: bool) -> HitView:
    article = hit.article
    return HitView(
        url=links.article(article.id, arguments),
        title=pieces(article.title, hit.title_spans),
        snippet=pieces(hit.snippet.text, hit.snippet.spans),
        cut_before=hit.snippet.cut_before,
        cut_after=hit.snippet.cut_after,
        publisher=article.publisher,
        section=article.section,
        authors=article.authors,
        published_at=article.published_at,
        plain_title=article.title,
        why_url=links.why(article.id, arguments) if explained else None,
        is_original=bool(hit.others) and article.is_original,
        others=tuple(other_view(other, links, arguments) for other in hit.others),
        others_total=hit.others_total + sum(not other.matched for other in hit.others),
    )


def other_view(other: OtherOfStory, links: Links, arguments: SearchArguments) -> OtherView:
    """Make a link of another article of a story."""
    url = links.article(other.id, arguments)
    return OtherView(url, other.title, other.publisher, other.published_at, other.is_original)


def _dates(found: Archive, question: Question, response: SearchResponse) -> tuple[DateBucket, ...]:
    """Inside a chosen span show its parts (the months of a year, the days of a month), else every period."""
    if question.request.filters.published is None:
        return response.dates or ()
    return found.dates_within(question.request).dates or ()


def _sorts(question: Question, arguments: SearchArguments, links: Links) -> tuple[LinkTo, ...]:
    """Offer the orders that differ: relevance only when there are words to rank by."""
    default = replace(arguments, sort=None, page=1)
    usual = question.default_sort
    offered = [sort for sort in SORTS if sort is not Sort.RELEVANCE or usual is Sort.RELEVANCE]
    return tuple(
        LinkTo(
            SORTS[sort],
            links.search(default if sort is usual else replace(default, sort=sort)),
            current=sort is question.request.sort,
        )
        for sort in offered
    )


def _pages(arguments: SearchArguments, last: int, links: Links) -> Pages:
    current = arguments.page

    def url(page: int) -> str:
        return links.search(replace(arguments, page=page))

    shown = sorted({1, last, *range(max(1, current - AROUND), min(last, current + AROUND) + 1)})
    numbers: list[LinkTo] = []
    before = 0
    for page in shown:
        if page == before + 2:
            numbers.append(LinkTo(number(page - 1), url(page - 1)))
        elif page > before + 2:
            numbers.append(LinkTo("…", None))
        numbers.append(LinkTo(number(page), url(page), current=page == current))
        before = page
    return Pages(
        numbers=tuple(numbers),
        before=url(current - 1) if current > 1 else None,
        after=url(current + 1) if current < last else None,
        current=current,
        last=last,
    )
