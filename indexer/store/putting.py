"""One article into the store: under which id, whether at all, and what becomes of what was there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from index.article import Article
from index.dates import PublishedAt, is_before
from indexer.extract import Extracted
from indexer.identity import address_name, is_made
from indexer.raw_page import RawPage
from indexer.store import names, portal_lines, versions, withdrawals
from indexer.store.records import (
    STORED,
    PutCounts,
    Refusal,
    Repetition,
    StoredArticle,
    content_hash,
    pack_fields,
    pack_raw,
    stored,
)
from indexer.store.schema import Before, note_in_run, seen_in_run

_AHEAD = timedelta(days=1)
"""How far a page's time of update may be ahead of the clock: portals write local time as UTC."""

_UPSERT = """
INSERT INTO articles (id, seq, origin, media_type, raw, url, charset, fetched_at, fields, rules, content_hash,
                      portal, lines, dated, publisher, with_author, first_seen, changed_at, deleted_at)
VALUES (:id, :seq, :origin, :media_type, :raw, :url, :charset, :fetched_at, :fields, :rules, :content_hash,
        :portal, :lines, :dated, :publisher, :with_author, :now, :now, :deleted_at)
ON CONFLICT (id) DO UPDATE SET
    seq = :seq, origin = :origin, media_type = :media_type, raw = :raw, url = :url, charset = :charset,
    fetched_at = :fetched_at, fields = :fields, rules = :rules,
    content_hash = :content_hash, portal = :portal, lines = :lines, dated = :dated, publisher = :publisher,
    with_author = :with_author, changed_at = :now, deleted_at = :deleted_at
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an id."""

    seq: int
    deleted_at: str | None
    """When it was taken out, None while it is there."""
    content_hash: bytes | None
    """None for an article that was taken out, empty for one that can't be read."""
    portal: str | None
    lines: bytes | None
    held: StoredArticle | None
    """The article itself, there or taken out; None when it can't be read."""


def known(database: sqlite3.Connection, article_id: str) -> Known | None:
    """Give what is known of an id, None when it was never there."""
    row = database.execute(
        f"SELECT {STORED}, deleted_at, portal, lines FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    if row is None:
        return None
    *columns, deleted_at, portal, lines = row
    found = stored(tuple(columns))
    held = found if isinstance(found, StoredArticle) and content_hash(found.article) == columns[9] else None
    stands = None if deleted_at is not None else columns[9] if held is not None else b""
    return Known(columns[6], deleted_at, stands, portal, lines, held)


def put(
    database: sqlite3.Connection, page: RawPage, extracted: Extracted, numbers: Iterator[int], now: datetime
) -> PutCounts:
    """Write an article, unless it is unchanged, older than what is there, or withdrawn."""
    url = extracted.article.url
    before, extracted = _placed(database, extracted)
    if before is not None and (older := _is_older(page, extracted.article, before, now)):
        return PutCounts(outdated=1, refusals=(Refusal(page.origin, older),))
    return _settled(database, page, extracted, (before, url), (numbers, now))


def put_back(
    database: sqlite3.Connection, page: RawPage, extracted: Extracted, numbers: Iterator[int], now: datetime
) -> PutCounts:
    """Write an article as `put` does, though it be older than what is there: somebody wants it back."""
    url = extracted.article.url
    before, extracted = _placed(database, extracted)
    return _settled(database, page, extracted, (before, url), (numbers, now))


def _placed(database: sqlite3.Connection, extracted: Extracted) -> tuple[Known | None, Extracted]:
    """Give what is known of the article that this one is, and this one under the id of that."""
    found = names.known_as(database, extracted.article)
    before = known(database, found)
    return before, replace(extracted, article=_at_home(database, extracted.article, found, before))


def _settled(
    database: sqlite3.Connection,
    page: RawPage,
    extracted: Extracted,
    place: tuple[Known | None, str | None],
    numbering: tuple[Iterator[int], datetime],
) -> PutCounts:
    (before, url), (numbers, now) = place, numbering
    found = extracted.article.id
    superseded = names.settle(database, url, found) if url else None
    if before is not None and withdrawals.is_withdrawn(database, found):
        return _put_away(database, page, extracted, before, now)
    if former := _withdrawn_as(database, extracted.article, superseded, before):
        return _hand_on(database, page, extracted, (before, former), (numbers, now))
    counts = _put(database, page, extracted, before, (numbers, now))
    if superseded is not None and (other := known(database, superseded)) and other.content_hash is not None:
        take_out(database, superseded, other, numbers, now)
        counts += PutCounts(superseded=1)
    return counts


def _at_home(database: sqlite3.Connection, article: Article, known_id: str, before: Known | None) -> Article:
    """Give the article the id it is known by. At a second address it keeps the first, as long as that leads to it;
    read from where there are no addresses, it keeps its own."""
    first = before.held.article.url if before is not None and before.held is not None else None
    elsewhere = known_id != article.id or (article.url is None and is_made(known_id))
    if first and elsewhere and names.find(database, address_name(first)) == known_id:
        return replace(article, id=known_id, url=first)
    return replace(article, id=known_id)


def _withdrawn_as(
    database: sqlite3.Connection, article: Article, superseded: str | None, before: Known | None
) -> str | None:
    """Give the withdrawn article that this one is under an id of its own: its address led there, or, when the id is
    new or was taken out, its very text does, whoever prints it. None where there is none."""
    candidates = [superseded]
    if before is None and not is_made(article.id):
        candidates = [superseded or names.same_text(database, article)]
    if before is None or before.content_hash is None:
        candidates.append(names.withdrawn_text(database, article))
    others = (each for each in candidates if each and each != article.id)
    return next((each for each in others if withdrawals.is_withdrawn(database, each)), None)


def _hand_on(
    database: sqlite3.Connection,
    page: RawPage,
    extracted: Extracted,
    ids: tuple[Known | None, str],
    numbering: tuple[Iterator[int], datetime],
) -> PutCounts:
    """Keep an article that is a withdrawn one under another id, out of sight as that is."""
    (before, former), (numbers, now) = ids, numbering
    article = extracted.article
    if before is not None and before.content_hash is not None:
        take_out(database, article.id, before, numbers, now)
    if before is not None and (away := known(database, article.id)) is not None:
        _put_away(database, page, extracted, away, now)
    else:
        _write(database, page, extracted, (content_hash(article), next(numbers), now.isoformat()), now)
        names.rename(database, None, article)
    withdrawals.hand_on(database, former, article, now)
    names.note_withdrawn(database, article)
    return PutCounts(withdrawn=1)


def _is_older(page: RawPage, article: Article, before: Known, now: datetime) -> str | None:
    """Say how the article is an earlier state of what is there; None when it isn't, or nobody can tell. A time that
    was still to come is not believed: it would keep every correction out."""
    if before.held is None or before.held.page.content == page.content:
        return None
    then = min(now, before.held.page.fetched_at or before.held.changed_at)
    mine = _believed(article.updated_at, now)
    theirs = _believed(before.held.article.updated_at, then)
    if mine is not None and theirs is not None:
        if is_before(mine, theirs):
            return f"it is of {mine.isoformat()}, the article {article.id} that is there of {theirs.isoformat()}"
        return None
    fetched, held = page.fetched_at, before.held.page.fetched_at
    if fetched is not None and held is not None and fetched < held <= now:
        return f"it was fetched at {fetched.isoformat()}, the article {article.id} that is there at {held.isoformat()}"
    return None


def _believed(updated: PublishedAt | None, when: datetime) -> PublishedAt | None:
    return updated if updated is None or updated.instant <= when + _AHEAD else None


def _put_away(
    database: sqlite3.Connection, page: RawPage, extracted: Extracted, before: Known, now: datetime
) -> PutCounts:
    """Keep the newest state of a withdrawn article, for the day when that is undone; it stays withdrawn."""
    fresh = content_hash(extracted.article)
    if before.held is None or content_hash(before.held.article) != fresh:
        _keep_version(database, page, extracted.article.id, before, now)
        _write(database, page, extracted, (fresh, before.seq, before.deleted_at), now)
        names.rename(database, before.held.article if before.held else None, extracted.article)
        names.note_withdrawn(database, extracted.article)
    withdrawals.note_reading(database, extracted.article.id)
    return PutCounts(withdrawn=1)


def _put(
    database: sqlite3.Connection,
    page: RawPage,
    extracted: Extracted,
    held: Known | None,
    numbering: tuple[Iterator[int], datetime],
) -> PutCounts:
    numbers, now = numbering
    article_id, fresh = extracted.article.id, content_hash(extracted.article)
    stands = held.content_hash if held else None
    earlier = seen_in_run(database, article_id)
    before = earlier or Before(page.origin, stands, held.seq if held else 0)
    counts = _fate(before.content_hash, fresh)
    if earlier is None:
        note_in_run(database, article_id, before)
    elif stands == fresh:
        return PutCounts(unchanged=1)
    else:
        counts += _fate(before.content_hash, stands or b"", -1)
        counts += _repeated(database, article_id, earlier, page.origin)
    if stands == fresh:
        return counts
    returns = before.content_hash == fresh
    if held is not None:
        if stands is not None:
            take_lines_back(database, held)
        if returns:
            versions.take_back(database, article_id, before.seq)
        elif earlier is None:
            _keep_version(database, page, article_id, held, now)
    _write(database, page, extracted, (fresh, before.seq if returns else next(numbers), None), now)
    portal_lines.recount(database, extracted.portal, extracted.lines, 1)
    names.rename(database, held.held.article if held and held.held else None, extracted.article)
    return counts


def take_out(
    database: sqlite3.Connection, article_id: str, there: Known, numbers: Iterator[int], now: datetime
) -> None:
    """Mark an article that is there as taken out."""
    database.execute(
        "UPDATE articles SET deleted_at = ?, seq = ? WHERE id = ?", (now.isoformat(), next(numbers), article_id)
    )
    take_lines_back(database, there)


def bring_back(database: sqlite3.Connection, article_id: str, away: Known, numbers: Iterator[int]) -> None:
    """Take back that an article was taken out."""
    database.execute("UPDATE articles SET deleted_at = NULL, seq = ? WHERE id = ?", (next(numbers), article_id))
    portal_lines.recount(database, away.portal, orjson.loads(away.lines or b"[]"), 1)


def take_lines_back(database: sqlite3.Connection, there: Known) -> None:
    """Uncount the lines of an article that is there: it is about to be written anew or taken out."""
    portal_lines.recount(database, there.portal, orjson.loads(there.lines or b"[]"), -1)


def _keep_version(database: sqlite3.Connection, page: RawPage, article_id: str, held: Known, now: datetime) -> None:
    """Keep what was there, unless it can't be read or the same bytes are only understood otherwise now."""
    if held.held is not None and held.held.page.content != page.content:
        versions.keep(database, article_id, now)


def _repeated(database: sqlite3.Connection, article_id: str, earlier: Before, origin: str) -> PutCounts:
    note_in_run(database, article_id, replace(earlier, origin=origin, told=True))
    told = () if earlier.told else (Repetition(article_id, earlier.origin, origin),)
    return PutCounts(repeated=1, repetitions=told)


def _fate(before: bytes | None, fresh: bytes, by: int = 1) -> PutCounts:
    """Count an article by what was there before it."""
    if before is None:
        return PutCounts(new=by)
    return PutCounts(unchanged=by) if before == fresh else PutCounts(changed=by)


def _write(
    database: sqlite3.Connection,
    page: RawPage,
    extracted: Extracted,
    state: tuple[bytes, int, str | None],
    now: datetime,
) -> None:
    """Write the row of an article; its state is its content hash, its number and since when it is taken out."""
    article = extracted.article
    fresh, seq, deleted_at = state
    database.execute(
        _UPSERT,
        {
            "id": article.id,
            "seq": seq,
            "origin": page.origin,
            "media_type": page.media_type.value,
            "raw": pack_raw(page),
            "url": page.url,
            "charset": page.charset,
            "fetched_at": page.fetched_at.isoformat() if page.fetched_at else None,
            "fields": pack_fields(article, page.content),
            "rules": orjson.dumps(extracted.rules),
            "content_hash": fresh,
            "portal": extracted.portal,
            "lines": orjson.dumps(sorted(extracted.lines)) if extracted.portal is not None else None,
            "dated": article.published_at is not None,
            "publisher": article.publisher,
            "with_author": bool(article.authors),
            "now": now.isoformat(),
            "deleted_at": deleted_at,
        },
    )
