"""How heavy pages are: bytes over the wire and requests of a lesson and a question, on the first visit and later."""

import gzip
import re
import sys
from collections.abc import Iterator

from benchmarks._rig import Browser, Figures, Reply, report, served_team
from trainer.admin.demo.team import Sample

TARGET = {
    "lesson_cold_bytes": 150_000,
    "lesson_cold_bytes_without_fonts": 60_000,
    "lesson_warm_bytes": 30_000,
    "lesson_cold_requests": 10,
    "question_cold_bytes_without_fonts": 60_000,
}
LINKED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="(/(?:static|assets)/[^"]+)"')
SPRITES = re.compile(r'<use\b[^>]*?\bhref="(/[^"#]+)#')
FONT = re.compile(r'url\("?([^")]+latin-wght-normal\.woff2)"?\)')
"""The two families in Latin; other alphabets and italics are asked for only where a page shows them."""


def measure() -> dict[str, int]:
    """Bytes and requests of each page, cold and warm."""
    with served_team(Sample(people=3, weeks=2)) as site:
        browser = Browser(site.port).sign_in(site.learners[0].link)
        lesson = weight_of(browser, "/lessons/M01-L1")
        browser.get("/practice")
        started = browser.post("/practice", {"source": "course", "source_id": "accreditation", "count": 5})
        question = weight_of(browser, started.place)
        browser.close()
        return {
            f"{page}_{what}": n
            for page, found in (("lesson", lesson), ("question", question))
            for what, n in found.items()
        }


def weight_of(browser: Browser, path: str) -> dict[str, int]:
    """What a page costs with an empty cache and with a full one."""
    page = browser.get(path, Accept_Encoding="gzip, br")
    files = {name: browser.get(name, Accept_Encoding="gzip, br") for name in _needed(browser, _text(page))}
    kept = {name for name, reply in files.items() if "immutable" in reply.headers.get("Cache-Control", "")}
    fonts = sum(reply.wire for name, reply in files.items() if ".woff2" in name)
    cold = page.wire + sum(reply.wire for reply in files.values())
    return {
        "cold_bytes": cold,
        "cold_bytes_without_fonts": cold - fonts,
        "cold_requests": 1 + len(files),
        "warm_bytes": page.wire + sum(reply.wire for name, reply in files.items() if name not in kept),
        "warm_requests": 1 + len(files) - len(kept),
        "html_bytes": page.wire,
    }


def needed_by(html: str) -> set[str]:
    """What the page itself names: style, script, pictures, icons, preloaded fonts."""
    return {name.replace("&amp;", "&") for name in (*LINKED.findall(html), *SPRITES.findall(html))}


def _needed(browser: Browser, html: str) -> Iterator[str]:
    names = needed_by(html)
    sheets = [browser.get(name, Accept_Encoding="gzip") for name in names if ".css" in name]
    return iter(sorted(names.union(*(FONT.findall(_text(sheet)) for sheet in sheets))))


def _text(reply: Reply) -> str:
    is_packed = reply.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(reply.body) if is_packed else reply.body).decode()


def reached(figures: Figures) -> bool:
    """Whether every target is met."""
    return all(float(figures[name]) <= most for name, most in TARGET.items())


if __name__ == "__main__":
    measured = measure()
    sys.exit(report("weights", measured, TARGET, ok=reached(measured)))
