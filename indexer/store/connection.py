"""A connection to the store's file: what those who read and write it share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from indexer.store.schema import open_database, translated

READ_AHEAD = 256
"""Articles read at once."""


class StoreConnection:
    """One connection to the store's file. One process writes, any number read meanwhile.

    Every method raises StoreDamaged, StoreLocked or OSError (see `schema.translated`).
    """

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path = path
        self._database = database

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, create: bool = True) -> Self:
        """Open the store, making it when it is not there (unless read-only or told not to create it)."""
        return cls(path, open_database(path, read_only=read_only, create=create))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _all(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Give every row that is found."""
        with translated(self._path):
            return self._database.execute(sql, values).fetchall()

    def _of_articles(
        self, columns: str, condition: str, values: tuple[Any, ...] = (), *, at_once: int = READ_AHEAD
    ) -> Iterator[Any]:
        """Give columns, the id first, of the articles that fulfil a condition, in order of the ids. Between two reads
        others may write."""
        after = ""
        while rows := self._all(
            f"SELECT {columns} FROM articles WHERE id > ? AND {condition} ORDER BY id LIMIT ?",
            (after, *values, at_once),
        ):
            yield from rows
            after = rows[-1][0]

    @contextmanager
    def _transaction(self, *, durably: bool = False) -> Iterator[None]:
        """Do all or nothing; durably, it outlasts a power cut from the moment it is done."""
        with translated(self._path):
            self._database.execute(f"PRAGMA synchronous = {'FULL' if durably else 'NORMAL'}")
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
