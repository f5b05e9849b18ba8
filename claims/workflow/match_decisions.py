"""What the desk decides on the matcher's finds. Nothing is linked by it, no verdict carried over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims import matching
from claims.models import Claim, Match
from claims.vocabulary import MatchDecision
from claims.workflow.guards import WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def decide(text: str, found: matching.PublishedMatch, decision: str, *, by: User) -> Match:
    """Keep whether a published claim answers a text; decided again, the later decision stands."""
    require(by, "add_match", _("Your role may not decide on matches."))
    if decision not in MatchDecision.values:
        raise WrongStateError(_("A match is confirmed or rejected, not “%(decision)s”.") % {"decision": decision})
    claim = Claim.objects.filter(uid=found.publication.claim_id).first()
    if claim is None:
        raise WrongStateError(_("That claim is not on this desk any more."))
    match: Match
    match, _is_new = Match.objects.update_or_create(
        text_sha256=matching.text_sha256(text),
        claim=claim,
        defaults={
            "score": found.likelihood,
            "overlap": found.overlap,
            "similarity": found.similarity,
            "tier": found.tier,
            "decision": decision,
            "decided_by": by,
            "decided_at": timezone.now(),
        },
    )
    return match
