"""Reading a query string, once: every usable value, and every fault beside it.

The API refuses a request that has faults, the pages go on with what was usable and tell the reader the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from index.analysis.normal_text import normal_text
from index.article import UNKNOWN
from index.as_json import HIT_FIELDS
from index.query import Collapse, Facet, Sort
from index.query_parser import MAX_CHARACTERS
from service.arguments import Fault, InvalidParameters, Period, SearchArguments
from service.cursors import PlaceInOrder
from service.wording import number as number_shown

MAX_QUERY = MAX_CHARACTERS
"""A longer query is a fault of a script; a page uses its beginning."""
MAX_SIZE = 100
MAX_HITS = 10_000
"""How deep hits can be paged through; past it a search is better narrowed by date."""
MAX_EXPLAINED = 20
"""How many hits are explained at once: each costs about as much as the search."""
MAX_VALUES = 50
"""How often a repeatable parameter may be given."""
MAX_NAME = 300
"""Characters of an author's, a publisher's or a section's name."""
MAX_FAULTS = 20
"""Faults that are listed."""
MAX_VALUE = 100
"""Characters of a text that is looked for among names."""

SINGLE = ("q", "from", "to", "date", "sort", "page", "size", "cursor", "freshness", "collapse", "explain")
FILTERS = ("q", "from", "to", "date", "author", "publisher", "section")
"""What narrows a set of articles, whatever is then done with it."""
REPEATABLE = ("author", "publisher", "section", "facets", "fields")
PARAMETERS = SINGLE + REPEATABLE

_SHOWN = 100
_Choice = TypeVar("_Choice", bound=StrEnum)


def read_arguments(
    args: MultiDict[str, str], size: int, taken: Sequence[str] = PARAMETERS
) -> tuple[SearchArguments, tuple[Fault, ...]]:
    """Read a query string; `size` is the page size when none is given, `taken` are the parameters there are."""
    reader = Reader(args, taken)
    return reader.arguments(size), tuple(reader.faults)


def checked_arguments(args: MultiDict[str, str], size: int, taken: Sequence[str] = PARAMETERS) -> SearchArguments:
    """Read a query string strictly. Raises InvalidParameters with every fault."""
    arguments, faults = read_arguments(args, size, taken)
    if faults:
        raise InvalidParameters(faults)
    return arguments


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class Reader:
    """Reads parameter by parameter and gathers the faults."""

    def __init__(self, args: MultiDict[str, str], taken: Sequence[str]) -> None:
        self._all = args
        self._args = MultiDict((name, value) for name, value in args.items(multi=True) if name in taken)
        self._taken = taken
        self._faults = 0
        self.faults: list[Fault] = []

    def check(self) -> None:
        """Raise InvalidParameters if anything was wrong."""
        if self.faults:
            raise InvalidParameters(tuple(self.faults))

    def fault(self, parameter: str, value: str, message: str, notice: str = "") -> None:
        self._faults += 1
        if self._faults <= MAX_FAULTS:
            self.faults.append(Fault(_shown(parameter), _shown(value), message, notice))
        elif self._faults == MAX_FAULTS + 1:
            self.faults.append(Fault(_shown(parameter), _shown(value), "there are more faults than are listed"))

    def arguments(self, size: int) -> SearchArguments:
        """Read everything about a search that is taken; `size` is the page size when none is given."""
        self.known()
        undated = self.undated()
        period = self.period()
        if undated and period:
            self.fault(
                "date",
                UNKNOWN,
                "date=unknown asks for articles without a date: it can't be combined with from or to",
                "Bài chưa rõ ngày không nằm trong khoảng ngày nào: chỉ khoảng ngày được dùng.",
            )
            undated = False
        size = self.number("size", size, MAX_SIZE, "Số bài mỗi trang")
        return SearchArguments(
            q=self.query(),
            period=period,
            undated=undated,
            authors=self.names("author", "tác giả"),
            publishers=self.names("publisher", "nơi đăng"),
            sections=self.names("section", "chuyên mục"),
            sort=(sort := self.sort()),
            page=self.page(size),
            size=size,
            facets=self.facets(),
            explain=self.explain(size),
            fields=self.fields(),
            after=self.cursor(sort),
            freshness=self.freshness(),
            collapse=self.collapse(),
        )

    def known_only(self) -> None:
        """Hold a request to having no other parameters than those there are. Raises InvalidParameters."""
        self.known()
        self.check()

    def required(self, name: str) -> str:
        """Read a text that must be given."""
        value = self._single(name)
        if not value:
            self.fault(name, value, f"{name} must be given")
        return value

    def known(self) -> None:
        """Note parameters that don't exist; pages pass over them, as portals hang their own on every link."""
        for name in self._all:
            if name not in self._taken and self._faults <= MAX_FAULTS:
                near = get_close_matches(name, self._taken, 1)
                known = f"known ones are {', '.join(self._taken)}" if self._taken else "there are none here"
                remedy = f"did you mean {near[0]}?" if near else known
                self.fault(name, self._all[name], f"unknown parameter {_shown(name)}: {remedy}")

    def query(self) -> str:
        q = self._single("q")
        if len(q) > MAX_QUERY:
            self.fault(
                "q",
                q,
                f"q must have at most {MAX_QUERY} characters, got {len(q)}",
                f"Câu tìm quá dài: chỉ {MAX_QUERY} ký tự đầu được dùng.",
            )
        return q[:MAX_QUERY].strip()

    def undated(self) -> bool:
        value = self._single("date")
        if self._given("date") and value != UNKNOWN:
            self.fault(
                "date",
                value,
                f"date must be unknown, got {_quoted(value)}; for a span of time use from and to",
                f"Bộ lọc ngày “{_shown(value)}” không dùng được nên đã bỏ qua." if value else "",
            )
        return value == UNKNOWN

    def period(self) -> Period | None:
        since, until = self._date("from"), self._date("to")
        if not since and not until:
            return None
        period = Period.of(since, until)
        start, end = period.range.start, period.range.end
        if start is not None and end is not None and start >= end:
            self.fault(
                "from",
                since,
                f"from must not be after to, got from={since} and to={until}",
                "Ngày bắt đầu ở sau ngày kết thúc: hai ngày đã được đổi chỗ cho nhau.",
            )
            return Period.of(until, since)
        return period

    def _date(self, name: str) -> str:
        if not self._given(name):
            return ""
        typed = self._single(name).strip()
        if typed and _is_date(typed):
            return typed
        self.fault(
            name,
            typed,
            f"{name} must be YYYY, YYYY-MM, YYYY-MM-DD or an instant such as 2020-07-01T10:00:00%2B07:00"
            f" (+ is written %2B in a URL), got {_quoted(typed)}",
            typed and f"Không hiểu ngày “{_shown(typed)}” nên đã bỏ qua; hãy viết như 2020, 2020-07, 2020-07-01.",
        )
        return ""

    def names(self, name: str, label: str) -> tuple[str, ...]:
        """Read canonical names; `unknown` among them stands for articles that lack one."""
        values = self._args.getlist(name)
        if len(values) > MAX_VALUES:
            self.fault(
                name,
                str(len(values)),
                f"{name} may be given at most {MAX_VALUES} times, got {len(values)}",
                f"Quá nhiều giá trị lọc theo {label}: chỉ {MAX_VALUES} giá trị đầu được dùng.",
            )
        if any(len(value) > MAX_NAME for value in values):
            self.fault(name, max(values, key=len), f"{name} must have at most {MAX_NAME} characters")
        names = [normal_text(value[:MAX_NAME]).text.strip() for value in values[:MAX_VALUES]]
        if not all(names):
            self.fault(name, "", f"{name} must not be empty: leave it out, or give a name or {UNKNOWN}")
        return tuple(dict.fromkeys(filter(None, names)))

    def sort(self) -> Sort | None:
        value = self._single("sort")
        if not self._given("sort"):
            return None
        return self._choice(Sort, "sort", value, f"Cách sắp xếp “{_shown(value)}” không có nên đã bỏ qua.")

    def facets(self) -> frozenset[Facet]:
        values = [part.strip() for value in self._args.getlist("facets") for part in value.split(",")]
        chosen = (self._choice(Facet, "facets", value, "") for value in dict.fromkeys(values))
        return frozenset(facet for facet in chosen if facet is not None)

    def fields(self) -> tuple[str, ...]:
        """Read which fields hits are to have; none: the usual ones."""
        values = [part.strip() for value in self._args.getlist("fields") for part in value.split(",")]
        for value in dict.fromkeys(values):
            if value not in HIT_FIELDS:
                self.fault("fields", value, f"fields must be {_one_of(HIT_FIELDS)}, got {_quoted(value)}")
        return tuple(name for name in HIT_FIELDS if name in values)

    def flag(self, name: str) -> bool:
        """Read true or false; false when it isn't given."""
        value = self._single(name)
        if self._given(name) and value not in ("true", "false"):
            self.fault(name, value, f"{name} must be true or false, got {_quoted(value)}")
        return value == "true"

    def choice(self, choices: type[_Choice], name: str, default: _Choice) -> _Choice:
        """Read one of some names."""
        value = self._single(name)
        if not self._given(name):
            return default
        return self._choice(choices, name, value, "") or default

    def text(self, name: str) -> str:
        """Read a short text."""
        value = self._single(name).strip()
        if len(value) > MAX_VALUE:
            self.fault(name, value, f"{name} must have at most {MAX_VALUE} characters, got {len(value)}")
        return value[:MAX_VALUE]

    def explain(self, size: int) -> bool:
        explained = self.flag("explain")
        if explained and size > MAX_EXPLAINED:
            self.fault("explain", "true", f"explain=true goes with a size of at most {MAX_EXPLAINED}, got {size}")
            return False
        return explained

    def cursor(self, sort: Sort | None) -> PlaceInOrder | None:
        """Read where the answer before ended; it must be of the order that is asked for, if any is."""
        written = self._single("cursor")
        if not self._given("cursor"):
            return None
        if self._given("page"):
            message = "cursor begins where the answer before ended: it can't be combined with page"
            self.fault("cursor", written, message)
            return None
        try:
            place = PlaceInOrder.read(written)
        except ValueError:
            self.fault("cursor", written, f"cursor must be the next_cursor of an answer, got {_quoted(written)}")
            return None
        if sort is not None and sort is not place.sort:
            message = f"cursor is of an answer with sort={place.sort}: it can't be combined with sort={sort}"
            self.fault("cursor", written, message)
            return None
        return place

    def freshness(self) -> float:
        value = self._single("freshness").strip()
        if not self._given("freshness"):
            return 0.0
        if re.fullmatch(r"[0-9](\.[0-9]{1,9})?", value) and float(value) <= 1:
            return float(value)
        notice = f"Độ ưu tiên bài mới “{_shown(value)}” không dùng được nên đã bỏ qua." if value else ""
        self.fault("freshness", value, f"freshness must be a number from 0 to 1, got {_quoted(value)}", notice)
        return 0.0

    def collapse(self) -> Collapse | None:
        """Read what is shown once where several hits share it."""
        value = self._single("collapse")
        if not self._given("collapse"):
            return None
        return self._choice(Collapse, "collapse", value, f"Cách gộp “{_shown(value)}” không có nên đã bỏ qua.")

    def number(self, name: str, default: int, highest: int, label: str) -> int:
        """Read a whole number from 1 to `highest`."""
        value = self._single(name).strip()
        if not self._given(name):
            return default
        if re.fullmatch(r"-?[0-9]{1,9}", value):
            number = int(value)
            if 1 <= number <= highest:
                return number
            message = f"{name} must be between 1 and {highest}, got {number}"
        else:
            message = f"{name} must be a whole number between 1 and {highest}, got {_quoted(value)}"
        notice = f"{label} “{_shown(value)}” không dùng được nên đã bỏ qua." if value else ""
        self.fault(name, value, message, notice)
        return default

    def page(self, size: int) -> int:
        page = self.number("page", 1, MAX_HITS, "Số trang")
        if page * size <= MAX_HITS:
            return page
        self.fault(
            "page",
            str(page),
            f"page {page} of size {size} reaches past hit {MAX_HITS}: narrow the search by date (from, to)",
            f"Chỉ xem được {number_shown(MAX_HITS)} bài đầu; hãy thu hẹp khoảng ngày để xem tiếp.",
        )
        return MAX_HITS // size

    def _given(self, name: str) -> bool:
        return name in self._args

    def _single(self, name: str) -> str:
        values = self._args.getlist(name)
        if len(values) > 1:
            self.fault(
                name,
                values[1],
                f"{name} must be given once, got {len(values)} times",
                f"“{name}” được ghi nhiều lần: chỉ giá trị đầu được dùng.",
            )
        return values[0] if values else ""

    def _choice(self, choices: type[_Choice], name: str, value: str, notice: str) -> _Choice | None:
        try:
            return choices(value)
        except ValueError:
            known = _one_of(choice.value for choice in choices)
            self.fault(name, value, f"{name} must be {known}, got {_quoted(value)}", notice if value else "")
            return None


def _one_of(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _is_date(typed: str) -> bool:
    try:
        Period.of(typed, "")
    except ValueError:
        return False
    return True


def _quoted(value: str) -> str:
    return f"'{_shown(value)}'"
