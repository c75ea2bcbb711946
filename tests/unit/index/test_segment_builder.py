"""Documents become arrays: what stands too far on, and what is written narrowly."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.article import Article
from index.document import Document, Stream
from index.whoosh_engine import schema
from index.whoosh_engine.array_file import ArrayFile, narrow, write_arrays
from index.whoosh_engine.segment_builder import SegmentBuilder


def test_positions_past_the_last_that_can_be_told_never_run_into_the_next_document() -> None:
    far = schema.MAX_POSITION + 7
    stream = Stream(["khoai", "lang", "khoai"], [0, 0, 0], [3, far, far + 1])
    builder = SegmentBuilder()
    builder.add(Document(Article("x", "T", "B"), stream, Stream([], [], []), {}, {}))
    arrays = builder.arrays()
    assert arrays["text.positions"].tolist() == [3, schema.MAX_POSITION, schema.MAX_POSITION]
    assert arrays["text.rows"].tolist() == [2, 1]


def test_arrays_come_back_as_they_were_written_in_the_narrowest_type(tmp_path: Path) -> None:
    arrays = {f"up to {most}": narrow(np.array([0, most], np.int64)) for most in (255, 256, 65_536, 1 << 32)}
    arrays["none"] = np.zeros(0, np.uint8)
    write_arrays(tmp_path / "file", arrays)
    file = ArrayFile(tmp_path / "file")
    file.verify()
    for name, array in arrays.items():
        assert file.array(name).tolist() == array.tolist()
        assert file.array(name).dtype == array.dtype
    assert [file.array(name).dtype.itemsize for name in arrays] == [1, 2, 4, 8, 1]
