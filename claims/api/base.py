"""What every address of the API has in common: it reads, for anyone, from anywhere, within a rate."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import QueryDict
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from claims.api.problems import Unprocessable
from claims.client_address import client_address
from claims.search.pages import MAX_PAGE_ROWS, PAGE_ROWS, ListPage, page_of
from claims.text.numbers import parse_int

PAGE_PARAMETERS = frozenset({"page_size", "before", "after"})


class AddressThrottle(AnonRateThrottle):
    """Counts by the client's address, whatever it writes into its headers. The ceiling is shared by the workers."""

    def get_ident(self, request: Request) -> str:
        return client_address(request)

    def parse_rate(self, rate: str | None) -> Any:
        most, seconds = super().parse_rate(rate)
        return (max(1, most // settings.API_COUNTERS) if most else most), seconds


class ReadView(GenericAPIView):
    """A view that answers GET, HEAD and OPTIONS; any origin may read it, and no cookie is looked at."""

    http_method_names = ["get", "head", "options"]
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (AddressThrottle,)
    renderer_classes = (JSONRenderer,)
    pagination_class = None
    lookup_field = "slug"
    #: The names a query may have; None where those of another API are let through.
    parameters: frozenset[str] | None = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.parameters is not None and (unknown := set(request.query_params) - self.parameters):
            known = ", ".join(sorted(self.parameters)) or "none here"
            raise Unprocessable({name: [f"There is no such parameter; those there are: {known}."] for name in unknown})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        return response

    def page(self, rows: Any, row: Any, *, key: str = "sequence") -> Response:
        """Return one page of rows, greatest key first, each as `row` makes it, with the addresses of its neighbours."""
        state, size = self.page_state("")
        return self.pages(page_of(rows, self.request.query_params, state, key=key, size=size), row)

    def page_state(self, state: str) -> tuple[str, int]:
        """Return the query string of a list with its page size, and the size; raises Unprocessable."""
        size = int_parameter(self.request.query_params, "page_size", PAGE_ROWS, most=MAX_PAGE_ROWS)
        return "&".join(part for part in (state, f"page_size={size}" if size != PAGE_ROWS else "") if part), size

    def pages(self, found: ListPage, row: Any) -> Response:
        here = self.request.build_absolute_uri(self.request.path)
        return Response(
            {
                "count": found.count,
                "is_count_exceeded": found.is_count_exceeded,
                "previous": f"{here}?{found.newer_query}" if found.newer_query else None,
                "next": f"{here}?{found.older_query}" if found.older_query else None,
                "results": [row(item) for item in found.rows],
            }
        )


def int_parameter(query: QueryDict, name: str, default: int, *, most: int, least: int = 1) -> int:
    """Return a parameter that is a whole number between two bounds; raises Unprocessable."""
    text = query.get(name)
    if text is None or text == "":
        return default
    number = parse_int(text)
    if number is None or not least <= number <= most:
        raise Unprocessable({name: [f"Give a whole number from {least} to {most}."]})
    return number
