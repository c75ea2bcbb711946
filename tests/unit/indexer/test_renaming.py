"""A changed list of names, applied to what is stored."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from indexer import pipeline, withdrawing
from indexer.archive import Archive
from indexer.crawl.answers import Fetched, Request, Role
from indexer.crawl.intake import Fate, Intake
from indexer.crawl.source import Source, SourceKind
from indexer.extract import extract
from indexer.renaming import adopt, rename
from indexer.store import ArticleStore, Decision
from indexer.store.crawl_state import CrawlState
from indexer.store.crawl_tables import PageState
from tests.unit.indexer.conftest import PAGE, dump, row

Clock = Callable[[], datetime]


def item(article_id: str, **fields: object) -> str:
    return json.dumps({"id": article_id, "title": f"Bài {article_id}", "body": "Rau lên xanh.", **fields})


BY_INITIALS = item("a", author="Tin, ảnh: L.M.H", source="Báo Bến Gỗ", category="Bong da")
BY_NAME = item("b", author="Lò Mây Hồng", source="Báo Bến Gỗ", category="Bóng đá")
ELSEWHERE = item("c", author="L.M.H", source="Báo Mái Lá")


@pytest.fixture
def filled(archive: Archive, clock: Clock) -> Archive:
    pipeline.add(archive, [row(each) for each in (BY_INITIALS, BY_NAME, ELSEWHERE)], clock)
    return archive


def write(archive: Archive, text: str) -> None:
    archive.home.mkdir(exist_ok=True)
    archive.names.write_text(text, "utf-8")


def authors(archive: Archive) -> dict[str, tuple[str, ...]]:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        return {found.article.id: found.article.authors for found in store.stored_articles()}


def indexed(archive: Archive) -> dict[str, tuple[str, ...]]:
    searcher = archive.engine.open_searcher(archive.index)
    found = {article_id: searcher.get(article_id) for article_id in ("a", "b", "c")}
    return {article_id: article.authors for article_id, article in found.items() if article}


LIMITED = "[authors]\nLò Mây Hồng = L.M.H @ Báo Bến Gỗ\n"
RENAMED = {"a": ("Lò Mây Hồng",), "b": ("Lò Mây Hồng",), "c": ("L.M.H",)}
PRINTED = {"a": ("L.M.H",), "b": ("Lò Mây Hồng",), "c": ("L.M.H",)}


@pytest.mark.parametrize("command", ["add", "rebuild", "apply"])
def test_stored_articles_follow_a_changed_list_and_so_does_the_index(
    filled: Archive, clock: Clock, command: str
) -> None:
    write(filled, LIMITED)

    match command:
        case "add":
            report = pipeline.add(filled, [], clock)
        case "rebuild":
            report = pipeline.rebuild(filled, clock)
        case _:
            report = pipeline.apply_names(filled, clock)

    assert report.renamed == 1
    assert authors(filled) == indexed(filled) == RENAMED


def test_added_articles_have_the_names_of_the_list_and_are_the_same_articles(archive: Archive, clock: Clock) -> None:
    write(archive, LIMITED)
    report = pipeline.add(archive, [row(each) for each in (BY_INITIALS, BY_NAME, ELSEWHERE)], clock)
    again = pipeline.add(archive, [row(each) for each in (BY_INITIALS, BY_NAME, ELSEWHERE)], clock)

    assert (report.new, report.renamed) == (3, 0)
    assert (again.unchanged, again.renamed, again.indexed) == (3, 0, 0)
    assert indexed(archive) == RENAMED


def test_alias_that_is_gone_leaves_no_trace(filled: Archive, clock: Clock) -> None:
    with ArticleStore.open(filled.articles, read_only=True) as store:
        before = [found.article for found in store.stored_articles()]
    write(filled, LIMITED + "[publishers]\nBến Gỗ = Báo Bến Gỗ\n[sections]\nBóng đá = Bong da\n")
    assert pipeline.apply_names(filled, clock).renamed == 2
    filled.names.unlink()

    assert pipeline.apply_names(filled, clock).renamed == 2

    with ArticleStore.open(filled.articles, read_only=True) as store:
        assert [found.article for found in store.stored_articles()] == before
    assert indexed(filled) == PRINTED


def test_only_articles_whose_names_change_get_a_new_number(filled: Archive, clock: Clock) -> None:
    with ArticleStore.open(filled.articles, read_only=True) as store:
        before = {found.article.id: found.seq for found in store.stored_articles()}
    write(filled, LIMITED)
    pipeline.apply_names(filled, clock)
    with ArticleStore.open(filled.articles, read_only=True) as store:
        after = {found.article.id: found.seq for found in store.stored_articles()}

    assert [article_id for article_id in before if before[article_id] != after[article_id]] == ["a"]


def test_comment_changes_nothing(filled: Archive, clock: Clock) -> None:
    write(filled, LIMITED)
    pipeline.apply_names(filled, clock)
    write(filled, "# mới\n" + LIMITED)
    report = pipeline.apply_names(filled, clock)
    assert (report.renamed, report.indexed) == (0, 0)


def test_signature_of_a_page_keeps_its_print_and_the_page_its_id(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, [dump(PAGE)], clock)
    with ArticleStore.open(archive.articles, read_only=True) as store:
        [before] = store.stored_articles()
    write(archive, "[authors]\nBan Mai = Lò Thị Ban Mai\n[publishers]\nXã Mây Chiều = Ủy ban nhân dân xã Mây Chiều\n")

    assert pipeline.apply_names(archive, clock).renamed == 1
    assert pipeline.add(archive, [dump(PAGE)], clock).unchanged == 1

    with ArticleStore.open(archive.articles, read_only=True) as store:
        [after] = store.stored_articles()
    assert (after.article.authors, after.article.publisher) == (("Ban Mai",), "Xã Mây Chiều")
    assert (after.article.id, after.article.byline, after.article.publisher_printed, after.rules) == (
        before.article.id,
        "Lò Thị Ban Mai",
        "ỦY BAN NHÂN DÂN XÃ MÂY CHIỀU",
        before.rules,
    )


def test_line_of_no_use_is_told_with_its_place(filled: Archive, clock: Clock) -> None:
    write(filled, LIMITED + "Lò Mây\n")
    [warning] = pipeline.apply_names(filled, clock).warnings
    assert warning.origin == f"{filled.names}, line 3"
    assert "has no '='" in warning.text
    assert authors(filled) == RENAMED


def test_list_that_can_not_be_read_changes_nothing_and_is_told(filled: Archive, clock: Clock) -> None:
    write(filled, LIMITED)
    pipeline.apply_names(filled, clock)
    filled.names.unlink()
    filled.names.mkdir()
    report = pipeline.add(filled, [row(item("d", author="L.M.H", source="Báo Bến Gỗ"))], clock)

    assert "can't be read" in report.warnings[0].text
    assert authors(filled) == {**RENAMED, "d": ("Lò Mây Hồng",)}


def test_all_articles_are_read_again_when_told_to(filled: Archive, clock: Clock) -> None:
    assert pipeline.apply_names(filled, clock, all_articles=True).renamed == 0


def test_withdrawn_article_comes_back_with_the_names_of_the_present_list(filled: Archive, clock: Clock) -> None:
    withdrawing.withdraw(filled, ["a"], Decision("nhầm ảnh", "Lý Hà"), clock)
    write(filled, LIMITED)
    pipeline.apply_names(filled, clock)
    assert indexed(filled) == {each: RENAMED[each] for each in "bc"}

    withdrawing.undo_withdrawal(filled, ["a"], Decision("không nhầm", "Lý Hà"), clock)

    assert indexed(filled) == RENAMED


def test_article_that_was_written_meanwhile_is_left_as_it_was_written(filled: Archive, clock: Clock) -> None:
    newer = item("a", author="L.M.H", source="Báo Bến Gỗ", title="Bài a, sửa lại")

    def writing(step: str, done: int, total: int | None) -> None:
        with ArticleStore.open(filled.articles) as other:
            other.put_many([(row(newer), extract(row(newer)))], clock())

    write(filled, LIMITED)
    with ArticleStore.open(filled.articles) as store:
        adopt(store, filled.names)
        assert rename(store, clock(), writing) == 0
        found = store.get("a")
    assert found is not None
    assert found.article.title == "Bài a, sửa lại"


_FETCHED = """<html><head><title>Vườn rau trên mái</title></head><body><article><h1>Vườn rau trên mái</h1>
<p>Hợp tác xã Mây Chiều vừa thu lứa rau đầu tiên trên mái nhà kho bỏ không bên bến sông, sau ba tháng chăm tưới.</p>
<p>Mỗi tuần các hộ chia nhau bốn buổi tưới, nước lấy từ bể hứng mưa ở góc sân, không ai phải trả tiền.</p>
</article></body></html>"""


@pytest.mark.parametrize("list_is_known", [True, False])
def test_what_only_a_feed_told_of_a_page_is_renamed_and_comes_back(
    archive: Archive, clock: Clock, list_is_known: bool
) -> None:
    address = "https://bengo.example/vuon-rau"
    source = Source("bến gỗ", SourceKind.FEED, "https://bengo.example/rss")
    answer = Fetched(Request(source, address, Role.PAGE), address, _FETCHED.encode(), "text/html", "utf-8", None, None)
    page = PageState(address, source.name, Role.PAGE, facts={"author": "L.M.H", "section": "Bong da"})
    with ArticleStore.open(archive.articles) as store:
        assert Intake(store).take(answer, page, clock()).fate is Fate.NEW
        [before] = store.stored_articles()
        assert (before.article.authors, before.article.section) == (("L.M.H",), "Bong da")
    if list_is_known:
        with CrawlState.open(archive.articles) as state:
            state.put(page)

    write(archive, "[authors]\nLò Mây Hồng = L.M.H\n[sections]\nBóng đá = Bong da\n")
    assert pipeline.apply_names(archive, clock).renamed == 1
    with ArticleStore.open(archive.articles) as store:
        assert Intake(store).take(answer, page, clock()).fate is Fate.UNCHANGED
        [after] = store.stored_articles()
    assert (after.article.authors, after.article.byline, after.article.section) == (
        ("Lò Mây Hồng",),
        "L.M.H",
        "Bóng đá",
    )

    write(archive, "")
    assert pipeline.apply_names(archive, clock).renamed == 1
    with ArticleStore.open(archive.articles, read_only=True) as store:
        [undone] = store.stored_articles()
    assert undone.article.authors == ("L.M.H",)
    assert (undone.article == before.article) is list_is_known


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from indexer.renaming import adopt, rename
from indexer.store import ArticleStore

def die(step, done, total):
    if done >= int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

home = Path(sys.argv[1])
with ArticleStore.open(home / "articles.db") as store:
    adopt(store, home / "names.txt")
    rename(store, datetime(2021, 1, 1, tzinfo=UTC), die)
"""


@pytest.mark.parametrize("second", [LIMITED, "", "[authors]\nHồng = L.M.H\n"])
def test_killed_run_leaves_whole_articles_and_the_next_one_goes_on_with_whatever_list_there_is(
    archive: Archive, clock: Clock, repo_root: Path, second: str
) -> None:
    rows = [row(item(f"{n:04}", author="L.M.H", source="Báo Bến Gỗ"), f"r:{n}") for n in range(1_100)]
    pipeline.add(archive, rows, clock)
    write(archive, LIMITED)
    command = [sys.executable, "-c", _KILLED, str(archive.home), "1000"]
    killed = subprocess.run(command, cwd=repo_root, env={**os.environ, "PYTHONPATH": str(repo_root)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    halfway = list(authors(archive).values())
    assert 0 < halfway.count(("Lò Mây Hồng",)) < 1_100

    write(archive, second)
    pipeline.add(archive, [], clock)

    wanted = {LIMITED: "Lò Mây Hồng", "": "L.M.H"}.get(second, "Hồng")
    assert set(authors(archive).values()) == {(wanted,)}
    with ArticleStore.open(archive.articles, read_only=True) as store:
        assert (store.count(), store.earlier_name_lists()) == (1_100, [])
