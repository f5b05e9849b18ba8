"""Ceilings on what one address may send in an hour. It is kept for about two hours, as a keyed hash."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from claims.client_address import client_address
from claims.models import RequestCount

HOUR = 3600  # seconds


def is_exceeded(request: HttpRequest, what: str, most: int) -> bool:
    """Count the request; True once over the limit in this hour."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    told = f"{settings.SECRET_KEY}|{what}|{hour.isoformat()}|{client_address(request)}"
    return RequestCount.objects.add(hashlib.sha256(told.encode()).hexdigest(), hour) > most
