"""Addresses of pages, told apart and found the same."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

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
