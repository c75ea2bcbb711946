"""The form for those who do not know operators: it leads to a search in the usual syntax, and nothing typed into it
is an operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded
from index.query import And, Author, Either, MatchAll, Not, Or, Phrase, Query, Term, Text, TextField, Unit
from index.query_parser import MAX_CHARACTERS, MAX_UNITS, parse_query
from index.query_words import name_alone
from service.plain_query import PlainQuery, TooLong, has_plain_words_only, written
from tests.unit.service.conftest import make_app
from tests.unit.service.invented_articles import HARBOUR, REED, UPLAND
from tests.unit.service.page_reader import Page
from tests.unit.service.test_hostile_text import HOSTILE, harmless
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

Look = Callable[..., Page]
NOW = datetime(2020, 7, 1, tzinfo=UTC)
FORM = {"all": "", "phrase": "", "any": "", "none": "", "author": "", "publisher": "", "section": "", "sort": ""}
PIECES = (
    "hội", "nghị", "đường", "05-CT/TW", '"', "“", "”", "«", "»", "„", "(", ")", "OR", "HOẶC", "or", "-", "–", "−", "--",
    ":", "title:", "tiêu_đề:", "tiêu đề:", "author:x", "tác giả:", "từ:", "đến:", "ngày:", "ngày:2020", "10:30", "2020",
    "phòng*", "h*ng", "*", "nguyen~", "~", '"~5', "tieengs", "T.N.Hạ", "_", "…", "½", "²", "\u0301", "\u200b", "\n",
    "🙂", ",", ", ", " ", "\u00a0", "a\u0300", "ß", "ﬁ", "\ud800", "…OR", "-OR", "OR:",
)  # fmt: skip
typed = st.one_of(
    st.just(""), st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
)  # fmt: skip
forms = st.builds(PlainQuery, all=typed, phrase=typed, any=typed, none=typed, in_title=st.booleans(), author=typed)


def syllables(text: str) -> list[tuple[str, int]]:
    return folded(normal_text(text).text)


def typed_terms(unit: Unit | Query) -> Iterator[Term]:
    """Give the terms of a part of a query, in order; anything that only an operator makes is an error."""
    match unit:
        case Term():
            yield unit
        case Phrase():
            yield from unit.terms
        case Either():
            for each in unit.units:
                yield from typed_terms(each)
        case Text():
            for each in unit.units:
                yield from typed_terms(each)
        case Or():
            for part in unit.queries:
                yield from typed_terms(part)
        case _:
            raise AssertionError(f"{unit} is no plain text")


def is_any(query: Query) -> bool:
    return isinstance(query, Or) or (isinstance(query, Text) and query.share == 0)


def check(plain: PlainQuery, query: Query) -> None:
    """Hold a tree to the shape that the fields ask for."""
    parts = list(query.queries) if isinstance(query, And) else [query]
    if parts[0] == MatchAll():
        parts.pop(0)
    unwanted = [part.query for part in parts if isinstance(part, Not)]
    authors = [part for part in parts if isinstance(part, Author)]
    choices = [part for part in parts if is_any(part)]
    wanted = [part for part in parts if not isinstance(part, Not | Author) and not is_any(part)]

    def read(queries: list[Query]) -> list[tuple[str, int]]:
        return [(term.term, term.accents) for part in queries for term in typed_terms(part)]

    any_of = syllables(plain.any)
    assert len(choices) <= 1
    for part in wanted:
        assert not isinstance(part, Text) or part.share == 1
    held = read(wanted)
    expected = syllables(plain.all) + ([] if choices else any_of) + syllables(plain.phrase)
    # Words that are quoted stand behind those that are not.
    assert sorted(held) == sorted(expected)
    assert read(choices) == (any_of if choices else [])
    assert read(unwanted) == syllables(plain.none)
    phrase = syllables(plain.phrase)
    if phrase:
        assert any(isinstance(part, Phrase) and part.exact and read([part]) == phrase for part in wanted)
    name = name_alone(tuple(Term(*pair) for pair in syllables(plain.author)))
    assert [author.terms for author in authors] == ([name] if name else [])
    field = TextField.TITLE if plain.in_title else TextField.TEXT
    assert {term.field for part in [*wanted, *choices, *unwanted] for term in typed_terms(part)} <= {field}


@given(forms)
def test_whatever_is_typed_asks_for_words_and_never_operates(plain: PlainQuery) -> None:
    try:
        q = written(plain)
    except TooLong:
        return
    parsed = parse_query(q, analyzer(), NOW)
    assert not [note for note in parsed.notes if not note.startswith("Đã loại")]
    check(plain, parsed.query)


@pytest.mark.parametrize(
    ("plain", "q"),
    [
        (PlainQuery(all="nước sạch"), "nước sạch"),
        (PlainQuery(all="nước, sạch!"), "nước sạch"),
        (PlainQuery(all="một hai ba bốn"), '"một" "hai" "ba" "bốn"'),
        (PlainQuery(all="một hai ba bốn", in_title=True), "tiêu_đề:một tiêu_đề:hai tiêu_đề:ba tiêu_đề:bốn"),
        (PlainQuery(all="-bão OR phòng*"), "bão or phòng"),
        (PlainQuery(all="title:x"), '"title:x"'),
        (PlainQuery(phrase="nước sạch"), '"nước sạch"'),
        (PlainQuery(phrase='về "nước sạch"~3'), '"về nước sạch ~3"'),
        (PlainQuery(phrase="…"), ""),
        (PlainQuery(any="bão lũ"), "bão OR lũ"),
        (PlainQuery(any="bão"), "bão"),
        (PlainQuery(any="nông thôn, đô thị"), '"nông thôn" OR "đô thị"'),
        (PlainQuery(any="nông thôn, biển"), '"nông thôn" OR biển'),
        (PlainQuery(any='"nông thôn" bão'), '"nông thôn" OR bão'),
        (PlainQuery(none="bóng đá, cháy"), '-"bóng đá" -cháy'),
        (PlainQuery(all='"nước sạch" bản'), '"nước sạch" bản'),
        (PlainQuery(all="xóm", any="bão lũ"), "xóm (bão OR lũ)"),
        (PlainQuery(any="bão lũ", in_title=True), "tiêu_đề:bão OR tiêu_đề:lũ"),
        (PlainQuery(none="cháy -khô"), "-cháy -khô"),
        (PlainQuery(all="rừng", none="cháy", in_title=True), "tiêu_đề:rừng -tiêu_đề:cháy"),
        (PlainQuery(author="Mộc Lan"), 'tác_giả:"Mộc Lan"'),
        (PlainQuery(author='Mộc" OR "Lan'), 'tác_giả:"Mộc OR Lan"'),
    ],
)
def test_the_query_is_written_as_a_person_would(plain: PlainQuery, q: str) -> None:
    assert written(plain) == q


def test_all_of_many_words_must_be_held(client: FlaskClient) -> None:
    def found(words: str) -> int:
        answer = client.get("/nang-cao", query_string={**FORM, "all": words}, follow_redirects=True)
        return len(Page(answer.text).titles)

    assert found("nước suối bản gánh") == 1
    assert found("nước suối bản gánh tàu") == 0


def test_the_form_sent_leads_to_a_search_that_can_be_kept(client: FlaskClient) -> None:
    sent = {
        **FORM, "all": "nước", "phrase": "bản Mây", "none": "tàu", "author": "Sậy", "publisher": UPLAND,
        "section": "Đời sống", "from": "2020-01-01", "to": "2020-12-31", "sort": "oldest",
    }  # fmt: skip
    answer = client.get("/nang-cao", query_string=sent)
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/"
    assert parse_qs(address.query) == {
        "q": ['nước "bản Mây" -tàu tác_giả:"Sậy"'], "publisher": [UPLAND], "section": ["Đời sống"],
        "from": ["2020-01-01"], "to": ["2020-12-31"], "sort": ["oldest"],
    }  # fmt: skip
    assert Page(client.get(answer.headers["Location"]).text).titles == ["Nước sạch về bản Mây"]


def test_filters_alone_are_a_search_too(client: FlaskClient) -> None:
    answer = client.get("/nang-cao", query_string={**FORM, "publisher": HARBOUR})
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"publisher": [HARBOUR]}


@pytest.mark.parametrize(
    ("sent", "notice"),
    [
        ({}, "Hãy điền ít nhất một ô."),
        ({"sort": "newest", "title": "1", "all": "…"}, "Hãy điền ít nhất một ô."),
        ({"all": "nước " * (MAX_UNITS + 1)}, "Nhiều chữ quá: cả thảy chỉ tìm được 32 tiếng, 500 ký tự."),
        ({"phrase": "x" * MAX_CHARACTERS}, "Nhiều chữ quá"),
        ({"all": "nước", "from": "hôm qua"}, "Không hiểu ngày “hôm qua”"),
        ({"all": "nước", "from": "2021", "to": "2020"}, "Ngày bắt đầu ở sau ngày kết thúc"),
    ],
)
def test_what_must_be_mended_is_told_and_what_was_typed_is_kept(look: Look, sent: dict[str, str], notice: str) -> None:
    page = look("/nang-cao", **{f"{name}_": value for name, value in {**FORM, **sent}.items()})
    assert len(page.notices()) == 1
    assert page.notices()[0].startswith(notice)
    for name in ("all", "phrase"):
        assert page.one("input", name=name).attributes["value"] == sent.get(name, "")


def test_choices_are_those_of_the_archive(look: Look) -> None:
    page = look("/nang-cao")
    values = [option.attributes["value"] for option in page.all("option")]
    assert {HARBOUR, UPLAND, "Kinh tế", "Đời sống", REED} <= set(values)
    assert page.one("input", id="author").attributes["list"] == page.one("datalist").attributes["id"]


def test_every_field_has_its_label(look: Look) -> None:
    page = look("/nang-cao")
    fields = [each for each in page.elements if each.tag in ("input", "select")]
    assert len(fields) == 11
    for each in fields:
        assert page.one("label", for_=each.attributes["id"]).words
    assert page.one("form").attributes["method"] == "get"


def test_results_lead_to_the_form_filled_in_with_their_search(look: Look) -> None:
    results = look("/", q="nước sạch", publisher=UPLAND, from_="2020", sort="oldest", author=REED)
    page = look(results.link("Tìm nâng cao"))
    assert page.one("input", id="all").attributes["value"] == "nước sạch"
    assert page.one("input", id="author").attributes["value"] == REED
    assert page.one("input", id="from").attributes["value"] == "2020-01-01"
    chosen = [option.attributes["value"] for option in page.all("option") if "selected" in option.attributes]
    assert chosen == [UPLAND, "oldest"]
    assert page.notices() == []


@pytest.mark.parametrize("q", ['"nước sạch"', "nước -tàu", "nước OR tàu", "tác_giả:Sậy", "phòng*", "(nước)", "nguyen~"])
def test_a_query_with_operators_is_not_taken_for_words(look: Look, q: str) -> None:
    page = look(look("/", q=q).link("Tìm nâng cao"))
    assert page.one("input", id="all").attributes["value"] == ""


@given(typed)
def test_words_taken_over_from_a_query_ask_for_the_same(q: str) -> None:
    if has_plain_words_only(q):
        query = parse_query(q, analyzer(), NOW).query
        terms = [] if query == MatchAll() else list(typed_terms(query))
        assert [(term.term, term.accents) for term in terms] == syllables(q)[:MAX_UNITS]


def test_every_page_leads_to_the_form(look: Look) -> None:
    for address in ("/", "/?q=nước", "/bai/cau-cang", "/tro-giup", "/so-sanh"):
        assert look(look(address).link("Tìm nâng cao")).one("h1").words == "Tìm nâng cao"
    missing = look("/không-có", 404)
    assert missing.link("Tìm nâng cao") == "/nang-cao"


def test_an_archive_without_articles_has_a_form_all_the_same() -> None:
    page = Page(make_app(WatchedSearcher([])).test_client().get("/nang-cao").text)
    assert page.all("datalist") == []
    assert "list" not in page.one("input", id="author").attributes


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(client: FlaskClient, text: str) -> None:
    link = client.get("/nang-cao", query_string={"q": text, "author": text, "publisher": text, "section": text})
    page = harmless(link.text)
    assert page.one("input", id="author").attributes["value"] == normal_text(text).text.strip()
    sent = client.get("/nang-cao", query_string={**FORM, "all": text, "phrase": text, "publisher": text, "from": "x"})
    page = harmless(sent.text)
    assert page.one("input", id="all").attributes["value"] == text
    led = client.get("/nang-cao", query_string={**FORM, "all": text, "any": text, "none": text}, follow_redirects=True)
    harmless(led.text)
