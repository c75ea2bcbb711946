"""The embedded engine: Whoosh's index on disk, read as arrays.

`open_searcher` and `open_writer` are the whole of it for the rest of the program.
"""

from index.whoosh_engine.searcher import open_searcher
from index.whoosh_engine.writer import open_writer

__all__ = ["open_searcher", "open_writer"]
