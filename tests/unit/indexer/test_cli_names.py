"""The commands about names, over the real store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(home), *args], input=stdin)

    return invoke


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    rows = [
        {"id": "a", "author": "Lò Mây Hồng", "source": "Báo Bến Gỗ", "category": "Bóng đá"},
        {"id": "b", "author": "L.M.H", "source": "Báo Bến Gỗ", "category": "bong-da"},
        {"id": "c", "author": "L.M.H", "source": "UBND xã Mây"},
        {"id": "d", "author": "Mây@Hồng", "source": "Ủy ban nhân dân xã Mây"},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps({"title": "Vườn", "body": "Rau xanh.", **each}) for each in rows), "utf-8")
    assert run("add", str(file)).exit_code == 0
    return run


def listed(run: Run, group: str, *options: str) -> dict[str, int]:
    names = json.loads(run(group, "list", "--json", *options).stdout)["names"]
    return {each["name"]: each["articles"] for each in names}


def test_alias_is_listed_applied_and_taken_out_again(filled: Run, home: Path) -> None:
    added = filled("authors", "alias", "Lò Mây Hồng", "L.M.H", "--publisher", "Báo Bến Gỗ")
    assert added.stdout == (
        "In the list: Lò Mây Hồng = L.M.H @ Báo Bến Gỗ\nStored articles follow with: timtin authors apply\n"
    )
    assert (home / "names.txt").read_text("utf-8") == "[authors]\nLò Mây Hồng = L.M.H @ Báo Bến Gỗ\n"
    assert listed(filled, "authors") == {"L.M.H": 2, "Lò Mây Hồng": 1}

    applied = filled("authors", "apply")
    assert "Renamed authors, publisher or section of 1 stored article." in applied.stdout
    assert "      2  Lò Mây Hồng  (also L.M.H @ Báo Bến Gỗ)\n" in filled("authors", "list").stdout
    assert listed(filled, "authors", "--publisher", "báo bến gỗ") == {"Lò Mây Hồng": 2}

    assert "Taken out of the list." in filled("authors", "unalias", "Lò Mây Hồng").stdout
    assert json.loads(filled("authors", "apply", "--json").stdout)["renamed"] == 1
    assert listed(filled, "authors") == {"L.M.H": 2, "Lò Mây Hồng": 1}


@pytest.mark.parametrize(
    ("group", "line"),
    [
        ("authors", "Lò Mây Hồng = L.M.H @ Báo Bến Gỗ  # initials: 1 article (a), 1 article (b)"),
        (
            "publishers",
            "Ủy ban nhân dân xã Mây = UBND xã Mây  # abbreviation: 1 article (d), 1 article (c)",
        ),
        ("sections", "Bóng đá = bong-da  # accents: 1 article (a), 1 article (b)"),
    ],
)
def test_proposals_can_be_taken_over_and_are_not_made_again(filled: Run, group: str, line: str) -> None:
    proposed = filled(group, "propose").stdout
    assert proposed.splitlines()[1:] == [f"[{group}]", line]
    assert json.loads(filled(group, "propose", "--min", "3", "--json").stdout) == {"proposals": []}

    assert filled(group, "alias", "--from", "-", stdin=proposed).exit_code == 0
    assert filled(group, "apply").exit_code == 0

    assert json.loads(filled(group, "propose", "--json").stdout) == {"proposals": []}


def test_alias_finds_the_person_in_a_search(filled: Run) -> None:
    filled("authors", "alias", "Tạ Gió Ngàn", "L.M.H")
    filled("publishers", "alias", "Xã Mây", "UBND xã Mây")
    filled("authors", "apply")
    for options in (("--author", "L.M.H"), ("--author", "Tạ Gió Ngàn"), ("--author", "L.M.H", "--publisher", "Xã Mây")):
        hits = json.loads(filled("search", "rau", "--json", *options).stdout)["hits"]
        assert {hit["id"] for hit in hits} == ({"c"} if len(options) > 2 else {"b", "c"})


def test_alias_that_contradicts_the_list_is_refused(filled: Run, home: Path) -> None:
    filled("authors", "alias", "Lò Mây Hồng", "L.M.H")
    before = (home / "names.txt").read_bytes()
    for name, alias, told in (("Lý Hà", "L.M.H", "stands for several names"), ("L.M.H", "Lò Mây Hồng", "each other")):
        refused = filled("authors", "alias", name, alias)
        assert (refused.exit_code, told in refused.stderr) == (1, True)
    assert (home / "names.txt").read_bytes() == before


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("authors", "alias"), "name a name and its aliases, or a list with --from"),
        (("authors", "alias", "Mây"), "name a name and its aliases, or a list with --from"),
        (("authors", "alias", "Mây", "Hồng", "--from", "x"), "name a name and its aliases, or a list with --from"),
        (("authors", "alias", "Mây", "a=b"), "'=' has a meaning of its own there"),
        (("authors", "alias", "--from", "nowhere.txt"), "there is no nowhere.txt; nothing was added"),
        (("publishers", "alias", "Mây", "Hồng", "--publisher", "Gỗ"), "a publisher's alias holds everywhere"),
    ],
)
def test_wrong_usage_says_what_is_right(run: Run, args: tuple[str, ...], told: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert told in result.stderr


def test_unalias_of_what_is_not_there_says_so(filled: Run) -> None:
    result = filled("authors", "unalias", "Lò Mây Hồng", "Mây")
    assert result.exit_code == 1
    assert "there is no such alias of Lò Mây Hồng" in result.stderr


def test_check_tells_lines_of_no_use(run: Run, home: Path, tmp_path: Path) -> None:
    assert "there is no" in run("authors", "check").stdout
    file = tmp_path / "proposals.txt"
    file.write_text("[authors]\nMây = Hồng\nGió\n", "utf-8")
    result = run("authors", "check", str(file))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Wrong: {file}, line 3: 'Gió' has no '='")
    assert json.loads(run("authors", "check", "--json").stdout) == {"ok": True, "problems": []}


def test_commands_that_look_into_the_store_say_when_there_is_none(run: Run) -> None:
    for command in ("list", "propose", "apply"):
        result = run("authors", command)
        assert result.exit_code == 3
        assert "there is no article store" in result.stderr
