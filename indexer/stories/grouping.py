"""Follows the changes of the store: each new article joins the story that it tells, or stands alone.

A story is a star, not a chain: whoever joins tells the same as one of its articles and as the first of them. So the
tenth article is still about what the first one was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain

from indexer.report import Progress, no_progress
from indexer.store import ArticleStore
from indexer.store.story_tables import Member, StoryTables
from indexer.stories.likeness import likeness
from indexer.stories.original import original
from indexer.stories.reading import MANY, Row, Seen, read
from indexer.stories.signature import keys

BATCH = 1_000
"""Articles that are followed in one transaction."""
MOST_OF_A_KEY = 32
"""Articles of those that have a key that are looked at: the latest. Many have it from what many papers print alike."""
MOST_COMPARED = 48
"""Articles that a new one is compared with, those with the most keys in common."""
MOST_MEMBERS = 200
"""Articles of a story; further ones begin another."""
_ALREADY_READ = 4_096


def follow(store: ArticleStore, clock: Callable[[], datetime], progress: Progress = no_progress) -> None:
    """Find the stories of all articles that have changed since the last time. Raises as the store does."""
    done, last = store.story_progress(), store.last_seq()
    many = store.changes_between(done, last) > MANY
    followed = 0
    for changes in read(_rows(store, done, last), many):
        with store.stories(clock()) as tables:
            _Batch(tables).follow(changes)
            tables.set_progress(changes[-1].seq)
        followed += len(changes)
        if len(changes) == BATCH:
            progress("grouped", followed, None)


def _rows(store: ArticleStore, after: int, upto: int) -> Iterator[list[Row]]:
    """Give the changed articles in batches. What their stories make of articles gets numbers above these."""
    while rows := store.story_rows((after, upto), BATCH):
        yield rows
        after = rows[-1][7]


class _Batch:
    """Changes that are followed together; `_holders` has for each of their keys the articles that have it."""

    def __init__(self, tables: StoryTables) -> None:
        self._tables = tables
        self._holders: dict[int, list[int]] = {}
        self._members: dict[int, Member] = {}
        self._touched: set[str] = set()

    def follow(self, changes: list[Seen]) -> None:
        fresh = [(each.id, *each.found) for each in self._without_earlier(changes) if each.found is not None]
        keys_of = [keys(told.signature.values).tolist() for _, told, _ in fresh]
        for key, number in self._tables.with_keys(set(chain.from_iterable(keys_of))):
            self._holders.setdefault(key, []).append(number)
        added = self._tables.add(fresh)
        for member, own in zip(added, keys_of, strict=True):
            self._join(member, self._candidates(own))
            for key in own:
                self._holders.setdefault(key, []).append(member.number)
        self._tables.add_keys(
            sorted((key, member.number) for member, own in zip(added, keys_of, strict=True) for key in own)
        )
        self._forget_the_oldest()
        for story in sorted(self._touched):
            self._tell(story)

    def _without_earlier(self, changes: list[Seen]) -> Iterable[Seen]:
        """Forget what was known of the articles, and give those that are to be looked at anew."""
        members = self._tables.of_ids(change.id for change in changes)
        for change in changes:
            known = members.get(change.id)
            if known is not None:
                if change.found is not None and known.says_what(*change.found):
                    continue
                self._leave(known)
            if known is not None or change.story is not None:
                self._tables.tell(change.id, None, is_original=False)
            yield change

    def _leave(self, member: Member) -> None:
        self._tables.drop(member, keys(member.told.signature.values).tolist())
        if member.story is not None:
            self._touched.add(member.story)

    def _candidates(self, own: list[int]) -> list[Member]:
        shared: Counter[int] = Counter()
        for key in own:
            if (holders := self._holders.get(key)) is not None:
                shared.update(holders[-MOST_OF_A_KEY:])
        found = (self._member(number) for number, _ in shared.most_common(MOST_COMPARED))
        return [member for member in found if member is not None]

    def _member(self, number: int) -> Member | None:
        known = self._members.get(number)
        if known is None:
            known = self._tables.numbered(number)
            if known is not None:
                if len(self._members) >= _ALREADY_READ:
                    self._members.clear()
                self._members[number] = known
        return known

    def _join(self, member: Member, candidates: list[Member]) -> None:
        """Put an article into the story it is most like, and others that it shows to be the same into that one."""
        alike = sorted(
            ((likeness(member.told, other.told), -other.number, other) for other in candidates), reverse=True
        )
        joined: str | None = None
        for how_much, _, other in alike:
            if not how_much:
                break
            if other.story is not None and other.story == joined:
                continue
            first = other if other.story is None else self._tables.first_of(other.story)
            if first is None or not (first is other or likeness(member.told, first.told)):
                continue
            if joined is None:
                joined = self._enter(member, other)
            else:
                self._meet(joined, other, first)

    def _enter(self, member: Member, other: Member) -> str | None:
        """Make an article a member of the story of another, which may have been alone."""
        story = other.story
        if story is None:
            story = self._name(other)
            self._put(story, (other.number, member.number))
        elif self._tables.size_of(story) < MOST_MEMBERS:
            self._put(story, (member.number,))
        else:
            return None
        return story

    def _meet(self, story: str, other: Member, first: Member) -> None:
        """Make two stories one, under the larger one's name, if their first articles tell the same."""
        own_first = self._tables.first_of(story)
        if own_first is None or not likeness(own_first.told, first.told):
            return
        if other.story is None:
            if self._tables.size_of(story) < MOST_MEMBERS:
                self._put(story, (other.number,))
            return
        sizes = self._tables.size_of(story), self._tables.size_of(other.story)
        if sum(sizes) <= MOST_MEMBERS:
            larger, smaller = (story, other.story) if sizes[0] >= sizes[1] else (other.story, story)
            self._put(larger, [member.number for member in self._tables.members_of(smaller)])
            self._touched.discard(smaller)

    def _name(self, first: Member) -> str:
        """Name a story by its first article; with its number where an earlier story has that name still."""
        return f"{first.id}~{first.number}" if self._tables.size_of(first.id) else first.id

    def _put(self, story: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._members.pop(number, None)
            self._tables.put_into(story, (number,))
        self._touched.add(story)

    def _tell(self, story: str) -> None:
        members = self._tables.members_of(story)
        if members:
            first = original([member.provenance for member in members])
            for number, member in enumerate(members):
                self._tables.tell(member.id, story, is_original=number == first)

    def _forget_the_oldest(self) -> None:
        """Keep of a key that many articles have only the latest."""
        self._tables.drop_keys(
            (key, number)
            for key, numbers in self._holders.items()
            if len(numbers) > 2 * MOST_OF_A_KEY
            for number in numbers[:-MOST_OF_A_KEY]
        )
