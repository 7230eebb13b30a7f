"""Where a redirect may lead: to a path of this site, and nowhere else."""

import re
from urllib.parse import urlsplit

from flask import Response, request

HOME = "/"

# One slash, then nothing that a browser would read as a second one, then characters that no browser drops or turns
# into others. An allow-list: what is not known to be harmless is refused.
_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\[\]]*(#[A-Za-z0-9\-._~%]*)?\Z")
_HIDDEN_SLASHES = re.compile(r"\A/(%2f|%5c|%09|%0a|%0d|\.{1,2}(/|\Z))", re.IGNORECASE)


def safe_next(target: str | None, otherwise: str = HOME) -> str:
    """The address a form or link asked to go to next, if it is a path of this site; else `otherwise`."""
    return target if target and is_safe(target) else otherwise


def is_safe(target: str) -> bool:
    """Whether a browser can only read this as a path on this very site."""
    if len(target) > 2000 or not _PATH.match(target) or _HIDDEN_SLASHES.match(target):
        return False
    return "//" not in target.partition("?")[0] and "/../" not in target


def path_of(address: str) -> str:
    """The path and query of an address of this site, or nothing where it is another's."""
    try:
        parts = urlsplit(address)
        foreign = bool(parts.netloc) and parts.netloc != request.host
    except ValueError:
        return ""
    return "" if foreign else parts.path + (f"?{parts.query}" if parts.query else "")


_HEADERS = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")


def only_safe_redirects(response: Response) -> Response:
    """The last look: no response leads away from this site, whoever made it."""
    for header in _HEADERS:
        target = response.headers.get(header)
        if target is not None and target != "false":
            response.headers[header] = safe_next(_relative(target))
    return response


def _relative(target: str) -> str:
    return path_of(target) if target.startswith((request.host_url, "http:", "https:")) else target
