"""The API's OpenAPI 3.1 description: our own shapes, the record as its published JSON Schema says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from claims import matching
from claims.api.problems import MEDIA_TYPE
from claims.record import Record
from claims.search.pages import MAX_PAGE_ROWS
from claims.vocabulary import MatchTier

_REFERENCE = "#/components/schemas/{model}"
_TEXT = {"type": "string"}
_MERGED = {"type": ["string", "null"], "description": "The slug of what stands for it, where it is merged."}
_ADDRESS = {"type": "string", "format": "uri"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

PAGE_SIZE = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_ROWS}
MATCH_TEXT = {"type": "string", "minLength": 1, "maxLength": matching.MAX_CHARACTERS}
MATCH_LIMIT = {"type": "integer", "minimum": 1, "maximum": matching.MAX_RESULTS}
MAX_AGE: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 36_500}
OFFSET: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 1000}
_DAYS = {"made_from", "made_to", "as_of"}
_SINGLE = {"q", "sort", *_DAYS}


def _shape(optional: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


SHAPES: dict[str, dict[str, Any]] = {
    "Claim": _shape(
        url=_ADDRESS,
        version_url=_ADDRESS,
        is_current={"type": "boolean"},
        record_hash=_HASH,
        chain_hash=_HASH,
        record={"$ref": _REFERENCE.format(model="Record")},
    ),
    "Article": _shape(
        ("text",),
        url=_ADDRESS,
        slug=_TEXT,
        title=_TEXT,
        authors=_TEXT,
        publisher={"type": ["string", "null"]},
        original_url=_TEXT,
        archived_url=_TEXT,
        published_on={"type": ["string", "null"], "format": "date"},
        published_on_precision={"enum": ["month", "year", None], "description": "None where it is a plain day."},
        published_until={"type": ["string", "null"], "format": "date", "description": "The last day of a span."},
        published_reason={"type": ["string", "null"], "description": "Why the date is known no better."},
        language=_TEXT,
        text=_TEXT,
    ),
    "Source": _shape(
        url=_ADDRESS,
        slug=_TEXT,
        name=_TEXT,
        kind=_TEXT,
        country=_TEXT,
        description=_TEXT,
        website=_TEXT,
        merged_into=_MERGED,
    ),
    "Matches": _shape(
        method={"enum": list(matching.METHODS)},
        note={"enum": ["", "no_model", "other_language"], "description": "Why words alone decided."},
        matches={"type": "array", "items": {"$ref": _REFERENCE.format(model="Match")}},
    ),
    "Match": _shape(
        url=_ADDRESS,
        slug=_TEXT,
        statement=_TEXT,
        verdict=_TEXT,
        tier={"enum": MatchTier.values},
        likelihood={"type": "number", "minimum": 0, "maximum": 1},
        similarity={"type": ["number", "null"], "description": "Of meaning, -1 to 1."},
        overlap={"type": "number", "description": "Share of the text's telling words that the claim has, by weight."},
        shared_words={"type": "array", "items": _TEXT},
        mismatches={"type": "array", "items": {"enum": ["negation", "numbers"]}},
    ),
    "Changes": _shape(
        results={"type": "array", "items": {"$ref": _REFERENCE.format(model="Change")}},
        since={**_TEXT, "description": "Where the next changes begin."},
        is_end={"type": "boolean", "description": "Whether nothing more has changed for now."},
    ),
    "Change": _shape(
        uid={"type": "string", "format": "uuid"},
        reason={"enum": ["published", "withheld", "redacted"]},
        record={"oneOf": [{"$ref": _REFERENCE.format(model="Record")}, {"type": "null"}]},
    ),
    "Topic": _shape(url=_ADDRESS, slug=_TEXT, name=_TEXT, merged_into=_MERGED),
    "Problem": _shape(
        ("errors",),
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        errors={"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}},
    ),
}


def add_shapes(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Put our shapes, the record's, the licence and what each operation is for into the description.

    A hook of drf-spectacular. The first sentence of a view's docstring is its summary; nobody has to sign in.
    """
    whole = Record.model_json_schema(mode="serialization", ref_template=_REFERENCE)
    parts = whole.pop("$defs")
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(parts | {"Record": whole} | SHAPES)
    named = settings.LICENCE_NAME or "All rights reserved"
    result["info"]["license"] = {"name": named, **({"url": settings.LICENCE_URL} if settings.LICENCE_URL else {})}
    result["security"] = []
    result["paths"].pop("/v1alpha1/claims:search", None)  # the same as under /api/
    for operations in result["paths"].values():
        for operation in operations.values():
            told = " ".join(operation.get("description", "").split())
            first, _, operation["description"] = told.partition(". ")
            operation["summary"] = first.removesuffix(".")
    return result


def one(name: str) -> dict[Any, Any]:
    """Return the answers of a view of one object."""
    return _answers({"$ref": _REFERENCE.format(model=name)})


def several(name: str) -> dict[Any, Any]:
    return _answers(several_of(name))


def page_of(name: str, **more: Any) -> dict[Any, Any]:
    """Return the answers of a view of a page; `more` are members besides its rows."""
    neighbour = {"type": ["string", "null"], "format": "uri"}
    return _answers(
        _shape(
            count={"type": "integer", "description": "Exact up to a limit."},
            is_count_exceeded={"type": "boolean", "description": "Whether there are more than `count`."},
            previous=neighbour,
            next=neighbour,
            results=several_of(name),
            **more,
        )
    )


def several_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": _REFERENCE.format(model=name)}}


_FAULTS = {
    400: "A parameter cannot be understood.",
    404: "There is nothing public here.",
    405: "The API only reads.",
    429: "Too many requests; Retry-After says when.",
    503: "This site is busy with other work; Retry-After says when.",
}


def _answers(good: dict[str, Any], fault: dict[str, Any] | None = None, media: str = MEDIA_TYPE) -> dict[Any, Any]:
    """Return what may be answered: the good answer, or a fault, which is told as a problem where nothing else is."""
    fault = fault or {"$ref": _REFERENCE.format(model="Problem")}
    bad = {(status, media): OpenApiResponse(fault, description=words) for status, words in _FAULTS.items()}
    return {(200, "application/json"): good, **bad}


def of_google() -> dict[Any, Any]:
    """Return the answers of claims:search, which are Google's."""
    review = _shape(
        ("publisher", "url", "title", "reviewDate", "textualRating", "languageCode"),
        publisher=_shape(("name", "site"), name=_TEXT, site=_TEXT),
        url=_TEXT,
        title=_TEXT,
        reviewDate=_TEXT,
        textualRating=_TEXT,
        languageCode=_TEXT,
    )
    claim = _shape(
        ("claimant", "claimDate"),
        text=_TEXT,
        claimant=_TEXT,
        claimDate=_TEXT,
        claimReview={"type": "array", "items": review},
    )
    good = _shape(("claims", "nextPageToken"), claims={"type": "array", "items": claim}, nextPageToken=_TEXT)
    error = _shape(error=_shape(code={"type": "integer"}, message=_TEXT, status=_TEXT))
    answers = _answers(good, error, "application/json")
    del answers[404, "application/json"]  # a search that finds nothing is one
    return answers


def filters(filterset: Any) -> list[OpenApiParameter]:
    """Return the parameters of a filter set: each may stand several times, but for single ones."""
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.DATE if name in _DAYS else str,
            description=str(item.label),
            enum=[value for value, _ in item.extra["choices"]] if "choices" in item.extra else None,
            many=name not in _SINGLE,
        )
        for name, item in filterset.base_filters.items()
    ]
