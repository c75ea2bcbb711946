"""When a page is asked for again: later each time, never never, and not before its portal wants it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from indexer.crawl.answers import Failed, Fetched, Gone, Refused, Request, Role
from indexer.crawl.source import DAY, Source, SourceKind
from indexer.crawl.visits import (
    LONGEST_RECHECK,
    after_failure,
    after_gone,
    after_moved,
    after_refusal,
    after_unchanged,
    after_whole,
)
from indexer.store.crawl_tables import PageState, as_row, from_row

SOURCE = Source("báo", SourceKind.FEED, "https://bao.example/rss")
ADDRESS = "https://bao.example/tin/1"
NOW = 1_600_000_000.0

pages = st.builds(
    PageState,
    address=st.just(ADDRESS),
    source=st.just("báo"),
    role=st.just(Role.PAGE),
    mark=st.none() | st.sampled_from(["a", "b"]),
    facts=st.just({"title": "Bài"}),
    etag=st.none() | st.just('"1"'),
    status=st.none() | st.sampled_from([200, 304, 404]),
    fetched_at=st.none() | st.floats(NOW - DAY, NOW),
    failures=st.integers(0, 5_000),
    steady=st.integers(0, 5_000),
    gone_since=st.none() | st.floats(NOW - DAY, NOW),
    article_id=st.none() | st.just("u-1"),
)


def asked(page: PageState) -> Request:
    return Request(SOURCE, page.address, page.role, mark=page.mark)


@given(pages, st.none() | st.floats(0, 7 * DAY))
def test_a_page_that_failed_is_tried_again_later_and_some_day(page: PageState, wait: float | None) -> None:
    after = after_failure(page, Failed(asked(page), "nó hỏng", 503, wait), NOW)
    assert after.due_at is not None
    assert NOW + max(SOURCE.retry, wait or 0.0) <= after.due_at <= NOW + max(DAY, wait or 0.0)
    assert (after.article_id, after.etag, after.failures) == (page.article_id, page.etag, page.failures + 1)


@given(pages)
def test_whatever_the_answer_is_a_page_is_due_again(page: PageState) -> None:
    request = asked(page)
    fetched = Fetched(request, ADDRESS, b"x", "text/html", None, None, None)
    answers = [
        after_whole(page, fetched, NOW, changed=True),
        after_whole(page, fetched, NOW, changed=False),
        after_unchanged(page, request, NOW),
        after_gone(page, Gone(request, 404), NOW, "mất"),
        after_refusal(page, Refused(request, "không lấy"), NOW),
        after_moved(page, request, NOW, "https://bao.example/tin/2"),
    ]
    for after in answers:
        assert after.due_at is not None
        assert NOW < after.due_at <= NOW + LONGEST_RECHECK
        assert (after.failures, after.read_mark) == (0, page.mark)
        assert after.article_id == page.article_id


@given(pages)
def test_what_its_list_said_meanwhile_makes_it_due_at_once(page: PageState) -> None:
    request = replace(asked(page), mark="trước")
    marked = replace(page, mark="sau")
    assert after_unchanged(marked, request, NOW).due_at == NOW


@given(pages)
def test_a_page_that_is_there_is_not_gone(page: PageState) -> None:
    gone = after_gone(page, Gone(asked(page), 404), NOW, "mất")
    assert gone.gone_since == (NOW if page.gone_since is None else page.gone_since)
    assert after_unchanged(gone, asked(page), NOW + 1).gone_since is None


@given(pages)
def test_what_is_known_of_a_page_outlives_the_store(page: PageState) -> None:
    assert from_row(as_row(page)) == page
