"""Writing: a batch of changes becomes a new generation, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import IndexDamaged, IndexLocked, IndexMissing
from index.whoosh_engine import generations, schema
from index.whoosh_engine.array_file import Array, write_arrays
from index.whoosh_engine.codec import INDEX_NAME, ColumnarSegment
from index.whoosh_engine.generations import Manifest
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_builder import SegmentBuilder
from index.whoosh_engine.segment_merge import merged

SYLLABLES = 8_000_000
"""Syllables collected before a segment is written: what bounds memory (some 300 MB)."""
SEGMENTS = 6
"""How many segments an update may leave; beyond, the smallest are merged."""


def open_writer(index_dir: Path) -> WhooshWriter:
    """Become the index's writer; raises IndexLocked when there is another."""
    return WhooshWriter(index_dir)


class WhooshWriter:
    """The `index.engine.Writer` of the embedded engine."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._open = True
        self._lock = ExitStack()
        self._lock.enter_context(generations.writer_lock(index_dir))
        self._analyzer = Analyzer.load()

    def update(self, applied: int) -> AbstractContextManager[WhooshBatch]:
        """Change the current generation's articles; raises IndexOutdated or IndexDamaged when it is unusable."""
        try:
            base = generations.current(self._index_dir)
        except IndexMissing:
            return self._generation([], [], applied, SEGMENTS)
        manifest = generations.verify(self._index_dir, base, schema.stamp())
        segments = [ColumnarSegment.of(entry) for entry in manifest.segments]
        linked = [segment.path(self._index_dir / base) for segment in segments]
        return self._generation(linked, segments, applied, SEGMENTS)

    def rebuild(self, applied: int) -> AbstractContextManager[WhooshBatch]:
        """Start from nothing; one segment is left."""
        return self._generation([], [], applied, 1)

    def close(self) -> None:
        """Release the lock."""
        self._lock.close()
        self._open = False

    @contextmanager
    def _generation(
        self, linked: list[Path], segments: list[ColumnarSegment], applied: int, most: int
    ) -> Iterator[WhooshBatch]:
        if not self._open:
            raise IndexLocked(f"this writer of {self._index_dir} is closed: open another")
        with ExitStack() as building:
            with generations.translated_os_errors(self._index_dir):
                directory = generations.start_build(self._index_dir, linked)
                building.callback(shutil.rmtree, directory, ignore_errors=True)
                batch = WhooshBatch(directory, segments, self._analyzer)
            yield batch
            with generations.translated_os_errors(self._index_dir):
                manifest = _manifest(directory, batch.commit(most), applied)
                if manifest.articles != batch.expected:
                    raise IndexDamaged(
                        f"the new generation holds {manifest.articles} articles instead of {batch.expected}: "
                        "run `timtin rebuild`"
                    )
                generations.publish(self._index_dir, directory, manifest)


class WhooshBatch:
    """Changes to a generation that is being built in a directory."""

    def __init__(self, directory: Path, segments: list[ColumnarSegment], analyzer: Analyzer) -> None:
        self._directory = directory
        self._analyzer = analyzer
        self._segments = segments
        self._builder = SegmentBuilder()
        self._places: dict[str, tuple[ColumnarSegment | None, int]] = {}
        self._unwritten_deletions: list[int] = []
        for segment in self._segments:
            self._place(segment)

    @property
    def expected(self) -> int:
        """How many articles the generation should hold once committed."""
        return len(self._places)

    def upsert(self, articles: Iterable[Article]) -> int:
        """Write articles; of several with one id in a batch the last one wins."""
        count = 0
        for article in articles:
            document = self._analyzer.document(article)
            self._remove(article.id)
            self._places[article.id] = None, self._builder.documents
            self._builder.add(document)
            if self._builder.syllables >= SYLLABLES:
                self._flush()
            count += 1
        return count

    def delete(self, ids: Iterable[str]) -> int:
        """Take articles out; give how many of them there were."""
        return sum([self._remove(article_id) for article_id in ids])

    def commit(self, most: int) -> list[ColumnarSegment]:
        """Write what is collected, merge down to at most so many segments, write Whoosh's table of contents, and give
        the segments."""
        self._flush()
        self._segments = [segment for segment in self._segments if segment.doc_count()]
        self._merge(most)
        storage = FileStorage(str(self._directory), supports_mmap=False)
        TOC(schema.schema(), self._segments, 1).write(storage, INDEX_NAME)
        used = {segment.path(self._directory) for segment in self._segments}
        for path in self._directory.glob(f"{INDEX_NAME}_*"):
            if path not in used:
                path.unlink()
        return self._segments

    def _remove(self, article_id: str) -> bool:
        place = self._places.pop(article_id, None)
        if place is None:
            return False
        segment, document = place
        if segment is None:
            self._unwritten_deletions.append(document)
        else:
            segment.delete_document(document)
        return True

    def _flush(self) -> None:
        if self._builder.documents:
            segment = self._write(self._builder.arrays(), self._builder.documents)
            for document in self._unwritten_deletions:
                segment.delete_document(document)
            self._segments.append(segment)
            self._place(segment)
            self._builder = SegmentBuilder()
            self._unwritten_deletions = []

    def _write(self, arrays: dict[str, Array], count: int) -> ColumnarSegment:
        segment = ColumnarSegment(count)
        with generations.translated_os_errors(self._directory.parent):
            write_arrays(segment.path(self._directory), arrays)
        return segment

    def _place(self, segment: ColumnarSegment) -> None:
        ids = ColumnarFile(segment.path(self._directory)).texts(schema.ID)
        for document in np.flatnonzero(segment.live()).tolist():
            self._places[ids[document]] = segment, document

    def _merge(self, most: int) -> None:
        """Merge the smallest segments into one so that at most so many are left."""
        if len(self._segments) <= most:
            return
        by_size = sorted(self._segments, key=lambda segment: int(segment.doc_count()))
        small = set(by_size[: len(by_size) - most + 1])
        chosen = [segment for segment in self._segments if segment in small]
        arrays = merged([(ColumnarFile(s.path(self._directory)), s.live()) for s in chosen])
        fresh = self._write(arrays, sum(int(segment.doc_count()) for segment in chosen))
        self._segments = [segment for segment in self._segments if segment not in small] + [fresh]


def _manifest(directory: Path, segments: list[ColumnarSegment], applied: int) -> Manifest:
    articles = dated = with_author = 0
    for segment in segments:
        file = ColumnarFile(segment.path(directory)).file
        file.verify()
        live = segment.live()
        authored = np.zeros(len(live), np.bool_)
        authored[file.array(f"{schema.AUTHORS}.documents")] = True
        articles += int(live.sum())
        dated += int((live & (file.array(schema.PUBLISHED) != schema.NO_DATE)).sum())
        with_author += int((live & authored).sum())
    return Manifest(
        stamp=schema.stamp(),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        articles=articles,
        dated=dated,
        with_author=with_author,
        applied=applied,
        segments=tuple(segment.entry() for segment in segments),
        files=generations.file_sizes(directory),
    )
