"""The style sheet and the script: many small source files, each sent as one file under a name that holds its hash."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, make_response, request, url_for

from trainer.web.policy import public

FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """A file made of others: `name` holds the hash of `body`, so that it may be cached for ever."""

    name: str
    body: bytes
    mimetype: str


def stylesheet(static: Path) -> Asset:
    """All of `css/`, the tokens first: they declare the order of the layers."""
    return _joined(sorted((static / "css").glob("*.css"), key=lambda file: (file.stem != "tokens", file.name)), "css")


def script(static: Path) -> Asset:
    """All of `js/`: each file is a block of its own and imports nothing."""
    return _joined(sorted((static / "js").glob("*.js")), "js")


def _joined(files: list[Path], kind: str) -> Asset:
    body = b"\n".join(file.read_bytes() for file in files)
    name = f"app-{sha256(body).hexdigest()[:12]}.{kind}"
    return Asset(name, body, "text/css" if kind == "css" else "text/javascript")


def serve_assets(app: Flask, static: Path) -> None:
    """`/assets/app-<hash>.css|js`, the Jinja globals that name them, and versions on static files."""
    style, code = stylesheet(static), script(static)
    found = {asset.name: asset for asset in (style, code)}

    @app.get("/assets/<name>", endpoint="asset")
    @public
    def asset(name: str) -> Response:
        if name not in found:
            abort(404)
        response = make_response(found[name].body)
        response.mimetype = found[name].mimetype
        response.headers["Cache-Control"] = FOR_EVER
        return response

    app.jinja_env.globals["stylesheet_url"] = lambda: url_for("asset", name=style.name)
    app.jinja_env.globals["script_url"] = lambda: url_for("asset", name=code.name)
    app.url_defaults(_versioned(static))
    app.after_request(_keep_for_ever)


def _versioned(static: Path) -> Any:
    @cache
    def version(filename: str) -> str | None:
        file = static / filename
        return sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else None

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            values["v"] = version(values["filename"])

    return add


def _keep_for_ever(response: Response) -> Response:
    # Fonts are named by the style sheet without a version; a new font gets a new file name.
    kept = "v" in request.args or request.path.endswith(".woff2")
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = FOR_EVER if kept else "public, no-cache"
    return response
