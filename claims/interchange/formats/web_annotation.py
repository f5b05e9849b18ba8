"""Where claims stand in articles, as a W3C Web Annotation collection (Recommendation of 2017-02-23). Pure.

Positions count Unicode code points of the article's normalised text; the quote decides. Where the text is
our digest, the annotation is of our page: the article does not have these words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from claims.interchange.formats import json_stream
from claims.interchange.formats.claimreview import verdict_words
from claims.vocabulary import TextRights

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def write(documents: Iterable[dict[str, Any]], site: str) -> Iterator[bytes]:
    """Yield an AnnotationPage with one annotation for each appearance of each record."""
    words = verdict_words()
    opening = {"@context": CONTEXT, "id": f"{site}/claims/", "type": "AnnotationPage"}
    return json_stream.document(
        opening, "items", (annotation for values in documents for annotation in of_record(values, site, words))
    )


def of_record(values: dict[str, Any], site: str, words: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the annotations of one record: the claim's wording describes the quote, the verdict assesses it."""
    page = f"{site}/claims/{values['slug']}/v/{values['number']}/"
    for number, item in enumerate(values["appearances"], 1):
        bodies = [_text(values["statement"], values["language"], "describing")]
        if values["verdict"]:
            bodies.append(_text(words[values["verdict"]], None, "assessing"))
        yield {
            "id": f"{page}#appearance-{number}",
            "type": "Annotation",
            "motivation": "assessing",
            "created": values["published_at"],
            "creator": {"type": "Organization", "name": values["reviewer"]["name"]},
            "body": [*bodies, {"id": page, "type": "Text", "format": "text/html", "purpose": "linking"}],
            "target": _target(item, site),
        }


def _target(item: dict[str, Any], site: str) -> dict[str, Any]:
    article = item["article"]
    selectors = [
        {
            "type": "TextQuoteSelector",
            "exact": item["exact"],
            **{name: item[name] for name in ("prefix", "suffix") if item[name]},
        }
    ]
    if item["start"] is not None and item["end"] is not None:
        selectors.append({"type": "TextPositionSelector", "start": item["start"], "end": item["end"]})
    page = f"{site}/articles/{article['slug']}/"
    if article.get("rights") == TextRights.DIGEST:  # the words stand on our page alone
        return {"source": page, "selector": selectors}
    target = {"source": article["url"] or page, "selector": selectors}
    state = {
        **({"sourceDate": f"{article['accessed_on']}T00:00:00Z"} if article["accessed_on"] else {}),
        **({"cached": article["archived_url"]} if article["archived_url"] else {}),
    }
    return {**target, "state": {"type": "TimeState", **state}} if state else target


def _text(value: str, language: str | None, purpose: str) -> dict[str, Any]:
    body = {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}
    return {**body, "language": language} if language else body
