"""“Already checked?”: a reader pastes a text; each of its sentences with the claims that answer it.

What is pasted is sent by POST, so it stays out of addresses and logs, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from claims import matching
from claims.public.rate_limit import is_exceeded

MAX_CHARACTERS = 20_000
MAX_PASSAGES = 40  # of a text that are looked up
SHOWN = 3  # claims for each
PER_ADDRESS = 120  # texts from one address in an hour


class CheckForm(forms.Form):
    text = forms.CharField(
        label=_("A post, a paragraph or an article"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Paste the text to check.")},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not matching.QueryText(text).terms:
            raise forms.ValidationError(
                _("There is no text to check here. If it is a link, open it and paste what it says.")
            )
        return text


@dataclass(frozen=True)
class Passage:
    text: str
    matched: matching.MatchResult

    @property
    def is_answered(self) -> bool:
        """Whether a claim here may say the same, not only something else of the same subject."""
        return any(not found.mismatches for found in self.matched.found)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form; and under it what was found."""
    if request.method != "POST":
        return _page(request, CheckForm())
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    passages = []
    with matching.turn.taken() as end:
        if is_exceeded(request, "checks", PER_ADDRESS):  # who came while another was served is not charged
            form.add_error(None, _("Too many texts have been checked from your network. Please try again in an hour."))
            return _page(request, form, status=429)
        parts = matching.passages(form.cleaned_data["text"])
        for part in parts[:MAX_PASSAGES]:
            passages.append(Passage(part, matching.match(part, limit=SHOWN)))
            if monotonic() > end:
                break
    return _page(request, form, _without_repeats(passages), left_out=len(parts) - len(passages))


def _without_repeats(passages: list[Passage]) -> list[Passage]:
    """Leave each claim where it is likeliest, and a text as a whole only where it has an answer of its own."""
    best: dict[str, tuple[float, int]] = {}  # where each claim is likeliest, the first of like ones
    for number, passage in enumerate(passages):
        for found in passage.matched.found:
            best[found.publication.slug] = max(best.get(found.publication.slug, (0.0, 0)), (found.likelihood, -number))
    told = [
        replace(
            passage,
            matched=replace(
                passage.matched,
                found=[found for found in passage.matched.found if best[found.publication.slug][1] == -number],
            ),
        )
        for number, passage in enumerate(passages)
    ]
    is_whole = len(told) > 1 and " ".join(passage.text for passage in told[:-1]) == told[-1].text
    return told[:-1] if is_whole and not told[-1].matched.found else told


def _page(
    request: HttpRequest, form: CheckForm, passages: Sequence[Passage] = (), *, left_out: int = 0, status: int = 200
) -> HttpResponse:
    answered = [passage for passage in passages if passage.matched.found]
    context = {
        "form": form,
        "passages": passages,
        "left_out": left_out,
        "answered": answered,
        "unanswered": [passage for passage in passages if not passage.matched.found],
        "found_count": sum(passage.is_answered for passage in answered),
        "notes": {passage.matched.note for passage in passages},
    }
    return render(request, "claims/check.html", context, status=status)
