"""Which pages does a listing page link to? By rule, or by what its links look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import BadArticle
from indexer.addresses import host_of, is_front_page, joined
from indexer.crawl.entries import BadList, Entry, ListRead
from indexer.raw_page import MAX_ARTICLE_BYTES

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_LINKS = 2_000

_WORDS = 5
"""Words that the text of a link to an article has at least, where no rule says which links are some."""

_LOOKED_AT = 1_000
"""Characters of a link's text."""

_TITLE = re.compile(r"\w+")


def read_listing(
    content: bytes, address: str, hosts: frozenset[str], rules: tuple[str | None, str | None] = (None, None)
) -> ListRead:
    """Read the links of a listing page: of `rules`, CSS selectors, the first says which lead to articles (without it
    those whose text is as long as a title), the second which leads to the next page.

    Raises BadList for a selector that is none, and for a page that would take too long.
    """
    # Loading selectolax takes a moment; only reading pages needs it.
    from selectolax.lexbor import SelectolaxError  # noqa: PLC0415

    from indexer.html.tree import parsed  # noqa: PLC0415 -- it loads selectolax, too

    try:
        tree = parsed(address, content[:MAX_ARTICLE_BYTES].decode("utf-8", "replace"))
    except BadArticle as bad:
        raise BadList(f"{address} can't be read: {bad.reason}") from bad
    links, following = rules
    base = tree.css_first("base[href]")
    at = joined(address, (base.attributes.get("href") or "") if base else "") or address
    entries: dict[str, Entry] = {}
    elsewhere: list[str] = []
    try:
        found = tree.css(links or "a[href]")
        onward = tree.css_first(following) if following else None
    except (SelectolaxError, ValueError) as error:
        raise BadList(f"{links!r} or {following!r} is no CSS selector ({error})") from error
    for node in found[: 10 * MAX_LINKS]:
        link = joined(at, node.attributes.get("href") or "")
        if link is None or link == address or is_front_page(link):
            continue
        if links is None and not _reads_as_title(node):
            continue
        if host_of(link) not in hosts:
            elsewhere.append(link)
        elif len(entries) < MAX_LINKS and link not in entries:
            entries[link] = Entry(link)
    after = joined(at, onward.attributes.get("href") or "") if onward is not None else None
    lists = (Entry(after),) if after and after != address and host_of(after) in hosts else ()
    return ListRead(tuple(entries.values()), lists, tuple(elsewhere))


def _reads_as_title(node: LexborNode) -> bool:
    """Say whether a link has as many words as a title. Links within links would have their text read once each, so
    of a long text only the beginning is looked at."""
    from indexer.html.tree import walk  # noqa: PLC0415 -- it loads selectolax

    text = ""
    for inner, begins in walk(node):
        if begins and inner.is_text_node:
            text += (inner.text_content or "")[:_LOOKED_AT]
            if len(_TITLE.findall(text)) >= _WORDS:
                return True
            if len(text) > _LOOKED_AT:
                break
    return False
