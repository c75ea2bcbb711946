"""Withdrawing articles, and taking that back: at once, whoever else is writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from index.errors import IndexLocked
from indexer.archive import Archive, withhold
from indexer.changing import Unwritable, timed, update, writer_of
from indexer.ingest import Clock
from indexer.report import IndexReport, no_progress
from indexer.store import ArticleStore, Decision, StoreDamaged
from indexer.stories.grouping import follow


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a wish to withdraw articles, or to undo that. Ids, but for `missing`: as given."""

    done: list[str]
    already: list[str]
    """Those that needed nothing."""
    missing: list[str]
    same_story: list[str]
    """Other articles, still shown, that tell the same story as one that was withdrawn now."""
    report: IndexReport


def withdraw(archive: Archive, wanted: Iterable[str], decision: Decision, clock: Clock) -> Decided:
    """Withdraw articles, named by id or address: from now on nothing gives them, whatever is added or rebuilt.

    No writer's lock is needed: while another process writes, the articles are withheld all the same and leave the
    index with its next change. Raises StoreMissing, StoreLocked, StoreDamaged, OSError, or EngineUnavailable when the
    list of what is withheld can't be written: then the command must be run again.
    """
    told: dict[str, None] = {}

    def decide(store: ArticleStore, article_id: str) -> bool:
        others = _same_story(store, article_id)
        is_new = store.withdraw(article_id, decision, clock())
        told.update(dict.fromkeys(others if is_new else ()))
        return is_new

    decided = _decide(archive, wanted, clock, decide)
    decided.same_story.extend(each for each in told if each not in decided.done)
    return decided


def _same_story(store: ArticleStore, article_id: str) -> list[str]:
    """Name the other articles of an article's story: none for one that can't be read, which is withdrawn all the
    same."""
    with suppress(StoreDamaged):
        held = store.get(article_id)
        if held is not None and held.article.story is not None:
            return [each.id for each in store.members_of(held.article.story) if each.id != article_id]
    return []


def undo_withdrawal(archive: Archive, wanted: Iterable[str], decision: Decision, clock: Clock) -> Decided:
    """Take withdrawals back: the articles are there again. Raises as `withdraw` does."""
    return _decide(archive, wanted, clock, lambda store, each: store.undo_withdrawal(each, decision, clock()))


def _decide(
    archive: Archive, wanted: Iterable[str], clock: Clock, decide: Callable[[ArticleStore, str], bool]
) -> Decided:
    decided = Decided([], [], [], [], IndexReport())
    with timed(decided.report), ArticleStore.open(archive.articles, create=False) as store:
        for each in dict.fromkeys(wanted):
            article_id = store.find(each)
            if article_id is None:
                decided.missing.append(each)
            elif decide(store, article_id):
                decided.done.append(article_id)
            else:
                decided.already.append(article_id)
        withhold(archive, store)
        try:
            with writer_of(archive) as writer:
                follow(store, clock)
                update(archive, store, writer, decided.report, no_progress)
        except IndexLocked:
            decided.report.notices.append("another process is writing; the index follows with its next change")
        except Unwritable as unwritable:
            decided.report.index_problem = str(unwritable.problem)
    return decided
