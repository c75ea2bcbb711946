"""Documents to the arrays of one segment, without a Python call per posting.

Each document adds its terms' numbers and its positions to growing arrays; one stable sort by spelling at the end puts
them in posting order. The caller bounds memory by starting a new segment after so many syllables.

A syllable field F has a term for each folded syllable, and for each term its *spellings*: the accents numbers it
occurs with. Every spelling has postings of its own; those of a term are the union of its spellings'. The arrays, for
n documents, T terms (sorted by their UTF-8 bytes), S spellings (term by term, ascending), P postings and O
occurrences:

    F.term.bytes, F.term.ends [T]   the terms' bytes, and where each ends
    F.spellings [T + 1]             the first spelling of each term
    F.accents [S]                   the accents number of each spelling
    F.starts [S + 1]                the first posting of each spelling
    F.documents, F.frequencies [P]  ascending within a spelling
    F.sums [P / 128 + 1]            what the frequencies before every 128th posting add up to
    F.most [S]                      the highest frequency of each spelling
    F.occurrences [S + 1]           the first occurrence of each spelling
    F.positions [O]                 by document within a spelling
    F.dense [D], F.rows [D * n], F.row_sums [D * (n / 128 + 1)]   see below
    F.lengths [n]                   syllables of each document

A spelling that more than one document in `DENSE_SHARE` holds has no postings in P; its frequencies in all n documents
are a row of F.rows instead (0 where it doesn't stand), which takes less room and is read without indirection. F.dense
numbers these spellings; F.row_sums are the sums of each row.

Words and codes have terms, starts, documents and frequencies only; a term is its own only spelling there.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from backports import zstd

from index.analysis.syllables import ACCENT_CODES
from index.document import Document, Stream
from index.whoosh_engine import schema, stored
from index.whoosh_engine.array_file import Array, Ints, narrow, narrowest
from index.whoosh_engine.sums import sums_of

LEVEL = 6
"""How hard stored articles are compressed."""
DENSE_SHARE = 5
MOST_DENSE = 255
"""The highest frequency that a row can hold."""


def is_dense(frequencies: Ints, most: Array, documents: int) -> npt.NDArray[np.bool_]:
    """Say which spellings, by their document frequencies and highest frequencies, are kept as rows."""
    dense: npt.NDArray[np.bool_] = (frequencies * DENSE_SHARE > documents) & (most <= MOST_DENSE)
    return dense


class SegmentBuilder:
    """Collects documents and gives the arrays of their segment."""

    def __init__(self) -> None:
        self._text = _Syllables()
        self._title = _Syllables()
        self._words = _Frequencies()
        self._codes = _Frequencies()
        self._columns = _Columns()

    def add(self, document: Document) -> None:
        """Take one document."""
        self._text.add(document.text)
        self._title.add(document.title)
        self._words.add(document.words)
        self._codes.add(document.codes)
        self._columns.add(document)

    def arrays(self) -> dict[str, Array]:
        """Give all arrays of the segment, by name."""
        return {
            **self._text.arrays(schema.TEXT),
            **self._title.arrays(schema.TITLE),
            **self._words.arrays(schema.WORDS),
            **self._codes.arrays(schema.CODES),
            **self._columns.arrays(),
        }


class _Syllables:
    """The occurrences of a syllable field in reading order."""

    def __init__(self) -> None:
        self.terms = array("i")
        self._numbers: dict[str, int] = {}
        self._accents = array("H")
        self._positions = array("I")
        self._lengths = array("I")

    def add(self, stream: Stream) -> None:
        numbers = self._numbers
        self.terms.extend([numbers.setdefault(term, len(numbers)) for term in stream.terms])
        self._accents.extend(stream.accents)
        self._positions.extend(stream.positions)
        self._lengths.append(len(stream.terms))

    def arrays(self, field: str) -> dict[str, Array]:
        lexicon, ranks = _sorted(self._numbers)
        keys = ranks[np.frombuffer(self.terms, np.int32)].astype(np.int64) * ACCENT_CODES
        keys += np.frombuffer(self._accents, np.uint16)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        lengths = np.frombuffer(self._lengths, np.uint32)
        documents = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[order]
        begins = np.ones(len(keys), np.bool_)
        begins[1:] = keys[1:] != keys[:-1]
        occurrences = np.append(np.flatnonzero(begins), len(keys))
        spellings = keys[begins]
        begins[1:] |= documents[1:] != documents[:-1]
        postings = np.flatnonzero(begins)
        frequencies = np.diff(postings, append=len(keys))
        documents = documents[postings]
        counts = np.diff(np.searchsorted(postings, occurrences))
        starts = np.cumsum(counts) - counts
        most = np.maximum.reduceat(frequencies, starts) if len(starts) else starts
        dense = np.flatnonzero(is_dense(counts, most, len(lengths)))
        rows = np.zeros((len(dense), len(lengths)), np.uint8)
        for row, (start, count) in zip(rows, zip(starts[dense], counts[dense], strict=True), strict=True):
            row[documents[start : start + count]] = frequencies[start : start + count]
        in_rows = np.zeros(len(counts), np.bool_)
        in_rows[dense] = True
        sparse = ~np.repeat(in_rows, counts)
        counts[dense] = 0
        return {
            **text_arrays(f"{field}.term", lexicon),
            f"{field}.spellings": narrow(
                np.searchsorted(spellings, np.arange(len(lexicon) + 1, dtype=np.int64) * ACCENT_CODES)
            ),
            f"{field}.accents": (spellings % ACCENT_CODES).astype(np.uint16),
            f"{field}.starts": narrow(np.append(0, np.cumsum(counts))),
            f"{field}.documents": documents[sparse].astype(narrowest(len(lengths))),
            f"{field}.frequencies": narrow(frequencies[sparse]),
            f"{field}.sums": sums_of(frequencies[sparse]).astype(np.uint32),
            f"{field}.most": narrow(most),
            f"{field}.occurrences": narrow(occurrences),
            f"{field}.positions": narrow(
                np.minimum(np.frombuffer(self._positions, np.uint32)[order], np.uint32(schema.MAX_POSITION))
            ),
            f"{field}.dense": narrow(dense),
            f"{field}.rows": rows.reshape(-1),
            f"{field}.row_sums": row_sums(rows),
            f"{field}.lengths": narrow(lengths),
        }


class _Frequencies:
    """The terms of a field that has frequencies only."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = array("i")
        self._frequencies = array("I")
        self._counts = array("I")

    def add(self, terms: Mapping[str, int]) -> None:
        numbers = self._numbers
        self._terms.extend([numbers.setdefault(term, len(numbers)) for term in terms])
        self._frequencies.extend(terms.values())
        self._counts.append(len(terms))

    def arrays(self, field: str) -> dict[str, Array]:
        lexicon, ranks = _sorted(self._numbers)
        terms = ranks[np.frombuffer(self._terms, np.int32)]
        order = np.argsort(terms, kind="stable")
        counts = np.frombuffer(self._counts, np.uint32)
        return {
            **text_arrays(f"{field}.term", lexicon),
            f"{field}.starts": narrow(_starts(terms, len(lexicon))),
            f"{field}.documents": np.repeat(np.arange(len(counts), dtype=narrowest(len(counts))), counts)[order],
            f"{field}.frequencies": narrow(np.frombuffer(self._frequencies, np.uint32)[order]),
        }


class _Columns:
    """What stands beside each document."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._published = array("q")
        self._authors: list[tuple[str, ...]] = []
        self._publishers: list[tuple[str, ...]] = []
        self._sections: list[tuple[str, ...]] = []
        self._stories: list[tuple[str, ...]] = []
        self._originals = array("B")
        self._articles: list[bytes] = []

    def add(self, document: Document) -> None:
        article = document.article
        self.ids.append(article.id)
        published = article.published_at
        self._published.append(int(published.instant.timestamp()) if published else schema.NO_DATE)
        self._authors.append(article.authors)
        self._publishers.append((article.publisher,) if article.publisher else ())
        self._sections.append((article.section,) if article.section else ())
        self._stories.append((article.story,) if article.story else ())
        self._originals.append(article.is_original)
        self._articles.append(zstd.compress(stored.pack(article), LEVEL))

    def arrays(self) -> dict[str, Array]:
        return {
            **text_arrays(schema.ID, self.ids),
            f"{schema.ID}.order": id_order([article_id.encode() for article_id in self.ids]),
            schema.PUBLISHED: np.frombuffer(self._published, np.int64),
            **_facet_arrays(schema.AUTHORS, self._authors),
            **_facet_arrays(schema.PUBLISHER, self._publishers),
            **_facet_arrays(schema.SECTION, self._sections),
            **_facet_arrays(schema.STORY, self._stories),
            schema.ORIGINAL: np.frombuffer(self._originals, np.uint8),
            **bytes_arrays(schema.ARTICLE, self._articles),
        }


def row_sums(rows: npt.NDArray[np.uint8]) -> Array:
    """Give the sums of each of some rows, one row's after the other's."""
    return np.concatenate([np.zeros(0, np.uint32), *(sums_of(row).astype(np.uint32) for row in rows)])


def id_order(ids: Sequence[bytes]) -> Array:
    """Give the documents' numbers in the order of their ids."""
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), np.uint32)


def text_arrays(name: str, texts: Sequence[str]) -> dict[str, Array]:
    """Give texts as one run of UTF-8 bytes and where each ends."""
    return bytes_arrays(name, [text.encode() for text in texts])


def bytes_arrays(name: str, pieces: Sequence[bytes]) -> dict[str, Array]:
    """Give pieces of bytes as one run and where each ends."""
    ends = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
    return {f"{name}.bytes": np.frombuffer(b"".join(pieces), np.uint8), f"{name}.ends": narrow(ends)}


def _facet_arrays(name: str, values: Sequence[tuple[str, ...]]) -> dict[str, Array]:
    """Give the values of each document as (document, number of the value) pairs and the values, sorted."""
    lexicon = sorted({value for each in values for value in each})
    numbers = {value: number for number, value in enumerate(lexicon)}
    pairs = [(document, numbers[value]) for document, each in enumerate(values) for value in dict.fromkeys(each)]
    table = np.array(pairs, np.uint32).reshape(-1, 2)
    return {
        **text_arrays(f"{name}.value", lexicon),
        f"{name}.documents": np.ascontiguousarray(table[:, 0]),
        f"{name}.ordinals": narrow(np.ascontiguousarray(table[:, 1])),
    }


def _sorted(numbers: dict[str, int]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Give the terms in order, and the rank of each number."""
    lexicon = sorted(numbers)
    ranks = np.empty(len(lexicon), np.int32)
    ranks[np.fromiter(map(numbers.__getitem__, lexicon), np.int64, len(lexicon))] = np.arange(len(lexicon))
    return lexicon, ranks


def _starts(sorted_terms: npt.NDArray[np.int32], terms: int) -> Ints:
    """Give where each of the terms begins among sorted entries, and the end of the last."""
    starts: Ints = np.zeros(terms + 1, np.int64)
    np.cumsum(np.bincount(sorted_terms, minlength=terms), out=starts[1:])
    return starts
