"""Spans of time as people name them: `2020`, `07/2020`, `quý II/2020`, `tháng 7 năm 2020`, `7 ngày qua`, `hôm qua`.

Whatever is named is covered whole, from its first instant to the start of what follows, on a Vietnamese clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from index.analysis.syllables import fold
from index.dates import VIETNAM, DateRange, PublishedAt

EXAMPLES = "2020, 07/2020, 01/07/2020, quý II/2020, 7 ngày qua"

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMBER_WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12, "gieng": 1, "chap": 12,
}  # fmt: skip
_NUMBER = r"(\d{1,3}|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi)"
_YEAR = r"(\d{4})"
_MONTH = r"(\d{1,2}|gieng|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi mot|muoi hai|muoi|chap)"
_OF_YEAR = rf"(?:\s*/\s*|\s+nam\s+|\s+){_YEAR}"
_BETWEEN = re.compile(r"\s*(?:\.\.|…|–|—| - |(?<=\d{4})-(?=\d{4}$|\d{1,2}[/.]))\s*")


def iso_range(text: str) -> DateRange:
    """Read YYYY, YYYY-MM, YYYY-MM-DD or an instant; an instant without an offset is Vietnamese local time.

    An instant covers its second. Raises ValueError for anything else.

    >>> iso_range("2020-07").end.isoformat()
    '2020-07-31T17:00:00+00:00'
    """
    if re.fullmatch(r"\d{4}", text):
        return _days(_year(int(text)))
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return _days(_month(int(text[:4]), int(text[5:])))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = date.fromisoformat(text)
        return DateRange.of_days(day, day)
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
        raise ValueError(f"not a date: {text}")
    instant = PublishedAt.fromisoformat(text).instant
    try:
        return DateRange(instant, instant + timedelta(seconds=1))
    except OverflowError:
        return DateRange(instant, None)


def parse_range(text: str, now: datetime) -> DateRange | None:
    """Read a span as people write it; None when `text` names none. `now` (aware) anchors the relative ones.

    >>> parse_range("quý II/2020", datetime(2021, 1, 1, tzinfo=UTC)).start.isoformat()
    '2020-03-31T17:00:00+00:00'
    >>> parse_range("khoai lang", datetime(2021, 1, 1, tzinfo=UTC)) is None
    True
    """
    spoken = _spoken(text)
    if not spoken:
        return None
    span = _single(spoken, now)
    if span is not None:
        return span
    ends = _BETWEEN.split(spoken)
    if len(ends) != 2:
        return None
    first, last = _single(ends[0], now), _single(ends[1], now)
    if first is None or last is None or not _in_order(first, last):
        return None
    return DateRange(first.start, last.end)


def _in_order(first: DateRange, last: DateRange) -> bool:
    return first.start is None or last.end is None or first.start < last.end


def _spoken(text: str) -> str:
    """Fold every word, keep numbers and separators; i/y stay as folding leaves them (quý -> qui)."""
    return re.sub(r"[^\W\d_]+", lambda word: fold(word.group())[0], text).strip().rstrip(".,;")


def _single(spoken: str, now: datetime) -> DateRange | None:
    for pattern, reading in _READINGS:
        match = pattern.fullmatch(spoken)
        if match:
            try:
                return reading(match.groups(), now)
            except (ValueError, OverflowError):
                return None
    return None


def _days(span: tuple[date, date]) -> DateRange:
    return DateRange.of_days(*span)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), _month(year, last)[1]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _ROMAN.get(word) or _NUMBER_WORDS[word]


def _today(now: datetime) -> date:
    return now.astimezone(VIETNAM).date()


def _day_month_year(groups: tuple[str, ...], now: datetime) -> DateRange:
    day = date(int(groups[2]), _number(groups[1]), int(groups[0]))
    return DateRange.of_days(day, day)


def _year_month_day(groups: tuple[str, ...], now: datetime) -> DateRange:
    day = date(int(groups[0]), int(groups[1]), int(groups[2]))
    return DateRange.of_days(day, day)


def _day_this_year(groups: tuple[str, ...], now: datetime) -> DateRange:
    day = date(_today(now).year, _number(groups[1]), int(groups[0]))
    return DateRange.of_days(day, day)


def _quarter(groups: tuple[str, ...], now: datetime) -> DateRange:
    quarter = _number(groups[0])
    if not 1 <= quarter <= 4:
        raise ValueError("a year has four quarters")
    year = int(groups[1]) if groups[1] else _today(now).year
    return _days(_months(year, quarter * 3 - 2, quarter * 3))


def _half_year(groups: tuple[str, ...], now: datetime) -> DateRange:
    year = int(groups[1]) if groups[1] else _today(now).year
    return _days(_months(year, 1, 6) if groups[0] == "dau" else _months(year, 7, 12))


def _part_of_month(groups: tuple[str, ...], now: datetime) -> DateRange:
    year = int(groups[2]) if groups[2] else _today(now).year
    first, last = _month(year, _number(groups[1]))
    starts = {"dau": 1, "giua": 11, "cuoi": 21}
    ends = {"dau": 10, "giua": 20, "cuoi": last.day}
    return DateRange.of_days(first.replace(day=starts[groups[0]]), first.replace(day=ends[groups[0]]))


def _month_of_year(groups: tuple[str, ...], now: datetime) -> DateRange:
    return _days(_month(int(groups[1]) if groups[1] else _today(now).year, _number(groups[0])))


def _shift_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _back(today: date, number: int, unit: str) -> date:
    if unit == "ngay":
        return today - timedelta(days=number)
    if unit == "tuan":
        return today - timedelta(weeks=number)
    return _shift_months(today, -number * {"thang": 1, "qui": 3, "nam": 12}[unit])


def _last_units(groups: tuple[str, ...], now: datetime) -> DateRange:
    """`7 ngày qua`: today and the six days before it; `2 tháng qua`: since the day after the same day then."""
    today = _today(now)
    first = _back(today, _number(groups[0]), groups[1]) + timedelta(days=1)
    return DateRange.of_days(first, today)


def _last_hours(groups: tuple[str, ...], now: datetime) -> DateRange:
    return DateRange(now.astimezone(UTC) - timedelta(hours=_number(groups[0])), now.astimezone(UTC))


def _units_ago(groups: tuple[str, ...], now: datetime) -> DateRange:
    """`3 ngày trước` is that day; `2 tháng trước` that whole month."""
    return _unit_around(_back(_today(now), _number(groups[0]), groups[1]), groups[1])


def _unit_around(day: date, unit: str) -> DateRange:
    if unit == "ngay":
        return DateRange.of_days(day, day)
    if unit == "tuan":
        monday = day - timedelta(days=day.weekday())
        return DateRange.of_days(monday, monday + timedelta(days=6))
    if unit == "thang":
        return _days(_month(day.year, day.month))
    if unit == "qui":
        first = (day.month - 1) // 3 * 3 + 1
        return _days(_months(day.year, first, first + 2))
    return _days(_year(day.year))


def _this_or_last_unit(groups: tuple[str, ...], now: datetime) -> DateRange:
    back = 0 if groups[1] == "nay" else 1
    return _unit_around(_back(_today(now), back, groups[0]), groups[0])


def _named_day(back: int) -> Callable[[tuple[str, ...], datetime], DateRange]:
    def reading(groups: tuple[str, ...], now: datetime) -> DateRange:
        day = _today(now) - timedelta(days=back)
        return DateRange.of_days(day, day)

    return reading


_Reading = Callable[[tuple[str, ...], datetime], DateRange]
_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"(?:nam\s+)?{_YEAR}", lambda groups, now: _days(_year(int(groups[0])))),
        (r"(\d{4})-(\d{1,2})", lambda groups, now: _days(_month(int(groups[0]), int(groups[1])))),
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", _year_month_day),
        (r"(?:ngay\s+)?(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", _day_month_year),
        (rf"(?:ngay\s+|mung\s+)?(\d{{1,2}})\s+thang\s+{_MONTH}{_OF_YEAR}", _day_month_year),
        (rf"(?:ngay\s+|mung\s+)?(\d{{1,2}})(?:\s*/\s*|\s+thang\s+){_MONTH}", _day_this_year),
        (rf"(?:thang\s+)?(\d{{1,2}})\s*[-/.]\s*{_YEAR}", _month_of_year),
        (rf"thang\s+{_MONTH}(?:{_OF_YEAR})?", _month_of_year),
        (rf"(dau|giua|cuoi)\s+thang\s+{_MONTH}(?:{_OF_YEAR})?", _part_of_month),
        (rf"qui\s+(iv|i{{1,3}}|[1-4])(?:{_OF_YEAR})?", _quarter),
        (rf"(?:6|sau)\s+thang\s+(dau|cuoi)(?:\s+nam)?(?:\s+{_YEAR})?", _half_year),
        (rf"{_NUMBER}\s+(ngay|tuan|thang|qui|nam)\s+(?:qua|vua qua|gan day|tro lai day)", _last_units),
        (rf"{_NUMBER}\s+(?:gio|tieng)\s+(?:qua|vua qua|gan day)", _last_hours),
        (rf"{_NUMBER}\s+(ngay|tuan|thang|nam)\s+truoc", _units_ago),
        (r"(tuan|thang|qui|nam)\s+(nay|truoc|ngoai|qua|vua qua|vua roi)", _this_or_last_unit),
        (r"(?:hom\s+)?nay", _named_day(0)),
        (r"(?:hom\s+)?qua", _named_day(1)),
        (r"hom\s+kia", _named_day(2)),
    )
)
