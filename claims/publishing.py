"""From a claim to its public record, and the chain that publications form.

Below workflow.py, which decides whether to publish, and interchange/store.py, which brings in
what was published elsewhere; nothing else calls `append`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from pydantic import ValidationError

from claims import record, search
from claims.models import Appearance, Article, Claim, Evidence, Publication, Source, Topic, locks
from claims.vocabulary import PublicationKind

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def our_desk() -> Source:
    """Return the Source that stands for us as reviewer; unsaved until the first publication."""
    ours = Source.objects.filter(slug=settings.REVIEWER_SLUG).first()
    return ours or Source(slug=settings.REVIEWER_SLUG, name=settings.REVIEWER_NAME)


def record_of(claim: Claim, *, kind: PublicationKind, note: str, number: int) -> record.Record:
    """Return the public record of a claim as it stands; a retraction keeps only what was claimed.

    Relations are named only where the other claim is public too.
    """
    is_retraction = kind == PublicationKind.RETRACTION
    evidence = () if is_retraction else tuple(_evidence_of(claim))
    relations = () if is_retraction else tuple(_relations_of(claim))
    return record.Record(
        uid=claim.uid,
        slug=claim.slug,
        number=number,
        kind=kind,
        note=note,
        published_at=timezone.now().replace(microsecond=0),
        reviewer=_reference(our_desk()),
        statement=claim.statement,
        claimant=_source(claim.claimant),
        made_on=claim.made_on,
        made_on_precision=claim.made_on_precision,
        language=claim.language,
        topics=tuple(record.TopicRef(slug=topic.slug, name=topic.name) for topic in claim.topics.all()),
        verdict=None if is_retraction else claim.verdict,
        confidence=None if is_retraction else claim.confidence,
        confidence_scale=claim.confidence_scale,
        summary="" if is_retraction else claim.summary,
        rationale="" if is_retraction else claim.rationale,
        evidence=evidence,
        appearances=tuple(_appearance(item) for item in _appearances_of(claim)),
        relations=relations,
    )


def append(document: record.Record, *, submitted_by: User | None, approved_by: User | None) -> Publication:
    """Add a record at the end of the chain and make it the claim's current publication.

    The sources, topics and articles it names must exist. Call it inside a transaction.
    """
    locks.wait_for(locks.CHAIN)
    if document.reviewer.slug == settings.REVIEWER_SLUG and (ours := our_desk()).pk is None:
        ours.save()
    last = Publication.objects.in_chain_order().last()
    Publication.objects.current().filter(claim_id=document.uid).update(is_current=False)
    as_json = document.as_json()
    record_hash = record.record_hash(as_json)
    columns = Publication.columns_of(document)
    sources = {name: columns.pop(f"{name}__slug") for name in ("claimant", "reviewer")}
    publication: Publication = Publication.objects.create(
        **columns,
        **{name: Source.objects.get(slug=slug) for name, slug in sources.items() if slug},
        sequence=last.sequence + 1 if last else 1,
        record=as_json,
        record_hash=record_hash,
        chain_hash=record.chain_hash(last.chain_hash if last else record.CHAIN_START, record_hash, document.number),
        submitted_by=submitted_by,
        approved_by=approved_by,
    )
    publication.topics.set(Topic.objects.filter(slug__in=[topic.slug for topic in document.topics]))
    publication.articles.set(Article.objects.filter(slug__in=[item.article.slug for item in document.appearances]))
    search.seal()
    return publication


def chain_faults() -> Iterator[str]:
    """Recompute the whole chain in order and yield what is wrong, the first fault first.

    Each fault names the publication. Constant memory; a sound chain yields nothing.
    """
    previous, place = record.CHAIN_START, 0
    publications = (
        Publication.objects.in_chain_order()
        .select_related("claimant", "reviewer")
        .prefetch_related("topics", "articles")
    )
    for publication in publications.iterator(chunk_size=2000):
        place += 1
        name = _name(publication)
        if publication.sequence != place:
            missing = f"{place}" if publication.sequence == place + 1 else f"{place} to {publication.sequence - 1}"
            yield f"{name}: the record before it was removed (place {missing} of the chain is empty)"
            place = publication.sequence
        elif fault := _fault(publication, previous):
            yield f"{name}: {fault}"
        previous = publication.chain_hash
    for publication in Publication.objects.not_rightly_current():
        yield f"{_name(publication)}: whether it is the current version was changed"


def _name(publication: Publication) -> str:
    return f"publication {publication.sequence} ({publication.slug}, version {publication.number})"


def _fault(publication: Publication, previous: str) -> str:
    """Return what is wrong with one publication that should follow `previous`, or ""."""
    try:
        expected = record.record_hash(publication.record)
        differing = list(publication.columns_that_differ())
    except (ValidationError, ValueError, TypeError):
        return "its record was changed and is no valid record"
    if expected != publication.record_hash:
        return "its record was changed (the record's hash differs)"
    if differing:
        return f"its column {', '.join(differing)} was changed and no longer says what the record says"
    if record.chain_hash(previous, publication.record_hash, publication.number) != publication.chain_hash:
        return "it does not follow the record before it (changed, removed or reordered)"
    return ""


def _source(source: Source | None) -> record.SourceRef | None:
    return _reference(source) if source else None


def _reference(source: Source) -> record.SourceRef:
    return record.SourceRef(slug=source.slug, name=source.name, kind=source.kind, url=source.url)


def _evidence_of(claim: Claim) -> Iterator[record.EvidenceRecord]:
    items = list(claim.evidence.select_related("publisher", "origin", "origin_evidence"))
    places = {item.pk: place for place, item in enumerate(items, 1)}
    for item in items:
        yield _evidence(item, places.get(item.origin_evidence_id))


def _appearances_of(claim: Claim) -> list[Appearance]:
    return list(claim.appearances.select_related("article__publisher").order_by("article__slug", "start", "uid"))


def _relations_of(claim: Claim) -> Iterator[record.RelationRecord]:
    for relation in claim.relations_from.select_related("to_claim").order_by("kind", "to_claim__uid"):
        public = Publication.objects.current().reviews().filter(claim_id=relation.to_claim.uid).first()
        if public:
            yield record.RelationRecord(kind=relation.kind, slug=public.slug, statement=public.statement)


def _evidence(item: Evidence, traces_to: int | None) -> record.EvidenceRecord:
    return record.EvidenceRecord(
        title=item.title,
        url=item.url,
        archived_url=item.archived_url,
        publisher=_source(item.publisher),
        published_on=item.published_on,
        stance=item.stance,
        excerpt=item.excerpt,
        note=item.note,
        reliability=item.reliability,
        credibility=item.credibility,
        origin=item.origin_name,
        traces_to=traces_to,
    )


def _appearance(item: Appearance) -> record.AppearanceRecord:
    article = item.article
    return record.AppearanceRecord(
        article=record.ArticleRef(
            slug=article.slug,
            title=article.title,
            authors=article.authors,
            publisher=_source(article.publisher),
            url=article.url,
            archived_url=article.archived_url,
            published_on=article.published_on,
            accessed_on=article.accessed_on,
            language=article.language,
        ),
        exact=item.exact,
        prefix=item.prefix,
        suffix=item.suffix,
        start=item.start if item.stands else None,
        end=item.end if item.stands else None,
        paragraph=item.paragraph,
        attribution=item.attribution,
        stance=item.stance,
    )
