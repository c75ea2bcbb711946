"""Writing: a batch of changes becomes a new generation, or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from index.analysis.chain import Analyzer
from index.article import Article
from index.errors import BadArticle, IndexDamaged, IndexLocked, IndexMissing
from index.whoosh_engine import generations, schema, withheld
from index.whoosh_engine.codec import INDEX_NAME, ColumnarSegment
from index.whoosh_engine.generations import Manifest
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_merge import write_merged
from index.whoosh_engine.segment_workers import SegmentWorkers, write_segment

CHARACTERS = 4_000_000
"""Characters of text that are collected before a segment is written: what bounds memory (some 60 MB a process)."""
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
        generations.remove_left_overs(index_dir)
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

    def roll_back(self) -> str:
        """Make the generation before the current one current again; give its name."""
        self._check_open()
        return generations.roll_back(self._index_dir, schema.stamp())

    def close(self) -> None:
        """Release the lock."""
        self._lock.close()
        self._open = False

    @contextmanager
    def _generation(
        self, linked: list[Path], segments: list[ColumnarSegment], applied: int, most: int
    ) -> Iterator[WhooshBatch]:
        self._check_open()
        with ExitStack() as building:
            with generations.translated_os_errors(self._index_dir):
                directory = generations.start_build(self._index_dir, linked)
                building.callback(shutil.rmtree, directory, ignore_errors=True)
                batch = building.enter_context(closing(WhooshBatch(directory, segments, self._analyzer)))
            yield batch
            with generations.translated_os_errors(self._index_dir):
                manifest = _manifest(directory, batch.commit(most), applied)
                if manifest.articles != batch.expected:
                    raise IndexDamaged(
                        f"the new generation holds {manifest.articles} articles instead of {batch.expected}: "
                        "run `timtin rebuild`"
                    )
                withheld.require(self._index_dir)
                generations.publish(self._index_dir, directory, manifest)

    def _check_open(self) -> None:
        if not self._open:
            raise IndexLocked(f"this writer of {self._index_dir} is closed: open another")


class WhooshBatch:
    """Changes to a generation that is being built in a directory."""

    refused: Sequence[BadArticle] = ()
    """This engine takes every article."""

    def __init__(self, directory: Path, segments: list[ColumnarSegment], analyzer: Analyzer) -> None:
        self._directory = directory
        self._analyzer = analyzer
        self._segments = segments
        self._workers = SegmentWorkers(len(os.sched_getaffinity(0)))
        self._collected: dict[str, Article] = {}
        self._characters = 0
        self._places: dict[str, tuple[ColumnarSegment, int]] = {}
        for segment in segments:
            ids = ColumnarFile(segment.path(directory)).texts(schema.ID)
            self._places.update(
                (ids[document], (segment, document)) for document in np.flatnonzero(segment.live()).tolist()
            )

    @property
    def expected(self) -> int:
        """How many articles the generation should hold once committed."""
        return len(self._places) + len(self._collected)

    def upsert(self, articles: Iterable[Article]) -> int:
        """Write articles; of several with one id in a batch the last one wins."""
        count = 0
        for article in articles:
            count += 1
            self._remove(article.id)
            self._collected[article.id] = article
            self._characters += len(article.title) + len(article.body)
            if self._characters >= CHARACTERS:
                self._hand_over()
        return count

    def delete(self, ids: Iterable[str]) -> int:
        """Take articles out; give how many of them there were."""
        return sum([self._remove(article_id) for article_id in ids])

    def commit(self, most: int) -> list[ColumnarSegment]:
        """Write what is collected, merge down to at most so many segments, write Whoosh's table of contents, and give
        the segments."""
        if self._collected:
            articles = list(self._collected.values())
            write_segment(self._new_segment().path(self._directory), articles, self._analyzer)
        self._workers.finish()
        self._segments = [segment for segment in self._segments if segment.doc_count()]
        self._merge(most)
        storage = FileStorage(str(self._directory), supports_mmap=False)
        TOC(schema.schema(), self._segments, 1).write(storage, INDEX_NAME)
        used = {segment.path(self._directory) for segment in self._segments}
        for path in self._directory.glob(f"{INDEX_NAME}_*"):
            if path not in used:
                path.unlink()
        return self._segments

    def close(self) -> None:
        """End the processes that write."""
        self._workers.close()

    def _remove(self, article_id: str) -> bool:
        if self._collected.pop(article_id, None) is not None:
            return True
        place = self._places.pop(article_id, None)
        if place is not None:
            segment, document = place
            segment.delete_document(document)
        return place is not None

    def _hand_over(self) -> None:
        """Have another process write what is collected."""
        articles = list(self._collected.values())
        with generations.translated_os_errors(self._directory.parent):
            self._workers.write(self._new_segment().path(self._directory), articles)

    def _new_segment(self) -> ColumnarSegment:
        """Make the segment of what is collected, in that order, and start collecting anew."""
        segment = ColumnarSegment(len(self._collected))
        self._segments.append(segment)
        self._places.update((article_id, (segment, number)) for number, article_id in enumerate(self._collected))
        self._collected = {}
        self._characters = 0
        return segment

    def _merge(self, most: int) -> None:
        """Merge the smallest segments into one so that at most so many are left."""
        if len(self._segments) <= most:
            return
        by_size = sorted(self._segments, key=lambda segment: int(segment.doc_count()))
        small = set(by_size[: len(by_size) - most + 1])
        chosen = [segment for segment in self._segments if segment in small]
        fresh = ColumnarSegment(sum(int(segment.doc_count()) for segment in chosen))
        write_merged(
            fresh.path(self._directory),
            [(ColumnarFile(segment.path(self._directory)), segment.live()) for segment in chosen],
        )
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
