"""`timtin explain`, over a real store and index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *args])

    rows = [
        {"id": "lang-1", "title": "Mùa khoai ở xóm Bãi", "body": "Khoai lang được mùa, cả xóm vui."},
        {"id": "lang-2", "title": "Thuyền về bến", "body": "Mười thuyền cá về bến Gỗ trước bão."},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert invoke("add", str(path)).exit_code == 0
    return invoke


def test_factors_are_listed_and_added_up(run: Run) -> None:
    lines = run("explain", "khoai lang", "lang-1").stdout.splitlines()
    points = [float(line.split()[0].replace(",", ".")) for line in lines]
    assert lines[0].endswith("Có “khoai”")
    assert any("cạnh nhau" in line for line in lines)
    assert lines[-1].endswith("Tổng điểm")
    assert sum(points[:-1]) == pytest.approx(points[-1], abs=0.01)


def test_what_an_article_lacks_is_named(run: Run) -> None:
    shown = run("explain", "khoai lang", "lang-2").stdout
    assert shown == "Bài này không khớp câu tìm.\nBài không có: “khoai”, “lang”.\n"


def test_scripts_get_json(run: Run) -> None:
    told = json.loads(run("explain", "bến gỗ", "lang-2", "--json").stdout)
    assert (told["id"], told["matched"]) == ("lang-2", True)
    assert sum(factor["score"] for factor in told["factors"]) == pytest.approx(told["score"], abs=1e-4)


def test_an_unknown_article_is_told_with_the_remedy(run: Run) -> None:
    result = run("explain", "khoai", "lang-9")
    assert result.exit_code == 1
    assert "no article lang-9" in result.stderr
