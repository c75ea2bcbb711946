"""What words and codes begin as somebody has typed so far."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from index.query import Begun, Term
from index.response import Completion
from tests.conformance.engines import TriedIndex, naive, whoosh
from tests.conformance.invented_articles import article

ARTICLES = [
    article("a", body="Hội nghị bàn về phát triển kinh tế. Hội nghị kết thúc. Chỉ thị 05-CT/TW."),
    article("b", body="Hội nghị thứ hai, hội trường chật. Phát biểu tại hội nghị. Chỉ thị 05-CT/TW, 057/QĐ-BX."),
    article("c", body="Hỏi thăm bà con, hội trường vắng. Công văn 05-CV/HU."),
]


def begun(*typed: str, code: str | None = None) -> Begun:
    return Begun(tuple(Term(*fold(syllable)) for syllable in typed), code)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("hoi", "ng"), ["hội nghị"]),
        (("hội", "t"), ["hội trường"]),
        (("hội",), ["hội nghị", "hội trường"]),
        (("hoi",), ["hội nghị", "hội trường", "hỏi thăm"]),
        (("phat", "tri"), ["phát triển"]),
        (("hối",), []),
        (("h",), []),
        (("xyz",), []),
    ],
)
def test_words_are_completed_whatever_accents_were_left_out(
    tried: TriedIndex, typed: tuple[str, ...], expected: list[str]
) -> None:
    tried.rebuild(ARTICLES)
    assert [word.text for word in tried.searcher.complete(begun(*typed), 9).words] == expected


def test_words_say_how_many_articles_hold_them(tried: TriedIndex) -> None:
    tried.rebuild(ARTICLES)
    assert tried.searcher.complete(begun("hoi", "ngh"), 9).words == (Completion("hội nghị", 2),)


def test_codes_are_completed_the_most_frequent_first(tried: TriedIndex) -> None:
    tried.rebuild(ARTICLES)
    found = tried.searcher.complete(begun("05", code="5-c"), 9).codes
    assert found == (Completion("5-ct-tw", 2), Completion("5-cv-hu", 1))
    assert len(tried.searcher.complete(begun("05", code="5-c"), 1).codes) == 1


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(["hội", "hoi", "ph", "phát", "tri", "ng", "trường", "chi", "kinh", "t", "kết"]),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([None, "5-c", "57", "0"]),
)
def test_both_engines_complete_alike(
    analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory, typed: list[str], code: str | None
) -> None:
    answers = []
    for engine in (whoosh(), naive(analyzer)):
        tried = TriedIndex(engine, tmp_path_factory.mktemp("complete") / "index", analyzer)
        tried.rebuild(ARTICLES[:2])
        tried.update(ARTICLES[2:])
        answers.append(tried.searcher.complete(begun(*typed, code=code), 20))
        tried.searcher.close()
    assert answers[0] == answers[1]
