"""The list of names, changed line by line: comments, order and bad lines stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.abbreviation_lines import BadLine, split_comment
from indexer.name_lines import Kind, NameLine, is_heading, parse_line, written
from indexer.names import name_key


def with_aliases(text: bytes, fresh: NameLine) -> bytes:
    """Add a name's aliases: to the line of the name and its publisher, or as a line at the end of its part."""
    lines = _lines(text)
    own = [number for number, line in enumerate(lines) if line.names and _is_about(line.names, fresh)]
    listed = {name_key(fresh.kind, alias) for number in own for alias in _aliases(lines[number])}
    lacking = tuple(alias for alias in fresh.aliases if name_key(fresh.kind, alias) not in listed)
    if not lacking:
        return text
    if own:
        line = lines[own[0]]
        lines[own[0]] = line.rewritten(replace(_names(line), aliases=(*_aliases(line), *lacking)))
        return _joined(lines)
    return _joined(_inserted(lines, replace(fresh, aliases=lacking)))


def without_aliases(text: bytes, unwanted: NameLine, *, everywhere: bool) -> bytes | None:
    """Take a name's aliases out (all, if none is named) of the lines of its publisher, or `everywhere`. A line that
    loses all goes; None when there is nothing of the kind."""
    keys = {name_key(unwanted.kind, alias) for alias in unwanted.aliases}
    kept: list[_Line] = []
    found = False
    for line in _lines(text):
        about = line.names is not None and _is_about(line.names, unwanted, everywhere=everywhere)
        left = tuple(a for a in _aliases(line) if keys and name_key(unwanted.kind, a) not in keys) if about else ()
        if not about or left == _aliases(line):
            kept.append(line)
            continue
        found = True
        if left:
            kept.append(line.rewritten(replace(_names(line), aliases=left)))
    return _joined(kept) if found else None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as written, with its end, and the kind it stands under; `names` is None where there are none."""

    raw: str
    kind: Kind | None
    names: NameLine | None

    def rewritten(self, names: NameLine) -> _Line:
        """Give the line with other names, its comment and end kept."""
        return replace(self, raw=f"{written(names)}{split_comment(self.raw)[1]}", names=names)


def _names(line: _Line) -> NameLine:
    assert line.names is not None
    return line.names


def _aliases(line: _Line) -> tuple[str, ...]:
    return line.names.aliases if line.names else ()


def _is_about(line: NameLine, wanted: NameLine, *, everywhere: bool = False) -> bool:
    if line.kind is not wanted.kind or name_key(line.kind, line.name) != name_key(line.kind, wanted.name):
        return False
    return everywhere or _publisher_key(line) == _publisher_key(wanted)


def _publisher_key(line: NameLine) -> str | None:
    return None if line.publisher is None else name_key(Kind.PUBLISHERS, line.publisher)


def _lines(text: bytes) -> list[_Line]:
    kind: Kind | None = None
    lines: list[_Line] = []
    for raw in (line.decode("utf-8", "surrogateescape") for line in text.splitlines(keepends=True)):
        found = _parsed(raw.removeprefix("\ufeff"), kind)
        if is_heading(raw):
            kind = found if isinstance(found, Kind) else None
        lines.append(_Line(raw, kind, found if isinstance(found, NameLine) else None))
    return lines


def _parsed(raw: str, kind: Kind | None) -> NameLine | Kind | None:
    try:
        raw.encode("utf-8")
        return parse_line(raw, kind)
    except (UnicodeEncodeError, BadLine):
        return None


def _inserted(lines: list[_Line], fresh: NameLine) -> list[_Line]:
    """Put a line behind the last line of its kind that isn't blank, or under a heading of its own at the end."""
    end = "\r\n" if lines and lines[0].raw.endswith("\r\n") else "\n"
    filled = [at for at, line in enumerate(lines) if line.kind is fresh.kind and line.raw.strip()]
    at = filled[-1] + 1 if filled else len(lines)
    before = lines[:at]
    if before and not before[-1].raw.endswith(("\n", "\r")):
        before[-1] = replace(before[-1], raw=before[-1].raw + end)
    heading = [] if filled else [_Line(f"[{fresh.kind}]{end}", fresh.kind, None)]
    return [*before, *heading, _Line(f"{written(fresh)}{end}", fresh.kind, fresh), *lines[at:]]


def _joined(lines: list[_Line]) -> bytes:
    return "".join(line.raw for line in lines).encode("utf-8", "surrogateescape")
