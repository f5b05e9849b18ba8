"""Readers see sources, topics, articles and the desk's pages through signed cards, never as the desk has them now."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.models import Article, Card, Claim, Page, Proposal, Publication, Source, Topic
from claims.record.verification import chain_faults
from tests import desk
from tests.desk_forms import form_of_object, sign_in
from tests.test_fixture import empty

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

PUBLIC = [
    "/", "/claims/", "/claims/?topic=treaty", "/claims/?as_of=2031-01-01", "/articles/", "/articles/an-article/",
    "/sources/ministry/", "/sources/gazette/", "/topics/", "/topics/treaty/", "/topics/treaty/timeline/",
    "/about/", "/ko/about/", "/corrections/", "/contact/", "/methodology/", "/claims/feed.atom?topic=treaty",
    "/claims/feed.json", "/sitemap-articles.xml", "/sitemap-topics.xml", "/sitemap-sources.xml",
    "/api/v1/sources", "/api/v1/sources/ministry", "/api/v1/topics", "/api/v1/topics/treaty", "/api/v1/articles",
    "/api/v1/articles/an-article", "/api/v1/claims", "/export/fixture", "/export/jsonl", "/export/csv",
    "/export/claimreview",
]  # fmt: skip


def all_shown():
    """A published claim that names everything, and the desk's pages."""
    made = desk.with_evidence(desk.claim(slug="ten-ships"), publisher=desk.source("post"))
    made.topics.add(desk.topic())
    desk.appear(made, desk.article(), "ten ships")
    publication = desk.published(made)
    for page in (Page(name="about", text="Who we are."), Page(name="corrections", text="How we correct.")):
        desk.shown_anew(page)
    return publication


@pytest.fixture
def shown(db):
    return all_shown()


def rewrite_every_working_row():
    libel = "Liars and crooks"
    Source.objects.update(name=libel, kind="person", url="https://libel.example/", country="KP", description=libel)
    Topic.objects.update(name=libel)
    Page.objects.update(text=libel)
    Article.objects.update(
        title=libel, authors=libel, text=libel, rights="full_text", url="https://libel.example/", language="ko",
        published_on="2001-01-01", accessed_on="2001-01-01", archived_url="https://libel.example/", publisher=None,
    )  # fmt: skip
    Claim.objects.update(summary=libel, rationale=libel)


def body(client, address):
    answer = client.get(address)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_whatever_one_person_rewrites_on_the_desk_no_public_byte_changes(client, shown):
    paths = [*PUBLIC, shown.get_absolute_url(), shown.get_version_url(), f"/claims/{shown.slug}/card/"]
    before = {path: body(client, path) for path in paths}
    assert all(before.values())
    rewrite_every_working_row()
    assert [path for path in paths if body(client, path) != before[path]] == []


def test_a_contributor_who_renames_a_source_renames_it_for_the_desk_alone(client, shown):
    sign_in(client, "contributor")
    address = reverse("admin:claims_source_change", args=[Source.objects.get(slug="ministry").pk])
    client.post(address, {**form_of_object(client, address), "name": "Liars and crooks"})
    assert Source.objects.get(slug="ministry").name == "Liars and crooks"
    client.logout()
    assert b"Liars" not in body(client, "/sources/ministry/")
    sign_in(client, "contributor")
    page = client.get(address).content.decode()
    assert "<del>Ministry</del>" in page
    assert "<ins>Liars and crooks</ins>" in page


def test_a_private_text_stays_private_when_one_person_flips_the_rights(client, shown):
    desk.shown_anew(Article.objects.get(), rights="full_text_private")
    Article.objects.update(rights="full_text")
    for path in ("/articles/an-article/", "/api/v1/articles/an-article", "/export/fixture"):
        assert b"coal was on board" not in body(client, path)


def test_a_private_text_leaves_not_even_its_hash(shown):
    desk.shown_anew(Article.objects.get(), rights="full_text_private")
    card = Card.objects.get(article__isnull=False)
    assert (card.text, card.record["text_sha256"]) == ("", "")


def test_a_text_made_private_is_gone_from_the_days_before_too(client, shown):
    desk.shown_anew(Article.objects.get(), rights="full_text_private")
    assert b"coal was on board" not in body(client, "/articles/an-article/?as_of=2030-01-01")


def test_two_people_rename_a_source_and_older_records_keep_the_name_they_were_signed_with(client, shown):
    desk.shown_anew(Source.objects.get(slug="ministry"), name="Office")
    assert b"Office" in body(client, "/sources/ministry/")
    assert b"Office" in body(client, "/claims/")
    for page in (shown.get_version_url(), shown.get_absolute_url()):
        assert "Ministry</bdi></a> (now listed as <bdi>Office</bdi>)" in " ".join(body(client, page).decode().split())
    assert b"Ministry" in body(client, f"/claims/?as_of={timezone.localdate()}")
    assert not list(chain_faults())


def test_an_article_of_a_day_past_is_shown_as_it_was_signed_then(client, shown):
    then = timezone.localdate() - timedelta(days=1)
    with desk.past_the_triggers():
        Publication.objects.update(published_at=timezone.now() - timedelta(days=3))
        Card.objects.update(signed_at=timezone.now() - timedelta(days=2))
    desk.shown_anew(Article.objects.get(), title="Eleven ships", text="ten ships, we say now.")
    then_page = body(client, f"/articles/an-article/?as_of={then}").decode()
    now_page = body(client, "/articles/an-article/").decode()
    assert "<title>Ten ships" in then_page and "coal was on board" in then_page
    assert "<title>Eleven ships" in now_page and "we say now" in now_page


def test_the_first_cards_of_what_a_claim_names_are_signed_with_it():
    draft = desk.with_evidence(desk.claim())
    draft.topics.add(desk.topic())
    Source.objects.filter(slug="ministry").update(description="A ministry of the sea.")
    made = desk.awaiting(draft)
    Source.objects.update(name="Renamed", description="Renamed.")
    desk.approve(made)
    cards = {(card.kind, card.subject): card for card in Card.objects.all()}
    assert set(cards) == {("source", "ministry"), ("source", "our-desk"), ("topic", "treaty")}
    card, publication = cards["source", "ministry"], Publication.objects.get()
    assert (card.name, card.record["description"]) == ("Ministry", "A ministry of the sea.")
    assert (card.submitted_by, card.approved_by) == (publication.submitted_by, publication.approved_by)
    assert card.sequence < publication.sequence


def test_two_claims_that_name_one_new_source_give_it_one_card():
    first, second = desk.awaiting(), desk.awaiting()
    desk.approve(first)
    desk.approve(second)
    assert Card.objects.filter(subject="ministry").count() == 1
    assert not list(chain_faults())


def test_a_card_takes_two_people(shown):
    both = desk.person("approver")
    Source.objects.filter(slug="ministry").update(name="Office")
    proposal = workflow.cards.propose(Source.objects.get(slug="ministry"), by=both)
    with pytest.raises(workflow.NotPermittedError, match="somebody else"):
        workflow.cards.approve(proposal, by=both, seal=proposal.seal)
    with pytest.raises(workflow.NotPermittedError):
        workflow.cards.approve(proposal, by=desk.person("editor"), seal=proposal.seal)
    with desk.past_the_triggers(), pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.update(submitted_by=both, approved_by=both)


def proposed(name="Office", **fields):
    source = Source.objects.get(slug="ministry")
    Source.objects.filter(pk=source.pk).update(name=name, **fields)
    return workflow.cards.propose(Source.objects.get(pk=source.pk), by=desk.person("contributor"))


@pytest.mark.parametrize("seal", ["", "0" * 64])
def test_a_card_is_signed_only_as_it_was_shown(shown, seal):
    with pytest.raises(workflow.StaleClaimError):
        workflow.cards.approve(proposed(), by=desk.person("approver"), seal=seal)


def test_a_card_whose_text_was_changed_after_it_was_proposed_is_not_signed(shown):
    Article.objects.update(text="Another text.")
    proposal = workflow.cards.propose(Article.objects.get(), by=desk.person("editor"))
    Proposal.objects.filter(pk=proposal.pk).update(text="Forged.")
    with pytest.raises(workflow.StaleClaimError):
        workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)


def test_what_was_renamed_after_it_was_proposed_is_told_and_not_signed(client, shown):
    proposal = proposed("Office")
    Source.objects.filter(slug="ministry").update(name="Third name")
    sign_in(client, "approver")
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "<ins>Third name</ins>" in page
    client.post(reverse("admin:claims_decide", args=[proposal.pk]), {"_decide": "approve", "seal": proposal.seal})
    assert Card.objects.get(source__slug="ministry").name == "Office"


def test_a_card_is_not_signed_over_another_that_came_between(shown):
    proposal = proposed()
    Proposal.objects.filter(pk=proposal.pk).update(base="0" * 64)
    with pytest.raises(workflow.StaleClaimError, match="Another version"):
        workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)


def test_one_proposal_waits_for_each_subject_and_one_that_changes_nothing_is_refused(shown):
    with pytest.raises(workflow.NotReadyError, match="already"):
        workflow.cards.propose(Source.objects.get(slug="ministry"), by=desk.person("editor"))
    proposed()
    with pytest.raises(workflow.WrongStateError, match="awaits approval"):
        workflow.cards.propose(Source.objects.get(slug="ministry"), by=desk.person("editor"))


def test_what_no_claim_names_yet_is_not_proposed_alone(db):
    with pytest.raises(workflow.WrongStateError, match="first claim that names it"):
        workflow.cards.propose(desk.source("unnamed"), by=desk.person("editor"))


def test_a_page_of_the_desk_is_shown_once_two_people_signed_it(client, db):
    page = Page.objects.create(name="about", text="Who we are.")
    assert b"Who we are." not in body(client, "/about/")
    proposal = workflow.cards.propose(page, by=desk.person("editor"))
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    assert b"Who we are." in body(client, "/about/")
    desk.shown_anew(page, text="")
    assert b"has not written this page yet" in body(client, "/about/")


def test_a_new_publisher_of_an_article_is_shown_with_it(client, shown):
    desk.shown_anew(Article.objects.get(), publisher=desk.source("herald", kind="news_outlet"))
    assert b"Herald" in body(client, "/articles/an-article/")
    assert client.get("/sources/herald/").status_code == 200
    assert b"Ten ships" in body(client, "/sources/herald/")


def test_who_proposed_may_take_it_back_and_others_say_why_they_send_it_back(client, shown):
    proposal = proposed()
    with pytest.raises(workflow.NotReadyError):
        workflow.cards.refuse(proposal, by=desk.person("approver"), answer=" ")
    with pytest.raises(workflow.NotPermittedError):
        workflow.cards.refuse(proposal, by=desk.person("editor"), answer="No.")
    client.force_login(proposal.proposed_by)
    client.post(reverse("admin:claims_decide", args=[proposal.pk]), {"_decide": "send_back", "answer": "A slip."})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("sent_back", "A slip.")


def test_the_desk_proposes_on_the_form_and_approves_on_the_proposal(client, shown):
    editor = sign_in(client, "editor")
    address = reverse("admin:claims_article_change", args=[Article.objects.get().pk])
    data = {**form_of_object(client, address), "title": "Ten ships, corrected", "_propose": ""}
    client.post(address, {**data, "public_note": "The title was cut short."})
    assert b"awaits approval" in body(client, address)
    approver = sign_in(client, "approver")
    assert "Ten ships, corrected" in client.get(reverse("admin:index")).content.decode()
    proposal = Proposal.objects.get(state="waiting")
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "<ins>Ten ships, corrected</ins>" in page
    client.post(reverse("admin:claims_decide", args=[proposal.pk]), {"_decide": "approve", "seal": proposal.seal})
    card = Card.objects.get(article__isnull=False)
    assert (card.name, card.note, card.submitted_by, card.approved_by) == (
        "Ten ships, corrected", "The title was cut short.", editor, approver,
    )  # fmt: skip


def test_an_export_loaded_by_loaddata_leaves_as_it_came(shown, tmp_path):
    Article.objects.update(publisher=desk.source("herald"))
    workflow.cards.propose(Article.objects.get(), by=desk.person("editor"))
    text = "".join(fixture.write(exports.all_objects()))
    (tmp_path / "all.json").write_text(text)
    empty()
    call_command("loaddata", str(tmp_path / "all.json"), verbosity=0)
    assert "".join(fixture.write(exports.all_objects())) == text


def test_the_approver_reads_every_word_of_what_is_new_to_readers(client):
    """Of a claim's first cards, and of an article's new publisher."""
    desk.source("herald", kind="news_outlet", description="A paper of the coast.")
    draft = desk.with_evidence(desk.claim(claimant=desk.source("fleet", description="A fleet of ships.")))
    desk.appear(draft, desk.article(), "ten ships")
    made = desk.awaiting(draft)
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(made, by=approver)
    page = client.get(made.get_absolute_url()).content.decode()
    for words in ("A fleet of ships.", "coal was on board", "Gazette"):
        assert words in page
    desk.approve(made)
    Article.objects.update(publisher=Source.objects.get(slug="herald"))
    proposal = workflow.cards.propose(Article.objects.get(), by=desk.person("editor"))
    assert "A paper of the coast." in client.get(proposal.get_absolute_url()).content.decode()


def test_a_swap_of_namesakes_is_a_difference_and_can_be_proposed(shown):
    Article.objects.update(publisher=desk.source("gazette-2", name="Gazette", kind="news_outlet"))
    proposal = workflow.cards.propose(Article.objects.get(), by=desk.person("editor"))
    (change,) = workflow.proposals.changes_of(proposal)
    assert (change.field, "gazette-2" in change.new) == ("Publisher", True)


def test_what_was_removed_since_is_named_and_nothing_breaks(db):
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, desk.article(), "ten ships")
    made = desk.awaiting(draft)
    Article.objects.update(publisher=None)
    Source.objects.get(slug="gazette").delete()
    with pytest.raises(workflow.NotReadyError, match="“gazette” is not here any more"):
        desk.approve(made)
    assert not Publication.objects.exists()


def test_a_first_card_that_readers_see_otherwise_by_now_is_submitted_again(db):
    desk.source()
    first = desk.awaiting()
    Source.objects.filter(slug="ministry").update(description="Edited meanwhile.")
    second = desk.awaiting()
    desk.approve(first)
    with pytest.raises(workflow.StaleClaimError, match="Readers see another card"):
        desk.approve(second)
    again = workflow.take("send_back", Claim.objects.get(pk=second.pk), by=desk.person("editor"), reason="Again.")
    desk.approve(workflow.take("submit", again, by=desk.person("editor")))
    assert Card.objects.get(source__slug="ministry").record["description"] == ""


def test_the_note_of_a_card_stands_on_its_page(client, shown):
    Source.objects.filter(slug="ministry").update(name="Office")
    source = Source.objects.get(slug="ministry")
    proposal = workflow.cards.propose(source, by=desk.person("editor"), note="Renamed by law.")
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    assert b"Renamed by law." in body(client, "/sources/ministry/")
