"""Rules for a portal, proposed from a few of its pages.

Each page is read by the general rules first. Then selectors are sought that find on every page what was found there:
first names (ids, classes), then names within named elements. What stands alike in the text of all pages is dropped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import SelectolaxError

from index.article import Article
from index.errors import BadArticle
from indexer.html.content import is_related_text
from indexer.html.dates import read_moment
from indexer.html.opened_page import hosts_of, open_page
from indexer.html.portal_rules import NO_RULES
from indexer.html.reading import read_html_page
from indexer.html.title import folded
from indexer.html.trail import Trail
from indexer.html.tree import Node, Tree, attribute, words
from indexer.raw_page import RawPage

FEWEST_PAGES = 2
_MOST_PAGES = 20
_MOST_NODES = 5_000
_MOST_SELECTORS = 60
_NAME = re.compile(r"[A-Za-z_][\w-]{0,60}")
_NUMBERED = re.compile(r"^.*?\d{2,}_(?=[A-Za-z])")
_STATES = re.compile(r"active|selected|open|first|last|even|odd|clearfix|col-\w+-\d+|row|\d{3,}")


@dataclass(frozen=True, slots=True)
class _Example:
    """A page with what the general rules found on it."""

    tree: Tree
    article: Article
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A selector with the number of pages on which it finds what is wanted."""

    selector: str
    pages: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The rules that fit, and the pages that could not be used, each with the reason."""

    hosts: tuple[str, ...]
    publisher: str | None
    select: dict[str, Proposed]
    drop: tuple[str, ...]
    pages: int
    left_out: tuple[str, ...]

    def toml(self) -> str:
        """Write the rules as a file, ready to be saved in HOME/portals."""
        lines = [f"# Proposed from {self.pages} pages; look at some others with: timtin extract FILE"]
        lines += [f"# Left out: {reason}" for reason in self.left_out]
        if self.hosts:
            lines.append(f"hosts = {_listed(self.hosts)}")
        else:
            lines.append('# The pages name no address: put in hosts = ["…"], or a marker that only this portal has.')
            lines.append(f"marker = {_quoted(self.select['body'].selector if 'body' in self.select else 'body')}")
        if self.publisher:
            lines.append(f"publisher = {_quoted(self.publisher)}")
        if self.drop:
            lines.append(f"drop = {_listed(self.drop)}")
        lines += ["", "[select]"]
        for name, found in self.select.items():
            lines.append(f"{name} = {_quoted(found.selector)}  # on {found.pages} of {self.pages} pages")
        return "\n".join(lines) + "\n"


def propose(pages: Sequence[RawPage]) -> Proposal:
    """Propose rules from pages of one portal.

    Raises BadArticle when fewer than two of them can be read.
    """
    examples: list[_Example] = []
    left_out: list[str] = []
    for page in pages[:_MOST_PAGES]:
        try:
            article = read_html_page(page).article
            opened = open_page(page, NO_RULES, Trail())
        except BadArticle as bad:
            left_out.append(str(bad))
        else:
            examples.append(_Example(opened.tree, article, tuple(hosts_of(page, opened.tree, opened.facts))))
    if len(examples) < FEWEST_PAGES:
        reason = f"{len(examples)} of {len(pages)} pages can be read; rules are proposed from {FEWEST_PAGES} or more"
        raise BadArticle(left_out[0].partition(": ")[0] if left_out else "-", "; ".join([reason, *left_out[:3]]))
    select = {name: found for name, fits in _FITS.items() if (found := _best(examples, fits)) is not None}
    return Proposal(
        hosts=tuple(dict.fromkeys(host for example in examples for host in example.hosts)),
        publisher=_common(example.article.publisher_printed for example in examples),
        select=select,
        drop=_drops(examples, select["body"].selector) if "body" in select else (),
        pages=len(examples),
        left_out=tuple(left_out),
    )


_Fits = Callable[[Article, Node], bool]


def _is_title(article: Article, node: Node) -> bool:
    return folded(words(node)) == folded(article.title)


def _is_date(article: Article, node: Node) -> bool:
    text = attribute(node, "datetime") or words(node)
    if article.published_at is None or len(text) > 200:
        return False
    try:
        return read_moment(text) == article.published_at
    except ValueError:
        return False


def _is_author(article: Article, node: Node) -> bool:
    return article.byline is not None and folded(words(node)) == folded(article.byline)


def _is_lead(article: Article, node: Node) -> bool:
    return article.lead is not None and article.lead not in article.body and folded(words(node)) == folded(article.lead)


def _is_section(article: Article, node: Node) -> bool:
    return article.section is not None and folded(words(node)) == folded(article.section)


def _is_body(article: Article, node: Node) -> bool:
    """All paragraphs, and not twice as much again."""
    paragraphs = article.body.split("\n")
    text = words(node)
    whole = all(" ".join(part.split("|")[0].split()) in text for part in (paragraphs[0], paragraphs[-1]))
    return whole and len(text) < 2 * len(article.body) + 400


_FITS: dict[str, _Fits] = {
    "title": _is_title,
    "date": _is_date,
    "author": _is_author,
    "lead": _is_lead,
    "section": _is_section,
    "body": _is_body,
}


def _best(examples: Sequence[_Example], fits: _Fits) -> Proposed | None:
    """Find the selector whose first element fits on most pages, at least on three of five of those that have it."""
    nodes = [next(iter(_fitting(example, fits)), None) for example in examples]
    have = [(example, node) for example, node in zip(examples, nodes, strict=True) if node is not None]
    if len(have) < FEWEST_PAGES:
        return None
    candidates = dict.fromkeys(each for _, node in have[:3] for each in islice(_selectors(node), _MOST_SELECTORS))
    best: Proposed | None = None
    for selector in candidates:
        pages = sum(_finds(example, selector, fits) for example, _ in have)
        if best is None or pages > best.pages:
            best = Proposed(selector, pages)
    return best if best is not None and best.pages * 5 >= len(have) * 3 else None


def _finds(example: _Example, selector: str, fits: _Fits) -> bool:
    try:
        found = example.tree.css_first(selector)
    except SelectolaxError:
        return False
    return found is not None and fits(example.article, found)


def _fitting(example: _Example, fits: _Fits) -> list[Node]:
    """Give the elements that fit, the smallest first; only those of the body."""
    if example.tree.body is None:
        return []
    inner = islice(example.tree.body.traverse(include_text=False), _MOST_NODES)
    return [node for node in inner if node.is_element_node and fits(example.article, node)][::-1]


def _selectors(node: Node) -> Iterator[str]:
    """Give selectors of an element, the plainest first: its own names, then its tag within named elements."""
    own = list(_own(node))
    yield from own
    tag = node.tag or "*"
    above = node.parent
    for _ in range(5):
        if above is None or not above.is_element_node or above.tag in ("body", "html"):
            break
        for outer in _own(above):
            yield from (f"{outer} {inner}" for inner in own[:2])
            yield f"{outer} {tag}"
        above = above.parent


def _own(node: Node) -> Iterator[str]:
    tag = node.tag or "*"
    if (name := attribute(node, "id").strip()) and " " not in name and "'" not in name:
        if numbered := _NUMBERED.match(name):
            # dnn_ctr451_ViewNews_lblTitle: the number is the page's, what follows the portal's.
            yield f"[id$='_{name[numbered.end() :]}']"
        elif _NAME.fullmatch(name) and not re.search(r"\d{2,}", name):
            yield f"#{name}"
    if _NAME.fullmatch(prop := attribute(node, "itemprop")):
        yield f"[itemprop='{prop}']"
    for name in attribute(node, "class").split()[:4]:
        if _NAME.fullmatch(name) and not _STATES.search(name.lower()):
            yield f"{tag}.{name}"
    if tag in ("h1", "h2", "time", "article"):
        yield tag


def _drops(examples: Sequence[_Example], body: str) -> tuple[str, ...]:
    """Find what stands within the text of all pages alike, or heads a list of other articles."""
    counts: Counter[str] = Counter()
    for example in examples:
        found = example.tree.css_first(body)
        if found is None:
            continue
        text = words(found)
        named: set[str] = set()
        for node in islice(found.traverse(include_text=False), _MOST_NODES):
            if node == found or not node.is_element_node:
                continue
            inner = words(node)
            if inner and len(inner) * 2 < len(text) and _is_furniture(examples, example, body, inner):
                named.update(islice(_own(node), 1))
        counts.update(named)
    most = [name for name, count in counts.items() if count * 5 >= len(examples) * 3]
    return tuple(name for name in most if not _holds_text(examples, body, name))


def _is_furniture(examples: Sequence[_Example], own: _Example, body: str, text: str) -> bool:
    if is_related_text(text[:80]) or any(is_related_text(text[:cut]) for cut in (12, 16, 20) if len(text) > cut):
        return True
    others = [words(example.tree.css_first(body)) for example in examples if example is not own]
    return len(text) > 3 and all(text in other for other in others)


def _holds_text(examples: Sequence[_Example], body: str, selector: str) -> bool:
    """Say whether dropping it would take a paragraph along."""
    shared = set.intersection(*(set(example.article.body.split("\n")) for example in examples))
    for example in examples:
        found = example.tree.css_first(body)
        own = [part for part in example.article.body.split("\n") if len(part) > 40 and part not in shared]
        for node in [] if found is None else found.css(selector):
            text = words(node)
            if any(part in text for part in own):
                return True
    return False


def _common(values: Iterator[str | None]) -> str | None:
    known = set(values)
    return known.pop() if len(known) == 1 else None


def _quoted(text: str) -> str:
    """Write a TOML string: JSON's escapes are its own, too."""
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"
