"""Asking portals, politely: one queue a host, limits on everything, no address that isn't meant.

Asking happens in a thread of its own, so that a portal's slowness costs no time of writing and writing none of asking.
An installation's proxy settings are not read: who connects must see the address that is connected to.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from indexer.addresses import host_of, joined, site_of
from indexer.crawl.answers import Answer, Failed, Moved, Refused, Request, Role
from indexer.crawl.connecting import NotPublic, Resolver, places, resolve
from indexer.crawl.responses import Temporary, headers_of, read_response

if TYPE_CHECKING:
    import httpx2

MAX_HOPS = 5
ATTEMPTS = 3
LONGEST_PAUSE = 60.0
"""Seconds that a host is waited for in its queue; whoever asks for more is left alone until then by `retry`."""

Permit = Callable[[Request, str], Refused | None]
"""Says whether an address may be asked for, at every hop."""


@dataclass(slots=True)
class _Host:
    """The queue of one host: who holds the lock asks, not before `free_at` on the loop's clock."""

    client: httpx2.AsyncClient
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Fetcher:
    """Asks in a thread of its own; what comes back is taken with `answer`."""

    def __init__(self, permit: Permit, delay: Callable[[Request], float], resolver: Resolver = resolve) -> None:
        self._permit, self._delay, self._resolver = permit, delay, resolver
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._hosts: dict[str, _Host] = {}
        self._loop = asyncio.new_event_loop()
        self._tasks: set[Future[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetching", daemon=True)
        self._thread.start()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: Request) -> None:
        """Put a request into the queue of its host; its answer comes once, whatever happens."""
        task = asyncio.run_coroutine_threadsafe(self._answered(request), self._loop)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def answer(self, seconds: float) -> Answer | None:
        """Wait so long for an answer."""
        try:
            return self._answers.get(timeout=seconds) if seconds > 0 else self._answers.get_nowait()
        except queue.Empty:
            return None

    def close(self) -> None:
        """Break off what is under way."""
        for task in list(self._tasks):
            task.cancel()
        with suppress(TimeoutError):
            self._run(self._closed()).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _closed(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for host in self._hosts.values():
            await host.client.aclose()

    async def _answered(self, request: Request) -> None:
        try:
            answer = await self._tried(request)
        except Temporary as error:
            answer = Failed(request, error.reason, error.status, error.wait)
        except Exception as error:  # noqa: BLE001 -- a request without an answer would be waited for forever
            answer = Failed(request, f"it could not be asked for ({type(error).__name__}: {error})")
        self._answers.put(answer)

    async def _tried(self, request: Request) -> Answer:
        """Ask, again after a while where that may help: busy portals, broken connections."""
        # Loaded when something is fetched: the other commands need neither.
        import stamina  # noqa: PLC0415

        stamina.instrumentation.set_on_retry_hooks([])  # it would tell every retry on standard error
        first = max(0.05, self._delay(request))
        tries = stamina.retry_context(
            on=_pause, attempts=ATTEMPTS, timeout=None, wait_initial=first, wait_max=LONGEST_PAUSE, wait_jitter=first
        )
        async for attempt in tries:
            with attempt:
                return await self._hops(request)
        raise AssertionError("a retry context ends with an answer or an exception")

    async def _hops(self, request: Request) -> Answer:
        """Ask, and follow redirects within the portal: to the end for lists, for pages only where the next address is
        the same page."""
        address, raw = request.address, request.address
        self._host(address).client.cookies.clear()  # a portal may ask for one on the way, none is kept
        for _ in range(MAX_HOPS + 1):
            if refused := self._permit(request, address):
                return refused
            got = await self._in_turn(request, address, raw)
            if not isinstance(got, str):
                return got
            target = joined(address, got)
            if target is None:
                return Failed(request, f"it is redirected to {got[:80]!r}, no web address")
            if request.role is Role.PAGE and target != request.address:
                return self._permit(request, target) or Moved(request, target)
            address, raw = target, _absolute(address, got)
        return Failed(request, f"it is redirected more than {MAX_HOPS} times; look whether the portal needs cookies")

    async def _in_turn(self, request: Request, address: str, raw: str) -> Answer | str:
        host = self._host(address)
        loop = asyncio.get_running_loop()
        async with host.lock:
            await asyncio.sleep(max(0.0, host.free_at - loop.time()))
            try:
                async with asyncio.timeout(request.source.timeout):
                    return await self._one(host.client, request, address, raw)
            except TimeoutError:
                raise Temporary(f"it took longer than {request.source.timeout:g} s") from None
            except Temporary as error:
                if error.wait is not None:
                    host.free_at = loop.time() + min(error.wait, LONGEST_PAUSE)
                raise
            finally:
                host.free_at = max(host.free_at, loop.time() + self._delay(request))

    def _host(self, address: str) -> _Host:
        name = site_of(address)
        if name not in self._hosts:
            import httpx2  # noqa: PLC0415 -- loaded when something is fetched

            limits = httpx2.Limits(max_connections=2, max_keepalive_connections=1)
            self._hosts[name] = _Host(httpx2.AsyncClient(trust_env=False, follow_redirects=False, limits=limits))
        return self._hosts[name]

    async def _one(self, client: httpx2.AsyncClient, request: Request, address: str, raw: str) -> Answer | str:
        """One request, to a numeric address that has been looked at. Gives the target of a redirect as a text."""
        import httpx2  # noqa: PLC0415 -- loaded when something is fetched

        parts = urlsplit(raw)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            numbers = await places(parts.hostname or "", port, request.source.allow_private, self._resolver)
        except NotPublic as error:
            return Refused(request, f"{error}; --allow-private lets a source lie there")
        except OSError as error:
            raise Temporary(f"the name {parts.hostname} is not known ({error})") from error
        problem: Exception | None = None
        for number in numbers:
            url = httpx2.URL(raw).copy_with(host=number, port=parts.port)
            asked = client.build_request(
                "GET",
                url,
                headers=headers_of(request, address),
                extensions={"sni_hostname": parts.hostname},
                timeout=httpx2.Timeout(min(20.0, request.source.timeout), connect=10.0),
            )
            try:
                response = await client.send(asked, stream=True)
                try:
                    return await read_response(request, address, response)
                finally:
                    await response.aclose()
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                problem = error
            except httpx2.TransportError as error:
                raise Temporary(f"the connection broke ({_why(error)})") from error
        raise Temporary(f"{host_of(address)} can't be reached ({_why(problem)})")


def _pause(error: Exception) -> bool | float:
    """Say whether to try again, and after how many seconds if the portal said so."""
    if not isinstance(error, Temporary):
        return False
    if error.wait is None:
        return True
    return error.wait if error.wait <= LONGEST_PAUSE else False


def _absolute(base: str, target: str) -> str:
    """Give a redirect's target as the portal wrote it, with the session it may need: the portal set it just now."""
    return urljoin(base, target).partition("#")[0]


def _why(error: Exception | None) -> str:
    return f"{type(error).__name__}: {error}" if error is not None and str(error) else type(error).__name__
