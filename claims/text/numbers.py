"""Numbers out of addresses and forms, where anybody may write anything. Pure."""

from __future__ import annotations

MOST_DIGITS = 18  # fits every database's integer


def parse_int(text: object) -> int | None:
    """Return the whole number that a stranger wrote, of at most MOST_DIGITS digits, or None for any other text."""
    digits = str(text or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS else None
