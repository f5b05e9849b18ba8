"""Claims and their versions, articles, sources, topics and corrections, as JSON."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from claims import matching
from claims.api import schemas
from claims.api.base import PAGE_PARAMETERS, ReadView, int_parameter
from claims.api.problems import Unprocessable
from claims.interchange import changes
from claims.matching.nearest import nearest_to
from claims.models import Card, Publication
from claims.record import cards
from claims.search.filter_fields import end_of_day
from claims.search.filters import PublicationFilters
from claims.search.pages import page_of_selection

VERSIONS = 500  # of one claim

_page_parameters = [
    OpenApiParameter("page_size", schemas.PAGE_SIZE, description="Rows of a page."),
    OpenApiParameter("before", str, description="The place that `next` names."),
    OpenApiParameter("after", str, description="The place that `previous` names."),
]
_as_of = OpenApiParameter("as_of", OpenApiTypes.DATE, description="What stood at the end of that day.")


class ClaimList(ReadView):
    """The reviews that stand, or stood on the day `as_of`: the same filters as the public list."""

    queryset = Publication.shown.none()
    filterset_class = PublicationFilters
    parameters = PAGE_PARAMETERS | PublicationFilters.base_filters.keys()

    @extend_schema(
        operation_id="claims_list",
        parameters=[*schemas.filters(PublicationFilters), *_page_parameters],
        responses=schemas.page_of(
            "Claim",
            nearest={
                **schemas.several_of("Claim"),
                "description": "Where `q` finds fewer than three: those nearest in meaning, in any language.",
            },
        ),
    )
    def get(self, request: Request) -> Response:
        filters = PublicationFilters(request.query_params, queryset=Publication.shown.none())
        if not filters.is_valid():
            raise Unprocessable({name: list(errors) for name, errors in filters.errors.items()})
        state, size = self.page_state(filters.query())
        found = page_of_selection(
            filters.selection, Publication.shown.all(), request.query_params, state, order=filters.order, size=size
        )
        answer = self.pages(found, lambda row: claim(request, row))
        near = nearest_to(filters, found) if filters.search_result else []
        answer.data["nearest"] = [claim(request, row) for row in near]
        return answer


class ClaimDetail(ReadView):
    """What we say of a claim now, or what we said on a day; a retraction is what stands, too."""

    parameters = frozenset({"as_of"})

    @extend_schema(operation_id="claims_read", parameters=[_as_of], responses=schemas.one("Claim"))
    def get(self, request: Request, slug: str) -> Response:
        publications = Publication.shown.with_recheck()
        if "as_of" not in request.query_params:
            return Response(claim(request, get_object_or_404(publications.current(), slug=slug)))
        try:
            moment = end_of_day(request.query_params["as_of"])
        except ValidationError as error:
            raise Unprocessable({"as_of": error.messages}) from error
        newest = get_object_or_404(Publication.shown.current(), slug=slug)
        return Response(claim(request, get_object_or_404(publications.as_of(moment), claim_id=newest.claim_id)))


class MatchView(ReadView):
    """The published claims that answer a text, best first, with reasons. A verdict holds for its claim only."""

    parameters = frozenset({"text", "language", "limit"})

    @extend_schema(
        operation_id="match",
        parameters=[
            OpenApiParameter("text", schemas.MATCH_TEXT, required=True, description="A sentence, a post, a paragraph."),
            OpenApiParameter(
                "language", str, description="Of the text, such as en; else told by its letters and words."
            ),
            OpenApiParameter("limit", schemas.MATCH_LIMIT, description="Matches, at most."),
        ],
        responses=schemas.one("Matches"),
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        text, language = given.get("text", ""), given.get("language", "")
        if not text.strip() or "\0" in text or len(text) > matching.MAX_CHARACTERS:
            raise Unprocessable({"text": [f"Give 1 to {matching.MAX_CHARACTERS} characters, none of them zero."]})
        if len(language) > 35 or "\0" in language:
            raise Unprocessable({"language": ["Give a language code, such as en."]})
        limit = int_parameter(given, "limit", 5, most=matching.MAX_RESULTS)
        with matching.turn.taken():
            matched = matching.match(text, language=language, limit=limit)
        answer = matching.as_json(matched)
        for row, found in zip(answer["matches"], matched.found, strict=True):
            row["url"] = request.build_absolute_uri(found.publication.get_absolute_url())
        return Response(answer)


class VersionList(ReadView):
    """Every version of a claim, newest first."""

    @extend_schema(operation_id="versions_list", responses=schemas.several("Claim"))
    def get(self, request: Request, slug: str) -> Response:
        newest = get_object_or_404(Publication.shown.current(), slug=slug)
        versions = Publication.shown.filter(claim_id=newest.claim_id).order_by("-number")[:VERSIONS]
        return Response([claim(request, version) for version in versions])


class CorrectionList(ReadView):
    """Every correction and retraction, newest first."""

    parameters = PAGE_PARAMETERS

    @extend_schema(operation_id="corrections_list", parameters=_page_parameters, responses=schemas.page_of("Claim"))
    def get(self, request: Request) -> Response:
        rows = Publication.shown.corrections_and_retractions()
        return self.page(rows, lambda row: claim(request, row))


class ChangeList(ReadView):
    """What changed for readers since a place: of each claim that did, what they see of it now.

    Begin without `since`; go on with the `since` of the last answer. A claim may be told again with nothing new. An
    entry without a record is withheld or redacted: a copy drops it. Retractions and mergers are records of that kind.
    """

    parameters = frozenset({"since"})

    @extend_schema(
        operation_id="changes_list",
        parameters=[OpenApiParameter("since", str, description="The place that the last answer named.")],
        responses=schemas.one("Changes"),
    )
    def get(self, request: Request) -> Response:
        try:
            some = changes.changes(request.query_params.get("since", ""))
        except changes.CursorError as error:
            raise Unprocessable({"since": [f"{error}."]}) from error
        found = [change.as_json() for change in some.found]
        return Response({"results": found, "since": some.since, "is_end": some.is_end})


class ArticleList(ReadView):
    """The articles that carry claims we reviewed, the newest first."""

    parameters = PAGE_PARAMETERS

    @extend_schema(operation_id="articles_list", parameters=_page_parameters, responses=schemas.page_of("Article"))
    def get(self, request: Request) -> Response:
        articles = Card.objects.articles().defer("text")
        return self.page(articles, lambda row: article(request, row), key="article_id")


class ArticleDetail(ReadView):
    """An article; its claims are those of /api/v1/claims?article=SLUG."""

    @extend_schema(operation_id="articles_read", responses=schemas.one("Article"))
    def get(self, request: Request, slug: str) -> Response:
        found = get_object_or_404(Card.objects.articles(), subject=slug)
        return Response({**article(request, found), "text": found.text})


class SourceList(ReadView):
    """Those who made claims that we reviewed, and whose reviews these are."""

    parameters = PAGE_PARAMETERS

    @extend_schema(operation_id="sources_list", parameters=_page_parameters, responses=schemas.page_of("Source"))
    def get(self, request: Request) -> Response:
        return self.page(Card.objects.sources(), lambda row: source(request, row), key="source_id")


class SourceDetail(ReadView):
    """A source: a person, an organisation, a state, an outlet."""

    @extend_schema(operation_id="sources_read", responses=schemas.one("Source"))
    def get(self, request: Request, slug: str) -> Response:
        return Response(source(request, get_object_or_404(Card.objects.sources(), subject=slug)))


class TopicList(ReadView):
    """The topics that claims we reviewed are on."""

    parameters = PAGE_PARAMETERS

    @extend_schema(operation_id="topics_list", parameters=_page_parameters, responses=schemas.page_of("Topic"))
    def get(self, request: Request) -> Response:
        return self.page(Card.objects.topics(), lambda row: topic(request, row), key="topic_id")


class TopicDetail(ReadView):
    """A topic; its claims are those of /api/v1/claims?topic=SLUG."""

    @extend_schema(operation_id="topics_read", responses=schemas.one("Topic"))
    def get(self, request: Request, slug: str) -> Response:
        return Response(topic(request, get_object_or_404(Card.objects.topics(), subject=slug)))


class Nothing(ReadView):
    """Every other address under /api/."""

    parameters = None

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        raise Http404


def claim(request: Request, publication: Publication) -> dict[str, Any]:
    return {
        "url": request.build_absolute_uri(publication.get_absolute_url()),
        "version_url": request.build_absolute_uri(publication.get_version_url()),
        "is_current": publication.is_current,
        "record_hash": publication.record_hash,
        "chain_hash": publication.chain_hash,
        "record": publication.record,
    }


def article(request: Request, card: Card) -> dict[str, Any]:
    told = cards.ArticleCard.model_validate(card.record)
    return {
        "url": request.build_absolute_uri(card.get_absolute_url()),
        "slug": card.subject,
        "title": told.title,
        "authors": told.authors,
        "publisher": told.publisher.slug if told.publisher else None,
        "original_url": told.url,
        "archived_url": told.archived_url,
        "published_on": told.published_on,
        "published_on_precision": told.published_on_precision,
        "published_until": told.published_until,
        "published_reason": told.published_reason,
        "language": told.language,
    }


def source(request: Request, card: Card) -> dict[str, Any]:
    told = cards.SourceCard.model_validate(card.record)
    return {
        "url": request.build_absolute_uri(card.get_absolute_url()),
        "slug": card.subject,
        "name": told.name,
        "kind": told.type,
        "country": told.country,
        "description": told.description,
        "website": told.url,
        "merged_into": told.merged_into,
    }


def topic(request: Request, card: Card) -> dict[str, Any]:
    url = request.build_absolute_uri(card.get_absolute_url())
    return {"url": url, "slug": card.subject, "name": card.name, "merged_into": card.merged_into or None}
