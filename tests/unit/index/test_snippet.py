"""What is marked in a text, and which excerpt shows it."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from index.analysis.chain import Analyzer
from index.article import Article
from index.query import Code, MatchAll, MatchNone, Or, Phrase, Query, Term, TextField
from index.query_parser import parse_query
from index.response import Snippet, Span
from index.snippet import WIDTH, article_marks, highlight

FILLER = "Chiều nay bến đò vắng khách, mưa rơi lất phất trên mái lá cọ già."


@pytest.fixture
def parse(analyzer: Analyzer):
    return lambda text: parse_query(text, analyzer, datetime(2024, 5, 20, tzinfo=UTC)).query


def marks(query: Query, text: str) -> tuple[Span, ...]:
    return article_marks(query, Article("x", "", text)).body


def marked(query: Query, text: str) -> list[str]:
    return [text[start:end] for start, end in marks(query, text)]


def shown(snippet: Snippet, spans: tuple[Span, ...] | None = None) -> list[str]:
    return [snippet.text[start:end] for start, end in (snippet.spans if spans is None else spans)]


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("hội", "Hội nghị và đại hội", ["Hội", "hội"]),
        ("hoi", "Hội, hỏi, hoi", ["Hội", "hỏi", "hoi"]),
        ("hội", "hội hỏi hoi", ["hội"]),
        ("hòa", "hoà hòa HOÀ hoả", ["hoà", "hòa", "HOÀ"]),
        ("hội nghị", "Hội nghị; nghị hội", ["Hội", "nghị", "nghị", "hội"]),
        ('"hội nghị"', "Hội nghị; nghị hội", ["Hội nghị"]),
        ('"hội nghị"', "hội, nghị", ["hội, nghị"]),
        ('"hội nghị" xã', "hội xã nghị xã hội nghị", ["xã", "xã", "hội nghị"]),
        ("05-CT/TW", "số 05-CT/TW và 05, CT và 5-CT/TW", ["05-CT/TW", "5-CT/TW"]),
        ("05-CT/TW", "số 05 - CT / TW", ["05 - CT / TW"]),
        ("hội -nghị", "hội nghị", ["hội"]),
        ("hội OR nghị", "hội nghị", ["hội", "nghị"]),
        ("-hội", "hội", []),
        ("", "hội", []),
        ("author:hội", "hội", []),
        ("ngày:2020", "2020", []),
        ("hội", "xã hộ hội_viên hộii", ["hội"]),
        ("5", "H5N1 15 5", ["5", "5"]),
        ("covid", "COVID-19", ["COVID"]),
        ("hội", "", []),
    ],
)
def test_only_what_answers_the_query_is_marked(parse, typed: str, text: str, expected: list[str]) -> None:
    assert marked(parse(typed), text) == expected


def test_accents_that_contradict_are_marked_only_where_nothing_else_is(parse) -> None:
    query = parse("đường")
    assert marked(query, "dương đường dượng") == ["đường"]
    assert marked(query, "dương dượng") == ["dương", "dượng"]
    assert marked(query, "duong") == ["duong"]
    assert marked(query, "duong dương") == ["duong", "dương"]


def test_marks_of_decomposed_text_cover_all_of_a_letter(parse) -> None:
    text = unicodedata.normalize("NFD", "Đại hội. Hội nghị")
    found = marked(parse("hội nghị"), text)
    assert [unicodedata.normalize("NFC", word) for word in found] == ["hội", "Hội", "nghị"]
    assert "".join(found).endswith("\u0323")


def test_marks_step_over_invisible_characters(parse) -> None:
    text = "đại ho\u0302\u0323\u200bi\ufeff nghi\u0323\u00ad"
    assert marked(parse('"hội nghị"'), text) == ["ho\u0302\u0323\u200bi\ufeff nghi\u0323"]


def test_marks_are_in_order_and_never_overlap(parse) -> None:
    text = "xanh xanh xanh đỏ xanh"
    found = marks(parse('"xanh xanh" xanh OR "xanh đỏ"'), text)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert marked(parse('"xanh xanh"'), text) == ["xanh xanh xanh"]


def test_a_title_query_marks_the_title_and_not_the_body(parse) -> None:
    article = Article("x", "Hội thi", f"Hội trường. {FILLER}")
    snippet, title_spans = highlight(parse("title:hội"), article)
    assert title_spans == ((0, 3),)
    assert snippet.spans == ()
    snippet, title_spans = highlight(parse("hội"), article)
    assert title_spans == ((0, 3),)
    assert shown(snippet) == ["Hội"]


def test_queries_without_words_mark_nothing_and_show_the_beginning() -> None:
    article = Article("x", "Hội", f"{FILLER} " * 20)
    for query in (MatchAll(), MatchNone(), Code("5-ct")):
        snippet, title_spans = highlight(query, article)
        assert (snippet.spans, title_spans) == ((), ())
        assert snippet.text.startswith(FILLER)
        assert (snippet.cut_before, snippet.cut_after) == (False, True)


def test_a_short_body_is_shown_whole(parse) -> None:
    snippet, _ = highlight(parse("vắng"), Article("x", "T", FILLER))
    assert (snippet.text, snippet.cut_before, snippet.cut_after) == (FILLER, False, False)
    assert shown(snippet) == ["vắng"]


def test_the_best_sentence_is_found_however_far_down(parse) -> None:
    body = f"{FILLER} " * 2000 + "Riêng chị Ban Mai bán hết khoai lang nướng. " + f"{FILLER} " * 10
    snippet, _ = highlight(parse("khoai lang"), Article("x", "T", body))
    assert shown(snippet) == ["khoai", "lang"]
    assert snippet.cut_before
    assert snippet.cut_after
    assert len(snippet.text) <= WIDTH


def test_the_window_that_answers_most_of_the_query_wins(parse) -> None:
    body = f"Khoai. {FILLER * 8} Khoai khoai khoai. {FILLER * 8} Lang và khoai nướng. {FILLER * 8}"
    snippet, _ = highlight(parse("khoai lang nướng"), Article("x", "T", body))
    assert shown(snippet)[:3] == ["Lang", "khoai", "nướng"]


def test_of_equally_good_windows_the_first_is_shown(parse) -> None:
    body = f"Khoai một. {FILLER * 8} Khoai hai. {FILLER * 8}"
    snippet, _ = highlight(parse("khoai"), Article("x", "T", body))
    assert snippet.text.startswith("Khoai một.")


def test_a_caption_is_shown_when_the_body_holds_nothing(parse) -> None:
    article = Article("x", "T", FILLER, captions=("Chợ phiên", "Gánh khoai qua cầu"))
    snippet, _ = highlight(parse("khoai"), article)
    assert snippet.text == "Gánh khoai qua cầu"
    assert shown(snippet) == ["khoai"]
    snippet, _ = highlight(parse("sắn"), article)
    assert snippet.text == FILLER


def test_an_empty_article_has_an_empty_snippet(parse) -> None:
    for body in ("", " ", "\n\n"):
        snippet, title_spans = highlight(parse("khoai"), Article("x", "", body))
        assert (snippet.text.strip(), snippet.spans, title_spans) == ("", (), ())


@pytest.mark.parametrize("joint", [" ", "  ", "\n", ", ", " – "])
def test_excerpts_are_bounded_and_begin_and_end_with_whole_words(parse, joint: str) -> None:
    body = joint.join(["khoailang", "sắn"] * 400)
    for typed in ("khoailang", "sắn", "ngô", ""):
        snippet, _ = highlight(parse(typed), Article("x", "T", body))
        assert 0 < len(snippet.text) <= WIDTH
        assert set(snippet.text.replace("–", " ").replace(",", " ").split()) <= {"khoailang", "sắn"}
        assert set(shown(snippet)) <= {typed}


def test_marks_in_an_excerpt_never_cut_a_word(parse) -> None:
    body = "đường " * 45 + "đườngđườngđường " * 20 + "x" * 700 + " đường"
    snippet, _ = highlight(parse("đường"), Article("x", "T", body))
    assert set(shown(snippet)) == {"đường"}
    for start, end in snippet.spans:
        assert not snippet.text[:start][-1:].isalnum()
        assert not snippet.text[end:][:1].isalnum()


def test_a_word_longer_than_an_excerpt_is_cut_into_bounded_pieces(parse) -> None:
    snippet, _ = highlight(parse("khoai"), Article("x", "T", "a" * 5000))
    assert len(snippet.text) == WIDTH
    assert snippet.cut_after


def test_sentences_end_at_their_marks_and_at_line_breaks(parse) -> None:
    for end in (".", "!", "?", "…", ".”", '."', ".)"):
        body = f"{'mưa rơi ' * 37}{end} Khoai lang. {FILLER * 6}"
        snippet, _ = highlight(parse("khoai"), Article("x", "T", body))
        assert snippet.text.startswith("Khoai lang.")
    snippet, _ = highlight(parse("khoai"), Article("x", "T", f"{FILLER[:-1]}\n\nKhoai lang\n{FILLER * 6}"))
    assert "Khoai lang" in snippet.text


def test_spans_of_a_decomposed_excerpt_count_in_the_excerpt(parse) -> None:
    body = unicodedata.normalize("NFD", f"{FILLER} " * 20 + "Đường lên bản. " + f"{FILLER} " * 20)
    snippet, _ = highlight(parse("đường"), Article("x", "T", body))
    assert [unicodedata.normalize("NFC", word) for word in shown(snippet)] == ["Đường"]
    assert snippet.text in body


def test_many_marks_take_little_time(parse) -> None:
    query = Or(tuple(Phrase((Term("khoai"), Term("lang"))) for _ in range(30)))
    body = "khoai lang " * 10_000
    started = time.process_time()
    snippet, _ = highlight(query, Article("x", "T", body))
    assert time.process_time() - started < 5
    assert shown(snippet)


def test_time_grows_with_the_length_of_a_text_and_not_with_its_square() -> None:
    def seconds(lines: int) -> float:
        started = time.perf_counter()
        highlight(Term("khoai"), Article("x", "T", "a.\n" * lines))
        return time.perf_counter() - started

    seconds(100)
    assert seconds(20_000) < 8 * seconds(5_000)


def test_a_long_line_of_no_break_spaces_is_cut_between_words(parse) -> None:
    snippet, _ = highlight(parse("sắn"), Article("x", "T", "\u00a0".join(["khoaisắ"] * 200)))
    assert set(snippet.text.split()) == {"khoaisắ"}


def test_blank_lines_before_the_first_sentence_are_not_text_left_off(parse) -> None:
    snippet, _ = highlight(parse("khoai"), Article("x", "T", "\nKhoai lang."))
    assert not snippet.cut_before


def test_an_exact_phrase_is_marked_only_where_its_accents_stand(parse) -> None:
    assert marked(parse('"hội nghị"'), "hoi nghi, hội nghị") == ["hội nghị"]


def test_only_titles_are_searched_for_title_terms() -> None:
    query = Term("khoai", field=TextField.TITLE)
    assert marks(query, "khoai") == ()
