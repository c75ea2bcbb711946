"""A dumped portal page to an article.

A page is read in four zones, one after another:

    head       title, then a line that is a date (or, without one, the first line as title)
    body       indented paragraphs, unindented ones among them, captions between blank lines
    signature  one or two lines after the body's end: a name or a byline
    tail       the portal's furniture: from its first line on, everything

Where the body ends is found from below: the last line that reads as body (indented, long, or a closed
sentence) and is no furniture. Lines between it and the first furniture are the end of the body unless they
are the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.article import Article
from index.dates import PublishedAt
from index.errors import BadArticle
from indexer.bylines import authors_of, is_certain_signature, is_signature
from indexer.clean_text import one_line
from indexer.furniture import begins_footer, furniture_shape, is_learned
from indexer.page_lines import PageLine
from indexer.published_dates import is_date_line, read_date
from indexer.publishers import canonical_publisher, publisher_in_footer

_HEAD_LINES = 40
"""A date line is looked for among so many printed lines."""

_END_MARK = re.compile(r"(?P<end>\./\.)\s*(?P<after>\S.*)$")
_PICTURE_CREDIT = re.compile(r"\(?\s*(?:ảnh|nguồn ảnh|ảnh minh họa)\s*[:)]|[-–(]\s*ảnh\b", re.IGNORECASE)
_MOST_CAPTION_LINES = 2
_MOST_SIGNATURE_LINES = 2
_MOST_SHORT_LINES = 12
"""Short lines looked through for a signature."""


@dataclass(frozen=True, slots=True)
class PortalPage:
    """What a page gave: the article (without an id), the rule that found each field, warnings."""

    article: Article
    rules: dict[str, str]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Findings:
    rules: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read_portal_page(origin: str, lines: Sequence[PageLine], furniture: frozenset[str] = frozenset()) -> PortalPage:
    """Read a page; `furniture` holds the keys (`furniture.line_key`) of lines known to be repeated.

    Raises BadArticle when nothing is printed on the page or nothing but a title.
    """
    found = _Findings()
    printed_publisher = _publisher(lines, found)
    kept = [line for line in lines if line.blank or not is_learned(line, furniture)]
    title, published, rest = _head(kept, found)
    if not title:
        raise BadArticle(origin, "no line of text is on the page; an article needs a title and a body")
    body_lines, signature = _body_and_signature(rest, found)
    paragraphs, captions = _captions_apart(body_lines)
    if captions:
        found.rules["captions"] = "short unindented lines between blank lines"
    if not paragraphs:
        raise BadArticle(origin, "there is a title but no text under it; an article needs a body")
    found.rules["body"] = "from the head to the last line that reads as body"
    found.rules["lead"] = "first paragraph of the body"
    article = Article(
        id="",
        title=title,
        body="\n".join(paragraphs),
        lead=paragraphs[0],
        captions=tuple(captions),
        authors=authors_of(signature) if signature else (),
        byline=signature,
        publisher=canonical_publisher(printed_publisher) if printed_publisher else None,
        publisher_printed=printed_publisher,
        published_at=published,
    )
    return PortalPage(article, found.rules, tuple(found.warnings))


def _publisher(lines: Sequence[PageLine], found: _Findings) -> str | None:
    for line in reversed(lines):
        if name := publisher_in_footer(line.text):
            found.rules["publisher"] = "copyright line"
            return name
    return None


def _head(lines: list[PageLine], found: _Findings) -> tuple[str, PublishedAt | None, list[PageLine]]:
    """Give the title, the date and the lines below them."""
    date_at = _date_line(lines)
    if date_at is None:
        found.warnings.append("no line holds a date; the article is kept undated")
        first = next((i for i, line in enumerate(lines) if line.text and not furniture_shape(line.text)), None)
        if first is None:
            return "", None, []
        found.rules["title"] = "first line"
        return one_line(lines[first].text), None, lines[first + 1 :]
    above = [i for i in range(date_at) if lines[i].text]
    own = [i for i in above if not furniture_shape(lines[i].text)] or above
    title = _title_above(lines, own)
    found.rules["title"] = "line above the date"
    rest = lines[date_at + 1 :]
    if not title:
        below = next((i for i, line in enumerate(rest) if line.text), None)
        if below is None:
            return "", None, []
        title, rest = one_line(rest[below].text), rest[below + 1 :]
        found.rules["title"] = "line below the date"
    return title, _date(lines[date_at].text, found), rest


def _date_line(lines: list[PageLine]) -> int | None:
    """Find the date line: above the body, or it belongs to a list of other articles."""
    printed = 0
    for at, line in enumerate(lines):
        if line.blank:
            continue
        if is_date_line(line.text):
            return at
        printed += 1
        if printed > _HEAD_LINES or (printed > 1 and line.reads_as_body and line.indented):
            return None
    return None


def _title_above(lines: list[PageLine], own: list[int]) -> str:
    """Give the title: the last line above the date, and those before it that it goes on from."""
    if not own:
        return ""
    at = own[-1]
    parts = [lines[at].text]
    while parts[0][:1].islower() and at - 1 in own:
        at -= 1
        parts.insert(0, lines[at].text)
    return one_line(" ".join(parts))


def _date(text: str, found: _Findings) -> PublishedAt | None:
    try:
        published = read_date(text)
    except ValueError as error:
        found.warnings.append(f"{error}; the article is kept undated")
        return None
    found.rules["published_at"] = "date line"
    return published


def _body_and_signature(lines: list[PageLine], found: _Findings) -> tuple[list[PageLine], str | None]:
    """Cut off the tail, then the signature."""
    end = _body_end(lines)
    tail = next((i for i in range(end, len(lines)) if lines[i].text and furniture_shape(lines[i].text)), len(lines))
    if tail < len(lines):
        found.rules["tail"] = "first furniture below the body"
    below = [line for line in lines[end:tail] if line.text]
    signed_at = _signature_start(lines, end, tail)
    body, signature = lines[:end], [line.text for line in _signature_lines(lines[signed_at:tail])]
    if signature:
        found.rules["byline"] = "signature below the body"
        body = lines[:signed_at]
    else:
        body, signature = _signature_in_body(body)
        if signature:
            found.rules["byline"] = "signature at the body's end"
        elif below and tail == len(lines):
            body = lines[:tail]
        elif below and not _closed(body):
            body = [*body, *lines[end:tail]]
    kept = [line for line in body if line.blank or line.indented or not furniture_shape(line.text)]
    return kept, " ".join(signature) or None


def _body_end(lines: list[PageLine]) -> int:
    """Give the index after the last line of the body.

    Indented lines are the article's; below the last one, a line that begins a footer ends it. Above that, the
    last line that reads as body or closes a sentence is the body's.
    """
    indented = [i for i, line in enumerate(lines) if line.indented and not furniture_shape(line.text)]
    after = indented[-1] + 1 if indented else 0
    footer = next((i for i in range(after, len(lines)) if begins_footer(lines[i].text)), len(lines))
    own = [i for i in range(footer) if lines[i].indented or (lines[i].text and not furniture_shape(lines[i].text))]
    for at in reversed(own):
        if lines[at].reads_as_body or (lines[at].closes_text and not is_signature(lines[at].text)):
            return at + 1
    return next((i for i in range(footer) if lines[i].text and furniture_shape(lines[i].text)), footer)


def _closed(body: list[PageLine]) -> bool:
    last = next((line for line in reversed(body) if line.text), None)
    return last is not None and last.ends_sentence


def _signature_start(lines: list[PageLine], end: int, tail: int) -> int:
    """Give where the signature begins, if there is one: right below the body, or below its last short lines (a list,
    a caption) when the name leaves no doubt."""
    below = [i for i in range(end, tail) if lines[i].text]
    if not below:
        return end
    if is_signature(lines[below[0]].text):
        return below[0]
    return next((i for i in below[1:_MOST_SHORT_LINES] if is_certain_signature(lines[i].text)), below[0])


def _signature_lines(below: list[PageLine]) -> list[PageLine]:
    """Give the lines that sign the article; other short lines after them are furniture."""
    signed: list[PageLine] = []
    for line in [line for line in below if line.text][:_MOST_SIGNATURE_LINES]:
        if not is_signature(line.text) or (signed and ":" not in line.text):
            break
        signed.append(line)
    return signed


def _signature_in_body(body: list[PageLine]) -> tuple[list[PageLine], list[str]]:
    """Look for a signature that is indented like the body, or stands behind the end mark."""
    last = next((i for i in range(len(body) - 1, -1, -1) if body[i].text), None)
    if last is None:
        return body, []
    line = body[last]
    ended = _END_MARK.search(line.text)
    if ended and is_signature(ended["after"].strip()):
        closing = PageLine(line.text[: ended.end("end")], line.indented)
        return [*body[:last], closing, *body[last + 1 :]], [ended["after"].strip()]
    if last > 0 and line.short and not line.ends_sentence and is_signature(line.text) and _closed(body[:last]):
        return body[:last], [line.text]
    return body, []


def _captions_apart(lines: list[PageLine]) -> tuple[list[str], list[str]]:
    """Part paragraphs from captions: one or two short unindented open lines between blank lines."""
    paragraphs: list[str] = []
    captions: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].blank:
            at += 1
            continue
        block_end = next((i for i in range(at, len(lines)) if lines[i].blank), len(lines))
        block = lines[at:block_end]
        if at > 0 and paragraphs and block_end < len(lines) and _is_caption(block):
            captions.append(one_line(" ".join(line.text for line in block)))
        else:
            paragraphs.extend(line.text for line in block)
        at = block_end
    return paragraphs, captions


def _is_caption(block: list[PageLine]) -> bool:
    if len(block) > _MOST_CAPTION_LINES or not all(line.short and not line.indented for line in block):
        return False
    last = block[-1]
    return (not last.ends_sentence and not block[0].list_item) or _PICTURE_CREDIT.search(last.text) is not None
