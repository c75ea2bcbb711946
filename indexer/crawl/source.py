"""What an installation follows: a feed, a sitemap, listing pages or a folder, and how it wants that done."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from indexer.addresses import host_of

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class SourceKind(StrEnum):
    """What is read to find out which pages there are."""

    FEED = "feed"
    """RSS or Atom."""
    SITEMAP = "sitemap"
    """A sitemap or an index of sitemaps, perhaps compressed."""
    LISTING = "listing"
    """Pages that list articles; rules say which of their links lead to some."""
    FOLDER = "folder"
    """A folder into which files are put."""


EVERY = {SourceKind.FEED: 30.0, SourceKind.SITEMAP: 5 * MINUTE, SourceKind.LISTING: MINUTE, SourceKind.FOLDER: 5.0}
"""Seconds between two readings of a list: unchanged ones cost a portal an answer without a body."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source; times are seconds."""

    name: str
    kind: SourceKind
    url: str
    """The canonical address of its list; for a folder its absolute path."""
    hosts: tuple[str, ...] = ()
    """Hosts (with their port, if it is not the usual one) that its pages may lie on, beside the list's own."""
    allow_private: bool = False
    """Whether it may lie in one's own network: by default only public addresses are connected to."""
    every: float = MINUTE
    delay: float = 1.0
    """Between two requests to a host; a longer Crawl-delay of its robots.txt is kept to."""
    timeout: float = MINUTE
    """For one request from its beginning to its end."""
    recheck: float = DAY
    """After which a page is asked for changes although no list says that it changed; longer each time it didn't."""
    retry: float = MINUTE
    """After which a page that failed is tried again; longer each time."""
    gone_after: float = HOUR
    """Between two answers of 404 after which an article counts as deleted."""
    pages: int = 100_000
    """Pages known at most."""
    list_pages: int = 20
    """Pages of a listing, or sitemaps of an index, read at most in one go."""
    links: str | None = None
    """For listings: the CSS selector of the links to articles."""
    next: str | None = None
    """For listings: the CSS selector of the link to the next page."""

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Every host its pages may lie on: its own with and without www, and those named."""
        if self.kind is SourceKind.FOLDER:
            return frozenset()
        own = host_of(self.url)
        twin = own.removeprefix("www.") if own.startswith("www.") else f"www.{own}"
        return frozenset((own, twin, *self.hosts))

    def as_fields(self) -> dict[str, Any]:
        """Give it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_fields(cls, values: dict[str, Any]) -> Self:
        """Make it of what `as_fields` gave, also by an older or newer version."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        return cls(**{**kept, "kind": SourceKind(kept["kind"]), "hosts": tuple(kept.get("hosts", ()))})
