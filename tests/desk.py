"""Builders: people of each role, and claims in each state, through the real workflow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection
from django.utils import timezone

from claims import workflow
from claims.interchange.formats.external_review import ExternalReview
from claims.interchange.imports import waiting
from claims.interchange.imports.batches import Importer
from claims.interchange.imports.external_reviews import Reading
from claims.models import Appearance, Article, Batch, Card, Claim, Evidence, Publication, Source, Topic, triggers
from claims.vocabulary import ImportKind

_numbers = count(1)


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """Run a block that changes or deletes what is append-only."""
    triggers.remove(connection)
    try:
        yield
    finally:
        triggers.ensure(connection)


def importer(*, by: User | None = None, kind: ImportKind | None = None, into_empty: bool | None = None) -> Importer:
    """Who imports, on the command line or on the desk, into what is here now."""
    if into_empty is None:
        into_empty = kind is None and not (Publication.objects.exists() or Card.objects.exists())
    return Importer(by, "theirs", "0" * 64, into_empty, kind)


def approve_batch(batch: Batch | None = None, *, by: User | None = None) -> Batch:
    """Publish what waits of a batch, the newest one, as two people do."""
    batch = batch or Batch.objects.first()
    assert batch
    found = batch.proposals.filter(state="waiting").first()
    proposal = found or workflow.batches.submit(batch, by=person("administrator"))
    workflow.cards.approve(proposal, by=by or person("approver"), seal=proposal.seal)
    waiting.publish(batch)
    return batch


def records_file(path: Path, *statements: str) -> Path:
    """A file of JSON Lines of ours, with reviews by AFP."""
    reading = Reading(timezone.now())
    records = [reading.record_of(ExternalReview(claim=words, rating="False", reviewer="AFP")) for words in statements]
    path.write_bytes(b"".join(orjson.dumps(made.as_json()) + b"\n" for made in records))
    return path


def person(role: str, username: str = "") -> User:
    """A signed-up member of the desk in one role."""
    username = username or f"{role}-{next(_numbers)}"
    user: User = User.objects.create_user(username, password=f"{username}-password", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def source(slug: str = "ministry", **fields: Any) -> Source:
    return Source.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "kind": "government", **fields})[0]


def topic(slug: str = "treaty") -> Topic:
    return Topic.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


TEXT = "A ministry said that ten ships came in May. Nobody saw them.\n\nReportedly, coal was on board."


def article(slug: str = "an-article", **fields: Any) -> Article:
    values = {
        "title": "Ten ships",
        "text": TEXT,
        "rights": "digest",
        "publisher": source("gazette", kind="news_outlet"),
    }
    return Article.objects.get_or_create(slug=slug, defaults={**values, **fields})[0]


def claim(**fields: Any) -> Claim:
    """A draft with everything a review needs but the evidence."""
    number = next(_numbers)
    values = {
        "slug": f"claim-{number}",
        "statement": f"Ten ships came in May, says report {number}.",
        "claimant": source(),
        "made_on": date(2025, 1, 30),
        "verdict": "false",
        "confidence": 80,
        "summary": "Port records show no ship.",
        "rationale": "The harbour log lists *none*.",
    }
    return Claim.objects.create(**{**values, **fields})


def with_evidence(draft: Claim, **fields: Any) -> Claim:
    values = {"title": "Harbour log", "stance": "refutes", "reliability": "B", "credibility": "2"}
    Evidence.objects.create(claim=draft, **{**values, **fields})
    return draft


def appear(made: Claim, where: Article, exact: str, **fields: Any) -> Appearance:
    found = Appearance(claim=made, article=where, exact=exact, **fields)
    found.full_clean()
    found.save()
    return found


def awaiting(draft: Claim | None = None, *, editor: User | None = None) -> Claim:
    """A claim that an editor submitted for approval."""
    editor = editor or person("editor")
    draft = draft or with_evidence(claim())
    workflow.take("start_review", draft, by=editor)
    return workflow.take("submit", draft, by=editor)


def approve(made: Claim, *, by: User | None = None) -> Claim:
    """Approve what is proposed of a claim, as read."""
    proposal = workflow.proposals.waiting(made)
    assert proposal
    return workflow.take("approve", made, by=by or person("approver"), proposal=proposal.seal)


def retracted(made: Claim, note: str) -> Publication:
    """The tombstone that two people put in a published claim's place."""
    approve(workflow.take("retract", made, by=person("editor"), note=note))
    return Publication.objects.current().get(claim_id=made.uid)


def published(draft: Claim | None = None, *, approver: User | None = None, **fields: Any) -> Publication:
    """A claim's first publication."""
    draft = draft or with_evidence(claim(**fields))
    approve(awaiting(draft), by=approver)
    return Publication.objects.current().get(claim_id=draft.uid)


def shown_anew(row: Any, **changes: Any) -> None:
    """Change a working row, and let two people show it so to readers."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    proposal = workflow.cards.propose(row, by=person("editor"))
    workflow.cards.approve(proposal, by=person("approver"), seal=proposal.seal)


def republished(
    publication: Publication, *, step: str = "correct", note: str = "We misread it.", **fields: Any
) -> Publication:
    """The next publication of a claim, with some fields changed."""
    made = publication.claim
    workflow.take("recheck", made, by=person("editor"), reason="New documents.")
    Claim.objects.filter(pk=made.pk).update(**fields)
    approve(workflow.take(step, made, by=person("editor"), note=note))
    return Publication.objects.current().get(claim_id=made.uid)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let everybody act at the same instant; return what came of it, errors by name."""
    barrier, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            act()
            outcomes[number] = "done"
        except (workflow.WorkflowError, DatabaseError) as error:
            outcomes[number] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
