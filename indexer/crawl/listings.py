"""Which pages does a listing page link to? By rule, or by what its links look like."""

from __future__ import annotations

import re

from indexer.crawl.addresses import host_of, is_front_page, joined
from indexer.crawl.entries import BadList, Entry, ListRead

MAX_LINKS = 2_000

_WORDS = 5
"""Words that the text of a link to an article has at least, where no rule says which links are some."""

_TITLE = re.compile(r"\w+")


def read_listing(
    content: bytes, address: str, hosts: frozenset[str], rules: tuple[str | None, str | None] = (None, None)
) -> ListRead:
    """Read the links of a listing page: of `rules`, CSS selectors, the first says which lead to articles (without it
    those whose text is as long as a title), the second which leads to the next page.

    Raises BadList for a selector that is none.
    """
    # Loading selectolax takes a moment; only reading pages needs it.
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415

    tree = LexborHTMLParser(content.decode("utf-8", "replace"))
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
        text = " ".join(node.text().split())[:1_000]
        link = joined(at, node.attributes.get("href") or "")
        if link is None or link == address or is_front_page(link):
            continue
        if links is None and len(_TITLE.findall(text)) < _WORDS:
            continue
        if host_of(link) not in hosts:
            elsewhere.append(link)
        elif len(entries) < MAX_LINKS and link not in entries:
            entries[link] = Entry(link)
    after = joined(at, onward.attributes.get("href") or "") if onward is not None else None
    lists = (Entry(after),) if after and after != address and host_of(after) in hosts else ()
    return ListRead(tuple(entries.values()), lists, tuple(elsewhere))
