"""The exceptions that cross the engine contract; only the edges (HTTP, command line) turn them into answers.

SearchError
├── IndexMissing         nothing has been indexed yet
├── IndexOutdated        built by another version of schema, analysis or dictionaries
├── IndexLocked          another writer is at work
├── IndexDamaged         a file of the generation can't be read
├── EngineUnavailable    the engine does not answer
├── SearchTimeout        a query ran out of its budget
└── QueryRefused         a query is larger than any engine answers
BadArticle               one article can't be taken; counted and reported, never fatal
"""


class SearchError(Exception):
    """Something about the index, with the remedy in the message."""


class IndexMissing(SearchError):
    """There is no index yet at the place named in the message."""


class IndexOutdated(SearchError):
    """The index was built with another schema, analysis or dictionary: it must be rebuilt."""


class IndexLocked(SearchError):
    """Another process is writing to the index: try again later."""


class IndexDamaged(SearchError):
    """A file of the index is missing or can't be read; the message names it and the mending command."""


class EngineUnavailable(SearchError):
    """The engine that should answer does not."""


class SearchTimeout(SearchError):
    """The query used up its time budget."""


class QueryRefused(SearchError):
    """The query has more parts than an engine answers; the message says how many it may have."""


class BadArticle(Exception):
    """An article that can't be taken, with its origin ("file:line" or a URL) and the reason."""

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason
