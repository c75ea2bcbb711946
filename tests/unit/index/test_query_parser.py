"""What is typed becomes a query tree, whatever it is; what could not be used is noted."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from index.abbreviation_lines import Entry
from index.abbreviations import Abbreviations
from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from index.dates import DateRange, start_of_day
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
from index.query_parser import MAX_CHARACTERS, MAX_LOOSE, MAX_UNITS, ParsedQuery, parse_query, required_share

NOW = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)
TITLE = TextField.TITLE


@pytest.fixture
def parse(analyzer: Analyzer):
    return lambda text: parse_query(text, analyzer, NOW)


SPELLINGS = Analyzer.load()


def part(syllable: str, field: TextField = TextField.TEXT) -> Term:
    """A syllable of a phrase or of a name."""
    return Term(*fold(syllable), field)


def term(syllable: str, field: TextField = TextField.TEXT) -> Term:
    """A syllable that stands by itself."""
    folded, accents = fold(syllable)
    return Term(folded, accents, field, whole=accents != 0 and SPELLINGS.is_spelling(folded, accents))


def phrase(text: str, field: TextField = TextField.TEXT, *, exact: bool = True) -> Phrase:
    return Phrase(tuple(part(syllable, field) for syllable in text.split()), exact)


def words(text: str, field: TextField = TextField.TEXT) -> Text:
    """A text of syllables, with neither words nor codes beside them; `a+b` stands for two typed as one chunk."""
    units = tuple(
        phrase(unit.replace("+", " "), field, exact=False) if "+" in unit else term(unit, field)
        for unit in text.split()
    )
    return Text(units, required_share(len(units)))


def near(text: str, slop: int, field: TextField = TextField.TEXT) -> Near:
    return Near(phrase(text, field).terms, slop)


def text_of(*units: Unit) -> Text:
    text = Text(units, 0)
    return replace(text, share=required_share(text.size))


def meant(typed: str, decoded: str, field: TextField = TextField.TEXT) -> Either:
    return Either((term(typed, field),), (term(decoded, field),), last_resort=True)


def bare(query: Query) -> Query:
    """Take the words and codes off every text and phrase."""
    match query:
        case Text():
            units = (replace(unit, code=None) if isinstance(unit, Phrase) else unit for unit in query.units)
            return Text(tuple(units), query.share)
        case And():
            return And(tuple(map(bare, query.queries)))
        case Or():
            return Or(tuple(map(bare, query.queries)))
        case Not():
            return Not(bare(query.query))
    return query


def any_of(*texts: Text) -> Text:
    return Text(tuple(unit for text in texts for unit in text.units), 0)


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
    "-author:mai": And((MatchAll(), Not(Author((part("mai"),))))),
    "-ngày:2020": And((MatchAll(), Not(IN_2020))),
    # either
    "hội OR nghị": any_of(words("hội"), words("nghị")),
    "hội HOẶC nghị": any_of(words("hội"), words("nghị")),
    "hội nghị OR khoai lang OR xã": Or((words("hội nghị"), words("khoai lang"), words("xã"))),
    '"hội nghị" OR xã': Or((phrase("hội nghị"), words("xã"))),
    "hội OR -nghị": Or((words("hội"), And((MatchAll(), Not(phrase("nghị")))))),
    "OR hội": words("hội"),
    "hội OR": words("hội"),
    "hội OR OR nghị": any_of(words("hội"), words("nghị")),
    "(hội OR nghị) xã": And((words("xã"), any_of(words("hội"), words("nghị")))),
    "xã (hội OR nghị)": And((words("xã"), any_of(words("hội"), words("nghị")))),
    "hội (nghị OR (xã huyện OR tỉnh))": And(
        (words("hội"), Or((words("nghị"), Or((words("xã huyện"), words("tỉnh"))))))
    ),
    "(hội OR nghị": any_of(words("hội"), words("nghị")),
    "hội) OR nghị": any_of(words("hội"), words("nghị")),
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
    "title:hội OR title:xã": any_of(words("hội", TITLE), words("xã", TITLE)),
    "title: hội": words("title hội"),
    "title:": words("title"),
    # people
    "author:mai": Author((part("mai"),)),
    "tác_giả:mai": Author((part("mai"),)),
    "tac_gia:MAI": Author((part("mai"),)),
    'author:"lò thị mai"': Author((part("lò"), part("thị"), part("mai"))),
    "author:“ban mai”": Author((part("ban"), part("mai"))),
    'author:mai "hội nghị"': And((Author((part("mai"),)), phrase("hội nghị"))),
    "author:T.H": Author((part("t"), part("h"))),
    "author:T. Hưng": Author((part("t"), part("hưng"))),
    "author:T.T.Hưng": Author((part("t"), part("t"), part("hưng"))),
    "author:T.T. Hưng hội": And((words("hội"), Author((part("t"), part("t"), part("hưng"))))),
    "author:T. OR hội": Or((Author((part("t"),)), words("hội"))),
    'author:"nhà báo Lò Mây"': Author((part("lò"), part("mây"))),
    'author:"PGS.TS Lò Mây"': Author((part("lò"), part("mây"))),
    'author:"nha bao lo may"': Author((part("lo"), part("may"))),
    'author:"ông Mây"': Author((part("mây"),)),
    'author:"ong mây"': Author((part("ong"), part("mây"))),
    'author:"Bá Mây"': Author((part("bá"), part("mây"))),
    'author:"nhà báo"': Author((part("nhà"), part("báo"))),
    "author:PV": Author((part("pv"),)),
    # syllables near each other
    '"hội nghị xã"~5': near("hội nghị xã", 5),
    "“hội nghị”~0": near("hội nghị", 0),
    'khoai "hội nghị"~2 lang': And((words("khoai lang"), near("hội nghị", 2))),
    '-"hội nghị"~5': And((MatchAll(), Not(near("hội nghị", 5)))),
    'title:"hội nghị"~5': near("hội nghị", 5, TITLE),
    '-title:"hội nghị"~5': And((MatchAll(), Not(near("hội nghị", 5, TITLE)))),
    '"05-CT/TW"~3': near("05 ct tw", 3),
    '"hội"~5': phrase("hội"),
    '"hội nghị"~': phrase("hội nghị"),
    '"hội nghị"~x': And((words("x"), phrase("hội nghị"))),
    '"hội nghị~5': phrase("hội nghị 5"),
    'author:"ban mai"~5': Author((part("ban"), part("mai"))),
    # patterns
    "phong*": text_of(Wildcard("phong*")),
    "Phòng*": text_of(Wildcard("phong*", fold("phòng")[1])),
    "đươ*": text_of(Wildcard("duo*", fold("đươ")[1])),
    "*ông": text_of(Wildcard("*ong")),
    "h*ng": text_of(Wildcard("h*ng")),
    "*ươ*": text_of(Wildcard("*uo*")),
    "k*o*g": text_of(Wildcard("k*o*g")),
    "**hội**": text_of(Wildcard("*hoi*")),
    "201*": text_of(Wildcard("201*")),
    "quy*": text_of(Wildcard("quy*")),
    "(phong*),": text_of(Wildcard("phong*")),
    "phong*?": text_of(Wildcard("phong*")),
    "hội phong* xã": text_of(term("hội"), Wildcard("phong*"), term("xã")),
    "hội -phong*": And((words("hội"), Not(Wildcard("phong*")))),
    "-Phòng*": And((MatchAll(), Not(Wildcard("phong*", fold("phòng")[1])))),
    "title:phong*": text_of(Wildcard("phong*", 0, TITLE)),
    "-title:phong*": And((MatchAll(), Not(text_of(Wildcard("phong*", 0, TITLE))))),
    "phong* OR hội": any_of(text_of(Wildcard("phong*")), words("hội")),
    '"phong* hội"': phrase("phong hội"),
    # a star between digits or by itself, and a question mark, are punctuation
    "3*4": words("3 4"),
    "3*4=12": words("3 4 12"),
    "* hội": words("hội"),
    "hội * nghị": words("hội nghị"),
    "hội, *, nghị": words("hội nghị"),
    "hội?": words("hội"),
    "h?i": words("h i"),
    # words that may hold a slip
    "nguyen~": text_of(Fuzzy("nguyen")),
    "Nguyễn~,": text_of(Fuzzy("nguyen")),
    "hội nguyen~": text_of(term("hội"), Fuzzy("nguyen")),
    "-nguyen~": And((MatchAll(), Not(Fuzzy("nguyen")))),
    "title:nguyen~": text_of(Fuzzy("nguyen", TITLE)),
    "~nguyen": words("nguyen"),
    "nguyen ~": words("nguyen"),
    "5~10": words("5 10"),
    # what was typed with the keys of an input method
    "tieengs": text_of(meant("tieengs", "tiếng")),
    "hội tieengs VIEETJ": text_of(term("hội"), meant("tieengs", "tiếng"), meant("vieetj", "việt")),
    "tie6ng1": text_of(Either((phrase("tie 6 ng 1", exact=False),), (term("tiếng"),), last_resort=True)),
    "title:tieengs": text_of(meant("tieengs", "tiếng", TITLE)),
    "google windows": words("google windows"),
    '"tieengs"': phrase("tieengs"),
    "-tieengs": And((MatchAll(), Not(phrase("tieengs")))),
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


@pytest.mark.parametrize(("count", "share"), [(1, 1), (2, 1), (3, 1), (4, 0.5), (5, 0.4), (8, 0.25), (32, 0.0625)])
def test_up_to_three_words_are_all_required_and_of_more_what_two_tell(parse, count: int, share: float) -> None:
    assert required_share(count) == share
    query = parse(" ".join(f"x{'abcdefghijklmnopqrstuvwxyz'[n % 26]}" for n in range(count))).query
    assert isinstance(query, Text)
    assert (len(query.units), query.share) == (count, share)


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


def test_only_the_first_loose_words_are_used_and_a_note_says_so(parse) -> None:
    parsed = parse("phòng* chống* thiên* nguyen~ truong~ lũ")
    assert isinstance(parsed.query, Text)
    assert len(parsed.query.units) == MAX_LOOSE + 1
    assert parsed.notes == ("Câu tìm có quá nhiều dấu * và ~: chỉ 4 từ đầu có dấu ấy được dùng.",)


def test_syllables_near_each_other_stay_within_one_part_of_an_article(parse) -> None:
    for typed in ('"hội nghị"~99', '"hội nghị"~999999999999999999999', f'"{"hội " * 99}"~99'):
        query = parse(typed).query
        assert isinstance(query, Near)
        assert 0 <= query.slop <= 100
        assert len(query.terms) + query.slop == GAP


@pytest.mark.parametrize("typed", ["a*", "*a", "*a*", "5*", "**đ**", "a*b*c*d*e*f*g"])
def test_a_pattern_that_describes_too_much_is_left_out_and_noted(parse, typed: str) -> None:
    for query in (typed, f"-{typed}", f"title:{typed}"):
        parsed = parse(query)
        assert parsed.query == MatchAll()
        (note,) = parsed.notes
        assert note.startswith(f"Bỏ qua “{typed}”: bên dấu * phải có ít nhất hai chữ cái hoặc chữ số")
    assert bare(parse(f"hội {typed}").query) == words("hội")


@pytest.mark.parametrize(("typed", "same"), [("H5N*", "H5N"), ("covid*19", "covid 19"), ("phòng*-xã", "phòng xã")])
def test_a_star_that_is_not_within_one_syllable_is_passed_over_and_noted(parse, typed: str, same: str) -> None:
    parsed = parse(typed)
    assert parsed.query == parse(same).query
    (note,) = parsed.notes
    assert note.startswith(f"Dấu * trong “{typed}” không dùng được")


def test_a_document_number_without_its_year_may_stand_for_one_with(parse) -> None:
    [unit] = parse("144/NĐ-CP").query.units
    number = replace(loosely("144 nđ cp"), code="144-nd-cp")
    assert unit == Either((number,), (near("144 nđ cp", 1),), last_resort=True)
    for whole in ("05-CT/TW", "144/2021/NĐ-CP", "144/2021", "title:144/NĐ-CP"):
        assert not [each for each in parse(whole).query.units if isinstance(each, Either)]


@pytest.mark.parametrize("word", ["hội", "05-CT/TW", "H5N1", "2020", "nguyen2"])
def test_a_slip_is_allowed_in_words_of_four_letters_and_noted_behind_others(parse, word: str) -> None:
    parsed = parse(f"{word}~")
    assert bare(parsed.query) == bare(parse(word).query)
    (note,) = parsed.notes
    assert note.startswith(f"Dấu ~ sau “{word}” không dùng được")
    assert "nguyen~" in note


def test_patterns_are_noted_as_excluded_like_words(parse) -> None:
    assert parse("hội -phòng*").notes == ("Đã loại các bài có phòng*.",)
    assert parse('-"hội nghị"~5').notes == ('Đã loại các bài có "hội nghị"~5.',)


def test_neither_words_nor_codes_are_made_of_patterns(parse, analyzer: Analyzer) -> None:
    query = parse("chính quyề* 05-CT/TW").query
    assert isinstance(query, Text)
    assert query.words == ()
    assert query.codes == (Code("5-ct-tw"),)


SHORT_FORMS = Abbreviations(
    [
        Entry("UBND", ("ủy ban nhân dân",)),
        Entry("GD&ĐT", ("giáo dục và đào tạo", "giáo dục đào tạo")),
        Entry("NDT", ("nhân dân tệ",)),
        Entry("DDOS", ("tấn công mạng",)),
    ]
)


def loosely(text: str) -> Phrase:
    return phrase(text, exact=False)


PEOPLES_COMMITTEE = Either((term("ubnd"),), (loosely("ủy ban nhân dân"),))
ITS_LONG_FORM = Either(words("ủy ban nhân dân").units, (term("ubnd"),))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("UBND", text_of(PEOPLES_COMMITTEE)),
        ("ubnd xã", text_of(PEOPLES_COMMITTEE, term("xã"))),
        ("ủy ban nhân dân xã", text_of(ITS_LONG_FORM, term("xã"))),
        ("hội ủy ban nhân dân", text_of(term("hội"), ITS_LONG_FORM)),
        # of runs that overlap the longer one
        ("ủy ban nhân dân tệ", text_of(ITS_LONG_FORM, term("tệ"))),
        ("nhân dân tệ", text_of(Either(words("nhân dân tệ").units, (term("ndt"),)))),
        # several alternatives, and several syllables typed as one
        ("GD&ĐT", text_of(Either((loosely("gd đt"),), (loosely("giáo dục và đào tạo"), loosely("giáo dục đào tạo"))))),
        ("giáo dục và đào tạo", text_of(Either(words("giáo dục và đào tạo").units, (loosely("gd đt"),)))),
        ("ubnd-x", words("ubnd+x")),
        # before the keys of an input method
        ("ddos", text_of(Either((term("ddos"),), (loosely("tấn công mạng"),)))),
        # only in free text
        ('"UBND"', phrase("ubnd")),
        ("title:UBND", words("ubnd", TITLE)),
        ("-UBND", And((MatchAll(), Not(phrase("ubnd"))))),
        ("ub* nhân dân", text_of(Wildcard("ub*"), term("nhân"), term("dân"))),
        ("ủy ban* nhân dân", text_of(term("ủy"), Wildcard("ban*"), term("nhân"), term("dân"))),
    ],
)
def test_an_abbreviation_and_its_long_form_answer_each_other(analyzer: Analyzer, typed: str, query: Query) -> None:
    assert bare(parse_query(typed, analyzer, NOW, SHORT_FORMS).query) == query


def test_a_long_form_is_as_many_units_as_it_has_syllables(analyzer: Analyzer) -> None:
    query = parse_query("ủy ban nhân dân xã", analyzer, NOW, SHORT_FORMS).query
    assert isinstance(query, Text)
    assert (len(query.units), query.size, query.share) == (2, 5, 0.4)


@pytest.mark.parametrize("typed", list(TYPED))
def test_without_abbreviations_in_it_a_query_is_the_same(parse, analyzer: Analyzer, typed: str) -> None:
    assert parse_query(typed, analyzer, NOW, SHORT_FORMS) == parse(typed)
