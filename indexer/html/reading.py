"""An HTML page to an article, with the rule that found each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.article import Article
from index.errors import BadArticle
from indexer.clean_text import one_line
from indexer.html.blocks import Blocks
from indexer.html.content import Region, find_region, text_lines
from indexer.html.dates import Dates, find_dates
from indexer.html.fallback import text_by_trafilatura
from indexer.html.opened_page import OpenedPage, open_page
from indexer.html.portal_rules import NO_RULES, RuleBook
from indexer.html.refusals import why_listing, why_no_text
from indexer.html.signing import signed
from indexer.html.surroundings import leads_of, printed_crumbs, publisher_of, section_of, url_of
from indexer.html.title import candidates, folded, names_of_site, printed_part, printed_title
from indexer.html.trail import Trail
from indexer.page_lines import PageLine
from indexer.publishers import canonical_publisher
from indexer.raw_page import RawPage
from indexer.sections import canonical_section

NO_LINES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What a page gave: the article (without an id), what was tried, the lines within the text's container."""

    article: Article
    trail: Trail
    lines: tuple[PageLine, ...]


def read_html_page(
    page: RawPage, book: RuleBook = NO_RULES, repeated: frozenset[str] = NO_LINES, trail: Trail | None = None
) -> HtmlPage:
    """Read a page by the rules of its portal, where they or the portal are missing by what any page shows; `repeated`
    are the lines that its portal is known to repeat. What is tried is noted in `trail`, also of a page that is refused.

    Raises BadArticle when it holds no article, or can't be read.
    """
    trail = Trail() if trail is None else trail
    opened = open_page(page, book, trail)
    blocks, facts, selected = opened.blocks, opened.facts, opened.selected
    url = url_of(page, opened.tree, facts, trail)
    publisher = publisher_of(blocks, facts, selected, trail)
    sites = names_of_site(facts, opened.page_title, publisher or "")
    title, title_at, regions = _title_and_regions(opened, sites)
    text = [at for region in regions for at in text_lines(blocks, region, repeated)]
    start, tail = (text[0], text[-1] + 1) if text else (_below(title_at), _below(title_at))
    dates = find_dates(blocks, (title_at, start, tail), facts, selected, trail)
    text = _without_head(blocks, text, dates, title_at)
    leads, lead_rule = leads_of(blocks, (title_at, start), text, selected)
    text = [at for at in text if at not in leads]
    authors, byline, parts = signed(opened, (title_at, start, regions[-1].end if regions else tail), text, sites)
    paragraphs = _body(opened, title, parts.paragraphs, regions)
    if parts.captions:
        trail.found("captions", _caption_rule(opened), parts.captions[0])
    trail.found("lead", lead_rule, blocks.lines[leads[0]].text if leads else paragraphs[0])
    section = section_of(facts, opened.crumbs or printed_crumbs(blocks, start), (title, sites), selected, trail)
    canonical = canonical_publisher(publisher) if publisher else None
    article = Article(
        id="",
        title=title,
        body="\n".join(paragraphs),
        lead=one_line(" ".join(blocks.lines[at].text for at in leads)) or paragraphs[0],
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
    return HtmlPage(article, trail, _lines(blocks, regions))


def _below(title_at: int | None) -> int:
    return 0 if title_at is None else title_at + 1


def _title_and_regions(opened: OpenedPage, sites: frozenset[str]) -> tuple[str, int | None, tuple[Region, ...]]:
    """Find the title, the line that prints it, and the text; no region when only trafilatura can find one."""
    blocks = opened.blocks
    title, title_at, rule = _stated_title(opened, sites)
    regions = _selected_regions(opened)
    if not regions and (found := find_region(blocks, title_at)) is not None:
        if listing := why_listing(blocks, found):
            raise BadArticle(opened.page.origin, listing)
        regions = (found,)
    if title_at is None and (not title or rule == "<title>"):
        lines = (at for region in regions for at in text_lines(blocks, region) if blocks.lines[at].is_prose)
        printed = printed_title(blocks, next(lines, len(blocks.lines) if not regions else regions[0].start), sites)
        if printed is not None:
            rule, title_at = printed
            title = blocks.lines[title_at].text
            regions = tuple(_from(region, title_at + 1) for region in regions)
    if title_at is not None and rule == "<title>":
        title = blocks.lines[title_at].text
    if not title:
        what = "no line on the page is its title; name it by a rules file (timtin extract --propose)"
        raise BadArticle(opened.page.origin, what if regions else why_no_text(blocks, False, False, opened.page_title))
    opened.trail.found("title", rule, title)
    return one_line(title), title_at, regions


def _from(region: Region, line: int) -> Region:
    """Let a region begin at a line within it."""
    return replace(region, start=line) if region.start < line < region.end else region


def _stated_title(opened: OpenedPage, sites: frozenset[str]) -> tuple[str, int | None, str]:
    """Give the title that is selected or stated, the line that prints it, and the rule; "" when there is none."""
    selected = opened.selected
    if name := selected.text("title"):
        return name, next(iter(selected.lines(opened.blocks, "title")), None), selected.rule("title")
    title, title_at, rule = "", None, ""
    for named, candidate in candidates(opened.facts, opened.page_title, sites, opened.trail):
        part = printed_part(candidate, opened.blocks)
        if not title:
            title, rule = candidate, named
        if title_at is None and part is not None:
            title_at = part[1]
            title = part[0] if rule == named else title
    return title, title_at, rule


def _selected_regions(opened: OpenedPage) -> tuple[Region, ...]:
    """Give what the portal's rules select as the text, in the order of the page."""
    selected, blocks = opened.selected, opened.blocks
    printed = (blocks.spans[node] for node in selected.nodes_of("body") if node in blocks.spans)
    spans = sorted(printed, key=lambda span: span.start)
    regions: list[Region] = []
    for span in spans:
        if span.end > span.start and (not regions or span.start >= regions[-1].end):
            regions.append(Region(span.container, span.start, span.end, selected.rule("body")))
    return tuple(regions)


def _body(opened: OpenedPage, title: str, paragraphs: tuple[str, ...], regions: tuple[Region, ...]) -> tuple[str, ...]:
    """Give the paragraphs of the text, with the rule; trafilatura is asked when nothing reads as one."""
    if paragraphs:
        opened.trail.found("body", regions[0].rule, paragraphs[0])
        return paragraphs
    opened.trail.failed("body", regions[0].rule if regions else "container of the long lines", "holds no text")
    found = () if regions else text_by_trafilatura(opened.tree)
    found = found[1:] if found and folded(found[0]) == folded(title) else found
    if found:
        opened.trail.found("body", "trafilatura", found[0])
        return found
    if regions:
        raise BadArticle(opened.page.origin, "there is a title but no text under it; an article needs a body")
    raise BadArticle(opened.page.origin, why_no_text(opened.blocks, False, False, opened.page_title))


def _caption_rule(opened: OpenedPage) -> str:
    chosen = "caption" in opened.selected.fields
    return opened.selected.rule("caption") if chosen else "figures and pictures of the text"


def _without_head(blocks: Blocks, text: Sequence[int], dates: Dates, title_at: int | None) -> list[int]:
    """Leave out the title and the dates, and the short lines above the dates that head a text."""
    prose = next((at for at in text if blocks.lines[at].is_prose), -1)
    first = max((at for at in dates.lines if at < prose), default=-1)
    return [at for at in text if at > first and at != title_at and at not in dates.lines]


def _lines(blocks: Blocks, regions: Sequence[Region]) -> tuple[PageLine, ...]:
    return tuple(
        PageLine(line.text, line.indented) for region in regions for line in blocks.lines[region.start : region.end]
    )
