"""What a source hands on: the bytes of one article, not yet understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_ARTICLE_BYTES = 8 * 1024 * 1024
"""The longest article that is taken."""

TOO_LONG = f"the article is longer than {MAX_ARTICLE_BYTES // 1024**2} MiB; no article is, look what it holds"


class MediaType(StrEnum):
    """How the bytes of a raw page are to be read."""

    DUMP = "text/plain"
    ROW = "application/json"
    """One JSON object; rows of CSV files are kept in this form."""
    HTML = "text/html"


@dataclass(frozen=True, slots=True)
class RawPage:
    """One article as it was read. `origin` names the place for reports: "folder/file.jsonl:12", or the address."""

    origin: str
    media_type: MediaType
    content: bytes
    url: str | None = None
    """The address it was fetched from, after redirects, in its canonical form."""
    charset: str | None = None
    """The charset that the answer named."""
    fetched_at: datetime | None = None
