from __future__ import annotations

from typing import Any

from claims import matching
from claims.interchange.imports import waiting
from claims.management.progress import LongCommand, Progress
from claims.models import Batch, bulk


class Command(LongCommand):
    help = (
        "Go on publishing the batches of reviews by others that two people approved; killed, it goes on when run again."
    )
    when_stopped = "What was published stays; run it again and it goes on from there."

    def handle(self, *args: Any, **options: Any) -> None:
        for batch in Batch.objects.to_publish():
            progress = Progress(self.stderr, "reviews", batch.waiting().count())
            left = waiting.publish(batch, progress=progress.at)
            self.stderr.write(self.style.SUCCESS(f"{batch}: {left:,} left."))
        bulk.refresh_statistics()
        if matching.vectors.make_newest(Progress(self.stderr, "vectors").at):
            self.stderr.write("“manage.py reindex --vectors” makes the vectors of the others.")
