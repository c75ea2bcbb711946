"""An earlier version of an article is brought back: after a wrong import nothing is lost for good."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main

Run = Callable[..., Result]
GOOD = {
    "id": "ben",
    "title": "Bến sông mùa cạn",
    "body": "Con đò nằm chờ nước từ đầu tháng, khách qua sông phải đi vòng.",
    "authors": ["Lý Suối Đá"],
    "updated_at": "2026-03-02T08:00:00+07:00",
}
POOR = {"id": "ben", "title": "Bến sông", "body": "Con đò nằm chờ nước."}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *args], input=stdin)

    return invoke


def add(run: Run, row: dict[str, Any]) -> None:
    assert run("add", "-", "--format", "jsonl", stdin=json.dumps(row)).exit_code == 0


def numbers(run: Run) -> list[int]:
    return [each["number"] for each in json.loads(run("versions", "ben", "--json").stdout)["versions"]]


def article(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("get", "ben", "--json").stdout)
    return found


def total(run: Run, query: str) -> int:
    found: int = json.loads(run("search", query, "--json").stdout)["total"]
    return found


@pytest.fixture
def spoilt(run: Run) -> Run:
    """An archive in which a poorer export has replaced a good article."""
    add(run, GOOD)
    add(run, POOR)
    assert total(run, "đi vòng") == 0
    return run


def test_the_article_is_again_what_it_was_in_store_and_index(spoilt: Run) -> None:
    [number] = numbers(spoilt)

    told = spoilt("versions", "ben", "--bring-back", str(number))

    assert told.exit_code == 0
    assert told.stdout == f"ben is again what it was in version {number}.\n"
    assert article(spoilt)["title"] == GOOD["title"]
    assert article(spoilt)["authors"] == GOOD["authors"]
    assert total(spoilt, "đi vòng") == 1
    assert spoilt("check", "--deep").exit_code == 0


def test_what_it_replaces_is_a_version_in_turn_and_can_be_brought_back_though_it_be_older(spoilt: Run) -> None:
    spoilt("versions", "ben", "--bring-back", str(numbers(spoilt)[0]))

    assert spoilt("versions", "ben", "--bring-back", str(numbers(spoilt)[0])).exit_code == 0

    assert article(spoilt)["title"] == POOR["title"]


def test_the_number_is_the_one_that_the_list_shows(spoilt: Run) -> None:
    shown = spoilt("versions", "ben").stdout

    assert shown.startswith(f"{numbers(spoilt)[0]}, until ")


def test_a_source_that_says_something_newer_replaces_it_again(spoilt: Run) -> None:
    spoilt("versions", "ben", "--bring-back", str(numbers(spoilt)[0]))

    add(spoilt, GOOD | {"title": "Bến sông có nước", "updated_at": "2026-03-05T08:00:00+07:00"})

    assert article(spoilt)["title"] == "Bến sông có nước"


def test_a_withdrawn_article_stays_withdrawn(spoilt: Run) -> None:
    [number] = numbers(spoilt)
    spoilt("withdraw", "ben", "--reason", "Toà soạn rút bài")

    told = spoilt("versions", "ben", "--bring-back", str(number))

    assert "ben is withdrawn" in told.stdout
    assert total(spoilt, "con đò") == 0
    spoilt("withdrawals", "undo", "ben", "--reason", "Rút nhầm")
    assert article(spoilt)["title"] == GOOD["title"]


@pytest.mark.parametrize("number", ["0", "-1", "999"])
def test_a_version_that_is_not_there_is_told_and_nothing_changes(spoilt: Run, number: str) -> None:
    refused = spoilt("versions", "ben", "--bring-back", number)

    assert refused.exit_code == 1
    assert f"ben has no version {number}; see timtin versions ben" in refused.stderr
    assert article(spoilt)["title"] == POOR["title"]


def test_an_article_that_was_removed_is_there_again(spoilt: Run) -> None:
    [number] = numbers(spoilt)
    spoilt("remove", "ben")

    assert spoilt("versions", "ben", "--bring-back", str(number)).exit_code == 0

    assert total(spoilt, "đi vòng") == 1


def test_scripts_are_told_in_json(spoilt: Run) -> None:
    [number] = numbers(spoilt)

    told = json.loads(spoilt("versions", "ben", "--bring-back", str(number), "--json").stdout)

    assert told == {"id": "ben", "version": number, "changed": True}
