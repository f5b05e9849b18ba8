"""A whole site to be hurt: its database, gunicorn before it, and people who work on its desk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
import requests

from tests import postgres_server

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURE = ROOT / "fixtures" / "dprk_russia_partnership.json"
PASSWORD = "endurance-of-the-desk"
SETUP = """
from tests import desk
for role in ("editor", "approver"):
    for number in range({people}):
        user = desk.person(role, f"{{role}}{{number}}")
        user.set_password("{password}")
        user.save()
for number in range({waiting}):
    desk.awaiting(desk.with_evidence(desk.claim(statement=f"Town {{number}} has {{number}} wells.")))
"""
STATE = """
import json, sys
from claims.models import Claim, Publication
from claims.vocabulary import Status
published = set(map(str, Publication.objects.current().values_list("claim_id", flat=True)))
settled = set(map(str, Claim.objects.filter(status=Status.PUBLISHED).values_list("uid", flat=True)))
said = list(Claim.objects.values_list("statement", flat=True))
json.dump([said, len(settled - published), Publication.objects.count()], sys.stdout)
"""


@dataclass
class Site:
    """Where it is served, and how to start, stop and kill what serves it."""

    folder: Path
    url: str
    port: int = field(default_factory=postgres_server.free_port)
    server: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        changed = {"DATABASE_URL": self.url, "HTTPS": "off", "DEBUG": "off", "TMPDIR": str(self.folder)}
        self.environment = {**os.environ, **changed}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: Any, ok: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if ok and done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stderr[-2000:]}")
        return done

    def command(self, *arguments: Any) -> list[str]:
        return [sys.executable, "manage.py", *map(str, arguments)]

    def begin(self, *arguments: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments), cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True
        )

    def fill(self, *, people: int, waiting: int) -> None:
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")
        self.manage("import", "--no-vectors", FIXTURE)
        self.manage("shell", "-v0", "-c", SETUP.format(people=people, waiting=waiting, password=PASSWORD))

    def serve(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "factcheck.wsgi", "-b", f"127.0.0.1:{self.port}", "-w", "2"]
        command += ["--threads", "4", "--log-level", "critical"]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=log)
        self.wait()

    def wait(self) -> None:
        while True:
            try:
                if requests.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)

    def kill_worker(self) -> None:
        assert self.server
        found = subprocess.run(["pgrep", "-P", str(self.server.pid)], capture_output=True, text=True, check=False)
        for worker in found.stdout.split()[:1]:
            os.kill(int(worker), signal.SIGKILL)

    def kill_all(self) -> None:
        assert self.server
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> None:
        if self.server and self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGTERM)
            self.server.wait()


@dataclass
class Postgres:
    """A server of our own that can be killed and started again."""

    url: str
    start: Any
    data: Path

    def kill(self) -> None:
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


@contextmanager
def site(database: str, folder: Path, *, people: int = 4, waiting: int = 0) -> Iterator[tuple[Site, Postgres | None]]:
    """Yield a site with the demo's data on a new database, not yet served."""
    with ExitStack() as stack:
        postgres = None
        url = f"sqlite:///{folder / 'site.sqlite3'}"
        if database == "postgres":
            url, start, data = stack.enter_context(postgres_server.restartable())
            postgres = Postgres(url, start, data)
        made = Site(folder, url)
        stack.callback(made.stop)
        made.fill(people=people, waiting=waiting)
        yield made, postgres


class Person:
    """Somebody who works on the desk in a browser, and signs in again when they must."""

    def __init__(self, where: Site, name: str) -> None:
        self.site, self.name, self.browser = where, name, requests.Session()

    def page(self, path: str) -> Any:
        answer = self.browser.get(f"{self.site.address}{path}", timeout=30)
        if "/login/" in answer.url:
            given = _fields(answer, './/input[@name="password"]') | {"username": self.name, "password": PASSWORD}
            answer = self.browser.post(answer.url, given, timeout=30)
            if "/login/" in answer.url:
                raise RuntimeError(f"{self.name} cannot sign in")
            answer = self.browser.get(f"{self.site.address}{path}", timeout=30)
        return answer

    def post(self, path: str, **changes: str) -> int:
        """Fill in a claim's form and send it; return the status, without following where it leads."""
        fields = _fields(self.page(path), './/*[@name="statement" or @name="_step"]') | changes
        answer = self.browser.post(f"{self.site.address}{path}", fields, timeout=60, allow_redirects=False)
        return answer.status_code

    def approve(self, path: str) -> int:
        """Read a review without a second opinion of one's own, and approve it."""
        answer = self.page(path)
        if "/opinion/" in answer.text:
            fields = _fields(answer, './/button[@name="read"]') | {"read": "1"}
            address = f"{self.site.address}{path.replace('/change/', '/opinion/')}"
            self.browser.post(address, fields, timeout=60, allow_redirects=False)
        address = path.replace("/change/", "/step/approve/")
        fields = _fields(self.page(address), './/*[@name="reason"]')
        answer = self.browser.post(f"{self.site.address}{address}", fields, timeout=60, allow_redirects=False)
        return answer.status_code

    def claims(self, path: str) -> list[str]:
        """Return the addresses of the claims that a list names."""
        found = lxml.html.fromstring(self.page(path).text).xpath("//th[contains(@class, 'field-')]//a/@href")
        return [address.partition("?")[0] for address in found]


def _fields(answer: Any, path: str) -> dict[str, str]:
    page = lxml.html.fromstring(answer.text)
    for form in page.forms:
        if form.xpath(path):
            return {name: value or "" for name, value in form.form_values()}
    raise RuntimeError(f"no form with {path} at {answer.url} ({answer.status_code})")


def tried(act: Callable[[], Any]) -> Any:
    """Return what an act gives, 0 where a server that was killed answered nobody, or what else went wrong."""
    try:
        return act()
    except requests.RequestException:
        return 0
    except RuntimeError as error:
        return str(error)


def again(act: Callable[[], None]) -> None:
    for _ in range(20):
        try:
            act()
        except Exception:  # noqa: BLE001 — a server that was killed takes a moment to let go of its port
            time.sleep(0.5)
        else:
            return
