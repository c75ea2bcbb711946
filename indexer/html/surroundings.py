"""What stands around the text: section, publisher, address, lead, author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from indexer.clean_text import one_line
from indexer.html.blocks import Blocks
from indexer.html.content import is_outside, is_related_heading
from indexer.html.dates import stamps_of
from indexer.html.selection import Selection
from indexer.html.structured_data import Facts
from indexer.html.title import folded
from indexer.html.trail import Trail
from indexer.html.tree import Tree, attribute, words
from indexer.publishers import publisher_in_footer
from indexer.raw_page import RawPage

_CRUMBS = (
    "[class*='breadcrumb' i], [id*='breadcrumb' i], [itemtype*='BreadcrumbList' i], [class*='bread-crumb' i], "
    "[class*='duong-dan' i], [class*='pathway' i], [id*='pathway' i], [class*='sitemappath' i], [id*='sitemappath' i], "
    "[class*='bread_crumb' i]"
)
_CRUMB_MARK = re.compile(r"\s*(?:»|>|›|/|→|::|\|)\s*")
_LEAD = re.compile(
    r"sapo|[ _-](?:lead|intro|introtext|hometext|summary|abstract|description|excerpt|trich|mota)(?=[ _-])|"
    r"summary(?=[ _-])|tom-?tat|trich-?yeu|trich-?dan|mo-?ta(?=[ _-])"
)
_MOST_OF_LEAD = 0.5
"""A lead is shorter than the text that follows it."""

_HOMES = frozenset(("", "index", "default", "home", "trang-chu", "trangchu"))
FIRST_PARAGRAPH = "first paragraph of the body"
_MOST_CRUMBS = 12
_NO_SECTION = re.compile(r"(?:xem )?chi tiết.*|tin chi tiết|nội dung|bài viết|đọc tin|xem tin")
_LONGEST_URL = 2_000


def url_of(page: RawPage, tree: Tree, facts: Sequence[Facts], trail: Trail) -> str | None:
    """Give the address: what the page calls its own, if it belongs to the site it came from, else the fetched one."""
    link = tree.css_first("link[rel~='canonical' i][href]")
    named = [("canonical link", attribute(link, "href") if link is not None else "")]
    named += [(fact.source, fact.url) for fact in facts if fact.url]
    for rule, value in named:
        if not value:
            trail.failed("url", rule, "there is none")
        elif (url := _own_address(value.strip(), page.url)) is None:
            trail.failed("url", rule, f"{value[:80]!r} is no address of an article on this site")
        else:
            trail.found("url", rule, url)
            return url
    if page.url:
        trail.found("url", "fetched from there", page.url)
    return page.url


def _own_address(value: str, fetched: str | None) -> str | None:
    try:
        url = urljoin(fetched or "", value)
        parts = urlsplit(url)
        host, home = parts.hostname or "", _is_first_page(parts.path, parts.query)
        own = not fetched or _site(host) == _site(urlsplit(fetched).hostname or "")
        home = home and not (fetched and is_home(fetched))
    except ValueError:
        return None
    good = (
        parts.scheme in ("http", "https")
        and "." in host
        and "@" not in parts.netloc
        and len(url) <= _LONGEST_URL
        and len(url.split()) == 1
    )
    return url.partition("#")[0] if good and own and not home else None


def _site(host: str) -> str:
    return host.lower().removeprefix("www.").removeprefix("m.")


def is_home(url: str) -> bool:
    """Say whether an address is a site's first page.

    >>> is_home("https://a.gov.vn/Default.aspx"), is_home("https://a.gov.vn/?id=7"), is_home("https://a.gov.vn/tin/7")
    (True, False, False)
    """
    parts = urlsplit(url)
    return "/" not in parts.path.strip("/") and _is_first_page(parts.path, parts.query)


def _is_first_page(path: str, query: str) -> bool:
    name = path.strip("/").lower().rpartition("/")[2]
    return not query and name.partition(".")[0] in _HOMES


def crumbs_of(tree: Tree) -> list[str]:
    """Give the steps of the page's breadcrumb, from the top."""
    for node in tree.css(_CRUMBS)[:20]:
        links = [words(step) for step in node.css("a, span, li, strong")[:_MOST_CRUMBS]]
        steps = [step for step in _CRUMB_MARK.split(words(node))[:_MOST_CRUMBS] if step]
        if len(steps) < 2:
            steps = list(dict.fromkeys(filter(None, links)))
        if steps:
            return [one_line(step) for step in steps]
    return []


def printed_crumbs(blocks: Blocks, before: int) -> list[str]:
    """Give the steps of a line that leads from the first page to this one ("Trang chủ » Tin tức"), when no element is
    marked as that."""
    for line in blocks.lines[:before]:
        if len(line.text) <= 200 and (mark := _CRUMB_MARK.search(line.text)):
            steps = [step.strip() for step in _CRUMB_MARK.split(line.text) if step.strip()]
            if mark.group().strip() != "|" and len(steps) > 1 and is_home_word(steps[0]):
                return steps[:_MOST_CRUMBS]
    return []


def section_of(
    facts: Sequence[Facts],
    crumbs: Sequence[str],
    title_and_sites: tuple[str, frozenset[str]],
    selected: Selection,
    trail: Trail,
) -> str | None:
    """Give the section as printed: selected, stated, the last step of the breadcrumb above the title, or the one that
    the portal's rules give to all pages."""
    title, sites = title_and_sites
    if name := selected.text("section"):
        trail.found("section", selected.rule("section"), name)
        return name
    for fact in facts:
        if fact.section and folded(fact.section) not in sites:
            trail.found("section", fact.source, fact.section)
            return fact.section
    own = folded(title)
    for step in reversed(crumbs):
        text = folded(step)
        if (
            text
            and not is_home_word(step)
            and not _NO_SECTION.fullmatch(text)
            and folded(step) not in sites
            and not own.startswith(text[:40])
            and len(step) <= 80
        ):
            trail.found("section", "breadcrumb", step)
            return step
    trail.failed("section", "breadcrumb", "there is none, or nothing in it but the portal and the title")
    if selected.rules is not None and selected.rules.section:
        trail.found("section", f"rules {selected.rules.name}: section", selected.rules.section)
        return selected.rules.section
    return None


def is_home_word(step: str) -> bool:
    """Say whether a step of a breadcrumb stands for the site itself.

    >>> is_home_word("Trang chủ"), is_home_word("Tin tức")
    (True, False)
    """
    return folded(step) in ("trang chủ", "home", "trang nhất", "homepage", "bạn đang ở", "trang chính")


def publisher_of(blocks: Blocks, facts: Sequence[Facts], selected: Selection, trail: Trail) -> str | None:
    """Give the publisher as printed: by the portal's rules, stated, or the organisation of the copyright line."""
    if name := selected.text("publisher"):
        trail.found("publisher", selected.rule("publisher"), name)
        return name
    if selected.rules is not None and selected.rules.publisher:
        trail.found("publisher", f"rules {selected.rules.name}: publisher", selected.rules.publisher)
        return selected.rules.publisher
    for fact in facts:
        if fact.publisher:
            trail.found("publisher", fact.source, fact.publisher)
            return fact.publisher
        trail.failed("publisher", fact.source, "states none")
    for line in reversed(blocks.lines):
        if printed := publisher_in_footer(line.text):
            trail.found("publisher", "copyright line", printed)
            return printed
    trail.failed("publisher", "copyright line", "no line names one")
    return None


def leads_of(
    blocks: Blocks, head: tuple[int | None, int], text: Sequence[int], selected: Selection
) -> tuple[list[int], str]:
    """Give the lines of a lead that stands apart, with the rule: selected, marked as one, or prose between the title
    and the text. None are given when the text begins with its lead."""
    title_at, first = head
    if "lead" in selected.fields and (lines := selected.lines(blocks, "lead")):
        return ([], FIRST_PARAGRAPH) if set(text) <= set(lines) else (lines, selected.rule("lead"))
    above = range(0 if title_at is None else title_at + 1, first)
    own = set(text)
    if marked := [at for at in dict.fromkeys((*above, *text[:4])) if _is_marked(blocks, at)]:
        letters = sum(blocks.lines[at].letters for at in marked)
        rest = sum(blocks.lines[at].letters for at in own - set(marked))
        if letters <= _MOST_OF_LEAD * (letters + rest):
            return marked, "marked as the lead"
    apart = [] if title_at is None else [at for at in above if _is_apart(blocks, at)]
    return apart, "between the title and the text" if apart else FIRST_PARAGRAPH


def _is_apart(blocks: Blocks, at: int) -> bool:
    line = blocks.lines[at]
    if not line.is_prose or is_related_heading(line) or is_outside(blocks, line.container):
        return False
    return not any(stamp.alone for stamp in stamps_of(line.text))


def _is_marked(blocks: Blocks, at: int) -> bool:
    """Say whether a line's element, or the one around it, is marked as the lead, and holds no more than that."""
    line = blocks.lines[at]
    inside = line.container
    for hops in range(2):
        found = blocks.containers[inside]
        label, lines = (found.label, found.end - found.start) if hops else (found.label + line.label, 1)
        if _LEAD.search(label) and lines <= 3 and not line.is_link:
            return len(line.text) > 20 and not is_outside(blocks, inside)
        inside = max(found.parent, 0)
    return False
