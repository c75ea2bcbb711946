"""Which pages does a feed name? RSS and Atom, also broken ones."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from index.dates import VIETNAM, PublishedAt
from indexer.addresses import host_of, joined
from indexer.clean_text import one_line
from indexer.crawl.entries import BadList, Entry, ListRead
from indexer.published_dates import read_date

MAX_ITEMS = 5_000
MAX_BYTES = 8 * 1024 * 1024
MAX_TAGS = 100_000
"""Of a longer feed this much is read: everything else waits meanwhile."""

_ENTITY = re.compile(rb"<!ENTITY[^>]{0,1000}>?")
"""Entities of a feed's own are left out: they are traps more often than letters."""

_OPENING = re.compile(rb"<")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_LONGEST_FACT = 2_000
_DATES = {"published_at": ("published", "created"), "updated_at": ("updated",)}


def read_feed(content: bytes, address: str, hosts: frozenset[str], charset: str | None = None) -> ListRead:
    """Read a feed that lies at an address; links to other hosts are set aside.

    Raises BadList when it is no feed.
    """
    # Loading feedparser takes a fifth of a second; only reading feeds needs it.
    import feedparser  # noqa: PLC0415

    read_of = content[: _end(content)]
    headers = {"content-location": address}
    if charset:
        headers["content-type"] = f"application/xml; charset={charset}"
    read = feedparser.parse(
        io.BytesIO(_ENTITY.sub(b"", read_of)),
        response_headers=headers,
        # Both rewrite the markup of summaries, of which only the words are looked at, in half a minute a megabyte.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not read.get("version") and not read.entries:
        raise BadList(f"{address} is no RSS or Atom feed; look at it with a browser")
    entries: dict[str, Entry] = {}
    elsewhere: list[str] = []
    for read_item in read.entries[:MAX_ITEMS]:
        item = dict(read_item.items())  # as it was read: feedparser's own lookup takes one date for another
        link = joined(address, _link(item))
        if link is None:
            continue
        if host_of(link) not in hosts:
            elsewhere.append(link)
        elif link not in entries:
            entries[link] = Entry(link, _mark(item), _facts(item))
    broken = (f"the feed is broken XML ({read.bozo_exception}); what could be read is taken",) if read.bozo else ()
    if read.bozo and entries:
        broken = ()  # feedparser reads on, and readers of reports can't mend a portal
    if len(read_of) < len(content):
        broken = (f"the feed has more than {MAX_BYTES >> 20} MiB or {MAX_TAGS:,} tags; the rest is left out",)
    return ListRead(tuple(entries.values()), elsewhere=tuple(elsewhere), problems=broken)


def _end(content: bytes) -> int:
    """Give how many bytes of a feed are read."""
    beyond = next(islice(_OPENING.finditer(content, 0, MAX_BYTES), MAX_TAGS, None), None)
    return beyond.start() if beyond else MAX_BYTES


def _link(item: Mapping[str, Any]) -> str:
    """Give an item's link; a guid is one where it is an address and there is no other."""
    link = str(item.get("link") or "")
    guid = str(item.get("id") or "")
    return link or (guid if guid.lower().startswith(("http://", "https://")) else "")


def _facts(item: Mapping[str, Any]) -> dict[str, str]:
    facts = {
        "title": _plain(item.get("title")),
        "lead": _plain(item.get("summary")),
        "author": _plain(item.get("author")),
        "section": _plain(next((tag.get("term") for tag in item.get("tags") or ()), None)),
    }
    for name, keys in _DATES.items():
        facts[name] = next((found for key in keys if (found := date_of(str(item.get(key) or "")))), "")
    return {name: value for name, value in facts.items() if value}


def _plain(text: object) -> str:
    """Give a text without markup, "" where there is none; entities are read by feedparser."""
    return one_line(_TAG.sub(" ", str(text or "")[: 10 * _LONGEST_FACT]))[:_LONGEST_FACT]


def date_of(text: str) -> str | None:
    """Read the date of a feed's item: day first as Vietnamese portals write it, ISO 8601, or the mail's form; without a
    zone on a Vietnamese clock.

    >>> date_of("01/07/2020 10:47:44"), date_of("Wed, 01 Jul 2020 03:47:44 GMT"), date_of("07/2020")
    ('2020-07-01T10:47:44+07:00', '2020-07-01T10:47:44+07:00', None)
    """
    stripped = one_line(text)[:100]
    if not stripped:
        return None
    try:
        return read_date(stripped).isoformat()
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(stripped)
        return PublishedAt(moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _mark(item: Mapping[str, Any]) -> str:
    """Give what changes when an item does: its dates and what it shows."""
    shown = "\n".join(str(item.get(key) or "") for key in ("title", "summary", "published", "updated"))
    return blake2b(shown.encode("utf-8", "replace"), digest_size=8).hexdigest()
