"""The API refuses what it can't use, and lists every fault with the value and the remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from index.query import Cursor, Sort
from service.cursors import PlaceInOrder

Faults = Callable[[str], list[dict[str, str]]]

BY_ID = PlaceInOrder(Sort.ID, Cursor(None, "cau-cang"))

MESSAGES = {
    "size=500": "size must be between 1 and 100, got 500",
    "size=0": "size must be between 1 and 100, got 0",
    "size=-1": "size must be between 1 and 100, got -1",
    "size=ten": "size must be a whole number between 1 and 100, got 'ten'",
    "size=1.5": "size must be a whole number between 1 and 100, got '1.5'",
    "size=": "size must be a whole number between 1 and 100, got ''",
    "size=9999999999999": "size must be a whole number between 1 and 100, got '9999999999999'",
    "page=0": "page must be between 1 and 10000, got 0",
    "page=x": "page must be a whole number between 1 and 10000, got 'x'",
    "page=101&size=100": "page 101 of size 100 reaches past hit 10000: narrow the search by date (from, to)",
    "page=1001": "page 1001 of size 10 reaches past hit 10000: narrow the search by date (from, to)",
    "sort=date": "sort must be relevance, newest, oldest or id, got 'date'",
    "explain=yes": "explain must be true or false, got 'yes'",
    "explain=true&size=50": "explain=true goes with a size of at most 20, got 50",
    "freshness=1.5": "freshness must be a number from 0 to 1, got '1.5'",
    "freshness=nan": "freshness must be a number from 0 to 1, got 'nan'",
    "freshness=-0.1": "freshness must be a number from 0 to 1, got '-0.1'",
    "freshness=": "freshness must be a number from 0 to 1, got ''",
    "collapse=stories": "collapse must be story, got 'stories'",
    "collapse=": "collapse must be story, got ''",
    "cursor=xyz": "cursor must be the next_cursor of an answer, got 'xyz'",
    "cursor=": "cursor must be the next_cursor of an answer, got ''",
    f"cursor={BY_ID}&page=1": "cursor begins where the answer before ended: it can't be combined with page",
    f"cursor={BY_ID}&sort=newest": "cursor is of an answer with sort=id: it can't be combined with sort=newest",
    "facets=year": "facets must be author, publisher, section or date, got 'year'",
    "facets=": "facets must be author, publisher, section or date, got ''",
    "date=2020": "date must be unknown, got '2020'; for a span of time use from and to",
    "author=": "author must not be empty: leave it out, or give a name or unknown",
    "from=2021&to=2020": "from must not be after to, got from=2021 and to=2020",
    "date=unknown&from=2020": ("date=unknown asks for articles without a date: it can't be combined with from or to"),
    "q=a&q=b": "q must be given once, got 2 times",
    "page=1&page=1": "page must be given once, got 2 times",
    "siez=10": "unknown parameter siez: did you mean size?",
    "utm_source=x": (
        "unknown parameter utm_source: known ones are q, from, to, date, sort, page, size, "
        "cursor, freshness, collapse, explain, author, publisher, section, facets, fields"
    ),
    "q=" + "a" * 501: "q must have at most 500 characters, got 501",
    "&".join(f"author=a{number}" for number in range(51)): "author may be given at most 50 times, got 51",
}


@pytest.mark.parametrize("query_string", MESSAGES, ids=lambda query_string: query_string[:40])
def test_a_message_names_the_parameter_the_value_and_the_remedy(faults: Faults, query_string: str) -> None:
    [fault] = faults(query_string)
    assert fault["message"] == MESSAGES[query_string]
    assert set(fault) == {"parameter", "value", "message"}
    assert fault["message"].startswith((fault["parameter"], "unknown parameter", "date=unknown"))


@pytest.mark.parametrize(
    "typed",
    ["", "x", "20", "2020-13", "2020-02-30", "01/07/2020", "2020-7-1", "2020-07-01T25:00", "0000",
     "2020-07-01 10:00:00 07:00",     "0001-01-01T00:00", "٢٠٢٠-٠٧-٠١T", "unknown"],
)  # fmt: skip
def test_a_date_that_is_none_is_named(faults: Faults, typed: str) -> None:
    for name in ("from", "to"):
        [fault] = faults(f"{name}={typed}")
        assert fault["parameter"] == name
        assert fault["value"] == typed
        assert "YYYY-MM-DD" in fault["message"]


def test_every_fault_is_listed_at_once(faults: Faults) -> None:
    found = faults("q=a&q=b&size=500&page=x&from=never&sort=up&facets=author,year,month&date=x&publisher=&siez=1")
    assert [fault["parameter"] for fault in found] == [
        *("siez", "date", "from", "size", "q", "publisher", "sort", "page", "facets", "facets")
    ]


def test_long_values_are_shown_cut(faults: Faults) -> None:
    [fault] = faults("sort=" + "dài" * 200)
    assert len(fault["value"]) == 100
    assert len(fault["message"]) < 200


def test_a_query_of_five_hundred_characters_is_taken(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "ộ" * 500})
    assert answer.status_code == 200


def test_an_endless_query_string_is_refused_unread(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=" + "a" * 40_000)
    assert (answer.status_code, answer.get_json()["code"]) == (414, "uri_too_long")


@pytest.mark.parametrize(
    "query_string", ["q=%ff%fe", "q=\xff\xfe", "q=%ed%a0%80", "\xff=1", "q=a%00b", "q=%F0%9F%90%8C"]
)
def test_bytes_that_are_no_text_never_break_a_search(client: FlaskClient, query_string: str) -> None:
    for address in ("/api/v1/search", "/", "/bai/cau-cang"):
        answer = client.get(address, environ_overrides={"QUERY_STRING": query_string})
        assert answer.status_code in (200, 400)
        answer.data.decode()


def test_raw_utf_8_in_the_address_is_read(client: FlaskClient) -> None:
    raw = "q=nước sạch".encode().decode("latin-1")
    answer = client.get("/api/v1/search", environ_overrides={"QUERY_STRING": raw})
    assert answer.get_json()["hits"][0]["id"] == "nuoc-sach"


def test_an_article_takes_no_parameters(client: FlaskClient) -> None:
    answer = client.get("/api/v1/articles/cau-cang?fields=title&q=x")
    assert answer.status_code == 400
    assert [fault["message"] for fault in answer.get_json()["errors"]] == [
        "unknown parameter fields: there are none here",
        "unknown parameter q: there are none here",
    ]
