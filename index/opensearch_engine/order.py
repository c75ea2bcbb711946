"""The order of the hits: by score, date or id, ties by article id; pages and cursors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from index.opensearch_engine.view import View
from index.query import HALF_LIFE_DAYS, Cursor, SearchRequest, Sort

JSON = dict[str, Any]
Hits = list[JSON]
Ask = Callable[[JSON], JSON]

_EARLIEST, _LATEST = -(1 << 63), (1 << 63) - 1
"""What the cluster sorts articles without a date by, so that they come last."""
STEPS = (200, 2_000, 20_000, 1_000_000)
"""How many stories are looked through for a cursor."""


def sorting(sort: Sort) -> list[JSON]:
    """Give the order as the cluster is asked for it."""
    by_id: JSON = {"id": "asc"}
    match sort:
        case Sort.RELEVANCE:
            return [{"_score": "desc"}, by_id]
        case Sort.NEWEST:
            return [{"published": {"order": "desc", "missing": "_last"}}, by_id]
        case Sort.OLDEST:
            return [{"published": {"order": "asc", "missing": "_last"}}, by_id]
        case Sort.ID:
            return [by_id]


def place_of(cursor: Cursor, sort: Sort) -> list[Any]:
    """Give the values that a cursor stands behind."""
    match sort:
        case Sort.RELEVANCE:
            return [cursor.key or 0.0, cursor.article_id]
        case Sort.NEWEST:
            return [_EARLIEST if cursor.key is None else _seconds(cursor.key), cursor.article_id]
        case Sort.OLDEST:
            return [_LATEST if cursor.key is None else _seconds(cursor.key), cursor.article_id]
        case Sort.ID:
            return [cursor.article_id]


def _seconds(key: float) -> int:
    """Give the date of a cursor, which a caller may have made up, as the cluster can read it."""
    return int(min(max(key, _EARLIEST + 1), _LATEST - 1))


def cursor_of(hit: JSON, sort: Sort) -> Cursor:
    """Give the place behind a hit."""
    *key, article_id = hit["sort"]
    if not key or key[0] in (_EARLIEST, _LATEST):
        return Cursor(None, article_id)
    return Cursor(float(key[0]), article_id)


def freshened(query: JSON, view: View, weight: float) -> JSON:
    """Blend the age of articles into their scores."""
    if not weight or not view.generation.newest:
        return query
    decay = {"origin": view.generation.newest, "scale": HALF_LIFE_DAYS * 86_400, "decay": 0.5}
    dated = {"filter": {"exists": {"field": "published"}}, "exp": {"published": decay}, "weight": weight}
    return {
        "function_score": {
            "query": query, "functions": [{"weight": 1.0}, dated], "score_mode": "sum", "boost_mode": "multiply"
        }
    }  # fmt: skip


def collapsed_page(ask: Ask, request: SearchRequest) -> int:
    """Say how many stories come before the page. The cluster takes no cursor where it collapses, so its place is looked
    for."""
    if request.after is None:
        return request.offset
    place = place_of(request.after, request.sort)
    for size in STEPS:
        hits = ask({"size": size, "_source": False})["hits"]["hits"]
        before = sum(not _is_behind(hit["sort"], place, request.sort) for hit in hits)
        if before < len(hits) or len(hits) < size:
            return before + request.offset
    return STEPS[-1]


def _is_behind(values: list[Any], place: list[Any], sort: Sort) -> bool:
    *key, article_id = values
    *cursor_key, cursor_id = place
    if key == cursor_key or not key:
        return bool(article_id > cursor_id)
    if sort is Sort.OLDEST:
        return bool(key[0] > cursor_key[0])
    return bool(key[0] < cursor_key[0])
