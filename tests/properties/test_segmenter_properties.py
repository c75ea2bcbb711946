"""For any string whatever, the segmenter answers as pyvi does, and its offsets hold."""

from __future__ import annotations

import importlib
import unicodedata
import warnings
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.segmenter import Segmenter
from index.analysis.word_model import WordModel

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
SENTENCE = (
    "thị xã hội nghị chính quyền nhân dân hoà hòa bình uỷ ủy ban công an nông thôn mới kinh tế thành phố việt nam "
    "đại biểu quốc tổ chức xây dựng và của các một không người ngày năm ông bà nguyễn văn minh thuỷ thủy lợi"
)
CODES = ["05-CT/TW", "15/2018/NĐ-CP", "TT&TT", "COVID-19", "390.770.000đ", "TP.HCM", "Tp.", "ThS.", "Mr.", "1_0,5"]
ADDRESSES = ["a.b-c@d-e.vn", "a@b", "@", "http://", "://", "x://y?z", "@b.c", "a_b+c@"]
MARKS = ["...", "==>", "->", ">>", "=>?", *".,;:!?-_/()\"'“”…–%&+=<>#*[]{}|~^$\\`"]
BLANKS = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2003", "\u2028", "\x85"]
ODD = ["\x00", "\u200b", "\u00ad", "\ufeff", "\u0323", "\u0301", "²", "١", "½", "Ⅷ", "Σ", "İ", "ß", "ǅ", "中", "😀"]

cased = st.sampled_from(SENTENCE.split()).flatmap(
    lambda syllable: st.sampled_from([syllable, syllable, syllable.capitalize(), syllable.upper()])
)
pieces = st.one_of(
    cased,
    cased.map(lambda syllable: unicodedata.normalize("NFD", syllable)),
    st.text(LETTERS + LETTERS.upper() + "0123456789", max_size=6),
    st.sampled_from(CODES + ADDRESSES + MARKS + ODD),
)
sentences = st.lists(pieces, max_size=40).map(" ".join)
pasted = st.lists(st.one_of(pieces, st.sampled_from(BLANKS)), max_size=40).map("".join)
near_addresses = st.text("aA1Đđ_.@-+:/ ", max_size=40)
without_surrogates = st.text(st.characters(exclude_categories=["Cs"]))
texts = st.one_of(sentences, pasted, near_addresses, without_surrogates)


@pytest.fixture(scope="module")
def model() -> WordModel:
    return WordModel.load()


@pytest.fixture(scope="module")
def segmenter(model: WordModel) -> Segmenter:
    return Segmenter(model)


@pytest.fixture(scope="module")
def pyvi() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("pyvi.ViTokenizer")


@given(text=texts)
def test_any_text_is_cut_exactly_as_pyvi_cuts_it(segmenter: Segmenter, pyvi: ModuleType, text: str) -> None:
    assert segmenter.tokenize(text) == pyvi.tokenize(text)


@given(text=st.one_of(texts, st.text(st.characters())))
def test_words_are_in_order_and_only_blanks_are_left_out(segmenter: Segmenter, text: str) -> None:
    done = 0
    for start, end, count in [*segmenter.segment(text), (len(text), len(text), 1)]:
        assert done <= start <= end
        assert count >= 1
        assert not text[done:start].strip()
        assert "\n" not in text[done:start]
        assert start < end or end == len(text)
        done = end


@given(text=texts)
def test_words_hold_as_many_tokens_as_they_say(segmenter: Segmenter, text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    words = segmenter.segment(composed)
    glue = segmenter.tokenize(composed).count("_") - composed.count("_")
    assert glue == sum(count - 1 for *_, count in words)


@settings(max_examples=30)
@given(before=pasted, text=pasted)
def test_an_answer_does_not_depend_on_what_was_asked_before(
    segmenter: Segmenter, model: WordModel, before: str, text: str
) -> None:
    segmenter.segment(before)
    assert segmenter.segment(text) == Segmenter(model).segment(text)
