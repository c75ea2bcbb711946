"""One value for each person, publisher and section, whatever is printed: what the list of names says, as a value.

An alias of one publisher goes before one of all; aliases are followed to their end. What contradicts itself is left out
and told, whatever the order of the lines: an alias of two names, names that are aliases of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import orjson

from index.abbreviation_lines import Problem
from index.article import Article
from indexer.capitals import one_tone_style, spelling_key
from indexer.name_lines import Kind, NameLine, read_lines
from indexer.person_names import canonical_person
from indexer.publishers import canonical_publisher

EVERYWHERE = ""
"""Stands for no publisher in particular."""


class Printed(NamedTuple):
    """What is printed by a publisher (or `EVERYWHERE`), as keys."""

    kind: Kind
    publisher: str
    key: str


class Spelling(NamedTuple):
    """How a name is written, by its key."""

    kind: Kind
    key: str
    name: str


@lru_cache(maxsize=1 << 16)
def name_key(kind: Kind, name: str) -> str:
    """Give what two spellings of one name share: capitals, tone placement, titles put aside.

    >>> name_key(Kind.AUTHORS, "ThS. LÂM THOẢ") == name_key(Kind.AUTHORS, "Lâm Thỏa")
    True
    """
    match kind:
        case Kind.AUTHORS:
            return spelling_key(canonical_person(name))
        case Kind.PUBLISHERS:
            return spelling_key(canonical_publisher(name) or name)
        case Kind.SECTIONS:
            return spelling_key(one_tone_style(name))


@dataclass(frozen=True, slots=True)
class Names:
    """What stands for what; two lists that say the same are equal. `problems` are the lines that were left out."""

    aliases: frozenset[tuple[Printed, str]] = frozenset()
    """What is printed, and the key of the name it stands for."""
    spellings: frozenset[Spelling] = frozenset()
    """Of the names that something stands for."""
    problems: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a list. A file that isn't there says nothing; raises OSError when it can't be read."""
        return cls.of(path, read_lines(path))

    @classmethod
    def of(cls, path: Path, numbered: Iterable[tuple[int, NameLine | Problem]]) -> Self:
        """Make the names of numbered lines of a file; what is wrong with them is told in `problems`."""
        found = list(numbered)
        lines = [(number, line) for number, line in found if isinstance(line, NameLine)]
        problems = [line for _, line in found if isinstance(line, Problem)]
        publishers, told = _usable(lines, Kind.PUBLISHERS, {})
        problems += _told(path, told)
        aliases = dict(publishers)
        for kind in (Kind.AUTHORS, Kind.SECTIONS):
            usable, told = _usable(lines, kind, publishers)
            aliases |= usable
            problems += _told(path, told)
        return cls(frozenset(aliases.items()), frozenset(_spellings(lines)), tuple(sorted(problems, key=_line_of)))

    def packed(self) -> bytes:
        """Give the names as bytes; those of equal names are equal."""
        if not self.aliases and not self.spellings:
            return b""
        aliases = sorted([*printed, key] for printed, key in self.aliases)
        return orjson.dumps({"aliases": aliases, "spellings": sorted(map(list, self.spellings))})

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Give the names back."""
        if not packed:
            return cls()
        given = orjson.loads(packed)
        aliases = ((Printed(Kind(kind), publisher, key), name) for kind, publisher, key, name in given["aliases"])
        return cls(frozenset(aliases), frozenset(Spelling(Kind(kind), *rest) for kind, *rest in given["spellings"]))


class Naming:
    """Names as they are asked: built once for many articles."""

    def __init__(self, names: Names) -> None:
        self._aliases = dict(names.aliases)
        self._spellings = {(kind, key): name for kind, key, name in names.spellings}

    def name(self, kind: Kind, printed: str, publisher: str | None = None) -> str:
        """Give the name that is meant by what a publisher prints; what nothing is known of is a name itself."""
        scope = name_key(Kind.PUBLISHERS, publisher) if publisher else EVERYWHERE
        key = _end(self._aliases, Printed(kind, scope, name_key(kind, printed)))
        return self._spellings.get((kind, key), printed)

    def publisher(self, printed: str) -> str:
        """Give the publisher that is meant by what is printed anywhere."""
        return self.name(Kind.PUBLISHERS, canonical_publisher(printed) or printed)

    def applied(self, article: Article) -> Article:
        """Give the article with one value for each person, publisher and section. What was printed stays beside it:
        authors that came without a byline leave one, so the article keeps its identity, too."""
        if not self._spellings:
            return article
        publisher = self.name(Kind.PUBLISHERS, article.publisher) if article.publisher else None
        authors = tuple(dict.fromkeys(self.name(Kind.AUTHORS, author, publisher) for author in article.authors))
        printed = article.publisher_printed or (article.publisher if publisher != article.publisher else None)
        byline = article.byline or (", ".join(article.authors) if authors != article.authors else None)
        section = self.name(Kind.SECTIONS, article.section, publisher) if article.section else None
        return replace(
            article,
            authors=authors,
            byline=byline,
            publisher=publisher,
            publisher_printed=printed,
            section=section,
        )


@lru_cache(maxsize=4)
def naming_of(packed: bytes) -> Naming:
    """Give the names of a list as a store keeps it; the last few stay at hand."""
    return Naming(Names.unpacked(packed))


def touched(before: Names, after: Names) -> frozenset[tuple[Kind, str]]:
    """Give the keys of all names that may mean something else after than before: everything that is tied, however far,
    to what has changed."""
    changed = {(printed.kind, printed.key) for printed, _ in before.aliases ^ after.aliases}
    changed |= {(kind, key) for kind, key, _ in before.spellings ^ after.spellings}
    ties: dict[tuple[Kind, str], set[tuple[Kind, str]]] = {}
    for printed, key in before.aliases | after.aliases:
        one, other = (printed.kind, printed.key), (printed.kind, key)
        ties.setdefault(one, set()).add(other)
        ties.setdefault(other, set()).add(one)
    waiting = list(changed)
    while waiting:
        fresh = ties.get(waiting.pop(), set()) - changed
        changed |= fresh
        waiting.extend(fresh)
    return frozenset(changed)


def holds_any(article: Article, keys: frozenset[tuple[Kind, str]]) -> bool:
    """Say whether one of the names stands in the article's fields."""
    fields = [(Kind.AUTHORS, author) for author in article.authors]
    fields += [(Kind.PUBLISHERS, article.publisher)] if article.publisher else []
    fields += [(Kind.SECTIONS, article.section)] if article.section else []
    return any((kind, name_key(kind, name)) in keys for kind, name in fields)


_Table = dict[Printed, str]
_Told = dict[int, str]


def _usable(lines: list[tuple[int, NameLine]], kind: Kind, publishers: _Table) -> tuple[_Table, _Told]:
    """Give the aliases of a kind that contradict nothing, and what is wrong with the others, by line."""
    meant: dict[Printed, dict[str, list[tuple[int, str, str]]]] = {}
    for number, line in lines:
        if line.kind is not kind:
            continue
        scope = EVERYWHERE
        if line.publisher is not None:
            own = Printed(Kind.PUBLISHERS, EVERYWHERE, name_key(Kind.PUBLISHERS, line.publisher))
            scope = _end(publishers, own)
        target = name_key(kind, line.name)
        for alias in line.aliases:
            printed = Printed(kind, scope, name_key(kind, alias))
            if printed.key != target:
                meant.setdefault(printed, {}).setdefault(target, []).append((number, alias, line.name))
    told: _Told = {}
    table: _Table = {}
    for printed, targets in meant.items():
        if len(targets) == 1:
            table[printed] = next(iter(targets))
            continue
        names = ", ".join(sorted({name for uses in targets.values() for _, _, name in uses}))
        for number, alias, _ in (use for uses in targets.values() for use in uses):
            told[number] = f"{alias!r} stands for several names ({names}) and is left out; keep one of them"
    while on_cycles := {edge for scope in _scopes(table) for edge in _cycle_edges(table, scope)}:
        for edge in on_cycles:
            for number, alias, name in meant[edge][table.pop(edge)]:
                told[number] = f"{alias!r} and {name!r} stand for each other and are left out; keep one direction"
    return table, told


def _scopes(table: _Table) -> set[str]:
    return {EVERYWHERE, *(printed.publisher for printed in table)}


def _edge(table: _Table, printed: Printed) -> Printed | None:
    """Give the entry that tells what is printed: the publisher's own, or that of all."""
    if printed in table:
        return printed
    general = printed._replace(publisher=EVERYWHERE)
    return general if general in table else None


def _cycle_edges(table: _Table, scope: str) -> Iterator[Printed]:
    """Give the entries on circles, as one publisher's names are followed."""
    done: set[str] = set()
    for start in list(table):
        path: dict[str, Printed] = {}
        key = start.key
        while key not in done and (edge := _edge(table, Printed(start.kind, scope, key))) is not None:
            if key in path:
                circle = list(path)
                yield from (path[each] for each in circle[circle.index(key) :])
                break
            path[key] = edge
            key = table[edge]
        done.update(path)


def _end(table: _Table, printed: Printed) -> str:
    """Follow the aliases from what is printed to the key of the name."""
    while (edge := _edge(table, printed)) is not None:
        printed = printed._replace(key=table[edge])
    return printed.key


def _spellings(lines: list[tuple[int, NameLine]]) -> Iterator[Spelling]:
    """Give one spelling for each name; of several the first that isn't in capitals."""
    written: dict[tuple[Kind, str], set[str]] = {}
    for _, line in lines:
        written.setdefault((line.kind, name_key(line.kind, line.name)), set()).add(line.name)
    for (kind, key), names in written.items():
        yield Spelling(kind, key, min(names, key=lambda name: (name.isupper(), name)))


def _told(path: Path, told: _Told) -> list[Problem]:
    return [Problem(path, number, reason) for number, reason in told.items()]


def _line_of(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.reason
