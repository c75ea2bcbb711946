"""Articles come out of the index as they went in, however their bodies are written there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.analysis import one_byte
from index.analysis.letters import letters
from index.article import Article
from index.dates import PublishedAt
from index.snippet import sentences
from index.whoosh_engine import stored


def _article(body: str) -> Article:
    return Article(
        id="bai-1",
        title="Họp chợ Ω",
        body=body,
        lead="Chợ đông.",
        captions=("Một góc chợ",),
        authors=("Lò Thị Mây",),
        published_at=PublishedAt(datetime(2024, 3, 1, 2, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    "body", ["", "\n", "Chợ họp sớm.\nNgười đi đông…", "Góc Ω của chợ.", "Chợ\u200b sớm 🎉", "cho\u031b\u0323"]
)
def test_an_article_comes_out_as_it_went_in(body: str) -> None:
    assert stored.unpack(stored.pack(_article(body)))[0] == _article(body)


def test_letters_and_sentences_of_a_body_come_with_it() -> None:
    text = "Chợ họp sớm. Người đi đông…”\nNgày 5/8, trời quang."
    _, body = stored.unpack(stored.pack(_article(text)))
    assert body is not None
    assert body.normal.text == text
    assert body.normal.letters == letters(text)
    assert body.sentences == sentences(text)


def test_nothing_is_known_of_a_body_with_rare_characters() -> None:
    assert stored.unpack(stored.pack(_article("Góc Ω của chợ.")))[1] is None


def test_half_a_character_is_kept_as_a_question_mark() -> None:
    assert stored.unpack(stored.pack(_article("Chợ \ud83d sớm")))[0].body == "Chợ ? sớm"


def test_every_byte_stands_for_a_character_of_its_own() -> None:
    everything = bytes(range(256))
    assert len(set(one_byte.CHARACTERS)) == 256
    assert one_byte.written(one_byte.read(everything)) == everything
    assert one_byte.letters_of(everything) == letters(one_byte.read(everything))
