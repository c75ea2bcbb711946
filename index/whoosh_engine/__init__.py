"""The embedded engine: Whoosh's index on disk, read as arrays.

`open_searcher`, `open_writer` and `withhold` are the whole of it for the rest of the program.
"""

from index.whoosh_engine.searcher import open_searcher
from index.whoosh_engine.withheld import withhold
from index.whoosh_engine.writer import open_writer

__all__ = ["open_searcher", "open_writer", "withhold"]
