"""What a lesson costs on the first visit: bytes over the wire (packed by gzip), requests, nobody else asked."""

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browser.looking import Site
from trainer.accounts.models import User

pytestmark = pytest.mark.once

WITH_FONTS = 150_000
WITHOUT_FONTS = 60_000
REQUESTS = 10


def test_lesson_is_light(open_page: Callable[..., Page], site: Site, alice: User) -> None:
    page = open_page(alice)
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - playwright marks its listeners
    page.goto("/lessons/M01-L1", wait_until="networkidle")
    sizes = {request.url: packed_size(request) for request in finished}
    fonts = sum(size for url, size in sizes.items() if ".woff2" in url)
    print(f"A lesson: {len(sizes)} requests, {sum(sizes.values())} bytes, {fonts} of them fonts.")
    assert {urlsplit(url).netloc for url in sizes} == {urlsplit(site.url).netloc}, "no third party is asked"
    assert sum(sizes.values()) - fonts <= WITHOUT_FONTS, sizes
    assert sum(sizes.values()) <= WITH_FONTS, sizes
    assert len(sizes) <= REQUESTS, sizes


def packed_size(request: Request) -> int:
    """Bytes of the body as a server or the proxy before it sends them."""
    response = request.response()
    assert response is not None
    if response.header_value("content-encoding") or ".woff2" in request.url:
        return int(request.sizes()["responseBodySize"])
    return len(gzip.compress(response.body(), mtime=0))
