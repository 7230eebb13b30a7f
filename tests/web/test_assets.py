"""The style sheet and the script as one file each, static files that are kept, and packing."""

import gzip
import re
from pathlib import Path

import pytest

from tests.browser_client import Browser
from trainer.web.assets import FOR_EVER, script, stylesheet
from trainer.web.packing import packed_for_one


def assets_of(browser: Browser) -> list[str]:
    page = browser.get("/sign-in").get_data(as_text=True)
    found = re.findall(r'(?:href|src)="(/assets/app-[0-9a-f]{12}\.(?:css|js))"', page)
    assert len(found) == 2
    return found


def test_page_names_one_style_sheet_and_one_script(nobody: Browser) -> None:
    for path in assets_of(nobody):
        response = nobody.get(path)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == FOR_EVER
        assert response.mimetype in ("text/css", "text/javascript")


def test_asset_of_another_version_is_not_there(nobody: Browser) -> None:
    assert nobody.get("/assets/app-000000000000.css").status_code == 404
    assert nobody.get("/assets/app-000000000000.css").headers["Cache-Control"] == "no-store"


def test_text_is_packed_for_who_can_unpack_it(nobody: Browser) -> None:
    for path in (*assets_of(nobody), "/static/icons.svg"):
        plain, packed = nobody.get(path), nobody.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in packed.vary


def test_part_of_a_file_is_not_packed(nobody: Browser) -> None:
    response = nobody.get("/static/icons.svg", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert (response.status_code, len(response.data)) == (206, 10)
    assert "Content-Encoding" not in response.headers


def test_pages_are_packed_under_a_head_of_random_length(nobody: Browser) -> None:
    plain = nobody.get("/sign-in")
    assert "Content-Encoding" not in plain.headers
    packed = [packed_for_one(plain.data) for _ in range(200)]
    assert {gzip.decompress(body) for body in packed} == {plain.data}
    assert len({len(body) for body in packed}) > 50
    assert nobody.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers.get("Content-Encoding") is None


def test_page_that_goes_out_packed_can_be_unpacked(nobody: Browser) -> None:
    response = nobody.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.vary
    assert b"<h1" in gzip.decompress(response.data)


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/static/favicon.svg?v=abc", True), ("/static/favicon.svg", False)],
)
def test_static_file_is_kept_for_ever_under_a_version(nobody: Browser, path: str, *, kept: bool) -> None:
    assert (nobody.get(path).headers["Cache-Control"] == FOR_EVER) is kept


def test_font_is_kept_for_ever(nobody: Browser) -> None:
    page = nobody.get("/sign-in").get_data(as_text=True)
    font = re.search(r'"(/static/fonts/[^"?]+\.woff2)', page)
    assert font
    assert nobody.get(font[1]).headers["Cache-Control"] == FOR_EVER


def test_static_files_are_named_with_a_version(nobody: Browser) -> None:
    assert re.search(r'href="/static/favicon\.svg\?v=[0-9a-f]{12}"', nobody.get("/sign-in").get_data(as_text=True))


@pytest.mark.parametrize("path", ["/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/no-such"])
def test_no_other_file_is_served(nobody: Browser, path: str) -> None:
    assert nobody.get(path).status_code == 404


def test_tokens_come_first_then_by_name(tmp_path: Path) -> None:
    for folder, files in {"css": ("a", "tokens", "b"), "js": ("b", "a")}.items():
        (tmp_path / folder).mkdir()
        for name in files:
            (tmp_path / folder / f"{name}.{folder}").write_text(name)
    assert stylesheet(tmp_path).body == b"tokens\na\nb"
    assert script(tmp_path).body == b"a\nb"
    assert stylesheet(tmp_path).name != script(tmp_path).name
