"""Marking claims in an article: a selection becomes an appearance, of a new claim or one that is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Appearance, Article, Claim, DismissedSentence, Source
from claims.text import anchors, sentences
from claims.vocabulary import AnchorState, ArticleStance
from claims.workflow import drafts
from claims.workflow.guards import WorkflowError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class SelectedQuote:
    """Words chosen in an article; what stands around them and where is a hint, the words decide.

    Without an attribution the hedge around the words is taken.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    attribution: str = ""
    stance: str = ArticleStance.ASSERTS
    reported: Source | None = None  # whom the text says it of


class AmbiguousQuoteError(WorkflowError):
    """The words stand in the text more than once, and nothing says which are meant."""

    def __init__(self, places: list[anchors.Selector]) -> None:
        words = _("These words stand in the text %(count)s times: say which you mean.")
        super().__init__(words % {"count": len(places)})
        self.places = places


class AlreadyMarkedError(WorkflowError):
    """Exactly these words are marked already, for other claims."""

    def __init__(self, twins: list[Appearance]) -> None:
        claims = "; ".join(f"“{twin.claim}”" for twin in twins)
        words = _("These words are marked already: %(claims)s. Attach them to that claim, or mark them again.")
        super().__init__(words % {"claims": claims})
        self.twins = twins


@transaction.atomic
def mark_new(
    article: Article,
    selection: SelectedQuote,
    *,
    by: User,
    statement: str,
    claimant: Source | None = None,
    again: bool = False,
) -> Appearance:
    """Make a draft claim of a selection. `again` marks words that another claim rests on already.

    Raises QuoteNotFoundError, AmbiguousQuoteError, AlreadyMarkedError, NotPermittedError, ValidationError.
    """
    article = _locked(article, by)
    place = _place(article, selection)
    twins = list(article.appearances.filter(start=place.start, end=place.end).select_related("claim"))
    if twins and not again:
        raise AlreadyMarkedError(twins)
    claim = drafts.draft(
        by=by, statement=statement, reason="Marked in an article", claimant=claimant, language=article.language
    )
    return _add(claim, article, selection, place, by)


@transaction.atomic
def attach(article: Article, selection: SelectedQuote, *, by: User, claim: Claim) -> Appearance:
    """Add a selection to a claim that is edited or published; raises AlreadyMarkedError when it has it."""
    article = _locked(article, by)
    locked = drafts.lock_for_adding(claim, by)
    place = _place(article, selection)
    twins = list(locked.appearances.filter(article=article, start=place.start, end=place.end).select_related("claim"))
    if twins:
        raise AlreadyMarkedError(twins)
    added = _add(locked, article, selection, place, by)
    drafts.save(locked, by, f"Attached to words in “{article}”")
    return added


@transaction.atomic
def adjust(appearance: Appearance, selection: SelectedQuote, *, by: User) -> Appearance:
    """Move an appearance to other words of its article; take stance, attribution and who said it from the selection."""
    require(by, "change_appearance", _("Your role may not change appearances."))
    article = Article.objects.select_for_update(of=("self",)).get(pk=appearance.article_id)
    locked = drafts.lock_for_editing(appearance.claim, by)
    place = _place(article, selection)
    others = locked.appearances.filter(article=article, start=place.start, end=place.end).exclude(pk=appearance.pk)
    if twins := list(others.select_related("claim")):
        raise AlreadyMarkedError(twins)
    found = locked.appearances.get(pk=appearance.pk)
    found.article = article
    found.exact, found.prefix, found.suffix, found.start = place.exact, place.prefix, place.suffix, place.start
    found.attribution, found.stance, found.reported = selection.attribution, selection.stance, selection.reported
    found.full_clean()
    found.save_by(by, "Adjusted in the workbench")
    drafts.save(locked, by, f"Quote adjusted in “{article}”")
    return found


@transaction.atomic
def take_new_words(appearance: Appearance, *, by: User) -> Appearance:
    """Accept the words that stand now where a changed quote stood."""
    if appearance.anchor_state != AnchorState.CHANGED or appearance.start is None or appearance.end is None:
        raise WorkflowError(_("This quote did not change: there are no new words to take."))
    place = anchors.select(appearance.article.text, appearance.start, appearance.end)
    how = (appearance.attribution, appearance.stance, appearance.reported)
    selection = SelectedQuote(place.exact, place.prefix, place.suffix, place.start, *how)
    return adjust(appearance, selection, by=by)


@transaction.atomic
def dismiss(article: Article, sentence: str, *, by: User) -> None:
    """Note that a sentence is not worth checking; twice is the same as once."""
    require(by, "add_dismissedsentence", _("Your role may not dismiss sentences."))
    DismissedSentence.objects.get_or_create(
        article=article, sentence_sha256=anchors.sha256(sentence), defaults={"sentence": sentence}
    )


@transaction.atomic
def undo_dismissals(article: Article, *, by: User) -> int:
    """Propose all dismissed sentences of an article again; return how many."""
    require(by, "delete_dismissedsentence", _("Your role may not bring dismissed sentences back."))
    return len([dismissed.delete() for dismissed in article.dismissed_sentences.all()])


def _locked(article: Article, by: User) -> Article:
    """Lock the article: one selection at a time, of the text as it stands now."""
    require(by, "add_appearance", _("Your role may not mark claims."))
    locked: Article = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    return locked


def _place(article: Article, selection: SelectedQuote) -> anchors.Selector:
    exact = selection.exact.strip()
    if not exact:
        raise anchors.QuoteNotFoundError(_("Select words in the text, or write them into the field “Quote”."))
    if selection.start is None and not selection.prefix and not selection.suffix:
        places = anchors.occurrences(article.text, exact)
        if len(places) > 1:
            raise AmbiguousQuoteError([anchors.select(article.text, at, at + len(exact)) for at in places])
    return anchors.locate(article.text, exact, prefix=selection.prefix, suffix=selection.suffix, start=selection.start)


def _add(claim: Claim, article: Article, selection: SelectedQuote, place: anchors.Selector, by: User) -> Appearance:
    added = Appearance(
        claim=claim,
        article=article,
        exact=place.exact,
        prefix=place.prefix,
        suffix=place.suffix,
        start=place.start,
        attribution=selection.attribution or sentences.attribution(article.text, place.start, place.end),
        stance=selection.stance,
        reported=selection.reported,
    )
    added.full_clean()
    added.save_by(by, "Marked in the workbench")
    return added
