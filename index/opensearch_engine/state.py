"""Which generation is searched, what is withheld, and who writes: the few documents that say so.

    <prefix>                  an alias of the index that is searched; moving it is one step for the cluster
      └─ document `state`     its current generation's number and facts, and those of the one before
    <prefix>-records
      ├─ document `withheld`  ids that no generation shows
      └─ document `writer`    who writes, renewed while they do

Every version of an article has the number of the generation that brought it, and of the one that took it out. Changing
the one number in `state` makes all changes of a batch visible together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from index.errors import IndexDamaged, IndexMissing, IndexOutdated
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import as_written
from index.opensearch_engine.mapping import stamp

JSON = dict[str, Any]

STATE, WITHHELD, WRITER = "state", "withheld", "writer"


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation and what it holds."""

    index: str
    number: int
    name: str
    applied: int
    articles: int
    dated: int
    with_author: int
    newest: int
    """The date of its newest article, in seconds since 1970; 0 when none has one."""
    built_at: str
    size_bytes: int
    stamp: str

    def fields(self) -> JSON:
        """Give it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, fields: JSON) -> Self:
        """Read what `fields` gave."""
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class State:
    """What the document `state` of an index says."""

    current: Generation
    before: Generation | None
    """The one that may be rolled back to."""
    given_out: int
    """The highest number ever given to a generation in this index."""

    def document(self) -> JSON:
        """Write the document."""
        return {
            "state": {
                "current": self.current.fields(),
                "before": self.before.fields() if self.before else None,
                "given_out": self.given_out,
            }
        }

    @classmethod
    def of(cls, found: JSON) -> Self:
        """Read the document; raises IndexOutdated when this version doesn't know what it says, IndexDamaged when it is
        not ours."""
        with as_written(f"the document {STATE} of {found['_index']}"):
            fields = found["_source"]["state"]
            written = fields["current"].get("stamp")
            if written != stamp():
                raise IndexOutdated(
                    f"the index {found['_index']} was written as {written}, this version reads {stamp()}: "
                    "run `timtin rebuild`"
                )
            before = fields["before"]
            return cls(Generation.of(fields["current"]), Generation.of(before) if before else None, fields["given_out"])


@dataclass(frozen=True, slots=True)
class Now:
    """What holds at a moment, read in one request."""

    state: State | None
    withheld: str | None
    """Which writing of the list there is; None when there is no list."""
    writer: JSON | None


def read(connection: Connection) -> Now:
    """Read everything that a search must know first."""
    place = connection.place
    state, withheld, writer = connection.documents(
        [
            {"_index": place.alias, "_id": STATE},
            {"_index": place.records, "_id": WITHHELD, "_source": ["version"]},
            {"_index": place.records, "_id": WRITER},
        ]
    )
    return Now(
        State.of(state) if state else None,
        withheld["_source"].get("version") if withheld else None,
        writer["_source"] if writer else None,
    )


def required(connection: Connection, now: Now) -> State:
    """Give the state; raises IndexMissing when there is no index, IndexDamaged when nobody knows what it must not
    show: every index has a list of that, though it be empty."""
    if now.state is None:
        raise IndexMissing(f"there is no index in {connection.place} yet: run `timtin rebuild`")
    if now.withheld is None:
        raise IndexDamaged(
            f"the list of withdrawn articles, in {connection.place.records}, is gone from the cluster: any `timtin "
            "add` or `timtin rebuild` writes it anew from the article store"
        )
    return now.state


def withheld_version(connection: Connection) -> str | None:
    """Say which writing of the list of what is withheld there is; None when there is no list."""
    [found] = connection.documents([{"_index": connection.place.records, "_id": WITHHELD, "_source": ["version"]}])
    return found["_source"].get("version") if found else None


def withheld_list(connection: Connection) -> tuple[str | None, frozenset[str]]:
    """Read the whole list of what is withheld, and which writing of it that is; None when there is no list."""
    [found] = connection.documents([{"_index": connection.place.records, "_id": WITHHELD}])
    if found is None:
        return None, frozenset()
    with as_written(f"the document {WITHHELD} of {connection.place.records}"):
        return found["_source"]["version"], frozenset(found["_source"]["ids"])


def version_of(ids: Iterable[str]) -> str:
    """Name a list of ids."""
    listed = "\n".join(sorted(ids)).encode("utf-8", "replace")
    return hashlib.blake2b(listed, digest_size=16).hexdigest()


def withheld_filter(records: str) -> JSON:
    """Give the filter of what is withheld; the cluster itself reads the list, at each search."""
    return {"terms": {"id": {"index": records, "id": WITHHELD, "path": "ids"}}}
