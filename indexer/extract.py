"""A raw page to an article: the one way in, whatever the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.article import Article
from index.errors import BadArticle
from indexer.article_row import read_row
from indexer.clean_text import clean
from indexer.furniture import countable, is_learned
from indexer.html.portal_rules import NO_RULES, RuleBook, shipped
from indexer.identity import article_id
from indexer.legacy_text.conversion import Converted, as_it_is, decoded
from indexer.legacy_text.detection import UNICODE
from indexer.legacy_text.markup import page_in_unicode
from indexer.legacy_text.told import RULE, rule_of, warning_of
from indexer.page_lines import page_lines
from indexer.portal_page import read_portal_page
from indexer.raw_page import MediaType, RawPage

if TYPE_CHECKING:
    from indexer.html.reading import HtmlPage

MAX_TITLE = 1_000
"""Characters; the longest in the corpora have 300."""

NO_LINES: frozenset[str] = frozenset()

Furniture = Callable[[str], frozenset[str]]
"""Gives the lines that a portal is known to repeat. A portal is the publisher its pages name, "" for none."""


def nothing_learned(portal: str) -> frozenset[str]:
    """Know of no repeated line."""
    return NO_LINES


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article with what is known about its making: which rule found each field, what is worth a warning,
    and for page dumps the lines to be counted for the portal."""

    article: Article
    rules: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    portal: str | None = None
    """The portal whose repeated lines this page helps to learn; None for rows."""
    lines: frozenset[str] = NO_LINES


def extract(
    page: RawPage, furniture: Furniture = nothing_learned, book: RuleBook | None = None, *, convert: bool = True
) -> Extracted:
    """Make the article of a raw page. Text in an old encoding is converted, unless told not to; an HTML page is read by
    the rules of its portal, which are those that ship with the program when no others are given.

    Raises BadArticle when there is none to be made.
    """
    if page.media_type is MediaType.ROW:
        row = read_row(page, convert=convert)
        article, cut = with_bounded_title(row.article)
        made = Extracted(article, warnings=(*row.warnings, *cut))
        return _told(made, row.encoding.encoding, row.encoding.confidence)
    if page.media_type is MediaType.HTML:
        return _extract_html(page, furniture, shipped() if book is None else book, convert=convert)
    text = _text(page) if convert else Converted(as_it_is(page.content))
    return _told(_of_dump(page, text, furniture), text.encoding, text.confidence)


def _of_dump(page: RawPage, text: Converted, furniture: Furniture) -> Extracted:
    lines = page_lines(clean(text.text))
    made = read_portal_page(page.origin, lines)
    # The id must not change with what has been learned since, so it comes from the page's shape alone.
    own_id = article_id(made.article)
    portal = made.article.publisher or ""
    learned = furniture(portal)
    if any(is_learned(line, learned) for line in lines):
        made = read_portal_page(page.origin, lines, learned)
    article, cut = with_bounded_title(replace(made.article, id=own_id))
    return Extracted(
        article=article,
        rules=made.rules,
        warnings=(*made.warnings, *cut),
        portal=portal,
        lines=countable(lines),
    )


def _extract_html(page: RawPage, furniture: Furniture, book: RuleBook, *, convert: bool) -> Extracted:
    page, found = page_in_unicode(page) if convert else (page, UNICODE)
    return _told(_of_html(page, furniture, book), found.encoding, found.confidence)


def _of_html(page: RawPage, furniture: Furniture, book: RuleBook) -> Extracted:
    read = _read_html(page, book)
    # As for dumps, the id must not change with the rules: without an address it comes from what any reader finds.
    own_id = article_id(read.article if read.article.url or "rules" not in read.trail.rules else _unruled(page, read))
    portal = _html_portal(read.article)
    repeated = furniture(portal) if portal else NO_LINES
    if any(is_learned(line, repeated) for line in read.lines):
        read = _without_repeated(page, book, repeated, read)
    article, cut = with_bounded_title(replace(read.article, id=own_id))
    lines = countable(read.lines) if portal else NO_LINES
    return Extracted(article, read.trail.rules, (*read.trail.warnings, *cut), portal, lines)


def _read_html(page: RawPage, book: RuleBook = NO_RULES, repeated: frozenset[str] = NO_LINES) -> HtmlPage:
    # Its patterns take a twentieth of a second to compile, which `timtin --help` must not wait for.
    from indexer.html.reading import read_html_page  # noqa: PLC0415

    return read_html_page(page, book, repeated)


def _unruled(page: RawPage, read: HtmlPage) -> Article:
    try:
        return _read_html(page).article
    except BadArticle:
        return read.article


def _without_repeated(page: RawPage, book: RuleBook, repeated: frozenset[str], read: HtmlPage) -> HtmlPage:
    """Read a page without the lines that its portal repeats, unless nothing is left of it then."""
    try:
        return _read_html(page, book, repeated)
    except BadArticle:
        return read


def _html_portal(article: Article) -> str | None:
    """Name the portal of a page: its host, or the publisher it names; apart from dumps, whose lines are others."""
    host = urlsplit(article.url).hostname if article.url else None
    name = host or article.publisher
    return f"html {name}" if name else None


def as_it_was(page: RawPage, furniture: Furniture, book: RuleBook | None, converted: Extracted) -> Extracted:
    """Make the article of a page anew without converting its text. Raises BadArticle."""
    made = extract(page, furniture, book, convert=False)
    return replace(made, rules={**made.rules, RULE: f"{converted.rules[RULE]}; kept as it was"})


def with_bounded_title(article: Article) -> tuple[Article, tuple[str, ...]]:
    """Cut a title that is too long at a word; the whole of it becomes the body's first paragraph, so that nothing
    is lost. Gives the warning, too.

    >>> long = Article(id="a", title="mưa " * 400 + "tạnh", body="Hết.")
    >>> cut, warnings = with_bounded_title(long)
    >>> cut.title[-10:], len(cut.title), cut.body.split("\\n")[0] == long.title
    ('a mưa mưa…', 1000, True)
    """
    title = article.title
    if len(title) <= MAX_TITLE:
        return article, ()
    head = title[:MAX_TITLE]
    shortened = (head.rsplit(" ", 1)[0] if " " in head else head[:-1]) + "…"
    warning = f"the title has {len(title)} characters; it is cut, the whole begins the body"
    return replace(article, title=shortened, body=f"{title}\n{article.body}"), (warning,)


def _told(made: Extracted, encoding: str | None, confidence: float) -> Extracted:
    if encoding is None:
        return made
    rules = {**made.rules, RULE: rule_of(encoding, confidence)}
    return replace(made, rules=rules, warnings=(*made.warnings, *warning_of(encoding, made.article.id)))


def _text(page: RawPage) -> Converted:
    try:
        return decoded(page.content, page.charset)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise BadArticle(page.origin, "the text ends within a letter; copy the file again") from error
        raise BadArticle(
            page.origin,
            f"byte {error.start} is not UTF-8; convert it (iconv -f CP1258 -t UTF-8) and add it again",
        ) from error
