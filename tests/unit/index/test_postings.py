"""Postings are read whole or in part, and the parts are those of the whole."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.document import Document, Stream
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import write_arrays
from index.whoosh_engine.postings import NOWHERE, PostingsReader
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_builder import SegmentBuilder
from index.whoosh_engine.sums import RunningSums, before, count_of_sums, sums_of

SHARES = {"everywhere": 0.9, "often": 0.3, "seldom": 0.15, "rarely": 0.01}
COUNTS = (2_000, 700)


def _write(path: Path, count: int, seed: int) -> ColumnarFile:
    chance = random.Random(seed)
    builder = SegmentBuilder()
    for number in range(count):
        terms = [term for term, share in SHARES.items() if chance.random() < share for _ in range(chance.randint(1, 4))]
        chance.shuffle(terms)
        accents = [chance.choice((0, 54)) for _ in terms]
        stream = Stream(terms, accents, list(range(len(terms))))
        builder.add(Document(Article(f"{number:05}", "T", "B"), stream, Stream([], [], []), {}, {}))
    write_arrays(path, builder.arrays())
    return ColumnarFile(path)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PostingsReader:
    folder = tmp_path_factory.mktemp("postings")
    segments = [_write(folder / str(count), count, count) for count in COUNTS]
    return PostingsReader(list(zip(segments, (0, COUNTS[0]), strict=True)))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> PostingsReader:
    return PostingsReader([(_write(tmp_path_factory.mktemp("alone") / "segment", 2_000, 5), 0)])


@pytest.mark.parametrize("others", [(), ("seldom",), ("everywhere", "rarely"), ("never",)])
@pytest.mark.parametrize("accents", ["all", 54])
@pytest.mark.parametrize("term", [*SHARES, "never"])
@pytest.mark.parametrize("which", ["reader", "alone"])
def test_occurrences_beside_others_are_those_in_the_documents_of_all(
    request: pytest.FixtureRequest, which: str, term: str, accents: str | int, others: tuple[str, ...]
) -> None:
    postings: PostingsReader = request.getfixturevalue(which)
    found = postings.read("text", term)
    chosen = found.all if isinstance(accents, str) else found.only(accents)
    beside = [postings.read("text", other).all for other in others]
    keys = chosen.keys()
    documents = set((keys >> schema.POSITION_BITS).tolist()).intersection(
        *(each.documents().tolist() for each in beside)
    )

    assert chosen.keys_with(beside).tolist() == [
        key for key in keys.tolist() if key >> schema.POSITION_BITS in documents
    ]


@pytest.mark.parametrize("accents", ["all", 0, 54])
@pytest.mark.parametrize("term", SHARES)
@pytest.mark.parametrize("asked", [1, 3, 20, 400, 2_699])
def test_what_some_documents_hold_is_what_all_hold_there(
    reader: PostingsReader, term: str, accents: str | int, asked: int
) -> None:
    found = reader.read("text", term)
    postings = found.all if isinstance(accents, str) else found.only(accents)
    keys = postings.keys()
    documents, frequencies = np.unique(keys >> schema.POSITION_BITS, return_counts=True)
    wanted = np.array(sorted(random.Random(asked).sample(range(sum(COUNTS)), asked)))
    expected = dict(zip(documents.tolist(), frequencies.tolist(), strict=True))

    assert postings.count == len(documents)
    assert postings.documents().tolist() == documents.tolist()
    assert postings.frequencies_in(wanted).tolist() == [expected.get(document, 0) for document in wanted.tolist()]
    places = np.full(sum(COUNTS), NOWHERE, np.int32)
    places[wanted] = np.arange(asked)
    assert postings.frequencies_at(places, asked).tolist() == postings.frequencies_in(wanted).tolist()
    assert postings.holds(wanted).tolist() == [document in expected for document in wanted.tolist()]
    assert postings.keys(wanted).tolist() == keys[np.isin(keys >> schema.POSITION_BITS, wanted)].tolist()


def test_there_are_rows_and_lists_to_be_tried_on(reader: PostingsReader) -> None:
    rows = {term: {part.row >= 0 for part in reader.read("text", term).all.parts} for term in SHARES}
    assert rows["everywhere"] == {True}
    assert rows["rarely"] == {False}


@given(st.lists(st.lists(st.integers(0, 255), max_size=400), max_size=6), st.data())
def test_sums_that_come_piece_by_piece_are_those_of_the_whole(pieces: list[list[int]], data: st.DataObject) -> None:
    values = np.array([value for piece in pieces for value in piece], np.uint8)
    running = RunningSums()
    known = [0, *(total for piece in pieces for total in running.add(np.array(piece, np.uint8)).tolist())]
    assert known == sums_of(values).tolist()
    assert len(known) == count_of_sums(len(values))
    if len(values):
        places = np.array(data.draw(st.lists(st.integers(0, len(values) - 1), max_size=20)), np.int64)
        expected = [int(values[:place].sum(dtype=np.int64)) for place in places.tolist()]
        assert before(places, values, np.array(known)).tolist() == expected
