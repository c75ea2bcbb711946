"""The pages for readers, in Vietnamese. Forgiving: what can't be used is passed over and told."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from index.query import Sort
from index.snippet import article_marks
from service.access import NotOffered
from service.advanced_page import SORTS, choices, read_form
from service.api_docs import ANY_ID, api_page
from service.api_examples import KEY
from service.archive import ArticleNotFound, archive
from service.arguments import Fault, SearchArguments
from service.article_page import neighbours, others_of_story, similar_links
from service.compare_page import Measure, compare_csv, compare_page, with_examples
from service.coverage_arguments import COVERAGE, CoverageArguments, coverage_arguments
from service.feed import CONTENT_TYPE, ENTRIES, FORM, feed
from service.incoming import API_DOCS
from service.json_answers import etag
from service.links import Links
from service.openapi import document
from service.overview import Overviews
from service.query_string import FILTERS, Reader, read_arguments
from service.rate_limit import count_more
from service.result_page import result_page
from service.settings import Access
from service.wording import paragraphs, pieces, safe_url


def pages_blueprint() -> Blueprint:
    """Make the pages of one application."""
    blueprint = Blueprint("pages", __name__)
    overviews = Overviews()

    @blueprint.get("/")
    def search() -> str:
        """Show the hits, or the start page when nothing is asked for."""
        found = archive()
        links = Links(found.settings.page_size)
        arguments, faults = read_arguments(request.args, found.settings.page_size)
        if not links.pairs(arguments):
            notices = [fault.notice for fault in faults if fault.notice]
            start = overviews.current(found)
            return render_template("start.html", overview=start, arguments=arguments, links=links, notices=notices)
        page = result_page(found, links, arguments, faults)
        return render_template("search.html", page=page, arguments=page.arguments, links=links, stale_is_told=True)

    @blueprint.get("/so-sanh")
    def compare() -> str:
        """Compare queries over time."""
        found = archive()
        links = Links(found.settings.page_size)
        asked, measure, faults = _compared()
        page = compare_page(found, links, asked, measure, faults)
        if not page.asked:
            page = with_examples(page, overviews.current(found), links)
        return render_template("compare.html", page=page, links=links)

    @blueprint.get("/nang-cao")
    def advanced() -> str | BaseResponse:
        """Show the advanced form; sent, it leads to the search that it asks for."""
        found = archive()
        links = Links(found.settings.page_size)
        form, asked = read_form(request.args, links)
        if asked is not None:
            return redirect(links.search(asked), 303)
        overview = overviews.current(found)
        publishers, sections = choices(overview, form.within)
        return render_template(
            "advanced.html", form=form, overview=overview, publishers=publishers, sections=sections, sorts=SORTS
        )

    blueprint.add_url_rule("/so-sanh.csv", "compare_csv", figures)
    blueprint.add_url_rule("/tin.atom", "atom", atom)
    blueprint.add_url_rule("/bai/<id:article_id>", "article", article)
    blueprint.add_url_rule("/vi-sao/<id:article_id>", "why", why)
    blueprint.add_url_rule("/opensearch.xml", "open_search", open_search)
    blueprint.add_url_rule("/tro-giup", "help_page", help_page)
    blueprint.add_url_rule(API_DOCS, "api_docs", api_docs)
    return blueprint


def _compared() -> tuple[CoverageArguments, Measure, tuple[Fault, ...]]:
    """Read the comparison that is asked for; each of its queries counts as a request."""
    reader = Reader(request.args, (*COVERAGE, "measure"))
    asked = coverage_arguments(reader, request.args)
    measure = reader.choice(Measure, "measure", Measure.COUNT)
    if len(asked.queries) > 1:
        count_more(len(asked.queries) - 1)
    return asked, measure, tuple(reader.faults)


def figures() -> Response:
    """Give the figures of a comparison as CSV; what can't be used is passed over."""
    asked, *_ = _compared()
    answer = Response(compare_csv(archive(), asked), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="so-sanh.csv"'
    return answer


def atom() -> Response:
    """Give the newest articles that a search finds as a feed; what can't be used of it is passed over."""
    found = archive()
    links = Links(found.settings.page_size)
    arguments, _ = read_arguments(request.args, found.settings.page_size, FILTERS)
    kept = replace(arguments, page=1, size=found.settings.page_size)
    question = found.question(replace(kept, sort=Sort.NEWEST, size=ENTRIES))
    stats = found.searcher.stats()
    tag = etag(FORM, stats.generation, stats.stale, question.request)
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        response, bare = found.answer(question), SearchArguments()
        hits = [(hit, links.article(hit.article.id, bare, external=True)) for hit in response.hits]
        addresses = links.feed(kept, external=True), links.search(kept, external=True)
        written = feed(found.settings.portal_name, kept.q, addresses, hits, stats.built_at)
        answer = Response(written, content_type=CONTENT_TYPE)
    answer.set_etag(tag, weak=True)
    return answer


def article(article_id: str) -> str:
    """Show an article, with what the search that led here matched."""
    found = archive()
    links = Links(found.settings.page_size)
    arguments, _ = read_arguments(request.args, found.settings.page_size)
    shown = found.article(article_id)
    before, after = neighbours(found, links, article_id, arguments) if links.pairs(arguments) else (None, None)
    marks = article_marks(found.parse(arguments.q).query, shown)
    return render_template(
        "article.html",
        article=shown,
        title=pieces(shown.title, marks.title),
        lead=shown.lead if shown.lead and not shown.body.lstrip().startswith(shown.lead) else None,
        starts_with_lead=shown.lead is not None and shown.body.strip().split("\n")[0].strip() == shown.lead.strip(),
        body=paragraphs(shown.body, marks.body),
        captions=[pieces(caption, spans) for caption, spans in zip(shown.captions, marks.captions, strict=True)],
        original=safe_url(shown.url),
        arguments=arguments,
        before=before,
        after=after,
        others=others_of_story(found, links, shown),
        similar=similar_links(found, links, shown),
        came_from_search=bool(links.pairs(arguments)),
        links=links,
        by_author=[(author, links.search(SearchArguments(authors=(author,)))) for author in shown.authors],
        by_publisher=links.search(SearchArguments(publishers=(shown.publisher,))) if shown.publisher else None,
        by_section=links.search(SearchArguments(sections=(shown.section,))) if shown.section else None,
    )


def why(article_id: str) -> str:
    """Say why an article scored what it does in a search; for everybody, or for nobody."""
    found = archive()
    if found.settings.explain is not Access.PUBLIC:
        raise NotOffered
    links = Links(found.settings.page_size)
    arguments, _ = read_arguments(request.args, found.settings.page_size)
    shown = found.article(article_id)
    explanation = found.searcher.explain(found.question(arguments).request, article_id)
    if explanation is None:
        raise ArticleNotFound(article_id)
    return render_template(
        "why.html",
        article=shown,
        explanation=explanation,
        arguments=arguments,
        article_url=links.article(article_id, arguments),
        back_url=links.search(arguments),
    )


def open_search() -> Response:
    """Describe the search to browsers, which can then ask it from their own bar."""
    written = render_template("opensearch.xml")
    return Response(written, content_type="application/opensearchdescription+xml; charset=utf-8")


def help_page() -> str:
    """Explain how to search."""
    found = archive()
    return render_template("help.html", arguments=SearchArguments(), links=Links(found.settings.page_size))


def api_docs() -> str:
    """Explain the API to those who write programs, with examples that can be copied as they are."""
    found = archive()
    some = found.some_article()
    offered = {"export": found.settings.export, "searches": found.settings.multi_search}
    keyed = frozenset(name for name, access in offered.items() if access is Access.KEY)
    page = api_page(document(request.root_url.rstrip("/")), some.id if some else ANY_ID, keyed)
    links = Links(found.settings.page_size)
    return render_template("api_docs.html", page=page, arguments=SearchArguments(), links=links, key=KEY)
