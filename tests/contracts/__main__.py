"""Let other people's programs read the demo, served for it: prints a table, and exits 1 where one of them cannot.

By command, not in CI: it installs programs with npm, and needs Node.js, LibreOffice and Chromium.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import requests
import stix2
from python_calamine import CalamineWorkbook

from tests.endurance.site import site

PACKAGES = [
    "@apache-annotator/dom@0.2.0",
    "@apache-annotator/selector@0.2.0",
    "@extractus/oembed-extractor@6.0.0",
    "@googleapis/factchecktools@9.0.0",
    "@redocly/openapi-core@1.34.24",
    "citation-js@0.7.22",
    "feedsmith@3.0.1",
    "jsdom@24.1.3",
    "jsonld@9.0.0",
    "lighthouse@12.8.2",
    "openapi-typescript@7.13.0",
    "rss-parser@3.13.0",
    "sitemapper@4.1.6",
    "structured-data-testing-tool@4.5.0",
]
PAGES = ("", "claims/", "{claim}", "{article}", "{source}", "check/", "data/", "methodology/")
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking"
UTF_8 = "CSV:44,34,76,1"  # LibreOffice's words for commas, double quotes, UTF-8, from the first row


def read_by_programs(address: str, folder: Path) -> Iterator[tuple[str, bool, str]]:
    """Yield what each npm package made of the site."""
    program = Path(__file__).with_name("clients.mjs")
    done = subprocess.run(["node", program, address], cwd=folder, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        found = json.loads(line)
        yield found["client"], found["ok"], found["told"]


def read_by_libreoffice(address: str, folder: Path) -> tuple[str, bool, str]:
    """Open the CSV in LibreOffice: every cell the same text, no truth value, no formula."""
    given = requests.get(f"{address}/export/csv", timeout=60).content
    (folder / "claims.csv").write_bytes(given)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--convert-to", "xlsx"]
    subprocess.run([*command, f"--infilter={UTF_8}", "claims.csv"], cwd=folder, capture_output=True, check=True)
    rows = list(csv.reader(io.StringIO(given.decode("utf-8-sig"), newline="")))
    cells = CalamineWorkbook.from_path(folder / "claims.xlsx").get_sheet_by_index(0).to_python(skip_empty_area=False)
    pairs = [(text, cell) for row, read in zip(rows, cells, strict=True) for text, cell in zip(row, read, strict=True)]
    changed = [pair for pair in pairs if not _is_same(*pair)]
    truths = sum(isinstance(cell, bool) for _text, cell in pairs)
    told = f"{len(pairs)} cells, {len(changed)} changed, {truths} truth values"
    return "LibreOffice Calc", not changed and not truths, f"{told} {changed[:3] or ''}"


def _is_same(text: str, cell: object) -> bool:
    """Whether a cell says what the file does: a number or a day as such, words to the letter."""
    if isinstance(cell, float):
        return bool(text) and float(text) == cell
    if isinstance(cell, str):
        return cell == text.replace("\r\n", "\n")
    return str(cell) == text or str(getattr(cell, "date", lambda: "")()) == text


def read_by_stix2(address: str) -> tuple[str, bool, str]:
    """Parse the STIX bundle strictly."""
    bundle = stix2.parse(requests.get(f"{address}/export/stix", timeout=60).text, allow_custom=False)
    return "stix2", bool(bundle.objects), f"{len(bundle.objects)} objects"


def judged_by_lighthouse(address: str, folder: Path) -> Iterator[tuple[str, bool, str]]:
    """Yield the scores of each kind of page on a phone; a page whose trace Lighthouse lost is asked for again."""
    known = {"source": "sources/our-desk/"}
    for kind in ("claim", "article"):
        found = requests.get(f"{address}/api/v1/{kind}s", timeout=60).json()["results"][0]
        known[kind] = found["url"].removeprefix(f"{address}/")
    chrome = {"CHROME_PATH": "/usr/bin/chromium", **os.environ}
    options = ["--quiet", "--output=json", "--output-path=page.json"]
    options += [f"--chrome-flags={CHROMIUM}", f"--only-categories={','.join(LEAST)}"]
    for page in PAGES:
        path = page.format(**known)
        for _again in range(3):
            command = ["node_modules/.bin/lighthouse", f"{address}/{path}", *options]
            done = subprocess.run(command, cwd=folder, env=chrome, capture_output=True, check=False)
            if not done.returncode:
                break
        else:
            yield f"Lighthouse, phone: /{path}", False, done.stderr.decode()[-300:]
            continue
        result = json.loads((folder / "page.json").read_text())
        scores = {name: round(100 * (found["score"] or 0)) for name, found in result["categories"].items()}
        is_good = all(scores[name] >= least for name, least in LEAST.items())
        yield f"Lighthouse, phone: /{path}", is_good, "/".join(map(str, scores.values()))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="factcheck-clients-") as name:
        folder = Path(name)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, check=True)
        with site("sqlite", folder) as (served, _):
            served.serve()
            return max(1 - shown(*row) for row in readings(served.address, folder))


def readings(address: str, folder: Path) -> Iterator[tuple[str, bool, str]]:
    """Yield of each program whether it reads the site, and what it made of it."""
    yield from read_by_programs(address, folder)
    yield read_by_stix2(address)
    yield read_by_libreoffice(address, folder)
    yield from judged_by_lighthouse(address, folder)


def shown(client: str, is_good: bool, told: str) -> bool:
    sys.stdout.write(f"{'yes' if is_good else 'NO '}  {client}: {told}\n")
    sys.stdout.flush()
    return is_good


if __name__ == "__main__":
    sys.exit(main())
