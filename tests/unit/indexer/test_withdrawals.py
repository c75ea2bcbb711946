"""Withdrawn articles are gone at once and stay away, whatever comes; the trail says why; undoing brings them back."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from index.query import MatchAll, SearchRequest
from index.whoosh_engine import withheld
from indexer import pipeline, withdrawing
from indexer.archive import Archive
from indexer.check import check
from indexer.cli import main
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, Decision
from tests.unit.indexer.conftest import row

Clock = Callable[[], datetime]
WHY = Decision("Toà soạn rút bài", "Tổ trực")
SITE = "https://bao.example.vn/tin"
LONG = "Con đò sang sông sớm, chở theo rau và cá cho phiên chợ đầu tuần. " * 5


def articles(**bodies: str) -> list[RawPage]:
    return [
        row(json.dumps({"id": key, "title": f"Tin {key}", "body": body, "url": f"{SITE}/{key}"}))
        for key, body in bodies.items()
    ]


def found(archive: Archive) -> dict[str, str]:
    searcher = archive.engine.open_searcher(archive.index)
    hits = searcher.search(SearchRequest(MatchAll(), limit=100)).hits
    return {hit.article.id: hit.article.body for hit in hits}


@pytest.mark.parametrize("named", ["b", f"{SITE}/b", "http://bao.example.vn/tin/b/", f"{SITE}/b?fbclid=x"])
def test_an_article_is_withdrawn_by_id_or_address(archive: Archive, clock: Clock, named: str) -> None:
    pipeline.add(archive, articles(a="Nắng.", b="Mưa."), clock)

    decided = withdrawing.withdraw(archive, [named, "không có"], WHY, clock)

    assert (decided.done, decided.missing) == (["b"], ["không có"])
    assert found(archive) == {"a": "Nắng."}
    assert check(archive) == []
    assert withdrawing.withdraw(archive, ["b"], WHY, clock).already == ["b"]


def test_it_stays_away_when_it_is_added_again_or_everything_is_rebuilt(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, articles(a="Nắng.", b="Mưa."), clock)
    withdrawing.withdraw(archive, ["b"], WHY, clock)

    report = pipeline.add(archive, articles(a="Nắng.", b="Mưa to."), clock)
    assert (report.withdrawn, report.new, report.changed) == (1, 0, 0)
    pipeline.rebuild(archive, clock)

    assert found(archive) == {"a": "Nắng."}
    assert check(archive) == []


def test_it_stays_away_under_another_address(archive: Archive, clock: Clock) -> None:
    def page(path: str) -> RawPage:
        fields = {"title": "Chợ phiên", "body": LONG, "publisher": "Báo Mây Chiều", "url": f"{SITE}/{path}"}
        return row(json.dumps(fields))

    pipeline.add(archive, [page("1")], clock)
    withdrawing.withdraw(archive, [f"{SITE}/1"], WHY, clock)

    assert pipeline.add(archive, [page("kinh-te/1")], clock).withdrawn == 1
    assert found(archive) == {}


def one(body: str = LONG, **facts: str) -> RawPage:
    return row(json.dumps({"title": "Chợ phiên", "body": body, "publisher": "Báo Mây Chiều"} | facts))


@pytest.mark.parametrize(
    "again",
    [
        {"url": f"{SITE}/1", "id": "bai-1", "body": "Viết lại từ đầu."},
        {"url": f"{SITE}/1?utm_source=zalo", "body": "Viết lại từ đầu."},
        {"url": "https://www.bao.example.vn/tin/1", "body": "Viết lại từ đầu."},
        {"id": "bai-1"},
    ],
)
def test_it_stays_away_under_an_id_of_its_own_and_behind_a_followed_link(
    archive: Archive, clock: Clock, again: dict[str, str]
) -> None:
    pipeline.add(archive, [one(url=f"{SITE}/1")], clock)
    withdrawing.withdraw(archive, [f"{SITE}/1?fbclid=7"], WHY, clock)

    assert pipeline.add(archive, [one(**again)], clock).withdrawn == 1
    assert pipeline.add(archive, [one(**again)], clock).withdrawn == 1
    assert found(archive) == {}
    assert check(archive) == []


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"published": "2024-05-06"},
        {"publisher": "Báo Bến Gỗ", "published": "2024-05-06T07:08:09"},
        {"url": "https://khac.example.vn/9"},
        {"id": "bai-9"},
    ],
)
def test_its_text_stays_away_whoever_prints_it_until_that_is_undone(
    archive: Archive, clock: Clock, facts: dict[str, str]
) -> None:
    again = row(json.dumps({"title": "Chợ  Phiên", "body": LONG} | facts))
    pipeline.add(archive, [one(id="bai-1", url=f"{SITE}/1", published="2024-05-06")], clock)
    withdrawing.withdraw(archive, ["bai-1"], WHY, clock)

    for _ in range(2):
        report = pipeline.add(archive, [again], clock)
        assert (report.withdrawn, report.new) == (1, 0)
    assert found(archive) == {}
    assert check(archive) == []

    withdrawing.undo_withdrawal(archive, ["bai-1"], WHY, clock)
    assert list(found(archive)) == ["bai-1"]


def test_once_undone_the_text_keeps_nothing_away(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, [one(id="bai-1", url=f"{SITE}/1")], clock)
    withdrawing.withdraw(archive, ["bai-1"], WHY, clock)
    withdrawing.undo_withdrawal(archive, ["bai-1"], WHY, clock)

    assert pipeline.add(archive, [one(url="https://khac.example.vn/9")], clock).new == 1


def test_a_short_text_and_a_copy_that_was_there_before_are_articles_of_their_own(
    archive: Archive, clock: Clock
) -> None:
    copy = one(url="https://khac.example.vn/9")
    pipeline.add(archive, [one(id="bai-1", url=f"{SITE}/1"), one(id="ngan", body="Mưa."), copy], clock)
    withdrawing.withdraw(archive, ["bai-1", "ngan"], WHY, clock)

    report = pipeline.add(archive, [copy, one(id="khac", body="Mưa.")], clock)

    assert (report.withdrawn, report.new, report.unchanged) == (0, 1, 1)


def test_what_was_there_under_an_id_of_its_own_goes_when_it_takes_over_a_withdrawn_address(
    archive: Archive, clock: Clock
) -> None:
    pipeline.add(archive, [one(url=f"{SITE}/1"), one(id="bai-1", body="Mưa.", url=f"{SITE}/2")], clock)
    withdrawing.withdraw(archive, [f"{SITE}/1"], WHY, clock)
    pipeline.add(archive, [one(id="bai-1", body="Mưa.", url=f"{SITE}/1")], clock)

    assert found(archive) == {}
    assert check(archive) == []
    assert withdrawing.undo_withdrawal(archive, [f"{SITE}/1"], WHY, clock).done == ["bai-1"]
    assert found(archive) == {"bai-1": "Mưa."}


def test_an_address_that_led_nowhere_for_a_while_is_still_that_of_a_withdrawn_article(
    archive: Archive, clock: Clock
) -> None:
    pipeline.add(archive, [one(id="bai-1", url=f"{SITE}/1")], clock)
    withdrawing.withdraw(archive, ["bai-1"], WHY, clock)
    with ArticleStore.open(archive.articles) as store:
        assert store.forget_address(f"{SITE}/1", clock()) is None

    assert pipeline.add(archive, [one(body="Viết lại từ đầu.", url=f"{SITE}/1")], clock).withdrawn == 1
    assert found(archive) == {}


def test_undoing_brings_back_the_newest_state_seen(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, articles(b="Mưa."), clock)
    withdrawing.withdraw(archive, ["b"], WHY, clock)
    pipeline.add(archive, articles(b="Mưa to."), clock)

    assert withdrawing.undo_withdrawal(archive, ["b"], WHY, clock).done == ["b"]

    assert found(archive) == {"b": "Mưa to."}
    assert check(archive) == []
    assert withdrawing.undo_withdrawal(archive, ["b"], WHY, clock).already == ["b"]


def test_what_was_removed_before_its_withdrawal_stays_removed(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, articles(a="Nắng.", b="Mưa."), clock)
    pipeline.remove(archive, ["b"], clock)
    withdrawing.withdraw(archive, ["b"], WHY, clock)
    withdrawing.undo_withdrawal(archive, ["b"], WHY, clock)

    assert found(archive) == {"a": "Nắng."}
    assert pipeline.add(archive, articles(b="Mưa."), clock).new == 1


def test_it_works_while_another_process_writes(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, articles(a="Nắng.", b="Mưa."), clock)
    writer = archive.engine.open_writer(archive.index)

    decided = withdrawing.withdraw(archive, ["b"], WHY, clock)

    assert decided.done == ["b"]
    assert decided.report.notices == ["another process is writing; the index follows with its next change"]
    assert found(archive) == {"a": "Nắng."}
    writer.close()
    pipeline.add(archive, [], clock)
    assert found(archive) == {"a": "Nắng."}
    assert check(archive) == []


def test_a_crash_before_the_index_was_told_is_mended_by_the_next_command(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, articles(a="Nắng.", b="Mưa."), clock)
    with ArticleStore.open(archive.articles) as store:
        store.withdraw("b", WHY, clock())

    pipeline.add(archive, [], clock)

    assert found(archive) == {"a": "Nắng."}
    assert archive.engine.open_searcher(archive.index).is_withheld("b")


def test_the_trail_tells_who_did_what_and_why(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, articles(a="Nắng.", b="Mưa."), clock)
    withdrawing.withdraw(archive, ["a", "b"], WHY, clock)
    withdrawing.undo_withdrawal(archive, ["a"], Decision("Rút nhầm", "Tổ trực"), clock)

    with ArticleStore.open(archive.articles, read_only=True) as store:
        trail = [(each.action.value, each.id, each.title, each.decision.reason) for each in store.withdrawal_log()]
        present = [each.id for each in store.withdrawal_log(only_present=True)]

    assert trail == [
        ("withdrawn", "a", "Tin a", "Toà soạn rút bài"),
        ("withdrawn", "b", "Tin b", "Toà soạn rút bài"),
        ("undone", "a", "Tin a", "Rút nhầm"),
    ]
    assert present == ["b"]


# Over the real engine, by the command line


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    source = tmp_path / "rows.jsonl"
    source.write_bytes(b"\n".join(page.content for page in articles(a="Nắng.", b="Mưa.")))

    def invoke(*args: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *args])

    assert invoke("add", str(source)).exit_code == 0
    return invoke


def json_of(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_user_without_a_name_is_told_by_number(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 1_999_999_999)

    assert run("withdraw", "b", "--reason", "Rút").exit_code == 0

    assert "withdrawn by user 1999999999: Rút" in run("withdrawals", "list").stdout


def test_the_commands_tell_what_they_did(run: Callable[..., Result]) -> None:
    said = run("withdraw", "b", f"{SITE}/zzz", "--reason", "Rút theo công văn", "--by", "Tổ trực")
    assert said.exit_code == 1
    assert said.stdout == "Withdrawn: b\n"
    assert said.stderr == f"Error: there is no article {SITE}/zzz\n"
    assert json_of(run("search", "mưa", "--json"))["total"] == 0

    listed = run("withdrawals", "list").stdout
    assert "withdrawn by Tổ trực: Rút theo công văn\n    b  Tin b · https://bao.example.vn/tin/b\n" in listed

    assert run("withdrawals", "undo", "b", "--reason", "Nhầm").stdout == "There again: b\n"
    assert json_of(run("search", "mưa", "--json"))["total"] == 1
    assert run("withdrawals", "list").stdout == "Nothing is withdrawn.\n"
    assert [each["action"] for each in json_of(run("withdrawals", "log", "--json"))["withdrawals"]] == [
        "withdrawn",
        "undone",
    ]


@pytest.mark.parametrize("reason", [[], ["--reason", "  "]])
def test_a_withdrawal_needs_a_reason(run: Callable[..., Result], reason: list[str]) -> None:
    assert run("withdraw", "b", *reason).exit_code == 2
    assert json_of(run("search", "mưa", "--json"))["total"] == 1


def test_versions_show_what_changed(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("versions", "b").stdout == "b has not changed since it was first read.\n"
    changed = tmp_path / "again.jsonl"
    changed.write_bytes(articles(b="Mưa to.")[0].content)
    run("add", str(changed))

    shown = run("versions", "--changes", f"{SITE}/b").stdout
    assert "    -Mưa.\n    +Mưa to." in shown
    assert json_of(run("versions", "b", "--json"))["versions"][0]["article"]["body"] == "Mưa."
    assert run("versions", "zzz").exit_code == 1


def test_versions_show_also_what_changed_beside_the_text(run: Callable[..., Result], tmp_path: Path) -> None:
    changed = tmp_path / "again.jsonl"
    before = json.loads(articles(b="Mưa.")[0].content)
    more = {"publisher": "Báo Mây Chiều", "lead": "Mưa cả tuần.", "captions": ["Bến sông"], "url": f"{SITE}/b2"}
    changed.write_text(json.dumps(before | more), "utf-8")
    run("add", str(changed))

    shown = run("versions", "--changes", "b").stdout

    for line in (
        "+publisher: Báo Mây Chiều",
        "+lead: Mưa cả tuần.",
        "+[Bến sông]",
        f"-url: {SITE}/b",
        f"+url: {SITE}/b2",
    ):
        assert f"    {line}\n" in shown


def test_get_tells_that_an_article_is_withdrawn_when_and_why(run: Callable[..., Result]) -> None:
    run("withdraw", "b", "--reason", "Toà soạn rút bài")

    told = run("get", "b")

    assert told.exit_code == 1
    assert re.search(r"Error: b is withdrawn since \d{4}-\d\d-\d\d .*: Toà soạn rút bài; to take", told.stderr)
    run("withdrawals", "undo", "b", "--reason", "Nhầm")
    assert run("get", "b").exit_code == 0
    assert "there is no article c" in run("get", "c").stderr


def test_a_damaged_list_hides_everything_until_the_next_command_writes_it_anew(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    run("withdraw", "b", "--reason", "Rút")
    (tmp_path / "home/index" / withheld.NAME).write_text('{"ids": [], "checksum": 1}')

    refused = run("search", "nắng")
    assert refused.exit_code == 3
    assert "the list of withdrawn articles, can't be read (its checksum differs)" in refused.stderr

    assert run("rebuild").exit_code == 0
    assert json_of(run("search", "nắng", "--json"))["total"] == 1
    assert json_of(run("search", "mưa", "--json"))["total"] == 0


def test_rolling_back_does_not_bring_it_back(run: Callable[..., Result]) -> None:
    run("withdraw", "b", "--reason", "Rút")
    run("rebuild")

    for _ in range(2):
        run("rollback")
        assert json_of(run("search", "mưa", "--json"))["total"] == 0


def test_rolling_back_does_not_bring_it_back_when_the_list_was_lost(run: Callable[..., Result], tmp_path: Path) -> None:
    run("withdraw", "b", "--reason", "Rút")
    (tmp_path / "home/index" / withheld.NAME).unlink()

    assert run("rollback").exit_code == 0
    assert json_of(run("search", "mưa", "--json"))["total"] == 0


def test_the_trail_holds_one_line_a_reason_and_nothing_that_moves_the_cursor(run: Callable[..., Result]) -> None:
    run("withdraw", "b", "--reason", "Rút\n2026-11-26 withdrawn by Tổ trực\x1b[2J", "--by", "Tổ\x1b]0;x\x07 trực")

    [entry] = json_of(run("withdrawals", "log", "--json"))["withdrawals"]
    assert (entry["reason"], entry["by"]) == ("Rút 2026-11-26 withdrawn by Tổ trực[2J", "Tổ]0;x trực")


def test_a_list_from_before_a_withdrawal_is_never_written_over_the_one_with_it(archive: Archive, clock: Clock) -> None:
    """A rebuild reads what is withdrawn; before it has written that down somebody withdraws an article."""
    pipeline.add(archive, articles(a="Đò sáng", b="Đò chiều"), clock)
    meanwhile = threading.Thread(target=lambda: withdrawing.withdraw(archive, ["b"], WHY, clock))

    def interrupted(index_dir: Path, ids: Iterable[str], /) -> None:
        meanwhile.start()
        meanwhile.join(1.0)  # ends if nothing keeps it from writing its list first
        archive.engine.withhold(index_dir, ids)

    pipeline.rebuild(replace(archive, engine=replace(archive.engine, withhold=interrupted)), clock)
    meanwhile.join()

    assert found(archive).keys() == {"a"}
    searcher = archive.engine.open_searcher(archive.index)
    assert searcher.is_withheld("b")
    searcher.close()
