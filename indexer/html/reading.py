"""An HTML page to an article, with the rule that found each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.article import Article
from index.errors import BadArticle
from indexer.bylines import authors_of
from indexer.clean_text import one_line
from indexer.html.blocks import Blocks, blocks_of
from indexer.html.content import Region, find_region, text_lines
from indexer.html.dates import Dates, find_dates
from indexer.html.page_text import html_text
from indexer.html.paragraphs import Parts, parts_of
from indexer.html.refusals import why_listing, why_no_text, why_refused
from indexer.html.structured_data import Facts, stated
from indexer.html.surroundings import (
    crumbs_of,
    leads_of,
    marked_author,
    printed_crumbs,
    publisher_of,
    section_of,
    stated_authors,
    url_of,
)
from indexer.html.title import candidates, names_of_site, printed_part, printed_title
from indexer.html.trail import Trail
from indexer.html.tree import Tree, parsed, without_unseen, words
from indexer.page_lines import PageLine
from indexer.publishers import canonical_publisher
from indexer.raw_page import RawPage
from indexer.sections import canonical_section


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What a page gave: the article (without an id), what was tried, the lines within the text's container."""

    article: Article
    trail: Trail
    lines: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A page that is being read."""

    page: RawPage
    tree: Tree
    blocks: Blocks
    facts: tuple[Facts, ...]
    page_title: str
    crumbs: list[str]
    trail: Trail


def read_html_page(page: RawPage) -> HtmlPage:
    """Read a page.

    Raises BadArticle when it holds no article, or can't be read.
    """
    opened = _opened(page)
    blocks, facts, trail = opened.blocks, opened.facts, opened.trail
    url = url_of(page, opened.tree, facts, trail)
    publisher = publisher_of(blocks, facts, trail)
    sites = names_of_site(facts, opened.page_title, publisher or "")
    title, title_at, region = _title_and_region(opened, sites)
    text = text_lines(blocks, region)
    head = (title_at, text[0] if text else region.start)
    tail = text[-1] + 1 if text else region.end
    dates = find_dates(blocks, head, tail, facts, trail)
    text = _without_head(blocks, text, dates, title_at)
    leads = leads_of(blocks, head, text)
    text = [at for at in text if at not in leads]
    authors, byline, parts = _signed(opened, head, text, sites)
    if not parts.paragraphs:
        raise BadArticle(page.origin, "there is a title but no text under it; an article needs a body")
    trail.found("body", region.rule, parts.paragraphs[0])
    if parts.captions:
        trail.found("captions", "figures and pictures of the text", parts.captions[0])
    trail.found("lead", "apart from the text" if leads else "first paragraph of the body", "")
    section = section_of(facts, opened.crumbs or printed_crumbs(blocks, head[1]), title, sites, trail)
    canonical = canonical_publisher(publisher) if publisher else None
    article = Article(
        id="",
        title=title,
        body="\n".join(parts.paragraphs),
        lead=one_line(" ".join(blocks.lines[at].text for at in leads)) or parts.paragraphs[0],
        captions=parts.captions,
        url=url,
        authors=authors,
        byline=byline,
        section=canonical_section(section, canonical) if section else None,
        publisher=canonical,
        publisher_printed=publisher if canonical else None,
        published_at=dates.published,
        updated_at=dates.updated,
    )
    return HtmlPage(article, trail, _lines(blocks, region))


def _opened(page: RawPage) -> _Opened:
    text = html_text(page)
    tree = parsed(page.origin, text)
    facts = stated(tree)
    page_title = words(tree.css_first("head title") or tree.css_first("title"))
    scripts, frames = tree.css_first("script") is not None, tree.css_first("frameset, frame") is not None
    crumbs = crumbs_of(tree)
    has_login = tree.css_first("input[type='password' i]") is not None
    without_unseen(tree)
    blocks = blocks_of(tree.body) if tree.body is not None else Blocks([], [])
    if not blocks.lines:
        raise BadArticle(page.origin, why_no_text(blocks, frames, scripts, page_title))
    if refused := why_refused(page, blocks, page_title, facts, has_login):
        raise BadArticle(page.origin, refused)
    opened = _Opened(page, tree, blocks, facts, page_title, crumbs, Trail())
    if text.rfind("<") > text.rfind(">"):
        opened.trail.warnings.append("the page is cut off within a tag; fetch it again for what may be missing")
    return opened


def _title_and_region(opened: _Opened, sites: frozenset[str]) -> tuple[str, int | None, Region]:
    """Find the title, the line that prints it, and the text."""
    blocks, trail = opened.blocks, opened.trail
    title, title_at, rule = "", None, ""
    for named, candidate in candidates(opened.facts, opened.page_title, sites, trail):
        part = printed_part(candidate, blocks)
        if not title:
            title, rule = candidate, named
        if title_at is None and part is not None:
            title_at = part[1]
            title = part[0] if rule == named else title
    region = find_region(blocks, title_at)
    if region is None:
        raise BadArticle(opened.page.origin, why_no_text(blocks, False, False, opened.page_title))
    if listing := why_listing(blocks, region):
        raise BadArticle(opened.page.origin, listing)
    if title_at is None:
        prose = (at for at in text_lines(blocks, region) if blocks.lines[at].is_prose)
        printed = printed_title(blocks, next(prose, region.start), sites)
        if printed is not None and (not title or rule == "<title>"):
            rule, title_at = printed
            title = blocks.lines[title_at].text
            region = replace(region, start=max(region.start, title_at + 1))
    if title_at is not None and rule == "<title>":
        title = blocks.lines[title_at].text
    if not title:
        raise BadArticle(
            opened.page.origin, "no line on the page is its title; name it by a rules file (timtin extract --propose)"
        )
    trail.found("title", rule, title)
    return one_line(title), title_at, region


def _without_head(blocks: Blocks, text: Sequence[int], dates: Dates, title_at: int | None) -> list[int]:
    """Leave out the title and the dates, and the short lines above the dates that head a text."""
    dated = [at for at in dates.lines if at in text[:6]]
    first = max(dated, default=-1)
    return [at for at in text if at != title_at and at not in dates.lines and (at > first or blocks.lines[at].is_prose)]


def _signed(
    opened: _Opened, head: tuple[int | None, int], text: list[int], sites: frozenset[str]
) -> tuple[tuple[str, ...], str | None, Parts]:
    """Find who wrote the text: stated, marked near it, or its signature; give what is left of it."""
    blocks, trail = opened.blocks, opened.trail
    tail = text[-1] + 1 if text else head[1]
    marked = marked_author(blocks, head, tail)
    if marked is not None:
        text = [at for at in text if at != marked[0]]
    parts = parts_of(blocks, text, tail)
    byline = parts.byline or (marked[1] if marked else None)
    said = stated_authors(opened.facts, sites, trail)
    if byline:
        trail.found("byline", "signature below the text" if parts.byline else "line marked as author", byline)
    else:
        trail.failed("byline", "signature below the text", "the last lines are no name")
    if said is not None:
        if not byline:
            trail.rules["byline"] = trail.rules["authors"]
        return said[1], byline or said[0], parts
    if byline:
        trail.rules["authors"] = trail.rules["byline"]
    return (authors_of(byline) if byline else ()), byline, parts


def _lines(blocks: Blocks, region: Region) -> tuple[PageLine, ...]:
    return tuple(PageLine(line.text, line.indented) for line in blocks.lines[region.start : region.end])
