"""When a page says that it was published and last changed.

A date is only believed where it belongs to the article: stated for machines, in a time element of the article, or in a
line near the title or right below the text that holds little else. A line that is a link, or that stands in a list of
links ("Các tin khác"), tells when another article appeared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from index.dates import VIETNAM, PublishedAt
from indexer.html.blocks import Blocks
from indexer.html.content import is_outside, is_related_heading
from indexer.html.selection import Selection
from indexer.html.structured_data import Facts
from indexer.html.trail import Trail
from indexer.published_dates import read_date

_NUMBERS = r"\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{4}"
_WORDS = r"\d{1,2}\s*tháng\s*\d{1,2}\s*,?\s*(?:năm\s*)?\d{4}"
_TIME = r"\d{1,2}\s?(?:[:h]|giờ)\s?\d{2}(?:\s?[:'p]\s?\d{2})?(?:\s*(?:am|pm|sa|ch)\b)?"
_ZONE = r"(?:\s*\(?(?:gmt|utc)\s?\+\s?0?7(?::?00)?\)?)?"
_WEEKDAY = r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|t[2-7]|cn)\s*[,\-]?\s*)?"
_DATE = rf"{_WEEKDAY}(?:ngày\s*)?(?:{_NUMBERS}|{_WORDS})"
_BETWEEN = r"\s*[,|–\-]?\s*(?:lúc|vào)?\s*"
_STAMP = re.compile(
    rf"(?<![\d/])(?:{_TIME}{_ZONE}{_BETWEEN}{_DATE}|{_DATE}(?:{_BETWEEN}{_TIME}{_ZONE})?)(?![\d/])", re.IGNORECASE
)
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)")
_VIETNAMESE = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTHS = {
    **{name: at for at, name in enumerate(_VIETNAMESE, 1)},
    **{name: at for at, name in enumerate(_ENGLISH, 1)},
    "giêng": 1,
    "bốn": 4,
    "bẩy": 7,
    "chạp": 12,
}
_MONTH_NAMES = sorted(set(_NAMED_MONTHS) - set(_ENGLISH), key=len, reverse=True)
_MONTH = rf"(?:tháng\s+(?:{'|'.join(_MONTH_NAMES)})\b|(?:{'|'.join(_ENGLISH)})[a-z]*)"
_NAMED_DATE = re.compile(
    rf"\b(?:(?P<month>{_MONTH}|tháng\s+\d{{1,2}})\s+(?P<day>\d{{1,2}})|(?P<first>\d{{1,2}})\s+(?P<then>{_MONTH}))"
    r"\s*,?\s*(?:năm\s+)?(?P<year>\d{4})\b",
    re.IGNORECASE,
)
"""A month by its name, behind or before its day, as WordPress writes it: Tháng Sáu 5, 2020; 5 Tháng Sáu, 2020."""

_MAIL_DATE = re.compile(r"[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4}")
_MONTH_WORDS = re.compile(r"(\d{1,2})\s*tháng\s*(\d{1,2})\s*,?\s*(?:năm\s*)?(\d{4})", re.IGNORECASE)
_WEEKDAYS = re.compile(
    r"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|t[2-7]|cn)\s*[,\-]?\s*(?=ngày|\d)", re.IGNORECASE
)
_UPDATED = re.compile(r"cập nhật|sửa (?:đổi|lần cuối)|chỉnh sửa|last (?:updated|modified)|updated", re.IGNORECASE)
_BESIDE = re.compile(
    r"\b(?:ngày|đăng|xuất bản|viết|phát hành|tạo|gửi|lúc|bởi|tin|cập nhật|thời gian|lượt|xem|đọc|truy cập|views?|hits|"
    r"published|posted|created|updated|last|modified|date|on|by|in|bài|này|cỡ|chữ|a\+|a-|chia|sẻ|bình|luận|số|người|"
    r"vào|sửa|lần|cuối|print|email|gmt|utc|phút|mới|nhất)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:tác giả|nguồn|người đăng|đăng bởi|viết bởi|ban biên tập|theo)\b\s*:?.{0,60}$", re.IGNORECASE)
_MARKED = re.compile(r"date|time|ngay|publish|posted|created|meta", re.IGNORECASE)
_LONGEST_LINE = 160
_LINES_AWAY = 12
"""Lines above the text that are looked through when no title is printed."""

_LINES_IN_TEXT = 2
_LINES_ABOVE = 3
_LINES_BELOW = 6


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date that a line holds."""

    at: PublishedAt
    is_update: bool
    alone: bool
    """The line says nothing but when (and how often it was read, by whom it was posted)."""


def read_moment(text: str) -> PublishedAt:
    """Read a date as it is stated for machines or written by people; the day comes first.

    Raises ValueError when the text holds no date, or one that can't be.

    >>> read_moment("Thứ tư, ngày 1 tháng 7 năm 2020").isoformat(), read_moment("01/07/2020 3:47:44 CH").isoformat()
    ('2020-07-01', '2020-07-01T15:47:44+07:00')
    >>> read_moment("Wed, 01 Jul 2020 03:47:44 GMT").isoformat()
    '2020-07-01T10:47:44+07:00'
    """
    text = " ".join(text[:200].split()).strip(" ()[].,|")
    text = text if _MAIL_DATE.match(text) else _numbered(text)
    if iso := _ISO.match(text):
        return read_date(iso.group().replace("Z", "+00:00"))
    if stamp := _STAMP.search(text):
        return read_date(_plain(stamp.group()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ValueError(f"{text[:60]!r} holds no date (dd/mm/yyyy HH:MM, or ISO 8601)") from None
    return read_date((moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).isoformat())


def _numbered(text: str) -> str:
    """Write months that are named as numbers.

    >>> _numbered("Tháng Sáu 5, 2020"), _numbered("5 tháng mười hai, 2020"), _numbered("June 5, 2020")
    ('5/6/2020', '5/12/2020', '5/6/2020')
    """

    def number(match: re.Match[str]) -> str:
        name = (match["month"] or match["then"]).lower().split(maxsplit=1)
        word = name[1] if len(name) > 1 else name[0][:3]
        month = int(word) if word.isdigit() else _NAMED_MONTHS[" ".join(word.split())]
        return f"{match['day'] or match['first']}/{month}/{match['year']}"

    return _NAMED_DATE.sub(number, text)


def _plain(text: str) -> str:
    return _WEEKDAYS.sub("", _MONTH_WORDS.sub(r"\1/\2/\3", text)).strip()


def stamps_of(line: str) -> list[Stamp]:
    """Give the dates of a line, those that can't be left out; none for a line too long to be about a date.

    >>> [(s.at.isoformat(), s.is_update) for s in stamps_of("Đăng: 01/07/2020 - Cập nhật lúc: 02/07/2020 08:00")]
    [('2020-07-01', False), ('2020-07-02T08:00:00+07:00', True)]
    >>> [s.at.isoformat() for s in stamps_of("Thứ tư - 01/07/2020 10:47 In ra")]
    ['2020-07-01T10:47:00+07:00']
    >>> stamps_of("Hội nghị ngày 01/07/2020 tại xã Mây Chiều bàn về đường liên thôn.")[0].alone
    False
    """
    if len(line) > _LONGEST_LINE:
        return []
    line = _numbered(line)
    found: list[Stamp] = []
    matches = list(_STAMP.finditer(line))
    alone = bool(matches) and _says_only_when(line[: matches[0].start()], _STAMP.sub(" ", line))
    before = 0
    for match in matches:
        try:
            at = read_date(_plain(match.group()))
        except ValueError:
            continue
        found.append(Stamp(at, bool(_UPDATED.search(line[before : match.start()])), alone))
        before = match.end()
    return found


def _says_only_when(before: str, rest: str) -> bool:
    """Say whether a line says nothing but when: `rest` is it without its dates, `before` what leads to the first."""
    left = _left(_NAMED.sub(" ", rest))
    if len(left) <= 3:
        return True
    labelled = before.strip() and len(_left(before)) <= 3
    return len(left) <= 40 and (bool(labelled) or bool(re.search(r"[|–]|\s-\s", rest)))


def _left(text: str) -> str:
    return re.sub(r"[\W\d_]+", " ", _BESIDE.sub(" ", text)).strip()


@dataclass(frozen=True, slots=True)
class Dates:
    """When the article was published and changed, and the lines that say so: they are none of its text."""

    published: PublishedAt | None
    updated: PublishedAt | None
    lines: frozenset[int]


def find_dates(
    blocks: Blocks, place: tuple[int | None, int, int], facts: Sequence[Facts], selected: Selection, trail: Trail
) -> Dates:
    """Find both moments. `place` is the title's line (None: not printed), the first line of the text, and the line
    after its last."""
    head, tail = place[:2], place[2]
    near = list(_near(blocks, head, tail))
    printed = [(at, stamp) for at in near for stamp in _believed(blocks, at)]
    found = _selected(selected, trail)
    for fact in facts:
        for name, value in (("published_at", fact.published), ("updated_at", fact.updated)):
            if name not in found and (moment := _stated(name, fact.source, value, trail)):
                found[name] = moment
    if "published_at" not in found:
        for at, value in blocks.times[:50]:
            if at in near and (moment := _stated("published_at", "<time>", value, trail)):
                found["published_at"] = moment
                break
        else:
            trail.failed("published_at", "<time>", "none stands near the title")
    posted = [stamp for _, stamp in printed if not stamp.is_update]
    changed = [stamp for _, stamp in printed if stamp.is_update]
    if "published_at" not in found and (posted or changed):
        found["published_at"] = (posted or changed)[0].at
        trail.found(
            "published_at",
            "date line near the title" if posted else "line of the update",
            found["published_at"].isoformat(),
        )
        changed = changed if posted else []
    if "updated_at" not in found and changed and changed[0].at != found.get("published_at"):
        found["updated_at"] = changed[0].at
        trail.found("updated_at", "line of the update", changed[0].at.isoformat())
    if "published_at" not in found:
        trail.failed(
            "published_at", "date line near the title", "no line near the title or below the text holds a date"
        )
        trail.warnings.append("no date belongs to the article; it is kept undated")
    if found.get("updated_at") == found.get("published_at"):
        found.pop("updated_at", None)
        trail.rules.pop("updated_at", None)
    return Dates(found.get("published_at"), found.get("updated_at"), frozenset(at for at, _ in printed))


def _selected(selected: Selection, trail: Trail) -> dict[str, PublishedAt]:
    """Read the moments that the portal's rules select."""
    found: dict[str, PublishedAt] = {}
    for key, name in (("date", "published_at"), ("updated", "updated_at")):
        if key not in selected.fields or selected.rules is None:
            continue
        form = selected.rules.date_format
        for text in (selected.text(key), selected.fields[key].stated):
            try:
                found[name] = form.read(text) if form and text == selected.text(key) else read_moment(text)
            except ValueError as error:
                if text:
                    trail.failed(name, selected.rule(key), str(error))
            else:
                trail.found(name, selected.rule(key), found[name].isoformat())
                break
    return found


def _stated(name: str, rule: str, value: str, trail: Trail) -> PublishedAt | None:
    if not value:
        if name == "published_at":
            trail.failed(name, rule, "states none")
        return None
    try:
        moment = read_moment(value)
    except ValueError as error:
        trail.failed(name, rule, str(error))
        return None
    trail.found(name, rule, moment.isoformat())
    return moment


def _near(blocks: Blocks, head: tuple[int | None, int], tail: int) -> Iterator[int]:
    """Give the lines in which the article's date may stand, the likeliest first: below the title, above it, below
    the text. Nothing that is marked as something else, and nothing from the first list of other articles on."""
    title_at, first = head
    top = max(0, first - _LINES_AWAY) if title_at is None else title_at + 1
    below_title = range(top, min(first + _LINES_IN_TEXT, len(blocks.lines)))
    above_title = range(title_at - 1, max(title_at - 1 - _LINES_ABOVE, -1), -1) if title_at is not None else range(0)
    below_text = range(max(tail - 1, first), min(tail + _LINES_BELOW, len(blocks.lines)))
    for span in (below_title, above_title, below_text):
        for at in span:
            line = blocks.lines[at]
            if is_related_heading(line):
                if span is above_title:
                    break
                if at >= first:
                    break
                continue
            under_link = at > 0 and at - 1 != title_at and blocks.lines[at - 1].is_link and len(line.text) < 40
            if not line.is_link and not under_link and not is_outside(blocks, line.container):
                yield at


def _believed(blocks: Blocks, at: int) -> list[Stamp]:
    """Give the dates of a line that says little else, or stands in an element that is marked as the date."""
    line = blocks.lines[at]
    if line.is_link:
        return []
    stamps = stamps_of(line.text)
    marked = _MARKED.search(blocks.containers[line.container].label + line.label) is not None
    return [stamp for stamp in stamps if stamp.alone or (marked and not line.is_prose)]
