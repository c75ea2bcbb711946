"""From what a person types to a query tree. Total: whatever is typed gives a query; what could not be used is noted.

words                 up to three must all occur, of more than three more than half
"a phrase"            the syllables one after another; those typed with accents match that spelling only
-word  -"a phrase"    not this word, not this phrase
a OR b, a HOẶC b      either side; binds loosest; parentheses group where there is an OR
title:  tiêu_đề:      the word or "phrase" behind it stands in the title
author:  tác_giả:     by the person behind it; a part of the name will do
from:  từ:            dated since the span of time behind it (see `date_ranges`)
to:  đến:             dated until its end
date:  ngày:          dated within it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from index.analysis.chain import Analyzer
from index.analysis.normal_text import normal_text
from index.analysis.syllables import fold
from index.analysis.tokens import CHUNK, code_spans, folded
from index.date_ranges import EXAMPLES, parse_range
from index.dates import DateRange
from index.query import (
    And,
    Author,
    Code,
    MatchAll,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    Term,
    Text,
    TextField,
)

MAX_CHARACTERS = 500
MAX_UNITS = 64
MAX_DEPTH = 20

_LEXEME = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<open>\() | (?P<close>\))
  | (?P<minus>(?<![^\s(])[-−–](?=[^\s\-−–)]))
  | (?P<quote>["“”„«»](?P<quoted>[^"“”„«»]*)(?:["“”„«»]|$))
  | (?P<field>(?<![^\s(\-−–])(?:[^\W\d]+|(?i:t[áa]c\ gi[ảa]|ti[êe]u\ [đd][ềe]|(?:t[ừu]|[đd][ếe]n)\ ng[àa]y)):(?=\S))
  | (?P<word>(?:(?!["“”„«»()\s]).)+)
    """,
    re.VERBOSE | re.DOTALL,
)
_DATE_WORDS = 8
"""The longest date phrase has this many words ("mùng 1 tháng 7 năm 2020 ...")."""


class _Field(Enum):
    TITLE = auto()
    AUTHOR = auto()
    FROM = auto()
    TO = auto()
    WITHIN = auto()


_FIELDS = {
    "title": _Field.TITLE,
    "tieu_de": _Field.TITLE,
    "author": _Field.AUTHOR,
    "tac_gia": _Field.AUTHOR,
    "from": _Field.FROM,
    "tu": _Field.FROM,
    "to": _Field.TO,
    "den": _Field.TO,
    "date": _Field.WITHIN,
    "ngay": _Field.WITHIN,
    "tu_ngay": _Field.FROM,
    "den_ngay": _Field.TO,
}


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What was understood, and in `notes` (Vietnamese) what was not."""

    query: Query
    notes: tuple[str, ...] = ()


def parse_query(text: str, analyzer: Analyzer, now: datetime) -> ParsedQuery:
    """Parse what a person typed; an empty query asks for every article. Never raises."""
    notes: list[str] = []
    typed = normal_text(text).text
    if len(typed) > MAX_CHARACTERS:
        typed = typed[:MAX_CHARACTERS]
        notes.append(f"Câu tìm quá dài: chỉ {MAX_CHARACTERS} ký tự đầu được dùng.")
    parser = _Parser(typed, analyzer, now, notes)
    return ParsedQuery(parser.parse(), tuple(dict.fromkeys(notes)))


def required_units(count: int) -> int:
    """Say how many of a text's units an article must hold: all of up to three, more than half of more."""
    return count if count <= 3 else count // 2 + 1


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    """Recursive descent over the lexemes of one query."""

    def __init__(self, typed: str, analyzer: Analyzer, now: datetime, notes: list[str]) -> None:
        self._typed = typed
        self._analyzer = analyzer
        self._now = now
        self._notes = notes
        self._units_left = MAX_UNITS
        self._at = 0
        self._lexemes = [
            _Lexeme(
                match.lastgroup or "",
                match.group("quoted") if match.lastgroup == "quote" else match.group(),
                *match.span(),
            )
            for match in _LEXEME.finditer(typed)
            if match.lastgroup != "blank"
        ]
        self._grouping = any(_is_or(lexeme) for lexeme in self._lexemes)

    def parse(self) -> Query:
        query = self._alternatives(0)
        return MatchAll() if query is None else query

    def _alternatives(self, depth: int) -> Query | None:
        """alternatives := conjunction (OR conjunction)*"""
        branches: list[Query] = []
        while True:
            branch = self._conjunction(depth)
            if branch is not None:
                branches.append(branch)
            if not (self._at < len(self._lexemes) and _is_or(self._lexemes[self._at])):
                break
            self._at += 1
        if not branches:
            return None
        return branches[0] if len(branches) == 1 else Or(tuple(branches))

    def _conjunction(self, depth: int) -> Query | None:
        """conjunction := (word | phrase | field | negation | group)*"""
        words: list[str] = []
        wanted: list[Query] = []
        unwanted: list[Query] = []
        while self._at < len(self._lexemes) and not _is_or(self._lexemes[self._at]):
            lexeme = self._lexemes[self._at]
            self._at += 1
            if lexeme.kind == "open" and self._grouping and depth < MAX_DEPTH:
                group = self._alternatives(depth + 1)
                wanted.extend([] if group is None else [group])
            elif lexeme.kind == "close" and self._grouping and depth:
                break
            elif lexeme.kind == "minus":
                unwanted.extend(self._negated(depth))
            elif lexeme.kind == "quote":
                wanted.extend(self._phrase(lexeme.text, TextField.TEXT))
            elif lexeme.kind == "field":
                wanted.extend(self._field(lexeme, words))
            elif lexeme.kind == "word":
                words.append(lexeme.text)
        text = self._text(" ".join(words), TextField.TEXT)
        queries = ([] if text is None else [text]) + wanted
        if not queries and not unwanted:
            return None
        queries = queries or [MatchAll()]
        queries.extend(Not(query) for query in unwanted)
        return queries[0] if len(queries) == 1 else And(tuple(queries))

    def _negated(self, depth: int) -> list[Query]:
        while self._at < len(self._lexemes) and self._lexemes[self._at].kind == "open" and not self._grouping:
            self._at += 1
        if self._at == len(self._lexemes):
            return []
        lexeme = self._lexemes[self._at]
        self._at += 1
        unwanted: list[Query] = []
        if lexeme.kind == "open" and depth < MAX_DEPTH:
            group = self._alternatives(depth + 1)
            unwanted = [] if group is None else [group]
        elif lexeme.kind in ("word", "quote"):
            unwanted = list(self._phrase(lexeme.text, TextField.TEXT))
        elif lexeme.kind == "field" and _field_named(lexeme.text) is None:
            joined = self._lexemes[self._at : self._at + 1]
            self._at += len(joined)
            unwanted = self._phrase(" ".join(part.text for part in (lexeme, *joined)), TextField.TEXT)
        elif lexeme.kind == "field":
            unwanted = self._field(lexeme, [])
        if unwanted:
            written = self._typed[lexeme.start : self._lexemes[self._at - 1].end]
            self._notes.append(f"Đã loại các bài có {written}.")
        return unwanted

    def _field(self, lexeme: _Lexeme, words: list[str]) -> list[Query]:
        """Read what stands after `name:`; an unknown name is a word like any other."""
        field = _field_named(lexeme.text)
        if field is None or self._at == len(self._lexemes):
            words.append(lexeme.text)
            return []
        if field in (_Field.FROM, _Field.TO, _Field.WITHIN):
            return self._dates(field, lexeme, words)
        value = self._value()
        if field is _Field.AUTHOR:
            terms = self._terms(value.text, TextField.TEXT)
            return [Author(terms)] if terms else []
        if value.kind == "quote":
            return self._phrase(value.text, TextField.TITLE)
        text = self._text(value.text, TextField.TITLE)
        return [] if text is None else [text]

    def _value(self) -> _Lexeme:
        """Take the word, the phrase or what stands in parentheses next."""
        first = self._lexemes[self._at]
        self._at += 1
        if first.kind != "open":
            return first
        inside = self._at
        while self._at < len(self._lexemes) and self._lexemes[self._at].kind != "close":
            self._at += 1
        end = self._lexemes[self._at - 1].end
        start = self._lexemes[inside].start if inside < self._at else end
        self._at += 1
        return _Lexeme("word", self._typed[start:end], start, end)

    def _dates(self, field: _Field, name: _Lexeme, words: list[str]) -> list[Query]:
        """Take the longest run of words that names a span of time. What can't be read is left out when it was meant
        for a date (it has a digit), else its words are words like any others."""
        first = self._at
        if self._lexemes[first].kind in ("quote", "open"):
            runs = [(self._value().text, self._at)]
        else:
            last = min(first + _DATE_WORDS, len(self._lexemes))
            runs = [
                (self._typed[self._lexemes[first].start : self._lexemes[end - 1].end], end)
                for end in range(last, first, -1)
            ]
        for written, end in runs:
            span = parse_range(written, self._now)
            if span is not None:
                self._at = end
                match field:
                    case _Field.FROM:
                        return [Published(DateRange(span.start, None))]
                    case _Field.TO:
                        return [Published(DateRange(None, span.end))]
                    case _:
                        return [Published(span)]
        value = self._lexemes[first].text
        self._notes.append(f"Không hiểu ngày “{value}” sau “{name.text}”; hãy viết như: {EXAMPLES}.")
        if any(char.isdigit() for char in value):
            self._at = first + 1
        else:
            self._at = first
            words.append(name.text)
        return []

    def _terms(self, text: str, field: TextField) -> tuple[Term, ...]:
        terms = tuple(Term(term, accents, field) for term, accents in folded(text))
        if len(terms) > self._units_left:
            self._notes.append(f"Câu tìm quá dài: chỉ {MAX_UNITS} từ đầu được dùng.")
            terms = terms[: self._units_left]
        self._units_left -= len(terms)
        return terms

    def _phrase(self, text: str, field: TextField) -> list[Query]:
        terms = self._terms(text, field)
        return [Phrase(terms)] if terms else []

    def _text(self, text: str, field: TextField) -> Query | None:
        units: list[Term | Phrase] = []
        for chunk in CHUNK.finditer(text):
            terms = self._terms(chunk.group(), field)
            if len(terms) == 1:
                units.append(terms[0])
            elif terms:
                code = _whole_code(chunk.group()) if field is TextField.TEXT else None
                units.append(Phrase(terms, exact=False, code=code))
        if not units:
            return None
        required = required_units(len(units))
        if field is TextField.TITLE:
            return Text(tuple(units), required)
        words = tuple(dict.fromkeys(token.term for token in self._analyzer.words(text)))
        codes = tuple(dict.fromkeys(Code(token.term) for token in self._analyzer.codes(text)))
        return Text(tuple(units), required, words[:MAX_UNITS], codes[:MAX_UNITS])


def _whole_code(chunk: str) -> str | None:
    """Give the document code that a chunk is, None when it isn't one from end to end."""
    return next((code for code, start, end in code_spans(chunk) if end - start == len(chunk)), None)


def _field_named(written: str) -> _Field | None:
    """Find the field of a name as typed: tác_giả, tac gia, AUTHOR."""
    return _FIELDS.get("_".join(fold(part)[0] for part in re.split(r"[_ ]", written.rstrip(":"))))


def _is_or(lexeme: _Lexeme) -> bool:
    return lexeme.kind == "word" and lexeme.text in ("OR", "HOẶC")
