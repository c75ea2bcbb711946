"""Numbers, dates and matched text as Vietnamese readers see them; templates make the markup of the pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from markupsafe import escape

from index.article import UNKNOWN
from index.dates import VIETNAM, DateRange, PublishedAt
from index.response import Span

UNKNOWN_LABEL = "Chưa rõ"
RECENT = 7
"""Days for which the time gone by says more than the date."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, matched or not."""

    text: str
    matched: bool = False


def pieces(text: str, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """Cut a text at its matched spans; put together again the pieces are the text.

    >>> pieces("bầu cử sớm", [(0, 6)])
    (Piece(text='bầu cử', matched=True), Piece(text=' sớm', matched=False))
    """
    cut: list[Piece] = []
    at = 0
    for start, end in _joined(text, spans):
        if start > at:
            cut.append(Piece(text[at:start]))
        cut.append(Piece(text[start:end], matched=True))
        at = end
    if at < len(text):
        cut.append(Piece(text[at:]))
    return tuple(cut)


def marked(text: str, spans: Iterable[Span]) -> str:
    """Write a text as HTML, safe to put into a page, with what matched in `<mark>`.

    >>> marked("bầu cử <sớm>", [(0, 3), (4, 6)])
    '<mark>bầu cử</mark> &lt;sớm&gt;'
    """
    cut = ((escape(piece.text), piece.matched) for piece in pieces(text, spans))
    return "".join(f"<mark>{written}</mark>" if matched else str(written) for written, matched in cut)


def _joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Join spans with but a blank between them: a phrase is one mark. Drop what lies outside the text."""
    joined: list[Span] = []
    for start, end in spans:
        at = joined[-1][1] if joined else 0
        if not at <= start < end <= len(text):
            continue
        if joined and text[at:start] in ("", " "):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def paragraphs(text: str, spans: Iterable[Span]) -> tuple[tuple[Piece, ...], ...]:
    """Cut a text into its paragraphs (a line each, blank ones left out) and these at the matched spans.

    >>> [len(paragraph) for paragraph in paragraphs("Một hai\\n\\nba", [(0, 3)])]
    [2, 1]
    """
    marked = tuple(spans)
    found = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = ((max(s, start) - start, min(e, end) - start) for s, e in marked if s < end and e > start)
        if line.strip():
            found.append(pieces(line, inside))
        start = end + 1
    return tuple(found)


def quoted(q: str) -> str:
    """Put a query in quotation marks, unless it has some itself.

    >>> quoted("bầu cử"), quoted('"bầu cử" sớm')
    ('“bầu cử”', '"bầu cử" sớm')
    """
    return q if any(mark in q for mark in '"“”') else f"“{q}”"


def number(count: int) -> str:
    """Write a whole number with dots between thousands.

    >>> number(1234567)
    '1.234.567'
    """
    return f"{count:,}".replace(",", ".")


def ago(published: PublishedAt, now: datetime) -> str | None:
    """Write how long ago an article of the last week appeared; None for others, whose date says more.

    >>> now = datetime.fromisoformat("2020-07-08T12:00:00+07:00")
    >>> ago(PublishedAt.fromisoformat("2020-07-08T11:25:00"), now), ago(PublishedAt.fromisoformat("2020-07-05"), now)
    ('35 phút trước', '3 ngày trước')
    >>> ago(PublishedAt.fromisoformat("2020-07-01"), now) is None
    True
    """
    days = (now.astimezone(VIETNAM).date() - published.local.date()).days
    since = now - published.instant
    if not 0 <= days < RECENT or since < timedelta():
        return None
    if not published.has_time or days > 1 or since >= timedelta(days=1):
        return f"{days} ngày trước" if days else "hôm nay"
    minutes = since // timedelta(minutes=1)
    return f"{minutes // 60} giờ trước" if minutes >= 60 else f"{max(minutes, 1)} phút trước"


def percent(share: float | None) -> str:
    """Write a share in percent, small ones with more places; a dash where there is none.

    >>> percent(12.345), percent(0.1234), percent(0.002), percent(0), percent(100), percent(None)
    ('12,3%', '0,12%', '<0,01%', '0%', '100%', '–')
    """
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return "<0,01%"
    written = f"{share:.2f}" if share < 1 else f"{share:.1f}"
    return written.rstrip("0").rstrip(".").replace(".", ",") + "%"


def points(score: float) -> str:
    """Write a score.

    >>> points(12.3456)
    '12,35'
    """
    return f"{score:.2f}".replace(".", ",")


def seconds(milliseconds: float) -> str:
    """Write a duration in seconds.

    >>> seconds(0.4), seconds(12.3)
    ('chưa đầy 0,001 giây', '0,012 giây')
    """
    if milliseconds < 1:
        return "chưa đầy 0,001 giây"
    return f"{milliseconds / 1000:.3f} giây".replace(".", ",")


def moment(published: PublishedAt) -> str:
    """Write when an article appeared; the time of day only when it is known.

    >>> moment(PublishedAt.fromisoformat("2020-07-01T08:05:09"))
    '01/07/2020, 08:05'
    >>> moment(PublishedAt.fromisoformat("2020-07-01"))
    '01/07/2020'
    """
    local = published.local
    return f"{_day(local)}, {local:%H:%M}" if published.has_time else _day(local)


def span_label(value: str) -> str:
    """Write a span of time as ISO names it (a date facet's value, or what was typed) in words.

    >>> span_label("2020"), span_label("2020-07"), span_label("2020-07-01"), span_label("unknown")
    ('2020', '07/2020', '01/07/2020', 'Chưa rõ')
    """
    if value == UNKNOWN:
        return UNKNOWN_LABEL
    if len(value) > len("2020-07-01"):
        try:
            local = datetime.fromisoformat(value)
        except ValueError:
            return value
        local = local.astimezone(VIETNAM) if local.tzinfo else local
        return f"{local:%H:%M} {_day(local)}"
    return "/".join(reversed(value.split("-")))


def period_label(since: str, until: str) -> str:
    """Write a span of time with its ends, either of which may be open.

    >>> period_label("2020", "2020"), period_label("2020-07", ""), period_label("", "2020-07-01")
    ('2020', 'từ 07/2020', 'đến hết 01/07/2020')
    """
    if since == until:
        return span_label(since)
    if not until:
        return f"từ {span_label(since)}"
    if not since:
        return f"đến hết {span_label(until)}"
    return f"{span_label(since)} – {span_label(until)}"


def first_day(span: DateRange) -> str:
    """Give a range's first day in Vietnam (YYYY-MM-DD), "" when it is open there: what a date input holds."""
    return span.start.astimezone(VIETNAM).date().isoformat() if span.start else ""


def last_day(span: DateRange) -> str:
    """Give a range's last day in Vietnam (YYYY-MM-DD), "" when it is open there."""
    return (span.end - timedelta(seconds=1)).astimezone(VIETNAM).date().isoformat() if span.end else ""


def safe_url(url: str | None) -> str | None:
    """Give a URL that may become a link: an absolute http(s) one.

    >>> safe_url("https://bao.example/a"), safe_url("javascript:alert(1)")
    ('https://bao.example/a', None)
    """
    if not url or not url.isprintable() or any(char.isspace() for char in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def site(url: str) -> str:
    """Name the site of a safe URL.

    >>> site("https://www.bao.example/a")
    'bao.example'
    """
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _day(local: datetime) -> str:
    return f"{local.day:02}/{local.month:02}/{local.year:04}"
