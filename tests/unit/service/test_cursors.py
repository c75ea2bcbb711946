"""Cursors come back as they went out; nothing else is taken for one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query import Cursor, Sort
from service.cursors import PlaceInOrder
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import ARTICLES
from tests.unit.service.watched_searcher import WatchedSearcher

CLIENT = make_app(WatchedSearcher(ARTICLES)).test_client()

ids = st.text(min_size=1, max_size=30)
scores = st.floats(allow_nan=False, allow_infinity=False)
seconds = st.one_of(st.none(), st.integers(-(2**40), 2**40).map(float))
places = st.one_of(
    st.builds(PlaceInOrder, st.just(Sort.RELEVANCE), st.builds(Cursor, scores, ids)),
    st.builds(PlaceInOrder, st.sampled_from((Sort.NEWEST, Sort.OLDEST)), st.builds(Cursor, seconds, ids)),
    st.builds(PlaceInOrder, st.just(Sort.ID), st.builds(Cursor, st.none(), ids)),
)


@given(places)
def test_a_cursor_comes_back_to_the_last_bit_and_needs_no_quoting(place: PlaceInOrder) -> None:
    written = str(place)
    assert PlaceInOrder.read(written) == place
    assert quote(written, safe="") == written


@pytest.mark.parametrize(
    "fields",
    [
        *([], {}, None, "x", [1], [1, "id", None], [1, "id", None, "a", "b"]),
        *([0, "id", None, "a"], [2, "id", None, "a"], ["1", "id", None, "a"], [1, "date", None, "a"]),
        *([1, "id", 3, "a"], [1, "relevance", None, "a"], [1, "relevance", "3", "a"], [1, "relevance", True, "a"]),
        *([1, "id", None, 5], [1, "id", None, None]),
    ],
    ids=repr,
)
def test_anything_else_in_the_form_of_a_cursor_is_refused(fields: object) -> None:
    written = urlsafe_b64encode(orjson.dumps(fields)).rstrip(b"=").decode()
    with pytest.raises(ValueError, match=r".+"):
        PlaceInOrder.read(written)


@pytest.mark.parametrize("key", ["1e999", "-1e999", "NaN", "1" * 400, '"\\ud800"', "[" * 5000])
def test_keys_that_are_no_numbers_of_the_engine_are_refused(key: str) -> None:
    written = urlsafe_b64encode(f'[1,"newest",{key},"a"]'.encode()).rstrip(b"=").decode()
    with pytest.raises(ValueError, match=r".+"):
        PlaceInOrder.read(written)


@given(st.one_of(st.text(max_size=60), st.binary(max_size=40).map(lambda raw: urlsafe_b64encode(raw).decode())))
def test_whatever_is_given_as_a_cursor_is_a_fault_or_an_answer(written: str) -> None:
    answer = CLIENT.get("/api/v1/search", query_string={"cursor": written})
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.get_json()["errors"]] == ["cursor"]
    assert CLIENT.get("/", query_string={"cursor": written}).status_code == 200
