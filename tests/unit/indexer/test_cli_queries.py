"""The command that tells what readers search for, over a real log."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.query_log.log_file import NAME, Channel, LogFile, LoggedSearch
from indexer.cli import main
from tests.quality.known_items import read_known_items

Run = Callable[..., Result]
AGO = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=2)
SEARCH = LoggedSearch(AGO, "nước sạch", (), 1, 3, 1.5, "1", Channel.PAGE)


@pytest.fixture
def file(tmp_path: Path) -> LogFile:
    return LogFile(tmp_path / NAME)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path), "queries", *args])

    return invoke


@pytest.fixture
def filled(run: Run, file: LogFile) -> Run:
    file.put(
        [
            *(replace(SEARCH, query=query) for query in ("nước sạch", "Nước sạch", "nuoc sach", "nước sạch")),
            replace(SEARCH, page=2),
            *(replace(SEARCH, query="HTXMC", total=0, took_ms=took) for took in (1000.0, 3000.0)),
            replace(SEARCH, query="tầu lạ", total=0, at=AGO - timedelta(days=10)),
            replace(SEARCH, query="cầu cảng", total=1200, at=AGO - timedelta(days=40)),
        ]
    )
    return run


def test_the_most_frequent_queries_are_told_first(filled: Run) -> None:
    result = filled()
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "searches  hits  later pages  query",
        "       4     3            1  nước sạch",
        "       2     0            0  HTXMC",
        "       1     0            0  tầu lạ",
    ]
    assert filled("--top").stdout == result.stdout


def test_the_days_and_the_number_of_queries_can_be_chosen(filled: Run) -> None:
    assert [line.split()[-1] for line in filled("--days", "7").stdout.splitlines()[1:]] == ["sạch", "HTXMC"]
    assert "1,200" in filled("--days", "90").stdout
    assert len(filled("--limit", "1").stdout.splitlines()) == 2
    for wrong in (("--days", "0"), ("--days", "3651"), ("--limit", "0"), ("--limit", "1001")):
        assert filled(*wrong).exit_code == 2


def test_queries_that_find_nothing_end_with_what_can_be_done(filled: Run) -> None:
    result = filled("--zero")
    assert [line.split()[-1] for line in result.stdout.splitlines()[1:]] == ["HTXMC", "lạ"]
    assert "timtin synonyms add HTXMC" in result.stderr
    assert "timtin queries --zero --judgements > judgements.tsv" in result.stderr


def test_the_slowest_queries_are_told_with_median_and_maximum(filled: Run) -> None:
    lines = filled("--slow").stdout.splitlines()
    assert lines[0].split() == ["searches", "median", "ms", "maximum", "ms", "query"]
    assert lines[1].split() == ["2", "2000.0", "3000.0", "HTXMC"]


def test_scripts_get_the_same_with_every_figure(filled: Run) -> None:
    told = json.loads(filled("--json", "--limit", "1").stdout)
    assert (told["table"], told["queries"]) == (
        "top",
        [
            {
                "query": "nước sạch",
                "searches": 4,
                "later_pages": 1,
                "total": 3,
                "last": f"{AGO:%Y-%m-%dT%H:%MZ}",
                "median_ms": 1.5,
                "slowest_ms": 1.5,
            }
        ],
    )


def test_rows_for_judging_are_read_by_the_measuring_of_quality(filled: Run, tmp_path: Path) -> None:
    rows = filled("--zero", "--judgements").stdout.splitlines()
    assert rows == ["query_id\tgroup\tquery\tarticle_id", "zero-1\tzero\tHTXMC\t", "zero-2\tzero\ttầu lạ\t"]
    judged = tmp_path / "judgements.tsv"
    judged.write_text("\n".join([rows[0], f"{rows[1]}nha-1", f"{rows[2]}nha-2"]) + "\n", "utf-8")
    items = read_known_items(judged)
    assert [(item.group, item.query, item.answers) for item in items] == [
        ("zero", "HTXMC", {"nha-1"}),
        ("zero", "tầu lạ", {"nha-2"}),
    ]


def test_one_form_of_output_at_a_time(filled: Run) -> None:
    result = filled("--json", "--judgements")
    assert result.exit_code == 2
    assert "choose --judgements or --json, not both" in result.stderr


def test_without_a_log_the_setting_is_named(run: Run, tmp_path: Path) -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"There is no query log: {tmp_path / NAME} isn't there. "
        "To begin one, start the service with TIMTIN_QUERY_LOG_DAYS=90.\n"
    )
    assert json.loads(run("--json").stdout)["queries"] == []
    assert list(tmp_path.iterdir()) == []


def test_an_empty_log_is_told_with_the_setting(run: Run, file: LogFile) -> None:
    file.put([])
    result = run("--days", "7")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No search was logged in the last 7 days" in result.stderr
    assert "TIMTIN_QUERY_LOG_DAYS above 0" in result.stderr
    assert run("--zero").stderr == "No logged query of the last 30 days found nothing.\n"


def test_a_file_that_is_no_log_is_told_with_the_remedy(run: Run, file: LogFile) -> None:
    file.path.write_bytes(b"this is no database" * 100)
    result = run()
    assert result.exit_code == 3
    assert f"{file.path} is damaged or no query log" in result.stderr
    assert "delete the file" in result.stderr


@pytest.mark.parametrize("form", [(), ("--judgements",), ("--json",)])
def test_a_terminal_is_told_nothing_it_would_obey(run: Run, file: LogFile, form: tuple[str, ...]) -> None:
    file.put([replace(SEARCH, query="nước\x1b[2J\x07\u009b31m\u202e\r\n\tsạch\x00")])
    shown = run(*form).stdout
    assert "nước[2J31m sạch" in shown
    assert not {"\x1b", "\x07", "\u009b", "\u202e", "\r", "\x00"} & set(shown)
