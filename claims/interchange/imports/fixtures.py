"""How a fixture comes in.

An import only ever adds: what is here already and the same is skipped; of what is KEPT_AS_OURS, ours stays where
it differs; anything else that differs is refused. All of it in one transaction: on any problem nothing has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched, groupby
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError as RecordError

from claims import record
from claims.interchange.formats import fixture
from claims.interchange.formats.fixture import FixtureError, Row
from claims.interchange.imports import files, fixture_chain, plain_rows
from claims.interchange.imports.batches import Importer
from claims.models import (
    Alias,
    Article,
    Batch,
    BatchItem,
    Card,
    Claim,
    Comment,
    Page,
    Person,
    Proposal,
    Publication,
    RatingWords,
    SecondOpinion,
    Source,
    Topic,
    Withholding,
    locks,
)
from claims.models.cards import redaction_of
from claims.outages import NotTakenError, all_or_nothing, first_words
from claims.record import cards
from claims.vocabulary import CardKind, ProposalKind, ProposalState, PublicationKind, Status

#: Models whose objects are kept as they are here when a fixture says otherwise.
KEPT_AS_OURS = (User, Source, Topic, Article, Page, RatingWords, Alias)
#: What somebody did or signs by: it comes into an empty database, and later in nobody's name who works here.
ACTS = (Person, Proposal, SecondOpinion, Comment, Withholding)
CHUNK = 500  # objects fetched at a time


@dataclass
class Report:
    """What an import did."""

    added: Counter[str] = field(default_factory=Counter)
    same: int = 0
    kept: list[str] = field(default_factory=list)
    is_rechained: bool = False


def rows_of(path: Path) -> list[Row]:
    """Return the objects of a fixture, packed or not; raises FixtureError, UnreadableError."""
    with files.opened(path) as file:
        return fixture.read(file.read(fixture.MAX_BYTES + 1))


def bring_in(
    rows: list[Row],
    importer: Importer,
    *,
    progress: Callable[[int], None] = lambda done: None,
    is_trial: bool = False,
) -> Report:
    """Add the objects of a fixture in one transaction; raises FixtureError, with nothing changed. A trial is undone."""
    report = Report()
    problems: list[str] = []
    order = {model: place for place, model in enumerate(fixture.MODELS)}
    order[Card] = order[Publication]  # one chain
    seen: dict[tuple[str, str], Row] = {}
    with transaction.atomic():
        locks.wait_for(locks.CHAIN)
        done = 0
        for model, of_model in groupby(sorted(rows, key=lambda row: (order[row.model], *_chain_place(row))), _model_of):
            for batch in batched(of_model, plain_rows.BATCH, strict=False):
                first = [row for row in batch if _twin_of(row, seen) is row]
                problems += [_of_a_twin(row, _twin_of(row, seen)) for row in batch if row not in first]
                if model is Publication:
                    problems += _bring_in_the_chain(first, report, importer)
                elif not _bring_in_quickly(model, first, report):
                    problems += _bring_in_carefully(first, report, importer)
                if len(problems) >= fixture.MAX_ERRORS:
                    words = _("… and possibly more; reading stopped here.")
                    raise FixtureError([*problems[: fixture.MAX_ERRORS], words])
                done += len(batch)
                progress(done)
        if not problems:
            problems = list(_incoherent(rows))
        if problems:
            raise FixtureError(problems)
        if is_trial:
            transaction.set_rollback(True)
        else:
            importer.finish(report.added)
    return report


def _model_of(row: Row) -> type[models.Model]:
    return Publication if row.model is Card else row.model


def _bring_in_the_chain(batch: Sequence[Row], report: Report, importer: Importer) -> list[str]:
    """Add publications and cards to the chain, and return what is wrong with which."""
    problems: list[str] = []
    outcome = fixture_chain.bring_in(
        batch,
        importer,
        refuse=lambda row, why: problems.append(f"{row.place}: {why}"),
        keep=lambda row: report.kept.append(
            _("%(place)s: %(kind)s “%(subject)s” has another card here; ours is kept.")
            % {"place": row.place, "kind": row.fields["kind"], "subject": row.fields["subject"]}
        ),
    )
    report.added += outcome.added
    report.same += outcome.same
    report.is_rechained |= outcome.is_rechained
    return problems


def _bring_in_quickly(model: type[models.Model], batch: Sequence[Row], report: Report) -> bool:
    """Add rows that are all new and beyond doubt; whether they were."""
    if model not in plain_rows.MODELS:
        return False
    try:
        plain_rows.add(model, batch)
    except plain_rows.NeedsRowByRowError:
        return False
    report.added[str(model._meta.verbose_name_raw)] += len(batch)
    return True


def _bring_in_carefully(batch: Sequence[Row], report: Report, importer: Importer) -> Iterator[str]:
    """Add rows one by one, and yield what is wrong with which."""
    for row in batch:
        try:
            with transaction.atomic():
                _bring_in_one(row, report, importer)
        except _RefusalError as refusal:
            yield f"{row.place}: {refusal}"


def _refuse_broken(proposal: Row) -> None:
    """Refuse a proposal whose record is none, or is not what was submitted."""
    fields = proposal.fields
    if fields["kind"] == ProposalKind.LIFT and set(fields["record"]) == {"withholding"} and fields["claim"]:
        return
    if fields["kind"] == ProposalKind.BATCH and fields["record"].get("batch") == fields["subject"]:
        if record.record_hash(fields["record"]) != fields["sha256"]:
            raise _RefusalError(_("fields.sha256 is not that of the record."))
        return
    if fields["state"] != ProposalState.WAITING and set(fields["record"]) <= {"number"}:
        return  # of a version that was redacted
    try:
        is_right = _says_the_same(fields) and record.record_hash(fields["record"]) == fields["sha256"]
    except (RecordError, TypeError) as error:
        raise _RefusalError(_("fields.record is no public record or card without its moment.")) from error
    if not is_right:
        raise _RefusalError(_("fields.sha256, kind, claim or subject does not say what the record says."))


def _says_the_same(proposal: dict[str, Any]) -> bool:
    """Whether the fields of a proposal say what its record says; raises RecordError where that is none."""
    if proposal["claim"] is not None:
        document = record.parse({**proposal["record"], "published_at": timezone.now()})
        return (proposal["kind"], proposal["claim"]) == (document.kind, [str(document.uid)])
    card = cards.parse({**proposal["record"], "signed_at": timezone.now()})
    said = (card.kind, card.subject, cards.text_sha256_of(card))
    return said == (proposal["card_kind"], proposal["subject"], cards.hash_of(proposal["text"]))


class _RefusalError(Exception):
    """One object cannot be taken in."""


def _chain_place(row: Row) -> tuple[int, int]:
    place = row.fields.get("sequence", 0)
    return (place if isinstance(place, int) else 0, row.number)


def _twin_of(row: Row, seen: dict[tuple[str, str], Row]) -> Row:
    """Return the first row with the same natural key; the row itself where there is none before it."""
    names = ("username",) if row.model is User else row.model.NATURAL_KEY  # type: ignore[attr-defined]
    key = str([row.fields.get(name.partition("__")[0].removesuffix("_id")) for name in names])
    return seen.setdefault((row.model._meta.label_lower, key), row)


def _of_a_twin(row: Row, twin: Row) -> str:
    words = _("%(place)s: duplicate of line %(line)s, object %(number)s: keep one of the two.")
    return words % {"place": row.place, "line": twin.line, "number": twin.number}


def _bring_in_one(row: Row, report: Report, importer: Importer) -> None:
    label = row.model._meta.verbose_name_raw
    if row.model is User:
        _user, is_new = User.objects.get_or_create(
            username=row.fields["username"], defaults={"password": "!", "is_active": False}
        )
        report.added[str(label)] += is_new
        report.same += not is_new
        return
    if row.model is Proposal:
        _refuse_broken(row)
    deserialized = _deserialize(row)
    obj = deserialized.object
    if obj.pk:
        _compare_with_ours(row, obj, report)
    elif isinstance(obj, (Batch, BatchItem)) and not importer.is_into_empty:
        raise _RefusalError(_("it waits on another desk, not on this one. Leave it out."))
    elif (
        isinstance(obj, ACTS)
        and not importer.is_into_empty
        and not (importer.may_continue_the_chain and _is_of_nobody_here(obj))
    ):
        words = _("it would say in the name of somebody that they did here what they did not. Leave it out.")
        raise _RefusalError(words)
    else:
        _add(row, deserialized)
        report.added[str(label)] += 1


def _is_of_nobody_here(act: Any) -> bool:
    """Whether those in whose names an act would come in do not work here, and nothing of it waits."""
    names = ("user", "proposed_by", "decided_by", "by", "withheld_by")
    people = [getattr(act, name) for name in names if getattr(act, f"{name}_id", None)]
    is_waiting = isinstance(act, Proposal) and act.state == ProposalState.WAITING
    return not is_waiting and not any(person.is_active for person in people)


def _deserialize(row: Row) -> Any:
    document = {"model": row.model._meta.label_lower, "fields": row.fields}
    try:
        return next(iter(Deserializer([document])))
    except DeserializationError as error:
        words = first_words(error)
        if "matching query does not exist" in words:
            words = _("it names something that is neither here nor earlier in the file: %(words)s") % {"words": words}
        raise _RefusalError(words) from error
    except (ObjectDoesNotExist, ValueError, TypeError, KeyError) as error:
        words = _("it names something that is not here, or a value of the wrong kind.")
        raise _RefusalError(f"{words} {error}") from error


def _compare_with_ours(row: Row, obj: models.Model, report: Report) -> None:
    ours = row.model._default_manager.get(pk=obj.pk)
    differing = _differences(row, ours)
    if not differing:
        report.same += 1
    elif row.model in KEPT_AS_OURS:
        words = _("%(place)s: “%(name)s” is here with another %(fields)s; ours is kept.")
        report.kept.append(words % {"place": row.place, "name": ours, "fields": ", ".join(differing)})
    else:
        words = _("it is here already with another %(fields)s. An import never overwrites: edit it on the desk.")
        raise _RefusalError(words % {"fields": ", ".join(differing)})


def _add(row: Row, deserialized: Any) -> None:
    obj = deserialized.object
    obj.skip_history_when_saving = True
    try:
        obj.clean_fields()
        obj.validate_unique()
        obj.validate_constraints()
        with all_or_nothing(ValueError, TypeError):
            deserialized.save()
    except ValidationError as error:
        raise _RefusalError("; ".join(_sentences(error))) from error
    except NotTakenError as error:
        raise _RefusalError(str(error)) from error
    del obj.skip_history_when_saving
    if hasattr(type(obj), "history"):
        type(obj).history.bulk_history_create([obj], default_change_reason="Imported")
    _refuse_loss(row, obj)


def _refuse_loss(row: Row, stored: models.Model) -> None:
    """Refuse an object that would leave again other than it came."""
    if differing := _differences(row, row.model._default_manager.get(pk=stored.pk)):
        names = ", ".join(f"fields.{name}" for name in differing)
        raise _RefusalError(_("%(fields)s cannot be stored as given.") % {"fields": names})


def _differences(row: Row, ours: models.Model) -> list[str]:
    here = fixture.plain(fixture.block(ours)["fields"])
    given = {
        name: sorted(value) if isinstance(value, list) and name == "topics" else value
        for name, value in row.fields.items()
    }
    return sorted(name for name, value in here.items() if given.get(name) != value)


def _incoherent(rows: list[Row]) -> Iterator[str]:
    """Yield what does not fit together once all is in: a claim's status and its publications."""
    for empty in Publication.objects.redacted():
        if not Card.objects.of(CardKind.REDACTION, redaction_of(empty.claim_id, empty.number)).exists():
            words = _("version %(number)s of claim %(claim)s is empty, but no redaction says so.")
            yield words % {"number": empty.number, "claim": empty.claim_id}
    uids = [row.fields["uid"] for row in rows if row.model is Claim]
    expected = {
        Status.PUBLISHED: "",
        Status.RETRACTED: PublicationKind.RETRACTION,
        Status.MERGED: PublicationKind.MERGER,
    }
    for start in range(0, len(uids), CHUNK):
        claims = Claim.objects.filter(uid__in=uids[start : start + CHUNK])
        current = {p.claim_id: p for p in Publication.objects.current().filter(claim_id__in=claims.values("uid"))}
        for claim in claims:
            publication = current.get(claim.uid)
            if claim.status in expected and (
                publication is None
                or (publication.kind if publication.is_ending else "") != expected[Status(claim.status)]
            ):
                words = _("claim “%(slug)s” says it is %(status)s, but its publications do not: import them with it.")
                yield words % {"slug": claim.slug, "status": claim.status}
            if claim.status == Status.DRAFT and publication is not None:
                yield _("claim “%(slug)s” says it is a draft, but it has publications.") % {"slug": claim.slug}


def _sentences(error: ValidationError) -> Iterator[str]:
    if hasattr(error, "error_dict"):
        for name, messages in error.message_dict.items():
            yield f"fields.{name}: {' '.join(messages)}" if name != "__all__" else " ".join(messages)
    else:
        yield " ".join(error.messages)
