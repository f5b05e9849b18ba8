"""Public records into the database, in batches: claims, what they name, publications and their places in the chain.

Each batch is one transaction, so an import that is killed has whole claims only, and done again it
finds what is here and goes on. The same record twice changes nothing; a record that differs from
the one of its claim and number here is refused; nothing here is overwritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import batched, islice
from typing import Any
from uuid import UUID, uuid5

from django.db import DatabaseError, transaction
from django.utils.text import slugify

from claims.models import Appearance, Article, Claim, Evidence, Publication, Source, Topic, bulk, locks
from claims.models.defaults import uuid7
from claims.record import ArticleRef, Record, SourceRef, chain
from claims.record.chain import Version
from claims.text import anchors
from claims.vocabulary import AnchorState, PublicationKind, Status

BATCH = 1000  # records
KNOWN = 100_000  # sources, topics and articles whose keys are remembered between batches
NAMESPACE = UUID("d3b3b1f4-3c8e-5a53-8a52-0f3d1f6d9a10")  # of working rows made from records


@dataclass(frozen=True)
class Problem:
    """What was not taken: where it stands in the file, why, and the value at fault."""

    place: str
    reason: str
    value: str = ""


@dataclass
class Intake:
    """What an import did so far; `on_problem` hears of each thing refused or to be looked at."""

    on_problem: Callable[[Problem], None]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def summary(self) -> str:
        """What was done, in a sentence."""
        counts = self.counts
        return (
            f"{counts['claims']:,} claims and {counts['versions']:,} new versions added; {counts['same']:,} already"
            f" here; {counts['refused']:,} refused; {counts['doubts']:,} doubts."
        )

    def refuse(self, place: str, reason: str, value: str = "") -> None:
        self.counts["refused"] += 1
        self.on_problem(Problem(place, reason, value))


@dataclass(frozen=True)
class Placed:
    """A record with its place in the file it comes from.

    One made of a review elsewhere has no version of its own: it is the next one here if it says anything new.
    """

    place: str
    record: Record
    values: dict[str, Any] | None = None  # the record's JSON values, where they are known
    is_external: bool = False


def take(
    records: Iterable[Placed], intake: Intake, *, progress: Callable[[], None] = lambda: None, is_trial: bool = False
) -> None:
    """Add records in batches; a trial does all of it in one transaction and then undoes it."""
    keys = _Keys()
    with transaction.atomic() if is_trial else nullcontext():
        for batch in batched(records, BATCH, strict=False):
            if not _took(batch, intake, keys):
                keys = _Keys()  # what was undone is forgotten
                for placed in batch:
                    if not _took((placed,), intake, keys):
                        intake.refuse(placed.place, "the database does not take it", placed.record.slug)
                        keys = _Keys()
            progress()
        if is_trial:
            transaction.set_rollback(True)


def _took(batch: tuple[Placed, ...], intake: Intake, keys: _Keys) -> bool:
    """Take a batch in a transaction of its own; whether the database let it, with nothing changed or told if not."""
    problems: list[Problem] = []
    attempt = Intake(on_problem=problems.append)
    try:
        with transaction.atomic():
            locks.wait_for(locks.CHAIN)
            _take_batch(batch, attempt, keys)
    except DatabaseError:
        return False
    intake.counts.update(attempt.counts)
    for problem in problems:
        intake.on_problem(problem)
    return True


def _take_batch(batch: tuple[Placed, ...], intake: Intake, keys: _Keys) -> None:
    new = list(_new(batch, intake))
    if not new:
        return
    documents = [version.record for version in new]
    keys.learn(documents)
    newest = {document.uid: document for document in documents}
    _write_claims(list(newest.values()), keys)
    chain.append(new)
    intake.counts["claims"] += sum(document.number == 1 for document in documents)
    intake.counts["versions"] += sum(document.number > 1 for document in documents)


class RefusedError(Exception):
    """A record that may not come in: why, and the value at fault."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


class SameError(Exception):
    """A record that says what is here already."""


def _new(batch: tuple[Placed, ...], intake: Intake) -> Iterator[Version]:
    """Yield the versions that are not here and may come in."""
    desk = _Desk(batch)
    here = ExistingState([placed.record for placed in batch], desk.addresses)
    for placed in batch:
        try:
            document = desk.next_version(placed.record, here) if placed.is_external else placed.record
            version = Version.of(document, None if placed.is_external else placed.values)
            here.accept(version)
            desk.refuse_worked_on(document)
            if placed.is_external:
                desk.standing[document.uid] = document.as_json()
            yield version
        except SameError:
            intake.counts["same"] += 1
        except RefusedError as refused:
            intake.refuse(placed.place, refused.reason, refused.value)


class ExistingState:
    """What is published of the claims of some records, and what of the records was accepted: which version may come next."""

    def __init__(self, documents: Sequence[Record], addresses: Mapping[str, UUID] | None = None) -> None:
        uids, slugs = {document.uid for document in documents}, {document.slug for document in documents}
        publications = Publication.objects.filter(claim_id__in=uids).values_list("claim_id", "number", "record_hash")
        self.hashes = {(uid, number): digest for uid, number, digest in publications}
        self.last: Counter[UUID] = Counter()
        for uid, number in self.hashes:
            self.last[uid] = max(self.last[uid], number)
        self.owners = dict(Publication.objects.filter(slug__in=slugs).values_list("slug", "claim_id"))
        self.owners |= addresses or {}

    def accept(self, version: Version) -> None:
        """Take a version as the next of its claim; raises SameError or RefusedError."""
        document = version.record
        known = self.hashes.get((document.uid, document.number))
        if known == version.digest:
            raise SameError
        if known:
            raise RefusedError("this version is here with another content; a record is never changed", document.slug)
        if document.number != self.last[document.uid] + 1:
            expected = self.last[document.uid] + 1
            raise RefusedError(f"the next version of this claim here is {expected}", str(document.number))
        if self.owners.setdefault(document.slug, document.uid) != document.uid:
            raise RefusedError("this is the address of another claim", document.slug)
        self.hashes[document.uid, document.number] = version.digest
        self.last[document.uid] = document.number


#: What every version has of its own.
_OF_A_VERSION = ("number", "kind", "note", "published_at", "slug")


class _Desk:
    """What the desk has to do with the claims of a batch."""

    def __init__(self, batch: tuple[Placed, ...]) -> None:
        uids = {placed.record.uid for placed in batch}
        slugs = {placed.record.slug for placed in batch}
        self.addresses = dict(Claim.objects.filter(slug__in=slugs).values_list("slug", "uid"))
        at_work = Claim.objects.filter(uid__in=uids).exclude(status__in=[Status.PUBLISHED, Status.RETRACTED])
        self.worked_on = set(at_work.values_list("uid", flat=True))
        external = [placed.record.uid for placed in batch if placed.is_external]
        current = Publication.objects.current().filter(claim_id__in=external)
        self.standing = dict(current.values_list("claim_id", "record"))

    def refuse_worked_on(self, document: Record) -> None:
        if document.uid in self.worked_on:
            raise RefusedError("the desk is working on this claim; publish or drop that first", document.slug)

    def next_version(self, document: Record, here: ExistingState) -> Record:
        """Return a review by others as the next version of what stands of it here."""
        standing = self.standing.get(document.uid)
        if standing is None:
            return document
        if not standing.get("imported"):
            raise RefusedError("our own review of this claim stands here", document.slug)
        values = document.as_json()
        if all(values[name] == standing.get(name) for name in values if name not in _OF_A_VERSION):
            raise SameError
        changed = {"number": here.last[document.uid] + 1, "kind": PublicationKind.UPDATE, "slug": standing["slug"]}
        return document.model_copy(update=changed)


def _write_claims(documents: list[Record], keys: _Keys) -> None:
    """Make the working rows of claims that have none; of those that have one, only the status moves."""
    existing = set(Claim.objects.filter(uid__in=[document.uid for document in documents]).values_list("uid", flat=True))
    for status in (Status.PUBLISHED, Status.RETRACTED):
        moved = [d.uid for d in documents if d.uid in existing and _status(d) == status]
        if moved:
            Claim.objects.filter(uid__in=moved).exclude(status=status).update(status=status)
    new = [document for document in documents if document.uid not in existing]
    if not new:
        return
    pairs = list(zip(bulk.reserved_keys(Claim, len(new)), new, strict=True))
    claims = [{"id": pk, **_claim(document, keys)} for pk, document in pairs]
    bulk.insert(Claim, claims)
    bulk.insert(Claim.history.model, [_history(row) for row in claims], has_keys=False)
    _link(Claim.topics.through, "claim_id", "topic_id", _topic_links(pairs, keys))
    appearances = [row for pk, document in pairs for row in _appearances(pk, document, keys)]
    bulk.insert(Appearance, appearances, has_keys=False)
    reserved = iter(bulk.reserved_keys(Evidence, sum(len(document.evidence) for document in new)))
    evidence = [row for pk, document in pairs for row in _evidence(pk, document, keys, reserved)]
    bulk.insert(Evidence, sorted(evidence, key=lambda row: row["origin_evidence_id"] is not None))


def _status(document: Record) -> Status:
    return Status.RETRACTED if document.is_retraction else Status.PUBLISHED


def _claim(document: Record, keys: _Keys) -> bulk.Row:
    return {
        "uid": document.uid,
        "slug": document.slug,
        "statement": document.statement,
        "claimant_id": keys.source(document.claimant),
        "made_on": document.made_on,
        "made_on_precision": document.made_on_precision.value,
        "language": document.language,
        "status": _status(document).value,
        "verdict": document.verdict.value if document.verdict else "",
        "confidence": document.confidence,
        "confidence_scale": document.confidence_scale.value,
        "summary": document.summary,
        "rationale": document.rationale,
        "assigned_to_id": None,
        "submitted_by_id": None,
        "submitted_at": None,
        "due_on": None,
        "version": 1,
        "created": document.published_at,
        "modified": document.published_at,
    }


def _history(row: bulk.Row) -> bulk.Row:
    of_the_save = {"history_date": row["modified"], "history_type": "+", "history_user_id": None}
    return {**row, **of_the_save, "history_change_reason": "Imported"}


def _topic_links(rows: Iterable[tuple[int, Record]], keys: _Keys) -> Iterator[tuple[int, int]]:
    for pk, document in rows:
        for topic in document.topics:
            yield pk, keys.topics[topic.slug]


def _link(through: Any, row: str, other: str, links: Iterable[tuple[int, int]]) -> None:
    rows = [{row: pk, other: other_pk} for pk, other_pk in dict.fromkeys(links)]
    bulk.insert(through, rows, has_keys=False)


def _appearances(claim_pk: int, document: Record, keys: _Keys) -> Iterator[bulk.Row]:
    seen = set()
    for item in document.appearances:
        place = (item.article.slug, item.start, item.end)
        if item.start is not None and place in seen:
            continue
        seen.add(place)
        yield {
            "uid": uuid7(),
            "claim_id": claim_pk,
            "article_id": keys.articles[item.article.slug],
            "exact": item.exact,
            "prefix": item.prefix[-200:],
            "suffix": item.suffix[:200],
            "start": item.start,
            "end": item.end,
            "paragraph": item.paragraph,
            "attribution": item.attribution[:200],
            "stance": item.stance.value,
            "anchor_state": AnchorState.SAME.value,
        }


def _evidence(claim_pk: int, document: Record, keys: _Keys, reserved: Iterator[int]) -> list[bulk.Row]:
    """Return the rows of a claim's evidence, each under the key it will have, with the earlier item it traces to."""
    trails = document.trails
    pks = list(islice(reserved, len(trails)))
    return [
        {
            "id": pk,
            "uid": uuid7(),
            "claim_id": claim_pk,
            "title": item.title[:300],
            "url": item.url,
            "archived_url": item.archived_url,
            "publisher_id": keys.source(item.publisher),
            "published_on": item.published_on,
            "stance": item.stance.value,
            "excerpt": item.excerpt,
            "note": item.note,
            "reliability": item.reliability.value,
            "credibility": item.credibility.value,
            "origin_id": keys.source(_named(trail.origin)) if trail.origin and not trail.repeats else None,
            "origin_evidence_id": pks[trail.repeats - 1] if trail.repeats else None,
        }
        for pk, item, trail in zip(pks, document.evidence, trails, strict=True)
    ]


class _Keys:
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
            accessed_on=article.accessed_on,
            language=article.language,
            text_sha256=anchors.sha256(""),
        )


def _source(source: SourceRef) -> Source:
    return Source(slug=source.slug, name=source.name[:200], kind=source.kind.value, url=source.url)


def _make(model: Any, known: dict[str, int], missing: dict[str, Any]) -> None:
    """Remember the keys of rows by slug, adding those that are not in the database."""
    slugs = list(missing)
    known.update(model.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    made = model.objects.bulk_create([row for slug, row in missing.items() if slug not in known])
    for row in made:
        known[row.slug] = row.pk
    if made:
        model.history.bulk_history_create(made, default_change_reason="Imported", batch_size=BATCH)


def _sources_of(document: Record) -> Iterator[SourceRef]:
    named = [document.reviewer, document.claimant, *(item.publisher for item in document.evidence)]
    named += [item.article.publisher for item in document.appearances]
    named += [_named(trail.origin) for trail in document.trails if trail.origin and not trail.repeats]
    yield from (source for source in named if source)


def _named(name: str) -> SourceRef:
    """Return a source that is known by its name only."""
    slug = slugify(name)[:100] or f"source-{uuid5(NAMESPACE, name).hex[:12]}"
    return SourceRef.model_validate({"slug": slug, "name": name, "kind": "organisation", "url": ""})
