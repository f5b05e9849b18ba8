"""manage.py snapshot FOLDER: what readers may take, of one moment, in every format, with checksums."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from claims.interchange import data_package
from claims.interchange.exports import FORMATS, file_name, write_atomically, written
from claims.management.progress import LongCommand, Progress
from claims.models import Publication
from claims.search import Selection


class Command(LongCommand):
    when_stopped = "The snapshot is not whole: its checksums are written last. Delete its folder."
    help = "Write every public format, as they are now, into FOLDER/DATE, with datapackage.json and SHA256SUMS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        moment = timezone.now()
        folder = options["folder"] / f"{moment:%Y-%m-%d}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            raise CommandError(f"{folder} is there already: a snapshot is never changed.") from error
        except OSError as error:
            raise CommandError(f"Cannot make {folder}: {error.strerror}.") from error
        standing = Selection.standing()
        places = [*standing.sequences, *standing.ended().sequences]
        names = {name: file_name(name) for name in FORMATS}
        files, sums = {}, []
        for name, file in names.items():
            counter = _Counter(Progress(self.stderr, f"bytes of {file}"))
            reviews = Publication.shown.at_places(places)
            content = written(name, reviews, settings.SITE_URL, are_all=True)
            write_atomically(folder / file, counter.passing(content))
            files[name] = {"bytes": counter.count, "hash": f"sha256:{counter.digest.hexdigest()}"}
            sums.append(f"{counter.digest.hexdigest()}  {file}\n")
        package = data_package.package(settings.SITE_URL, moment.isoformat(), names, files)
        described = json.dumps(package, ensure_ascii=False, indent=2).encode()
        write_atomically(folder / "datapackage.json", [described])
        sums.append(f"{hashlib.sha256(described).hexdigest()}  datapackage.json\n")
        write_atomically(folder / "SHA256SUMS", ["".join(sums).encode()])
        self.stdout.write(f"{folder}: {len(places):,} claims in {len(names)} formats. Check: sha256sum -c SHA256SUMS")


class _Counter:
    """Counts and hashes what passes."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.count, self.digest = progress, 0, hashlib.sha256()

    def passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.count += len(chunk)
            self.digest.update(chunk)
            self.progress.at(self.count)
            yield chunk
