"""Google's Fact Check Tools API, claims:search (v1alpha1), answered from our reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from claims import matching, search
from claims.api import schemas
from claims.api.base import ReadView, int_parameter
from claims.api.problems import Unprocessable
from claims.interchange.formats import google
from claims.interchange.formats.claimreview import verdict_words
from claims.matching.nearest import nearest
from claims.models import Card, Publication
from claims.search.pages import MAX_PAGE_ROWS

PAGE_ROWS = 10  # the API's own default
MAX_QUERY = 1000  # characters
MAX_LANGUAGE = 35
_STATUSES = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
MAX_MATCHES = 2_000  # of a query, the newest


class ClaimSearch(ReadView):
    """The reviews that have some words, as Google's Fact Check Tools API tells them. The newest come first."""

    parameters = None

    def handle_exception(self, exc: Exception) -> Response:
        """Answer errors as Google does, by which its clients tell people what is wrong."""
        response = super().handle_exception(exc)
        problem = response.data
        told = [f"{name}: {' '.join(said)}" for name, said in problem.get("errors", {}).items()]
        code = response.status_code
        status = _STATUSES.get(code, "UNKNOWN")
        response.data = {"error": {"code": code, "message": " ".join(told) or problem["detail"], "status": status}}
        response.content_type = "application/json"
        return response

    @extend_schema(
        operation_id="claims_search",
        parameters=[
            OpenApiParameter("query", str, description="Words; or give a reviewPublisherSiteFilter."),
            OpenApiParameter("reviewPublisherSiteFilter", str, description="The reviewer’s site, such as afp.com."),
            OpenApiParameter("languageCode", str, description="Of the claim, such as en-US; its first part counts."),
            OpenApiParameter("maxAgeDays", schemas.MAX_AGE, description="Since the review was published."),
            OpenApiParameter("pageSize", schemas.PAGE_SIZE, description="Claims of a page."),
            OpenApiParameter("pageToken", str, description="The `nextPageToken` of the page before."),
            OpenApiParameter("offset", schemas.OFFSET, description="Claims to leave out, where there is no pageToken."),
        ],
        responses=schemas.of_google(),
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        size = int_parameter(given, "pageSize", PAGE_ROWS, most=MAX_PAGE_ROWS)
        rows = self._found(given).defer("statement")
        if given.get("pageToken"):
            rows = rows.filter(sequence__lt=int_parameter(given, "pageToken", 0, most=10**9, least=0))
            offset = 0
        else:
            offset = int_parameter(given, "offset", 0, most=schemas.OFFSET["maximum"], least=0)
        found = list(rows.order_by("-sequence")[offset : offset + size + 1])
        words, site = verdict_words(), f"{request.scheme}://{request.get_host()}"
        answer: dict[str, Any] = {"claims": [google.claim(row.record, site, words) for row in found[:size]]}
        if len(found) > size:
            answer["nextPageToken"] = str(found[size - 1].sequence)
        return Response({name: value for name, value in answer.items() if value})

    def _found(self, given: Any) -> Any:
        query, site = given.get("query", "").strip(), given.get("reviewPublisherSiteFilter", "").strip()
        if not query and not site:
            raise Unprocessable({"query": ["Give a query, or a reviewPublisherSiteFilter."]})
        if len(query) > MAX_QUERY or "\0" in query + site:
            raise Unprocessable({"query": [f"Give at most {MAX_QUERY} characters, none of them zero."]})
        if len(given.get("languageCode", "")) > MAX_LANGUAGE:
            raise Unprocessable({"languageCode": ["Give a language code, such as en-US."]})
        rows = Publication.shown.current().reviews()
        if query:
            matches = search.find(query)
            newest = matches.sequences.tolist() if matches else []
            rows = rows.filter(sequence__in=newest[:MAX_MATCHES] or self._alike(query))
        if site:
            rows = rows.filter(reviewer__in=self._reviewers(site))
        if language := given.get("languageCode", "").partition("-")[0]:
            rows = rows.filter(Q(language__iexact=language) | Q(language__istartswith=f"{language}-"))
        if days := int_parameter(given, "maxAgeDays", 0, most=schemas.MAX_AGE["maximum"], least=0):
            rows = rows.filter(published_at__gte=timezone.now() - timedelta(days=days))
        return rows

    def _alike(self, query: str) -> list[int]:
        """Return the places of the reviews that answer a text, or else are near it in meaning."""
        with matching.turn.taken():
            answers = [found.publication for found in matching.match(query, limit=matching.MAX_RESULTS).found]
        return [row.sequence for row in answers or nearest(query, besides=set())]

    def _reviewers(self, site: str) -> Any:
        """Return the reviewers whose site it is; our own host is ours."""
        host = site.lower().removeprefix("www.")[:200]
        named = Q(record__url__icontains=f"//{host}") | Q(record__url__icontains=f"//www.{host}")
        if host == self.request.get_host().lower().removeprefix("www."):
            named |= Q(subject=settings.REVIEWER_SLUG)
        return Card.objects.filter(named, source__isnull=False).values("source")
