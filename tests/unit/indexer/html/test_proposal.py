"""Rules proposed from a few pages of a portal fit its other pages."""

from __future__ import annotations

import pytest

from index.errors import BadArticle
from indexer.extract import extract
from indexer.html.portal_rules import RuleBook, parse
from indexer.html.proposal import Proposal, propose
from indexer.raw_page import MediaType, RawPage
from tests.unit.indexer.html.invented_portal import TITLES, author_of, page_of


def raw(number: int, url: str | None = "https://songnua.example.vn/{}") -> RawPage:
    return RawPage(f"{number}.html", MediaType.HTML, page_of(number).encode(), url and url.format(number))


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return propose([raw(number) for number in range(3)])


def test_selectors_leave_the_number_of_the_page_out(proposal: Proposal) -> None:
    assert proposal.select["title"].selector == "[id$='_ViewNews_lblTitle']"
    assert proposal.select["body"].selector == "[id$='_ViewNews_lblContent']"
    assert proposal.select["date"].selector == "div.thongtin"
    assert proposal.select["author"].selector == "div.kyten"
    assert all(found.pages == 3 for found in proposal.select.values())


def test_what_stands_alike_in_all_texts_is_dropped(proposal: Proposal) -> None:
    assert "div.nhac" in proposal.drop
    assert "div.tinkhac" in proposal.drop


def test_proposal_is_a_rules_file_that_reads_the_next_page(proposal: Proposal) -> None:
    rules = parse("song-nua", proposal.toml().encode())
    assert rules.hosts == ("songnua.example.vn",)

    extracted = extract(raw(7), book=RuleBook((rules,)))

    article = extracted.article
    assert article.title == TITLES[7]
    assert article.authors == (author_of(7),)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2021-03-08T08:07:00+07:00"
    assert [line[:8] for line in article.body.split("\n")] == ["Bà con L", "Công việ", "Từ tháng"]
    assert extracted.rules["body"] == "rules song-nua: [id$='_ViewNews_lblContent']"


def test_pages_without_an_address_get_a_marker() -> None:
    rules = parse("a", propose([raw(number, None) for number in range(3)]).toml().encode())

    assert rules.marker is not None


def test_page_that_is_no_article_is_named_in_the_proposal() -> None:
    empty = RawPage("rong.html", MediaType.HTML, b"<html><body></body></html>")

    assert "rong.html: the page has no text" in propose([raw(0), raw(1), empty]).toml()


def test_too_few_pages_that_can_be_read_are_told() -> None:
    empty = RawPage("rong.html", MediaType.HTML, b"<html><body></body></html>")

    with pytest.raises(BadArticle, match="1 of 2 pages can be read"):
        propose([raw(0), empty])
