"""Where claims stand in articles, when a text is replaced and when two articles turn out to be one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from claims.models import Appearance, Article, Card, Claim
from claims.models.claims import OPEN_FOR_EDITING
from claims.text import anchors
from claims.vocabulary import AnchorState, CardKind
from claims.workflow import drafts
from claims.workflow.guards import StaleClaimError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_ANCHOR = ["start", "end", "paragraph", "prefix", "suffix", "anchor_state"]


@transaction.atomic
def reanchor(article: Article, *, by: User) -> Counter[str]:
    """Find the quote of every appearance in the text as it stands now; return how many are in each AnchorState.

    Nothing is dropped and no quote rewritten: one that changed is pointed at the passage that stands in its
    place, one that is gone loses its position, and both wait for an editor. Call it in the transaction that
    replaced the text.
    """
    require(by, "change_article", _("Your role may not replace the text of articles."))
    taken: set[tuple[Any, ...]] = set()
    found = []
    for appearance in article.appearances.order_by("start", "uid"):
        before = appearance.anchor_fields
        appearance.reanchor_in(article.text, taken)
        taken.add((appearance.claim_id, appearance.start, appearance.end))
        found.append((appearance, before))
    moved = [appearance for appearance, before in found if appearance.anchor_fields != before]
    # free the old spans first: they are unique, and one quote may move to where another stood
    article.appearances.filter(pk__in=[appearance.pk for appearance in moved]).update(start=None, end=None)
    bulk_update_with_history(
        moved,
        Appearance,
        _ANCHOR,
        batch_size=200,
        default_user=by,
        default_change_reason="The article's text was replaced",
    )
    return Counter(appearance.anchor_state for appearance, _before in found)


@dataclass(frozen=True)
class ArticleMerger:
    """What becomes of the places where claims stand in an article that is merged into another."""

    moved: list[Appearance]  # with the position that each gets
    twins: list[Appearance]  # the claim is marked there already
    stays: list[Appearance]  # of claims that are not in work: their reviews name this article

    @property
    def lost(self) -> list[Appearance]:
        """Those whose quote does not stand in the other text."""
        return [item for item in self.moved if item.anchor_state == AnchorState.GONE]

    @property
    def seal(self) -> str:
        """What the user saw: the same while nothing of it changes."""
        kinds = (self.moved, self.twins, self.stays)
        return anchors.sha256("/".join(",".join(f"{item.pk}:{item.anchor_state}" for item in kind) for kind in kinds))


def merger_of(loser: Article, winner: Article) -> ArticleMerger:
    """Return what merging one article into another would do; saves nothing."""
    found = ArticleMerger([], [], [])
    taken = set(winner.appearances.values_list("claim", "start", "end"))
    for item in loser.appearances.select_related("claim").order_by("start", "uid"):
        if item.claim.status not in OPEN_FOR_EDITING:
            found.stays.append(item)
            continue
        item.article = winner
        item.reanchor_in(winner.text, set())
        place = (item.claim_id, item.start, item.end)
        (found.twins if place in taken else found.moved).append(item)
        if item.anchor_state != AnchorState.GONE:
            taken.add(place)
    return found


@transaction.atomic
def merge(loser: Article, winner: Article, *, by: User, seal: str) -> ArticleMerger:
    """Mark claims in work in one article where they stood in another, and delete that where nothing names it.

    `seal` says what the user saw. Raises WrongStateError, StaleClaimError.
    """
    require(by, "review_claim", _("Your role may not merge articles."))
    if loser.pk == winner.pk:
        raise WrongStateError(_("An article is not merged with itself."))
    claims = loser.appearances.order_by("claim").values_list("claim", flat=True).distinct()
    locked = {pk: drafts.lock(Claim(pk=pk)) for pk in claims}  # before the articles, as whoever publishes one does
    rows = {
        row.pk: row for row in Article.objects.select_for_update().filter(pk__in=[loser.pk, winner.pk]).order_by("pk")
    }
    if len(rows) < 2:
        raise StaleClaimError(_("One of the two is not here any more."))
    loser, winner = rows[loser.pk], rows[winner.pk]
    found = merger_of(loser, winner)
    if found.seal != seal:
        raise StaleClaimError(_("Something was changed after you opened this page: look at what moves again."))
    reason = f"“{loser}” was merged into “{winner}”"
    for item in found.twins:
        item._change_reason, item._history_user = reason, by
        item.delete()
    for item in found.moved:
        item.save_by(by, reason)
    for pk in {item.claim_id for item in (*found.moved, *found.twins)}:
        drafts.save(locked[pk], by, reason)
    if not found.stays and not is_named(loser):
        vars(loser).update(_change_reason=reason, _history_user=by)
        loser.delete()
    return found


def is_named(article: Article) -> bool:
    """Whether readers see an article, or something that awaits approval names it."""
    return Card.objects.of(CardKind.ARTICLE, article.slug).exists() or article.publications.exists()
