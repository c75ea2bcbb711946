"""Lists as portals write them: feeds, sitemaps and listing pages, whole and broken."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.crawl import feeds, sitemaps
from indexer.crawl.entries import BadList
from indexer.crawl.feeds import date_of, read_feed
from indexer.crawl.listings import read_listing
from indexer.crawl.lists import kind_of, read_list
from indexer.crawl.sitemaps import MAX_ENTRIES, read_sitemap
from indexer.crawl.source import Source, SourceKind

HERE = "https://bao.example/rss"
HOSTS = frozenset(("bao.example", "www.bao.example"))


def feed(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>Báo Thử</title>{items}</channel></rss>'.encode()


def test_a_feed_says_what_it_knows_of_its_articles() -> None:
    item = (
        "<item><title>Làng Thử &amp; chợ mới</title><link>https://bao.example/tin/1.html?utm_source=rss</link>"
        "<guid>1</guid><description><![CDATA[<img src='a.jpg'/> Chợ họp từ <b>tờ mờ</b> sáng.]]></description>"
        "<category>Đời sống</category><author>Lò Văn Thử</author><pubDate>01/07/2020 10:47:44</pubDate></item>"
    )
    [entry] = read_feed(feed(item), HERE, HOSTS).entries
    assert entry.address == "https://bao.example/tin/1.html"
    assert entry.facts == {
        "title": "Làng Thử & chợ mới",
        "lead": "Chợ họp từ tờ mờ sáng.",
        "author": "Lò Văn Thử",
        "section": "Đời sống",
        "published_at": "2020-07-01T10:47:44+07:00",
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wed, 01 Jul 2020 03:47:44 GMT", "2020-07-01T10:47:44+07:00"),
        ("Wed, 01 Jul 2020 10:47:44 +0700", "2020-07-01T10:47:44+07:00"),
        ("Wed, 01 Jul 2020 10:47:44", "2020-07-01T10:47:44+07:00"),
        ("2020-07-01T10:47:44+07:00", "2020-07-01T10:47:44+07:00"),
        ("2020-07-01", "2020-07-01"),
        ("03/04/2020", "2020-04-03"),
        ("03/04/2020 08:00", "2020-04-03T08:00:00+07:00"),
        ("Thứ sáu, 03/04/2020, 08:00 (GMT+7)", "2020-04-03T08:00:00+07:00"),
        ("31/02/2020 08:00", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_dates_are_read_day_first_and_on_a_vietnamese_clock(written: str, read: str | None) -> None:
    assert date_of(written) == read


def test_a_broken_feed_gives_what_can_be_read() -> None:
    text = feed(
        "<item><title>Một & hai &nbsp; ba</title><link>/tin/1.html</link></item>"
        "<item><title>Chưa đóng<link>https://bao.example/tin/2.html</link></item>"
        "<item><title>Không có liên kết</title></item>"
    )
    addresses = {entry.address for entry in read_feed(text[:-20], HERE, HOSTS).entries}
    assert "https://bao.example/tin/1.html" in addresses


def test_a_guid_is_the_link_where_there_is_no_other() -> None:
    read = read_feed(feed("<item><title>A</title><guid>https://bao.example/tin/7</guid></item>"), HERE, HOSTS)
    assert [entry.address for entry in read.entries] == ["https://bao.example/tin/7"]


def test_atom_names_its_pages_and_when_they_changed() -> None:
    atom = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Đê mới</title>'
        '<link href="https://bao.example/tin/3"/><published>2020-07-01T01:00:00Z</published>'
        "<updated>2020-07-02T01:00:00Z</updated><author><name>Phan Ví Dụ</name></author></entry></feed>"
    ).encode()
    [entry] = read_feed(atom, HERE, HOSTS).entries
    assert entry.facts["updated_at"] == "2020-07-02T08:00:00+07:00"
    [later] = read_feed(atom.replace(b"2020-07-02", b"2020-07-03"), HERE, HOSTS).entries
    assert entry.mark != later.mark


def test_links_to_other_hosts_are_set_aside() -> None:
    read = read_feed(feed("<item><link>https://khac.example/1</link></item>"), HERE, HOSTS)
    assert (read.entries, read.elsewhere) == ((), ("https://khac.example/1",))


def test_what_is_no_feed_is_told() -> None:
    with pytest.raises(BadList, match=r"https://bao\.example/rss is no RSS or Atom feed"):
        read_feed("<html><body>Trang chủ</body></html>".encode(), HERE, HOSTS)


def test_entities_of_a_feed_cost_nothing() -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY b0 "ha">{bomb}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    items = "<item><title>&b11; &f;</title><link>https://bao.example/1</link></item>"
    try:
        read = read_feed(feed(items, head), HERE, HOSTS)
    except BadList:
        return
    assert all(len(entry.facts.get("title", "")) < 2_001 for entry in read.entries)


@pytest.mark.parametrize("limit", ["MAX_TAGS", "MAX_BYTES"])
def test_a_feed_has_its_limits(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    content = feed("".join(f"<item><link>https://bao.example/tin/{n}</link></item>" for n in range(40)))
    monkeypatch.setattr(feeds, limit, {"MAX_TAGS": 60, "MAX_BYTES": 800}[limit])

    read = read_feed(content, HERE, HOSTS)

    assert 10 <= len(read.entries) <= 20
    assert [problem.endswith("the rest is left out") for problem in read.problems] == [True]


def test_only_addresses_of_the_portal_are_taken_from_a_feed() -> None:
    links = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://ai:mat@bao.example/1",
        "data:text/html,x",
        "ftp://x/",
    ]
    assert read_feed(feed("".join(f"<item><link>{link}</link></item>" for link in links)), HERE, HOSTS).entries == ()


def sitemap(urls: str) -> bytes:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def test_a_sitemap_names_pages_and_their_times() -> None:
    text = sitemap(
        "<url><loc> https://bao.example/1?utm_medium=x </loc><lastmod>2020-07-01</lastmod></url>"
        "<url><loc>https://bao.example/2</loc></url><url><loc>https://khac.example/3</loc></url>"
    )
    for content in (text, gzip.compress(text)):
        read = read_sitemap(content, HERE, HOSTS)
        assert [(entry.address, entry.mark) for entry in read.entries] == [
            ("https://bao.example/1", "2020-07-01"),
            ("https://bao.example/2", None),
        ]
        assert read.elsewhere == ("https://khac.example/3",)
        assert read.is_whole


def test_a_news_sitemap_says_when_and_what() -> None:
    news = (
        "<url><loc>https://bao.example/1</loc><n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        "<n:publication_date>2020-07-01T01:00:00Z</n:publication_date><n:title>Lúa được mùa</n:title></n:news></url>"
    )
    [entry] = read_sitemap(sitemap(news), HERE, HOSTS).entries
    assert entry.facts == {"published_at": "2020-07-01T08:00:00+07:00", "title": "Lúa được mùa"}


def test_an_index_names_sitemaps() -> None:
    index = (
        b"<sitemapindex><sitemap><loc>https://bao.example/a.xml</loc><lastmod>2020</lastmod></sitemap></sitemapindex>"
    )
    read = read_sitemap(index, HERE, HOSTS)
    assert [(entry.address, entry.mark) for entry in read.lists] == [("https://bao.example/a.xml", "2020")]
    assert not read.is_whole


def test_a_sitemap_that_is_cut_off_gives_what_is_there_and_tells_nothing_of_the_rest() -> None:
    whole = sitemap("".join(f"<url><loc>https://bao.example/{n}</loc></url>" for n in range(50)))
    read = read_sitemap(whole[: len(whole) // 2], HERE, HOSTS)
    assert 10 < len(read.entries) < 50
    assert not read.is_whole


def test_a_sitemap_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ENTRIES == 50_000
    monkeypatch.setattr("indexer.crawl.sitemaps.MAX_ENTRIES", 1_000)
    read = read_sitemap(sitemap("<url><loc>https://bao.example/1</loc></url>" * 1_005), HERE, HOSTS)
    assert read.problems == ("it names more than 1,000 pages; the rest is left out",)
    assert not read.is_whole


def test_a_sitemap_full_of_something_else_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_ELEMENTS", 100)
    url = "<url><loc>https://bao.example/tin/{}</loc></url>"

    read = read_sitemap(sitemap(url.format(1) + "<rac/>" * 100 + url.format(2)), HERE, HOSTS)

    assert [entry.address for entry in read.entries] == ["https://bao.example/tin/1"]
    assert read.problems == ("it has more than 100 elements; the rest is left out",)
    assert not read.is_whole


def test_entities_of_a_sitemap_are_not_read() -> None:
    head = b'<!DOCTYPE urlset [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY a "https://bao.example/x">]>'
    read = read_sitemap(head + sitemap("<url><loc>&f;&a;</loc></url>")[21:], HERE, HOSTS)
    assert not read.entries


@pytest.mark.parametrize("content", [b"", b"<html><body>404</body></html>", b"khong phai", b"\x1f\x8b\x08cut"])
def test_what_is_no_sitemap_is_told(content: bytes) -> None:
    with pytest.raises(BadList, match=r"https://bao\.example/rss (is no sitemap|can't be)"):
        read_sitemap(content, HERE, HOSTS)


LISTED = """<html><body><a href="/">Trang chủ</a><div class="tin"><a href="tin/1.html;jsessionid=AB">Một</a>
<a href="tin/1.html">Một lần nữa</a><a href="mailto:a@bao.example">Thư</a></div>
<a href="/tin/2.html">Bà con làng Thử mở hội đua thuyền đầu xuân</a><a href="?p=2" class="sau">Sau</a></body></html>"""


def test_a_rule_says_which_links_of_a_listing_lead_to_articles() -> None:
    read = read_listing(LISTED.encode(), "https://bao.example/muc/", HOSTS, ("div.tin a", "a.sau"))
    assert [entry.address for entry in read.entries] == ["https://bao.example/muc/tin/1.html"]
    assert [entry.address for entry in read.lists] == ["https://bao.example/muc/?p=2"]


def test_without_a_rule_those_do_whose_text_is_a_title() -> None:
    read = read_listing(LISTED.encode(), "https://bao.example/muc/", HOSTS)
    assert [entry.address for entry in read.entries] == ["https://bao.example/tin/2.html"]
    assert not read.lists


def test_a_listing_that_would_take_too_long_is_told() -> None:
    with pytest.raises(BadList, match=r"its tags are nested 2,4\d\d deep"):
        read_listing(b"<a href=/tin/1><object>" * 10_000, HERE, HOSTS)


def test_links_within_links_are_read_as_one_title_each() -> None:
    content = (
        b"<a href=/tin/1><object><a href=/tin/2><object>" + b"<i>\xe2\x80\xa6</i>" * 2_000 + "Chợ mở ".encode() * 3
    )
    assert read_listing(content, HERE, HOSTS).entries == ()
    assert len(read_listing(b"<a href=/tin/1>" + "<b>Chợ</b> <i>sớm</i> ".encode() * 3, HERE, HOSTS).entries) == 1


def test_a_selector_that_is_none_is_told() -> None:
    with pytest.raises(BadList, match="is no CSS selector"):
        read_listing(LISTED.encode(), HERE, HOSTS, ("div[[", None))


@given(st.binary(max_size=300) | st.text(alphabet="<>/rsuletimk&;=\"' x", max_size=300).map(str.encode))
def test_whatever_comes_is_a_list_or_told(content: bytes) -> None:
    kind_of(content)
    for kind in (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.LISTING):
        try:
            read_list(Source("a", kind, HERE), content, HERE, None)
        except BadList as bad:
            assert "please report" not in str(bad)  # noqa: PT017 -- most of what comes raises nothing
