"""What a page states about itself for machines: JSON-LD, meta tags, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.clean_text import one_line
from indexer.html.tree import Node, Tree, attribute, words

_MOST_SCRIPTS = 20
_LONGEST_SCRIPT = 512 * 1024
_MOST_OBJECTS = 500
_LONGEST_FACT = 2_000
_ARTICLE = re.compile(r"(?:.*article|blogposting|report)", re.IGNORECASE)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one source states; "" and () for what it doesn't."""

    source: str
    title: str = ""
    lead: str = ""
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    publisher: str = ""
    url: str = ""


def stated(tree: Tree) -> tuple[Facts, ...]:
    """Give what the page states, the source that is believed first at the beginning."""
    return (_json_ld(tree), _meta(tree), _microdata(tree))


def _json_ld(tree: Tree) -> Facts:
    found: list[Mapping[str, Any]] = []
    for script in tree.css("script[type*='ld+json' i]")[:_MOST_SCRIPTS]:
        found.extend(_objects(_parsed(script.text_content or script.text() or "")))
    articles = [entry for entry in found if any(_ARTICLE.fullmatch(kind) for kind in _kinds(entry)) and _named(entry)]
    crumbs = next((_crumb(entry) for entry in found if "BreadcrumbList" in _kinds(entry)), "")
    if not articles:
        return Facts("JSON-LD", section=crumbs)
    entry = articles[0]
    publisher = _name(entry.get("publisher"))
    authors = tuple(name for name in _names(entry.get("author")) if name != publisher)
    return Facts(
        "JSON-LD",
        title=_named(entry),
        lead=_text(entry.get("description")),
        published=_text(entry.get("datePublished")) or _text(entry.get("dateCreated")),
        updated=_text(entry.get("dateModified")),
        authors=authors,
        section=_name(entry.get("articleSection")) or crumbs,
        publisher=publisher,
        url=_text(entry.get("url")) or _address(entry.get("mainEntityOfPage")),
    )


def _parsed(text: str) -> Any:
    """Read a script; what people break (control characters, a comma at the end, comment marks) is read all the same."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    if not 1 < len(text) <= _LONGEST_SCRIPT:
        return None
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text.rstrip(";, \n"))):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Give the objects at the top: of a list, of a graph, and what a page is about; never those of a list of links."""
    waiting = [value]
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        entry = waiting.pop(0)
        if isinstance(entry, list):
            waiting[:0] = entry[:_MOST_OBJECTS]
        elif isinstance(entry, Mapping):
            yield entry
            waiting.extend(entry[key] for key in ("@graph", "mainEntity") if key in entry)


def _kinds(entry: Mapping[str, Any]) -> list[str]:
    kinds = entry.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _named(entry: Mapping[str, Any]) -> str:
    return _text(entry.get("headline")) or _text(entry.get("name"))


def _text(value: Any) -> str:
    return one_line(value[:_LONGEST_FACT]) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    """Give the name of a thing that is written as text, as an object or as a list of them."""
    return next(iter(_names(value)), "")


def _names(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    found = [_text(entry.get("name")) if isinstance(entry, Mapping) else _text(entry) for entry in entries[:20]]
    return [name for name in found if name]


def _address(value: Any) -> str:
    return _text(value.get("@id")) if isinstance(value, Mapping) else _text(value)


def _crumb(entry: Mapping[str, Any]) -> str:
    """Give the last step of a breadcrumb list that is no article: it has an address."""
    steps = entry.get("itemListElement")
    names = []
    for step in (steps if isinstance(steps, list) else [])[1:10]:
        if isinstance(step, Mapping):
            item = step.get("item")
            named = _text(step.get("name")) or (_text(item.get("name")) if isinstance(item, Mapping) else "")
            if named and item:
                names.append(named)
    return names[-1] if names else ""


_TITLES = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title")
_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "datepublished", "article:published", "pubdate"),
    *("publishdate", "publish_date", "publish-date", "dc.date.issued", "dcterms.issued", "dc.date", "dc.date.created"),
    *("dcterms.created", "dcterms.date", "citation_publication_date", "citation_date", "date"),
)
_UPDATED = ("article:modified_time", "datemodified", "og:updated_time", "lastmod", "dcterms.modified", "last-modified")
_AUTHORS = ("article:author", "author", "dc.creator", "dcterms.creator", "citation_author", "byl")
_SECTIONS = ("article:section", "articlesection")
_SITES = ("og:site_name", "dc.publisher", "dcterms.publisher")


def _meta(tree: Tree) -> Facts:
    stated: dict[str, list[str]] = {}
    for tag in tree.css("meta[content]")[:_MOST_OBJECTS]:
        content = _text(attribute(tag, "content"))
        for name in ("property", "name", "itemprop"):
            if content and (key := attribute(tag, name).strip().lower()):
                stated.setdefault(key, []).append(content)

    def first(names: Iterable[str]) -> str:
        return next((stated[name][0] for name in names if name in stated), "")

    authors = next((stated[name] for name in _AUTHORS if name in stated), [])
    site = first(_SITES)
    return Facts(
        "meta tags",
        title=first(_TITLES),
        lead=first(("og:description", "description")),
        published=first(_PUBLISHED),
        updated=first(_UPDATED),
        authors=tuple(name for name in authors if name != site and not name.startswith(("http:", "https:"))),
        section=first(_SECTIONS),
        publisher=site,
        url=first(("og:url",)),
    )


def _microdata(tree: Tree) -> Facts:
    scope = tree.css_first("[itemtype*='Article' i], [itemtype*='BlogPosting' i]")
    if scope is None:
        return Facts("microdata")

    def first(name: str) -> str:
        node = scope.css_first(f"[itemprop~='{name}']")
        return "" if node is None else _stated_by(node)

    return Facts(
        "microdata",
        title=first("headline") or first("name"),
        lead=first("description"),
        published=first("datePublished"),
        updated=first("dateModified"),
        authors=tuple(filter(None, map(_stated_by, scope.css("[itemprop~='author']")[:10]))),
        section=first("articleSection"),
        publisher=first("publisher"),
    )


def _stated_by(node: Node) -> str:
    """Give the value of an itemprop: of its attribute, of the name within it, or its text."""
    value = attribute(node, "content") or attribute(node, "datetime")
    if not value and (named := node.css_first("[itemprop~='name']")) is not None and named != node:
        return _stated_by(named)
    return _text(value or words(node))
