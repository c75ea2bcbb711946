"""Sources into the store: extracted one by one, written in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import assert_never

from index.errors import BadArticle
from indexer.extract import Extracted
from indexer.page_reader import PageReader
from indexer.raw_page import RawPage
from indexer.report import IndexReport, Progress, Warned
from indexer.sources import SkippedFile, SourceItem
from indexer.store import ArticleStore

BATCH = 1_000
"""Articles written in one transaction."""

BATCH_BYTES = 64 * 1024 * 1024
"""Raw bytes held at most before they are written."""

Clock = Callable[[], datetime]


def ingest(
    items: Iterable[SourceItem], store: ArticleStore, clock: Clock, report: IndexReport, progress: Progress
) -> None:
    """Read everything and put it into the store; what can't be taken is noted in the report."""
    store.begin_run()
    reader = PageReader(store)
    report.notices.extend(f"rules file left out: {problem}" for problem in reader.book.problems)
    batch: list[tuple[RawPage, Extracted]] = []
    held = 0
    for item in items:
        match item:
            case SkippedFile():
                report.skipped_files += 1
            case BadArticle():
                report.read += 1
                report.reject(item)
            case RawPage():
                report.read += 1
                extracted = _extracted(item, reader, report)
                if extracted is not None:
                    batch.append((item, extracted))
                    held += len(item.content)
            case _:
                assert_never(item)
        if len(batch) >= BATCH or held >= BATCH_BYTES:
            _write(batch, store, clock, report)
            batch, held = [], 0
            progress("stored", report.read, None)
    _write(batch, store, clock, report)
    progress("stored", report.read, None)


def _extracted(page: RawPage, reader: PageReader, report: IndexReport) -> Extracted | None:
    try:
        extracted = reader.read(page)
    except BadArticle as bad:
        report.reject(bad)
        return None
    report.warnings.extend(Warned(page.origin, text) for text in extracted.warnings)
    return extracted


def _write(batch: list[tuple[RawPage, Extracted]], store: ArticleStore, clock: Clock, report: IndexReport) -> None:
    if not batch:
        return
    counts = store.put_many(batch, clock(), in_run=True)
    report.new += counts.new
    report.changed += counts.changed
    report.unchanged += counts.unchanged
    report.repeated += counts.repeated
    report.outdated += counts.outdated
    report.withdrawn += counts.withdrawn
    report.superseded += counts.superseded
    report.warnings.extend(
        Warned(repetition.last, f"the id {repetition.id} stands at {repetition.first}, too; the last one is kept")
        for repetition in counts.repetitions
    )
    report.warnings.extend(Warned(refusal.origin, f"{refusal.reason}; left out") for refusal in counts.refusals)
