"""Laws of folding, normalising and cutting, tried on any text."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis.chain import Analyzer
from index.analysis.normal_text import normal_text
from index.analysis.syllables import ACCENT_CODES, SYLLABLE, UNACCENTED, fold, tone_on_second_vowel, typed_within
from index.analysis.tokens import code_spans, folded, is_unaccented, syllables
from index.article import Article
from index.document import GAP, Stream

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưyAÂƠỪ"
HIDDEN = "\u200b\u00ad\ufeff\u2060\x00\ud800"

vietnamese = st.lists(
    st.one_of(st.sampled_from(LETTERS), st.sampled_from([v + t for v in VOWELS for t in TONES]), st.just(" ")),
    max_size=24,
).map(lambda letters: unicodedata.normalize("NFC", "".join(letters)))
anything = st.text(st.characters(), max_size=60)
texts = st.one_of(
    vietnamese,
    anything,
    st.lists(
        st.sampled_from(["05-CT/TW", " - ", "\u200b", "\ud800", "o\u0300a", "hòa", " ", "\n", "_", "5", "Đ", "\u0323"])
    ).map("".join),
)


@cache
def analyzer() -> Analyzer:
    return Analyzer.load()


@given(texts)
@example("ho\u200b\u0300a")
@example("\u0958\ufeff\u0301x")
def test_normal_text_is_composed_visible_and_normal_already(text: str) -> None:
    once = normal_text(text).text
    assert normal_text(once).text == once
    assert unicodedata.is_normalized("NFC", once) or not unicodedata.is_normalized("NFC", text)
    assert not any(char in HIDDEN for char in once)
    assert not any("\u0300" <= char <= "\u036f" for char in once)


@given(texts)
def test_every_character_of_normal_text_points_into_the_original_in_order(text: str) -> None:
    normal = normal_text(text)
    last = 0
    for at, char in enumerate(normal.text):
        start, end = normal.original(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start
        base = unicodedata.normalize("NFD", char)[0]
        assert base in unicodedata.normalize("NFD", text[start:end])


@given(vietnamese, st.data())
def test_invisible_characters_and_decomposition_change_no_term(text: str, data: st.DataObject) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    at = data.draw(st.integers(0, len(decomposed)))
    disturbed = decomposed[:at] + data.draw(st.sampled_from(HIDDEN)) + decomposed[at:]
    plain = [(token.term, token.accents, token.position) for token in syllables(normal_text(text))]
    assert [(token.term, token.accents, token.position) for token in syllables(normal_text(disturbed))] == plain


@given(texts)
def test_syllables_are_what_folding_their_printed_text_gives(text: str) -> None:
    for token in syllables(normal_text(text)):
        printed = normal_text(text[token.start : token.end]).text
        assert (token.term, token.accents) == fold(printed)
        assert SYLLABLE.fullmatch(printed)


@given(st.one_of(vietnamese, st.text(max_size=12)))
def test_a_term_folds_to_itself_and_its_accents_fit(text: str) -> None:
    for term, accents in folded(normal_text(text).text):
        assert term
        assert 0 <= accents < ACCENT_CODES
        if term.isascii():
            assert fold(term) == (term, 0)


@given(vietnamese)
def test_case_changes_no_term(text: str) -> None:
    assert folded(text.upper()) == folded(text.lower()) == folded(text)


@given(vietnamese)
def test_moving_tones_changes_no_term_and_no_length(text: str) -> None:
    lowered = text.lower()
    moved = tone_on_second_vowel(lowered)
    assert len(moved) == len(lowered)
    assert folded(moved) == folded(lowered)
    assert tone_on_second_vowel(moved) == moved


accents_numbers = st.integers(0, ACCENT_CODES - 1)


@given(accents_numbers, accents_numbers, accents_numbers)
def test_typed_within_is_an_order_with_no_accents_at_its_bottom(one: int, two: int, three: int) -> None:
    assert typed_within(one, one)
    assert typed_within(0, one)
    if typed_within(one, two) and typed_within(two, one):
        assert one == two
    if typed_within(one, two) and typed_within(two, three):
        assert typed_within(one, three)


@given(st.text("aeouy", min_size=1, max_size=3), st.text("ngcht", max_size=2), st.data())
def test_leaving_marks_off_what_is_printed_always_finds_it(vowels: str, ending: str, data: st.DataObject) -> None:
    marks = {"a": "\u0302\u0306", "e": "\u0302", "o": "\u0302\u031b", "u": "\u031b", "y": ""}
    letters = [vowel + data.draw(st.sampled_from(["", *marks[vowel]])) for vowel in vowels]
    tone = data.draw(st.sampled_from(TONES))
    at = data.draw(st.integers(0, len(letters) - 1))
    printed = [letter + tone if number == at else letter for number, letter in enumerate(letters)]
    kept = data.draw(st.lists(st.booleans(), min_size=len(letters), max_size=len(letters)))
    typed = [letter if keep else letter[0] for letter, keep in zip(printed, kept, strict=True)]
    initial = data.draw(st.sampled_from(["đ", "d"])) if data.draw(st.booleans()) else "b"
    (term, accents), (wanted, asked) = (
        fold(initial.replace("d", "đ") + "".join(printed) + ending),
        fold(initial + "".join(typed) + ending),
    )
    assert term == wanted
    assert typed_within(asked, accents)


@given(texts)
def test_codes_stand_where_they_say_and_are_found_again_in_what_is_printed_there(text: str) -> None:
    normal = normal_text(text).text
    last = 0
    for code, start, end in code_spans(normal):
        assert last <= start < end <= len(normal)
        assert not start or not (normal[start - 1].isalnum() or normal[start - 1] in "_/")
        last = end
        assert [found for found, _, _ in code_spans(normal[start:end])] == [code]
        assert not code.replace("-", "").isdigit()


@given(texts)
def test_only_tones_of_open_oa_oe_uy_move(text: str) -> None:
    lowered = normal_text(text).text.lower()
    letters = list(lowered)
    for at, (first, second) in enumerate(pairwise(lowered)):
        base, *tone = unicodedata.normalize("NFD", first)
        ends = at + 2 == len(lowered) or not (lowered[at + 2].isalnum() or lowered[at + 2] == "_")
        if ends and base + second in ("oa", "oe", "uy") and tone in [[mark] for mark in TONES if mark]:
            letters[at : at + 2] = base, unicodedata.normalize("NFC", second + tone[0])
    assert tone_on_second_vowel(lowered) == "".join(letters)


@given(texts, texts, st.lists(texts, max_size=2))
@example("İ", "ΑΣ İΑΣ ΑΣ'Α", [])
@example("", "xã\u200b hội xã \u0301hội thị\txã thị \u00a0xã", ["thị", "xã"])
def test_a_document_has_what_its_parts_have_one_by_one(title: str, body: str, captions: list[str]) -> None:
    document = analyzer().document(Article("x", title, body, captions=tuple(captions)))
    text = document.text
    parts = [title, body, *filter(None, captions)]
    tokens = [(analyzer().syllables(part), number) for number, part in enumerate(parts)]
    assert text.terms == [token.term for each, _ in tokens for token in each]
    accents = [token.accents for each, _ in tokens for token in each]
    assert text.accents in (accents, [number or UNACCENTED for number in accents])
    assert (UNACCENTED in text.accents) == (0 in accents and is_unaccented(accents))
    before = 0
    positions = []
    for each, number in tokens:
        positions += [before + token.position + number * GAP for token in each]
        before += len(each)
    assert text.positions == positions
    in_title = len(tokens[0][0])
    assert document.title == Stream(text.terms[:in_title], text.accents[:in_title], text.positions[:in_title])
    assert document.words == Counter(word.term for part in parts for word in analyzer().words(part))
    assert document.codes == Counter(code.term for part in parts for code in analyzer().codes(part))


@given(texts)
def test_words_begin_at_the_syllable_of_their_position(text: str) -> None:
    tokens = analyzer().syllables(text)
    for word in analyzer().words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert tokens[word.position].start == word.start
