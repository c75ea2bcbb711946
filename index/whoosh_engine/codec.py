"""Our codec, by Whoosh's extension point: an index of ours opens with `whoosh.index.open_dir` and answers Whoosh's
own searcher wherever this package can be imported. Whoosh's writers can't write it: `writer` does, in bulk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from index.whoosh_engine import schema
from index.whoosh_engine.generations import SegmentEntry
from index.whoosh_engine.postings import Postings
from index.whoosh_engine.segment import ColumnarFile, SortedPieces
from index.whoosh_engine.segment_postings import SegmentPostings

SUFFIX = ".arrays"
INDEX_NAME = "MAIN"


class ColumnarCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads segments of flat arrays."""

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> PerDocumentReader:
        """Open lengths, columns and stored articles."""
        return PerDocumentReader(ColumnarFile(segment.path(Path(storage.folder))), segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> TermsReader:
        """Open terms and postings."""
        return TermsReader(ColumnarFile(segment.path(Path(storage.folder))))


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh's table of contents keeps of a segment: its name, size and which documents are deleted."""

    def __init__(self, count: int) -> None:
        super().__init__(INDEX_NAME)
        self._count = count
        self._deleted: set[int] = set()

    @classmethod
    def of(cls, entry: SegmentEntry) -> Self:
        """Make the segment that a manifest describes."""
        segment = cls(entry.count)
        segment.segid = entry.segid
        segment._deleted.update(entry.deleted)
        return segment

    def entry(self) -> SegmentEntry:
        """Describe the segment for a manifest."""
        return SegmentEntry(self.segid, self._count, tuple(sorted(self._deleted)))

    def live(self) -> npt.NDArray[np.bool_]:
        """Mark the documents that are not deleted."""
        live = np.ones(self._count, np.bool_)
        live[list(self._deleted)] = False
        return live

    def codec(self) -> ColumnarCodec:
        """Give the codec that reads this segment."""
        return ColumnarCodec()

    def path(self, directory: Path) -> Path:
        """Give the segment's file in the directory of a generation."""
        return directory / str(self.make_filename(SUFFIX))

    def should_assemble(self) -> bool:
        """The segment is one file already."""
        return False

    def doc_count_all(self) -> int:
        """Count the documents, deleted ones too."""
        return self._count

    def deleted_count(self) -> int:
        """Count the deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Give the deleted documents' numbers."""
        return iter(self._deleted)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document deleted, or not."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted


class PerDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """What stands beside the documents, as Whoosh's searcher asks for it."""

    def __init__(self, arrays: ColumnarFile, segment: ColumnarSegment) -> None:
        self._arrays = arrays
        self._segment = segment
        self._lengths = {field: arrays.file.array(f"{field}.lengths") for field in (schema.TEXT, schema.TITLE)}

    def doc_count(self) -> int:
        """Count the documents that are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """Count the documents, deleted ones too."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """Say whether any document is deleted."""
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """Give the deleted documents' numbers."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Columns are read as arrays by our own searcher."""
        return False

    def has_column(self, fieldname: str) -> bool:
        """Whoosh's searcher sees no columns."""
        return False

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Give how many syllables a document's field has."""
        lengths = self._lengths.get(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Give how many syllables a field has in all documents."""
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Give the length of the shortest field."""
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None else int(lengths.min(initial=1 << 31))

    def max_field_length(self, fieldname: str) -> int:
        """Give the length of the longest field."""
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Give the article's id and its packed text."""
        return {
            schema.ID: self._arrays.pieces(schema.ID)[docnum].decode(),
            schema.ARTICLE: self._arrays.pieces(schema.ARTICLE)[docnum],
        }


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of all fields, as Whoosh's searcher asks for them."""

    def __init__(self, arrays: ColumnarFile) -> None:
        self._arrays = arrays
        self._tables = {field: arrays.terms(field) for field in sorted(schema.INDEXED)}

    def _number(self, fieldname: str, text: bytes) -> int | None:
        table = self._tables.get(fieldname)
        return None if table is None else table.number(text)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._number(*term) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """Name the fields that have terms."""
        return self._tables.keys()

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        """Walk through the terms of a field."""
        return Cursor(self._arrays, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Give all terms in order."""
        for fieldname in self._tables:
            yield from self.terms_from(fieldname, b"", only=True)

    def terms_from(self, fieldname: str, prefix: bytes, *, only: bool = False) -> Iterator[tuple[str, bytes]]:
        """Give the terms from `prefix` on, to the end of the last field (or of this one only)."""
        for name, table in self._tables.items():
            if name == fieldname or (name > fieldname and not only):
                first = table.at_or_after(prefix) if name == fieldname else 0
                yield from ((name, table[number]) for number in range(first, len(table)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Give all terms with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Give the terms from `prefix` on with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Give a term's statistics; raises Whoosh's TermNotFound."""
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return _term_info(self._arrays, fieldname, number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Give how often a term occurs."""
        return float(self.term_info(fieldname, text).weight()) if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Give in how many documents a term occurs."""
        return int(self.term_info(fieldname, text).doc_frequency()) if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """Give the postings of a term; raises Whoosh's TermNotFound."""
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        found = _postings(self._arrays, fieldname, number)
        documents = found.documents()
        frequencies = found.frequencies_in(documents)
        if f"{fieldname}.positions" in self._arrays.file:
            positions = (found.keys() & schema.MAX_POSITION).astype("<u4")
            values = [piece.tobytes() for piece in np.split(positions, np.cumsum(frequencies)[:-1])]
        else:
            values = [frequency.tobytes() for frequency in frequencies.astype(">u4")]
        return ListMatcher(
            documents.tolist(),
            frequencies.astype(float).tolist(),
            values,
            format_,
            scorer,
            term=(fieldname, text),
            terminfo=_term_info(self._arrays, fieldname, number),
        )


class Cursor(base.FieldCursor):  # type: ignore[misc]
    """A place among the terms of a field."""

    def __init__(self, arrays: ColumnarFile, fieldname: str, fieldobj: Any) -> None:
        self._arrays = arrays
        self._fieldname = fieldname
        self._fieldobj = fieldobj
        self._table: SortedPieces | list[bytes] = arrays.terms(fieldname) if fieldname in schema.INDEXED else []
        self._number = 0

    def first(self) -> Any:
        """Go to the first term and give it."""
        self._number = 0
        return self.text()

    def find(self, term: bytes | str) -> Any:
        """Go to the first term not before `term` and give it."""
        wanted = term.encode() if isinstance(term, str) else term
        self._number = self._table.at_or_after(wanted) if isinstance(self._table, SortedPieces) else 0
        return self.text()

    def next(self) -> Any:
        """Go to the next term and give it."""
        self._number += 1
        return self.text()

    def text(self) -> Any:
        """Give the present term, None past the last."""
        return self._fieldobj.from_bytes(self._table[self._number]) if self.is_valid() else None

    def term_info(self) -> TermInfo:
        """Give the present term's statistics."""
        return _term_info(self._arrays, self._fieldname, self._number)

    def is_valid(self) -> bool:
        """Say whether there is a present term."""
        return self._number < len(self._table)


def _postings(arrays: ColumnarFile, fieldname: str, number: int) -> Postings:
    """Give the postings of a term, all its spellings together: what Whoosh's searcher takes for a term."""
    rows = arrays.dense_rows(fieldname)
    return Postings(
        [
            SegmentPostings(arrays, fieldname, spelling, 0, rows.get(spelling, -1))
            for spelling, _ in arrays.spellings(fieldname, number)
        ],
        arrays.count,
    )


def _term_info(arrays: ColumnarFile, fieldname: str, number: int) -> TermInfo:
    found = _postings(arrays, fieldname, number)
    documents = found.documents()
    frequencies = found.frequencies_in(documents)
    has_lengths = f"{fieldname}.lengths" in arrays.file
    lengths = arrays.file.array(f"{fieldname}.lengths")[documents] if has_lengths else frequencies
    return TermInfo(
        weight=int(frequencies.sum()),
        df=len(documents),
        minlength=int(lengths.min()),
        maxlength=int(lengths.max()),
        maxweight=float(frequencies.max()),
        minid=int(documents[0]),
        maxid=int(documents[-1]),
    )
