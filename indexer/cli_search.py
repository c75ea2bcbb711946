"""The command that searches."""

from __future__ import annotations

import math
from typing import Any

import click

from index.analysis.chain import Analyzer
from index.article import UNKNOWN
from index.as_json import response_fields
from index.date_ranges import EXAMPLES, parse_range
from index.dates import DateRange
from index.query import Facet, Filters, Query, SearchRequest, Sort, ranks
from index.query_parser import parse_query
from index.response import Hit, SearchResponse, Span
from indexer.bylines import authors_listed
from indexer.cli_context import UTF8, Settings, TextFirst, json_option, now, print_json
from indexer.cli_reading import date_shown
from indexer.name_lines import Kind
from indexer.names import Naming

_MOST_HITS = 100


class _Share(click.FloatRange):
    """A number from 0 to 1; NaN, which no comparison keeps out, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number from 0 to 1", param, ctx)
        return number


class _Period(click.ParamType[DateRange]):
    """A span of time as people write it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> DateRange:
        if isinstance(value, DateRange):
            return value
        found = parse_range(str(value), now())
        if found is None:
            self.fail(f"{value!r} is no date; write it as in: {EXAMPLES}", param, ctx)
        return found


@click.command(cls=TextFirst)
@click.argument("text", required=False, default="", type=UTF8)
@click.option("--from", "first", type=_Period(), help="Published then or later: 2020, 07/2020, 1/7/2020 …")
@click.option("--to", "last", type=_Period(), help="Published then or earlier; what is named is included.")
@click.option("--author", "authors", multiple=True, type=UTF8, help='By this person ("unknown": without author).')
@click.option("--publisher", "publishers", multiple=True, type=UTF8, help="Published by this newspaper or body.")
@click.option("--section", "sections", multiple=True, type=UTF8, help="In this section.")
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    help="Order of the hits (default: relevance, or newest when TEXT has no words to rank by).",
)
@click.option(
    "--freshness",
    type=_Share(0, 1),
    default=0.0,
    show_default=True,
    help="How much newer articles are lifted when hits are ranked.",
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--size", type=click.IntRange(1, _MOST_HITS), default=10, show_default=True, help="Hits a page.")
@json_option
@click.pass_context
def search(ctx: click.Context, /, text: str, as_json: bool, **options: Any) -> None:
    """Search the index. An option that may be repeated means any of its values.

    TEXT is one argument, so put it in quotes; it may begin with a dash, as in "-cháy rừng".

    \b
    Examples:
      timtin search "chuyển đổi số" --from 2020 --sort newest
      timtin search '"hội nghị" -trực tuyến' --author "Trần Thanh Hưng" --json
    """
    settings: Settings = ctx.obj
    archive = settings.archive()
    parsed = parse_query(text, Analyzer.load(), now(), settings.abbreviations())
    request = SearchRequest(
        query=parsed.query,
        filters=_filters(options, settings.naming()),
        sort=_sort(options["sort"], parsed.query),
        offset=(options["page"] - 1) * options["size"],
        limit=options["size"],
        facets=frozenset(Facet) if as_json else frozenset(),
        freshness=options["freshness"],
    )
    searcher = archive.engine.open_searcher(archive.index)
    try:
        response = searcher.search(request)
    finally:
        searcher.close()
    notes = tuple(dict.fromkeys((*parsed.notes, *response.notes)))
    if as_json:
        print_json({**response_fields(response), "notes": list(notes)})
    else:
        _show(response, notes, request)


def _sort(asked: str | None, query: Query) -> Sort:
    if asked is not None:
        return Sort(asked)
    return Sort.RELEVANCE if ranks(query) else Sort.NEWEST


def _filters(options: dict[str, Any], naming: Naming) -> Filters:
    first: DateRange | None = options["first"]
    last: DateRange | None = options["last"]
    published = None
    if first or last:
        published = DateRange(first.start if first else None, last.end if last else None)
    authors = [a for name in options["authors"] for a in ((name,) if name == UNKNOWN else authors_listed([name]))]
    publishers = [name if name == UNKNOWN else naming.publisher(name) for name in options["publishers"]]
    only = publishers[0] if len(publishers) == 1 else None
    return Filters(
        published=published,
        authors=tuple(naming.name(Kind.AUTHORS, name, only) for name in authors),
        publishers=tuple(publishers),
        sections=tuple(naming.name(Kind.SECTIONS, name, only) for name in options["sections"]),
    )


def _show(response: SearchResponse, notes: tuple[str, ...], request: SearchRequest) -> None:
    """Print the hits for a reader; what matched stands out on a terminal."""
    # Only this output needs rich, which takes a tenth of a second to load.
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, markup=False, emoji=False)
    for note in notes:
        console.print(Text(f"Lưu ý: {note}", style="italic"), soft_wrap=True)
    pages = -(-response.total // request.limit)
    page = request.offset // request.limit + 1
    found = f"Tìm thấy {response.total:,} bài".replace(",", ".") if response.total else "Không tìm thấy bài nào"
    if response.total and page > pages:
        console.print(f"Không có trang {page}; trang cuối là trang {pages}.", style="italic")
    console.print(f"{found} ({response.took_ms:.0f} ms)" + (f", trang {page}/{pages}" if 1 < pages >= page else ""))
    for number, hit in enumerate(response.hits, request.offset + 1):
        console.print()
        title = _emphasised(hit.article.title, hit.title_spans)
        title.stylize("bold")
        console.print(Text(f"{number}. ").append_text(title), soft_wrap=True)
        if facts := _facts(hit):
            console.print(Text(f"   {facts}", style="dim"), soft_wrap=True)
        if hit.snippet.text:
            excerpt = _emphasised(hit.snippet.text, hit.snippet.spans)
            before, after = ("… " if hit.snippet.cut_before else ""), (" …" if hit.snippet.cut_after else "")
            console.print(Text("   " + before).append_text(excerpt).append(after), soft_wrap=True)
        where = " · ".join(name for name in (hit.article.id, hit.article.url) if name)
        console.print(Text(f"   {where}", style="dim"), soft_wrap=True)


def _facts(hit: Hit) -> str:
    article = hit.article
    return " · ".join(
        fact for fact in (date_shown(article.published_at), article.publisher, ", ".join(article.authors)) if fact
    )


def _emphasised(text: str, spans: tuple[Span, ...]) -> Any:
    from rich.text import Text  # noqa: PLC0415 -- see _show

    shown = Text(text.replace("\n", " "))
    for start, end in spans:
        shown.stylize("bold yellow", start, end)
    return shown
