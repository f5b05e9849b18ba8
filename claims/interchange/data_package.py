"""What we give away as data, described for machines: a Data Package (frictionlessdata.io) and a schema.org Dataset."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from claims.interchange.exports import FORMATS
from claims.interchange.formats import csv


def package(
    site: str, moment: str | None, addresses: dict[str, str], files: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return datapackage.json: a resource for each format that has an address or path.

    `files` has what is known of each beside that: its bytes and its hash. `moment` is when it was made (RFC 3339).
    """
    title = settings.LICENCE_NAME or settings.LICENCE_URL or "All rights reserved"
    licence = {"name": title.replace(" ", "-"), "title": title}
    if settings.LICENCE_URL:
        licence["path"] = settings.LICENCE_URL
    return {
        "name": "claims",
        "title": f"{settings.SITE_NAME}: {_('claims and verdicts')}",
        "homepage": site,
        **({"created": moment} if moment else {}),
        "licenses": [licence],
        "resources": [_resource(name, path) | files.get(name, {}) for name, path in addresses.items()],
    }


def _resource(name: str, path: str) -> dict[str, Any]:
    chosen = FORMATS[name]
    media_type = chosen.media_type.partition(";")[0]
    made = {"name": name, "path": path, "title": chosen.label, "mediatype": media_type, "encoding": "utf-8"}
    if not name.startswith("csv"):
        return made | {"format": chosen.ending}
    fields = [
        {"name": column, "type": told.type, "description": told.says}
        | ({"format": "any"} if told.type == "datetime" else {})
        for column, told in csv.COLUMNS.items()
    ]
    return made | {"profile": "tabular-data-resource", "format": "csv", "schema": {"fields": fields}}


def dataset(site: str, moment: str | None, addresses: dict[str, str]) -> dict[str, Any]:
    """Return the same as a schema.org Dataset, by which search engines for data find it."""
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{site}/data/",
        "url": f"{site}/data/",
        "name": f"{settings.SITE_NAME}: {_('claims and verdicts')}",
        "description": _("Claims, what we concluded about them, how sure we are, and the evidence."),
        "creator": {"@type": "Organization", "name": settings.REVIEWER_NAME, "url": f"{site}/"},
        **({"dateModified": moment} if moment else {}),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": FORMATS[name].label,
                "encodingFormat": FORMATS[name].media_type.partition(";")[0],
                "contentUrl": address,
            }
            for name, address in addresses.items()
        ],
    }
    return described | {"license": settings.LICENCE_URL} if settings.LICENCE_URL else described
