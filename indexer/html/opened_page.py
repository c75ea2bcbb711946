"""A page that is being read: its tree, its lines, what it states, what its portal's rules select."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.errors import BadArticle
from indexer.html.blocks import Blocks, blocks_of
from indexer.html.page_text import html_text
from indexer.html.portal_rules import PortalRules, RuleBook
from indexer.html.refusals import why_no_text, why_refused
from indexer.html.selection import NOTHING, Selection, select
from indexer.html.structured_data import Facts, stated
from indexer.html.surroundings import crumbs_of
from indexer.html.trail import Trail
from indexer.html.tree import Tree, attribute, parsed, without_unseen, words
from indexer.raw_page import RawPage


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """Everything that the fields are looked for in."""

    page: RawPage
    tree: Tree
    blocks: Blocks
    facts: tuple[Facts, ...]
    page_title: str
    crumbs: list[str]
    selected: Selection
    trail: Trail


def open_page(page: RawPage, book: RuleBook, trail: Trail) -> OpenedPage:
    """Parse a page and look at what it states.

    Raises BadArticle when it can't be read, and when it says itself that it is no article.
    """
    text = html_text(page)
    tree = parsed(page.origin, text)
    facts = stated(tree)
    page_title = words(tree.css_first("head title") or tree.css_first("title"))
    scripts, frames = tree.css_first("script") is not None, tree.css_first("frameset, frame") is not None
    crumbs = crumbs_of(tree)
    has_login = tree.css_first("input[type='password' i]") is not None
    rules = book.for_page(hosts_of(page, tree, facts), tree)
    without_unseen(tree)
    selected = NOTHING if rules is None else _selected(tree, rules, trail)
    blocks = blocks_of(tree.body, selected.nodes()) if tree.body is not None else Blocks([], [])
    if not blocks.lines:
        raise BadArticle(page.origin, why_no_text(blocks, frames, scripts, page_title))
    if refused := why_refused(page, blocks, page_title, facts, has_login):
        raise BadArticle(page.origin, refused)
    if text.rfind("<") > text.rfind(">"):
        trail.warnings.append("the page is cut off within a tag; fetch it again for what may be missing")
    return OpenedPage(page, tree, blocks, facts, page_title, crumbs, selected, trail)


def _selected(tree: Tree, rules: PortalRules, trail: Trail) -> Selection:
    trail.rules["rules"] = rules.name
    return select(tree, rules, trail)


def hosts_of(page: RawPage, tree: Tree, facts: tuple[Facts, ...]) -> Iterator[str]:
    """Give the hosts that a page may belong to: the one it was fetched from, else those it names as its own."""
    link = tree.css_first("link[rel~='canonical' i][href]")
    named = [page.url] if page.url else [attribute(link, "href") if link else "", *(fact.url for fact in facts)]
    for url in named:
        try:
            host = urlsplit((url or "").strip()).hostname
        except ValueError:
            continue
        if host:
            yield host
