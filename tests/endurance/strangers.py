"""What strangers send: odd requests of every kind, and more of them than the ceiling allows."""

from __future__ import annotations

import random
import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlencode

from tests.endurance.site import Site

PATHS = (
    "/", "/claims/", "/claims/feed.atom", "/claims/feed.json", "/articles/", "/topics/", "/sources/vladimir-putin/",
    "/claims/lady-k-returned-in-may/", "/claims/lady-k-returned-in-may/v/1/", "/claims/lady-k-returned-in-may/card/",
    "/articles/dprk-russia-comprehensive-strategic-partnership/", "/topics/treaty/timeline/", "/corrections/",
    "/methodology/", "/check/", "/suggest/", "/in-progress/", "/admin/", "/admin/login/", "/api/v1/claims",
    "/api/v1/match", "/api/v1/claims/lady-k-returned-in-may", "/v1alpha1/claims:search", "/export/csv", "/export/jsonl",
    "/oembed", "/sitemap.xml", "/robots.txt", "/opensearch.xml", "/record.schema.json", "/metrics", "/readyz",
    "/.well-known/security.txt", "/static/x.css",
)  # fmt: skip
NAMES = (
    "q", "page", "as_of", "verdict", "topic", "claimant", "article", "language", "confidence_min", "confidence_max",
    "made_after", "made_before", "order", "before", "after", "cursor", "limit", "url", "format", "maxwidth", "text",
    "query", "languageCode", "pageSize", "pageToken", "maxAgeDays", "next", "kind", "versions",
)  # fmt: skip
VALUES = (
    "", "0", "-1", "1", "9" * 30, "1e309", "NaN", "٣", "²", "true", "2024-02-30", "2024-06-18", "0000-00-00",
    "9999-12-31", "rocket", "“rocket", '"', "'; DROP TABLE x; --", "<script>alert(1)</script>", "\0", "\ud83d",
    "북한", "a" * 5_000, "%", "%%%", "../../etc/passwd", "http://[", "https://example.org/" + "x" * 3_000, "*", "-",
    "(", "|", "\\", "é" * 300, "treaty OR rocket", "-treaty", "tre*", "[]", "{}", "null", "🚀", "\u202e",
)  # fmt: skip
METHODS = ("GET",) * 12 + ("HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
HEADERS = {
    "Accept-Language": ("ko", "xx;q=9", "*" * 3_000),
    "Accept": ("application/json", "text/html", "*/*;q=x", "image/png"),
    "Cookie": ("sessionid=" + "x" * 32, "sessionid=\x01", "csrftoken=; sessionid="),
    "X-Forwarded-For": ("1.2.3.4", "x" * 500, "::1, 5.6.7.8"),
    "If-None-Match": ('"x"', "*", "W/", ","),
    "If-Modified-Since": ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 40),
    "Range": ("bytes=0-", "bytes=9-1", "x"),
    "Content-Type": ("application/json", "text/xml", "multipart/form-data", "multipart/form-data; boundary=x", "\x7f"),
    "Host": ("example.org", "127.0.0.1", "[", "a b"),
    "Accept-Encoding": ("gzip", "br;q=0", "*"),
    "X-Request-ID": ("a" * 64, "\t"),
}
BODIES = (
    b"",
    b"{",
    b"[" * 2_000,
    b'{"text": "x"}',
    b"text=" + b"%ff" * 50,
    b"\xff\xfe",
    b"--x\r\n\r\n",
    b"text=North+Korea&url=http://[",
)


def fuzz(where: Site, count: int, workers: int = 4) -> Counter[str]:
    """Send so many odd requests; return how many were answered by which status, and which ended in 5xx by address."""
    found: Counter[str] = Counter()
    lock = threading.Lock()

    def send(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(count // workers):
            method, path, headers, body = _request(chance)
            status = _status(where, method, path, headers, body)
            with lock:
                found[str(status)] += 1
                if status >= 500 and status not in {501, 503}:
                    found[f"{status}: {method} {path[:120]} {headers} {body[:40]!r}"] += 1

    _together(send, workers)
    return found


def ceiling(where: Site, count: int, workers: int = 4) -> Counter[str]:
    """Ask the API so often from one place, under as many made-up addresses; return the statuses."""
    found: Counter[str] = Counter()

    def ask(number: int) -> None:
        for turn in range(count // workers):
            made_up = {"X-Forwarded-For": f"10.{number}.{turn // 250}.{turn % 250}"}
            found[str(_status(where, "GET", "/api/v1/claims", made_up, b""))] += 1

    _together(ask, workers)
    return found


def _together(act: object, workers: int) -> None:
    threads = [threading.Thread(target=act, args=(number,)) for number in range(workers)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _request(chance: random.Random) -> tuple[str, str, dict[str, str], bytes]:
    path = chance.choice(PATHS)
    if chance.random() < 0.2:
        path = chance.choice(("/ko", "/ru", "/xx", "//", "/%00", "/é".encode().decode("latin-1"))) + path
    if chance.random() < 0.1:
        path += quote(chance.choice(VALUES).encode("utf-8", "replace"))
    given = [(chance.choice(NAMES), chance.choice(VALUES)) for _ in range(chance.randrange(4))]
    query = urlencode(given, errors="replace") if chance.random() < 0.9 else "&".join(f"{n}=%ff%" for n, _ in given)
    headers = {name: chance.choice(HEADERS[name]) for name in chance.sample(list(HEADERS), chance.randrange(3))}
    method = chance.choice(METHODS)
    body = chance.choice(BODIES) if method in {"POST", "PUT", "PATCH"} else b""
    return method, quote(path, safe="/%:?&=*") + (f"?{query}" if query else ""), headers, body


def _status(where: Site, method: str, path: str, headers: dict[str, str], body: bytes) -> int:
    """Return the status, or 0 where the server rightly hung up on what is no HTTP."""
    connection = HTTPConnection("127.0.0.1", where.port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
    except (HTTPException, OSError, ValueError):
        return 0
    else:
        return answer.status
    finally:
        connection.close()
