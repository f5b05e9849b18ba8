"""Taking the desk's data out, and bringing files in: looked at first, then confirmed; for those allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from claims import matching
from claims.desk.requests import user_of
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import columns, files, fixtures, run
from claims.interchange.imports.batches import Importer
from claims.interchange.imports.records import Problem
from claims.models import Claim, Upload
from claims.record import Record

MAX_UPLOAD_BYTES = 64 * 1024 * 1024  # larger files: manage.py import
MAX_NAME = 60  # characters of a file's name, the last ones: at most 240 bytes
MAX_SHOWN = 50  # problems told one by one
VECTOR_SECONDS = 5  # at most, of a request that imports
SAMPLE = 10  # items shown before the import


class ColumnsField(forms.JSONField):
    """A field of JSON that is shown again as it was typed."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        return InvalidJSONInput(data or "")

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class ImportForm(forms.Form):
    """A file and what it does not say of itself; once looked at, an Upload holds both."""

    file = forms.FileField(
        help_text="A fixture or JSON Lines of ours; a CSV or TSV table; ClaimReview (feed, page, single); an answer of"
        " Google’s claims:search. Also packed with gzip."
    )
    reviewer = forms.CharField(
        required=False, max_length=200, help_text="Who reviewed, where the file does not say. Not for our own files."
    )
    order = forms.ChoiceField(
        choices=[("", "refuse what could be either"), ("day", "03/04 is 3 April"), ("month", "03/04 is March 4")],
        required=False,
        label="Dates in numbers",
    )
    columns = ColumnsField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text='For a table whose column names are not known: {"claim": "Text", "rating": "Verdict"}.',
    )

    def clean_columns(self) -> dict[str, str] | None:
        given = self.cleaned_data["columns"]
        if not given:
            return None
        texts = [*given, *given.values()] if isinstance(given, dict) else [None]
        if not all(isinstance(text, str) and not fixture.holds_unstorable(text) for text in texts):
            raise forms.ValidationError("Write the columns as in the example: names in quotes, each with its column.")
        return dict(given)

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_UPLOAD_BYTES:
            raise forms.ValidationError("Files over 64 MB are brought in with “manage.py import”.")
        return upload


@dataclass
class Outcome:
    """What an import did, or would do."""

    summary: str = ""
    format: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    reasons: list[tuple[str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sample: list[Record] = field(default_factory=list)


@require_safe
def export_view(request: HttpRequest) -> HttpResponseBase:
    """Everything, as a fixture."""
    if not request.user.has_perm("claims.export_claim"):
        raise PermissionDenied
    if Claim.objects.unseen_by(request.user).exists():
        messages.error(
            request,
            "The export would show you reviews that you may still judge blind: give your opinion on them, or read them,"
            " first. They await your approval on the front page.",
        )
        return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))
    return StreamingHttpResponse(
        fixture.write(exports.all_objects()),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="factcheck-all.json"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_view(request: HttpRequest) -> HttpResponse:
    """Upload a file and see what is in it; then, by a second step, bring it in."""
    if not request.user.has_perm("claims.import_claim"):
        raise PermissionDenied
    if "token" in request.POST:
        return _confirmed(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        upload = Upload(
            by=user_of(request),
            name=Path(given.name).name[-MAX_NAME:],
            options={name: form.cleaned_data[name] for name in ("reviewer", "order", "columns")},
            content=given.read(),
        )
        try:
            outcome = _bring_in(upload, is_trial=True)
        except (fixture.FixtureError, files.UnreadableError, columns.MappingError) as error:
            form.add_error("file", forms.ValidationError(getattr(error, "problems", None) or str(error)))
        else:
            Upload.objects.sweep()
            upload.save()
            return _page(request, ImportForm(), {"outcome": outcome, "token": upload.pk, "name": upload.name})
    return _page(request, form, {})


def _page(request: HttpRequest, form: ImportForm, context: dict[str, Any]) -> HttpResponse:
    shown = {**admin.site.each_context(request), "form": form, "title": "Import", **context}
    return render(request, "admin/claims/claim/import.html", shown)


def _confirmed(request: HttpRequest) -> HttpResponse:
    upload = _taken(request)
    if upload is None:
        messages.error(request, "This upload is no longer here. Nothing was imported; please upload the file again.")
        return HttpResponseRedirect(reverse("admin:claims_import"))
    try:
        outcome = _bring_in(upload, is_trial=False)
    except (fixture.FixtureError, files.UnreadableError, columns.MappingError) as error:
        for problem in getattr(error, "problems", None) or [str(error)]:
            messages.error(request, problem)
        return HttpResponseRedirect(reverse("admin:claims_import"))
    messages.success(request, outcome.summary)
    if matching.vectors.make_newest(seconds=VECTOR_SECONDS):
        messages.info(request, "Found by their words now; by their meaning once “manage.py reindex --vectors” has run.")
    for reason, count in outcome.reasons:
        messages.warning(request, f"{count:,} × {reason}")
    return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))


@transaction.atomic
def _taken(request: HttpRequest) -> Upload | None:
    """Return the upload that is confirmed, once: whoever asks for it again finds it gone."""
    Upload.objects.sweep()
    try:
        key = UUID(request.POST["token"])
    except ValueError:
        return None
    found: Upload | None = Upload.objects.select_for_update().filter(pk=key, by=user_of(request)).first()
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


def _bring_in(upload: Upload, *, is_trial: bool) -> Outcome:
    with _file_of(upload) as path:
        return _read(path, upload.options, Importer.of(path, upload.name, by=upload.by), is_trial=is_trial)


def _read(path: Path, options: dict[str, Any], importer: Importer, *, is_trial: bool) -> Outcome:
    if run.is_fixture(path):
        return _fixture(path, importer, is_trial=is_trial)
    how = run.plan(path, own_mapping=options["columns"])
    how.reviewer = options["reviewer"]
    how.is_day_first = {"day": True, "month": False}.get(options["order"])
    problems: list[Problem] = []
    reasons: Counter[str] = Counter()

    def on_problem(problem: Problem) -> None:
        reasons[problem.reason] += 1
        if len(problems) < MAX_SHOWN:
            problems.append(problem)

    intake = run.bring_in(path, how, importer, on_problem=on_problem, is_trial=is_trial)
    sample = run.sample(path, how, SAMPLE) if is_trial else []
    return Outcome(
        intake.summary, how.format, how.mapping, how.unused, reasons.most_common(MAX_SHOWN), problems, sample
    )


def _fixture(path: Path, importer: Importer, *, is_trial: bool) -> Outcome:
    report = fixtures.bring_in(fixture.read(path.read_bytes()), importer, is_trial=is_trial)
    summary = f"{report.added.total():,} objects added; {report.same:,} already here."
    reasons = [(f"{name} added", count) for name, count in report.added.items() if count]
    return Outcome(summary, "fixture", reasons=[*reasons, *((line, 1) for line in report.kept[:MAX_SHOWN])])
