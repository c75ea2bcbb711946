"""What the page that compares queries over time shows, ready for its template."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from index.errors import QueryRefused, SearchTimeout
from index.query import Interval, MatchAll
from service.archive import Archive
from service.arguments import Fault
from service.coverage import (
    MOST_PERIODS,
    CountedQuery,
    Coverage,
    TooManyPeriods,
    Unanswered,
    coverage,
    part_of,
    share,
)
from service.coverage_arguments import MOST, CoverageArguments
from service.export import spreadsheet_cell
from service.filters_panel import Chip, chips
from service.line_chart import Chart, Value, chart, levels, spread
from service.links import Links, Pairs
from service.overview import KEYWORD, Overview
from service.result_page import LinkTo
from service.wording import first_day, last_day, number, percent, quoted, span_label

LABELS = {Interval.YEAR: 6, Interval.MONTH: 4, Interval.DAY: 3}
"""How many names of periods have room below the chart on a phone."""
_KINDS = {Interval.YEAR: "năm", Interval.MONTH: "tháng", Interval.DAY: "ngày"}


class Measure(StrEnum):
    """What the lines show: how many articles, or which part of all that were published."""

    COUNT = "count"
    SHARE = "share"

    @property
    def said(self) -> str:
        """How an address says it: the usual one needs no saying."""
        return "" if self is Measure.COUNT else self.value


MEASURES = {Measure.COUNT: "Số bài", Measure.SHARE: "Tỉ lệ trong tổng số bài"}


@dataclass(frozen=True, slots=True)
class Legend:
    """A line's query, where it leads, and what it found in all."""

    number: int
    q: str
    url: str
    total: int
    share: str
    undated: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What one query has in one period."""

    count: int
    share: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A period: its cells in the order of the queries, and all articles in it."""

    label: str
    cells: tuple[Cell, ...]
    everything: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A comparison that has figures."""

    kind: str
    """What a period is, as a noun."""
    legend: tuple[Legend, ...]
    chart: Chart
    rows: tuple[Row, ...]
    everything: int
    undated: int
    """Articles without a date, which no period holds."""
    csv_url: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything about a comparison; `drawn` is None when there is nothing to draw."""

    typed: tuple[str, ...]
    """What stands in the fields for queries, empty ones included."""
    notices: tuple[str, ...]
    measure: Measure
    measures: tuple[LinkTo, ...]
    by: Interval | None
    chips: tuple[Chip, ...]
    kept: Pairs
    from_day: str
    to_day: str
    back: LinkTo | None
    examples: tuple[LinkTo, ...]
    drawn: Drawn | None
    without_dates: bool
    """Whether nothing that was found is dated."""
    narrowed: bool
    """Whether more than a span of time narrows the queries and what they are compared with."""

    @property
    def asked(self) -> bool:
        """Whether there is anything to compare."""
        return any(self.typed)


def compare_page(
    found: Archive, links: Links, asked: CoverageArguments, measure: Measure, faults: tuple[Fault, ...]
) -> ComparePage:
    """Compare, and lay out the answer."""
    asked = replace(asked, queries=tuple(dict.fromkeys(asked.queries)))
    notices = [fault.notice for fault in faults if fault.notice]
    compared = _compared(found, asked, notices) if asked.queries else None
    span = asked.within.period.range if asked.within.period else None
    first = replace(asked.within, q=asked.queries[0]) if asked.queries else None
    return ComparePage(
        typed=asked.queries + ("",) * (MOST - len(asked.queries)),
        notices=tuple(dict.fromkeys(notices)),
        measure=measure,
        measures=tuple(
            LinkTo(label, links.compare(asked, each.said), current=each is measure) for each, label in MEASURES.items()
        ),
        by=asked.by,
        chips=tuple(_chips(asked, links, measure)),
        kept=[
            *links.kept_by_the_form(replace(asked.within, size=links.page_size)),
            *([("measure", measure.said)] if measure.said else []),
        ],
        from_day=first_day(span) if span else "",
        to_day=last_day(span) if span else "",
        back=LinkTo(first.q, links.search(first)) if first else None,
        examples=(),
        drawn=_drawn(compared, asked, links, measure) if compared and compared.periods and compared.queries else None,
        without_dates=compared is not None and not compared.periods,
        narrowed=replace(asked.within, period=None).filtered,
    )


def _chips(asked: CoverageArguments, links: Links, measure: Measure) -> Iterator[Chip]:
    for chip in chips(asked.within, links):
        yield replace(chip, url=links.compare(replace(asked, within=chip.without), measure.said))


def with_examples(page: ComparePage, overview: Overview, links: Links) -> ComparePage:
    """Add comparisons to try, of words that are frequent in the archive's newest titles."""
    words = [example.q for example in overview.examples if example.shows == KEYWORD]
    shown = [words[:2], words] if len(words) > 2 else [words] if len(words) > 1 else []
    return replace(
        page,
        examples=tuple(
            LinkTo(" · ".join(several), links.compare(CoverageArguments(tuple(several)))) for several in shown
        ),
    )


def _compared(found: Archive, asked: CoverageArguments, notices: list[str]) -> Coverage | None:
    """Count what can be counted; what can't is left out and told."""
    while True:
        try:
            compared = coverage(found, asked)
        except TooManyPeriods:
            if asked.by is None:
                notices.append(f"Các bài trải ra quá {MOST_PERIODS} năm nên không vẽ được: hãy thu hẹp khoảng ngày.")
                return None
            notices.append(
                f"Chia theo {_KINDS[asked.by]} thì có quá {MOST_PERIODS} kỳ nên độ dài kỳ được tự chọn; "
                "muốn xem kỹ hơn, hãy thu hẹp khoảng ngày."
            )
            asked = replace(asked, by=None)
        except SearchTimeout:
            notices.append("Kho đang thay đổi nên chưa so sánh được; xin thử lại sau ít phút.")
            return None
        else:
            notices += compared.notes
            notices += [f"Câu {quoted(query.q)}: {note}" for query in compared.queries for note in query.notes]
            notices += _asking_nothing(found, compared)
            notices += map(_unanswered_notice, compared.unanswered)
            return compared


def _unanswered_notice(query: Unanswered) -> str:
    if query.error is None:
        return f"Chưa kịp đếm câu {quoted(query.q)} vì các câu trước đã dùng hết thời gian; hãy so sánh ít câu hơn."
    why = "phức tạp quá" if isinstance(query.error, QueryRefused) else "tìm lâu quá"
    return f"Không so sánh được câu {quoted(query.q)} vì {why}; hãy rút gọn câu ấy."


def _asking_nothing(found: Archive, compared: Coverage) -> Iterator[str]:
    for query in compared.queries:
        if isinstance(found.parse(query.q).query, MatchAll):
            yield f"Câu {quoted(query.q)} không có chữ nào để tìm nên gồm mọi bài."


def _drawn(compared: Coverage, asked: CoverageArguments, links: Links, measure: Measure) -> Drawn:
    of = compared.everything
    labels = [span_label(period) for period in compared.periods]
    return Drawn(
        kind=_KINDS[compared.by],
        legend=tuple(
            Legend(
                number=place,
                q=query.q,
                url=links.search(replace(asked.within, q=query.q)),
                total=query.hits.total,
                share=percent(share(query.hits.total, of.total)),
                undated=query.hits.undated,
            )
            for place, query in enumerate(compared.queries, 1)
        ),
        chart=_chart(compared, asked, links, measure),
        rows=tuple(
            Row(
                label,
                tuple(_cell(compared, query, place, asked, links) for query in compared.queries),
                of.counts[place],
            )
            for place, label in enumerate(labels)
        ),
        everything=of.total,
        undated=of.undated,
        csv_url=links.compare(asked, csv=True),
    )


def _cell(compared: Coverage, query: CountedQuery, place: int, asked: CoverageArguments, links: Links) -> Cell:
    count = query.hits.counts[place]
    within = replace(asked.within, q=query.q, period=part_of(asked.within.period, compared.periods[place]))
    return Cell(count, percent(share(count, compared.everything.counts[place])), links.search(within))


def _chart(compared: Coverage, asked: CoverageArguments, links: Links, measure: Measure) -> Chart:
    series = []
    for query in compared.queries:
        values = []
        for place, (period, of) in enumerate(zip(compared.periods, compared.everything.counts, strict=True)):
            cell = _cell(compared, query, place, asked, links)
            part = share(cell.count, of)
            said = f"{query.q}, {span_label(period)}: {number(cell.count)} trong {number(of)} bài ({cell.share})"
            values.append(Value(cell.count if measure is Measure.COUNT else part, cell.url, said))
        series.append(values)
    highest = max((value.amount or 0 for values in series for value in values), default=0)
    grid = levels(highest, 1 if measure is Measure.COUNT else 0.01)
    shown = [(level, number(int(level)) if measure is Measure.COUNT else percent(level)) for level in grid]
    return chart(series, spread([span_label(period) for period in compared.periods], LABELS[compared.by]), shown)


def compare_csv(found: Archive, asked: CoverageArguments) -> str:
    """Write the figures as CSV for spreadsheets: a row for each period, for each query its hits and their share in
    percent, and all articles; what can't be counted is left out."""
    asked = replace(asked, queries=tuple(dict.fromkeys(asked.queries)))
    compared = _compared(found, asked, []) if asked.queries else None
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    queries = compared.queries if compared else ()
    heads = [head for query in queries for head in (query.q, f"{query.q} (%)")]
    rows.writerow(map(spreadsheet_cell, ["Thời gian", *heads, "Tất cả bài"]))
    if compared:
        of = compared.everything
        for place, period in enumerate(compared.periods):
            rows.writerow([period, *_figures([q.hits.counts[place] for q in queries], of.counts[place])])
        if of.undated:
            rows.writerow(["Chưa rõ ngày", *_figures([q.hits.undated for q in queries], of.undated)])
    return f"\ufeff{written.getvalue()}"


def _figures(counts: list[int], of: int) -> Iterator[int | str]:
    for count in counts:
        part = share(count, of)
        yield from (count, "" if part is None else f"{part:.4f}".rstrip("0").rstrip("."))
    yield of
