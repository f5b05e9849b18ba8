"""From where a request comes: one answer for the API, readers' forms and sign-in."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104 — behind a socket nobody has an address


def client_address(request: HttpRequest) -> str:
    """Return the address of the client: the connection's, or the last that a trusted proxy names and is none itself.

    What stands further left in X-Forwarded-For anybody may have written.
    """
    address = str(request.META.get("REMOTE_ADDR") or NOWHERE)
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while named and _is_trusted(address):
        address = named.pop()
    return address if _is_address(address) else NOWHERE


def _is_trusted(address: str) -> bool:
    if not settings.TRUSTED_PROXIES or not _is_address(address):
        return False
    return any(ip_address(address) in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
