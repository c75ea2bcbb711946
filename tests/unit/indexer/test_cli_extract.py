"""`timtin extract`: each field with its rule, what was tried in vain, and proposed rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main
from tests.unit.indexer.html.invented_portal import TITLES, page_of
from tests.unit.indexer.legacy_text.encoders import to_double_utf8

ROOT = Path(__file__).parents[3]


def run(home: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "extract", *args])


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    files = [tmp_path / f"{number}.html" for number in range(3)]
    for number, file in enumerate(files):
        file.write_text(page_of(number), "utf-8")
    return [str(file) for file in files]


def test_each_field_is_shown_with_its_rule_and_those_that_failed(tmp_path: Path, pages: list[str]) -> None:
    result = run(tmp_path, pages[0])

    assert result.exit_code == 0
    assert f"title: {TITLES[0]}\n  found by: " in result.output
    assert "tried: <title>: 'Cổng thông tin điện tử huyện Sông Nứa > Tin tức' is the portal's name" in result.output
    assert not (tmp_path / "articles.db").exists()


def test_json_has_the_article_and_every_rule_that_was_tried(tmp_path: Path, pages: list[str]) -> None:
    answer = json.loads(run(tmp_path, pages[0], "--json").output)

    assert answer["article"]["title"] == TITLES[0]
    assert answer["rejected"] is None
    assert {"field": "published_at", "rule": "JSON-LD", "found": False, "why": "states none"} in answer["tried"]


def test_page_without_an_article_is_told_with_the_reason(tmp_path: Path) -> None:
    result = run(tmp_path, str(ROOT / "samples" / "html" / "refused" / "listing.html"))

    assert result.exit_code == 1
    assert "No article: the page lists 4 articles" in result.output


def test_missing_file_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, str(tmp_path / "khong.html"))

    assert result.exit_code == 1
    assert "there is no " in result.output


def test_dump_is_shown_with_its_rules_too(tmp_path: Path) -> None:
    dump = next(iter(sorted((ROOT / "samples" / "pages").glob("*.txt"))))

    assert "found by: line above the date" in run(tmp_path, str(dump)).output


def test_proposed_rules_saved_in_home_are_used(tmp_path: Path, pages: list[str]) -> None:
    proposed = run(tmp_path, "--propose", *pages)
    assert proposed.exit_code == 0
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "song-nua.toml").write_text(proposed.output, "utf-8")

    result = run(tmp_path, pages[2])

    assert "Rules of the portal: song-nua.toml" in result.output
    assert "found by: rules song-nua: [id$='_ViewNews_lblTitle']" in result.output


def test_rules_file_with_a_mistake_is_told_where_its_rules_are_missed(tmp_path: Path, pages: list[str]) -> None:
    (tmp_path / "portals").mkdir()
    file = tmp_path / "portals" / "song-nua.toml"
    file.write_text('hosts = ["songnua.example"]\n\n[select]\ntitel = "h1"\n', "utf-8")

    shown = run(tmp_path, pages[2]).stdout.splitlines()

    assert shown[1] == "Rules of the portal: none that can be used"
    assert shown[2].startswith(f"Rules file left out: {file}: ")
    assert "select.titel: there is no such field; there are " in shown[2]


def test_page_in_an_old_encoding_is_shown_and_proposed_for_as_it_is_added(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.html" for number in range(3)]
    for number, file in enumerate(files):
        file.write_text(to_double_utf8(page_of(number)), "utf-8")

    shown = json.loads(run(tmp_path, str(files[0]), "--json").output)
    proposed = json.loads(run(tmp_path, "--propose", *map(str, files), "--json").output)

    assert shown["article"]["title"] == TITLES[0]
    assert any("'Cổng thông tin điện tử" in tried["why"] for tried in shown["tried"])
    assert 'publisher = "ỦY BAN NHÂN DÂN HUYỆN SÔNG NỨA"' in proposed["toml"]


def test_one_page_is_no_portal(tmp_path: Path, pages: list[str]) -> None:
    assert "needs 2 pages or more" in run(tmp_path, "--propose", pages[0]).output


def test_private_address_is_not_asked_unless_allowed(tmp_path: Path) -> None:
    result = run(tmp_path, "http://127.0.0.1:9/tin.html")

    assert result.exit_code == 1
    assert "127.0.0.1" in result.output
