"""What the client raises, as the exceptions of the contract. Nothing of the client's own leaves this package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.errors import EngineUnavailable, IndexDamaged, QueryRefused, SearchError, SearchTimeout

if TYPE_CHECKING:
    from opensearchpy import OpenSearchException

BODY_TOO_LARGE = 413

_TOO_LARGE = ("too_many_clauses", "too_many_nested_clauses", "too_complex_to_determinize", "max_clause_count")
NOT_THERE = "no data nodes with criteria"


class Passing(EngineUnavailable):
    """What another node may answer, or the same one in a moment."""


class Unreachable(Passing):
    """No connection to a node came about, or it broke."""


class NotThere(Passing):
    """Of some shard there is no copy on the nodes that were to answer."""


class Silence(SearchTimeout):
    """A node did not answer in time; another one may. Whether it did what it was asked is not known."""


class Forbidden(EngineUnavailable):
    """The user's role doesn't allow it."""


class BodyTooLarge(EngineUnavailable):
    """The request has more bytes than the cluster takes at once."""


class IndexGone(EngineUnavailable):
    """An index that was named is no longer there: a newer one may have taken its place."""


class Conflict(EngineUnavailable):
    """Somebody else has written the record meanwhile."""


@contextmanager
def translated(where: object) -> Iterator[None]:
    """Raise the client's exceptions as ours; the message names the place."""
    # The client is loaded by now: an exception of it can't come from anywhere else.
    from opensearchpy.exceptions import (  # noqa: PLC0415
        ImproperlyConfigured,
        OpenSearchDslException,
        OpenSearchException,
    )

    try:
        yield
    except OpenSearchException as error:
        raise _ours(error, where) from error
    except (ImproperlyConfigured, OpenSearchDslException) as error:
        raise EngineUnavailable(f"{where}: the client can't be used so ({error}): check the settings") from error


def _ours(error: OpenSearchException, where: object) -> Exception:
    from opensearchpy import exceptions as theirs  # noqa: PLC0415 -- see `translated`

    match error:
        case theirs.ConnectionTimeout():
            return Silence(f"{where} did not answer in time: ask for less, or look at the cluster's load")
        case theirs.SSLError():
            return EngineUnavailable(
                f"{where}: no safe connection ({_why(error)}): check TIMTIN_OPENSEARCH_CA_FILE, and that the address "
                "is one that the cluster's certificate is for"
            )
        case theirs.ConnectionError():
            return Unreachable(f"{where} can't be reached: check that the cluster runs and the address is right")
        case theirs.AuthenticationException():
            return EngineUnavailable(
                f"{where} does not know the user or the password: check TIMTIN_OPENSEARCH_USER and "
                "TIMTIN_OPENSEARCH_PASSWORD_FILE"
            )
        case theirs.AuthorizationException():
            return _forbidden(error, where)
        case theirs.ConflictError():
            return Conflict(f"{where}: somebody else was faster ({_said(error)}): try again")
        case theirs.NotFoundError():
            return _missing(error, where)
        case theirs.RequestError():
            return _refused(error, where)
        case theirs.SerializationError():
            return EngineUnavailable(f"{where} answered what is no JSON: check that the address is a cluster's")
        case theirs.TransportError():
            return _unable(error, where)
        case _:
            return EngineUnavailable(f"{where}: {type(error).__name__}: {error}")


def _said(error: Any) -> str:
    """Give what the cluster says the matter is, cut short."""
    info = getattr(error, "info", None)
    told = info.get("error") if isinstance(info, dict) else None
    reason = told.get("reason") if isinstance(told, dict) else None
    return f"{error.error}: {reason}"[:300] if reason else str(error)[:300]


def _why(error: Any) -> str:
    """Give what TLS says the matter is, from within all that the client has wrapped around it."""
    found = re.search(r"certificate verify failed: [^(\"]+|wrong version number", str(error), re.IGNORECASE)
    return found[0].strip() if found else str(error)[:100]


def _whole(error: Any) -> str:
    return f"{error.error} {getattr(error, 'info', '')}"


def _forbidden(error: Any, where: object) -> SearchError:
    return forbidden(_whole(error), _said(error), where)


def is_block(told: str) -> bool:
    """Say whether the cluster takes no writes until somebody makes room, whatever the status that it answers with; not
    when it has no manager at the moment, which it tells by the same exception."""
    return "flood-stage" in told or ("cluster_block_exception" in told and "SERVICE_UNAVAILABLE" not in told)


def forbidden(told: str, said: str, where: object) -> SearchError:
    """Say what is forbidden by all that was told, and quote what is worth reading of it."""
    if is_block(told):
        return EngineUnavailable(
            f"{where} takes no writes, its disks are too full or it is set to read-only ({said}): make room, and the "
            "block goes"
        )
    return Forbidden(f"{where}: the user may not do that ({said}): check the role")


def _missing(error: Any, where: object) -> Exception:
    if "index_not_found" in _whole(error) or "no such index" in _whole(error):
        return IndexGone(f"{where}: an index is no longer there ({_said(error)}): try again")
    if "search_context_missing" in _whole(error):
        # The shard has gone to another node, or its node has gone, between finding and fetching.
        return Passing(f"{where} moves shards: try again")
    return EngineUnavailable(f"{where} does not know what it was asked for ({_said(error)})")


def _refused(error: Any, where: object) -> SearchError:
    told = _whole(error)
    if any(sign in told for sign in _TOO_LARGE):
        return QueryRefused("the query has more parts than the cluster answers: shorten it")
    if NOT_THERE in told:
        return NotThere(f"{where} has copies elsewhere: try again")
    if "invalid_alias_name" in told:
        return EngineUnavailable(
            f"{where}: an index stands where the alias belongs ({_said(error)}): delete it, or set another "
            "TIMTIN_OPENSEARCH_PREFIX"
        )
    return EngineUnavailable(f"{where} did not understand a request ({_said(error)}): check its version")


def _unable(error: Any, where: object) -> SearchError:
    told = _whole(error)
    if any(sign in told for sign in _TOO_LARGE):
        return QueryRefused("the query has more parts than the cluster answers: shorten it")
    if is_block(told):
        return _forbidden(error, where)
    if error.status_code == BODY_TOO_LARGE:
        return BodyTooLarge(f"{where} takes no request of that size: raise http.max_content_length on its nodes")
    if "timeout" in told or "task_cancelled" in told or error.status_code == 504:
        return SearchTimeout(f"{where} did not finish in time: ask for less, or look at the cluster's load")
    if error.status_code == 429:
        return Passing(f"{where} has too much to do: try again")
    return Passing(f"{where} can't answer now ({error.status_code}: {_said(error)}): look at its health")


def unreadable(error: dict[str, Any], where: object) -> EngineUnavailable:
    """Say why a single document can't be read."""
    kind, reason = error.get("type"), str(error.get("reason"))[:300]
    if kind == "illegal_argument_exception" and "more than one ind" in reason:
        return EngineUnavailable(f"{where} is the alias of several indexes ({reason}): leave it the one that is ours")
    if kind == "index_closed_exception":
        return EngineUnavailable(f"{where}: somebody has closed an index ({error.get('index')}): open it")
    return Passing(f"{where} can't read a record ({kind}): look at the cluster's health")


def partial(answer: dict[str, Any], where: object) -> None:
    """Raise when an answer is not that of every shard: what is missing must not pass for nothing found."""
    if answer.get("timed_out"):
        raise SearchTimeout(f"{where} did not finish in time: ask for fewer or rarer words")
    shards = answer.get("_shards", {})
    if shards.get("failed") or shards.get("successful", 0) < shards.get("total", 0):
        reasons = [failure.get("reason", {}) for failure in shards.get("failures", [])]
        told = " ".join(str(reason) for reason in reasons)
        if any(sign in told for sign in _TOO_LARGE):
            raise QueryRefused("the query has more parts than the cluster answers: shorten it")
        kinds = ", ".join(sorted({str(reason.get("type")) for reason in reasons})) or "no reason given"
        raise Passing(
            f"{where}: {shards.get('failed')} of {shards.get('total')} shards did not answer ({kinds}): look at the "
            "cluster's health"
        )


@contextmanager
def as_written(what: str) -> Iterator[None]:
    """Raise IndexDamaged when a document of the cluster is not as this engine writes it: others may have got at it."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(f"{what} is not as it was written ({error!r}): run `timtin rebuild`") from error
