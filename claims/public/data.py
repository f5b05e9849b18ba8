"""Our data for people who take it: what there is, what its columns mean, under what licence, and how to ask for it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.interchange import data_package
from claims.interchange.exports import FORMATS, Format
from claims.interchange.formats import csv
from claims.models import Publication
from claims.record import chain
from claims.search import Selection
from claims.search.pages import MAX_PAGE_ROWS, PAGE_ROWS

MEASURED = 50  # reviews, the newest, by which the size of a whole file is judged

#: For whom each format is.
PURPOSES = {
    "fixture": _("Everything, every version: fills another copy of this product, or any Django program."),
    "jsonl": _("The whole record of each claim, one to a line: for programs and data tools."),
    "csv": _("One row per claim: for pandas, R, DuckDB and databases."),
    "csv-bom": _("The same, with a byte-order mark by which Excel and LibreOffice read accents and other scripts."),
    "claimreview": _("For search engines and collections of fact-checks (schema.org)."),
    "google": _("As Google’s Fact Check Tools API answers."),
    "annotation": _("The quotes in their articles, for annotation tools (W3C)."),
    "stix": _("For threat-intelligence platforms (OASIS)."),
}


class Offer(NamedTuple):
    """A format as it is offered: its address, and about how many bytes the whole of it has."""

    name: str
    format: Format
    purpose: Any
    address: str
    size: int | None


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Every format with its rows, size and date, what the columns mean, and the licence."""
    end, standing = chain.end_of_chain()[1], Selection.standing()
    rows = standing.count
    newest = _newest()
    addresses = _addresses(request)
    context = {
        "offers": [
            Offer(name, chosen, PURPOSES[name], reverse("data:export", args=[name]), _size(name, end, rows))
            for name, chosen in FORMATS.items()
        ],
        "rows": rows,
        "taken_back": standing.ended().count,
        "newest": newest,
        "columns": csv.COLUMNS,
        "dataset": data_package.dataset(_site(request), _moment(newest), addresses),
        "newest_hash": end,
    }
    return render(request, "claims/data.html", context)


@require_safe
def package(request: HttpRequest) -> JsonResponse:
    """datapackage.json of what stands now."""
    newest = _newest()
    made = data_package.package(_site(request), _moment(newest), _addresses(request), {})
    return JsonResponse(made, json_dumps_params={"indent": 2})


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """The API for people: what to ask, how often, and where its description is."""
    rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    most, _slash, period = str(rates["anon"]).partition("/")
    words = {
        "s": _("%(most)s requests a second"),
        "m": _("%(most)s requests a minute"),
        "h": _("%(most)s requests an hour"),
        "d": _("%(most)s requests a day"),
    }
    rate = words[period[:1]] % {"most": most}
    return render(request, "claims/api.html", {"rate": rate, "rows": PAGE_ROWS, "most": MAX_PAGE_ROWS})


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _addresses(request: HttpRequest) -> dict[str, str]:
    return {name: request.build_absolute_uri(reverse("data:export", args=[name])) for name in FORMATS}


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _newest() -> Any:
    return Publication.shown.order_by("-sequence").values_list("published_at", flat=True).first()


@lru_cache(maxsize=64)
def _size(name: str, end: str, rows: int) -> int | None:
    """Return about how many bytes a whole file has, by those of the newest reviews; kept for one end of the chain.

    Of a fixture nothing is said: what its claims have in common is in it once.
    """
    if name == "fixture":
        return None
    newest = Publication.shown.current().order_by("-sequence").values_list("sequence", flat=True)[:MEASURED]
    places = list(newest)
    written = sum(map(len, FORMATS[name].write(Publication.shown.at_places(places), "https://example.org")))
    return round(written / len(places) * max(rows, len(places))) if places else 0
