"""What stands around the text: section, publisher, address, lead, author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from indexer.bylines import authors_of
from indexer.clean_text import one_line
from indexer.html.blocks import Blocks
from indexer.html.content import is_outside, is_related_heading
from indexer.html.dates import stamps_of
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
    r"sapo|[ _-]lead|summary|[ _-]intro|abstract|tom-?tat|trich-?yeu|trich-?dan|mo-?ta|excerpt|"
    r"description"
)
_AUTHOR = re.compile(r"author|tac-?gia|byline|nguoi-?viet|but-?danh", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:super)?admin(?:istrator)?\d*|quản trị(?: viên)?|quan\s?tri|webmaster|host|super ?user|root|editor|"
    r"biên tập viên|ban biên tập|banbientap|bbt|user\d*|tintuc|guest",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:tác giả|người viết|người đăng|đăng bởi|viết bởi|bởi|by|posted by)\s*:?\s*", re.IGNORECASE)
_HOMES = frozenset(("", "index", "default", "home", "trang-chu", "trangchu"))
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
    good = parts.scheme in ("http", "https") and "." in host and len(url) <= _LONGEST_URL and len(url.split()) == 1
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
    facts: Sequence[Facts], crumbs: Sequence[str], title: str, sites: frozenset[str], trail: Trail
) -> str | None:
    """Give the section as printed: stated, or the last step of the breadcrumb above the title."""
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
    return None


def is_home_word(step: str) -> bool:
    """Say whether a step of a breadcrumb stands for the site itself.

    >>> is_home_word("Trang chủ"), is_home_word("Tin tức")
    (True, False)
    """
    return folded(step) in ("trang chủ", "home", "trang nhất", "homepage", "bạn đang ở", "trang chính")


def publisher_of(blocks: Blocks, facts: Sequence[Facts], trail: Trail) -> str | None:
    """Give the publisher as printed: stated, or the organisation of the copyright line."""
    for fact in facts:
        if fact.publisher:
            trail.found("publisher", fact.source, fact.publisher)
            return fact.publisher
        trail.failed("publisher", fact.source, "states none")
    for line in reversed(blocks.lines):
        if name := publisher_in_footer(line.text):
            trail.found("publisher", "copyright line", name)
            return name
    trail.failed("publisher", "copyright line", "no line names one")
    return None


def leads_of(blocks: Blocks, head: tuple[int | None, int], text: Sequence[int]) -> list[int]:
    """Give the lines of a lead that stands apart: marked as one, or prose between the title and the text."""
    title_at, first = head
    above = range(0 if title_at is None else title_at + 1, first)
    own = set(text)
    marked = [at for at in (*above, *text[:4]) if _is_marked(blocks, at)]
    if marked:
        return marked if len(own - set(marked)) > 0 else []
    if title_at is None:
        return []
    return [
        at
        for at in above
        if blocks.lines[at].is_prose
        and not is_related_heading(blocks.lines[at])
        and not is_outside(blocks, blocks.lines[at].container)
        and not any(stamp.alone for stamp in stamps_of(blocks.lines[at].text))
    ]


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


def stated_authors(facts: Sequence[Facts], sites: frozenset[str], trail: Trail) -> tuple[str, tuple[str, ...]] | None:
    """Give the authors that are stated, as stated and one value each; who only runs the site is none."""
    for fact in facts:
        named = [name for name in fact.authors if not _NOBODY.fullmatch(name) and folded(name) not in sites]
        authors = tuple(dict.fromkeys(author for name in named for author in authors_of(name)))
        if authors:
            trail.found("authors", fact.source, "; ".join(authors))
            return "; ".join(named), authors
        trail.failed(
            "authors", fact.source, "names nobody" if not fact.authors else f"{fact.authors[0][:40]!r} is nobody"
        )
    return None


def marked_author(blocks: Blocks, head: tuple[int | None, int], tail: int) -> tuple[int, str] | None:
    """Find the line near the text that is marked as the author, or says so."""
    title_at, first = head
    for at in (
        *range(0 if title_at is None else title_at + 1, first + 1),
        *range(tail, min(tail + 6, len(blocks.lines))),
    ):
        if at >= len(blocks.lines) or is_related_heading(blocks.lines[at]):
            break
        line = blocks.lines[at]
        if len(line.text) > 120 or is_outside(blocks, line.container):
            continue
        label = _LABEL.match(line.text)
        marked = _AUTHOR.search(blocks.containers[line.container].label + line.label) is not None
        if (marked or (label and ":" in label.group())) and (name := _LABEL.sub("", line.text, count=1).strip(" -|")):
            name = re.split(r"\s+[|–-]\s+", name)[0]
            if not _NOBODY.fullmatch(name) and authors_of(name):
                return at, name
    return None
