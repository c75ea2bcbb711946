"""Which reader reads a list, and what kind of list is this?"""

from __future__ import annotations

from typing import assert_never

from indexer.crawl.entries import BadList, ListRead
from indexer.crawl.feeds import read_feed
from indexer.crawl.listings import read_listing
from indexer.crawl.sitemaps import read_sitemap
from indexer.crawl.source import Source, SourceKind


def read_list(source: Source, content: bytes, address: str, charset: str | None) -> ListRead:
    """Read a list of a source. Raises BadList."""
    try:
        return _read(source, content, address, charset)
    except BadList:
        raise
    except Exception as error:  # a list that no reader foresaw must not end the following of all others
        raise BadList(f"{address} can't be read ({type(error).__name__}: {error}); please report it") from error


def _read(source: Source, content: bytes, address: str, charset: str | None) -> ListRead:
    hosts = source.allowed_hosts
    match source.kind:
        case SourceKind.FEED:
            return read_feed(content, address, hosts, charset)
        case SourceKind.SITEMAP:
            return read_sitemap(content, address, hosts)
        case SourceKind.LISTING:
            return read_listing(content, address, hosts, (source.links, source.next))
        case SourceKind.FOLDER:
            raise BadList(f"{address} is a folder; it is read by looking into it")
        case _:
            assert_never(source.kind)


def kind_of(content: bytes) -> SourceKind:
    """Tell what kind of list something is by how it begins.

    >>> kind_of(b'<?xml version="1.0"?><rss version="2.0">'), kind_of(b"<!doctype html><html>")
    (<SourceKind.FEED: 'feed'>, <SourceKind.LISTING: 'listing'>)
    """
    start = content[:5_000].lower()
    if start.startswith(b"\x1f\x8b") or b"<urlset" in start or b"<sitemapindex" in start:
        return SourceKind.SITEMAP
    if b"<rss" in start or b"<feed" in start or b"<rdf:rdf" in start:
        return SourceKind.FEED
    return SourceKind.LISTING
