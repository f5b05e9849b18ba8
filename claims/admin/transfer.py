"""Taking the desk's data out and bringing a fixture in, for those allowed."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from claims.interchange import fixture, store

MAX_UPLOAD_BYTES = 64 * 1024 * 1024  # larger files: manage.py import


class ImportForm(forms.Form):
    file = forms.FileField(label="Fixture", help_text="A JSON file made by an export.")

    def clean_file(self) -> list[fixture.Row]:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError("Files over 64 MB are brought in with “manage.py import”.")
        try:
            return fixture.read(upload.read())
        except fixture.FixtureError as error:
            raise forms.ValidationError(error.problems) from error


@require_safe
def export_view(request: HttpRequest) -> HttpResponseBase:
    """Everything, as a fixture."""
    if not request.user.has_perm("claims.export_claim"):
        raise PermissionDenied
    return StreamingHttpResponse(
        fixture.write(store.all_objects()),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="factcheck-all.json"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_view(request: HttpRequest) -> HttpResponse:
    """Upload a fixture; it is taken as a whole or not at all."""
    if not request.user.has_perm("claims.import_claim"):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            report = store.bring_in(form.cleaned_data["file"])
        except fixture.FixtureError as error:
            form.add_error("file", forms.ValidationError(error.problems))
        else:
            messages.success(request, f"Added {report.added.total()} objects; {report.same} were here already.")
            for line in report.kept:
                messages.warning(request, line)
            return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))
    context = {**admin.site.each_context(request), "form": form, "title": "Import a fixture"}
    return render(request, "admin/claims/claim/import.html", context)
