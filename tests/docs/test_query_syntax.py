"""docs/query-syntax.md says what the parser does, and its examples find what it says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from index.analysis.telex import from_telex
from index.date_ranges import parse_range
from index.dates import VIETNAM
from index.engine import Searcher
from index.query import (
    ENOUGH,
    And,
    Author,
    Either,
    Fuzzy,
    MatchAll,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    SearchRequest,
    Sort,
    Term,
    Text,
    TextField,
    Unit,
    Wildcard,
)
from index.query_lexemes import FIELDS
from index.query_parser import MAX_CHARACTERS, MAX_DEPTH, MAX_LOOSE, MAX_UNITS, parse_query, required_share
from index.whoosh_engine import open_searcher
from tests.docs.markdown import code_spans, table

DOCUMENT = (Path(__file__).parents[2] / "docs" / "query-syntax.md").read_text("utf-8")
ASKED = datetime(2020, 7, 15, 10, tzinfo=VIETNAM)
TOLD_ANYWAY = "Đã loại các bài có"


def examples(*headings: str) -> list[tuple[str, str, str]]:
    """Give (query, read as, finds) for each query of the tables."""
    return [
        (query, read_as, finds)
        for heading in headings
        for typed, read_as, finds in table(DOCUMENT, heading)
        for query in code_spans(typed)
    ]


EXAMPLES = examples("## All of it", "## Numbers of documents")


def in_title(query: Query | Unit) -> bool:
    match query:
        case Text(units=parts) | Either(units=parts) | Phrase(terms=parts) | Near(terms=parts):
            return all(map(in_title, parts))
        case Term(field=field) | Wildcard(field=field) | Fuzzy(field=field):
            return field is TextField.TITLE
        case _:
            return False


def kind(query: Query) -> str:
    """Name a query as the document does."""
    match query:
        case Text() | Phrase() | Near():
            name = words_kind(query)
            return f"{name} in the title" if in_title(query) else name
        case Author():
            return "author"
        case Published():
            return "dates"
        case Or():
            return "either"
        case And(queries=queries):
            return "without" if any(isinstance(part, Not) for part in queries) else "both"
        case _:
            return type(query).__name__


def words_kind(query: Text | Phrase | Near) -> str:
    match query:
        case Phrase():
            return "phrase"
        case Near():
            return "near"
        case Text(units=(Wildcard(),)):
            return "pattern"
        case Text(units=(Fuzzy(),)):
            return "one slip"
        case Text(units=units, share=0) if len(units) > 1:
            return "either"
        case Text():
            return "words"


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture(scope="module")
def searcher(samples_home: Path) -> Searcher:
    return open_searcher(samples_home / "index")


@pytest.mark.parametrize(("query", "read_as", "finds"), EXAMPLES)
def test_every_example_is_read_as_told(query: str, read_as: str, finds: str, analyzer: Analyzer) -> None:
    parsed = parse_query(query, analyzer, ASKED)
    assert kind(parsed.query) == read_as
    assert not [note for note in parsed.notes if not note.startswith(TOLD_ANYWAY)]


@pytest.mark.parametrize(("query", "read_as", "finds"), EXAMPLES)
def test_every_example_finds_what_is_told(
    query: str, read_as: str, finds: str, analyzer: Analyzer, searcher: Searcher
) -> None:
    response = searcher.search(SearchRequest(parse_query(query, analyzer, ASKED).query, limit=30))
    titles = [hit.article.title for hit in response.hits]
    if finds.startswith("*"):
        assert finds.strip("*") in titles
    else:
        assert titles


def test_both_forms_of_an_operator_mean_the_same(analyzer: Analyzer) -> None:
    for typed, _, _ in table(DOCUMENT, "## All of it"):
        assert len({parse_query(query, analyzer, ASKED).query for query in code_spans(typed)}) == 1, typed


@pytest.mark.parametrize(("query", "read_as", "finds"), examples("## Numbers of documents"))
def test_a_document_number_ranks_its_article_first(
    query: str, read_as: str, finds: str, analyzer: Analyzer, searcher: Searcher
) -> None:
    response = searcher.search(SearchRequest(parse_query(query, analyzer, ASKED).query, limit=1))
    assert response.hits[0].article.title == finds.strip("*")


def test_without_accents_the_same_article_comes_first(analyzer: Analyzer, searcher: Searcher) -> None:
    accented, bare = (
        searcher.search(SearchRequest(parse_query(query, analyzer, ASKED).query)) for query in ("mật khẩu", "mat khau")
    )
    assert accented.hits[0].article.id == bare.hits[0].article.id
    assert bare.total > accented.total


def test_as_large_a_share_is_asked_as_told() -> None:
    for typed, share in table(DOCUMENT, "## Words"):
        assert required_share(int(typed)) == float(Fraction(share))


def test_as_many_articles_are_enough_as_told() -> None:
    assert ENOUGH == 30
    assert "If fewer than thirty articles hold so much" in DOCUMENT


def test_spellings_told_to_be_the_same_are(analyzer: Analyzer) -> None:
    for typed, other in table(DOCUMENT, "## Accents, capitals, spelling"):
        first, second = (parse_query(query.strip("`"), analyzer, ASKED) for query in (typed, other))
        assert first == second, typed


def test_every_field_is_told_in_both_languages(analyzer: Analyzer) -> None:
    told = {name.strip("`:").lower() for row in table(DOCUMENT, "## Fields") for name in row[:2]}
    folded = {"_".join(fold(part)[0] for part in name.split("_")) for name in told}
    assert folded == set(FIELDS)


def test_keys_of_an_input_method_are_read_as_told() -> None:
    for typed, meant in table(DOCUMENT, "## Typed without the input method"):
        decoded = from_telex(typed.strip("`"))
        assert decoded is not None
        assert fold(decoded) == fold(meant.strip("`"))
    for word in ("google", "windows"):
        assert f"`{word}`" in DOCUMENT
        assert from_telex(word) is None


def test_abbreviations_are_answered_as_told(analyzer: Analyzer) -> None:
    for typed, answer in table(DOCUMENT, "## Abbreviations"):
        query = parse_query(typed.strip("`"), analyzer, ASKED, Abbreviations.builtin()).query
        assert isinstance(query, Text)
        alternatives = [each for unit in query.units if isinstance(unit, Either) for each in unit.alternatives]
        terms = [each.terms if isinstance(each, Phrase) else (each,) for each in alternatives]
        told = parse_query(answer.replace("`", '"'), analyzer, ASKED).query
        assert isinstance(told, Phrase)
        assert told.terms in terms


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [(span, first, last) for typed, first, last in table(DOCUMENT, "## Dates") for span in code_spans(typed)],
)
def test_every_date_covers_what_is_told(span: str, first: str, last: str, analyzer: Analyzer) -> None:
    found = parse_range(span, ASKED)
    assert found is not None
    assert found.start is not None
    assert found.end is not None
    included = found.end - timedelta(seconds=1)
    assert [f"{moment.astimezone(VIETNAM):%d/%m/%Y}" for moment in (found.start, included)] == [first, last]
    assert parse_query(f"ngày:{span}", analyzer, ASKED).query == Published(found)


@pytest.mark.parametrize(("query", "note"), [(row[0][1:-1], row[1]) for row in table(DOCUMENT, "## Never an error")])
def test_what_could_not_be_used_is_told_as_written(query: str, note: str, analyzer: Analyzer) -> None:
    parsed = parse_query(query, analyzer, ASKED)
    assert parsed.notes == (() if note.startswith("none") else (note,))


def test_nothing_asked_finds_everything(analyzer: Analyzer, searcher: Searcher) -> None:
    for query in ("", "*", '- * " ()'):
        assert parse_query(query, analyzer, ASKED).query == MatchAll()
    assert searcher.search(SearchRequest(MatchAll(), sort=Sort.NEWEST)).total == searcher.stats().articles


def test_the_limits_told_are_those_there_are() -> None:
    told = re.search(
        r"up to (\d+) characters and (\d+) syllables, (\w+) of them with `\*` or `~`, parentheses up to (\d+) deep",
        DOCUMENT,
    )
    assert told is not None
    characters, units, loose, depth = told.groups()
    assert [int(characters), int(units), int(depth)] == [MAX_CHARACTERS, MAX_UNITS, MAX_DEPTH]
    assert (loose, MAX_LOOSE) == ("four", 4)
