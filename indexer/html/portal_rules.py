"""What is known of single portals: where on its pages each field stands. One TOML file a portal.

    hosts = ["hailam.example.vn", "*.hailam.example.vn"]
    marker = "#dnn_ctr451_ViewNews"         # tells its pages when they come without an address, or the host isn't known
    drop = [".other-news"]                  # taken out before anything is read
    date_format = "%d/%m/%Y %H:%M"
    author_pattern = "Người viết: (.+)"
    publisher = "Ủy ban nhân dân tỉnh Hải Lam"
    section = "Tin tức"                     # when nothing on the page says it

    [select]                                # CSS selectors; of a list the first that finds something
    title = "span.Head"
    body = ["div.content", "td.noidung"]

Files that ship with the program are in this package's folder `portals`, own ones in HOME/portals; of two of one name
the own one is used.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from indexer.html.date_formats import DateFormat

SHIPPED = Path(__file__).parent / "portals"
FIELDS = ("title", "lead", "body", "date", "updated", "author", "section", "publisher", "caption")
_LISTS = ("hosts", "drop")
_TEXTS = ("marker", "date_format", "author_pattern", "publisher", "section")
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]{2,}|localhost|\d+(?:\.\d+){3}")
_MOST_BYTES = 64 * 1024
_MOST_FILES = 1_000


@dataclass(frozen=True, slots=True)
class PortalRules:
    """The rules of one portal. `select` gives for a field the selectors to try, in order."""

    name: str
    digest: str
    """Of the file; another one means that the stored pages must be read anew."""
    hosts: tuple[str, ...] = ()
    marker: str | None = None
    drop: tuple[str, ...] = ()
    date_format: DateFormat | None = None
    author_pattern: re.Pattern[str] | None = None
    publisher: str | None = None
    section: str | None = None
    select: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_for(self, host: str) -> bool:
        """Say whether the host is one of the portal's."""
        return any(host == own or (own[0] == "*" and host.endswith(own[1:])) for own in self.hosts)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of all portals, and what is wrong with files that can't be used."""

    portals: tuple[PortalRules, ...] = ()
    problems: tuple[str, ...] = ()
    broken: frozenset[str] = frozenset()
    """The names of the files with a mistake."""

    def for_page(self, hosts: Iterable[str], tree: LexborHTMLParser) -> PortalRules | None:
        """Give the rules of a page: by the first of its hosts that has some, else by a marker; where rules name hosts,
        theirs counts only for a page without an address."""
        known = [host.lower() for host in hosts if host]
        for host in known:
            for rules in self.portals:
                if rules.is_for(host):
                    return rules
        marked = (rules for rules in self.portals if rules.marker and not (known and rules.hosts))
        return next((rules for rules in marked if tree.css_first(rules.marker or "") is not None), None)

    def digests(self) -> dict[str, str]:
        """Give the digest of every file that can be used."""
        return {rules.name: rules.digest for rules in self.portals}


NO_RULES = RuleBook()


class BadRules(Exception):
    """A rules file can't be used; the message names the key and the remedy."""


@cache
def shipped() -> RuleBook:
    """Give the rules that ship with the program."""
    return _book(tuple(_files([SHIPPED])))


def rules_of(home: Path) -> RuleBook:
    """Give the rules of an installation as its files are now: its own and those that ship."""
    return _book(tuple(_files([home / "portals", SHIPPED])))


@lru_cache(maxsize=8)
def _book(files: tuple[tuple[Path, int, int], ...]) -> RuleBook:
    """Read the files; they are told apart by when they were written and their size, so that asking often is cheap."""
    found: dict[str, PortalRules] = {}
    problems: list[str] = []
    broken: set[str] = set()
    for path, _, _ in files:
        if path.stem in found or path.stem in broken:
            continue
        try:
            rules = parse(path.stem, _bytes(path))
            others = (other.name for other in found.values() if set(other.hosts) & set(rules.hosts))
            if taken := next(others, None):
                raise BadRules(f"hosts: {taken}.toml has one of them, too; leave it out of one of the files")
        except BadRules as mistake:
            problems.append(f"{path}: {mistake}")
            broken.add(path.stem)
        else:
            found[rules.name] = rules
    return RuleBook(tuple(found.values()), tuple(problems), frozenset(broken))


def _files(folders: Iterable[Path]) -> Iterator[tuple[Path, int, int]]:
    for folder in folders:
        for path in sorted(folder.glob("*.toml"))[:_MOST_FILES]:
            try:
                known = path.stat()
            except OSError:
                yield path, 0, 0
            else:
                yield path, known.st_mtime_ns, known.st_size


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadRules(f"the file is longer than {_MOST_BYTES // 1024} KiB; one file holds the rules of one portal")
        return path.read_bytes()
    except OSError as error:
        raise BadRules(f"the file can't be read ({error.strerror}); mend its permissions") from error


def parse(name: str, content: bytes) -> PortalRules:
    """Read a rules file.

    Raises BadRules, naming the key and the remedy.
    """
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRules(f"this is not TOML ({error}); look at docs/indexing.md for an example") from error
    known = {*_LISTS, *_TEXTS, "select"}
    if unknown := sorted(table.keys() - known):
        raise BadRules(f"{unknown[0]}: there is no such key; there are {', '.join(sorted(known))}")
    texts = {key: _text(key, table[key]) for key in _TEXTS if key in table}
    hosts = tuple(host.lower() for host in _texts("hosts", table.get("hosts", [])))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise BadRules(f"hosts: {host!r} is no host; write it without https:// and path, like hailam.example.vn")
    marker = texts.get("marker")
    if not hosts and not marker:
        raise BadRules("hosts: there are none, and no marker; without one of them the rules fit no page")
    drop = _texts("drop", table.get("drop", []))
    for key, selector in (("marker", marker), *(("drop", selector) for selector in drop)):
        if selector:
            _check_selector(key, selector)
    return PortalRules(
        name=name,
        digest=blake2b(content, digest_size=16).hexdigest(),
        hosts=hosts,
        marker=marker,
        drop=drop,
        date_format=_date_format(texts.get("date_format")),
        author_pattern=_pattern(texts.get("author_pattern")),
        publisher=texts.get("publisher"),
        section=texts.get("section"),
        select=_selectors(table.get("select", {})),
    )


def _selectors(table: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise BadRules("select: this is no table; write [select] and below it one line a field")
    if unknown := sorted(table.keys() - set(FIELDS)):
        raise BadRules(f"select.{unknown[0]}: there is no such field; there are {', '.join(FIELDS)}")
    found = {key: _texts(f"select.{key}", value) for key, value in table.items()}
    for key, selectors in found.items():
        for selector in selectors:
            _check_selector(f"select.{key}", selector)
    return found


def _check_selector(key: str, selector: str) -> None:
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except SelectolaxError as error:
        raise BadRules(f"{key}: {selector!r} is no CSS selector; try it in a browser's console first") from error


def _date_format(text: str | None) -> DateFormat | None:
    try:
        return None if text is None else DateFormat.of(text)
    except ValueError as error:
        raise BadRules(f"date_format: {error}") from error


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadRules(f"author_pattern: {text!r} is no pattern ({error}); mend it or leave it out") from error
    if pattern.groups != 1:
        need = "put one round the name: 'Người viết: (.+)'"
        raise BadRules(f"author_pattern: {text!r} has {pattern.groups} groups; {need}")
    return pattern


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadRules(f"{key}: {value!r} is no text; write one between quotation marks, or leave the key out")
    return value.strip()


def _texts(key: str, value: Any) -> tuple[str, ...]:
    return tuple(_text(key, entry) for entry in (value if isinstance(value, list) else [value]))
