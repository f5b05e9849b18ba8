"""Numbers out of addresses and forms, where anybody may write anything."""

from __future__ import annotations

MOST_DIGITS = 18  # fits every database's integer


def whole(text: object) -> int | None:
    """Return a whole number of at most MOST_DIGITS digits, or None for any other text."""
    digits = str(text or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS else None
