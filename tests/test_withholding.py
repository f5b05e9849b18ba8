"""One approver takes a claim from readers at once, in fixed words; two people show it again, or retract it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.models import Claim, Proposal, Publication, Withholding
from claims.record.verification import chain_faults
from tests import desk
from tests.desk_forms import form_of, post, sign_in
from tests.test_fixture import empty, load

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

STATEMENT = "The minister sank twelve zeppelins."
WORDS = ("zeppelin", "gasbag")
PUBLIC = [
    "/", "/claims/", "/claims/?q=zeppelins", "/claims/?q=zepelins", "/claims/?sort=made",
    "/claims/?as_of={today}", "/articles/an-article/", "/articles/an-article/?as_of={today}", "/articles/",
    "/sources/ministry/", "/topics/treaty/", "/topics/treaty/timeline/", "/corrections/",
    "/corrections/feed.atom", "/claims/feed.atom", "/claims/feed.rss", "/claims/feed.json", "/claims/{slug}/",
    "/claims/{slug}/?as_of={today}", "/claims/{slug}/v/1/", "/claims/{slug}/v/2/", "/claims/{slug}/card/",
    "/claims/{slug}/v/1/record.json", "/claims/{slug}/v/1/cite.json", "/sitemap-claims.xml",
    "/oembed?url=http://testserver/claims/{slug}/", "/suggest/?claim={slug}", "/export/jsonl", "/export/csv",
    "/export/fixture", "/export/claimreview", "/export/stix", "/export/annotation", "/export/google",
    "/api/v1/claims", "/api/v1/claims?q=zeppelins", "/api/v1/claims/{slug}",
    "/api/v1/claims/{slug}?as_of={today}", "/api/v1/claims/{slug}/versions", "/api/v1/corrections",
    "/api/v1/match?text=The minister sank twelve zeppelins.", "/api/v1alpha1/claims:search?query=zeppelins",
    "/claims/other/",
]  # fmt: skip


@pytest.fixture
def published(db):
    """A corrected claim, and another beside it."""
    made = desk.with_evidence(desk.claim(slug="sank-them", statement=STATEMENT, summary="A gasbag was seen."))
    made.topics.add(desk.topic())
    desk.appear(made, desk.article(), "ten ships")
    first = desk.published(made)
    corrected = desk.republished(first, verdict="mixed", note="One gasbag more.")
    other = desk.with_evidence(desk.claim(slug="other", statement="Ten ships came."))
    desk.appear(other, desk.article(), "coal was on board")
    desk.published(other)
    return corrected


def withheld(publication):
    return workflow.withholding.withhold(publication.claim, by=desk.person("approver"), reason="A letter from a court.")


def body(client, path):
    answer = client.get(path)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode().lower()


def pages(publication):
    return [path.format(slug=publication.slug, today=timezone.localdate()) for path in PUBLIC]


def test_readers_see_no_word_of_a_withheld_claim_by_any_door(client, published):
    paths = pages(published)
    shown = [path for path in paths if any(word in body(client, path) for word in WORDS)]
    assert len(shown) > 30
    withheld(published)
    told = {path: [word for word in WORDS if word in body(client, path)] for path in paths}
    echoed = {path for path in paths if "zeppelins" in path}  # which say what was asked
    assert [path for path, words in told.items() if set(words) - ({"zeppelin"} if path in echoed else set())] == []
    assert client.post("/check/", {"text": STATEMENT}).content.decode().count("gasbag") == 0
    assert "Ten ships came." in client.get("/claims/").content.decode()


def test_the_page_of_another_claim_does_not_name_it_and_no_new_record_does(client, published):
    """Its signed record, which does, keeps its bytes."""
    related = desk.with_evidence(desk.claim(slug="related"))
    related.relations_from.create(to_claim=published.claim, kind="contradicts")
    before = desk.published(related)
    assert "zeppelin" in body(client, "/claims/related/")
    withheld(published)
    assert "zeppelin" not in body(client, "/claims/related/")
    after = desk.republished(before, step="submit", note="", summary="Rewritten.")
    assert (len(before.record["relations"]), after.record["relations"]) == (1, [])


def test_its_address_says_so_in_fixed_words_and_nothing_of_the_claim(client, published):
    withheld(published)
    for path in (published.get_absolute_url(), f"/claims/{published.slug}/v/1/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "This review is withheld" in answer.content.decode()
    assert "withheld since" in client.get("/corrections/").content.decode()


def test_an_export_past_the_bound_of_a_search_holds_all_that_is_shown(client, published, monkeypatch):
    monkeypatch.setattr("claims.search.index.LIMIT", 2)
    others = [desk.published(desk.with_evidence(desk.claim(statement=f"Zeppelin {n} flew."))) for n in range(4)]
    withheld(others[-1])
    assert body(client, "/export/jsonl?q=zeppelin").count('"statement":"zeppelin') == 3


def test_counts_and_facets_leave_it_out(client, published):
    before = client.get("/api/v1/claims").json()["count"]
    withheld(published)
    assert client.get("/api/v1/claims").json()["count"] == before - 1
    assert "Mixed" not in client.get("/claims/").content.decode().partition("<main")[2].partition("<form")[0]


def test_a_page_that_was_kept_is_not_answered_from_its_tag(client, published):
    tag = client.get(published.get_absolute_url())["ETag"]
    withheld(published)
    assert client.get(published.get_absolute_url(), headers={"if-none-match": tag}).status_code == 404


def test_a_record_is_kept_by_no_cache_longer_than_a_page(client, published):
    answer = client.get(f"/claims/{published.slug}/v/1/record.json")
    assert answer["Cache-Control"] == "public, max-age=60"


def test_a_public_export_of_the_command_leaves_it_out(published):
    withheld(published)
    out = StringIO()
    call_command("export", "-", stdout=out)
    assert not any(word in out.getvalue().lower() for word in WORDS)


@pytest.mark.parametrize("name", ["jsonl", "csv", "stix", "google", "claimreview", "annotation"])
def test_no_format_of_the_command_tells_it_with_all_versions(published, tmp_path, name):
    withheld(published)
    call_command("export", str(tmp_path / "out"), format=name, versions="all", site="https://x.example")
    text = (tmp_path / "out").read_text().lower()
    assert "ten ships" in text
    assert not any(word in text for word in WORDS)


def test_an_export_with_a_lift_comes_back(published):
    withheld(published)
    lift = workflow.withholding.propose_to_lift(published.claim, by=desk.person("editor"), reason="")
    workflow.cards.approve(lift, by=desk.person("approver"), seal=lift.seal)
    text = "".join(fixture.write(exports.all_objects()))
    empty()
    load(text)
    assert "".join(fixture.write(exports.all_objects())) == text


def test_what_awaited_approval_and_names_it_is_submitted_again(published):
    related = desk.with_evidence(desk.claim(slug="related"))
    related.relations_from.create(to_claim=published.claim, kind="contradicts")
    made = desk.awaiting(related)
    withheld(published)
    with pytest.raises(workflow.NotReadyError, match="not shown any more"):
        desk.approve(made)
    made = workflow.take("send_back", Claim.objects.get(pk=made.pk), by=desk.person("editor"), reason="Again.")
    desk.approve(workflow.take("submit", made, by=desk.person("editor")))
    assert Publication.objects.get(slug="related").record["relations"] == []


def test_a_kept_page_that_names_it_is_not_answered_from_its_tag(client, published):
    related = desk.with_evidence(desk.claim(slug="related"))
    related.relations_from.create(to_claim=published.claim, kind="contradicts")
    desk.published(related)
    tag = client.get("/claims/related/")["ETag"]
    assert client.get("/claims/related/", headers={"if-none-match": tag}).status_code == 304
    withheld(published)
    answer = client.get("/claims/related/", headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert b"zeppelin" not in answer.content


def test_what_only_it_names_has_no_page_meanwhile(client, published):
    for path in ("/topics/treaty/", "/api/v1/topics/treaty"):
        assert client.get(path).status_code == 200
    withheld(published)
    for path in ("/topics/treaty/", "/api/v1/topics/treaty"):
        assert client.get(path).status_code == 404


def test_who_published_its_article_alone_has_no_page_meanwhile_either(client, published):
    outlet = desk.source("zeppelin-post", name="The Zeppelin Post", kind="news_outlet")
    draft = desk.with_evidence(desk.claim(slug="elsewhere"))
    desk.appear(draft, desk.article("elsewhere", publisher=outlet), "ten ships")
    publication = desk.published(draft)
    addresses = ("/sources/zeppelin-post/", "/api/v1/sources/zeppelin-post")
    assert [client.get(path).status_code for path in addresses] == [200, 200]
    withheld(publication)
    assert [client.get(path).status_code for path in addresses] == [404, 404]
    assert "Zeppelin Post" not in client.get("/api/v1/sources").content.decode()


def test_whose_account_was_changed_withholds_nothing_that_day(published):
    approver = desk.person("approver")
    workflow.accounts.note(approver, "password", by=desk.person("administrator"))
    with pytest.raises(workflow.NotPermittedError, match="Your account was changed"):
        workflow.withholding.withhold(published.claim, by=approver, reason="A letter.")


def test_the_desk_goes_on_seeing_it(client, published):
    withheld(published)
    sign_in(client, "editor")
    page = client.get(published.get_absolute_url()).content.decode()
    assert STATEMENT in page
    assert "Only the desk sees this page" in page


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_only_approvers_withhold(published, role):
    with pytest.raises(workflow.NotPermittedError):
        workflow.withholding.withhold(published.claim, by=desk.person(role), reason="Why not.")


def test_it_asks_for_a_message_to_colleagues_that_no_reader_sees(client, published):
    with pytest.raises(workflow.NotReadyError):
        workflow.withholding.withhold(published.claim, by=desk.person("approver"), reason=" ")
    withheld(published)
    assert "A letter from a court." in Claim.objects.get(slug="sank-them").history.first().history_change_reason
    assert "court" not in body(client, "/corrections/")


def test_what_is_not_published_or_is_withheld_already_is_not_withheld(published):
    with pytest.raises(workflow.WrongStateError):
        workflow.withholding.withhold(desk.claim(), by=desk.person("approver"), reason="Why not.")
    withheld(published)
    with pytest.raises(workflow.WrongStateError):
        withheld(published)


def test_two_people_show_it_again_as_it_is_published(client, published):
    before = body(client, published.get_absolute_url())
    withheld(published)
    editor = desk.person("editor")
    proposal = workflow.withholding.propose_to_lift(published.claim, by=editor, reason="The court was answered.")
    with pytest.raises(workflow.NotPermittedError):
        workflow.cards.approve(proposal, by=editor, seal=proposal.seal)
    assert client.get(published.get_absolute_url()).status_code == 404
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    assert body(client, published.get_absolute_url()) == before
    assert not Withholding.objects.standing().exists()
    assert Publication.objects.current().get(slug="sank-them") == published
    assert not list(chain_faults())


def test_one_approver_alone_shows_nothing_again(published):
    alone = desk.person("approver")
    workflow.withholding.withhold(published.claim, by=alone, reason="A letter.")
    proposal = workflow.withholding.propose_to_lift(published.claim, by=alone, reason="")
    with pytest.raises(workflow.NotPermittedError, match="somebody else"):
        workflow.cards.approve(proposal, by=alone, seal=proposal.seal)


def test_a_retraction_ends_it(client, published):
    withheld(published)
    desk.retracted(published.claim, "It was another minister.")
    assert "It was another minister." in client.get(published.get_absolute_url()).content.decode()


def test_a_correction_does_not_end_it(client, published):
    withheld(published)
    desk.republished(published, verdict="true", note="They were seen.")
    assert client.get(published.get_absolute_url()).status_code == 404
    assert "zeppelin" not in body(client, "/claims/")


def test_a_lift_is_not_approved_over_a_version_that_came_between(published):
    withheld(published)
    proposal = workflow.withholding.propose_to_lift(published.claim, by=desk.person("editor"), reason="")
    desk.republished(published, verdict="true", note="They were seen.")
    with pytest.raises(workflow.StaleClaimError, match="Another version"):
        workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)


def test_a_claim_withheld_while_a_correction_awaits_approval_is_not_shown_by_it(client, published):
    made = workflow.take("recheck", published.claim, by=desk.person("editor"), reason="New log.")
    Claim.objects.filter(pk=made.pk).update(verdict="true")
    made = workflow.take("correct", Claim.objects.get(pk=made.pk), by=desk.person("editor"), note="Seen.")
    withheld(published)
    workflow.withholding.propose_to_lift(published.claim, by=desk.person("editor"), reason="")
    desk.approve(Claim.objects.get(pk=made.pk))
    assert client.get(published.get_absolute_url()).status_code == 404


def test_the_desk_withholds_and_lifts_with_its_buttons(client, published):
    made = published.claim
    sign_in(client, "approver")
    post(client, made, {**form_of(client, made), "reason": "A letter."}, _withholding="withhold")
    assert Withholding.objects.standing().exists()
    assert "Withheld from readers since" in client.get(made.get_absolute_url()).content.decode()
    sign_in(client, "editor")
    post(client, made, form_of(client, made), _withholding="lift")
    sign_in(client, "approver")
    lift = Proposal.objects.get(kind="lift")
    assert str(made) in client.get(lift.get_absolute_url()).content.decode()
    client.post(reverse("admin:claims_decide", args=[lift.pk]), {"_decide": "approve", "seal": lift.seal})
    assert not Withholding.objects.standing().exists()


def test_what_is_overdue_heads_every_approvers_front_page(client, published):
    withheld(published)
    Withholding.objects.update(withheld_at=timezone.now() - timedelta(days=30))
    sign_in(client, "approver")
    page = client.get(reverse("admin:index"))
    assert page.context["sections"][0].name == "withheld"
    assert "overdue" in page.content.decode()
    sign_in(client, "editor")
    assert client.get(reverse("admin:index")).context["sections"][0].name != "withheld"
