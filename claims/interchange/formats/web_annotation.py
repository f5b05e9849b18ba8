"""Where claims stand in articles, as a W3C Web Annotation collection (Recommendation of 2017-02-23). Pure.

Positions count Unicode code points of the article's normalised text, which stands at an address of its own as
text/plain; the quote decides. On the article's own page the quote alone is told, and where the text is our digest
that page is not named: it does not have these words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from claims.interchange.formats import json_stream
from claims.record.headline import answer_in_our_words
from claims.vocabulary import TextRights

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def write(documents: Iterable[dict[str, Any]], site: str) -> Iterator[bytes]:
    """Yield an AnnotationPage with one annotation for each appearance of each record."""
    opening = {"@context": CONTEXT, "id": f"{site}/claims/", "type": "AnnotationPage"}
    return json_stream.document(
        opening, "items", (annotation for values in documents for annotation in of_record(values, site))
    )


def of_record(values: dict[str, Any], site: str) -> Iterator[dict[str, Any]]:
    """Yield the annotations of one record: the claim's wording describes the quote, the verdict assesses it."""
    page = f"{site}/claims/{values['slug']}/v/{values['number']}/"
    for number, item in enumerate(values["appearances"], 1):
        bodies = [_text(values["statement"], values["language"], "describing")]
        bodies.append(_text(answer_in_our_words(values), None, "assessing"))
        yield {
            "id": f"{page}#appearance-{number}",
            "type": "Annotation",
            "motivation": "assessing",
            "created": values["published_at"],
            "creator": {"type": "Organization", "name": values["reviewer"]["name"]},
            "body": [*bodies, {"id": page, "type": "Text", "format": "text/html", "purpose": "linking"}],
            "target": _targets(item, site),
        }


def _targets(item: dict[str, Any], site: str) -> list[dict[str, Any]]:
    """Return where the quote stands: in the text that we keep and show, and on the article's own page."""
    article = item["article"]
    quote: dict[str, Any] = {
        "type": "TextQuoteSelector",
        "exact": item["exact"],
        **{name: item[name] for name in ("prefix", "suffix") if item[name]},
    }
    found: list[dict[str, Any]] = []
    if article.get("rights") != TextRights.FULL_TEXT_PRIVATE:
        selectors: list[dict[str, Any]] = [quote]
        if item["start"] is not None and item["end"] is not None:
            selectors.append({"type": "TextPositionSelector", "start": item["start"], "end": item["end"]})
        found.append({"source": f"{site}/articles/{article['slug']}/text.txt", "selector": selectors})
    if article["url"] and article.get("rights") != TextRights.DIGEST:  # whose words stand on our page alone
        state = {
            **({"sourceDate": f"{article['accessed_on']}T00:00:00Z"} if article["accessed_on"] else {}),
            **({"cached": article["archived_url"]} if article["archived_url"] else {}),
        }
        there = {"source": article["url"], "selector": [quote]}
        found.append({**there, "state": {"type": "TimeState", **state}} if state else there)
    return found or [{"source": f"{site}/articles/{article['slug']}/", "selector": [quote]}]


def _text(value: str, language: str | None, purpose: str) -> dict[str, Any]:
    body = {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}
    return {**body, "language": language} if language else body
