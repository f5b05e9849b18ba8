"""What long work says while it goes on."""

from __future__ import annotations

from time import monotonic
from typing import Any

REPORT_INTERVAL_SECONDS = 3


class Progress:
    """Says every few seconds how many things are done, of how many if that is known, and how fast."""

    def __init__(self, out: Any, things: str, total: int = 0) -> None:
        self.out, self.things, self.total = out, things, total
        self.started = self.said = monotonic()
        self.done = 0

    def at(self, done: int) -> None:
        self.done, now = done, monotonic()
        if now - self.said >= REPORT_INTERVAL_SECONDS:
            of_all = f" of {self.total:,}" if self.total else ""
            self.out.write(f"{done:,}{of_all} {self.things}, {done / (now - self.started):,.0f} a second …")
            self.said = now
