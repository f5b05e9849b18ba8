"""Merge, split, drop and take up, in a browser."""

import pytest

from claims.models import Claim
from tests import desk
from tests.journeys.browser import (
    already_signed_in,
    choose,
    needs_chromium,
    page,
    press,
    shot,
    step,
)

__all__ = ["page"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), needs_chromium]


@pytest.mark.database("sqlite")
def test_two_drafts_are_merged_one_is_split_and_one_dropped_and_taken_up_again(page, live_server):
    site, editor = live_server.url, desk.person("editor")
    article = desk.article(text="Ten ships came. Coal was on board.")
    kept = desk.with_evidence(desk.claim(statement="Ten ships came to the port."))
    twin = desk.claim(statement="Ten vessels reached the harbour.")
    desk.appear(twin, article, "Coal was on board")
    already_signed_in(page, site, editor)

    page.goto(f"{site}{twin.get_absolute_url()}")
    press(page, ".repair a:has-text('Merge into another')")
    choose(page, "#id_into", "Ten ships came")
    press(page, "button:has-text('Show what moves')")
    assert "1 appearances" in page.inner_text("#content") and "Coal was on board" in page.inner_text("#content")
    shot(page, "merge")
    press(page, ".step-buttons .default")
    assert "Merged" in page.inner_text(".messagelist")
    twin.refresh_from_db()
    assert (twin.status, twin.merged_into, kept.appearances.count()) == ("dropped", kept.uid, 1)

    press(page, ".repair a:has-text('Split into two')")
    page.fill("textarea[name=statement]", "The ten ships carried coal.")
    press(page, ".step-buttons .default")
    made = Claim.objects.get(statement="The ten ships carried coal.")
    assert (made.evidence.count(), made.appearances.count()) == (1, 1)

    step(page, "drop", reason="The other claim says it.")
    made.refresh_from_db()
    assert made.status == "dropped"
    page.goto(f"{site}{made.get_absolute_url()}")
    step(page, "take_up", reason="It is another claim after all.")
    made.refresh_from_db()
    assert made.status == "draft"
    assert not page.refusals, page.refusals
