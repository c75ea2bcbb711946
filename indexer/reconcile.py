"""Whatever can be mended without losing anything is: the index follows the store, counts follow the articles."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from index.abbreviations import Abbreviations
from index.article import Article
from index.errors import IndexLocked, SearchError
from indexer.archive import Archive, withhold
from indexer.deep_check import DeepFindings, deep_check
from indexer.disk_space import FreeBytes, free_bytes, index_bytes, must_have_room
from indexer.indexing import applied_number, note_refused, rebuild_index, update_index
from indexer.report import IndexReport, Progress, Rejected, counted, no_progress
from indexer.restore import STAGING
from indexer.store import ArticleStore, recount

_ROUNDS = 3
"""How often is looked again: what is found first may hide something else."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How an archive is looked at."""

    abbreviations: Abbreviations
    clock: Callable[[], datetime]
    progress: Progress = no_progress
    free: FreeBytes = free_bytes


@dataclass(slots=True)
class Reconciled:
    """What was found, what was done about it, what is still wrong."""

    found: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    """Articles that the engine does not take; written again they would be refused again."""


def reconcile(archive: Archive, looking: Looking) -> Reconciled:
    """Look at everything, mend what can be mended, and look again.

    The writer's lock is held only while something is mended. Raises IndexLocked when there is something to mend and
    another writer is at work, StoreDamaged, StoreLocked or OSError when the store can't be opened.
    """
    done = Reconciled()
    _clear(archive, done)
    for _ in range(_ROUNDS):
        deep = deep_check(archive, looking.abbreviations, looking.clock, looking.progress)
        done.left = deep.problems()
        done.found.extend(problem for problem in done.left if problem not in done.found)
        try:
            if deep.findings.store or done.refused or not _mend(archive, deep, looking, done):
                break
        except IndexLocked:
            raise
        except (SearchError, OSError) as error:
            done.left.append(str(error))
            break
    done.left.extend(f"{bad.origin} is not in the index: {bad.reason}" for bad in done.refused)
    return done


def _clear(archive: Archive, done: Reconciled) -> None:
    """Remove what killed runs have left: opening a writer does it for the index."""
    before = _hidden(archive.index) + [path for path in (archive.home / STAGING,) if path.exists()]
    if not before:
        return
    try:
        with closing(archive.engine.open_writer(archive.index)):
            shutil.rmtree(archive.home / STAGING, ignore_errors=True)
    except SearchError:
        return  # it is what another writer is building; or nothing can be written, which mending will tell
    if gone := [path for path in before if not path.exists()]:
        done.mended.append(f"{counted(len(gone), 'left-over')} of killed runs removed")


def _hidden(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(".")] if folder.is_dir() else []


def _mend(archive: Archive, deep: DeepFindings, looking: Looking, done: Reconciled) -> bool:
    """Mend what can be; say whether there was anything."""
    findings = deep.findings
    differing = [*findings.missing, *findings.stale]
    miscounted = deep.miscounted or deep.nameless
    if not (miscounted or deep.needs_new_index or findings.behind or differing or findings.shown):
        return False
    with closing(archive.engine.open_writer(archive.index)) as writer:
        if miscounted:
            recount(archive.articles)
            portals, names = counted(len(deep.miscounted), "portal"), counted(deep.nameless, "name")
            done.mended.append(f"lines of {portals} counted anew, {names} without an article dropped")
        with ArticleStore.open(archive.articles, create=False) as store:
            withhold(archive, store)
            if findings.shown:
                done.mended.append(f"{counted(len(findings.shown), 'withdrawn article')} withheld again")
            report = IndexReport()
            if deep.needs_new_index:
                size = store.stats().size_bytes
                must_have_room(archive.index, index_bytes(archive, size), "making the index anew", looking.free)
                rebuild_index(store, writer, report, looking.progress)
                done.mended.append(f"the index made anew: {counted(report.indexed, 'article')}")
            elif findings.behind:
                update_index(store, writer, applied_number(archive.engine, archive.index), report, looking.progress)
                changes = f"{report.indexed:,} written, {report.unindexed:,} taken out"
                done.mended.append(f"the index brought up to date: {changes}")
            elif differing:
                with writer.update(store.last_seq()) as batch:
                    report.indexed += batch.upsert(_stored(store, differing))
                note_refused(batch, report)
                done.mended.append(f"{counted(report.indexed, 'article')} written to the index again")
            done.refused.extend(report.rejected)
    return True


def _stored(store: ArticleStore, ids: list[str]) -> Iterator[Article]:
    for article_id in ids:
        found = store.get(article_id)
        if found is not None:
            yield found.article
