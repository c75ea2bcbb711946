"""From what a person types to a query tree. Total: whatever is typed gives a query; what could not be used is noted.

words                 up to three must all occur; of more, what tells as much as two of them on average
"a phrase"            the syllables one after another; those typed with accents match that spelling only
"a phrase"~5          the syllables close together, in any order, at most that many others among them
phong*  *ong  h*ng    any syllable that begins, ends, or begins and ends like that
nguyen~               the word, or one that is a letter off
-word  -"a phrase"    not this word, not this phrase
a OR b, a HOẶC b      either side; binds loosest; parentheses group where there is an OR
title:  tiêu_đề:      the word or "phrase" behind it stands in the title
author:  tác_giả:     by the person behind it; a part of the name or initials will do
from:  từ:            dated since the span of time behind it (see `date_ranges`)
to:  đến:             dated until its end
date:  ngày:          dated within it

Words outside quotes may be answered by what they are short for, or by their short form (`abbreviations`), and a word
with the keyboard's keys for accents in it by the word that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.analysis.normal_text import normal_text
from index.analysis.syllables import fold
from index.analysis.telex import from_telex
from index.analysis.tokens import CHUNK, code_spans, folded
from index.date_ranges import EXAMPLES, parse_range
from index.dates import DateRange
from index.document import GAP
from index.query import (
    And,
    Author,
    Code,
    Either,
    Fuzzy,
    MatchAll,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Query,
    Term,
    Text,
    TextField,
    Unit,
    Wildcard,
)
from index.query_lexemes import Field, Lexeme, field_named, is_or, lexemes
from index.query_words import Unusable, loose_word, name_alone, with_alternatives

MAX_CHARACTERS = 500
MAX_UNITS = 32
MAX_LOOSE = 4
MAX_DEPTH = 20

_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
_YEARLESS = re.compile(r"\d+/[^\W\d_]")
"""How a document number begins whose year was left out: 144/NĐ-CP for 144/2021/NĐ-CP."""
_DATE_WORDS = 8
"""The longest date phrase has this many words ("mùng 1 tháng 7 năm 2020 ...")."""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What was understood, and in `notes` (Vietnamese) what was not."""

    query: Query
    notes: tuple[str, ...] = ()


def parse_query(
    text: str, analyzer: Analyzer, now: datetime, abbreviations: Abbreviations | None = None
) -> ParsedQuery:
    """Parse what a person typed; an empty query asks for every article. Never raises."""
    notes: list[str] = []
    typed = normal_text(text).text
    if len(typed) > MAX_CHARACTERS:
        typed = typed[:MAX_CHARACTERS]
        notes.append(f"Câu tìm quá dài: chỉ {MAX_CHARACTERS} ký tự đầu được dùng.")
    parser = _Parser(typed, analyzer, now, abbreviations, notes)
    return ParsedQuery(parser.parse(), tuple(dict.fromkeys(notes)))


def required_share(size: int) -> float:
    """Say what share of the rarity of a text's units an article must hold: all of up to three, of more that of two
    average ones."""
    return 1 if size <= 3 else 2 / size


class _Parser:
    """Recursive descent over the lexemes of one query."""

    def __init__(
        self, typed: str, analyzer: Analyzer, now: datetime, abbreviations: Abbreviations | None, notes: list[str]
    ) -> None:
        self._typed = typed
        self._analyzer = analyzer
        self._now = now
        self._abbreviations = abbreviations
        self._notes = notes
        self._units_left = MAX_UNITS
        self._loose_left = MAX_LOOSE
        self._at = 0
        self._lexemes = lexemes(typed)
        self._grouping = any(is_or(lexeme) for lexeme in self._lexemes)

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
            if not (self._at < len(self._lexemes) and is_or(self._lexemes[self._at])):
                break
            self._at += 1
        if not branches:
            return None
        return branches[0] if len(branches) == 1 else _any_of(branches)

    def _conjunction(self, depth: int) -> Query | None:
        """conjunction := (word | phrase | field | negation | group)*"""
        words: list[str] = []
        wanted: list[Query] = []
        unwanted: list[Query] = []
        while self._at < len(self._lexemes) and not is_or(self._lexemes[self._at]):
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
                wanted.extend(self._quoted(lexeme, TextField.TEXT))
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
        elif lexeme.kind == "quote":
            unwanted = self._quoted(lexeme, TextField.TEXT)
        elif lexeme.kind == "word":
            unwanted = self._word(lexeme.text)
        elif lexeme.kind == "field" and field_named(lexeme.text) is None:
            joined = self._lexemes[self._at : self._at + 1]
            self._at += len(joined)
            unwanted = self._phrase(" ".join(part.text for part in (lexeme, *joined)), TextField.TEXT)
        elif lexeme.kind == "field":
            unwanted = self._field(lexeme, [])
        if unwanted:
            written = self._typed[lexeme.start : self._lexemes[self._at - 1].end]
            self._notes.append(f"Đã loại các bài có {written}.")
        return unwanted

    def _field(self, lexeme: Lexeme, words: list[str]) -> list[Query]:
        """Read what stands after `name:`; an unknown name is a word like any other."""
        field = field_named(lexeme.text)
        if field is None or self._at == len(self._lexemes):
            words.append(lexeme.text)
            return []
        if field in (Field.FROM, Field.TO, Field.WITHIN):
            return self._dates(field, lexeme, words)
        value = self._value()
        if field is Field.AUTHOR:
            value = self._after_initials(value)
            terms = name_alone(self._terms(value.text, TextField.TEXT))
            return [Author(terms)] if terms else []
        if value.kind == "quote":
            return self._quoted(value, TextField.TITLE)
        text = self._text(value.text, TextField.TITLE)
        return [] if text is None else [text]

    def _value(self) -> Lexeme:
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
        return Lexeme("word", self._typed[start:end], start, end)

    def _after_initials(self, value: Lexeme) -> Lexeme:
        """Take the name that stands behind a blank after initials: T. Hưng."""
        if not (value.kind == "word" and _INITIALS.fullmatch(value.text) and self._at < len(self._lexemes)):
            return value
        name = self._lexemes[self._at]
        if name.kind != "word" or is_or(name):
            return value
        self._at += 1
        return Lexeme("word", f"{value.text} {name.text}", value.start, name.end)

    def _dates(self, field: Field, name: Lexeme, words: list[str]) -> list[Query]:
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
                    case Field.FROM:
                        return [Published(DateRange(span.start, None))]
                    case Field.TO:
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
        return terms[: self._granted(len(terms))]

    def _granted(self, count: int) -> int:
        """Say how many of so many units the query may still have."""
        granted = min(count, self._units_left)
        if granted < count:
            self._notes.append(f"Câu tìm quá dài: chỉ {MAX_UNITS} từ đầu được dùng.")
        self._units_left -= granted
        return granted

    def _phrase(self, text: str, field: TextField) -> list[Query]:
        terms = self._terms(text, field)
        return [Phrase(terms)] if terms else []

    def _quoted(self, quote: Lexeme, field: TextField) -> list[Query]:
        if quote.slop is None:
            return self._phrase(quote.text, field)
        terms = self._terms(quote.text, field)
        if len(terms) > 1:
            # A run as long as the gap between the parts of an article can't reach from one into the next.
            return [Near(terms, min(quote.slop, GAP - len(terms)))]
        return [Phrase(terms)] if terms else []

    def _word(self, written: str) -> list[Query]:
        """Read a word by itself, to be excluded."""
        loose = self._loose(written, TextField.TEXT)
        if loose is None:
            return self._phrase(written, TextField.TEXT)
        return list(loose)

    def _loose(self, written: str, field: TextField) -> list[Wildcard | Fuzzy] | None:
        """Read a word with a star or a tilde, which may come to nothing; None when it is a plain one."""
        loose = loose_word(written, field)
        match loose:
            case Wildcard() | Fuzzy() if not self._loose_left:
                self._notes.append(f"Câu tìm có quá nhiều dấu * và ~: chỉ {MAX_LOOSE} từ đầu có dấu ấy được dùng.")
                return []
            case Wildcard() | Fuzzy():
                self._loose_left -= 1
                return [loose][: self._granted(1)]
            case Unusable():
                self._notes.append(loose.note)
                return [] if loose.left_out else None
            case None:
                return None

    def _text(self, text: str, field: TextField) -> Query | None:
        units: list[Unit] = []
        plain: list[str] = []
        for written in text.split():
            loose = self._loose(written, field)
            if loose is None:
                plain.append(written)
                units.extend(self._units(written, field))
            else:
                units.extend(loose)
        if not units:
            return None
        if field is TextField.TITLE:
            return _text_of(units)
        if self._abbreviations is not None:
            units = with_alternatives(units, self._abbreviations)
        text = " ".join(plain)
        words = tuple(dict.fromkeys(token.term for token in self._analyzer.words(text)))
        codes = tuple(dict.fromkeys(Code(token.term) for token in self._analyzer.codes(text)))
        return replace(_text_of(units), words=words[:MAX_UNITS], codes=codes[:MAX_UNITS])

    def _units(self, written: str, field: TextField) -> Iterator[Unit]:
        """Read the syllables of a plain word, chunk by chunk."""
        for chunk in CHUNK.finditer(written):
            terms = self._terms(chunk.group(), field)
            if not terms:
                continue
            if len(terms) == 1:
                unit: Term | Phrase = self._term(terms[0].term, terms[0].accents, field)
            else:
                code = _whole_code(chunk.group()) if field is TextField.TEXT else None
                unit = Phrase(terms, exact=False, code=code)
                if code is not None and _YEARLESS.match(chunk.group()):
                    yield Either((unit,), (Near(terms, slop=1),), last_resort=True)
                    continue
            meant = from_telex(chunk.group())
            yield unit if meant is None else Either((unit,), (self._term(*fold(meant), field),), last_resort=True)

    def _term(self, term: str, accents: int, field: TextField) -> Term:
        """Make the unit of a syllable that stands by itself."""
        return Term(term, accents, field, whole=accents != 0 and self._analyzer.is_spelling(term, accents))


def _text_of(units: list[Unit]) -> Text:
    text = Text(tuple(units), 0)
    return replace(text, share=required_share(text.size))


def _any_of(branches: list[Query]) -> Query:
    """Join the sides of an OR; where each is one unit of free text, they are a text of which one must be held."""
    units: list[Unit] = []
    for branch in branches:
        if not (isinstance(branch, Text) and len(branch.units) == branch.size == 1):
            return Or(tuple(branches))
        units.extend(branch.units)
    codes = tuple(code for branch in branches if isinstance(branch, Text) for code in branch.codes)
    return Text(tuple(units), 0, codes=tuple(dict.fromkeys(codes)))


def _whole_code(chunk: str) -> str | None:
    """Give the document code that a chunk is, None when it isn't one from end to end."""
    return next((code for code, start, end in code_spans(chunk) if end - start == len(chunk)), None)
