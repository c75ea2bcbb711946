"""What is known of a page after an answer, and when is it asked for again? Values in, values out."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from indexer.crawl.answers import Failed, Fetched, Gone, Refused, Request
from indexer.crawl.source import DAY, Source
from indexer.store.crawl_tables import PageState

LONGEST_RECHECK = 30 * DAY


def hash_of(content: bytes) -> bytes:
    """Give what two equal bodies share."""
    return blake2b(content, digest_size=16).digest()


def recheck_at(source: Source, steady: int, now: float) -> float:
    """Give when a page is asked for again that was unchanged `steady` times: each time after twice as long.

    >>> from indexer.crawl.source import SourceKind
    >>> feed = Source("báo", SourceKind.FEED, "https://bao.example/rss", recheck=DAY)
    >>> [recheck_at(feed, steady, 0.0) / DAY for steady in (0, 1, 2, 9)]
    [1.0, 2.0, 4.0, 30.0]
    """
    return now + min(source.recheck * 2.0 ** min(steady, 16), max(LONGEST_RECHECK, source.recheck))


def after_whole(page: PageState, answer: Fetched, now: float, *, changed: bool) -> PageState:
    """All of the page came: new, changed, or only sent again."""
    steady = 0 if changed else page.steady + 1
    return replace(
        _said(page, answer.request, now),
        etag=answer.etag,
        last_modified=answer.last_modified,
        hash=hash_of(answer.content),
        status=200,
        problem=None,
        fetched_at=now,
        steady=steady,
        due_at=_due(page, answer.request, recheck_at(answer.request.source, steady, now), now),
        gone_since=None,
        moved_to=None,
    )


def after_unchanged(page: PageState, request: Request, now: float) -> PageState:
    """The portal says that the page is what it was."""
    steady = page.steady + 1
    return replace(
        _said(page, request, now),
        status=304,
        steady=steady,
        due_at=_due(page, request, recheck_at(request.source, steady, now), now),
        gone_since=None,
    )


def after_moved(page: PageState, request: Request, now: float, to: str) -> PageState:
    """The page is elsewhere; its article is its own until it is found there."""
    return replace(
        after_unchanged(page, request, now),
        moved_to=to,
        etag=None,
        last_modified=None,
        hash=None,
        fetched_at=now,
        problem=None,
    )


def after_gone(page: PageState, answer: Gone, now: float, reason: str) -> PageState:
    """There is nothing. A page that had an article is asked for again soon, another one as if it were unchanged."""
    source = answer.request.source
    since = page.gone_since if page.gone_since is not None else now
    steady = page.steady + 1
    again = now + source.gone_after if page.article_id else recheck_at(source, steady, now)
    return replace(
        _said(page, answer.request, now),
        status=answer.status,
        problem=reason,
        etag=None,
        last_modified=None,
        hash=None,
        steady=0 if page.article_id else steady,
        gone_since=since,
        rechecked_at=now,
        due_at=_due(page, answer.request, again, now),
    )


def after_failure(page: PageState, answer: Failed, now: float) -> PageState:
    """It may work another time: after twice as long each time, and never before the portal wants."""
    source = answer.request.source
    wait = min(source.retry * 2 ** min(page.failures, 16), max(DAY, source.retry))
    return replace(
        page,
        failures=page.failures + 1,
        problem=answer.reason,
        status=answer.status if answer.status is not None else page.status,
        due_at=now + max(wait, answer.wait or 0.0),
    )


def after_refusal(page: PageState, answer: Refused, now: float) -> PageState:
    """It isn't taken as it is; the portal may change that."""
    steady = page.steady + 1
    due = recheck_at(answer.request.source, steady, now)
    return replace(
        page,
        problem=answer.reason,
        failures=0,
        steady=steady,
        read_mark=answer.request.mark,
        due_at=_due(page, answer.request, due, now),
    )


def _said(page: PageState, request: Request, now: float) -> PageState:
    """The portal has said what became of the page."""
    return replace(
        page,
        read_mark=request.mark,
        failures=0,
        rechecked_at=now if page.fetched_at is not None else page.rechecked_at,
    )


def _due(page: PageState, request: Request, later: float, now: float) -> float:
    """Give when it is due: at once if its list has said something new since it was asked for."""
    return now if page.mark is not None and page.mark != request.mark else later
