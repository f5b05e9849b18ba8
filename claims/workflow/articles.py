"""What follows when the text of an article is replaced."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from claims.models import Appearance, Article
from claims.workflow.guards import require

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
    require(by, "change_article", "replace the text of articles")
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
    return Counter(appearance.anchor_state for appearance, _ in found)
