"""A second opinion is blind: nothing of the desk shows the editor's verdict before it is given or waived."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Claim, Proposal, SecondOpinion
from claims.workflow import second_opinions
from tests import desk, test_permissions
from tests.desk_forms import form_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]
SECRETS = ("Mostly false", "Only we know this summary.", "Only we know this rationale.")


@pytest.fixture
def submitted(db):
    draft = desk.claim(
        verdict="mostly_false", confidence=37, summary=SECRETS[1], rationale=SECRETS[2], statement="Ten ships came."
    )
    return desk.awaiting(desk.with_evidence(draft), editor=desk.person("editor", "ed"))


def page_of(client, claim):
    return client.get(claim.get_absolute_url()).content.decode()


def give(client, claim, **fields):
    return client.post(reverse("admin:claims_opinion", args=[claim.pk]), fields, follow=True)


def without_choices(page):
    """The page without the verdicts offered in its own form, and what each of them means."""
    for start, end in (("<select", "</select>"), ('<details class="meanings"', "</details>")):
        if start in page:
            page = page[: page.index(start)] + page[page.index(end, page.index(start)) :]
    return page


def test_the_review_is_hidden_until_an_opinion_is_given(client, submitted):
    sign_in(client, "approver")
    page = without_choices(page_of(client, submitted))
    assert "Give your own opinion first?" in page
    assert "Harbour log" in page  # the evidence to judge by
    for secret in SECRETS:
        assert secret not in page
    assert "field-confidence" not in page
    assert 'value="approve"' not in page

    page = give(client, submitted, verdict="false", confidence="80", note="The log is clear.").content.decode()
    for words in (*SECRETS, "Second opinion of", "The log is clear.", 'value="approve"'):
        assert words in page
    kept = SecondOpinion.objects.get()
    assert (kept.verdict, kept.confidence, kept.editor_verdict, kept.editor_confidence) == (
        "false", 80, "mostly_false", 37,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["claims_claim_history", "claims_preview", "claims_difference"])
def test_no_other_page_of_the_claim_shows_it_either(client, submitted, name):
    sign_in(client, "approver")
    answer = client.get(reverse(f"admin:{name}", args=[submitted.pk]))
    assert answer.url == submitted.get_absolute_url()
    give(client, submitted, read="1")
    assert client.get(reverse(f"admin:{name}", args=[submitted.pk])).status_code == 200


def test_the_list_of_claims_hides_it_and_shows_it_afterwards(client, submitted):
    sign_in(client, "approver")
    rows = reverse("admin:claims_claim_changelist")
    assert "hidden<" in client.get(rows).content.decode()
    give(client, submitted, read="1")
    assert "hidden<" not in client.get(rows).content.decode()


def test_reading_without_an_opinion_is_kept_as_that_and_cannot_become_blind_again(client, submitted):
    approver = sign_in(client, "approver")
    give(client, submitted, read="1")
    assert SecondOpinion.objects.get().verdict == ""
    with pytest.raises(workflow.WrongStateError, match="would not be blind"):
        second_opinions.give_opinion(submitted, by=approver, verdict="true", confidence=None)


def test_an_opinion_needs_a_verdict(client, submitted):
    sign_in(client, "approver")
    refused = give(client, submitted, confidence="5", note="The log is clear.")
    assert refused.status_code == 400
    assert "Choose a verdict" in refused.content.decode() and 'value="The log is clear."' in refused.content.decode()
    assert "less than or equal to 100" in give(client, submitted, verdict="true", confidence="101").content.decode()
    assert not SecondOpinion.objects.exists()


def test_the_submitter_gives_none_and_sees_their_review(client):
    both = desk.person("approver", "both")
    claim = desk.awaiting(editor=both)
    client.force_login(both)
    assert "Give your own opinion first?" not in page_of(client, claim)
    with pytest.raises(workflow.NotPermittedError):
        second_opinions.give_opinion(claim, by=both, verdict="true", confidence=None)


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_who_does_not_approve_is_not_asked(client, submitted, role):
    user = sign_in(client, role)
    assert "Give your own opinion first?" not in page_of(client, submitted)
    with pytest.raises(workflow.NotPermittedError):
        second_opinions.read_review(submitted, by=user)


def test_a_new_submission_asks_anew(submitted):
    approver = desk.person("approver")
    second_opinions.give_opinion(submitted, by=approver, verdict="true", confidence=None)
    workflow.take("send_back", submitted, by=approver, reason="More.")
    workflow.take("submit", submitted, by=desk.person("editor"))
    submitted.refresh_from_db()
    assert second_opinions.is_blind(approver, submitted)
    second_opinions.give_opinion(submitted, by=approver, verdict="true", confidence=None)
    assert SecondOpinion.objects.count() == 2


def opinion(claim, by, *, verdict, editor, created):
    SecondOpinion.objects.create(
        claim=claim, submitted_at=created, by=by, verdict=verdict, editor_verdict=editor, created=created
    )


def test_agreement_is_shown_by_period_with_its_number(client, submitted):
    approver = desk.person("approver")
    days = iter(range(1, 29))
    for verdict, editor, number in (("true", "true", 2), ("false", "false", 1), ("false", "true", 1), ("", "true", 3)):
        for _ in range(number):
            opinion(
                submitted, approver, verdict=verdict, editor=editor, created=datetime(2026, 2, next(days), tzinfo=UTC)
            )
    opinion(submitted, approver, verdict="true", editor="false", created=datetime(2025, 7, 1, tzinfo=UTC))
    newest, oldest = second_opinions.agreement_by_period("quarter")
    assert (newest[0].month, newest[1].n, newest[1].observed, newest[1].kappa) == (1, 4, 0.75, 0.5)
    assert (oldest[0].year, oldest[1].n, oldest[1].kappa) == (2025, 1, 0)
    sign_in(client, "editor")
    page = client.get(reverse("admin:claims_secondopinion_changelist"), {"period": "year"})
    assert page.status_code == 200
    assert "Cohen’s kappa" in page.content.decode()


def test_no_list_page_search_or_export_of_the_desk_gives_it_away(client, submitted):
    workflow.proposals.waiting(submitted).parts.update(message="Only we know this message.")
    approver = sign_in(client, "administrator")
    lists = [reverse(f"admin:{name}") for name in test_permissions.ADDRESSES if name.endswith("_changelist")]
    searched = [f"{address}?q={word}" for address in lists for word in ("summary", "rationale", "37", "Ten")]
    pages = [*lists, *searched, reverse("admin:index"), reverse("public:in_progress"), reverse("admin:claims_check")]
    pages += [reverse("admin:claims_proposal_change", args=[item.pk]) for item in Proposal.objects.all()]
    pages += [reverse(f"admin:claims_{model}_history", args=[1]) for model in ("evidence", "appearance", "proposal")]
    assert len(pages) > 80
    shown = {}
    for page in pages:
        answer = client.get(page, follow=True)
        text = without_choices(answer.content.decode())
        if found := [secret for secret in (*SECRETS[1:], "Only we know this message.") if secret in text]:
            shown[page] = found
    assert shown == {}
    exported = client.get(reverse("admin:claims_export"), follow=True)
    assert "judge blind" in exported.content.decode()
    second_opinions.read_review(submitted, by=approver)
    assert SECRETS[1].encode() in b"".join(client.get(reverse("admin:claims_export")).streaming_content)


def test_a_review_is_blind_though_a_retraction_was_once_sent_back(client):
    publication = desk.published()
    made = workflow.take("retract", publication.claim, by=desk.person("editor"), note="Wrong port.")
    made = workflow.take("send_back", made, by=desk.person("editor"), reason="Not yet.")
    made = workflow.take("submit", made, by=desk.person("editor"))
    assert second_opinions.is_blind(desk.person("approver"), made)


def test_who_decides_on_a_retraction_sees_it_and_not_the_review_in_work(client):
    publication = desk.published()
    made = workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New log.")
    Claim.objects.filter(pk=made.pk).update(summary=SECRETS[1], rationale=SECRETS[2])
    made = workflow.take("retract", Claim.objects.get(pk=made.pk), by=desk.person("editor"), note="Wrong port.")
    approver = sign_in(client, "approver")
    page = page_of(client, made)
    assert "Wrong port." in page
    assert 'value="approve"' in page
    assert "Evidence at a glance" in page and "onfidence" not in page  # which follows from the verdict in work
    history = client.get(reverse("admin:claims_claim_history", args=[made.pk]), follow=True).content.decode()
    for secret in SECRETS[1:]:
        assert secret not in page + history
    made = workflow.take("send_back", made, by=desk.person("editor"), reason="No.")
    made = workflow.take("submit", Claim.objects.get(pk=made.pk), by=desk.person("editor"))
    assert second_opinions.is_blind(approver, made)


def test_the_list_of_opinions_does_not_give_the_review_away(client, submitted):
    second_opinions.give_opinion(submitted, by=desk.person("approver"), verdict="false", confidence=None, note="n")
    sign_in(client, "approver")
    page = client.get(reverse("admin:claims_secondopinion_changelist"))
    assert list(page.context["cl"].result_list) == []


def test_no_count_filter_search_or_order_of_a_list_tells_it(client, submitted):
    approver = sign_in(client, "approver")
    rows = reverse("admin:claims_claim_changelist")
    shown = client.get(rows, {"_facets": "True"}).content.decode()
    assert "Mostly false (0)" in shown
    assert "medium (30–69) (0)" in shown
    for query in ({"concluded": "mostly_false"}, {"band": "30-69"}, {"q": "only we know"}):
        assert client.get(rows, query).context["cl"].result_count == 0, query
    for lookup in ("verdict__exact", "confidence__gte", "rationale__contains", "summary__contains"):
        assert client.get(rows, {lookup: "3"}).status_code == 400, lookup
    assert submitted.statement not in client.get("/in-progress/", {"verdict": "mostly_false"}).content.decode()
    second_opinions.read_review(submitted, by=approver)
    assert "Mostly false (1)" in client.get(rows, {"_facets": "True"}).content.decode()
    assert client.get(rows, {"concluded": "mostly_false"}).context["cl"].result_count == 1
    assert submitted.statement in client.get("/in-progress/", {"verdict": "mostly_false"}).content.decode()


@pytest.mark.parametrize("step", ["approve", "send_back", "retract"])
def test_nobody_decides_on_a_review_they_have_not_read(client, submitted, step):
    sign_in(client, "approver")
    data = {**form_of(client, submitted), "_step": step, "reason": "r"}
    page = client.post(submitted.get_absolute_url(), data, follow=True).content.decode()
    assert "before you decide on it" in page
    submitted.refresh_from_db()
    assert submitted.status == "awaiting_approval"
