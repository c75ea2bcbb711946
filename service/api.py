"""The JSON API, described in docs/api.md. Strict: what can't be used is refused with every fault named."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from index.as_json import article_fields, hit_fields, response_fields
from index.errors import QueryRefused, SearchTimeout
from index.query import Facet, Sort
from index.query_log.log_file import Channel
from index.response import Hit, SearchResponse
from service.access import KeyRefused, KeyRequired, NotOffered, admit
from service.archive import Question, archive
from service.arguments import Fault, InvalidParameters, SearchArguments
from service.coverage import TooManyPeriods, coverage, coverage_fields
from service.coverage_arguments import COVERAGE, coverage_arguments
from service.cursors import PlaceInOrder
from service.export import CONTENT_TYPES, Export, Format
from service.facet_values import naming
from service.json_answers import etag, json_answer
from service.meant import meant
from service.openapi import document
from service.problems import problem_fields, problem_of
from service.query_string import FILTERS, MAX_EXPLAINED, MAX_SIZE, Reader, checked_arguments
from service.rate_limit import count_more
from service.several import searches_in
from service.similar import similar
from service.suggestions import MAX_SUGGESTED, suggestions
from service.wording import marked

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

SHAPE = 5
"""Counts with every change to what the same index answers, so that tags of an older program don't match."""
TOGETHER = 2.0
"""Seconds after which no further search of a request is begun."""
EXPORT_SORTS = (Sort.ID, Sort.NEWEST, Sort.OLDEST)
"""The orders in which nothing is lost or repeated while articles come and go."""
MAX_NAMES = 1_000_000
"""More than an archive has authors: all values of a facet are asked for."""


@blueprint.get("/search")
def search() -> Response:
    """Answer a search."""
    found = archive()
    arguments = checked_arguments(request.args, found.settings.page_size)
    if arguments.explain:
        admit(found.settings.explain)
    question = found.question(arguments)
    stats = found.searcher.stats()
    tag = _tag(stats.generation, stats.stale is not None, question, arguments)
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    response = found.answer(question)
    found.query_log.note(arguments, response, Channel.API)
    tag = _tag(response.generation, response.stale, question, arguments)
    return _tagged(json_answer(_answer_fields(question, response, arguments)), tag)


@blueprint.post("/searches")
def searches() -> Response:
    """Answer several searches; what is wrong with one costs that one only. Together they have the time of `TOGETHER`,
    and count as so many requests."""
    found = archive()
    admit(found.settings.multi_search)
    Reader(request.args, ()).known_only()
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = request.get_data()
    except OSError as error:
        # The server's own errors for a body that breaks off or isn't chunked as it says.
        raise BadRequest("the body can't be read") from error
    asked = searches_in(body)
    count_more(len(asked) - 1)
    started = time.monotonic()
    answers: list[dict[str, Any]] = []
    explained = 0
    for args in asked:
        try:
            if time.monotonic() - started > TOGETHER:
                raise SearchTimeout("the searches before it have used up the time of all")
            arguments = checked_arguments(args, found.settings.page_size)
            explained += arguments.size if arguments.explain else 0
            if arguments.explain:
                admit(found.settings.explain)
                if explained > MAX_EXPLAINED:
                    message = f"at most {MAX_EXPLAINED} hits are explained in one request"
                    raise InvalidParameters((Fault("explain", "true", message),))
            question = found.question(arguments)
            answers.append(_answer_fields(question, found.answer(question), arguments))
        except (InvalidParameters, KeyRequired, KeyRefused, NotOffered, QueryRefused, SearchTimeout) as error:
            problem = problem_of(error)
            found.metrics.refused.labels(problem.code).inc()
            answers.append(problem_fields(problem, error))
    return json_answer({"answers": answers})


@blueprint.get("/export")
def export() -> Response:
    """Stream every article that a search finds."""
    found = archive()
    admit(found.settings.export)
    reader = Reader(request.args, (*FILTERS, "sort", "format", "bom"))
    form = reader.choice(Format, "format", Format.NDJSON)
    bom = reader.flag("bom")
    if bom and form is not Format.CSV:
        reader.fault("bom", "true", "bom=true goes with format=csv")
    arguments = reader.arguments(found.settings.page_size)
    if arguments.sort is Sort.RELEVANCE:
        orders = ", ".join(EXPORT_SORTS)
        reader.fault("sort", arguments.sort, f"sort must be one of {orders}: scores move with the index")
    reader.check()
    question = found.question(replace(arguments, sort=arguments.sort or Sort.ID))
    stream = Export(found, question.request)
    # An iterator, of which nobody knows the length: without a body none is stated.
    pieces = iter(()) if request.method == "HEAD" else stream.written(form, bom=bom)
    answer = Response(pieces, content_type=CONTENT_TYPES[form])
    answer.headers["X-Total-Count"] = str(stream.total)
    answer.headers["Content-Disposition"] = f'attachment; filename="tim-tin-{stream.generation}.{form}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/values/<any(author,publisher,section):facet>")
def values(facet: str) -> Response:
    """Give the authors, publishers or sections of what a search finds, the most frequent first."""
    found = archive()
    reader = Reader(request.args, (*FILTERS, "name", "page", "size"))
    name = reader.text("name")
    arguments = reader.arguments(50)
    reader.check()
    asked = Facet(facet)
    question = found.question(replace(arguments, facets=frozenset({asked}), page=1))
    question = replace(question, request=replace(question.request, limit=0, facet_limit=MAX_NAMES))

    def fields() -> dict[str, Any]:
        response = found.answer(question)
        named = naming(response.facets[asked], name)
        first = (arguments.page - 1) * arguments.size
        return {
            "total": len(named),
            "generation": response.generation,
            "values": [{"value": count.value, "count": count.count} for count in named[first : first + arguments.size]],
            "notes": list(response.notes),
        }

    return _unless_known((question.request, question.notes, name, arguments.page, arguments.size), fields)


@blueprint.get("/coverage")
def coverage_over_time() -> Response:
    """Count the hits of several queries period by period, beside all articles; counts as so many requests."""
    found = archive()
    reader = Reader(request.args, COVERAGE)
    asked = coverage_arguments(reader, request.args)
    if not request.args.getlist("q"):
        reader.fault("q", "", "q must be given")
    reader.check()
    count_more(len(asked.queries) - 1)
    questions = [found.question(replace(asked.within, q=q)) for q in asked.queries]

    def fields() -> dict[str, Any]:
        try:
            compared = coverage(found, asked)
        except TooManyPeriods as error:
            raise InvalidParameters((Fault("by", error.by, str(error)),)) from error
        refused = [each for each in compared.unanswered if isinstance(each.error, QueryRefused)]
        if refused:
            raise InvalidParameters(
                tuple(Fault("q", each.q, f"q number {each.number} is refused: {each.error}") for each in refused)
            )
        if compared.unanswered:
            numbers = ", ".join(str(each.number) for each in compared.unanswered)
            raise SearchTimeout(f"there was no time to answer q number {numbers}")
        return coverage_fields(compared)

    return _unless_known((asked, questions), fields)


@blueprint.get("/similar")
def similar_articles() -> Response:
    """Give the articles that are about the same as one."""
    found = archive()
    reader = Reader(request.args, ("id", "size", "fields"))
    reader.known()
    article_id = reader.required("id")
    size = reader.number("size", 5, MAX_SIZE, "Số bài")
    wanted = reader.fields()
    reader.check()
    stored = found.article(article_id)

    def fields() -> dict[str, Any]:
        response = similar(found, stored, size)
        hits = [_marked(hit, hit_fields(hit, wanted)) for hit in response.hits]
        return {"generation": response.generation, "hits": hits}

    return _unless_known((stored, size, wanted), fields)


@blueprint.get("/suggest")
def suggest() -> Response:
    """Say what somebody may be about to type."""
    found = archive()
    reader = Reader(request.args, ("q", "size", "author", "publisher", "section"))
    arguments = reader.arguments(5)
    size = arguments.size
    if size > MAX_SUGGESTED:
        reader.fault("size", str(size), f"size must be between 1 and {MAX_SUGGESTED}, got {size}")
    reader.check()

    def fields() -> dict[str, Any]:
        given = suggestions(found, arguments.q, size, arguments.filters)
        return {
            "generation": given.generation,
            "words": [{"value": word.text, "count": word.count} for word in given.words],
            "codes": [{"value": code.text, "count": code.count} for code in given.codes],
            "titles": [{"id": each.id, "title": each.title, "url": each.url} for each in given.titles],
            "authors": [{"value": author.value, "count": author.count} for author in given.authors],
        }

    return _unless_known((arguments,), fields)


@blueprint.get("/meant")
def meant_query() -> Response:
    """Say what a query was probably meant to be."""
    found = archive()
    reader = Reader(request.args, ("q",))
    reader.known()
    q = reader.query()
    reader.check()

    def fields() -> dict[str, Any]:
        return {"generation": found.searcher.stats().generation, "meant": meant(found, q)}

    # The query as parsed tells what is an abbreviation now.
    return _unless_known((q, found.parse(q).query), fields)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe the API for programs."""
    Reader(request.args, ()).known_only()
    answer = json_answer(document(request.root_url.rstrip("/")))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """Give a whole article."""
    Reader(request.args, ()).known_only()
    stored = archive().article(article_id)
    tag = etag(SHAPE, stored)
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    return _tagged(json_answer(article_fields(stored)), tag)


def _answer_fields(question: Question, response: SearchResponse, arguments: SearchArguments) -> dict[str, Any]:
    explanations = archive().explanations(question, response) if arguments.explain else None
    fields = response_fields(response, explanations, arguments.fields)
    for hit, shown in zip(response.hits, fields["hits"], strict=True):
        _marked(hit, shown)
    after = str(PlaceInOrder(question.request.sort, response.next)) if response.next else None
    return {**fields, "next_cursor": after}


def _marked(hit: Hit, shown: dict[str, Any]) -> dict[str, Any]:
    """Put what is marked beside its offsets, as HTML."""
    if "title_spans" in shown:
        shown["title_html"] = marked(hit.article.title, hit.title_spans)
    if "snippet" in shown:
        shown["snippet"]["html"] = marked(hit.snippet.text, hit.snippet.spans)
    return shown


def _unless_known(asked: tuple[object, ...], fields: Callable[[], dict[str, Any]]) -> Response:
    """Answer with fields, one of them the generation, unless the caller has the answer of that generation to what is
    asked already."""

    def tag(generation: str) -> str:
        return etag(SHAPE, request.endpoint, generation, *asked)

    stats = archive().searcher.stats()
    state = f"{stats.generation}, stale" if stats.stale else stats.generation
    if request.if_none_match.contains_weak(tag(state)):
        return _tagged(Response(status=304), tag(state))
    answered = fields()
    # A generation may have come in between: then the answer is of that one.
    same = answered["generation"] == stats.generation
    return _tagged(json_answer(answered), tag(state if same else answered["generation"]))


def _tag(generation: str, stale: bool, question: Question, arguments: SearchArguments) -> str:
    """Tag a question as the engine gets it (`7 ngày qua` is another one tomorrow), and the shape of its answer."""
    facets = sorted(question.request.facets)
    asked = replace(question.request, facets=frozenset())
    return etag(SHAPE, generation, stale, asked, facets, question.notes, arguments.explain, arguments.fields)


def _tagged(answer: Response, tag: str) -> Response:
    """Set a weak tag (the time it took differs between equal answers) and have caches ask each time."""
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
