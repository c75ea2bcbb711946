"""Conversions that are kept, taken back and made again; pages of the time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer import pipeline
from indexer.archive import Archive
from indexer.cli import main
from indexer.extract import extract
from indexer.legacy_text.detection import Encoding
from indexer.raw_page import MediaType, RawPage
from indexer.store import ArticleStore
from tests.unit.indexer.conftest import PAGE
from tests.unit.indexer.legacy_text.encoders import ENCODERS
from tests.unit.indexer.legacy_text.test_detection import TEXT

TITLE = "Bến Gỗ dựng lại cầu tre sau mùa nước nổi"
OLD = ENCODERS[Encoding.TCVN3]
ROW = RawPage("a.jsonl:1", MediaType.ROW, json.dumps({"title": OLD(TITLE), "body": OLD(TEXT)}).encode())
DUMP = RawPage("a.txt", MediaType.DUMP, OLD(PAGE).encode())
ENTITIES = OLD(TEXT).replace("µ", "&micro;")
HTML = RawPage(
    "a.html",
    MediaType.HTML,
    f"""<html><head><title>{OLD(TITLE)}</title><meta charset="utf-8"></head><body>
<h1><font face=".VnTimeH">{OLD(TITLE)}</font></h1><p>12/03/2004</p>
<div><p><font face=".VnTime">{OLD(TEXT)}</font></p><p>{ENTITIES}</p></div></body></html>""".encode(),
)

Clock = Callable[[], datetime]


def stored(archive: Archive, article_id: str) -> tuple[str, str]:
    with ArticleStore.open(archive.articles) as store:
        found = store.get(article_id)
    assert found is not None
    return found.article.body, found.rules["encoding"]


@pytest.mark.parametrize("page", [ROW, DUMP, HTML], ids=["row", "dump", "html"])
def test_a_conversion_is_taken_back_and_made_again_under_the_same_id(
    page: RawPage, archive: Archive, clock: Clock
) -> None:
    report = pipeline.add(archive, [page], clock)
    article_id = extract(page).article.id
    assert f"TCVN3 (ABC), converted; `timtin legacy undo {article_id}`" in report.warnings[-1].text
    body, rule = stored(archive, article_id)
    assert rule.startswith("tcvn3, confidence 0.9")

    assert pipeline.decide_texts(archive, [article_id], clock, convert=False).changed == 1
    kept, rule = stored(archive, article_id)
    assert OLD("nhà") in kept
    assert rule.endswith("; kept as it was")

    again = pipeline.add(archive, [page], clock)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    assert stored(archive, article_id) == (kept, rule)

    assert pipeline.decide_texts(archive, [article_id], clock, convert=True).changed == 1
    assert stored(archive, article_id)[0] == body
    assert pipeline.add(archive, [page], clock).unchanged == 1


def test_an_html_page_of_the_time_is_read_whatever_it_says_of_itself() -> None:
    made = extract(HTML)
    assert made.article.title == TITLE
    assert made.article.body == f"{TEXT}\n{TEXT}"
    in_bytes = HTML.content.decode().encode("cp1252")
    for charset in (None, "utf-8", "windows-1252", "windows-1258"):
        again = extract(RawPage("a.html", MediaType.HTML, in_bytes, charset=charset))
        assert (again.article.title, again.article.body) == (made.article.title, made.article.body)


def test_articles_in_unicode_have_nothing_to_take_back(archive: Archive, clock: Clock) -> None:
    page = RawPage("a.txt", MediaType.DUMP, PAGE.encode())
    pipeline.add(archive, [page], clock)
    article_id = extract(page).article.id
    report = pipeline.decide_texts(archive, [article_id, "none"], clock, convert=False)
    assert "in no old encoding" in report.warnings[0].text
    assert report.missing == ["none"]


def test_what_can_no_longer_be_read_is_passed_over(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, [ROW, DUMP], clock)
    with ArticleStore.open(archive.articles) as store:
        assert [found.page.origin for found in store.converted()] != []
        assert {found.page.origin for found in store.converted()} == {"a.jsonl:1", "a.txt"}
        store.remove([extract(ROW).article.id], datetime.now(UTC))
        assert [found.page.origin for found in store.converted()] == ["a.txt"]


def test_a_name_list_leaves_a_text_that_was_taken_back_as_it_was(archive: Archive, clock: Clock) -> None:
    fields = {"title": OLD(TITLE), "body": OLD(TEXT), "author": "L.M.H", "source": OLD("Báo Bến Gỗ")}
    page = RawPage("a.jsonl:1", MediaType.ROW, json.dumps(fields).encode())
    pipeline.add(archive, [page], clock)
    article_id = extract(page).article.id
    pipeline.decide_texts(archive, [article_id], clock, convert=False)
    archive.names.write_text("[authors]\nLò Mây Hồng = L.M.H\n", "utf-8")

    assert pipeline.add(archive, [], clock).renamed == 1

    with ArticleStore.open(archive.articles) as store:
        found = store.get(article_id)
    assert found is not None
    assert found.article.authors == ("Lò Mây Hồng",)
    assert found.article.publisher_printed == OLD("Báo Bến Gỗ")
    assert OLD("nhà") in found.article.body


def run(home: Path, *args: str, input: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "legacy", *args], input=input)


def test_the_command_line_lists_undoes_and_redoes(tmp_path: Path) -> None:
    file, home = tmp_path / "a.jsonl", tmp_path / "home"
    file.write_bytes(ROW.content)
    assert CliRunner().invoke(main, ["--home", str(home), "add", str(file)]).exit_code == 0
    article_id = extract(ROW).article.id
    assert run(home, "list").stdout.startswith(f"{article_id}  tcvn3, confidence 0.9")
    assert json.loads(run(home, "list", "--json").stdout)["articles"][0]["title"] == TITLE
    assert run(home, "undo", article_id).stdout.startswith("1 kept as they were")
    assert "; kept as it was" in run(home, "list").stdout
    assert json.loads(run(home, "redo", "--json", article_id).stdout)["changed"] == 1
    assert run(home, "undo", "none").exit_code == 1


def test_the_command_line_shows_what_a_file_is_in(tmp_path: Path) -> None:
    content = OLD(PAGE).encode("cp1252")
    shown = run(tmp_path, "show", "-", input=content)
    assert "Encoding    tcvn3, confidence 0.9" in shown.stdout
    assert "+ Vườn rau trên mái nhà kho cũ" in shown.stdout
    as_json = json.loads(run(tmp_path, "show", "--json", "-", input=content).stdout)
    assert (as_json["bytes"], as_json["encoding"]) == ("one a letter", "tcvn3")
    assert as_json["words_after"]["syllables"] > as_json["words_before"]["syllables"]
    assert "nothing to convert" in run(tmp_path, "show", "-", input=PAGE.encode()).stdout
