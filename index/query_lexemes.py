"""The lexemes of a query as a person types it: quotes, names of fields, operators, and the words between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from index.analysis.syllables import fold

_LEXEME = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<open>\() | (?P<close>\))
  | (?P<minus>(?<![^\s(])[-−–](?=[^\s\-−–)]))
  | (?P<quote>["“”„«»](?P<quoted>[^"“”„«»]*)(?:["“”„«»](?:~(?P<slop>[0-9]+)(?!\w))?|$))
  | (?P<field>(?<![^\s(\-−–])(?:[^\W\d]+|(?i:t[áa]c\ gi[ảa]|ti[êe]u\ [đd][ềe]|(?:t[ừu]|[đd][ếe]n)\ ng[àa]y)):(?=\S))
  | (?P<word>(?:(?!["“”„«»()\s]).)+)
    """,
    re.VERBOSE | re.DOTALL,
)


class Field(Enum):
    """What a name before a colon asks for."""

    TITLE = auto()
    AUTHOR = auto()
    FROM = auto()
    TO = auto()
    WITHIN = auto()


FIELDS = {
    "title": Field.TITLE,
    "tieu_de": Field.TITLE,
    "author": Field.AUTHOR,
    "tac_gia": Field.AUTHOR,
    "from": Field.FROM,
    "tu": Field.FROM,
    "to": Field.TO,
    "den": Field.TO,
    "date": Field.WITHIN,
    "ngay": Field.WITHIN,
    "tu_ngay": Field.FROM,
    "den_ngay": Field.TO,
}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of what was typed, of the `kind` that its group of the expression above names; `text` of a quote is
    what stands inside."""

    kind: str
    text: str
    start: int
    end: int
    slop: int | None = None
    """How many other syllables may stand among those of a quote."""


def lexemes(typed: str) -> list[Lexeme]:
    """Cut normalised text into lexemes; blanks are none."""
    return [_lexeme(match) for match in _LEXEME.finditer(typed) if match.lastgroup != "blank"]


def _lexeme(match: re.Match[str]) -> Lexeme:
    kind = match.lastgroup or ""
    if kind != "quote":
        return Lexeme(kind, match.group(), *match.span())
    slop = match["slop"]
    return Lexeme(kind, match["quoted"], *match.span(), None if slop is None else int(slop[:9]))


def field_named(written: str) -> Field | None:
    """Find the field of a name as typed: tác_giả, tac gia, AUTHOR."""
    return FIELDS.get("_".join(fold(part)[0] for part in re.split(r"[_ ]", written.rstrip(":"))))


def is_or(lexeme: Lexeme) -> bool:
    """Say whether a lexeme stands between alternatives."""
    return lexeme.kind == "word" and lexeme.text in ("OR", "HOẶC")
