"""The command line, over the real engine."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from index.whoosh_engine import open_writer
from indexer.cli import main
from tests.faults.patient import restamp
from tests.unit.indexer.conftest import PAGE

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *args], input=stdin)

    return invoke


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "1.txt").write_text(PAGE, "utf-8")
    (folder / "rows.jsonl").write_text(
        '{"id": "mua", "title": "Mưa sớm ở bến sông", "body": "Trời mưa từ sáng.", "published": "2020-07-01"}\n[]\n',
        "utf-8",
    )
    (folder / "notes.pdf").write_bytes(b"%PDF")
    return folder


def fields(result: Result) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def test_add_tells_what_became_of_everything(run: Run, pages: Path) -> None:
    result = run("add", str(pages))

    assert result.exit_code == 0
    assert "Read 3: 2 new, 0 changed, 0 unchanged, 1 rejected." in result.stdout
    assert f"Rejected {pages}/rows.jsonl:2: the row is a JSON list, not an object" in result.stdout
    assert "Left out 1 file not named as articles are." in result.stdout


def test_add_json_has_the_same_for_scripts(run: Run, pages: Path) -> None:
    told = fields(run("add", "--json", str(pages)))

    assert (told["read"], told["new"], told["indexed"], told["skipped_files"]) == (3, 2, 2, 1)
    assert told["rejected"][0]["origin"] == f"{pages}/rows.jsonl:2"


@pytest.mark.parametrize(("limit", "code"), [("0", 1), ("1", 0)])
def test_more_rejected_than_allowed_exits_with_1(run: Run, pages: Path, limit: str, code: int) -> None:
    assert run("add", "--max-rejected", limit, str(pages)).exit_code == code
    assert fields(run("stats", "--json"))["store"]["articles"] == 2


def test_standard_input_is_read_with_its_format(run: Run) -> None:
    assert run("add", "-", "--format", "jsonl", stdin=b'{"title": "T", "body": "B"}\n').exit_code == 0
    refused = run("add", "-")
    assert refused.exit_code == 2
    assert "needs its --format" in refused.stderr


def test_path_that_does_not_exist_is_a_usage_error(run: Run, pages: Path, tmp_path: Path) -> None:
    result = run("add", str(pages), str(tmp_path / "pagse"))

    assert result.exit_code == 2
    assert f"there is no {tmp_path / 'pagse'}; nothing was read" in result.stderr
    assert not (tmp_path / "home").exists()


def test_search_shows_hits_readably(run: Run, pages: Path) -> None:
    run("add", str(pages))

    result = run("search", "vườn rau")

    assert result.exit_code == 0
    assert "Tìm thấy 1 bài" in result.stdout
    assert "1. Vườn rau trên mái nhà kho cũ" in result.stdout
    assert "05/03/2021 09:15 · Ủy ban nhân dân xã Mây Chiều · Lò Thị Ban Mai" in result.stdout
    assert "\x1b" not in result.stdout


def test_search_gives_the_id_of_every_hit_and_its_url(run: Run) -> None:
    row = b'{"id": "ben", "url": "https://bao.example/ben", "title": "B\xe1\xba\xbfn s\xc3\xb4ng", "body": "B"}\n'
    run("add", "-", "--format", "jsonl", stdin=row)

    assert "\n   ben · https://bao.example/ben\n" in run("search", "bến sông").stdout
    assert "\nId ben\n" in run("get", "ben").stdout


@pytest.mark.parametrize("text", ["-cháy", "-nhà", "-hải", '- * " ()', "-"])
@pytest.mark.parametrize("options", [(), ("--size", "5")])
def test_a_text_that_begins_with_a_dash_is_no_option(run: Run, pages: Path, text: str, options: tuple[str]) -> None:
    run("add", str(pages))

    for words in ((text, *options), (*options, text), (*options, "--", text)):
        result = run("search", *words)
        assert result.exit_code == 0, result.output
        assert "1. " in result.stdout
    assert run("analyze", text).exit_code == 0


def test_a_misspelt_option_is_a_usage_error(run: Run) -> None:
    refused = run("search", "-cháy", "--form", "2020")

    assert refused.exit_code == 2
    assert "No such option '--form'" in refused.stderr
    assert "Usage: main search" in run("search", "-h").stdout
    assert run("search", "x", "--size", "-5").exit_code == 2


def test_a_page_past_the_last_is_told(run: Run, pages: Path) -> None:
    run("add", str(pages))

    told = run("search", "", "--size", "1", "--page", "9").stdout

    assert "Không có trang 9; trang cuối là trang 2.\nTìm thấy 2 bài" in told


def test_add_says_where_it_begins_an_archive_and_only_then(run: Run, pages: Path, tmp_path: Path) -> None:
    begun = f"A new archive was begun in {tmp_path / 'home'}\n"

    assert begun in run("add", str(pages)).stderr
    assert begun not in run("add", str(pages)).stderr


def test_stats_tells_when_the_archive_changed(run: Run, pages: Path) -> None:
    run("add", str(pages))

    told = run("stats").stdout

    changed_at = fields(run("stats", "--json"))["store"]["changed_at"]
    moment = datetime.fromisoformat(changed_at).astimezone().isoformat(sep=" ", timespec="seconds")
    assert f"  last change           {moment}\n" in told
    assert "  holds every change    yes\n" in told


def test_search_json_has_the_names_of_the_api(run: Run, pages: Path) -> None:
    run("add", str(pages))

    told = fields(run("search", "muu som ben song", "--json"))

    assert set(told) == {"total", "took_ms", "generation", "hits", "facets", "notes"}
    assert {"author", "publisher", "section", "date"} == set(told["facets"])
    hit = told["hits"][0]
    assert {"id", "url", "title", "authors", "publisher", "section", "published_at", "score", "snippet"} <= set(hit)
    assert (hit["id"], hit["published_at"]) == ("mua", "2020-07-01")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--from", "2021"], ["vườn"]),
        (["--to", "07/2020"], ["mua"]),
        (["--from", "2020", "--to", "2021", "--sort", "oldest"], ["mua", "vườn"]),
        (["--author", "LÒ THỊ BAN MAI"], ["vườn"]),
        (["--author", "unknown"], ["mua"]),
        (["--publisher", "UỶ BAN NHÂN DÂN XÃ MÂY CHIỀU"], ["vườn"]),
        (["--section", "Không có"], []),
        (["--sort", "newest", "--size", "1", "--page", "2"], ["mua"]),
    ],
)
def test_search_options_narrow_and_order(run: Run, pages: Path, options: list[str], ids: list[str]) -> None:
    run("add", str(pages))

    hits = fields(run("search", "--json", *options))["hits"]

    assert [hit["id"] if hit["id"] == "mua" else "vườn" for hit in hits] == ids


def test_freshness_lifts_the_newer_of_two_alike(run: Run) -> None:
    rows = "".join(
        json.dumps({"id": name, "title": "Mưa", "body": "Trời mưa.", "published": day}) + "\n"
        for name, day in (("a", "2019-01-01"), ("b", "2021-01-01"))
    )
    run("add", "-", "--format", "jsonl", stdin=rows.encode())

    def ids(*options: str) -> list[str]:
        return [hit["id"] for hit in fields(run("search", "mưa", "--json", *options))["hits"]]

    assert ids() == ["a", "b"]
    assert ids("--freshness", "0.3") == ["b", "a"]


@pytest.mark.parametrize("typed", ["1.5", "-0.1", "nan", "inf", "nhiều"])
def test_freshness_that_is_no_number_from_0_to_1_is_a_usage_error(run: Run, typed: str) -> None:
    result = run("search", "mưa", "--freshness", typed)

    assert result.exit_code == 2
    assert "--freshness" in result.stderr


def test_hits_that_nothing_ranks_come_newest_first_unless_another_order_is_asked_for(run: Run) -> None:
    rows = "".join(
        json.dumps({"id": year, "title": "Mưa", "body": "Trời mưa.", "author": "Lý Suối Đá", "published": year}) + "\n"
        for year in ("2019-01-01", "2021-01-01", "2020-01-01")
    )
    run("add", "-", "--format", "jsonl", stdin=rows.encode())

    def ids(*args: str) -> list[str]:
        return [hit["id"][:4] for hit in fields(run("search", "--json", *args))["hits"]]

    assert ids('tác_giả:"Lý Suối Đá"') == ["2021", "2020", "2019"]
    assert ids() == ["2021", "2020", "2019"]
    assert ids("mưa") == ids('tác_giả:"Lý Suối Đá"', "--sort", "relevance") == ["2019", "2020", "2021"]
    assert ids("mưa", "--sort", "oldest") == ["2019", "2020", "2021"]


def test_wrong_date_is_a_usage_error_with_examples(run: Run) -> None:
    result = run("search", "x", "--from", "khoai lang")

    assert result.exit_code == 2
    assert "'khoai lang' is no date; write it as in:" in result.stderr


def test_get_gives_the_article_or_exits_with_1(run: Run, pages: Path) -> None:
    run("add", str(pages))

    assert fields(run("get", "mua", "--json"))["title"] == "Mưa sớm ở bến sông"
    assert "Trời mưa từ sáng." in run("get", "mua").stdout
    missing = run("get", "nix")
    assert missing.exit_code == 1
    assert missing.stderr == "Error: there is no article nix\n"


def test_export_of_an_article_can_be_added_again(run: Run, pages: Path) -> None:
    run("add", str(pages))
    hit = fields(run("search", "vườn rau", "--json"))["hits"][0]

    told = fields(run("add", "-", "--format", "jsonl", "--json", stdin=run("get", hit["id"], "--json").stdout.encode()))

    assert (told["read"], told["unchanged"]) == (1, 1)


def test_remove_takes_out_and_tells_unknown_ids(run: Run, pages: Path) -> None:
    run("add", str(pages))

    assert run("remove", "mua").exit_code == 0
    again = run("remove", "mua")
    assert again.exit_code == 1
    assert "No such article: mua" in again.stdout
    assert "mua" not in {hit["id"] for hit in fields(run("search", "mưa sớm", "--json"))["hits"]}


def test_rebuild_and_check_agree(run: Run, pages: Path) -> None:
    run("add", str(pages))

    assert run("rebuild").exit_code == 0
    assert run("check").stdout == "All is well.\n"
    assert fields(run("check", "--json")) == {"ok": True, "problems": []}


@pytest.mark.parametrize("command", [["search", "x"], ["stats"], ["check"], ["get", "x"]])
def test_nothing_added_yet_exits_with_3_and_the_remedy(run: Run, command: list[str]) -> None:
    result = run(*command)

    assert result.exit_code == 3
    assert "timtin add PATH" in result.output


def test_outdated_index_exits_with_3_but_keeps_what_was_added(run: Run, pages: Path, tmp_path: Path) -> None:
    run("add", str(pages / "1.txt"))
    for manifest in (tmp_path / "home" / "index").glob("*/MANIFEST.json"):
        restamp(manifest, "0.0-00000000")

    result = run("add", str(pages / "rows.jsonl"))

    assert result.exit_code == 3
    assert "the articles are stored, but the index is not up to date" in result.stderr
    assert "timtin rebuild" in result.stderr
    assert run("stats").exit_code == 3
    assert run("rebuild").exit_code == 0
    assert run("check").exit_code == 0


def test_index_that_is_no_folder_exits_with_3_but_keeps_what_was_added(run: Run, pages: Path, tmp_path: Path) -> None:
    place = tmp_path / "home" / "index"
    place.parent.mkdir()
    place.touch()

    result = run("add", "--json", str(pages))

    assert result.exit_code == 3
    assert fields(result)["new"] == 2
    assert str(place) in fields(result)["index_problem"]
    assert "the articles are stored, but the index is not up to date" in result.stderr
    assert "run the command again" in result.stderr
    assert run("check").exit_code == 3
    place.unlink()
    assert run("add", str(pages)).exit_code == 0
    assert run("check").stdout == "All is well.\n"


@pytest.mark.parametrize("command", [["add", "{pages}"], ["remove", "x"], ["rebuild"]])
def test_second_writer_exits_with_75(run: Run, pages: Path, tmp_path: Path, command: list[str]) -> None:
    writer = open_writer(tmp_path / "home" / "index")

    result = run(*(part.format(pages=pages) for part in command))
    writer.close()

    assert result.exit_code == 75
    assert "another process is writing" in result.stderr


def test_damaged_store_exits_with_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "articles.db").write_bytes(b"nothing of the kind " * 100)

    for command in (["stats"], ["check"], ["add", str(tmp_path)]):
        result = run(*command)
        assert result.exit_code == 3
        assert "is damaged or no article store" in result.stderr


def test_analyze_shows_the_steps(run: Run) -> None:
    told = fields(run("analyze", "--json", "Chỉ thị 05-CT/TW"))

    assert told["codes"] == ["5-ct-tw"]
    assert "chỉ_thị" in told["segmented"]
    assert "segmented" in run("analyze", "Chỉ thị").stdout


def test_every_command_helps_with_an_example() -> None:
    for name in main.commands:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0
        assert "Example" in result.stdout
        assert f"timtin {name}" in result.stdout


def test_terminal_that_cannot_show_vietnamese_gets_escapes(run: Run, pages: Path, tmp_path: Path) -> None:
    run("add", str(pages))
    code = f"from indexer.cli import main; main(['--home', {str(tmp_path / 'home')!r}, 'get', 'mua'])"

    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="latin-1",
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )

    assert shown.stdout.startswith("M\\u01b0a s\\u1edbm")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from indexer.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'whoosh', 'rich', 'pyvi', 'trafilatura', 'datasketch', 'opensearchpy', 'httpx2'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "command",
    [
        ["get", "a\udcff"],
        ["remove", "\udcff\udcfe"],
        ["analyze", "--json", "a\udcff"],
        ["search", "--json", "\udcff"],
        ["search", "--author", "\udcff"],
    ],
)
def test_text_that_is_not_utf8_is_a_usage_error(run: Run, command: list[str]) -> None:
    result = run(*command)

    assert result.exit_code == 2
    assert "\\xff" in result.stderr
    assert "is not UTF-8 text" in result.stderr


def test_names_that_are_not_utf8_reach_report_and_store_with_escapes(run: Run, tmp_path: Path) -> None:
    for name in (b"b\xff.txt", b"c\xff.jsonl"):
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text(PAGE, "utf-8")

    told = fields(run("add", "--json", os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.txt"), str(tmp_path)))

    assert told["new"] == 1
    assert told["rejected"][0]["origin"] == f"{tmp_path}/c\\xff.jsonl:1"
    assert "no\\xff.txt; nothing was read" in run("add", "no\udcff.txt").stderr


def test_home_that_is_not_utf8_can_be_told_in_json(tmp_path: Path, pages: Path) -> None:
    home = tmp_path / "home\udcff"
    home.mkdir()

    CliRunner().invoke(main, ["--home", str(home), "add", str(pages)])
    (home / "index" / "CURRENT").write_text("x")
    result = CliRunner().invoke(main, ["--home", str(home), "check", "--json"])

    assert result.exit_code == 3
    assert "run `timtin rebuild`" in fields(result)["problems"][0]


def test_article_that_cannot_be_read_makes_get_and_rebuild_exit_with_3(run: Run, pages: Path, tmp_path: Path) -> None:
    run("add", str(pages))
    with closing(sqlite3.connect(tmp_path / "home" / "articles.db")) as other, other:
        other.execute("UPDATE articles SET raw = x'01020304' WHERE id = 'mua'")

    get, rebuild = run("get", "mua"), run("rebuild")

    assert (get.exit_code, rebuild.exit_code) == (3, 3)
    assert "article mua can't be read" in get.stderr
    assert "Not in the index: article mua can't be read" in rebuild.stdout
    assert fields(run("rebuild", "--json"))["unreadable"]
    assert run("add", str(pages)).exit_code == 0
    assert run("check").exit_code == 0


@pytest.mark.parametrize("command", [("check",), ("check", "--deep"), ("reconcile",)])
def test_quiet_commands_tell_no_progress(
    run: Run, pages: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    run("add", str(pages))
    monkeypatch.setattr("indexer.cli_progress._LINE_EVERY", 1)

    assert "checked 2 of 2" in run(*command).stderr
    assert run(*command, "--quiet").output == ""
