"""Old encodings over the shared corpus: how many sound articles are converted (none may be), how many are read back
from each encoding, and what looking costs.

    python -m tests.bench.legacy_text CORPUS
"""

from __future__ import annotations

import json
import lzma
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.legacy_text import row_texts
from indexer.legacy_text.conversion import unlegacied_parts
from tests.unit.indexer.legacy_text.encoders import ENCODERS

_EVERY = 250
"""Of so many articles one is written in each encoding and read back."""


def rows(file: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    with lzma.open(file, "rb") as lines:
        for line in lines:
            yield line, json.loads(line)


def main(corpus: Path) -> None:
    counts: Counter[str] = Counter()
    for name in ("articles.jsonl.xz", "briefs.jsonl.xz"):
        seconds, read, wrong = 0.0, 0, []
        for content, row in rows(corpus / name):
            start = time.perf_counter()
            _, found = row_texts.in_unicode(row, content)
            seconds += time.perf_counter() - start
            # The first look left out, too.
            texts = [row["title"], row["body"]]
            looked = unlegacied_parts(texts)[1] if read % 20 == 0 else found
            if found.encoding or looked.encoding:
                wrong.append((row["id"], found.encoding or looked.encoding))
            if read % _EVERY == 0:
                count_read_back([unicodedata.normalize("NFC", text) for text in texts], counts)
            read += 1
        print(f"{name}: {read:,} read, {len(wrong)} converted, {seconds / read * 1e6:.1f} us a row", flush=True)
        print(*wrong[:10], sep="\n", end="")
    for what, number in sorted(counts.items()):
        print(f"{what:<40}{number:>10,}")


def count_read_back(texts: list[str], counts: Counter[str]) -> None:
    for encoding, encode in ENCODERS.items():
        try:
            written = [encode(text) for text in texts]
        except UnicodeEncodeError:
            continue
        back, found = unlegacied_parts(written)
        counts[f"{encoding} articles"] += 1
        counts[f"{encoding} recognised"] += found.encoding == encoding
        before, after = " ".join(texts).split(), " ".join(back).split()
        counts[f"{encoding} words"] += len(before)
        counts[f"{encoding} words read back"] += sum(map(str.__eq__, before, after))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
