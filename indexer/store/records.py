"""What the store takes and gives, and how an article becomes bytes and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
from backports import zstd

from index.article import Article
from index.as_json import article_fields
from index.dates import PublishedAt
from indexer.raw_page import MediaType, RawPage

_LEVEL = 3


class StoreDamaged(Exception):
    """The store's file can't be read, or its layout belongs to another version; the message says which."""


class StoreLocked(Exception):
    """Another process is writing to the store: try again later."""


class StoreMissing(Exception):
    """There is no store yet at the place named in the message."""


@dataclass(frozen=True, slots=True)
class PutCounts:
    """What a batch did; a row that replaced another of its own run counts as changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: PutCounts) -> PutCounts:
        return PutCounts(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of an article; `article` is None when it was taken out."""

    seq: int
    id: str
    article: Article | None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """Everything the store knows about an article that is in it."""

    article: Article
    page: RawPage
    rules: dict[str, str]
    seq: int
    first_seen: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Unsound:
    """An article that can't be read, or isn't what was written; the problem comes with its remedy."""

    id: str
    problem: str


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What the store holds."""

    articles: int
    removed: int
    last_seq: int
    dated: int
    with_author: int
    publishers: int
    size_bytes: int
    last_change: datetime | None


def content_hash(article: Article) -> bytes:
    """Give what two equal articles share; the id is not part of it."""
    return blake2b(_packed(article), digest_size=16).digest()


def pack_fields(article: Article, raw: bytes) -> bytes:
    """Compress the fields, with the raw bytes as dictionary."""
    return zstd.compress(_packed(article), _LEVEL, zstd_dict=_dictionary(raw))


def unpack_fields(article_id: str, packed: bytes, raw: bytes) -> Article:
    """Give the article back.

    Raises zstd.ZstdError or ValueError when the bytes are not what `pack_fields` gave.
    """
    fields: dict[str, Any] = orjson.loads(zstd.decompress(packed, zstd_dict=_dictionary(raw)))
    return Article(
        id=article_id,
        title=fields["title"],
        body=fields["body"],
        lead=fields["lead"],
        captions=tuple(fields["captions"]),
        url=fields["url"],
        authors=tuple(fields["authors"]),
        byline=fields["byline"],
        section=fields["section"],
        publisher=fields["publisher"],
        publisher_printed=fields["publisher_printed"],
        published_at=_date(fields["published_at"]),
        updated_at=_date(fields["updated_at"]),
    )


def pack_raw(page: RawPage) -> bytes:
    """Compress the bytes as they were read."""
    return zstd.compress(page.content, _LEVEL)


def unpack_raw(origin: str, media_type: str, packed: bytes) -> RawPage:
    """Give the raw page back."""
    return RawPage(origin, MediaType(media_type), zstd.decompress(packed))


def _packed(article: Article) -> bytes:
    fields = article_fields(article)
    del fields["id"]
    return orjson.dumps(fields)


def _dictionary(raw: bytes) -> zstd.ZstdDict | None:
    """A dictionary must have some length; short rows go without one."""
    return zstd.ZstdDict(raw, is_raw=True) if len(raw) >= 64 else None


def _date(text: str | None) -> PublishedAt | None:
    return PublishedAt.fromisoformat(text) if text else None
