"""How long pages take at several sizes, on SQLite and PostgreSQL, beside Datasette with the same rows in one run."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from django.conf import settings
from django.core.management.base import CommandError

from tests.benchmarks import peer
from tests.benchmarks.addresses import SEED, Addresses
from tests.benchmarks.generated import records, write

BUSY_SECONDS = 3  # of requests by BUSY_READERS at once
BUSY_READERS = 2
WORKERS = 2
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
ACCOUNT = "benchmark"
MARKED = 300  # claims of the article that is read


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one kind of page."""

    median: float
    p95: float
    kilobytes: float
    per_second: float | None = None


@dataclass
class Site:
    """One server, asked over HTTP."""

    name: str
    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("GET", path, headers={**self.headers, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def timed(self, paths: list[str], *, status: int = 200, headers: dict[str, dict[str, str]] | None = None) -> Timing:
        times, sizes = [], []
        for number, path in enumerate([paths[0], *paths]):
            began = perf_counter()
            found, _, body = self.get(path, (headers or {}).get(path))
            if number:  # the first only warms
                times.append(1000 * (perf_counter() - began))
                sizes.append(len(body) / 1000)
            if found != status:
                raise CommandError(f"{self.name}{path} answered {found}: {body[:300]!r}")
        return Timing(median(times), quantiles(times, n=20)[-1], median(sizes))

    def per_second(self, paths: list[str], *, headers: dict[str, dict[str, str]] | None = None) -> float:
        """Return how many requests a second are answered when BUSY_READERS ask without a pause."""
        end, counts = monotonic() + BUSY_SECONDS, [0] * BUSY_READERS

        def read(number: int) -> None:
            for path in cycle(paths[number:] + paths[:number]):
                if monotonic() >= end:
                    return
                self.get(path, (headers or {}).get(path))
                counts[number] += 1

        readers = [threading.Thread(target=read, args=(number,)) for number in range(BUSY_READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        return sum(counts) / BUSY_SECONDS


class Pages:
    """Builds data, serves it, and measures."""

    def __init__(
        self, folder: Path, say: Callable[[str], Any], *, postgres: str, datasette: list[str], rounds: int
    ) -> None:
        self.folder, self.say, self.postgres, self.datasette, self.rounds = folder, say, postgres, datasette, rounds
        self.password = secrets.token_urlsafe(12)

    def measure(self, sizes: list[int]) -> list[dict[str, Any]]:
        rows = []
        for size in sizes:
            for url in filter(None, [f"sqlite:///{self.folder / f'pages-{size}.sqlite3'}", self._database(size)]):
                self._build(url, size)
                vendor = urlsplit(url).scheme
                self.say(f"{size:,} claims on {vendor}: measuring …")
                with self._served(url) as site:
                    rows += [{"claims": size, "on": vendor, **row} for row in self._site_rows(site, size, url)]
            if self.datasette:
                rows += [{"claims": size, "on": "datasette", **row} for row in self._peer_rows(size)]
        return rows

    # Data.

    def _database(self, size: int) -> str:
        if not self.postgres:
            return ""
        import psycopg

        name = f"factcheck_pages_{size}"
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                connection.execute(f'CREATE DATABASE "{name}"')
        return f"{self.postgres.rpartition('/')[0]}/{name}"

    def _build(self, url: str, size: int) -> None:
        """Make the data, or use what an earlier run in the same folder made."""
        self._manage(url, "migrate", "-v0")
        done = self._manage(
            url,
            "shell",
            "-v0",
            "-c",
            f"from claims.models import Publication as P; print(P.objects.filter(sequence={size}).exists())",
        )
        if "True" not in done:
            lines = self.folder / f"pages-{size}.jsonl"
            if not lines.exists():
                self.say(f"{size:,} records …")
                write(lines, size, SEED)
                with lines.open("ab") as file:
                    file.writelines(orjson.dumps(values) + b"\n" for values in _of_one_article())
            self.say(f"{size:,} claims into {urlsplit(url).scheme} …")
            self._manage(url, "import", "--no-vectors", str(lines))
            self._manage(url, "shell", "-v0", "-c", _LONG_TEXT)
        self._manage(url, "shell", "-v0", "-c", _ACCOUNT.format(name=ACCOUNT, password=self.password))

    def _manage(self, url: str, *arguments: str) -> str:
        environment = {**os.environ, "DEBUG": "off"} | ({"DATABASE_URL": url} if url else {})
        done = subprocess.run(
            [sys.executable, str(MANAGE), *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CommandError(f"{' '.join(arguments)[:80]} failed: {done.stderr[-2000:]}")
        return done.stdout

    # Servers.

    @contextmanager
    def _served(self, url: str) -> Iterator[Site]:
        environment = {"DATABASE_URL": url, "DEBUG": "off", "HTTPS": "off", "API_RATE": "1000000/min"}
        self._manage(url, "collectstatic", "--noinput", "-v0")
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "tests.benchmarks.served",
            "-w",
            str(WORKERS),
            "--log-level",
            "error",
        ]
        with _running(command, lambda port: ["-b", f"127.0.0.1:{port}"], environment, "/readyz") as port:
            site = Site(urlsplit(url).scheme, port)
            for _ in range(4 * WORKERS):
                site.get("/claims/")  # each worker has its columns
            yield site

    def _site_rows(self, site: Site, size: int, url: str) -> Iterator[dict[str, Any]]:
        chosen = Addresses(size, self.rounds)
        trivial = self._busy(site, ["/trivial/"] * self.rounds)
        yield _row("trivial view", trivial)
        for name, paths in chosen.ours().items():
            yield _row(name, site.timed(paths))
        claims = chosen.claims()
        yield _row("claim, uncached", self._busy(site, claims))
        etags = {path: {"If-None-Match": site.get(path)[1]["ETag"]} for path in claims}
        yield _row("claim, 304", self._busy(site, claims, status=304, headers=etags))
        site.headers = {"Cookie": self._session(site)}
        for name, paths in chosen.desk(self._one_claim(url)).items():
            yield _row(name, site.timed(paths))

    def _busy(self, site: Site, paths: list[str], **how: Any) -> Timing:
        timing = site.timed(paths, **how)
        per_second = site.per_second(paths, headers=how.get("headers"))
        return Timing(timing.median, timing.p95, timing.kilobytes, per_second)

    def _session(self, site: Site) -> str:
        """Sign in as the benchmark's own account; return the cookies."""
        _, headers, body = site.get("/admin/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        cookie = headers["Set-Cookie"].partition(";")[0]
        form = {
            "csrfmiddlewaretoken": token[1].decode() if token else "",
            "username": ACCOUNT,
            "password": self.password,
        }
        connection = http.client.HTTPConnection("127.0.0.1", site.port)
        content_type = "application/x-www-form-urlencoded"
        connection.request(
            "POST", "/admin/login/?next=/admin/", urlencode(form), {"Cookie": cookie, "Content-Type": content_type}
        )
        answer = connection.getresponse()
        if answer.status != 302:
            raise CommandError(f"Signing in to the desk answered {answer.status}.")
        return "; ".join(value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")

    def _one_claim(self, url: str) -> str:
        code = "from claims.models import Claim; print(Claim.objects.order_by('-pk').values_list('pk', flat=True)[10])"
        return self._manage(url, "shell", "-v0", "-c", code).strip().splitlines()[-1]

    def _peer_rows(self, size: int) -> Iterator[dict[str, Any]]:
        place = self.folder / f"datasette-{size}.sqlite3"
        if not place.exists():
            self.say(f"{size:,} claims for Datasette …")
            peer.write_flat(self.folder / f"pages-{size}.sqlite3", place)
        self.say(f"{size:,} claims in Datasette: measuring …")
        command = [*self.datasette, "serve", str(place), "--setting", "suggest_facets", "off"]
        with _running(command, lambda port: ["-p", str(port)], {}, f"/datasette-{size}") as port:
            site = Site("datasette", port)
            addresses = Addresses(size, self.rounds)
            rows = peer.rows_of(place, addresses.slugs)
            for name, paths in addresses.theirs(f"/datasette-{size}/reviews", rows).items():
                yield _row(name, site.timed(paths))


def _row(name: str, timing: Timing) -> dict[str, Any]:
    row: dict[str, Any] = {
        "page": name,
        "median": round(timing.median, 2),
        "p95": round(timing.p95, 2),
        "kB": round(timing.kilobytes, 1),
    }
    return row | ({"a second": round(timing.per_second, 1)} if timing.per_second else {})


def _of_one_article() -> Iterator[dict[str, Any]]:
    """Yield records of claims that all stand in one article, in the order of its text."""
    for number, values in enumerate(records(MARKED, SEED + 1)):
        exact = f"Sentence {number} of it says so."
        article = {
            "slug": "long-article", "title": "A long article", "authors": "", "publisher": None,
            "url": "https://article.example/long", "archived_url": "", "published_on": None, "accessed_on": None,
            "language": "en",
        }  # fmt: skip
        place = {
            "article": article, "exact": exact, "prefix": "", "suffix": "", "start": None, "end": None,
            "paragraph": None, "attribution": "", "stance": "asserts",
        }  # fmt: skip
        yield {**values, "appearances": [place]}


_LONG_TEXT = f"""
from claims.models import Article
a = Article.objects.get(slug="long-article")
a.text = "\\n\\n".join(f"Sentence {{n}} of it says so. And here is more of the paragraph." for n in range({MARKED}))
a.rights = "full_text"
a.save()
"""
_ACCOUNT = """
from django.contrib.auth.models import Group, User
user, _ = User.objects.get_or_create(username="{name}", defaults={{"is_staff": True}})
user.is_active = user.is_staff = True
user.set_password("{password}")
user.save()
user.groups.set(Group.objects.filter(name="approver"))
"""


@contextmanager
def _running(
    command: list[str], bind: Callable[[int], list[str]], environment: dict[str, str], path: str
) -> Iterator[int]:
    """Run a server on a free port until the block ends."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = subprocess.Popen(
        [*command, *bind(port)], env={**os.environ, **environment}, stdout=subprocess.DEVNULL, cwd=settings.BASE_DIR
    )
    try:
        end = monotonic() + 60
        while True:
            with suppress(OSError):
                if Site("", port).get(path)[0] == 200:
                    break
            if monotonic() > end or process.poll() is not None:
                raise CommandError(f"{command[0]} does not start.")
        yield port
    finally:
        process.terminate()
        process.wait()
