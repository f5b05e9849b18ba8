"""Before a verdict is published: the preview, what would change, and former wordings brought back."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Claim, Publication
from tests import desk
from tests.desk_forms import form_of, form_of_object, post, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_the_preview_is_the_page_that_is_then_published(client):
    from django.test import Client

    approver = sign_in(client, "approver")
    claim = desk.awaiting(desk.with_evidence(desk.claim(statement="Ten ships came.")))
    workflow.second_opinions.read_review(claim, by=approver)
    before = client.get(reverse("admin:claims_preview", args=[claim.pk])).content.decode()
    assert not Publication.objects.exists()
    desk.approve(claim, by=approver)
    after = Client().get(f"/claims/{claim.slug}/").content.decode()
    assert _main(before) == _main(after)


def _main(page):
    """The text of the claim's article but for what publishing sets: hashes, times, and links of staff."""

    class Text(HTMLParser):
        def __init__(self):
            super().__init__()
            self.words, self.is_inside, self.skipped = [], False, 0

        def handle_starttag(self, tag, attrs):
            self.is_inside |= tag == "article"
            self.skipped += tag in {"code", "ol"}

        def handle_endtag(self, tag):
            self.is_inside &= tag != "article"
            self.skipped -= tag in {"code", "ol"}

        def handle_data(self, data):
            if self.is_inside and not self.skipped:
                self.words += data.split()

    text = Text()
    text.feed(page)
    return text.words


def test_a_correction_is_previewed_with_its_note_and_compared_field_by_field(client):
    publication = desk.published(statement="Ten ships came.")
    workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New log.")
    Claim.objects.filter(pk=publication.claim.pk).update(verdict="true", summary="Ten did come.")
    sign_in(client, "editor")
    claim = publication.claim
    page = client.get(reverse("admin:claims_difference", args=[claim.pk])).content.decode()
    for words in ("<del>False</del>", "<ins>True</ins>", "<ins>Ten did come.</ins>", "published as: correction"):
        assert words in page
    assert "Statement" not in page.partition("<tbody>")[2]
    preview = reverse("admin:claims_preview", args=[claim.pk])
    assert "Your public note will stand here" in client.get(preview).content.decode()
    typed = client.post(preview, {"kind": "correction", "public_note": "We misread the log."}).content.decode()
    assert "We misread the log." in typed
    tombstone = client.post(preview, {"kind": "retraction", "public_note": "All of it was wrong."}).content.decode()
    assert "All of it was wrong." in tombstone
    assert "Ten did come." not in tombstone
    assert Publication.objects.count() == 1


def test_a_claim_without_verdict_has_no_preview_and_says_so(client):
    sign_in(client, "editor")
    claim = desk.claim(verdict="")
    page = client.get(reverse("admin:claims_preview", args=[claim.pk]), follow=True).content.decode()
    assert "choose a verdict" in page


def test_a_former_wording_comes_back_as_a_new_edit(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim(summary="The first words."))
    post(client, made, form_of(client, made), summary="The second words.")
    former = made.history.last()
    page = client.get(reverse("admin:claims_claim_history", args=[made.pk])).content.decode()
    assert f"?restore={former.history_id}" in page
    address = f"{made.get_absolute_url()}?restore={former.history_id}"
    data = form_of_object(client, address)
    made.refresh_from_db()
    assert (data["summary"], made.summary) == ("The first words.", "The second words.")
    client.post(address, data)
    made.refresh_from_db()
    assert (made.summary, made.version) == ("The first words.", 3)
    assert "Brings back the wording of" in made.history.first().history_change_reason
    assert made.history.count() == 3


def test_a_locked_claim_or_a_strange_entry_brings_nothing_back(client):
    sign_in(client, "editor")
    publication = desk.published()
    page = client.get(reverse("admin:claims_claim_history", args=[publication.claim.pk])).content.decode()
    assert "?restore=" not in page
    draft = desk.claim(summary="Present.")
    for asked in ("0", "x", "9" * 30, str(publication.claim.history.first().history_id)):
        assert form_of_object(client, f"{draft.get_absolute_url()}?restore={asked}")["summary"] == "Present."
