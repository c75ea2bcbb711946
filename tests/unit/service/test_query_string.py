"""Laws of reading query strings and of making links."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from index.analysis.normal_text import normal_text
from index.query import Collapse, Sort
from service.arguments import Period, SearchArguments
from service.links import Links
from service.query_string import MAX_HITS, PARAMETERS, read_arguments
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES
from tests.unit.service.watched_searcher import WatchedSearcher

APP = make_app(WatchedSearcher(ARTICLES))

anything = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "unknown", "2020", "2020-07", "2020-13", "0000", "9999-12-31", "-1", "0", "1", "100", "newest"]
    ),
)
names = st.text(min_size=1, max_size=20).map(lambda text: normal_text(text).text.strip()).filter(bool)
some_names = st.lists(names, max_size=3, unique=True).map(tuple)
dates = st.sampled_from(["2019", "2020-02", "2020-02-29", "2020-07-01T10:00:00+07:00"])
periods = st.one_of(
    st.none(),
    st.builds(Period.of, dates, st.just("")),
    st.builds(Period.of, st.just(""), dates),
    dates.map(lambda date: Period.of(date, date)),
)
arguments_strategy = st.builds(
    SearchArguments,
    q=st.text(max_size=50).map(str.strip),
    period=periods,
    authors=some_names,
    publishers=some_names,
    sections=some_names,
    sort=st.one_of(st.none(), st.sampled_from(Sort)),
    page=st.integers(1, 100),
    size=st.integers(1, 100),
    collapse=st.sampled_from([None, Collapse.STORY]),
    freshness=st.integers(0, 10**9).map(lambda parts: float(f"0.{parts:09}") if parts < 10**9 else 1.0),
)


@given(st.lists(st.tuples(st.one_of(st.sampled_from(PARAMETERS), st.text(max_size=10)), anything), max_size=8))
def test_any_query_string_gives_usable_arguments(pairs: list[tuple[str, str]]) -> None:
    arguments, faults = read_arguments(MultiDict(pairs), 10)
    assert arguments.page * arguments.size <= MAX_HITS
    assert arguments.filters is not None
    for fault in faults:
        assert fault.message
        assert len(fault.value) <= 100


@given(arguments_strategy)
def test_a_link_holds_the_whole_search(arguments: SearchArguments) -> None:
    with APP.test_request_context():
        link = Links(page_size=10).search(arguments)
    pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    assert read_arguments(MultiDict(pairs), 10) == (arguments, ())


@given(st.lists(st.tuples(st.sampled_from(PARAMETERS), anything), max_size=6))
def test_no_query_string_is_an_internal_error(pairs: list[tuple[str, str]]) -> None:
    client = APP.test_client()
    assert client.get("/", query_string=MultiDict(pairs)).status_code == 200
    assert client.get("/bai/cau-cang", query_string=MultiDict(pairs)).status_code == 200
    assert client.get("/api/v1/search", query_string=MultiDict(pairs)).status_code in (200, 400)
