"""The JSON API, described in docs/api.md. Strict: what can't be used is refused with every fault named."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from index.as_json import article_fields, response_fields
from service.archive import Question, archive
from service.cursors import PlaceInOrder
from service.json_answers import etag, json_answer
from service.problems import ArticleNotFound
from service.query_string import checked_arguments, refuse_parameters

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

SHAPE = 2
"""Counts with every change to what the same index answers, so that tags of an older program don't match."""


@blueprint.get("/search")
def search() -> Response:
    """Answer a search."""
    found = archive()
    arguments = checked_arguments(request.args, found.settings.page_size)
    question = found.question(arguments)
    stats = found.searcher.stats()
    tag = _tag(stats.generation, stats.stale is not None, question, explained=arguments.explain)
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    response = found.answer(question)
    explanations = found.explanations(question, response) if arguments.explain else None
    tag = _tag(response.generation, response.stale, question, explained=arguments.explain)
    after = str(PlaceInOrder(question.request.sort, response.next)) if response.next else None
    return _tagged(json_answer({**response_fields(response, explanations), "next_cursor": after}), tag)


@blueprint.get("/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """Give a whole article."""
    refuse_parameters(request.args)
    stored = archive().searcher.get(article_id)
    if stored is None:
        raise ArticleNotFound(article_id)
    tag = etag(SHAPE, stored)
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    return _tagged(json_answer(article_fields(stored)), tag)


def _tag(generation: str, stale: bool, question: Question, *, explained: bool) -> str:
    """Tag a question as the engine gets it: `7 ngày qua` is another one tomorrow."""
    facets = sorted(question.request.facets)
    request = replace(question.request, facets=frozenset())
    return etag(SHAPE, generation, stale, request, facets, question.notes, explained)


def _tagged(answer: Response, tag: str) -> Response:
    """Set a weak tag (the time it took differs between equal answers) and have caches ask each time."""
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
