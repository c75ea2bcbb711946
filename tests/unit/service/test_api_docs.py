"""docs/api.md says what the code does, and all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index import query_size
from index.query import HALF_LIFE_DAYS
from index.whoosh_engine import budget, expansion
from indexer.extract import extract
from indexer.raw_page import RawPage
from indexer.sources import read_sources
from service import MAX_QUERY_STRING
from service.coverage import MOST_PERIODS
from service.coverage_arguments import MOST
from service.problems import PROBLEMS
from service.query_string import MAX_EXPLAINED, MAX_HITS, MAX_QUERY, MAX_SIZE, MAX_VALUES, PARAMETERS, REPEATABLE
from tests.docs.curl import curl
from tests.docs.markdown import blocks, command_lines, table
from tests.unit.service.conftest import make_app
from tests.unit.service.watched_searcher import WatchedSearcher


@pytest.fixture(scope="module")
def docs() -> str:
    return (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")


@pytest.fixture(scope="module")
def samples(repo_root: Path) -> FlaskClient:
    """The application over the sample pages."""
    pages = read_sources([str(repo_root / "samples" / "pages")])
    articles = [extract(page).article for page in pages if isinstance(page, RawPage)]
    return make_app(WatchedSearcher(articles)).test_client()


def names(cells: list[list[str]]) -> list[str]:
    return [name for row in cells for name in re.findall(r"`([\w-]+)`", row[0])]


def commands(docs: str) -> list[str]:
    reference = docs.split("\n## Examples\n", maxsplit=1)[0]
    return [line for line in command_lines(reference) if line.startswith("curl ")]


def test_every_parameter_is_documented_and_no_other(docs: str) -> None:
    assert sorted(names(table(docs, "### Parameters"))) == sorted(PARAMETERS)


def test_what_may_be_repeated_is_documented(docs: str) -> None:
    told = {row[0].strip("`") for row in table(docs, "### Parameters") if "epeat" in row[3]}
    assert told == set(REPEATABLE)


def test_every_limit_is_documented(docs: str) -> None:
    text = docs.replace(",", "")
    assert f"at most {MAX_QUERY} characters" in text
    assert f"1 to {MAX_SIZE}" in text
    assert f"at most {MAX_VALUES} times" in text
    assert f"up to the {MAX_HITS}th" in text
    assert f"over {MAX_QUERY_STRING} bytes" in text


def test_what_a_search_may_cost_is_documented(docs: str) -> None:
    told = docs.replace(",", "").replace("\n", " ").split("**What a search may cost.**")[1]
    assert f"after {budget.SECONDS:g} seconds" in told
    assert f"more than {query_size.MAX_NODES} parts or is nested more than {query_size.MAX_DEPTH} deep" in told
    assert f"less than {expansion.LEAST} characters" in told


def test_how_fast_freshness_wears_off_is_documented(docs: str) -> None:
    assert f"each {HALF_LIFE_DAYS} days" in docs


def test_how_many_hits_are_explained_is_documented(docs: str) -> None:
    assert f"`size` of at most {MAX_EXPLAINED}" in docs


def test_the_cursor_shown_is_the_one_given(docs: str, samples: FlaskClient) -> None:
    after = next(command for command in commands(docs) if "cursor=" in command)
    before, _, cursor = after.partition(" -d cursor=")
    assert before in commands(docs)
    assert curl(samples, before).get_json()["next_cursor"] == cursor
    assert curl(samples, after).get_json()["hits"]


def test_every_problem_is_documented_with_its_status_and_no_other(docs: str) -> None:
    told = {row[0].strip("`"): int(row[1]) for row in table(docs, "## Errors")}
    assert told == {problem.code: problem.status for problem in PROBLEMS}


def test_every_field_of_an_answer_is_documented_and_no_other(docs: str, samples: FlaskClient) -> None:
    answer = samples.get("/api/v1/search?facets=date&q=bao").get_json()
    assert names(table(docs, "### The answer")) == list(answer)
    assert names(table(docs, "A hit:")) == list(answer["hits"][0])
    for name in [*answer["hits"][0]["snippet"], *answer["facets"]["date"][0]]:
        assert re.search(rf"[`\"]{name}[`\"]", docs), name
    article = samples.get(f"/api/v1/articles/{answer['hits'][0]['id']}").get_json()
    assert sorted(names(table(docs, "## An article: `GET /api/v1/articles/<id>`"))) == sorted(article)


def test_every_field_of_counts_over_time_is_documented(docs: str, samples: FlaskClient) -> None:
    section = docs.split("## Queries over time")[1].split("\n## ", maxsplit=1)[0]
    answer = samples.get("/api/v1/coverage?q=bao").get_json()
    assert re.findall(r"^\| `(\w+)` \|", section.split("| field | meaning |")[1], re.MULTILINE) == list(answer)
    for name in [*answer["all"], *answer["all"]["periods"][0], *answer["queries"][0]]:
        assert f"`{name}`" in section, name
    assert f"Up to {MOST} of them" in section
    assert f"at most {MOST_PERIODS} of them" in section


def test_every_field_of_readiness_is_documented(docs: str, samples: FlaskClient) -> None:
    for name in samples.get("/readyz").get_json():
        assert name == "status" or f"`{name}`" in docs.split("## Health")[1]


def test_every_example_finds_something(docs: str, samples: FlaskClient) -> None:
    assert len(commands(docs)) >= 7
    for command in commands(docs):
        answer = curl(samples, command)
        if "size=500" in command:
            assert answer.status_code == 400
            continue
        assert answer.status_code == 200, command
        assert not answer.is_json or answer.get_json().get("total", 1) > 0, command
        assert answer.data, command


def test_the_problem_shown_is_the_one_given(docs: str, samples: FlaskClient) -> None:
    shown = json.loads(blocks(docs, "json")[1])
    problem = curl(samples, next(command for command in commands(docs) if "size=500" in command)).get_json()
    assert {**shown, "request_id": ""} == {**problem, "request_id": ""}


def test_an_id_sent_is_kept_as_documented(docs: str, samples: FlaskClient) -> None:
    command = next(command for command in commands(docs) if "X-Request-ID" in command)
    assert curl(samples, command).headers["X-Request-ID"] == "thu-1"
