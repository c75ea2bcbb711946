"""From a query string to an answer: the JSON API, the pages for readers, health.

Nothing here but `create_app`, the way in, knows which engine answers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, abort, request, url_for
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from index.abbreviation_file import AbbreviationFile
from index.abbreviation_lines import Problem
from index.analysis.chain import Analyzer
from index.engine import Searcher
from index.errors import SearchError
from index.keys import KeyFile
from index.query_log.log_file import LogFile
from service import api, box, health, metrics, queries_page, wording
from service.archive import Archive, archive
from service.arguments import SearchArguments
from service.counters import Metrics
from service.cross_origin import allow
from service.headers import STATIC_VERSIONS, add_headers
from service.incoming import Request
from service.index_state import index_state
from service.links import IdConverter
from service.metrics import count_requests
from service.pages import pages_blueprint
from service.problems import register_errors
from service.query_log import QueryLog
from service.query_string import MAX_QUERY
from service.rate_limit import limit_requests
from service.request_log import log_requests
from service.settings import Settings
from service.several import MAX_BODY

MAX_QUERY_STRING = 8_000
"""Bytes, just under what gunicorn takes as a request line at most; 500 Vietnamese characters take up to 4,500."""


COMPRESSED = [
    "text/html", "text/css", "text/javascript", "text/csv", "application/json", "application/problem+json",
    "application/x-ndjson", "application/atom+xml", "image/svg+xml",
]  # fmt: skip
"""What is compressed for those who can read it so."""

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    searcher: Searcher | None = None,
    analyzer: Analyzer | None = None,
    clock: Callable[[], datetime] = _now,
    metrics_folder: str | None = None,
) -> Flask:
    """Make the application.

    Several workers count together in `metrics_folder`.

    It searches the index below `settings.home`, which need not exist yet, unless given another searcher. The
    analyzer can be shared between applications.
    """
    app = Flask(__name__)
    app.request_class = Request
    app.url_map.converters["id"] = IdConverter
    app.url_map.merge_slashes = False
    # Of a chunked body no more is read than this, without a word: one byte too many tells that it is too large.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1
    counters = Metrics(metrics_folder)
    app.extensions["timtin"] = Archive(
        settings=settings,
        searcher=searcher or settings.choice.open().open_searcher(settings.index_dir),
        analyzer=analyzer or Analyzer.load(),
        clock=clock,
        abbreviations=AbbreviationFile(settings.synonyms_file, tell=_log_left_out),
        keys=KeyFile(settings.keys_file, tell=log.error),
        metrics=counters,
        query_log=QueryLog(LogFile(settings.query_log_file), settings.query_log_days, clock, counters),
    )
    log_requests(app)
    limit_requests(app, settings)
    app.before_request(_refuse_broken_hosts)
    app.before_request(_refuse_long_queries)
    app.after_request(add_headers)
    app.after_request(allow(settings.origins))
    count_requests(app)
    register_errors(app)
    _set_up_templates(app, settings)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(box.blueprint)
    app.register_blueprint(pages_blueprint())
    app.register_blueprint(queries_page.blueprint)
    _compress(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
        )
    return app


def warm_up(app: Flask) -> None:
    """Search once, so that no reader waits for what is read on first use; without an index nothing happens."""
    with app.app_context(), suppress(SearchError):
        found = archive()
        found.answer(found.question(SearchArguments(q="khởi động")))


def _compress(app: Flask) -> None:
    """Compress answers, but not the files of `static`, which are small and kept by browsers."""
    app.config.update(
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_MIN_SIZE=1000,
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    def packed(answer: Response) -> Response:
        return answer if answer.direct_passthrough else compress.after_request(answer)

    app.after_request(packed)


def _log_left_out(problem: Problem) -> None:
    log.warning("abbreviations: %s", problem)


def _refuse_broken_hosts() -> None:
    """Addresses are made of the host asked for, and of the scheme and the prefix that a proxy names: what is none of
    these would break them, or lead to another site."""
    if not request.host or request.scheme not in ("http", "https") or request.script_root.startswith("//"):
        abort(400)


def _refuse_long_queries() -> None:
    if len(request.query_string) > MAX_QUERY_STRING:
        abort(414)


def _set_up_templates(app: Flask, settings: Settings) -> None:
    """Give templates the way to write numbers, dates and addresses."""
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=wording.number,
        points=wording.points,
        ago=lambda published: wording.ago(published, archive().clock()),
        moment=wording.moment,
        seconds=wording.seconds,
        site=wording.site,
        span=wording.span_label,
        quoted=wording.quoted,
    )
    versions = app.extensions[STATIC_VERSIONS] = _hashes(Path(app.static_folder or ""))

    def static_url(filename: str) -> str:
        return url_for("static", filename=filename, v=versions[filename])

    app.jinja_env.globals.update(
        static_url=static_url,
        portal_name=settings.portal_name,
        longest_query=MAX_QUERY,
        index_state=index_state,
    )


def _hashes(folder: Path) -> dict[str, str]:
    """Hash each static file: a changed one gets another address, so browsers may keep them for good."""
    return {
        path.relative_to(folder).as_posix(): blake2b(path.read_bytes(), digest_size=6).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
