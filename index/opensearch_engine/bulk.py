"""Sending many changes: pieces of bounded size, one on its way while the next is made, again where the cluster says it
has too much to do."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable
from typing import Any

import orjson

from index.errors import BadArticle, EngineUnavailable
from index.opensearch_engine.connection import Connection
from index.opensearch_engine.failures import BodyTooLarge, IndexGone, Passing, Unreachable, forbidden, is_block

JSON = dict[str, Any]

BYTES = 4 << 20
"""Of one request."""
OPERATIONS = 1_000
WAITING = 2
"""Requests that may wait to be sent; whoever makes more waits."""
ATTEMPTS = 8
LONGEST_PAUSE = 20.0
REMEDY = "mend what it names and add the article again; the others are indexed"
"""What to do about an article that is refused: its reason tells which field is at fault."""


class BulkSender:
    """Sends operations in the order given. What an operation did is told by its result ("created", "updated",
    "deleted", "not_found"); articles that the cluster refuses for good are collected in `refused`."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        check: Callable[[], None] = lambda: None,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        """Send to an index; `check` raises when nothing more may be sent; a `pause` ends with the sender if none is
        given."""
        self._connection = connection
        self._index = index
        self._check = check
        self._ended = threading.Event()
        self._pause = pause or self._ended.wait
        self._lines: list[bytes] = []
        self._bytes = 0
        self._waiting: queue.Queue[list[bytes] | None] = queue.Queue(WAITING)
        self._failure: BaseException | None = None
        self.done: dict[tuple[str, str], int] = {}
        """How many operations of a kind had a result."""
        self.refused: list[BadArticle] = []
        self._sending = threading.Thread(target=self._send_on, daemon=True, name="opensearch-bulk")
        self._sending.start()

    def index(self, document_id: str, document: JSON) -> None:
        """Write a document."""
        self.add(indexing(document_id, document))

    def update(self, document_id: str, fields: JSON) -> None:
        """Change fields of a document."""
        self.add(
            orjson.dumps({"update": {"_id": document_id, "retry_on_conflict": 3}})
            + b"\n"
            + orjson.dumps({"doc": fields})
        )

    def delete(self, document_id: str) -> None:
        """Take a document out."""
        self.add(orjson.dumps({"delete": {"_id": document_id}}))

    def add(self, operation: bytes) -> None:
        """Send an operation as a bulk request holds it."""
        self._lines.append(operation)
        self._bytes += len(operation)
        if self._bytes >= BYTES or len(self._lines) >= OPERATIONS:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._lines:
            self._waiting.put(self._lines)
            self._lines, self._bytes = [], 0

    def flush(self) -> None:
        """Wait until all is sent; raises what went wrong on the way."""
        self._hand_over()
        self._waiting.join()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """End without sending what is left, when what is on its way has been answered."""
        self._ended.set()
        self._waiting.put(None)
        self._sending.join()

    def _send_on(self) -> None:
        while (lines := self._waiting.get()) is not None:
            try:
                # After a failure nothing more is sent, but whoever waits must not wait for ever.
                if self._failure is None:
                    self._send(lines)
            except BaseException as error:  # noqa: BLE001 -- raised by the thread that makes the pieces
                self._failure = error
            finally:
                self._waiting.task_done()
        self._waiting.task_done()

    def _send(self, lines: list[bytes]) -> None:
        lost = False
        for attempt in range(ATTEMPTS):
            if self._ended.is_set():
                return
            self._check()
            try:
                answer = self._connection.bulk(self._index, b"\n".join(lines) + b"\n")
            except BodyTooLarge as problem:
                self._send_less(lines, problem)
                return
            except Passing as problem:
                # Whole requests are refused as well as single items.
                if attempt == ATTEMPTS - 1:
                    raise
                lost = lost or isinstance(problem, Unreachable)
            else:
                lines = self._left_over(lines, answer["items"], lost=lost)
                lost = False
                if not lines:
                    return
            self._pause(min(LONGEST_PAUSE, 0.25 * 2**attempt) * random.uniform(0.5, 1))
        raise EngineUnavailable(f"{self._connection.place} has had too much to do for {ATTEMPTS} attempts: try again")

    def _send_less(self, lines: list[bytes], problem: BodyTooLarge) -> None:
        """Send half of what was too much, then the other half; one article that is too much alone is refused."""
        if len(lines) == 1:
            self._refuse(lines[0], str(problem))
            return
        half = len(lines) // 2
        self._send(lines[:half])
        self._send(lines[half:])

    def _left_over(self, lines: list[bytes], items: list[JSON], *, lost: bool) -> list[bytes]:
        """Note what became of each operation; give those to be sent again. `lost`: they were sent before, and an answer
        may have been lost."""
        again = []
        for line, item in zip(lines, items, strict=True):
            [(kind, result)] = item.items()
            status = result["status"]
            if status == 403 or is_block(_reason(result)):
                raise forbidden(_reason(result), _reason(result), self._connection.place)
            if status == 429 or status >= 500:
                # It is not the article's fault.
                again.append(line)
            elif kind == "index" and status == 404:
                raise IndexGone(f"{self._connection.place}: the index {self._index} is no longer there: try again")
            elif "error" in result and not (kind == "update" and status == 404):
                self._refuse(line, _reason(result))
            else:
                key = (kind, _told(result, lost=lost))
                self.done[key] = self.done.get(key, 0) + 1
        return again

    def _refuse(self, line: bytes, reason: str) -> None:
        """Note that an article can't be taken; raises EngineUnavailable for any other change, which must be made."""
        operation, _, document = line.partition(b"\n")
        if not operation.startswith(b'{"index"'):
            raise EngineUnavailable(f"{self._connection.place} refused a change ({reason}): look at its log")
        article_id = orjson.loads(document)["id"]
        self.refused.append(BadArticle(article_id, f"the cluster does not take it ({reason}): {REMEDY}"))


def indexing(document_id: str, document: JSON) -> bytes:
    """Give the operation that writes a document."""
    return orjson.dumps({"index": {"_id": document_id}}) + b"\n" + orjson.dumps(document)


def _told(result: JSON, *, lost: bool) -> str:
    """Say what an operation did. A first version that is replaced after an answer was lost was made by the same
    operation."""
    told: str = result.get("result", "not_found")
    return "created" if lost and told == "updated" and result.get("_version") == 2 else told


def _reason(result: JSON) -> str:
    error = result.get("error", {})
    return f"{error.get('type')}: {error.get('reason')}"[:300]
