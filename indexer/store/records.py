"""What the store takes and gives, and how an article becomes bytes and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


ALONE = (
    "id, raw, fields, origin, media_type, rules, seq, first_seen, changed_at, content_hash, url, charset, fetched_at"
)
"""The columns an article is made of, but for what others make of it."""

STORED = f"{ALONE}, story, is_original"
"""The columns an article is made of."""

UNREADABLE = (zstd.ZstdError, ValueError, TypeError, KeyError, AttributeError, OverflowError, MemoryError)
"""What reading an article raises whose bytes are not those that were written."""


class StoreDamaged(Exception):
    """The store's file can't be read, or its layout belongs to another version; the message says which."""


class StoreLocked(Exception):
    """Another process is writing to the store: try again later."""


class StoreMissing(Exception):
    """There is no store yet at the place named in the message."""


@dataclass(frozen=True, slots=True)
class PutCounts:
    """What a batch did. Of several rows of one id in a run the last one is compared with what was there before the
    run; the others are `repeated` (a count may be negative: what a row of an earlier batch was counted as is taken
    back). `outdated` are earlier states of what is there, `withdrawn` stay withdrawn; neither changes the archive.
    `superseded` articles gave way to one of the same address with an id of its own."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    outdated: int = 0
    withdrawn: int = 0
    superseded: int = 0
    repetitions: tuple[Repetition, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def __add__(self, other: PutCounts) -> PutCounts:
        return PutCounts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.repeated + other.repeated,
            self.outdated + other.outdated,
            self.withdrawn + other.withdrawn,
            self.superseded + other.superseded,
            self.repetitions + other.repetitions,
            self.refusals + other.refusals,
        )


@dataclass(frozen=True, slots=True)
class Repetition:
    """An id that stands twice in a run, with different articles; told once for an id."""

    id: str
    first: str
    """The origin of the row that is not kept."""
    last: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An article that is an earlier state of the one that is there."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of an article; `article` is None when it was taken out, Unsound when it can't be read."""

    seq: int
    id: str
    article: Article | Unsound | None


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
    """Give what two equal articles share; neither the id nor what other articles make of it (`story`) is part of it."""
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


PAGE = "origin, media_type, raw, url, charset, fetched_at"
"""The columns a raw page is made of."""


def unpack_page(row: tuple[Any, ...]) -> RawPage:
    """Make the raw page of a row of the columns `PAGE`."""
    origin, media_type, packed, url, charset, fetched = row
    fetched_at = datetime.fromisoformat(fetched) if fetched else None
    return RawPage(origin, MediaType(media_type), zstd.decompress(packed), url, charset, fetched_at)


def stored(row: tuple[Any, ...]) -> StoredArticle | Unsound:
    """Make the article of a row of the columns `STORED`, with all that is known about it."""
    try:
        page = unpack_page((row[3], row[4], row[1], *row[10:13]))
        return StoredArticle(
            article=replace(unpack_fields(row[0], row[2], page.content), story=row[13], is_original=bool(row[14])),
            page=page,
            rules=orjson.loads(row[5]),
            seq=row[6],
            first_seen=datetime.fromisoformat(row[7]),
            changed_at=datetime.fromisoformat(row[8]),
        )
    except UNREADABLE as error:
        return Unsound(row[0], f"article {row[0]} can't be read ({error}); add it again (it came from {row[3]})")


def readable(row: tuple[Any, ...]) -> Article | Unsound:
    """Make the article of a row."""
    found = stored(row)
    return found.article if isinstance(found, StoredArticle) else found


def verified(row: tuple[Any, ...]) -> Article | Unsound:
    """Make the article of a row, and compare it with what was written."""
    found = readable(row)
    if isinstance(found, Article) and content_hash(found) != row[9]:
        return Unsound(row[0], f"article {row[0]} is not what was written; add it again (it came from {row[3]})")
    return found


def _packed(article: Article) -> bytes:
    fields = article_fields(article)
    for name in ("id", "story", "is_original"):
        del fields[name]
    return orjson.dumps(fields)


def _dictionary(raw: bytes) -> zstd.ZstdDict | None:
    """A dictionary must have some length; short rows go without one."""
    return zstd.ZstdDict(raw, is_raw=True) if len(raw) >= 64 else None


def _date(text: str | None) -> PublishedAt | None:
    return PublishedAt.fromisoformat(text) if text else None
