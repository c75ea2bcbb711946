"""What a list says about one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a list names."""

    address: str
    mark: str | None = None
    """What changes when the page does, as far as the list knows: a time, or a hash of what it shows."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What it says about the article: title, lead, author, section, published_at, updated_at."""


@dataclass(frozen=True, slots=True)
class ListRead:
    """What a list holds: pages, and further lists."""

    entries: tuple[Entry, ...] = ()
    lists: tuple[Entry, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Links to other hosts, which are not followed."""
    is_whole: bool = False
    """Whether what it doesn't name (any more) is gone, or at least worth a look."""
    problems: tuple[str, ...] = ()


class BadList(Exception):
    """It is no list that can be read; the message says what it seems to be."""
