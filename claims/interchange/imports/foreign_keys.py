"""Keys of the sources, topics and articles that records name; what is missing is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claims.models import Article, Source, Topic, bulk
from claims.record import ArticleRef, Record, SourceRef
from claims.text import anchors
from claims.text.addresses import slug_of_name
from claims.vocabulary import DatePrecision, TextRights

KNOWN = 100_000  # sources, topics and articles whose keys are remembered between batches


class ForeignKeys:
    """Primary keys of the sources, topics and articles that records name; what is missing is made."""

    def __init__(self) -> None:
        self.sources: dict[str, int] = {}
        self.topics: dict[str, int] = {}
        self.articles: dict[str, int] = {}

    def source(self, reference: SourceRef | None) -> int | None:
        return self.sources[reference.slug] if reference else None

    def learn(self, documents: list[Record]) -> None:
        """Know every key that the documents name, making the rows that are not here."""
        for known in (self.sources, self.topics, self.articles):
            if len(known) > KNOWN:
                known.clear()
        sources = {source.slug: source for document in documents for source in _sources_of(document)}
        _make(
            Source,
            self.sources,
            {slug: _source(source) for slug, source in sources.items() if slug not in self.sources},
        )
        topics = {topic.slug: topic for document in documents for topic in document.topics}
        _make(
            Topic,
            self.topics,
            {slug: Topic(slug=slug, name=t.name[:120]) for slug, t in topics.items() if slug not in self.topics},
        )
        articles = {item.article.slug: item.article for document in documents for item in document.appearances}
        missing = {slug: article for slug, article in articles.items() if slug not in self.articles}
        _make(Article, self.articles, {slug: self._article(article) for slug, article in missing.items()})

    def _article(self, article: ArticleRef) -> Article:
        return Article(
            slug=article.slug,
            title=article.title[:300],
            authors=article.authors[:300],
            publisher_id=self.source(article.publisher),
            url=article.url,
            archived_url=article.archived_url,
            published_on=article.published_on,
            published_on_precision=article.published_on_precision or DatePrecision.DAY,
            published_until=article.published_until,
            published_reason=(article.published_reason or "")[:300],
            accessed_on=article.accessed_on,
            language=article.language,
            rights=article.rights or TextRights.FULL_TEXT_PRIVATE,
            text_sha256=anchors.sha256(""),
        )


def _source(source: SourceRef) -> Source:
    return Source(slug=source.slug, name=source.name[:200], kind=source.kind.value, url=source.url)


def _make(model: Any, known: dict[str, int], missing: dict[str, Any]) -> None:
    """Remember the keys of rows by slug, adding those that are not in the database."""
    slugs = list(missing)
    known.update(model.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    new = [row for slug, row in missing.items() if slug not in known]
    if not new:
        return
    columns = [field.attname for field in model._meta.local_concrete_fields]
    rows: list[bulk.Row] = []
    for row, key in zip(new, bulk.reserved_keys(model, len(new)), strict=True):
        row.pk = known[row.slug] = key
        rows.append({name: getattr(row, name) for name in columns})
    bulk.insert(model, rows)
    bulk.begin_history(model, rows)


def _sources_of(document: Record) -> Iterator[SourceRef]:
    named = [document.reviewer, document.claimant, *(item.publisher for item in document.evidence)]
    named += [source for item in document.appearances for source in (item.article.publisher, item.reported)]
    named += [item.asked for item in document.replies or ()]
    named += [named_source(trail.origin) for trail in document.trails if trail.origin and not trail.repeats]
    yield from (source for source in named if source)


def named_source(name: str) -> SourceRef:
    """Return a source that is known by its name only."""
    slug = slug_of_name(name, "source")
    return SourceRef.model_validate({"slug": slug, "name": name, "kind": "organisation", "url": ""})
