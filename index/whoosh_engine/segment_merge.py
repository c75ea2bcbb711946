"""Several segments into one, without the documents that are deleted, in bounded memory.

The sorted terms and spellings are merged first; then it is known how long every array will be, and the postings are
written run by run: `CHUNK` occurrences or so at a time, as many spellings as these are of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.whoosh_engine import schema
from index.whoosh_engine.array_file import Array, ArrayWriter, Mask, narrow
from index.whoosh_engine.merge_source import Source, runs_of_chunks
from index.whoosh_engine.postings_merge import MergedField
from index.whoosh_engine.segment import ColumnarFile
from index.whoosh_engine.segment_builder import bytes_arrays, id_order, text_arrays


def write_merged(path: Path, segments: Sequence[tuple[ColumnarFile, Mask]]) -> None:
    """Write the segment that holds the live documents of all, in order."""
    sources: list[Source] = []
    count = 0
    for segment, live in segments:
        sources.append(Source(segment, live, count + np.cumsum(live) - 1))
        count += int(live.sum())
    fields = [MergedField(name, sources, count) for name in schema.INDEXED]
    small = _columns(sources)
    for field in fields:
        small.update(field.small)
    long: list[MergedField | _Bytes] = [*fields, _Bytes(schema.ARTICLE, sources)]
    layout = {name: (array.dtype, len(array)) for name, array in small.items()}
    for each in long:
        layout.update(each.layout)
    with ArrayWriter(path, layout) as writer:
        for name, array in small.items():
            writer.append(name, array)
        for each in long:
            for pieces in each.chunks():
                for name, array in pieces.items():
                    writer.append(name, array)
                for source in sources:
                    source.segment.file.let_go()


def _columns(sources: list[Source]) -> dict[str, Array]:
    """Give what stands beside the documents, but for the stored articles."""
    arrays: dict[str, Array] = {}
    for field in (schema.TEXT, schema.TITLE):
        lengths = [source.array(f"{field}.lengths")[source.live] for source in sources]
        arrays[f"{field}.lengths"] = narrow(np.concatenate(lengths))
    for name in (schema.PUBLISHED, schema.ORIGINAL):
        arrays[name] = np.concatenate([source.array(name)[source.live] for source in sources])
    ids = [
        article_id
        for source in sources
        for article_id, live in zip(source.segment.pieces(schema.ID), source.live.tolist(), strict=True)
        if live
    ]
    arrays.update(bytes_arrays(schema.ID, ids))
    arrays[f"{schema.ID}.order"] = id_order(ids)
    for name in (schema.AUTHORS, schema.PUBLISHER, schema.SECTION, schema.STORY):
        arrays.update(_facet(name, sources))
    return arrays


def _facet(name: str, sources: list[Source]) -> dict[str, Array]:
    values = [source.segment.texts(f"{name}.value") for source in sources]
    documents: list[Array] = []
    ordinals: list[Array] = []
    used: list[str] = []
    for source, known in zip(sources, values, strict=True):
        at = source.array(f"{name}.documents")
        kept = source.live[at]
        documents.append(source.numbers[at[kept]])
        ordinals.append(source.array(f"{name}.ordinals")[kept])
        used.extend(known[ordinal] for ordinal in np.unique(ordinals[-1]).tolist())
    lexicon = sorted(set(used))
    numbers = {value: number for number, value in enumerate(lexicon)}
    renumbered = [
        np.array([numbers.get(value, 0) for value in known] or [0], np.int64)[each]
        for known, each in zip(values, ordinals, strict=True)
    ]
    return {
        **text_arrays(f"{name}.value", lexicon),
        f"{name}.documents": np.concatenate(documents).astype(np.uint32),
        f"{name}.ordinals": narrow(np.concatenate(renumbered)),
    }


class _Bytes:
    """A column of byte strings, copied without looking into it."""

    def __init__(self, name: str, sources: list[Source]) -> None:
        self._name = name
        self._sources = sources
        lengths = [np.diff(source.array(f"{name}.ends").astype(np.int64), prepend=0) for source in sources]
        ends = np.cumsum(np.concatenate([each[source.live] for each, source in zip(lengths, sources, strict=True)]))
        self._ends = narrow(ends)
        total = int(ends[-1]) if len(ends) else 0
        self.layout: dict[str, tuple[np.dtype[Any], int]] = {
            f"{name}.ends": (self._ends.dtype, len(ends)),
            f"{name}.bytes": (np.dtype(np.uint8), total),
        }

    def chunks(self) -> Iterator[dict[str, Array]]:
        yield {f"{self._name}.ends": self._ends}
        for source in self._sources:
            ends = source.array(f"{self._name}.ends").astype(np.int64)
            lengths = ends - np.append(0, ends[:-1])
            for first, end in runs_of_chunks(ends):
                start = int(ends[first] - lengths[first])
                data = source.array(f"{self._name}.bytes", start, int(ends[end - 1]))
                live = source.live[first:end]
                yield {f"{self._name}.bytes": data if live.all() else data[np.repeat(live, lengths[first:end])]}
