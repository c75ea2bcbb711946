"""What is asked of a portal, and what can come back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.crawl.source import Source


class Role(StrEnum):
    """What an address is asked for."""

    LIST = "list"
    """It says which pages there are."""
    PAGE = "page"
    """It may hold an article."""
    ROBOTS = "robots"
    """It says what a portal wishes."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask for. With `etag` or `last_modified` it is only sent if it is another than that."""

    source: Source
    address: str
    role: Role
    etag: str | None = None
    last_modified: str | None = None
    mark: str | None = None
    """What its list says about its version."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """All of it came. `final` is where, after redirects."""

    request: Request
    final: str
    content: bytes
    content_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """It is still what it was."""

    request: Request


@dataclass(frozen=True, slots=True)
class Moved:
    """It is elsewhere in the portal."""

    request: Request
    to: str


@dataclass(frozen=True, slots=True)
class Gone:
    """There is nothing: 404, or 410 for good."""

    request: Request
    status: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It may work another time; `wait` is how many seconds the portal asked to be left alone."""

    request: Request
    reason: str
    status: int | None = None
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not taken: not allowed, too long, no page. `site` is one whose robots.txt must be known first."""

    request: Request
    reason: str
    site: str | None = None


Answer = Fetched | NotModified | Moved | Gone | Failed | Refused
