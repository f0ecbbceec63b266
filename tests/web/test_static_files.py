"""The desk's own files: each as it lies on the disk, short over the wire, and kept for ever."""

from __future__ import annotations

import gzip

import pytest

from app.templating import STATIC
from app.web.static_files import shortened, static_files
from tests.browser import PLAIN, Browser

FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_what_lies_on_the_disk(desk: None, name: str) -> None:
    content = (STATIC / name).read_bytes()
    if name.endswith(".css"):
        content = shortened(content)
    response = await Browser(PLAIN).get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert (response.status_code, response.content) == (200, content)
    assert "content-encoding" not in response.headers
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["vary"] == "Accept-Encoding"


async def test_what_can_be_shorter_travels_compressed(desk: None) -> None:
    response = await Browser(PLAIN).get("/static/app.css", headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) < len((STATIC / "app.css").read_bytes()) / 3
    plain = await Browser(PLAIN).get("/static/app.css", headers={"Accept-Encoding": "identity"})
    assert response.content == plain.content  # as the browser unpacks it


def test_a_style_sheet_loses_what_only_its_writers_read() -> None:
    css = b"""/* A "word" of
      explanation. */
    a::before {
      content: "/* no comment */ \\"  /* still none */";  /* one */
      background: url('x/*y*/');
    }
"""
    short = b"""a::before{content:"/* no comment */ \\"  /* still none */";background:url('x/*y*/')}"""
    assert shortened(css) == short
    css = b"main > b :is(i, u) {\n  width: calc(1px + 2px); }\n\n@media (hover: none) { a, b { --x: 1px  2px; } }\n"
    assert shortened(css) == b"main>b :is(i,u){width:calc(1px + 2px)}@media (hover:none){a,b{--x:1px 2px}}"


async def test_a_first_visit_is_short_over_the_wire() -> None:
    files = static_files().values()
    assert sum(len(file.compressed or file.plain) for file in files) < 35_000
    for file in files:
        assert file.compressed is None or gzip.decompress(file.compressed) == file.plain


@pytest.mark.parametrize(
    ("name", "kind"),
    [("app.css", "text/css"), ("favicon.svg", "image/svg+xml"), ("vendor/htmx-4.0.1.min.js", "text/javascript")],
)
async def test_a_file_says_what_it_is(desk: None, name: str, kind: str) -> None:
    response = await Browser(PLAIN).get(f"/static/{name}")
    assert response.headers["content-type"].partition(";")[0] in (kind, kind.replace("text/java", "application/java"))


async def test_head_says_the_same_and_sends_nothing(desk: None) -> None:
    browser = Browser(PLAIN)
    whole = await browser.get("/static/app.css")
    head = await browser.request("HEAD", "/static/app.css")
    assert (head.status_code, head.headers["content-length"]) == (200, whole.headers["content-length"])
