"""One's own list of abbreviations, changed line by line: comments, order and bad lines stay as they are."""

from __future__ import annotations

from dataclasses import dataclass

from index.abbreviation_lines import BadLine, Entry, Removal, parse_line, split_comment
from index.abbreviations import Abbreviations, form_key


def written_entry(short: str, long_form: str) -> Entry:
    """Make an entry of what a person typed as two words of a command. Raises BadLine."""
    _check_typed(short, long_form)
    found = parse_line(f"{short} = {long_form}")
    assert isinstance(found, Entry)
    return found


def written_removal(short: str, long_form: str | None) -> Removal:
    """Make a removal of what a person typed as one or two words of a command. Raises BadLine."""
    _check_typed(short, long_form or "")
    found = parse_line(f"-{short}" if long_form is None else f"-{short} = {long_form}")
    assert isinstance(found, Removal)
    return found


def _check_typed(short: str, long_form: str) -> None:
    for form in (short, long_form):
        if "=" in form or "#" in form:
            raise BadLine(f"{form!r} can't be in the list: '=' and '#' have a meaning of their own there")
    if short.lstrip().startswith("-"):
        raise BadLine(f"a short form can't begin with '-', got {short!r}")


def with_entry(text: bytes, entry: Entry) -> bytes:
    """Add an entry's long forms: to the line of its short form, or as a line at the end. What took them out goes."""
    lines = _without_forms(_lines(text), Removal, entry)
    for number, line in enumerate(lines):
        if isinstance(line.found, Entry) and form_key(line.found.short) == form_key(entry.short):
            known = set(map(form_key, line.found.long_forms))
            fresh = [long_form for long_form in entry.long_forms if form_key(long_form) not in known]
            lines[number] = line.with_forms([*line.forms, *fresh])
            return _joined(lines)
    return _appended(lines, f"{entry.short} = {' | '.join(entry.long_forms)}")


def without_entry(text: bytes, unwanted: Removal, base: Abbreviations) -> bytes | None:
    """Take an entry, or some of its long forms, out of one's own list; what is built in gets a line that takes it out.
    None when there is no such entry."""
    before = _lines(text)
    lines = _without_forms(before, Entry, unwanted)
    if _is_built_in(unwanted, base):
        named = f" = {' | '.join(unwanted.long_forms)}" if unwanted.long_forms else ""
        if any(isinstance(line.found, Removal) and _covers(line.found, unwanted) for line in lines):
            return _joined(lines)
        return _appended(lines, f"-{unwanted.short}{named}")
    return None if _joined(lines) == _joined(before) else _joined(lines)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as written, with its end; `found` is None for comments, blank and bad lines."""

    raw: str
    found: Entry | Removal | None

    @property
    def forms(self) -> list[str]:
        """The long forms as written."""
        return [form.strip() for form in split_comment(self.raw)[0].partition("=")[2].split("|") if form.strip()]

    def with_forms(self, forms: list[str]) -> _Line:
        """Give the line with other long forms, its comment and end kept."""
        if forms == self.forms:
            return self
        content, rest = split_comment(self.raw)
        raw = f"{content.partition('=')[0]}= {' | '.join(forms)}{rest}"
        return _Line(raw, _parsed(raw))


def _lines(text: bytes) -> list[_Line]:
    raws = [line.decode("utf-8", "surrogateescape") for line in text.splitlines(keepends=True)]
    return [_Line(raw, _parsed(raw)) for raw in raws]


def _parsed(raw: str) -> Entry | Removal | None:
    try:
        raw.encode("utf-8")
        return parse_line(raw)
    except (UnicodeEncodeError, BadLine):
        return None


def _joined(lines: list[_Line]) -> bytes:
    return "".join(line.raw for line in lines).encode("utf-8", "surrogateescape")


def _appended(lines: list[_Line], written: str) -> bytes:
    end = "\r\n" if lines and lines[0].raw.endswith("\r\n") else "\n"
    text = _joined(lines)
    if text and not text.endswith((b"\n", b"\r")):
        text += end.encode()
    return text + f"{written}{end}".encode()


def _without_forms(lines: list[_Line], kind: type[Entry | Removal], unwanted: Entry | Removal) -> list[_Line]:
    """Take the long forms named (all, if none is) out of the lines of that kind; a line that loses all goes."""
    keys = set(map(form_key, unwanted.long_forms))
    kept: list[_Line] = []
    for line in lines:
        if isinstance(line.found, kind) and line.forms and form_key(line.found.short) == form_key(unwanted.short):
            left = [form for form in line.forms if keys and form_key(form) not in keys]
            kept.extend([line.with_forms(left)] if left else [])
        else:
            kept.append(line)
    return kept


def _is_built_in(unwanted: Removal, base: Abbreviations) -> bool:
    if unwanted.long_forms:
        return any(base.has(unwanted.short, long_form) for long_form in unwanted.long_forms)
    return base.find(unwanted.short) is not None


def _covers(removal: Removal, unwanted: Removal) -> bool:
    if form_key(removal.short) != form_key(unwanted.short):
        return False
    wanted = set(map(form_key, unwanted.long_forms))
    return not removal.long_forms or (bool(wanted) and wanted <= set(map(form_key, removal.long_forms)))
