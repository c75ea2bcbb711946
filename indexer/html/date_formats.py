"""The form in which a portal writes dates, as a rules file gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from index.dates import VIETNAM, PublishedAt

_PARTS = {
    "d": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "p": r"(?P<p>AM|PM|SA|CH)",
}
_PIECE = re.compile(r"%(.?)|([^%]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A form of dates: %d %m %Y (or %y) %H (or %I with %p) %M %S, and the marks between them."""

    text: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a form.

        Raises ValueError, with the remedy, when a part is unknown or the day is not wholly named.
        """
        pieces: list[str] = []
        parts: list[str] = []
        for match in _PIECE.finditer(text):
            if match[2]:
                pieces.append(r"\s+".join(map(re.escape, re.split(r"\s+", match[2]))))
                continue
            if match[1] not in _PARTS or match[1] in parts:
                raise ValueError(f"%{match[1]} in {text!r} can't be used; use each of %d %m %Y %H %M %S once")
            parts.append(match[1])
            pieces.append(_PARTS[match[1]])
        if not {"d", "m"} <= set(parts) or not {"Y", "y"} & set(parts):
            raise ValueError(f"{text!r} names no whole day; it needs %d, %m and %Y")
        return cls(text, re.compile("".join(pieces), re.IGNORECASE))

    def read(self, text: str) -> PublishedAt:
        """Find a date of this form in a text.

        Raises ValueError when there is none, or no such day.

        >>> DateFormat.of("%d.%m.%y %H:%M").read("Đăng 01.07.20 10:47, 5 lượt xem").isoformat()
        '2020-07-01T10:47:00+07:00'
        """
        match = self.pattern.search(text)
        if match is None:
            raise ValueError(f"{text[:60]!r} holds no date of the form {self.text!r}")
        parts = match.groupdict()
        year = int(parts.get("Y") or 2000 + int(parts["y"]))
        day = date(year, int(parts["m"]), int(parts["d"]))
        hour = parts.get("H") or parts.get("I")
        if hour is None:
            return PublishedAt.on(day)
        hours, half = int(hour), (parts.get("p") or "").upper()
        if half in ("PM", "CH") and hours < 12:
            hours += 12
        elif half in ("AM", "SA") and hours == 12:
            hours = 0
        minute, second = int(parts.get("M") or 0), int(parts.get("S") or 0)
        return PublishedAt(datetime(year, day.month, day.day, hours, minute, second, tzinfo=VIETNAM))
