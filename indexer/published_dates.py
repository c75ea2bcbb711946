"""Dates as portals and exports write them: day first, on a Vietnamese clock, or ISO 8601."""

from __future__ import annotations

import re
from datetime import date, datetime

from index.dates import VIETNAM, PublishedAt

_YEARS = range(1900, 2200)

_DAY = r"(?P<day>\d{1,2})\s?[/.\-]\s?(?P<month>\d{1,2})\s?[/.\-]\s?(?P<year>\d{4})"
_TIME = r"(?P<hour>\d{1,2})\s?(?::|h|giờ)\s?(?P<minute>\d{2})(?:\s?[:'p]\s?(?P<second>\d{2}))?"
_LABEL = r"(?:(?:ngày đăng|đăng lúc|đăng ngày|cập nhật(?: lúc| ngày)?|ngày cập nhật|thời gian)\s*:?\s*)?"
_WEEKDAY = r"(?:(?:thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật)\s*,?\s*)?"
_END = r"\s*(?P<half>am|pm|sa|ch)?\s*(?:\(?(?:gmt|utc)\s?\+\s?0?7(?::?00)?\)?)?"
_DAY_FIRST = re.compile(
    rf"{_LABEL}{_WEEKDAY}(?:ngày\s*)?{_DAY}(?:\s*[,|–\-]?\s*(?:lúc\s*)?{_TIME}{_END})?", re.IGNORECASE
)
_TIME_FIRST = re.compile(rf"{_LABEL}{_TIME}{_END}\s*[,|–\-]?\s*{_WEEKDAY}(?:ngày\s*)?{_DAY}", re.IGNORECASE)


def is_date_line(line: str) -> bool:
    """Say whether a line holds a date and nothing else, a possible day or not.

    >>> is_date_line("01/07/2020 10:47:44"), is_date_line("31/02/2021"), is_date_line("Ngày 01/07/2020, Sở")
    (True, True, False)
    """
    return len(line) < 80 and bool(_DAY_FIRST.fullmatch(line) or _TIME_FIRST.fullmatch(line))


def read_date(text: str) -> PublishedAt:
    """Read a date: `dd/mm/yyyy`, perhaps with a time (Vietnamese local), or ISO 8601.

    Raises ValueError, saying what is wrong, when there is no such day or the text is no date.

    >>> read_date("01/07/2020 10:47:44").isoformat(), read_date("1/7/2020").isoformat()
    ('2020-07-01T10:47:44+07:00', '2020-07-01')
    >>> read_date("2016-10-21T09:31:57Z").isoformat()
    '2016-10-21T16:31:57+07:00'
    """
    stripped = text.strip()
    match = _DAY_FIRST.fullmatch(stripped) or _TIME_FIRST.fullmatch(stripped)
    try:
        found = _from_match(match) if match else PublishedAt.fromisoformat(stripped)
    except (ValueError, OverflowError):
        kind = "is not a day of the calendar" if match else "is not a date (dd/mm/yyyy HH:MM:SS or ISO 8601)"
        raise ValueError(f"{stripped[:60]!r} {kind}") from None
    if found.local.year not in _YEARS:
        raise ValueError(f"{stripped[:60]!r} is outside the years {_YEARS.start} to {_YEARS.stop - 1}")
    return found


def _from_match(match: re.Match[str]) -> PublishedAt:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["hour"] is None:
        return PublishedAt.on(day)
    hour = int(match["hour"])
    half = (match["half"] or "").lower()
    if half in ("pm", "ch") and hour < 12:
        hour += 12
    elif half in ("am", "sa") and hour == 12:
        hour = 0
    second = int(match["second"] or 0)
    return PublishedAt(datetime(day.year, day.month, day.day, hour, int(match["minute"]), second, tzinfo=VIETNAM))
