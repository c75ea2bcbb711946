"""A JSON or CSV row to an article.

The names of the public corpora (source, category, author, published) and those of the product's own exports
(publisher, section, authors, published_at) are both read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from index.article import Article
from index.dates import PublishedAt
from index.errors import BadArticle
from indexer.bylines import authors_listed, authors_of
from indexer.clean_text import clean, one_line, paragraphs
from indexer.identity import article_id, invalid_id
from indexer.legacy_text import row_texts
from indexer.legacy_text.detection import UNICODE, Detected
from indexer.legacy_text.letters import as_western
from indexer.published_dates import read_date
from indexer.publishers import canonical_publisher
from indexer.raw_page import MAX_ARTICLE_BYTES, RawPage
from indexer.sections import canonical_section

_MAX_FACT = 1_000
"""Characters of a name, a byline, a section, a date: the longest in the corpora have 100."""

_MAX_URL = 2_000


@dataclass(frozen=True, slots=True)
class RowArticle:
    """The article of a row and what in the row could not be used."""

    article: Article
    warnings: tuple[str, ...]
    encoding: Detected = UNICODE
    """The encoding its texts were converted from."""


def read_row(page: RawPage, *, convert: bool = True) -> RowArticle:
    """Make the article of a row, its texts converted to Unicode (or, if told so, as they are).

    Raises BadArticle when the row is no JSON object, or lacks a title or a body that can be used.
    """
    row, encoding = _in_unicode(page) if convert else (_parse(page, western=True), UNICODE)
    warnings: list[str] = []
    title = one_line(_required(page.origin, row, "title"))
    body = paragraphs(_required(page.origin, row, "body"))
    if not title:
        raise BadArticle(page.origin, "the title is empty; an article needs one")
    if not body:
        raise BadArticle(page.origin, "the body is empty; an article needs a text")
    printed = _text(row, ("publisher_printed", "publisher", "source"), warnings)
    named = _text(row, ("publisher", "source"), warnings)
    publisher = canonical_publisher(named) if named else None
    section = _section(row, warnings)
    authors, byline = _authors(row, warnings)
    article = Article(
        id=_given_id(page.origin, row),
        title=title,
        body=body,
        lead=one_line(_text(row, ("lead",), warnings, MAX_ARTICLE_BYTES) or "") or None,
        captions=_captions(row, warnings),
        url=_url(row, warnings),
        authors=authors,
        byline=byline,
        section=canonical_section(section, publisher) if section else None,
        publisher=publisher,
        publisher_printed=one_line(printed) if printed and publisher else None,
        published_at=_date(row, ("published_at", "published"), warnings),
        updated_at=_date(row, ("updated_at", "updated"), warnings),
    )
    return RowArticle(replace(article, id=article_id(article)), tuple(warnings), encoding)


def _in_unicode(page: RawPage) -> tuple[Mapping[str, Any], Detected]:
    """Parse a row and convert its texts. Bytes that are no UTF-8 must turn out to be in an encoding that is known."""
    try:
        return row_texts.in_unicode(_parse(page), page.content)
    except BadArticle:
        row, found = row_texts.in_unicode(_parse(page, western=True))
        if found.encoding is None:
            raise
        return row, found


def _parse(page: RawPage, *, western: bool = False) -> Mapping[str, Any]:
    """Parse a row; what orjson is too strict for (lone surrogates), the standard parser may read. Bytes that are no
    UTF-8 can be taken for western characters."""
    try:
        row = orjson.loads(page.content)
    except orjson.JSONDecodeError as strict:
        try:
            row = json.loads(as_western(page.content) if western else page.content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise BadArticle(page.origin, f"byte {error.start} is not UTF-8; write the file as UTF-8") from error
        except (ValueError, RecursionError) as error:
            raise BadArticle(page.origin, f"this is not JSON ({strict}); write one object a line") from error
    if not isinstance(row, Mapping):
        raise BadArticle(page.origin, f"the row is a JSON {_kind(row)}, not an object with title and body")
    return row


def _required(origin: str, row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        raise BadArticle(origin, f"there is no {name}; an article needs title and body")
    if not isinstance(value, str):
        raise BadArticle(origin, f"{name} is a JSON {_kind(value)}, not a text")
    return value


def _given_id(origin: str, row: Mapping[str, Any]) -> str:
    """Give the row's own id, "" when it has none."""
    given = row.get("id")
    if given is None or given == "":
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise BadArticle(origin, f"id is a JSON {_kind(given)}, not a text or a whole number")
    if wrong := invalid_id(str(given)):
        raise BadArticle(origin, wrong)
    return str(given)


def _text(row: Mapping[str, Any], names: tuple[str, ...], warnings: list[str], longest: int = _MAX_FACT) -> str | None:
    """Give the first of the fields that holds a text; what is none, or too long, is left out with a warning."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str):
            if len(value) > longest:
                _warn_once(f"{name} has {len(value)} characters; the article is kept without it", warnings)
            elif value.strip():
                return value
        elif value is not None:
            _leave_out(name, value, warnings)
    return None


def _leave_out(name: str, value: object, warnings: list[str]) -> None:
    _warn_once(f"{name} is a JSON {_kind(value)}, not a text; the article is kept without it", warnings)


def _warn_once(warning: str, warnings: list[str]) -> None:
    if warning not in warnings:
        warnings.append(warning)


def _texts(name: str, value: list[Any], warnings: list[str], longest: int = _MAX_FACT) -> list[str]:
    kept = [entry for entry in value if isinstance(entry, str) and len(entry) <= longest]
    if len(kept) < len(value):
        warnings.append(f"{name} holds entries that are no texts, or too long; the article is kept without them")
    return kept[:_MAX_FACT]


def _section(row: Mapping[str, Any], warnings: list[str]) -> str | None:
    for name in ("section", "category"):
        value = row.get(name)
        if isinstance(value, list):
            return next(iter(_texts(name, value, warnings)), None)
        if value is not None:
            return _text(row, (name,), warnings)
    return None


def _authors(row: Mapping[str, Any], warnings: list[str]) -> tuple[tuple[str, ...], str | None]:
    """Give the authors and the byline as printed (the author field is one, unless the row has its own)."""
    byline = clean(_text(row, ("byline",), warnings) or "").strip() or None
    for name in ("authors", "author"):
        value = row.get(name)
        if isinstance(value, list):
            entries = _texts(name, value, warnings)
            return authors_listed(entries), byline or (", ".join(entries) if name == "author" else None)
        if value is not None and (text := _text(row, (name,), warnings)):
            return authors_of(text), byline or clean(text).strip() or None
    return (authors_of(byline) if byline else ()), byline


def _captions(row: Mapping[str, Any], warnings: list[str]) -> tuple[str, ...]:
    value = row.get("captions")
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.split("\n")
    if not isinstance(value, list):
        _leave_out("captions", value, warnings)
        return ()
    return tuple(line for entry in _texts("captions", value, warnings, MAX_ARTICLE_BYTES) if (line := one_line(entry)))


def _url(row: Mapping[str, Any], warnings: list[str]) -> str | None:
    value = _text(row, ("url",), warnings)
    if value is None:
        return None
    url = clean(value).strip()
    has_user = "@" in url.partition("//")[2].split("/", 1)[0]
    is_short = len(url) <= _MAX_URL and len(url.split()) == 1
    if url.lower().startswith(("http://", "https://")) and is_short and not has_user:
        return url
    if has_user:  # whoever reads the article would be shown the password, or another host than the link leads to
        warnings.append("url holds a user name; the article is kept without it")
        return None
    warnings.append(f"url {url[:60]!r} is no web address (http or https); the article is kept without it")
    return None


def _date(row: Mapping[str, Any], names: tuple[str, ...], warnings: list[str]) -> PublishedAt | None:
    value = _text(row, names, warnings)
    if value is None:
        return None
    try:
        return read_date(value)
    except ValueError as error:
        warnings.append(f"{names[-1]} {error}; the article is kept without it")
        return None


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
        case _:
            return "object"
