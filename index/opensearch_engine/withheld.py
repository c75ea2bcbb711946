"""Withholding: the list of articles that no generation shows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from index.opensearch_engine import state
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.lock import require_records
from index.opensearch_engine.place import Place
from index.opensearch_engine.written import clean


def withhold(place: Place, ids: Iterable[str]) -> None:
    """From now on show none of these articles, and every other again.

    The list is one document, replaced as a whole; the cluster has written it down when it answers.
    """
    wanted = sorted({clean(each) for each in ids})
    version = state.version_of(wanted)
    with closing(Connection(place)) as connection:
        now = state.read(connection) if not wanted else None
        if now is not None and now.withheld is None:
            return
        require_records(connection)
        document = {"ids": wanted, "version": version}
        connection.ask("PUT", f"/{place.records}/_doc/{state.WITHHELD}", document)
