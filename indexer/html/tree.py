"""The parsed page, without what no reader sees, in bounded time.

The parser takes quadratic time for some texts: deep nesting, formatting that is opened and never closed, a tag of
thousands of attributes. They are counted before, in one pass; no page that holds an article comes near the limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.errors import BadArticle
from indexer.clean_text import one_line

_TOKEN = re.compile(
    r"<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])[^>]*+>(?:[^<]++|<(?!/(?P=raw)))*+"
    r"|<(?P<close>/?)(?P<name>[a-z][^\s/>]*+)(?P<rest>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?|[\"'])*+)>?",
    re.IGNORECASE,
)
_NEVER_OPEN_LIST = """
area base br col embed hr img input link meta param source track wbr
p li td th tr dt dd option optgroup thead tbody tfoot colgroup html head body
"""
_NEVER_OPEN = frozenset(_NEVER_OPEN_LIST.split())
"""Void tags, and those that the next of their kind closes."""

_FORMATTING_LIST = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTING_LIST.split())
_MOST_TAGS = 400_000
_MOST_DEPTH_SUM = 20_000_000
_MOST_FORMATTING_SUM = 1_500_000
_MOST_ATTRIBUTES = 5_000
_LONG_TAG = 10_000
_FEW_TAGS = 1_000
"""So many can't make the parser slow."""

_UNSEEN = (
    "script, style, noscript, template, svg, select, option, object, embed, iframe, textarea, input, button, math, "
    "[hidden], [aria-hidden='true'], [style*='display:none' i], [style*='display: none' i], "
    "[style*='visibility:hidden' i], [style*='visibility: hidden' i]"
)

Node = LexborNode
Tree = LexborHTMLParser


def parsed(origin: str, text: str) -> Tree:
    """Parse a page.

    Raises BadArticle when it would take too long, and when there is nothing to parse.
    """
    if not text.strip():
        raise BadArticle(origin, "the page is empty; fetch it again")
    if wrong := _endless(text):
        raise BadArticle(origin, f"{wrong}; no page with an article has, look what it holds")
    tree = LexborHTMLParser(text.replace("\x00", ""))
    if tree.body is None and tree.css_first("frameset") is None:
        raise BadArticle(origin, "nothing on the page can be read as HTML; fetch it again")
    return tree


def without_unseen(tree: Tree) -> None:
    """Take out scripts, form fields and hidden elements."""
    for node in tree.css(_UNSEEN):
        if node.tag not in ("html", "body"):
            node.decompose()


def _endless(text: str) -> str | None:
    """Say what would make parsing endless, None when nothing does."""
    tags = text.count("<")
    if tags > _MOST_TAGS:
        return f"it has {tags:,} tags"
    if tags <= _FEW_TAGS and len(text) < 50_000:
        return None
    depth = formatting = depth_sum = formatting_sum = 0
    for match in _TOKEN.finditer(text):
        name = match["name"]
        if name is None:
            continue
        name = name.lower()
        if len(match["rest"]) > _LONG_TAG and _attributes(match["rest"]) > _MOST_ATTRIBUTES:
            return f"a tag <{name}> has more than {_MOST_ATTRIBUTES:,} attributes"
        if name not in _NEVER_OPEN:
            step = -1 if match["close"] else 1
            depth = max(depth + step, 0)
            if name in _FORMATTING:
                formatting = max(formatting + step, 0)
        depth_sum += depth
        formatting_sum += formatting
        if depth_sum > _MOST_DEPTH_SUM or formatting_sum > _MOST_FORMATTING_SUM:
            return f"its tags are nested {depth:,} deep"
    return None


def _attributes(rest: str) -> int:
    return len(re.sub(r"\"[^\"]*+\"|'[^']*+'", "", rest).split())


def walk(root: Node) -> Iterator[tuple[Node, bool]]:
    """Give every node below a root twice, where it begins (True) and where it ends (False), without recursion."""
    node = root.first_child
    ahead: list[Node] = []
    while node is not None or ahead:
        if node is None:
            parent = ahead.pop()
            yield parent, False
            node = parent.next
            continue
        yield node, True
        ahead.append(node)
        node = node.first_child


_BLOCK_LIST = """
address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot
th thead tr ul
"""
BLOCKS = frozenset(_BLOCK_LIST.split())
"""Tags that begin and end a line."""


def words(node: Node | None) -> str:
    """Give the text of an element as one line, "" for none."""
    if node is None:
        return ""
    pieces: list[str] = []
    for inner, begins in walk(node):
        if inner.is_text_node:
            if begins:
                pieces.append(inner.text_content or "")
        elif inner.tag in BLOCKS:
            pieces.append(" ")
    return one_line("".join(pieces))


def attribute(node: Node, name: str) -> str:
    """Give an attribute's value, "" when it is missing or empty."""
    return node.attributes.get(name) or ""
