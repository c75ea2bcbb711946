"""What a comparison of queries over time asks for, and how it is read from a query string."""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from index.query import Interval
from service.arguments import SearchArguments
from service.query_string import MAX_QUERY, Reader

MOST = 5
"""Queries that are compared: more lines can't be told apart."""
COVERAGE = ("q", "by", "from", "to", "author", "publisher", "section")
"""The parameters there are."""


@dataclass(frozen=True, slots=True)
class CoverageArguments:
    """Queries, what narrows them all (`within` has no query of its own), and how long the periods are; without `by`
    whatever suits the span that the articles cover."""

    queries: tuple[str, ...] = ()
    within: SearchArguments = field(default_factory=SearchArguments)
    by: Interval | None = None


def coverage_arguments(reader: Reader, args: MultiDict[str, str]) -> CoverageArguments:
    """Read a comparison with a reader of the same query string, which keeps what is wrong."""
    reader.known()
    within = SearchArguments(
        period=reader.period(),
        authors=reader.names("author", "tác giả"),
        publishers=reader.names("publisher", "nơi đăng"),
        sections=reader.names("section", "chuyên mục"),
    )
    return CoverageArguments(_queries(reader, args), within, _interval(reader, args))


def _queries(reader: Reader, args: MultiDict[str, str]) -> tuple[str, ...]:
    queries: list[str] = []
    for number, typed in enumerate(args.getlist("q"), 1):
        q = typed.strip()
        if not q:
            reader.fault("q", typed, f"q must not be empty: number {number} of them is")
        elif len(q) > MAX_QUERY:
            reader.fault(
                "q",
                q,
                f"q must have at most {MAX_QUERY} characters, number {number} of them has {len(q)}",
                f"Câu thứ {number} quá dài: chỉ {MAX_QUERY} ký tự đầu được dùng.",
            )
        if q:
            queries.append(q[:MAX_QUERY].strip())
    if len(queries) > MOST:
        reader.fault(
            "q",
            queries[MOST],
            f"q may be given at most {MOST} times, got {len(queries)}",
            f"Chỉ so sánh được {MOST} câu cùng lúc: {MOST} câu đầu được dùng, các câu sau bị bỏ qua.",
        )
    return tuple(queries[:MOST])


def _interval(reader: Reader, args: MultiDict[str, str]) -> Interval | None:
    chosen = reader.choice(Interval, "by", Interval.YEAR)
    return chosen if args.get("by") == chosen else None
