"""The article, as every part of the program hands it on."""

from __future__ import annotations

from dataclasses import dataclass

from index.dates import PublishedAt

UNKNOWN = "unknown"
"""The facet value of articles without an author, a publisher, a section or a date. Canonical names of people
and publishers never are all lower case, so it can't be anybody's name."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Texts are NFC and otherwise as printed; a missing fact is None or an empty tuple."""

    id: str
    title: str
    body: str
    lead: str | None = None
    captions: tuple[str, ...] = ()
    url: str | None = None
    authors: tuple[str, ...] = ()
    """One canonical value per person or agency, in the order printed."""
    byline: str | None = None
    """The signature as printed."""
    section: str | None = None
    publisher: str | None = None
    """The canonical name, the facet's value."""
    publisher_printed: str | None = None
    published_at: PublishedAt | None = None
    updated_at: PublishedAt | None = None
    story: str | None = None
    """What it shares with the articles that tell the same in much the same words, if there are or were any: the id that
    the first of them had."""
    is_original: bool = False
    """Whether the others of its story were probably taken from it."""

    @property
    def other_texts(self) -> tuple[str, ...]:
        """What is read and searched beside title and body: a lead that the body doesn't repeat, and the captions."""
        apart = self.lead is not None and self.lead not in self.body
        return (*((self.lead,) if apart and self.lead else ()), *self.captions)
