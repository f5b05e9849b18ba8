"""From a claim as it stands to its public record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from claims import record
from claims.models import Appearance, Claim, ClaimRelation, Evidence, Publication, Source, Topic, Translation
from claims.models.translations import words_sha256
from claims.vocabulary import PublicationKind


def our_desk() -> Source:
    """Return the Source that stands for us as reviewer; unsaved until the first publication."""
    ours = Source.objects.filter(slug=settings.REVIEWER_SLUG).first()
    return ours or Source(slug=settings.REVIEWER_SLUG, name=settings.REVIEWER_NAME)


def current_of(claim: Claim) -> Publication | None:
    """Return what is published of a claim, a retraction too."""
    found: Publication | None = Publication.objects.current().of_claims(claim.uid).first()
    return found


def kind_of(claim: Claim, current: Publication | None) -> PublicationKind:
    """Return what the claim as it stands would be published as."""
    if current is None:
        return PublicationKind.ORIGINAL
    return PublicationKind.UPDATE if current.verdict == claim.verdict else PublicationKind.CORRECTION


def next_record(claim: Claim, kind: PublicationKind, note: str, current: Publication | None) -> record.Record:
    """Return the record that would follow the current one; raises pydantic.ValidationError where it is none.

    A retraction is made from what is published and the note alone, the rest from the claim as it stands.
    """
    if kind == PublicationKind.RETRACTION and current is not None:
        return tombstone_of(record.parse(current.record), note)
    if kind == PublicationKind.MERGER and current is not None:
        into = Publication.shown.current().reviews().of_claims(claim.merged_into).get()
        return merger_of(record.parse(current.record), into)
    if kind == PublicationKind.ADDITION and current is not None:
        return addition_to(record.parse(current.record), claim)
    return _record_of(claim, kind=kind, note=note, number=current.number + 1 if current else 1)


def tombstone_of(published: record.Record, note: str) -> record.Record:
    """Return what a retraction leaves: who claimed what where, and why the review is taken back."""
    values = published.as_json() | {
        "number": published.number + 1,
        "kind": PublicationKind.RETRACTION,
        "note": note,
        "published_at": _now(),
        **dict.fromkeys(("verdict", "confidence", "imported", "replies", "translations", "reviewed")),
        **dict.fromkeys(("summary", "rationale"), ""),
        **dict.fromkeys(("evidence", "relations"), ()),
    }
    if published.imported is not None:
        values["reviewer"] = record.reference_to(our_desk())
    return record.parse(values)


@dataclass(frozen=True)
class Parts:
    """What a published claim has on the desk and not in its record."""

    appearances: list[Appearance]
    topics: list[Topic]
    relations: list[ClaimRelation]
    translations: list[Translation]

    def __bool__(self) -> bool:
        return any(vars(self).values())


def parts_beyond(claim: Claim, published: record.Record) -> Parts:
    """Return what a claim has besides its published record; relations only to what readers see."""
    shown = Publication.shown.current().reviews().order_by().values("claim_id")
    return Parts(
        _beyond(_appearances_of(claim), published.appearances, lambda item: (item.article.slug, item.exact)),
        list(_topics_beyond(claim, {topic.slug for topic in published.topics})),
        _beyond(_relations_from(claim).filter(to_claim__uid__in=shown), published.relations, _relation),
        _beyond(translations_of(claim, published), published.translations or (), lambda item: item.language),
    )


def _topics_beyond(claim: Claim, published: set[str]) -> Iterator[Topic]:
    """Yield a claim's topics that are not published, neither themselves nor by what stands for them."""
    known = published | {topic.successor.slug for topic in Topic.objects.filter(slug__in=published)}
    for topic in claim.topics.all():
        into = topic.successor.slug
        if not {topic.slug, into} & known:
            known.add(into)
            yield topic


def _relation(item: ClaimRelation | record.RelationRecord) -> tuple[str, str]:
    return item.kind, item.to_claim.slug if isinstance(item, ClaimRelation) else item.slug


def addition_to(published: record.Record, claim: Claim) -> record.Record:
    """Return the published record with what the claim has besides: appearances, topics, relations, translations."""
    more = parts_beyond(claim, published)
    items: dict[str, Iterable[Any]] = {
        "appearances": map(_appearance, more.appearances),
        "topics": map(_topic, more.topics),
        "relations": _related(more.relations),
        "translations": map(_translation, more.translations),
    }
    values = published.as_json() | {
        "number": published.number + 1,
        "kind": PublicationKind.ADDITION,
        "note": "",
        "published_at": _now(),
        "reviewed": published.reviewed or _version(published),
    }
    for name in (name for name in items if getattr(more, name)):
        values[name] = [*values.get(name, ()), *(item.model_dump(mode="json") for item in items[name])]
    return record.parse(values)


def merger_of(published: record.Record, into: Publication) -> record.Record:
    """Return the published record as the last of its claim, naming what it is merged into."""
    successor = {"uid": str(into.claim_id), "slug": into.slug}
    version = {"number": published.number + 1, "kind": PublicationKind.MERGER, "note": "", "published_at": _now()}
    return record.parse(published.as_json() | version | {"successor": successor, "reviewed": None})


def only_adds(values: dict[str, Any], to: dict[str, Any]) -> bool:
    """Whether a record says all that another does, in the same bytes, and has more only where it may."""
    of_the_version, may_grow = (
        {"number", "kind", "note", "published_at", "successor", "reviewed"},
        {"appearances", "topics", "relations", "translations"},
    )
    fixed = (values.keys() | to.keys()) - of_the_version - may_grow
    return all(values.get(name) == to.get(name) for name in fixed) and all(
        values.get(name, [])[: len(to.get(name, []))] == to.get(name, []) for name in may_grow
    )


def languages_told(review: Claim | record.Record) -> set[str]:
    """Return the languages in which readers have a review besides its own."""
    return {item.language for item in review.translations or ()} if isinstance(review, record.Record) else set()


def translations_of(claim: Claim, review: Claim | record.Record) -> list[Translation]:
    """Return the claim's translations of the words of a review; those of other words stay on the desk."""
    words = words_sha256(review)
    return list(claim.translations.filter(of_sha256=words).order_by("language"))


def _beyond[Row](rows: Iterable[Row], published: Iterable[Any], key: Callable[[Any], Any]) -> list[Row]:
    """Return the rows that are more than what is published, counted by what tells them apart."""
    left = Counter(map(key, published))
    more = []
    for row in rows:
        if left[key(row)]:
            left[key(row)] -= 1
        else:
            more.append(row)
    return more


def _version(published: record.Record) -> record.VersionRef:
    return record.VersionRef(**{name: getattr(published, name) for name in record.VersionRef.model_fields})


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def _record_of(claim: Claim, *, kind: PublicationKind, note: str, number: int) -> record.Record:
    """Return the public record of a claim as it stands. Relations are named only where the other claim is public."""
    return record.Record(
        uid=claim.uid,
        slug=claim.slug,
        number=number,
        kind=kind,
        note=note,
        published_at=_now(),
        reviewer=record.reference_to(our_desk()),
        statement=claim.statement,
        claimant=record.source_reference(claim.claimant),
        made_on=claim.made_on,
        made_on_precision=claim.made_on_precision,
        made_until=claim.made_until,
        made_reason=claim.made_reason or None,
        event_on=claim.event_on,
        event_until=claim.event_until,
        event_precision=claim.event_precision if claim.event_on else None,
        language=claim.language,
        topics=tuple(dict.fromkeys(map(_topic, claim.topics.all()))),
        verdict=claim.verdict or None,
        confidence=claim.confidence,
        confidence_scale=claim.confidence_scale,
        summary=claim.summary,
        rationale=claim.rationale,
        evidence=tuple(_evidence_of(claim)),
        appearances=tuple(_appearance(item) for item in _appearances_of(claim)),
        relations=tuple(_related(_relations_from(claim))),
        replies=tuple(_replies_of(claim)) or None,
        translations=tuple(map(_translation, translations_of(claim, claim))) or None,
    )


def _topic(topic: Topic) -> record.TopicRef:
    into = topic.successor
    return record.TopicRef(slug=into.slug, name=into.name)


def _evidence_of(claim: Claim) -> Iterator[record.EvidenceRecord]:
    items = list(claim.evidence.select_related("publisher", "origin", "origin_evidence"))
    places: dict[int | None, int] = {item.pk: place for place, item in enumerate(items, 1)}
    for item in items:
        yield _evidence(item, places.get(item.origin_evidence_id))


def _appearances_of(claim: Claim) -> list[Appearance]:
    return list(
        claim.appearances.select_related("article__publisher", "reported").order_by("article__slug", "start", "uid")
    )


def _replies_of(claim: Claim) -> Iterator[record.ReplyRecord]:
    for item in claim.reply_requests.select_related("asked"):
        yield record.ReplyRecord(
            asked=record.reference_to(item.asked.successor),
            asked_on=item.asked_on,
            channel=item.channel,
            answered_on=item.answered_on,
            answer=item.answer,
        )


def _translation(item: Translation) -> record.TranslationRecord:
    return record.TranslationRecord(language=item.language, summary=item.summary, rationale=item.rationale)


def _relations_from(claim: Claim) -> Any:
    return claim.relations_from.select_related("to_claim").order_by("kind", "to_claim__uid")


def _related(relations: Iterable[ClaimRelation]) -> Iterator[record.RelationRecord]:
    for relation in relations:
        public = Publication.shown.current().reviews().of_claims(relation.to_claim.uid).first()
        if public:
            yield record.RelationRecord(kind=relation.kind, slug=public.slug, statement=public.statement)


def _evidence(item: Evidence, traces_to: int | None) -> record.EvidenceRecord:
    return record.EvidenceRecord(
        title=item.title,
        url=item.url,
        archived_url=item.archived_url,
        publisher=record.source_reference(item.publisher),
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
            publisher=record.source_reference(article.publisher),
            url=article.url,
            archived_url=article.archived_url,
            published_on=article.published_on,
            **record.dating_of(article),
            accessed_on=article.accessed_on,
            language=article.language,
            rights=article.rights,
        ),
        exact=item.exact,
        prefix=item.prefix,
        suffix=item.suffix,
        start=item.start if item.is_anchored else None,
        end=item.end if item.is_anchored else None,
        paragraph=item.paragraph,
        attribution=item.attribution,
        stance=item.stance,
        reported=record.source_reference(item.reported),
    )
