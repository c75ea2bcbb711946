"""Whether the process lives, whether it can answer searches, and what crawlers may read."""

from __future__ import annotations

from flask import Blueprint, Response

from index.query import MatchAll, SearchRequest
from service.archive import archive
from service.json_answers import json_answer

blueprint = Blueprint("health", __name__)

ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /bai/\nDisallow: /*?\n"
"""The articles are the newspapers' own: search engines should send readers there."""

STALE = "The current index is damaged: the one before it is searched. The log names the file and what mends it."


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers; nothing is looked at."""
    return _fresh(json_answer({"status": "ok"}))


@blueprint.get("/readyz")
def ready() -> Response:
    """Say which generation is being searched; `stale` when it is an older one since the current one is damaged, a
    problem document (503) when none can be."""
    found = archive()
    stats = found.searcher.stats()
    # The part of a cluster that tells what it holds may be there while another part is not.
    found.searcher.search(SearchRequest(MatchAll(), limit=0))
    fields = {
        "status": "stale" if stats.stale else "ok",
        "generation": stats.generation,
        "articles": stats.articles,
        "built_at": stats.built_at.isoformat(),
        "age_seconds": max(0, round((found.clock() - stats.built_at).total_seconds())),
        "building": stats.building,
        "abbreviation_problems": len(found.abbreviations.current().problems),
    }
    if stats.stale:
        fields["detail"] = STALE
    return _fresh(json_answer(fields))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers off result lists and copies of articles."""
    return Response(ROBOTS, content_type="text/plain; charset=utf-8")


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
