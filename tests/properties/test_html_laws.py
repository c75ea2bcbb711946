"""Laws of reading HTML: whatever comes in, an article or a reason comes out, and the work stays within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article
from index.errors import BadArticle
from indexer.clean_text import clean
from indexer.extract import extract
from indexer.html.blocks import blocks_of
from indexer.html.dates import stamps_of
from indexer.html.tree import parsed, without_unseen
from indexer.raw_page import MediaType, RawPage

TAG_LIST = """
div p span table tr td th ul li a b i font br img h1 h2 center form frameset script style pre time nav
"""
TAGS = TAG_LIST.split()
TEXTS = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        [
            "01/07/2020 10:47:44",
            "Các tin khác",
            "Cập nhật lúc: 31/02/2021",
            "Hợp tác xã Mây Chiều vừa thu lứa rau đầu tiên trên mái nhà kho bỏ không bên bến sông, ai cũng vui.",
            "Tin, ảnh: Lò Thị Ban Mai",
            "Trang chủ » Tin tức » Chi tiết",
            "© 2018 ỦY BAN NHÂN DÂN XÃ MÂY CHIỀU",
            "&nbsp;&amp;&#0;&#x110000;&bogus;",
            "</p></td><table><td>",
            '"><script>{"@type":"NewsArticle","headline":[1,{}]}</script>',
        ]
    ),
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        ' class="title date author sapo related"',
        ' style="display:none"',
        ' datetime="2020-13-45"',
        " href='x",
        ' itemprop="datePublished" content="x"',
        ' id="dnn_ctr451_lblTitle"',
        " hidden",
        ' align="right"',
    ]
)


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Tags and texts in any order, closed or not."""
    pieces: list[str] = draw(st.sampled_from([["<html><head><title>x</title></head><body>"], [], ["<body><h1>T</h1>"]]))
    pieces = list(pieces)
    for _ in range(draw(st.integers(0, 40))):
        tag = draw(st.sampled_from(TAGS))
        pieces.append(draw(st.sampled_from([f"<{tag}{draw(ATTRIBUTES)}>", f"</{tag}>", "<!--", "-->", "<"])))
        pieces.append(draw(TEXTS))
    return "".join(pieces)


def read(content: bytes, charset: str | None = None, url: str | None = None) -> Article | None:
    """Give the article, None for a page that is refused; anything else that is raised fails the test."""
    try:
        return extract(RawPage("x.html", MediaType.HTML, content, url, charset)).article
    except BadArticle:
        return None


@given(
    st.binary(max_size=2_000), st.sampled_from([None, "utf-8", "utf-16", "windows-1258", "x-user-defined", "punycode"])
)
@settings(max_examples=300)
def test_any_bytes_are_an_article_or_a_reason(content: bytes, charset: str | None) -> None:
    read(content, charset)


@given(soups(), st.sampled_from([None, "https://a.example.vn/tin/7", "http://[::1]/", "https://a.example.vn/"]))
@settings(max_examples=400)
def test_any_soup_of_tags_is_a_whole_article_or_a_reason(soup: str, url: str | None) -> None:
    article = read(soup.encode("utf-8", "surrogatepass"), url=url)

    if article is not None:
        assert article.title.strip()
        assert article.body.strip()
        assert article.lead
        assert all(clean(text) == text for text in (article.title, article.body, *article.captions))


@given(soups())
@settings(max_examples=200)
def test_every_container_spans_the_lines_of_those_within_it(soup: str) -> None:
    try:
        tree = parsed("x", soup + "x")
    except BadArticle:
        return
    without_unseen(tree)
    if tree.body is None:
        return
    blocks = blocks_of(tree.body)
    for container in blocks.containers:
        assert 0 <= container.start <= container.end <= len(blocks.lines)
        for child in container.children:
            assert container.start <= blocks.containers[child].start
            assert blocks.containers[child].end <= container.end
    for at, line in enumerate(blocks.lines):
        assert line.text
        assert blocks.within(at, line.container)


@given(st.text(max_size=200))
def test_dates_of_any_line_are_within_its_years(line: str) -> None:
    assert all(1900 <= stamp.at.local.year < 2200 for stamp in stamps_of(line))


PROSE = "<p>Hợp tác xã Mây Chiều vừa thu lứa rau đầu tiên trên mái nhà kho bỏ không bên bến sông, ai cũng vui.</p>"
SIZE = 60_000


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * SIZE + PROSE,
        "".join(f"<b c={number}>" for number in range(SIZE)) + PROSE,
        "".join(f"<p><b c={number}>x" for number in range(SIZE)),
        "<ul><li>" * SIZE + PROSE,
        "<div " + " ".join(f"a{number}" for number in range(SIZE)) + ">" + PROSE,
        "<!-- <a x=' --><!--> <div y=\"" + "<div>" * SIZE + PROSE,
        "<script>'<a x=\"'</script>" + "<div>" * SIZE + PROSE,
        "<table><tr><td>" * SIZE + PROSE,
        "<table>" * SIZE + PROSE,
        '<script type="application/ld+json">' + "[" * SIZE + "</script>" + PROSE,
        PROSE * (SIZE // 4),
        "<h1>T</h1>" + "a<br>" * SIZE + PROSE,
        "<h1>T</h1><p>" + "<img src=x>" * SIZE + PROSE,
        "<h1>T</h1><p>" + "01/07/2020 " * SIZE + PROSE,
        "<title>" + "a - " * SIZE + "</title>" + PROSE,
        "<div class='breadcrumb'>" * 800 + "<a>Trang chủ</a> » " * SIZE + PROSE,
        "<h2>Các tin khác</h2>" * (SIZE // 4) + PROSE,
        "<span class='author sapo date'>" * 300 + "Tin: A, " * SIZE + PROSE,
        "<p>" + "<a href=x>" * 20 + "Ảnh: " * SIZE + "</p>" + PROSE,
        "x" * 8_000_000,
        "<" * SIZE + PROSE,
        "&amp;" * SIZE + PROSE,
    ],
    ids=range(22),
)
@pytest.mark.timeout(60)
def test_hostile_page_is_done_with_in_bounded_work(content: str) -> None:
    # The limit of the test is far above what any of them takes; quadratic work takes minutes.
    read(content.encode())
