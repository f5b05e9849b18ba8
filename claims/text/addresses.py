"""Addresses: of pages elsewhere, found the same; and of what is known by its name only. Pure."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import NAMESPACE_URL, uuid5

from anyascii import anyascii
from django.utils.text import slugify

TRACKING = ("utm_", "fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga", "__twitter")


def same_address(url: str) -> str:
    """Return what an address has in common with all its spellings: no scheme, www, last slash or tracking."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.casefold()
    if parts.scheme not in {"http", "https"}:
        return url.casefold()
    told = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not key.casefold().startswith(TRACKING)
    ]
    host = (parts.netloc or "").casefold().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if told else ''}{urlencode(sorted(told))}"


def slug_of_name(name: str, what: str) -> str:
    """Return the address here of what is known by its name only; `what` stands for one of no letters.

    Of names that are partly in other letters the Latin part alone says too little ("Россия 1"): each has its own.
    """
    latin = slugify(name)
    if not latin or all(slugify(letter) for letter in name if letter.isalnum()):
        return former_slug_of_name(name, what)
    return f"{slugify(anyascii(name))[:80].strip('-')}-{_digits_of(name)}"


def former_slug_of_name(name: str, what: str) -> str:
    """Return the same as it was until 2026-11-27, by which what was imported before is known."""
    return slugify(name)[:100] or f"{what}-{_digits_of(name)}"


def _digits_of(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).hex[:12]
