"""The list of names as text, one name a line with what else it is printed as, made to be edited by hand:

# a comment; blank lines are free
[authors]
Nguyễn Văn Mây = N.V.M | Văn Mây @ Báo Bến Gỗ     # at this newspaper only
[publishers]
UBND xã Mây Chiều = Ủy ban nhân dân xã Mây Chiều
[sections]
Bóng đá = Bong da
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.abbreviation_lines import MOST_BYTES, BadLine, Problem, split_comment
from index.analysis.normal_text import normal_text
from index.article import UNKNOWN

NAME = "names.txt"
"""What the file is called in the folder of the data."""

LONGEST_NAME = 200
MOST_ALIASES = 200
"""Characters of a name, and aliases of a line, at most."""

_MARK = b"\xef\xbb\xbf"
_HEADING = re.compile(r"\[\s*(\w+)\s*\]")
_BETWEEN = re.compile(r"[|;]")
_SIGNS = "=|;@#[]"


class Kind(StrEnum):
    """Whose names they are; the heading they stand under."""

    AUTHORS = "authors"
    PUBLISHERS = "publishers"
    SECTIONS = "sections"


_HEADINGS = ", ".join(f"[{kind}]" for kind in Kind)


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name, and what is printed for it: everywhere, or by one publisher only."""

    kind: Kind
    name: str
    aliases: tuple[str, ...]
    publisher: str | None = None


def parse_line(line: str, kind: Kind | None) -> NameLine | Kind | None:
    """Read one line that stands under the heading of a kind; a heading gives its kind, blank lines and comments are
    None. Raises BadLine.

    >>> parse_line("Lò Văn Mây = L.V.M | Văn Mây @ Báo Bến Gỗ  # bút danh", Kind.AUTHORS)
    NameLine(kind=<Kind.AUTHORS: 'authors'>, name='Lò Văn Mây', aliases=('L.V.M', 'Văn Mây'), publisher='Báo Bến Gỗ')
    >>> parse_line("[sections]", Kind.AUTHORS), parse_line("  # Mây", None)
    (<Kind.SECTIONS: 'sections'>, None)
    """
    written = split_comment(normal_text(line).text)[0].strip()
    if not written:
        return None
    if heading := _HEADING.fullmatch(written):
        if heading[1].lower() not in list(Kind):
            raise BadLine(f"there is no heading [{heading[1]}]; write one of {_HEADINGS}")
        return Kind(heading[1].lower())
    if kind is None:
        raise BadLine(f"{written!r} stands under no heading; write one of {_HEADINGS} above it")
    left, equals, right = written.partition("=")
    if not equals:
        raise BadLine(f"{written!r} has no '='; write it as in: Nguyễn Văn Mây = N.V.M | Văn Mây")
    listed, limited, publisher = right.partition("@")
    aliases = tuple(" ".join(alias.split()) for alias in _BETWEEN.split(listed))
    return checked(NameLine(kind, " ".join(left.split()), aliases, " ".join(publisher.split()) if limited else None))


def is_heading(line: str) -> bool:
    """Say whether a line begins a new part of the list, be it one that there isn't.

    >>> is_heading("[authors]  # bút danh"), is_heading("[authorz]"), is_heading("Mây = M.H")
    (True, True, False)
    """
    return _HEADING.fullmatch(split_comment(line)[0].strip()) is not None


def checked(line: NameLine) -> NameLine:
    """Give the line, each alias once, if its names can stand in the list. Raises BadLine."""
    for name in (line.name, *line.aliases, *(() if line.publisher is None else (line.publisher,))):
        _check_name(name)
    if not 1 <= len(line.aliases) <= MOST_ALIASES:
        raise BadLine(f"{line.name!r} has {len(line.aliases)} aliases; write 1 to {MOST_ALIASES} in a line")
    if line.publisher is not None and line.kind is Kind.PUBLISHERS:
        raise BadLine(f"a publisher's alias holds everywhere; take '@ {line.publisher}' out")
    return NameLine(line.kind, line.name, tuple(dict.fromkeys(line.aliases)), line.publisher)


def _check_name(name: str) -> None:
    if not any(map(str.isalnum, name)):
        raise BadLine(f"a name is empty ({name!r}); write it as in: Nguyễn Văn Mây = N.V.M | Văn Mây")
    if len(name) > LONGEST_NAME:
        raise BadLine(f"the name {name[:40]!r}… has {len(name)} characters, at most {LONGEST_NAME} are kept")
    if signs := [sign for sign in _SIGNS if sign in name]:
        raise BadLine(f"{name!r} can't be in the list: {signs[0]!r} has a meaning of its own there")
    if name.casefold() == UNKNOWN:
        raise BadLine(f"{name!r} is what articles without a name are counted under; write another name")


def written(line: NameLine) -> str:
    """Write a line as it stands in the list.

    >>> written(NameLine(Kind.AUTHORS, "Nguyễn Văn Mây", ("N.V.M", "Văn Mây"), "Báo Bến Gỗ"))
    'Nguyễn Văn Mây = N.V.M | Văn Mây @ Báo Bến Gỗ'
    """
    limit = "" if line.publisher is None else f" @ {line.publisher}"
    return f"{line.name} = {' | '.join(line.aliases)}{limit}"


def read_lines(path: Path) -> Iterator[tuple[int, NameLine | Problem]]:
    """Give what stands on each line of a file; one that isn't there has none. Raises OSError when it is there and
    can't be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise OSError(f"{path} has more than {MOST_BYTES:,} bytes: it is no list of names; put one there")
        text = path.read_bytes()
    except FileNotFoundError:
        return
    yield from read_line_bytes(path, text)


def read_line_bytes(path: Path, text: bytes) -> Iterator[tuple[int, NameLine | Problem]]:
    """Give the names and the bad lines (counted from 1) of the text of the file `path`."""
    kind: Kind | None = None
    for number, line in enumerate(text.removeprefix(_MARK).splitlines(), 1):
        try:
            found = parse_line(line.decode("utf-8"), kind)
        except UnicodeDecodeError:
            yield number, Problem(path, number, "the line is not UTF-8; save the file as UTF-8")
        except BadLine as bad:
            kind = None if is_heading(line.decode("utf-8")) else kind
            yield number, Problem(path, number, str(bad))
        else:
            if isinstance(found, Kind):
                kind = found
            elif found is not None:
                yield number, found
