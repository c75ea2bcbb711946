"""What is typed becomes a query tree, whatever it is; what could not be used is noted."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from index.dates import DateRange, start_of_day
from index.query import And, Author, Code, MatchAll, Not, Or, Phrase, Published, Query, Term, Text, TextField
from index.query_parser import MAX_CHARACTERS, MAX_UNITS, ParsedQuery, parse_query, required_units

NOW = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)
TITLE = TextField.TITLE


@pytest.fixture
def parse(analyzer: Analyzer):
    return lambda text: parse_query(text, analyzer, NOW)


def term(syllable: str, field: TextField = TextField.TEXT) -> Term:
    return Term(*fold(syllable), field)


def phrase(text: str, field: TextField = TextField.TEXT, *, exact: bool = True) -> Phrase:
    return Phrase(tuple(term(syllable, field) for syllable in text.split()), exact)


def words(text: str, field: TextField = TextField.TEXT) -> Text:
    """A text of syllables, with neither words nor codes beside them; `a+b` stands for two typed as one chunk."""
    units = tuple(
        phrase(unit.replace("+", " "), field, exact=False) if "+" in unit else term(unit, field)
        for unit in text.split()
    )
    return Text(units, required_units(len(units)))


def bare(query: Query) -> Query:
    """Take the words and codes off every text and phrase."""
    match query:
        case Text():
            units = (replace(unit, code=None) if isinstance(unit, Phrase) else unit for unit in query.units)
            return Text(tuple(units), query.required)
        case And():
            return And(tuple(map(bare, query.queries)))
        case Or():
            return Or(tuple(map(bare, query.queries)))
        case Not():
            return Not(bare(query.query))
    return query


def year(number: int) -> tuple[datetime, datetime]:
    return start_of_day(date(number, 1, 1)), start_of_day(date(number + 1, 1, 1))


START_2020, END_2020 = year(2020)
IN_2020 = Published(DateRange(START_2020, END_2020))
SINCE_2020 = Published(DateRange(START_2020, None))
UNTIL_2020 = Published(DateRange(None, END_2020))

TYPED: dict[str, Query] = {
    # words
    "hội": words("hội"),
    "hội nghị": words("hội nghị"),
    "Hội, nghị!": words("hội nghị"),
    "hội nghị xã": words("hội nghị xã"),
    "HỘI\tNGHỊ\n": words("hội nghị"),
    "05-CT/TW": words("05+ct+tw"),
    "COVID-19 và H5N1": words("covid+19 và h+5+n+1"),
    "390.770.000đ": words("390+770+000+đ"),
    "hoà_bình": words("hoà+bình"),
    "a:b": words("a b"),
    "12:30": words("12+30"),
    "khoai - lang": words("khoai lang"),
    "or hoặc and": words("or hoặc and"),
    # phrases, in any kind of quotation marks, closed or not
    '"hội nghị"': phrase("hội nghị"),
    "“hội nghị”": phrase("hội nghị"),
    "„hội nghị“": phrase("hội nghị"),
    "«hội nghị»": phrase("hội nghị"),
    '"hội nghị': phrase("hội nghị"),
    '"hội': phrase("hội"),
    '"hội (nghị OR -xã) title:x"': phrase("hội nghị or xã title x"),
    'khoai "hội nghị" lang': And((words("khoai lang"), phrase("hội nghị"))),
    '"hội nghị" "khoai lang"': And((phrase("hội nghị"), phrase("khoai lang"))),
    'khoai"hội nghị"lang': And((words("khoai lang"), phrase("hội nghị"))),
    '"05-CT/TW"': phrase("05 ct tw"),
    # exclusion
    "hội -nghị": And((words("hội"), Not(phrase("nghị")))),
    "hội –nghị": And((words("hội"), Not(phrase("nghị")))),
    "-nghị": And((MatchAll(), Not(phrase("nghị")))),
    "-nghị -hội": And((MatchAll(), Not(phrase("nghị")), Not(phrase("hội")))),
    'hội -"nghị xã"': And((words("hội"), Not(phrase("nghị xã")))),
    "hội -05-CT/TW": And((words("hội"), Not(phrase("05 ct tw")))),
    "hội-nghị": words("hội+nghị"),
    "--nghị": words("nghị"),
    "hội -title:xã": And((words("hội"), Not(words("xã", TITLE)))),
    "-author:mai": And((MatchAll(), Not(Author((term("mai"),))))),
    "-ngày:2020": And((MatchAll(), Not(IN_2020))),
    # either
    "hội OR nghị": Or((words("hội"), words("nghị"))),
    "hội HOẶC nghị": Or((words("hội"), words("nghị"))),
    "hội nghị OR khoai lang OR xã": Or((words("hội nghị"), words("khoai lang"), words("xã"))),
    '"hội nghị" OR xã': Or((phrase("hội nghị"), words("xã"))),
    "hội OR -nghị": Or((words("hội"), And((MatchAll(), Not(phrase("nghị")))))),
    "OR hội": words("hội"),
    "hội OR": words("hội"),
    "hội OR OR nghị": Or((words("hội"), words("nghị"))),
    "(hội OR nghị) xã": And((words("xã"), Or((words("hội"), words("nghị"))))),
    "xã (hội OR nghị)": And((words("xã"), Or((words("hội"), words("nghị"))))),
    "hội (nghị OR (xã huyện OR tỉnh))": And(
        (words("hội"), Or((words("nghị"), Or((words("xã huyện"), words("tỉnh"))))))
    ),
    "(hội OR nghị": Or((words("hội"), words("nghị"))),
    "hội) OR nghị": Or((words("hội"), words("nghị"))),
    "() OR hội": words("hội"),
    # parentheses are only punctuation where there is no OR
    "(hội nghị)": words("hội nghị"),
    "hội (nghị) xã": words("hội nghị xã"),
    # the title
    "title:hội": words("hội", TITLE),
    "tiêu_đề:hội": words("hội", TITLE),
    "TIÊU_ĐỀ:hội": words("hội", TITLE),
    "tieu_de:hội": words("hội", TITLE),
    'title:"hội nghị"': phrase("hội nghị", TITLE),
    "title:“hội nghị”": phrase("hội nghị", TITLE),
    'title:"hội': phrase("hội", TITLE),
    "title:05-CT/TW": words("05+ct+tw", TITLE),
    "title:hội nghị": And((words("nghị"), words("hội", TITLE))),
    "title:hội OR title:xã": Or((words("hội", TITLE), words("xã", TITLE))),
    "title: hội": words("title hội"),
    "title:": words("title"),
    # people
    "author:mai": Author((term("mai"),)),
    "tác_giả:mai": Author((term("mai"),)),
    "tac_gia:MAI": Author((term("mai"),)),
    'author:"lò thị mai"': Author((term("lò"), term("thị"), term("mai"))),
    "author:“ban mai”": Author((term("ban"), term("mai"))),
    'author:mai "hội nghị"': And((Author((term("mai"),)), phrase("hội nghị"))),
    # dates
    "từ:2020": SINCE_2020,
    "from:2020": SINCE_2020,
    "tu:2020": SINCE_2020,
    "đến:2020": UNTIL_2020,
    "to:2020": UNTIL_2020,
    "ngày:2020": IN_2020,
    "date:2020": IN_2020,
    "từ:2020 đến:2020": And((SINCE_2020, UNTIL_2020)),
    "ngày:năm 2020 hội nghị": And((words("hội nghị"), IN_2020)),
    "hội ngày:năm 2020 nghị": And((words("hội nghị"), IN_2020)),
    'ngày:"năm 2020"': IN_2020,
    "ngày:“năm 2020” hội": And((words("hội"), IN_2020)),
    "từ:quý I/2020 hội": And((words("hội"), SINCE_2020)),
    'đến:"quý IV/2020"': UNTIL_2020,
    "đến:tháng 12 năm 2020": UNTIL_2020,
    "ngày:mùng 1 tháng giêng năm 2020": Published(DateRange.of_days(date(2020, 1, 1), date(2020, 1, 1))),
    "ngày:7 ngày qua": Published(DateRange.of_days(date(2024, 5, 14), date(2024, 5, 20))),
    "ngày:2019 - 2020": Published(DateRange(year(2019)[0], END_2020)),
    "ngày:2020 OR hội": Or((IN_2020, words("hội"))),
    # other names before a colon are words
    "mục:kinh tế": words("mục kinh tế"),
    "https://vidu.example/tin": words("https vidu+example+tin"),
}


@pytest.mark.parametrize(("typed", "query"), TYPED.items())
def test_what_is_typed_is_understood(parse, typed: str, query: Query) -> None:
    assert bare(parse(typed).query) == query


@pytest.mark.parametrize("typed", list(TYPED))
def test_decomposed_letters_and_invisible_characters_change_nothing(parse, typed: str) -> None:
    assert parse(unicodedata.normalize("NFD", typed)).query == parse(typed).query
    assert parse("\ufeff" + "\u200b".join(typed)).query == parse(typed).query


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "\n\t", "?!.,", "…", "()", "(((", ")))", '""', "“”", '"', '"""', "-", "- -", "--", "–", "_", ":",
        "::", "🙂", "OR", "OR OR", "(OR)", '"?!"', "\u200b", "\x00", "\ud800", "\u0301", 'title:""', 'author:"?"',
        "-()", "/", "&&", "||",
    ],
)  # fmt: skip
def test_nothing_but_punctuation_asks_for_every_article(parse, typed: str) -> None:
    assert parse(typed) == ParsedQuery(MatchAll())


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("tác giả:mai", "tác_giả:mai"),
        ("TIÊU ĐỀ:xã", "tiêu_đề:xã"),
        ('sở tác giả:"mai"', 'sở tác_giả:"mai"'),
        ("từ ngày:2020", "từ:2020"),
        ("xã từ:2020", "từ:2020 xã"),
        ("bão (từ:(2020) việt OR nam)", "bão (từ:2020 việt OR nam)"),
        ("title:(xã hội)", "tiêu_đề:(xã hội)"),
        ("-(xã)", "-xã"),
    ],
)
def test_fields_may_be_typed_with_a_blank_and_their_values_in_parentheses(parse, typed: str, same: str) -> None:
    assert parse(typed).query == parse(same).query


def test_what_is_excluded_is_never_asked_for_instead(parse) -> None:
    assert parse("bóng đá -Covid:19").query == parse('bóng đá -"covid 19"').query


def test_a_day_that_cannot_be_is_left_out_and_prose_is_searched_for(parse) -> None:
    assert bare(parse("đến:khi nào").query) == words("đến khi nào")
    assert parse("đến:31/02/2020").query == MatchAll()


def test_free_text_carries_its_words_and_codes(parse, analyzer: Analyzer) -> None:
    query = parse("chính quyền theo 05-CT/TW chính quyền").query
    assert isinstance(query, Text)
    (government,) = {token.term for token in analyzer.words("chính quyền")}
    assert query.words.count(government) == 1
    assert query.codes == (Code("5-ct-tw"),)
    assert [unit.code for unit in query.units if isinstance(unit, Phrase)] == ["5-ct-tw"]
    titled = parse("title:05-CT/TW").query
    assert isinstance(titled, Text)
    assert (titled.words, titled.codes) == ((), ())


@pytest.mark.parametrize(("count", "required"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 3), (6, 4), (64, 33)])
def test_up_to_three_words_are_all_required_and_more_than_half_of_more(parse, count: int, required: int) -> None:
    assert required_units(count) == required
    query = parse(" ".join(f"x{'abcdefghijklmnopqrstuvwxyz'[n % 26]}" for n in range(count))).query
    assert isinstance(query, Text)
    assert (len(query.units), query.required) == (count, required)


def test_an_exclusion_is_noted_as_it_was_typed(parse) -> None:
    assert parse("hội -nghị").notes == ("Đã loại các bài có nghị.",)
    assert parse('-"hội nghị" khoai').notes == ('Đã loại các bài có "hội nghị".',)
    assert parse("khoai -tác_giả:“ban mai”").notes == ("Đã loại các bài có tác_giả:“ban mai”.",)
    assert parse("-ngày:năm 2020 -xã").notes == ("Đã loại các bài có ngày:năm 2020.", "Đã loại các bài có xã.")


@pytest.mark.parametrize("name", ["từ", "đến", "ngày", "from"])
def test_a_date_that_is_not_understood_is_noted(parse, name: str) -> None:
    parsed = parse(f"hội {name}:khoai nghị")
    assert bare(parsed.query) == words(f"hội {name} khoai nghị")
    (note,) = parsed.notes
    assert note.startswith(f"Không hiểu ngày “khoai” sau “{name}")
    assert "7 ngày qua" in note
    assert parse(f"{name}:31/02/2020").query == MatchAll()
    assert parse(f'{name}:"31/02/2020 khoai"').notes


def test_what_was_understood_needs_no_note(parse) -> None:
    for typed, query in TYPED.items():
        assert parse(typed).notes == () or "Not(" in repr(query)


def test_more_words_than_a_query_takes_are_left_out_and_noted(parse) -> None:
    parsed = parse("xã " * 100)
    assert isinstance(parsed.query, Text)
    assert len(parsed.query.units) == MAX_UNITS
    assert parsed.notes == (f"Câu tìm quá dài: chỉ {MAX_UNITS} từ đầu được dùng.",)


def test_the_limit_of_words_counts_every_part_of_the_query(parse) -> None:
    parsed = parse(" OR ".join(['"a b"', "title:d", "author:e", "5-f/g"] * 10))
    assert repr(parsed.query).count("Term(") == MAX_UNITS
    assert parsed.notes


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 3000, ")" * 3000, "(a OR " * 500, "(((a OR b" * 300, "-" * 3000, '"' * 3001, "a" * 100_000,
        "hội nghị " * 12_500, "từ:" * 30_000, "từ:a b c d e f g h i " * 5_000, "title:" * 20_000, "OR " * 30_000,
        "-(" * 40_000, "(\u0301" * 3000, "1-a/" * 20_000, "a_" * 50_000, "\ud800" * 100_000,
        "a OR (" * 400 + ")" * 400,
    ],
)  # fmt: skip
def test_huge_input_is_cut_parsed_and_noted(parse, typed: str) -> None:
    parsed = parse(typed)
    assert repr(parsed.query).count("Term(") <= MAX_UNITS
    visible = [char for char in typed if char not in "\ud800\u0301"]
    if len(visible) > MAX_CHARACTERS:
        assert f"Câu tìm quá dài: chỉ {MAX_CHARACTERS} ký tự đầu được dùng." in parsed.notes


def test_a_note_is_not_repeated(parse) -> None:
    notes = parse("-a " * 10 + "từ:x " * 10).notes
    assert len(notes) == len(set(notes)) == 2


def test_a_minus_before_parentheses_does_not_ask_for_what_it_excludes(parse) -> None:
    parsed = parse("xã -(hội OR nghị)")
    assert parsed.notes
    assert parsed.query != parse("xã (hội OR nghị)").query


def test_a_date_in_parentheses_is_read(parse) -> None:
    assert parse("từ:(2020)").query == SINCE_2020
