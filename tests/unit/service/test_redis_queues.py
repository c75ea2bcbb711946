"""Services on several machines count one client's requests together, in a real Redis; without it each for itself."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from threading import Thread

import pytest
from redis import Redis, RedisError

from service import create_app
from service.client_queues import SharedQueues
from service.rate_limit import BURST, RateLimit, TooManyRequests
from service.redis_queues import PAUSE, PREFIX, SALT, SALT_SECONDS, RedisQueues
from service.settings import Settings, read_settings
from tests.unit.service.test_rate_limit import answered
from tests.unit.service.watched_searcher import WatchedSearcher, analyzer

SERVER = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(SERVER is None, reason="there is no redis-server: apt-get install redis-server")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Run a Redis that listens on a socket in a folder of the test."""
    path = tmp_path / "redis.sock"
    command = [str(SERVER), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        for _ in range(200):
            try:
                with Redis(unix_socket_path=str(path)) as redis:
                    redis.ping()
                break
            except (RedisError, OSError):
                time.sleep(0.05)
        yield f"unix://{path}"
        server.kill()


Machine = Callable[..., RateLimit]


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Make the rate limits of machines; their connections are closed afterwards."""
    with ExitStack() as opened:

        def make(url: str, per_minute: int = 1, clock: Callable[[], float] = time.monotonic) -> RateLimit:
            queues = opened.enter_context(closing(RedisQueues(url, SharedQueues(), clock)))
            return RateLimit(per_minute, queues)

        yield make


@needs_redis
def test_two_machines_count_together(url: str, machine: Machine) -> None:
    here, there = machine(url, 4), machine(url, 4)
    assert answered(here, "192.0.2.1", 1) == 1
    assert answered(there, "192.0.2.1", 9) == 0
    assert answered(there, "192.0.2.2", 9) == 1
    with pytest.raises(TooManyRequests) as refused:
        here.count("192.0.2.1")
    assert BURST - 1 <= refused.value.retry_after <= BURST


@needs_redis
def test_a_burst_is_answered_as_in_memory(url: str, machine: Machine) -> None:
    assert answered(machine(url, 60), "192.0.2.1", 40) == BURST


@needs_redis
def test_redis_holds_no_address_and_forgets_clients_who_stay_away(url: str, machine: Machine) -> None:
    answered(machine(url, 60), "192.0.2.77", 3)
    with Redis.from_url(url) as redis:
        [key] = redis.keys(f"{PREFIX}*")
        assert b"192.0.2.77" not in key
        assert b"192.0.2.77" not in redis.get(key)
        assert 0 < redis.pttl(key) <= 3000
        assert len(redis.get(SALT)) == 16


@needs_redis
def test_machines_count_together_again_after_redis_was_emptied(url: str, machine: Machine) -> None:
    now = [100.0]
    here = machine(url, 4, lambda: now[0])
    assert answered(here, "192.0.2.1", 1) == 1
    with Redis.from_url(url) as redis:
        redis.flushall()
    there = machine(url, 4)
    assert answered(there, "192.0.2.1", 1) == 1
    now[0] += SALT_SECONDS
    assert answered(here, "192.0.2.1", 1) == 0


def test_what_answers_like_no_redis_refuses_nobody(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answering = Thread(target=_answer_ok, args=(server,), daemon=True)
        answering.start()
        assert answered(machine(f"redis://127.0.0.1:{port}/0", 60), "192.0.2.1", 40) == BURST
    assert "each machine counts for itself" in caplog.text


def _answer_ok(server: socket.socket) -> None:
    with suppress(OSError):
        connection, _ = server.accept()
        with connection:
            while connection.recv(4096):
                connection.sendall(b"+OK\r\n" * 4)


def test_while_redis_is_away_each_machine_counts_for_itself_and_asks_it_rarely(
    tmp_path: Path, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    now = [100.0]
    limit = machine(f"unix://{tmp_path}/nobody.sock?password=geheim", 60, lambda: now[0])
    assert answered(limit, "192.0.2.1", 40) == BURST
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    now[0] += PAUSE
    answered(limit, "192.0.2.1", 1)
    assert len(caplog.records) == 2
    assert "geheim" not in caplog.text
    assert str(tmp_path) not in caplog.text


@needs_redis
def test_a_service_that_is_told_of_a_redis_counts_there(url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, rate_limit=4, rate_limit_redis=url)
    apps = [create_app(settings, WatchedSearcher([]), analyzer()) for _ in range(2)]
    one, two = (app.test_client() for app in apps)
    assert one.get("/api/v1/search").status_code == 200
    refused = two.get("/api/v1/search")
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    for app in apps:
        app.extensions["rate_limit"].close()


@pytest.mark.parametrize("url", ["http://:geheim@host", "redis://:gehe/geheim@host:6379/0", "redis://geheim:port/0"])
def test_an_address_that_is_none_stops_the_start_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setenv("TIMTIN_RATE_LIMIT_REDIS", url)
    with pytest.raises(SystemExit):
        read_settings()
    told = capsys.readouterr().err
    assert "TIMTIN_RATE_LIMIT_REDIS must be an address such as redis://127.0.0.1:6379/0" in told
    assert "geheim" not in told
