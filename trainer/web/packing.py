"""gzip for text. Pages hold tokens, and a packed page can give a secret away by its length (BREACH, CVE-2013-3587);
so each packed page gets a head of random length, as in Django ("heal the BREACH"), and secrets are masked besides."""

import gzip
import secrets
from functools import lru_cache
from io import BytesIO

from flask import Flask, Response, request

PACKABLE = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "text/plain"})
FOR_EVERYBODY = ("asset", "static")
"""Endpoints whose files are the same for all: packed once, and kept."""
NOT_WORTH_IT = 500
"""Bytes; below, the head of the packing eats what it saves."""
LONGEST_HEAD = 100


def pack_responses(app: Flask) -> None:
    """Pack what a browser can unpack. Register it early: what is registered first runs last."""
    app.after_request(_packed)


def _packed(response: Response) -> Response:
    if response.mimetype not in PACKABLE or response.status_code == 206 or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or request.method == "HEAD" or response.status_code == 304:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < NOT_WORTH_IT:
        return response
    etag, _weak = response.get_etag()
    response.set_data(packed_for_all(body) if request.endpoint in FOR_EVERYBODY else packed_for_one(body))
    response.headers["Content-Encoding"] = "gzip"
    if etag is not None:
        response.set_etag(f"{etag}-gzip")
    return response


@lru_cache(maxsize=128)
def packed_for_all(body: bytes) -> bytes:
    """A public file, packed as small as it gets, always the same bytes."""
    return gzip.compress(body, mtime=0)


def packed_for_one(body: bytes) -> bytes:
    """A page, packed fast, under a file name of random length in its gzip header."""
    buffer = BytesIO()
    name = "a" * (1 + secrets.randbelow(LONGEST_HEAD))
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=6, fileobj=buffer, mtime=0) as file:
        file.write(body)
    return buffer.getvalue()
