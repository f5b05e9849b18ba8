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

    Names in other letters may be spelt alike in Latin ones: each has an address of its own.
    """
    plain = slugify(name)[:100]
    if plain and all(slugify(letter) for letter in name if letter.isalnum()):
        return plain
    return f"{slugify(anyascii(name))[:80].strip('-') or what}-{uuid5(NAMESPACE_URL, name).hex[:12]}"
