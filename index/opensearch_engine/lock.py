"""One writer at a time: a record of who writes, made only where there is none, and renewed while they do."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from typing import Any

from index.errors import EngineUnavailable, IndexLocked, SearchError
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import Conflict, IndexGone, Passing, Silence
from index.opensearch_engine.mapping import records_body
from index.opensearch_engine.state import WRITER

JSON = dict[str, Any]

SILENCE = 60.0
"""Seconds without a renewal after which a writer is taken for dead. The clocks of writing machines must agree to much
less than that."""
RENEWAL = 10.0
FRESH = 1.0
"""For so long a renewal is good enough to send another piece of a batch."""


def is_building(writer: JSON | None, now: float) -> bool:
    """Say whether somebody is making a generation."""
    return bool(writer and writer["building"] and now - writer["renewed"] < SILENCE)


def require_records(connection: Connection) -> None:
    """Make the index of records, unless it is there."""
    path = f"/{connection.place.records}"
    if _is_there(connection, path):
        return
    try:
        connection.ask("PUT", path, records_body())
    except SearchError:
        # Another has made it this moment.
        if not _is_there(connection, path):
            raise


def _is_there(connection: Connection, path: str) -> bool:
    try:
        connection.ask("GET", f"{path}/_alias")
    except IndexGone:
        return False
    return True


class WriterLock:
    """The right to write an index, held until `close`, or until the cluster has not heard of us for `SILENCE`."""

    def __init__(self, connection: Connection) -> None:
        """Take it; raises IndexLocked when another writer has it."""
        self._connection = connection
        self._path = f"/{connection.place.records}/_doc/{WRITER}"
        self._owner = f"{socket.gethostname()} {uuid.uuid4().hex[:12]}"
        self._building = False
        self._turn = threading.Lock()
        self._lost: str | None = None
        self._seen = self._take()
        self._renewed = time.monotonic()
        self._closed = threading.Event()
        self._renewing = threading.Thread(target=self._renew_on, daemon=True, name="opensearch-writer-lock")
        self._renewing.start()

    def _record(self) -> JSON:
        return {"owner": self._owner, "renewed": time.time(), "building": self._building}

    def _locked(self) -> IndexLocked:
        return IndexLocked(f"another writer is at work in {self._connection.place}: try again")

    def _take(self) -> JSON:
        require_records(self._connection)
        try:
            taken: JSON = self._connection.ask("PUT", self._path, self._record(), op_type="create")
            return taken
        except (Conflict, Silence):
            held = self._held()
        if held["_source"]["owner"] == self._owner:
            return held
        if time.time() - held["_source"]["renewed"] < SILENCE:
            raise self._locked()
        return self._write(held)

    def _held(self) -> JSON:
        """Read the record; raises IndexLocked when there is none."""
        try:
            held: JSON = self._connection.ask("GET", self._path)
        except Passing:
            raise
        except EngineUnavailable as error:
            # It was given back this moment.
            raise self._locked() from error
        return held

    def _write(self, seen: JSON) -> JSON:
        """Write the record, unless somebody else has since it was seen."""
        try:
            written: JSON = self._connection.ask(
                "PUT", self._path, self._record(), if_seq_no=seen["_seq_no"], if_primary_term=seen["_primary_term"]
            )
        except (Conflict, Silence) as problem:
            # Where the answer was lost with its node, what was written is ours.
            held = self._held()
            if held["_source"]["owner"] != self._owner:
                raise self._locked() from problem
            return held
        return written

    def building(self, building: bool) -> None:
        """Tell whether a generation is being made."""
        self._building = building
        self.renew()

    def renew(self) -> None:
        """Show that we are there; raises IndexLocked when another has taken our place."""
        with self._turn:
            if self._lost:
                raise self._locked()
            try:
                asked = time.monotonic()
                self._seen = self._write(self._seen)
                self._renewed = asked
            except IndexLocked as lost:
                self._lost = str(lost)
                raise

    def check(self) -> None:
        """Raise IndexLocked when another writer has taken our place: from then on nothing may be sent, for it would
        have the number of the other's generation."""
        if self._lost or time.monotonic() - self._renewed > FRESH:
            self.renew()

    def _renew_on(self) -> None:
        while not self._closed.wait(RENEWAL):
            try:
                self.renew()
            except SearchError:
                # The next time may be better; who lost the lock learns it before anything is made visible.
                continue

    def close(self) -> None:
        """Give it back."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._renewing.join()
        with self._turn:
            if self._lost:
                return
            try:
                self._connection.ask(
                    "DELETE",
                    self._path,
                    if_seq_no=self._seen["_seq_no"],
                    if_primary_term=self._seen["_primary_term"],
                )
            except SearchError:
                # It ends by itself after `SILENCE`.
                return
