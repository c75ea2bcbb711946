"""Withholding: the list of articles that no generation shows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any

from index.opensearch_engine import state
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import Conflict
from index.opensearch_engine.lock import require_records
from index.opensearch_engine.place import Place
from index.opensearch_engine.written import clean

JSON = dict[str, Any]


def withhold(place: Place, ids: Iterable[str]) -> None:
    """From now on show none of these articles, and every other again.

    The list is one document, replaced as a whole; the cluster has written it down when it answers.
    """
    wanted = sorted({clean(each) for each in ids})
    version = state.version_of(wanted)
    with closing(Connection(place)) as connection:
        if state.withheld_version(connection) == version:
            return
        require_records(connection)
        _write(connection, {"ids": wanted, "version": version})


def require(connection: Connection) -> None:
    """Have a list, of nothing, where none was written yet."""
    if state.withheld_version(connection) is None:
        with suppress(Conflict):
            _write(connection, {"ids": [], "version": state.version_of(())}, op_type="create")


def _write(connection: Connection, document: JSON, **parameters: Any) -> None:
    connection.ask("PUT", f"/{connection.place.records}/_doc/{state.WITHHELD}", document, **parameters)
