"""Writing: a batch of changes becomes a new generation, or nothing."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from index.analysis.chain import Analyzer
from index.article import Article
from index.document import Document
from index.errors import IndexDamaged, IndexLocked, IndexMissing
from index.whoosh_engine import generations, schema, stored
from index.whoosh_engine.generations import Manifest
from index.whoosh_engine.segment_columns import close_readers, document_numbers, leaf_readers, read_columns

POOL_MEGABYTES = 256
"""What Whoosh may hold of postings before it spills them to disk."""


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
            return self._generation([], applied)
        manifest = generations.verify(self._index_dir, base, schema.stamp())
        return self._generation([self._index_dir / base / name for name in manifest.files], applied)

    def rebuild(self, applied: int) -> AbstractContextManager[WhooshBatch]:
        """Start from nothing."""
        return self._generation([], applied)

    def close(self) -> None:
        """Release the lock."""
        self._lock.close()
        self._open = False

    @contextmanager
    def _generation(self, linked: list[Path], applied: int) -> Iterator[WhooshBatch]:
        if not self._open:
            raise IndexLocked(f"this writer of {self._index_dir} is closed: open another")
        with ExitStack() as building:
            with generations.translated_os_errors(self._index_dir):
                directory = generations.start_build(self._index_dir, linked)
                building.callback(shutil.rmtree, directory, ignore_errors=True)
                storage = FileStorage(str(directory), supports_mmap=False)
                index = FileIndex(storage) if linked else FileIndex.create(storage, schema.schema(), "MAIN")
                batch = building.enter_context(closing(WhooshBatch(self._index_dir, index, self._analyzer)))
            yield batch
            with generations.translated_os_errors(self._index_dir):
                batch.commit()
                manifest = _manifest(directory, applied)
                if manifest.articles != batch.expected:
                    raise IndexDamaged(
                        f"the new generation holds {manifest.articles} articles instead of {batch.expected}: "
                        "run `timtin rebuild`"
                    )
                generations.publish(self._index_dir, directory, manifest)


class WhooshBatch:
    """Changes to a generation that is being built."""

    def __init__(self, index_dir: Path, index: FileIndex, analyzer: Analyzer) -> None:
        self._index_dir = index_dir
        self._analyzer = analyzer
        self._places = document_numbers(index)
        self._writer = index.writer(codec=schema.codec(), compound=False, limitmb=POOL_MEGABYTES)
        self._added: dict[str, int] = {}

    @property
    def expected(self) -> int:
        """How many articles the generation should hold once committed."""
        return len(self._places) + len(self._added)

    def upsert(self, articles: Iterable[Article]) -> int:
        """Write articles; of several with one id in a batch the last one wins."""
        count = 0
        for article in articles:
            fields = _fields(self._analyzer.document(article))
            with generations.translated_os_errors(self._index_dir):
                self._remove(article.id)
                self._added[article.id] = self._writer.doc_count()
                self._writer.add_document(**fields)
            count += 1
        return count

    def delete(self, ids: Iterable[str]) -> int:
        """Take articles out; give how many of them there were."""
        return sum([self._remove(article_id) for article_id in ids])

    def commit(self) -> None:
        """Let Whoosh finish its segment and its table of contents."""
        self._writer.commit()

    def close(self) -> None:
        """Let go of Whoosh's files, whether committed or not."""
        if not self._writer.is_closed:
            self._writer.cancel()

    def _remove(self, article_id: str) -> bool:
        """Mark an article deleted, be it of an earlier segment or of the one being written (which Whoosh's own
        `delete_document` can't reach: two updates of one id would leave both)."""
        if article_id in self._added:
            self._writer.newsegment.delete_document(self._added.pop(article_id))
        elif article_id in self._places:
            self._writer.delete_document(self._places.pop(article_id))
        else:
            return False
        return True


def _fields(document: Document) -> dict[str, Any]:
    article = document.article
    published = article.published_at
    return {
        schema.TEXT: document.text,
        schema.TITLE: document.title,
        schema.WORDS: document.words,
        schema.CODES: document.codes,
        schema.ID: article.id,
        schema.PUBLISHED: int(published.instant.timestamp()) if published else schema.NO_DATE,
        schema.AUTHORS: schema.AUTHOR_SEPARATOR.join(article.authors),
        schema.PUBLISHER: article.publisher or "",
        schema.SECTION: article.section or "",
        schema.ARTICLE: stored.pack(article),
    }


def _manifest(building: Path, applied: int) -> Manifest:
    (building / "MAIN_WRITELOCK").unlink(missing_ok=True)
    index = FileIndex(FileStorage(str(building), supports_mmap=False))
    readers = leaf_readers(index)
    segments = [read_columns(reader) for reader in readers]
    close_readers(readers)
    return Manifest(
        stamp=schema.stamp(),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        articles=sum(int(segment.live.sum()) for segment in segments),
        dated=sum(int((segment.published[segment.live] != schema.NO_DATE).sum()) for segment in segments),
        with_author=sum(
            bool(authors) for segment in segments for authors in itertools.compress(segment.authors, segment.live)
        ),
        applied=applied,
        files=generations.file_sizes(building),
    )
