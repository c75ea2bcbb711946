"""The newest articles of a search as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from xml.etree import ElementTree as Xml

from index.article import Article
from index.dates import PublishedAt
from index.response import Hit
from service.wording import safe_url

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 30
FORM = 2
"""Counts with every change of how a feed is written."""
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
TAG = "tag:timtin,2026:"
"""Ids of entries begin with it (RFC 4151): an article keeps its id wherever it is read."""


def feed(portal: str, q: str, addresses: tuple[str, str], hits: Sequence[tuple[Hit, str]], built_at: datetime) -> bytes:
    """Write the feed of some hits, each with the address of its page here. `addresses` are the feed's own and that of
    the results page; `built_at` says when the archive last changed, for articles without a date."""
    own_url, page_url = addresses
    Xml.register_namespace("", ATOM)
    root = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    _text(root, "title", f"{portal}: {q}" if q else portal)
    _text(root, "id", own_url)
    Xml.SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=own_url)
    Xml.SubElement(root, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=page_url)
    updated = [_changed(hit.article, built_at) for hit, _ in hits]
    _text(Xml.SubElement(root, f"{{{ATOM}}}author"), "name", portal)
    _text(root, "updated", max(updated, default=built_at).isoformat())
    for (hit, url), changed in zip(hits, updated, strict=True):
        _entry(root, hit, url, changed)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Xml.Element, hit: Hit, url: str, changed: datetime) -> None:
    article = hit.article
    entry = Xml.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "title", article.title)
    _text(entry, "id", TAG + quote(article.id, safe=""))
    _text(entry, "updated", changed.isoformat())
    if article.published_at is not None:
        _text(entry, "published", article.published_at.local.isoformat())
    Xml.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=url)
    original = safe_url(article.url)
    if original:
        Xml.SubElement(entry, f"{{{ATOM}}}link", rel="via", href=original)
    for name in article.authors or ((article.publisher,) if article.publisher else ()):
        _text(Xml.SubElement(entry, f"{{{ATOM}}}author"), "name", name)
    if article.section:
        Xml.SubElement(entry, f"{{{ATOM}}}category", term=_clean(article.section))
    _text(entry, "summary", article.lead or hit.snippet.text)


def _changed(article: Article, built_at: datetime) -> datetime:
    moment: PublishedAt | None = article.updated_at or article.published_at
    return moment.local if moment is not None else built_at


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    return "".join(filter(_allowed, text))


def _allowed(char: str) -> bool:
    """Say whether XML 1.0 can hold a character."""
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
