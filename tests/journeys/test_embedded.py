"""A card in somebody else's page, in a real browser: telephone, tablet, desktop, light and dark."""

import os
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests import desk
from tests.journeys.browser import SCREENSHOTS, needs_chromium, page

__all__ = ["page"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database("sqlite"), needs_chromium]


@contextmanager
def newspaper(article):
    """Another site, which serves one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(article.encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


LONG = "The ministry said in May that ten ships with coal, oil and machines had come to the harbour of Rason " * 4


@pytest.mark.parametrize("statement", ["Ten ships came.", LONG])
def test_a_card_fits_its_host_and_nothing_of_it_is_cut_off(page, live_server, statement):
    publication = desk.published(statement=statement.strip(), verdict="mostly_false")
    page.goto(f"{live_server.url}{publication.get_absolute_url()}")
    code = page.evaluate(
        "[...document.querySelectorAll('pre code')].map(code => code.textContent).find(text => text.startsWith('<if'))"
    )
    article = f"<!doctype html><meta name=viewport content='width=device-width'><body><p>News.</p>{code}<p>More.</p>"
    with newspaper(article) as address:
        for width in (320, 390, 1280):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.goto(address)
                card = page.frames[1]
                card.wait_for_selector("h1")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                height, needed, across = card.evaluate(
                    "[innerHeight, document.documentElement.scrollHeight,"
                    " document.documentElement.scrollWidth - innerWidth]"
                )
                assert needed <= height and across <= 0, (width, height, needed)
                verdict, heading = (card.locator(name).bounding_box()["y"] for name in (".verdict", "h1"))
                assert verdict < heading
                background = card.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
                assert background == "rgb(255, 255, 255)"  # light on a light page, whatever its reader prefers
                if "SCREENSHOTS" in os.environ:
                    SCREENSHOTS.mkdir(exist_ok=True)
                    page.screenshot(path=SCREENSHOTS / f"card-{len(statement)}-{width}-{scheme}.png")
