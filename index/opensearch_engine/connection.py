"""The one door to the cluster: every request goes through here, so that every failure is translated and no answer of
a part of the shards passes for a whole one."""

from __future__ import annotations

import gzip
import logging
from base64 import b64encode
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson

from index.errors import EngineUnavailable
from index.opensearch_engine.failures import IndexGone, forbidden, partial, translated
from index.opensearch_engine.place import Place

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

JSON = dict[str, Any]

SECONDS = 10
"""How long a read may take on the wire; the cluster gives up on a search before that."""
WRITING_SECONDS = 120
SEARCH_MILLISECONDS = 2_000
"""The time budget of a search within each shard."""
RETRIES = 2
"""How often a request is sent again, to another node where there is one."""
FAST = 1
"""How hard bulks are compressed: to a quarter. What the client does by itself makes that a fifth, and takes eight times
as long, more than analysing the articles."""


class Connection:
    """A client of one cluster, safe to share between threads."""

    def __init__(self, place: Place, retries: int = RETRIES) -> None:
        # Loading the client takes time, and who searches the embedded index has no need to have it installed.
        try:
            from opensearchpy import OpenSearch  # noqa: PLC0415
        except ImportError as error:
            raise EngineUnavailable(
                "the client of OpenSearch is not installed: pip install 'timtin[opensearch]'"
            ) from error
        self.place = place
        # Every failure is raised; the client would tell it a second time, and that a new index is not there yet.
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        with translated(place):
            self._client: OpenSearch = OpenSearch(
                hosts=list(place.urls),
                headers=_headers(place),
                ca_certs=str(place.ca_file) if place.ca_file else None,
                verify_certs=True,
                timeout=SECONDS,
                max_retries=retries,
                retry_on_timeout=False,
                retry_on_status=(502, 503),
                pool_maxsize=32,
            )

    def ask(self, method: str, path: str, body: Any = None, *, seconds: float = SECONDS, **params: Any) -> Any:
        """Send one request and give the answer."""
        return self._send(method, path, body, {**params, "request_timeout": seconds}, {})

    def _send(self, method: str, path: str, body: Any, params: JSON, headers: dict[str, str]) -> Any:
        with translated(self.place):
            return self._client.transport.perform_request(method, path, params=params, body=body, headers=headers)

    def search(self, index: str, body: JSON, preference: str = "") -> JSON:
        """Search; raises IndexGone when the index is no longer there. Scores are those of the whole index, not of
        each shard's part, and the same question goes to the same copies, whose counts of deleted documents differ."""
        params: JSON = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
        if preference:
            params["preference"] = preference
        body = {"timeout": f"{SEARCH_MILLISECONDS}ms", **body}
        answer: JSON = self.ask("POST", f"/{index}/_search", body, **params)
        partial(answer, self.place)
        return answer

    def search_all(self, index: str, bodies: Iterable[JSON], preference: str = "") -> list[JSON]:
        """Search for several things at once; the answers are in order."""
        head: JSON = {
            "index": index,
            "search_type": "dfs_query_then_fetch",
            "allow_partial_search_results": False,
            **({"preference": preference} if preference else {}),
        }
        lines = [line for body in bodies for line in (head, {"timeout": f"{SEARCH_MILLISECONDS}ms", **body})]
        if not lines:
            return []
        answer = self.ask("POST", "/_msearch", _lines(lines))
        for each in answer["responses"]:
            if error := each.get("error"):
                if error.get("type") == "index_not_found_exception":
                    raise IndexGone(f"{self.place}: the index {index} is no longer there: try again")
                partial({"_shards": {"failed": 1, "total": 1, "failures": [{"reason": error}]}}, self.place)
            partial(each, self.place)
        found: list[JSON] = answer["responses"]
        return found

    def documents(self, wanted: Iterable[JSON]) -> list[JSON | None]:
        """Get documents by index and id as they are at this moment, refreshed or not; None for one that is not there
        or whose index isn't. Each of `wanted` is what `_mget` takes."""
        answer = self.ask("POST", "/_mget", {"docs": list(wanted)})
        found: list[JSON | None] = []
        for each in answer["docs"]:
            if error := each.get("error"):
                if error.get("type") == "security_exception":
                    raise forbidden(str(error), f"security_exception: {error.get('reason')}"[:300], self.place)
                if error.get("type") != "index_not_found_exception":
                    raise EngineUnavailable(
                        f"{self.place} can't read a record ({error.get('type')}): look at the cluster's health"
                    )
                found.append(None)
            else:
                found.append(each if each.get("found") else None)
        return found

    def bulk(self, index: str, lines: bytes) -> JSON:
        """Send the lines of a bulk request, compressed."""
        packed = gzip.compress(lines, compresslevel=FAST, mtime=0)
        answer: JSON = self._send(
            "POST", f"/{index}/_bulk", packed, {"request_timeout": WRITING_SECONDS}, {"content-encoding": "gzip"}
        )
        return answer

    def close(self) -> None:
        """Let go of the connections."""
        with translated(self.place):
            self._client.close()


def _headers(place: Place) -> dict[str, str]:
    """Say who asks, and that answers may be compressed. The client itself takes no password beyond Latin-1."""
    headers = {"accept-encoding": "gzip"}
    if place.user:
        headers["Authorization"] = "Basic " + b64encode(f"{place.user}:{place.password}".encode()).decode()
    return headers


def _lines(each: Iterable[JSON]) -> bytes:
    return b"".join(orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS) + b"\n" for line in each)
