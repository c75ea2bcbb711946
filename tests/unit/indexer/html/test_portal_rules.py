"""Rules files of portals: what they find, what is told of mistakes, and what becomes of stored pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from indexer.archive import Archive
from indexer.extract import Extracted, extract
from indexer.html.portal_rules import SHIPPED, BadRules, RuleBook, parse, rules_of, shipped
from indexer.pipeline import add
from indexer.raw_page import MediaType, RawPage
from indexer.store import ArticleStore

PAGE = """<html><head><title>Trang tin xã Bến Lau</title></head><body>
<div id="x1"><div class="q">Chuyến đò cuối ngày</div><div class="w">Ngày 2.7.2020 lúc 5:30 CH</div>
<div class="e">Người viết » Vi Thị Bến Nước » Ban Văn hóa</div>
<div class="z"><p>Chuyến đò cuối ngày ở Bến Lau chở ba người, một con bê và hai thúng cá còn tươi nguyên.</p>
<p class="promo">Đặt báo dài hạn tại bưu cục gần nhà để nhận quà là một bộ lịch bàn rất đẹp của tòa soạn.</p>
<p>Người lái đò không lấy tiền của học trò, chỉ nhờ các em đọc cho nghe mẩu tin trong tờ báo gói cá.</p></div>
<div class="more"><p>Hôm sau đò nghỉ vì nước lớn, cả bến chỉ còn tiếng máy nổ ở xa vọng lại từng hồi.</p></div>
<div class="k">Chuyện bến sông</div></div></body></html>"""

RULES = r"""
hosts = ["benlau.example.vn"]
drop = [".promo"]
date_format = "%d.%m.%Y lúc %I:%M %p"
author_pattern = "Người viết » ([^»]+)"
publisher = "Xã Bến Lau"

[select]
title = ["h1.none", "div.q"]
date = "div.w"
author = "div.e"
body = ["div.z", "div.more"]
section = "div.k"
"""


def read(text: str = PAGE, rules: str | None = RULES, url: str | None = "https://benlau.example.vn/7") -> Extracted:
    book = RuleBook((parse("ben-lau", rules.encode()),)) if rules else RuleBook()
    return extract(RawPage("a.html", MediaType.HTML, text.encode(), url), book=book)


def test_rules_find_what_nothing_else_on_the_page_tells() -> None:
    article = read().article

    assert article.title == "Chuyến đò cuối ngày"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2020-07-02T17:30:00+07:00"
    assert article.authors == ("Vi Thị Bến Nước",)
    assert article.section == "Chuyện bến sông"
    assert article.publisher == "Xã Bến Lau"
    assert [line[:10] for line in article.body.split("\n")] == ["Chuyến đò ", "Người lái "]


def test_rule_that_fired_is_named_with_its_selector() -> None:
    rules = read().rules

    assert rules["rules"] == "ben-lau"
    assert rules["title"] == "rules ben-lau: div.q"
    assert rules["published_at"] == "rules ben-lau: div.w"


def test_rules_of_another_host_are_not_asked() -> None:
    assert "rules" not in read(url="https://khac.example.vn/7").rules


def test_page_without_an_address_is_known_by_its_marker() -> None:
    assert read(rules=f'marker = "#x1 > div.q"\n{RULES}', url=None).rules["rules"] == "ben-lau"
    assert "rules" not in read(rules=f'marker = "#khac"\n{RULES}', url=None).rules


def test_page_without_an_address_keeps_its_id_when_rules_come() -> None:
    marked = f'marker = "#x1"\n{RULES}'
    dated = PAGE.replace("lúc 5:30 CH", "").replace("2.7.2020", "02/07/2020")

    assert read(dated, marked, None).article.id == read(dated, None, None).article.id


def test_where_rules_find_nothing_the_general_ones_go_on() -> None:
    rules = read(rules='hosts = ["benlau.example.vn"]\n[select]\ntitle = "h5"\n').rules

    assert rules["rules"] == "ben-lau"
    assert not rules["body"].startswith("rules")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hosts = [", "this is not TOML"),
        ('hosts = ["a.vn"]\ntitel = "h1"', "titel: there is no such key"),
        ('hosts = ["a.vn"]\n[select]\nheadline = "h1"', "select.headline: there is no such field"),
        ('hosts = ["a.vn"]\n[select]\ntitle = "h1[["', "select.title: 'h1[[' is no CSS selector"),
        ('hosts = ["a.vn"]\ndrop = ["::"]', "drop: '::' is no CSS selector"),
        ('hosts = ["a.vn"]\nselect = "h1"', "select: this is no table"),
        ('hosts = ["https://a.vn/"]', "hosts: 'https://a.vn/' is no host"),
        ('publisher = "Xã A"', "hosts: there are none, and no marker"),
        ('hosts = ["a.vn"]\npublisher = 7', "publisher: 7 is no text"),
        ('hosts = ["a.vn"]\ndate_format = "%d/%B/%Y"', "%B in '%d/%B/%Y' can't be used"),
        ('hosts = ["a.vn"]\ndate_format = "%H:%M"', "'%H:%M' names no whole day"),
        ('hosts = ["a.vn"]\nauthor_pattern = "Viết: .+"', "has 0 groups"),
        ('hosts = ["a.vn"]\nauthor_pattern = "("', "is no pattern"),
    ],
)
def test_mistake_in_a_rules_file_is_told_with_its_key(text: str, told: str) -> None:
    with pytest.raises(BadRules) as mistake:
        parse("a", text.encode())

    assert told in str(mistake.value)
    assert ";" in str(mistake.value)


def test_file_with_a_mistake_leaves_the_others_working(tmp_path: Path) -> None:
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "ben-lau.toml").write_text(RULES, "utf-8")
    (tmp_path / "portals" / "sai.toml").write_text("titel = 1", "utf-8")
    (tmp_path / "portals" / "trung.toml").write_text('hosts = ["benlau.example.vn"]', "utf-8")

    book = rules_of(tmp_path)

    assert "ben-lau" in book.digests()
    assert book.broken == {"sai", "trung"}
    assert any("sai.toml: titel: there is no such key" in problem for problem in book.problems)
    assert any("ben-lau.toml has one of them, too" in problem for problem in book.problems)


def test_own_file_is_used_instead_of_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    [name] = [path.stem for path in SHIPPED.glob("*.toml")]
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / f"{name}.toml").write_text(RULES, "utf-8")

    [rules] = rules_of(tmp_path).portals

    assert rules.hosts == ("benlau.example.vn",)


def test_shipped_rules_read_a_page_of_their_portal() -> None:
    assert not shipped().problems
    page = """<html><head><title>Cổng thông tin</title></head><body><div id="dnn_ContentPane">
<span id="dnn_ctr1_ViewNews_lblTitle">Chi bộ Sở Mây họp về việc gieo mưa</span><span id="dnn_ctr1_ViewNews_lblDate">
01/07/2020 10:47:44</span><div id="dnn_ctr1_ViewNews_lblContent"><p>Chi bộ họp về việc gieo mưa, có bảy đảng viên và
hai khách mời từ trạm khí tượng cùng dự.</p></div><div id="dnn_ctr1_OtherNews">02/07/2020</div></div>
<div id="dnn_FooterPane">© 2019 ĐẢNG ỦY KHỐI CƠ QUAN, DOANH NGHIỆP TỈNH PHÚ YÊN</div></body></html>"""

    extracted = extract(RawPage("a.html", MediaType.HTML, page.encode()))

    assert extracted.rules["title"].startswith("rules dang-uy-khoi-phu-yen: ")
    assert extracted.article.title == "Chi bộ Sở Mây họp về việc gieo mưa"
    assert extracted.article.published_at is not None
    assert extracted.article.published_at.isoformat() == "2020-07-01T10:47:44+07:00"
    assert extracted.article.publisher == "Đảng ủy Khối Cơ quan, Doanh nghiệp tỉnh Phú Yên"


def _stored(archive: Archive) -> tuple[str, str, str | None]:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        [found] = store.html_articles()
    return found.article.id, found.article.title, found.rules.get("rules")


def test_stored_pages_are_read_anew_when_rules_come_change_and_go(
    archive: Archive, clock: Callable[[], datetime]
) -> None:
    page = RawPage("a.html", MediaType.HTML, PAGE.encode(), "https://benlau.example.vn/7")
    folder = archive.home / "portals"
    folder.mkdir(parents=True)
    add(archive, [page], clock)
    before = _stored(archive)
    assert before[2] is None

    (folder / "ben-lau.toml").write_text(RULES, "utf-8")
    report = add(archive, [], clock)
    assert report.cleaned == 1
    assert _stored(archive) == (before[0], "Chuyến đò cuối ngày", "ben-lau")

    (folder / "ben-lau.toml").write_text(RULES.replace('"div.q"]', '"div.k"]'), "utf-8")
    add(archive, [], clock)
    assert _stored(archive)[:2] == (before[0], "Chuyện bến sông")

    (folder / "ben-lau.toml").write_text("titel = 1", "utf-8")
    report = add(archive, [], clock)
    assert report.cleaned == 0
    assert any("ben-lau.toml: titel" in notice for notice in report.notices)

    (folder / "ben-lau.toml").unlink()
    add(archive, [], clock)
    assert _stored(archive) == before


def test_unchanged_rules_read_nothing_anew(archive: Archive, clock: Callable[[], datetime]) -> None:
    page = RawPage("a.html", MediaType.HTML, PAGE.encode(), "https://benlau.example.vn/7")
    (archive.home / "portals").mkdir(parents=True)
    (archive.home / "portals" / "ben-lau.toml").write_text(RULES, "utf-8")
    add(archive, [page], clock)
    with ArticleStore.open(archive.articles, read_only=True) as store:
        last = store.last_seq()

    report = add(archive, [], clock)

    assert report.cleaned == 0
    with ArticleStore.open(archive.articles, read_only=True) as store:
        assert store.last_seq() == last
