"""The search box that portals put into their pages: its script, how to embed it, a page in a frame, a demonstration."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha384
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request

from service.archive import archive
from service.arguments import SearchArguments
from service.json_answers import etag
from service.links import Links
from service.query_string import FILTERS, read_arguments

blueprint = Blueprint("box", __name__)

SCRIPT = "tim-tin.js"
SCRIPTED_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-src 'self'; frame-ancestors 'none'"
)
"""Pages that show the box run its script and let it ask the API."""

FRAMED_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'"


@blueprint.get("/box/v1/tim-tin.js")
def script() -> Response:
    """Give the script. Modules are fetched across origins: every site may read it, whoever may ask the API."""
    data, _ = _script()
    tag = etag(data)
    unchanged = request.if_none_match.contains(tag)
    answer = Response(status=304) if unchanged else Response(data, content_type="text/javascript; charset=utf-8")
    answer.set_etag(tag)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@blueprint.get("/box")
def about() -> Response:
    """Show how to embed the box, with the box itself."""
    _, integrity = _script()
    return _page("box.html", integrity=integrity)


@blueprint.get("/demo")
def demo() -> Response:
    """Show a portal of the old kind that has the box in it."""
    return _page("demo.html")


@blueprint.get("/box/frame")
def frame() -> Response:
    """Give the form alone, for a frame; only the origins in the settings may frame it."""
    found = archive()
    arguments, _ = read_arguments(request.args, found.settings.page_size, FILTERS)
    kept = [pair for pair in Links(found.settings.page_size).pairs(arguments) if pair[0] != "q"]
    answer = Response(render_template("box_frame.html", arguments=arguments, kept=kept))
    ancestors = " ".join(["'self'", *sorted(found.settings.origins)])
    answer.headers["Content-Security-Policy"] = f"{FRAMED_POLICY}; frame-ancestors {ancestors}"
    return answer


def _page(template: str, **shown: object) -> Response:
    links = Links(archive().settings.page_size)
    answer = Response(render_template(template, arguments=SearchArguments(), links=links, **shown))
    answer.headers["Content-Security-Policy"] = SCRIPTED_POLICY
    return answer


def _script() -> tuple[bytes, str]:
    return _read(Path(current_app.static_folder or "") / SCRIPT)


@cache
def _read(path: Path) -> tuple[bytes, str]:
    """Give the script and its integrity hash."""
    data = path.read_bytes()
    return data, f"sha384-{b64encode(sha384(data).digest()).decode()}"
