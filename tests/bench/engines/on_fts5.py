"""SQLite's FTS5, as the standard library has it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.engines.articles import Row, read_rows
from tests.bench.engines.asked import LIMIT, Answer, Asked, Shape, Typed

FILE = "index.db"
TERMS = (
    "CREATE VIRTUAL TABLE found USING fts5(text, content='', tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
)
SERVED = 'CREATE VIRTUAL TABLE found USING fts5(title, body, tokenize="unicode61 remove_diacritics 2")'
RANK = "bm25(found, 2.5, 1.0)"
JOINED = "found JOIN facts ON facts.number = found.rowid WHERE found MATCH :match"


def write_terms(rows: Path, folder: Path) -> None:
    """Write the tokens as one column whose text isn't kept."""
    _write(rows, folder, TERMS, "INSERT INTO found(rowid, text) VALUES(?, ?)", lambda row: (row.number, row.tokens))


def write_served(rows: Path, folder: Path) -> None:
    """Write title and body, folded by its own tokenizer, and keep them."""
    insert = "INSERT INTO found(rowid, title, body) VALUES(?, ?, ?)"
    _write(rows, folder, SERVED, insert, lambda row: (row.number, row.title, row.body))


INDEXES = {"terms": write_terms, "served": write_served}


def _write(rows: Path, folder: Path, create: str, insert: str, texts: Callable[[Row], tuple[Any, ...]]) -> None:
    database = sqlite3.connect(folder / FILE)
    database.execute("PRAGMA journal_mode = off")
    database.execute(create)
    database.execute("CREATE TABLE facts(number INTEGER PRIMARY KEY, author TEXT, published INTEGER, month TEXT)")

    for row in read_rows(rows):
        database.execute("INSERT INTO facts VALUES(?, ?, ?, ?)", (row.number, row.author, row.published, row.month))
        database.execute(insert, texts(row))
    database.execute("INSERT INTO found(found) VALUES('optimize')")
    database.execute("CREATE INDEX by_date ON facts(published)")
    database.commit()
    database.execute("ANALYZE")
    database.close()


def contestant(folder: Path) -> OnFts5:
    """Open its indexes."""
    return OnFts5(folder)


class OnFts5:
    """Both indexes, opened."""

    def __init__(self, folder: Path) -> None:
        self._terms = _connect(folder / "terms")
        self._served = _connect(folder / "served")

    def prepare(self, asked: Asked) -> Callable[[], object] | None:
        """Give what answers a query; it knows no leading wildcards."""
        if asked.shape is Shape.SUFFIX:
            return None
        named = {"match": _match(asked), "offset": asked.offset}
        source = "facts" if asked.shape is Shape.EVERYTHING else JOINED
        if asked.facets:
            return lambda: _facets(self._terms, source, named)
        count, page = f"SELECT count(*) FROM {source}", f"SELECT number FROM {source} ORDER BY rank"
        if asked.span is not None:
            named |= {"start": asked.span[0], "end": asked.span[1]}
            condition = "AND published >= :start AND published < :end"
            count, page = f"{count} {condition}", f"SELECT number FROM {source} {condition} ORDER BY rank"
        elif asked.newest:
            page = f"SELECT number FROM {source} ORDER BY published DESC"
        elif source == JOINED:
            count = "SELECT count(*) FROM found WHERE found MATCH :match"
            page = "SELECT rowid FROM found WHERE found MATCH :match ORDER BY rank"
        page += f" LIMIT {LIMIT} OFFSET :offset"
        return lambda: (self._all(count, named)[0][0], self._all(page, named))

    def answer(self, given: Any) -> Answer:
        """Read what it gave."""
        if isinstance(given, dict):
            return Answer(authors=dict(given["authors"]), total=sum(count for _, count in given["months"]))
        return Answer(given[0], tuple(number for (number,) in given[1]))

    def serve(self, typed: Typed) -> Callable[[], object]:
        """Give what answers a typed query: all of the words, or any of them where that finds less than a page."""
        database = self._served
        hits = "SELECT title, snippet(found, 1, '[', ']', '…', 40)"

        def served() -> object:
            if not typed.words:
                newest = f"SELECT number FROM facts ORDER BY published DESC LIMIT {LIMIT}"
                starts = database.execute(f"SELECT title, substr(body, 1, 300) FROM found WHERE rowid IN ({newest})")
                return starts.fetchall(), _facets(database, "facts", {})
            quoted = [f'"{word}"' for word in typed.words]
            matches = [f'"{" ".join(typed.words)}"'] if typed.phrase else [" AND ".join(quoted), " OR ".join(quoted)]
            for match in matches:
                named = {"match": match}
                statement = f"{hits} FROM found WHERE found MATCH :match ORDER BY {RANK} LIMIT {LIMIT}"
                page = database.execute(statement, named).fetchall()
                if len(page) == LIMIT:
                    break
            total = database.execute("SELECT count(*) FROM found WHERE found MATCH :match", named).fetchone()
            return total, page, _facets(database, JOINED, named)

        return served

    def close(self) -> None:
        """Close the databases."""
        self._terms.close()
        self._served.close()

    def _all(self, statement: str, named: dict[str, Any]) -> list[Any]:
        return self._terms.execute(statement, named).fetchall()


def _connect(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
    database.execute("PRAGMA mmap_size = 4000000000")
    database.execute("PRAGMA cache_size = -200000")
    return database


def _match(asked: Asked) -> str:
    match asked.shape:
        case Shape.ANY:
            return " OR ".join(f'"{token}"' for token in asked.tokens)
        case Shape.UNACCENTED:
            return " OR ".join(f'"{token}"' for token in asked.variants)
        case Shape.ALL:
            return " AND ".join(f'"{token}"' for token in asked.tokens)
        case Shape.PHRASE:
            return f'"{" ".join(asked.tokens)}"'
        case Shape.PREFIX:
            return f'"{asked.tokens[0]}" *'
        case _:
            return ""


def _facets(database: sqlite3.Connection, source: str, named: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    authors = f"SELECT author, count(*) FROM {source} GROUP BY author ORDER BY 2 DESC LIMIT {LIMIT}"
    months = f"SELECT month, count(*) FROM {source} GROUP BY month"
    return {
        "authors": database.execute(authors, named).fetchall(),
        "months": database.execute(months, named).fetchall(),
    }
