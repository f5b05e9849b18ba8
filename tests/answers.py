"""What an address answers, read as its reader reads it."""

from dataclasses import dataclass

import feedparser
import html5lib

from claims.models import Publication


def get(client, address, status=200, **query):
    answer = client.get(address, query)
    assert answer.status_code == status, answer.content
    return answer.json()


def feed_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    return found


@dataclass(frozen=True)
class ListPage:
    """A page of a list of claims as a browser has it: the claims, and the queries of its neighbours."""

    rows: list[Publication]
    newer_query: str
    older_query: str


def list_page(client, address):
    """Return the page of a list, its claims in the order shown."""
    answer = client.get(address)
    assert answer.status_code == 200
    links = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False).iter("a")
    slugs, neighbours = [], {"prev": "", "next": ""}
    for link in links:
        parts = link.get("href").strip("/").split("/")
        if len(parts) == 2 and parts[0] == "claims" and link.get("href").endswith("/"):
            slugs.append(parts[1])
        if link.get("rel") in neighbours:
            neighbours[link.get("rel")] = link.get("href").removeprefix("?")
    found = {publication.slug: publication for publication in Publication.objects.current()}
    return ListPage([found[slug] for slug in slugs], neighbours["prev"], neighbours["next"])
