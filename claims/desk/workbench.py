"""The article's workbench: its text with claims marked, words to select, sentences worth checking.

A long article is shown in parts of whole paragraphs, so a page stays bounded. Every act is a POST
of the one form; the script only fills in what was selected and presses its buttons.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from claims import workflow
from claims.desk.candidates import candidates_of, passages
from claims.desk.published_matches import published_matches
from claims.desk.requests import user_of
from claims.desk.widgets import choose_by_name
from claims.models import Appearance, Article, Claim, Source
from claims.text import anchors, sentences
from claims.text.annotated import part_at, parts_of
from claims.text.numbers import parse_int
from claims.vocabulary import ArticleStance, Status
from claims.workflow.annotate import AlreadyMarkedError, AmbiguousQuoteError, SelectedQuote

MAX_MARKS = 500  # marked claims shown in one part
MAX_CANDIDATES = 200  # sentences proposed in one part
MAX_LOOKED_UP = 40  # of them that are compared with what is published, by their words
MAX_LOST = 100  # quotes shown that no longer stand
MAX_PLACES = 20  # of an ambiguous quote
TITLE_CHARACTERS = 300


class MarkForm(forms.Form):
    """What to mark, and what it says. The position is a hint: the words decide."""

    exact = forms.CharField(
        label=gettext_lazy("Quote"),
        required=False,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Select words in the text, or paste them here as they stand there."),
    )
    before = forms.CharField(required=False, strip=False, max_length=200, widget=forms.HiddenInput)
    after = forms.CharField(required=False, strip=False, max_length=200, widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    attribution = forms.CharField(
        label=gettext_lazy("Attribution"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("How the article hedges. If left empty, it is taken from the words around the quote."),
    )
    stance = forms.ChoiceField(label=gettext_lazy("The article"), choices=ArticleStance, initial=ArticleStance.ASSERTS)
    reported = forms.ModelChoiceField(
        Source.objects.all(),
        required=False,
        label=gettext_lazy("Said by"),
        help_text=Appearance._meta.get_field("reported").help_text,
    )
    statement = forms.CharField(
        label=gettext_lazy("Statement"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The claim in one sentence that stands on its own. If left empty, the quote is used; reword it later."
        ),
    )
    claimant = forms.ModelChoiceField(Source.objects.all(), required=False, label=gettext_lazy("Claimant"))
    claim = forms.ModelChoiceField(Claim.objects.all(), required=False, label=gettext_lazy("Existing claim"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_by_name(self.fields["reported"], Appearance._meta.get_field("reported"))
        choose_by_name(self.fields["claimant"], Claim._meta.get_field("claimant"))
        choose_by_name(self.fields["claim"], Appearance._meta.get_field("claim"))

    def selection(self) -> SelectedQuote:
        data = self.cleaned_data
        exact = data["exact"].replace("\r\n", "\n")
        how = (data["attribution"], data["stance"], data["reported"])
        return SelectedQuote(exact, data["before"], data["after"], data["start"], *how)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("claims.view_article", raise_exception=True)
def workbench_view(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.select_related("publisher"), pk=pk)
    if request.method == "POST":
        return _act(request, article)
    adjusted = _adjusted(article, request.GET.get("adjust", ""))
    return _page(request, article, MarkForm(initial=_initial(adjusted)), adjusted=adjusted)


@require_safe
@permission_required("claims.view_article", raise_exception=True)
def hedge_view(request: HttpRequest, pk: int) -> JsonResponse:
    """How the words around a selection hedge it, to be proposed in the form."""
    article = get_object_or_404(Article, pk=pk)
    start, end = parse_int(request.GET.get("start")), parse_int(request.GET.get("end"))
    if start is None or end is None or not start < end <= len(article.text):
        raise Http404
    return JsonResponse({"attribution": sentences.attribution(article.text, start, end)})


def _act(request: HttpRequest, article: Article) -> HttpResponse:
    """Do what the pressed button says; on a refusal show the form as it was sent, with the reason."""
    form = MarkForm(request.POST)
    adjusted = _adjusted(article, request.POST.get("adjust", ""))
    places: list[anchors.Selector] = []
    asks_again = False
    try:
        if form.is_valid():
            place = _change(request, article, form, adjusted)
            return HttpResponseRedirect(_address(article, part_at(article.text, place).number, place))
    except AmbiguousQuoteError as error:
        form.add_error("exact", str(error))
        places = error.places[:MAX_PLACES]
    except AlreadyMarkedError as error:
        form.add_error("exact", str(error))
        asks_again = "mark" in request.POST or "again" in request.POST
    except anchors.QuoteNotFoundError as error:
        form.add_error("exact", str(error))
    except (workflow.WorkflowError, ValidationError) as error:
        form.add_error(None, error.messages)
    return _page(request, article, form, adjusted=adjusted, places=places, asks_again=asks_again, status=400)


def _change(request: HttpRequest, article: Article, form: MarkForm, adjusted: Appearance | None) -> int:
    """Take the one act of a POST; return the place in the text to go on at."""
    user, asked = user_of(request), request.POST
    if "accept" in asked or "dismiss" in asked or "attach_to" in asked:
        return _decide_on_sentence(request, article)
    if "undo" in asked:
        number = workflow.annotate.undo_dismissals(article, by=user)
        told = ngettext(
            "%(number)s dismissed sentences are proposed again.",
            "%(number)s dismissed sentences are proposed again.",
            number,
        )
        messages.success(request, told % {"number": number})
        return 0
    if "undo_capture" in asked:
        return _undo_capture(request, article)
    if "take" in asked:
        lost = _adjusted(article, asked["take"])
        if lost is None:
            raise workflow.WorkflowError(_("That quote was removed meanwhile."))
        return workflow.annotate.take_new_words(lost, by=user).start or 0
    selection = form.selection()
    if "adjust" in asked:
        if adjusted is None:
            raise workflow.WorkflowError(_("That quote was removed meanwhile: there is nothing to adjust."))
        done = workflow.annotate.adjust(adjusted, selection, by=user)
        told = _("The quote of “%(claim)s” is now: “%(quote)s”.") % {"claim": done.claim, "quote": _short(done.exact)}
        messages.success(request, told)
    elif "attach" in asked:
        done = _attach(request, article, selection, form.cleaned_data["claim"])
    else:
        done = workflow.annotate.mark_new(
            article,
            selection,
            by=user,
            statement=form.cleaned_data["statement"].strip() or selection.exact,
            claimant=form.cleaned_data["claimant"],
            again="again" in asked,
        )
        _tell_of_new(request, done)
    return done.start or 0


def _attach(request: HttpRequest, article: Article, selection: SelectedQuote, claim: Claim | None) -> Appearance:
    """Add the selection to a claim that is here; say how readers come to see it where that is published."""
    if claim is None:
        raise workflow.WorkflowError(_("Choose the existing claim to attach the quote to."))
    done = workflow.annotate.attach(article, selection, by=user_of(request), claim=claim)
    messages.success(request, _("Attached to “%(claim)s”.") % {"claim": done.claim})
    if done.claim.status == Status.PUBLISHED:
        address = reverse("admin:claims_addition", args=[done.claim_id])
        told = _('Readers see it once an addition is approved: <a href="{address}">propose it</a>.')
        messages.info(request, format_html(told, address=address))
    return done


def _tell_of_new(request: HttpRequest, captured: Appearance) -> None:
    """Say what was captured, with the button that takes it back."""
    told = format_html(
        _('New claim: “<a href="{address}">{claim}</a>”.'),
        address=captured.claim.get_absolute_url(),
        claim=_short(captured.claim.statement),
    )
    messages.success(
        request,
        format_html(
            '{} <button type="submit" class="button secondary" form="candidates" name="undo_capture"'
            ' value="{}">{}</button>',
            told,
            captured.claim_id,
            _("Undo"),
        ),
    )


def _undo_capture(request: HttpRequest, article: Article) -> int:
    claim = Claim.objects.filter(pk=parse_int(request.POST["undo_capture"]) or 0).first()
    if claim is None:
        raise workflow.WorkflowError(_("That claim was taken back already."))
    at = claim.appearances.filter(article=article).values_list("start", flat=True).first()
    workflow.drafts.undo_capture(claim, by=user_of(request))
    told = _("Taken back: “%(claim)s”. Its history is kept.") % {"claim": _short(claim.statement)}
    messages.success(request, told)
    return at or 0


def _decide_on_sentence(request: HttpRequest, article: Article) -> int:
    asked = request.POST
    named = (asked.get("attach_to") or asked.get("accept") or asked.get("dismiss") or "").split(":")
    start, end, claim = (*map(parse_int, named), None, None, None)[:3]
    if start is None or end is None:
        raise workflow.WorkflowError(_("That is no sentence of the text."))
    if asked.get("text_sha256") != article.text_sha256:
        raise workflow.WorkflowError(
            _("The text was replaced meanwhile: the sentences below are those of the new one.")
        )
    chosen = anchors.select(article.text, start, end)
    if "dismiss" in asked:
        workflow.annotate.dismiss(article, chosen.exact, by=user_of(request))
        return chosen.start
    hedge = sentences.attribution(article.text, chosen.start, chosen.end)
    stance = ArticleStance.REPORTS if hedge else ArticleStance.ASSERTS
    selection = SelectedQuote(chosen.exact, chosen.prefix, chosen.suffix, chosen.start, hedge, stance)
    if "attach_to" in asked:
        _attach(request, article, selection, Claim.objects.filter(pk=claim or 0).first())
        return chosen.start
    done = workflow.annotate.mark_new(article, selection, by=user_of(request), statement=" ".join(chosen.exact.split()))
    _tell_of_new(request, done)
    return chosen.start


def _page(
    request: HttpRequest,
    article: Article,
    form: MarkForm,
    *,
    adjusted: Appearance | None,
    places: list[anchors.Selector] | None = None,
    asks_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    parts = parts_of(article.text)
    asked = parse_int(request.GET.get("part")) or 1
    part = parts[min(max(asked, 1), len(parts)) - 1] if parts else part_at(article.text, 0)
    marks = list(
        article.appearances.filter(start__lt=part.end, end__gt=part.start)
        .select_related("claim")
        .order_by("start", "end", "uid")[:MAX_MARKS]
    )
    lost = article.appearances.lost()
    candidates = list(itertools.islice(candidates_of(article, part, marks), MAX_CANDIDATES))
    for number, candidate in enumerate(candidates[:MAX_LOOKED_UP]):
        found = published_matches(candidate.sentence.text, limit=1, method="lexical")
        candidates[number] = replace(candidate, match=found[0] if found else None)
    context = {
        "title": _("Workbench: %(article)s") % {"article": article.title},
        "article": article,
        "opts": Article._meta,
        "form": form,
        "media": form.media,
        "adjusted": adjusted,
        "places": places or [],
        "asks_again": asks_again,
        "part": part,
        "part_count": len(parts),
        "passages": list(passages(part, marks, candidates)),
        "mark_count": len(marks),
        "lost": [(item, _now(article.text, item)) for item in lost.select_related("claim")[:MAX_LOST]],
        "candidate_count": len(candidates),
        "dismissed_count": article.dismissed_sentences.count(),
        "at": request.GET.get("at", "") if adjusted is None or adjusted.start is None else adjusted.start,
        "until": adjusted.end if adjusted else "",
        "may_mark": request.user.has_perms(["claims.add_claim", "claims.add_appearance"]),
        "may_dismiss": request.user.has_perm("claims.add_dismissedsentence"),
    }
    return render(request, "admin/claims/article/workbench.html", context, status=status)


def _now(text: str, mark: Appearance) -> str:
    """Return the words that stand where a mark points."""
    return text[mark.start : mark.end] if mark.start is not None else ""


def _adjusted(article: Article, pk: str) -> Appearance | None:
    found: Appearance | None = article.appearances.filter(pk=parse_int(pk) or 0).select_related("claim").first()
    return found


def _initial(adjusted: Appearance | None) -> dict[str, Any]:
    if adjusted is None:
        return {}
    names = ("exact", "start", "attribution", "stance", "reported")
    surroundings = {"before": adjusted.prefix, "after": adjusted.suffix}
    return {name: getattr(adjusted, name) for name in names} | surroundings


def _address(article: Article, part: int, place: int) -> str:
    page = reverse("admin:claims_workbench", args=[article.pk])
    return f"{page}?part={part}&at={place}#text"


def _short(words: str) -> str:
    return words if len(words) <= TITLE_CHARACTERS else words[:TITLE_CHARACTERS] + "…"
