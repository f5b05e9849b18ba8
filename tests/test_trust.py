"""Why readers may trust the desk: what verdicts mean, how claims are chosen, who it is, who pays."""

import pytest
from django.utils import translation

from claims import workflow
from claims.models import Page
from claims.public.pages import ABOUT
from claims.vocabulary import VERDICT_MEANING, PageName, Verdict
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


@pytest.mark.parametrize("language", ["en-gb", "ko", "ru"])
def test_every_verdict_has_a_meaning_in_every_language_and_a_place_to_link_to(client, language):
    prefix = "" if language == "en-gb" else f"/{language}"
    page = client.get(f"{prefix}/methodology/").content.decode()
    with translation.override(language):
        for verdict in Verdict:
            assert f'id="verdict-{verdict}"' in page
            assert str(VERDICT_MEANING[verdict]) in page


def test_the_desk_reads_what_each_verdict_means_where_it_chooses_one(client):
    sign_in(client, "approver")
    for made in (desk.with_evidence(desk.claim()), desk.awaiting()):  # the form, and the opinion before the review
        page = client.get(made.get_absolute_url()).content.decode()
        assert all(f"<dt>{verdict.label}</dt><dd>{says}</dd>" in page for verdict, says in VERDICT_MEANING.items())


@pytest.mark.parametrize(("address", "names"), [("/about/", ABOUT), ("/methodology/", [PageName.SELECTION])])
def test_what_is_not_stated_yet_is_shown_to_the_desk_alone(client, address, names):
    assert not any(str(name.label) in client.get(address).content.decode() for name in names)
    sign_in(client, "editor")
    page = client.get(address).content.decode()
    for name in names:
        assert str(name.label) in page
        assert f"/admin/claims/page/add/?name={name}" in page
    assert page.count("Not stated yet.") == len(names)


@pytest.mark.parametrize(
    ("name", "address"), [("selection", "/methodology/"), ("funding", "/about/"), ("people", "/about/")]
)
def test_readers_see_a_part_once_two_people_have_signed_it(client, name, address):
    draft = Page.objects.create(name=name, language="en-gb", text="We check *both* sides.")
    assert "We check" not in client.get(address).content.decode()
    proposal = workflow.cards.propose(draft, by=desk.person("editor"))
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    page = client.get(address).content.decode()
    assert "We check <em>both</em> sides." in page
    assert f'<h2 id="{name}">' in page
    assert draft.get_absolute_url() == f"{address}#{name}"
    assert draft.card.get_absolute_url() == draft.get_absolute_url()
