"""Taking the desk's data out, and bringing files in: looked at first, then confirmed; for those allowed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from claims import matching, workflow
from claims.desk.cards import VECTOR_SECONDS
from claims.desk.requests import user_of
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.formats.csv import protect
from claims.interchange.imports import columns, files, fixtures, run
from claims.interchange.imports.batches import Importer
from claims.interchange.imports.records import LocatedRecord, Problem
from claims.models import Batch, Claim, Upload
from claims.vocabulary import ImportKind, SourceKind

MAX_UPLOAD_BYTES = 64 * 1024 * 1024  # larger files: manage.py import
MAX_NAME = 60  # characters of a file's name, the last ones: at most 240 bytes
MAX_SHOWN = 50  # problems told one by one
MAX_ROWS = 5_000  # looked at within a request; what has more is brought in by command
SAMPLE = 10  # items shown before the import
UNREADABLE = (fixture.FixtureError, files.UnreadableError, columns.MappingError)


class ImportForm(forms.Form):
    """A file, and the answer to the first question, what it is."""

    kind = forms.ChoiceField(
        choices=[("", gettext_lazy("Let the file say; it can be changed on the next page")), *ImportKind.choices],
        required=False,
        label=gettext_lazy("What is this?"),
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A spreadsheet (Excel, LibreOffice, CSV, TSV); ClaimReview (feed, page, single); an answer of Google’s"
            " claims:search; a fixture or JSON Lines of ours. Also packed with gzip."
        ),
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("Files over 64 MB are brought in with “manage.py import”."))
        return upload


class ReadingForm(forms.Form):
    """How an upload is read: what it is, who reviewed, how dates go, and which column means what."""

    kind = forms.ChoiceField(choices=ImportKind.choices, label=gettext_lazy("What is this?"), widget=forms.RadioSelect)
    reviewer = forms.CharField(
        required=False, max_length=200, label=gettext_lazy("Reviewed by, where the file does not say")
    )
    claimants = forms.ChoiceField(
        choices=SourceKind.choices,
        required=False,
        initial=SourceKind.ORGANISATION,
        label=gettext_lazy("Those who made the claims, where the file does not say, are of the kind"),
    )
    order = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("left empty if it could be either")),
            ("day", gettext_lazy("03/04 is 3 April")),
            ("month", gettext_lazy("03/04 is March 4")),
        ],
        required=False,
        label=gettext_lazy("Dates in numbers"),
    )

    def __init__(self, *args: Any, how: run.Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meanings: list[str] = []
        if how and how.columns:
            choices = [("", "–"), *((name, name) for name in how.columns)]
            labels = columns.LABELS_OF_A_SHEET if how.kind == ImportKind.DRAFTS else columns.LABELS
            for name in columns.fields_of(is_sheet=how.kind == ImportKind.DRAFTS):
                self.meanings.append(name)
                self.fields[f"column-{name}"] = forms.ChoiceField(
                    choices=choices, required=False, label=labels[name], initial=how.mapping.get(name, "")
                )
        if how and how.kind != ImportKind.REVIEWS:
            del self.fields["reviewer"]

    @property
    def columns(self) -> list[Any]:
        """The fields that say which column means what."""
        return [self[f"column-{name}"] for name in self.meanings]


@dataclass
class Outcome:
    """What an import did, or would do."""

    summary: str = ""
    how: run.Plan | None = None
    reasons: list[tuple[str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sample: list[LocatedRecord] = field(default_factory=list)
    batch: Batch | None = None
    is_cut: bool = False
    is_into_empty: bool = False  # an export of this product is public at once there


@require_safe
@permission_required("claims.export_claim", raise_exception=True)
def export_view(request: HttpRequest) -> HttpResponseBase:
    """Everything, as a fixture."""
    if Claim.objects.unseen_by(request.user).exists():
        told = _(
            "The export would show you reviews that you may still judge blind: give your opinion on them, or read them,"
            " first. They await your approval on the front page."
        )
        messages.error(request, told)
        return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))
    return StreamingHttpResponse(
        fixture.write(exports.all_objects()),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="factcheck-all.json"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("claims.import_claim", raise_exception=True)
def import_view(request: HttpRequest) -> HttpResponse:
    """Upload a file and see what is in it and how it is read; change that; then, by another step, bring it in."""
    if "token" in request.POST:
        return _look_again(request) if "look" in request.POST else _confirmed(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        upload = Upload(
            by=user_of(request),
            name=Path(given.name).name[-MAX_NAME:],
            options={"kind": form.cleaned_data["kind"]},
            content=given.read(),
        )
        try:
            outcome = _bring_in(upload, is_trial=True)
        except UNREADABLE as error:
            form.add_error("file", forms.ValidationError(getattr(error, "problems", None) or str(error)))
        else:
            Upload.objects.sweep()
            upload.save()
            return _looked_at(request, upload, outcome)
    return _page(request, {"form": form})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "admin/claims/claim/import.html", {"title": _("Import"), **context})


def _looked_at(request: HttpRequest, upload: Upload, outcome: Outcome) -> HttpResponse:
    how = outcome.how
    initial = {**upload.options, "kind": how.kind} if how else {}
    reading = ReadingForm(initial=initial, how=how) if how else None
    return _page(request, {"outcome": outcome, "reading": reading, "upload": upload})


def _look_again(request: HttpRequest) -> HttpResponse:
    """Read an upload another way."""
    upload = _mine(request).first()
    if upload is None:
        return _gone(request)
    if request.POST["look"] == "report":
        return _report(upload)
    posted = ReadingForm(request.POST)
    if posted.is_valid():
        was = upload.options.get("kind")
        upload.options = {**posted.cleaned_data, "columns": _columns_posted(request)}
        if was != upload.options["kind"]:
            upload.options["columns"] = None  # columns mean other things there
    try:
        outcome = _bring_in(upload, is_trial=True)
    except UNREADABLE as error:
        return _unreadable(request, error)
    upload.save()
    return _looked_at(request, upload, outcome)


def _columns_posted(request: HttpRequest) -> dict[str, str] | None:
    given = {
        name.removeprefix("column-"): str(value)
        for name, value in request.POST.items()
        if name.startswith("column-") and value
    }
    return given or None


def _is_too_long(upload: Upload) -> bool:
    """Whether an upload has more rows than a request brings in; a fixture is taken as a whole."""
    with _file_of(upload) as path:
        if run.is_fixture(path):
            return False
        options = upload.options
        how = run.plan(path, own_mapping=options.get("columns"), kind=ImportKind(options["kind"]))
        return how.is_mapped and len(run.sample(path, how, MAX_ROWS + 1)) > MAX_ROWS


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    for problem in getattr(error, "problems", None) or [str(error)]:
        messages.error(request, problem)
    return HttpResponseRedirect(reverse("admin:claims_import"))


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This upload is no longer here. Nothing was imported; please upload the file again."))
    return HttpResponseRedirect(reverse("admin:claims_import"))


def _confirmed(request: HttpRequest) -> HttpResponse:
    upload = _taken(request)
    if upload is None:
        return _gone(request)
    try:
        if _is_too_long(upload):
            told = _("It has more than %(most)s rows: bring it in with “manage.py import”.")
            messages.error(request, told % {"most": f"{MAX_ROWS:,}"})
            return HttpResponseRedirect(reverse("admin:claims_import"))
        outcome = _bring_in(upload, is_trial=False)
    except UNREADABLE as error:
        return _unreadable(request, error)
    messages.success(request, outcome.summary)
    if matching.vectors.make_newest(seconds=VECTOR_SECONDS):
        told = _("Found by their words now; by their meaning once “manage.py reindex --vectors” has run.")
        messages.info(request, told)
    for reason, count in outcome.reasons:
        messages.warning(request, f"{count:,} × {reason}")
    if outcome.batch and outcome.batch.waiting().exists():
        try:
            proposal = workflow.batches.submit(outcome.batch, by=user_of(request))
        except workflow.WorkflowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(outcome.batch.get_absolute_url())
        return HttpResponseRedirect(proposal.get_absolute_url())
    return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))


def _mine(request: HttpRequest) -> QuerySet[Upload]:
    """Return the upload that a form names, if it is the user's and still here."""
    Upload.objects.sweep()
    try:
        key = UUID(request.POST["token"])
    except ValueError:
        return Upload.objects.none()
    return Upload.objects.filter(pk=key, by=user_of(request))


@transaction.atomic
def _taken(request: HttpRequest) -> Upload | None:
    """Return the upload that is confirmed, once: whoever asks for it again finds it gone."""
    found: Upload | None = _mine(request).select_for_update().first()
    if found:
        Upload.objects.filter(pk=found.pk).delete()
    return found


@contextmanager
def _file_of(upload: Upload) -> Iterator[Path]:
    """Put an upload where it can be read, under its own name, for the time of a block."""
    with TemporaryDirectory(prefix="factcheck-import-") as folder:
        path = Path(folder, upload.name or "upload")
        path.write_bytes(upload.content)
        yield path


def _report(upload: Upload) -> HttpResponse:
    """Return every problem of the rows looked at as a CSV file: place, reason, value."""
    outcome = _bring_in(upload, is_trial=True, shown=MAX_ROWS * 10)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="import-report.csv"'
    rows = csv.writer(response)
    rows.writerow(["place", "reason", "value"])
    rows.writerows([problem.place, problem.reason, protect(problem.value)] for problem in outcome.problems)
    return response


def _bring_in(upload: Upload, *, is_trial: bool, shown: int = MAX_SHOWN) -> Outcome:
    with _file_of(upload) as path:
        if run.is_fixture(path):
            return _fixture(path, Importer.of(path, upload.name, by=upload.by), is_trial=is_trial)
        return _others(path, upload, is_trial=is_trial, shown=shown)


def _others(path: Path, upload: Upload, *, is_trial: bool, shown: int) -> Outcome:
    options = upload.options
    kind = ImportKind(options["kind"]) if options.get("kind") else run.guessed_kind(run.plan(path))
    options["kind"] = kind
    how = run.plan(path, own_mapping=options.get("columns"), kind=kind)
    how.reviewer = options.get("reviewer") or ""
    how.claimant_kind = SourceKind(options.get("claimants") or SourceKind.ORGANISATION)
    how.is_day_first = {"day": True, "month": False}.get(options.get("order") or "")
    if is_trial and not how.is_mapped:
        return Outcome(_("No column is known to hold the claim: choose it below."), how)
    importer = Importer.of(path, upload.name, by=upload.by, kind=kind)
    problems: list[Problem] = []
    reasons: Counter[str] = Counter()

    def on_problem(problem: Problem) -> None:
        reasons[problem.reason] += 1
        if len(problems) < shown:
            problems.append(problem)

    most = MAX_ROWS if is_trial else None
    intake = run.bring_in(path, how, importer, on_problem=on_problem, is_trial=is_trial, most=most)
    sample = run.sample(path, how, SAMPLE) if is_trial else []
    return Outcome(
        intake.summary, how, reasons.most_common(MAX_SHOWN), problems, sample, importer.batch, intake.is_cut,
        importer.is_into_empty,
    )  # fmt: skip


def _fixture(path: Path, importer: Importer, *, is_trial: bool) -> Outcome:
    report = fixtures.bring_in(fixtures.rows_of(path), importer, is_trial=is_trial)
    added = report.added.total()
    summary = ngettext(
        "%(added)s objects added; %(same)s already here.", "%(added)s objects added; %(same)s already here.", added
    ) % {"added": f"{added:,}", "same": f"{report.same:,}"}
    reasons = [(_("%(kind)s added") % {"kind": name}, count) for name, count in report.added.items() if count]
    kept = [(line, 1) for line in report.kept[:MAX_SHOWN]]
    return Outcome(summary, reasons=[*reasons, *kept], is_into_empty=importer.is_into_empty)
