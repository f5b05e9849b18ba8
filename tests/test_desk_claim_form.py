"""What the claim's form shows and takes: likenesses, relations, evidence, rows, choices typed by name."""

import pytest
from django.contrib.auth.models import Permission
from django.forms import modelform_factory
from django.urls import reverse

from claims import workflow
from claims.desk.forms import ClaimForm
from claims.models import Appearance, Claim, ClaimRelation, Evidence, Topic
from tests import desk
from tests.desk_forms import form_of, form_of_object, post, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]
CLAIMS = "admin:claims_claim_changelist"


def test_a_likely_duplicate_is_warned_of_while_typing_and_on_save(client):
    sign_in(client, "editor")
    twin = desk.claim(statement="North Korea shipped rockets to Wagner in 2022.")
    desk.claim(statement="Coal prices fell in spring.")
    asked = {"statement": "In 2022 North Korea shipped rockets to the Wagner group"}
    found = client.get(reverse("admin:claims_similar"), asked).json()["claims"]
    assert [row["statement"] for row in found] == [twin.statement]
    made = desk.claim(statement="Something else.")
    client.post(made.get_absolute_url(), {**form_of(client, made), **asked, "_continue": "1"})
    page = client.get(made.get_absolute_url()).content.decode()
    assert f'Saved. There may be such a claim already: <a href="{twin.get_absolute_url()}">' in page


def test_a_save_leaves_what_the_form_does_not_hold_as_it_is_by_now(rf):
    """The form reads the claim before it locks it: a step that somebody takes in between stays taken."""
    made = desk.claim()
    read_before = Claim.objects.get(pk=made.pk)
    Claim.objects.filter(pk=made.pk).update(status="in_review")
    form_class = modelform_factory(Claim, ClaimForm, fields=["due_on"])
    form_class.user = desk.person("editor")
    form = form_class({"due_on": "2026-12-01", "seen_version": made.version}, instance=read_before)
    assert form.is_valid(), form.errors
    form.save()
    made.refresh_from_db()
    assert (made.status, str(made.due_on)) == ("in_review", "2026-12-01")


def test_who_may_only_look_opens_a_claim_that_somebody_has(client):
    made = desk.claim()
    Claim.objects.filter(pk=made.pk).update(assigned_to=desk.person("editor"))
    looking = sign_in(client, "contributor")
    looking.groups.clear()
    looking.user_permissions.add(Permission.objects.get(codename="view_claim"))
    assert client.get(made.get_absolute_url()).status_code == 200


def test_whoever_left_the_desk_keeps_a_claim_until_it_is_given_to_another(client):
    made = desk.claim()
    left = desk.person("editor", "lars")
    Claim.objects.filter(pk=made.pk).update(assigned_to=left)
    left.is_active = False
    left.save()
    sign_in(client, "editor")
    post(client, made, form_of(client, made), summary="No port record shows a ship.")
    made.refresh_from_db()
    assert (made.summary, made.assigned_to) == ("No port record shows a ship.", left)


@pytest.mark.parametrize("words", ["", "   ", '"', "' OR 1=1 --", "한국", "😀", "a" * 5000, "NEAR(", "x\0y"])
def test_any_text_may_be_compared(client, words):
    sign_in(client, "editor")
    desk.claim()
    assert client.get(reverse("admin:claims_similar"), {"statement": words}).status_code == 200


def test_a_reworded_or_deleted_claim_is_found_by_its_new_words_only():
    from claims.search import likely_duplicates

    made = desk.claim(statement="Rockets were shipped to Wagner by rail.")
    made.statement = "Coal was shipped to Rason by sea."
    made.save()
    assert likely_duplicates("Rockets were shipped to Wagner by rail.") == []
    assert [alike.claim for alike in likely_duplicates("Coal was shipped to Rason by sea")] == [made]
    made.delete()
    assert likely_duplicates("Coal was shipped to Rason by sea") == []


def relate(client, made, other, kind="repeats"):
    data = {
        **form_of(client, made), "relations_from-TOTAL_FORMS": 1,
        "relations_from-0-to_claim": other.pk, "relations_from-0-kind": kind,
    }  # fmt: skip
    return client.post(made.get_absolute_url(), data, follow=True).content.decode()


def test_relations_show_on_both_claims(client):
    sign_in(client, "editor")
    one, other = desk.claim(statement="First."), desk.claim(statement="Second.")
    relate(client, one, other, "narrows")
    page = client.get(other.get_absolute_url()).content.decode()
    assert "Similar and related claims" in page
    assert "First.</a> <strong>narrows</strong>" in " ".join(page.split())


def test_repeats_run_in_no_circle(client):
    sign_in(client, "editor")
    first, second, third = desk.claim(), desk.claim(), desk.claim()
    relate(client, second, first)
    relate(client, third, second)
    assert "repeats this one already" in relate(client, first, third)
    assert ClaimRelation.objects.count() == 2
    relate(client, first, third, "updates")
    assert ClaimRelation.objects.count() == 3


def test_the_form_shows_evidence_by_origin_and_a_suggested_confidence_it_never_fills_in(client):
    sign_in(client, "editor")
    agency = desk.source("agency")
    made = desk.claim(verdict="true", confidence=None)
    for title in ("Post", "Times"):
        desk.with_evidence(made, title=title, stance="supports", origin=agency)
    page = client.get(made.get_absolute_url())
    panels = page.context["panels"]
    shown = [(row.name, [(stance, len(items)) for stance, items in row.by_stance]) for row in panels.origins]
    assert shown == [("Agency", [("Supports", 2)])]
    assert panels.suggestion.confidence == 78
    assert "1 item repeats an origin already counted" in page.content.decode()
    post(client, made, form_of(client, made))
    made.refresh_from_db()
    assert made.confidence is None


def test_who_repeats_whom_can_be_turned_round_in_one_save(client):
    sign_in(client, "editor")
    made = desk.claim()
    report = Evidence.objects.create(claim=made, title="A", stance="supports")
    copy = Evidence.objects.create(claim=made, title="B", stance="supports", origin_evidence=report)
    sent = form_of(client, made)
    rows = {str(sent[f"evidence-{number}-id"]): f"evidence-{number}-origin_evidence" for number in range(2)}
    post(client, made, {**sent, rows[str(report.pk)]: copy.pk, rows[str(copy.pk)]: ""})
    traced = dict(made.evidence.values_list("title", "origin_evidence__title"))
    assert traced == {"A": "B", "B": None}


def test_rows_saved_together_trace_to_no_circle_and_one_that_came_in_otherwise_is_never_submitted(client):
    editor = sign_in(client, "editor")
    made = desk.claim()
    one, other = (Evidence.objects.create(claim=made, title=title, stance="refutes") for title in ("A", "B"))
    circle = {"evidence-0-origin_evidence": other.pk, "evidence-1-origin_evidence": one.pk}
    answer = post(client, made, form_of(client, made), **circle)
    assert "These trace to each other" in answer.content.decode()
    assert not made.evidence.exclude(origin_evidence=None).exists()
    made.evidence.filter(pk=one.pk).update(origin_evidence=one)
    workflow.take("start_review", made, by=editor)
    with pytest.raises(workflow.NotReadyError, match="traces to itself"):
        workflow.take("submit", made, by=editor)


def test_several_rows_can_be_asked_for_at_once(client):
    sign_in(client, "editor")
    made = desk.claim()
    answer = client.post(made.get_absolute_url(), {**form_of(client, made), "summary": "Kept.", "_rows": "5"})
    assert "rows=5" in answer.url
    page = client.get(answer.url)
    counts = {formset.formset.prefix: len(formset.formset.forms) for formset in page.context["inline_admin_formsets"]}
    assert counts == {"appearances": 1, "evidence": 5, "relations_from": 1, "reply_requests": 1}
    made.refresh_from_db()
    assert made.summary == "Kept."
    assert client.get(made.get_absolute_url(), {"rows": "999999"}).status_code == 200


def test_choices_can_be_typed_by_name_where_there_is_no_script(client):
    sign_in(client, "editor")
    made = desk.claim()
    desk.topic("coal")
    desk.topic("ships")
    data = {**form_of(client, made), "claimant": "", "claimant-typed": "gazette", "topics-typed": "coal, Ships"}
    desk.source("gazette")
    client.post(made.get_absolute_url(), data)
    made.refresh_from_db()
    assert made.claimant.slug == "gazette"
    assert {topic.slug for topic in made.topics.all()} == {"coal", "ships"}
    answer = client.post(made.get_absolute_url(), {**form_of(client, made), "claimant-typed": "nobody by this name"})
    assert b"Select a valid choice" in answer.content
    other = desk.source("other")
    named = desk.source(str(other.pk))  # a name that is another's number
    client.post(made.get_absolute_url(), {**form_of(client, made), "claimant-typed": named.slug})
    made.refresh_from_db()
    assert made.claimant == named


def test_enter_in_a_field_saves_and_takes_no_step(client):
    """A browser presses the first submit button of the form."""
    sign_in(client, "editor")
    page = client.get(desk.with_evidence(desk.claim()).get_absolute_url()).content.decode()
    form = page[page.index('id="claim_form"') :]
    assert form.index('name="_continue"') < form.index('name="_step"')


def test_a_claim_needs_no_slug_to_be_typed(client):
    sign_in(client, "editor")
    for statement in ("Ten ships came in.", "Ten ships came in.", "열 척의 배가 왔다."):
        data = form_of_object(client, reverse("admin:claims_claim_add"))
        client.post(reverse("admin:claims_claim_add"), {**data, "statement": statement, "slug": ""})
    slugs = list(Claim.objects.order_by("pk").values_list("slug", flat=True))
    assert slugs[0] == "ten-ships-came-in"
    assert slugs[1].startswith("ten-ships-came-in-")
    assert slugs[2] == "yeol-cheogui-baega-wassda"
    assert Topic.objects.count() == Appearance.objects.count() == 0


@pytest.mark.parametrize(
    ("page", "most"), [("index", 28), ("claims_claim_changelist", 20), ("claims_claim_change", 44)]
)
def test_a_page_takes_as_many_queries_however_much_there_is(client, page, most, django_assert_max_num_queries):
    sign_in(client, "approver")
    made = desk.claim()
    for number in range(12):
        other = desk.claim(assigned_to=desk.person("editor"))
        other.topics.add(desk.topic(f"topic-{number}"))
        desk.with_evidence(made, publisher=desk.source(f"p{number}"), origin=desk.source(f"o{number}"))
        desk.appear(made, desk.article(f"a{number}"), "ten ships")
        ClaimRelation.objects.create(from_claim=made, to_claim=other, kind="updates")
    address = made.get_absolute_url() if page == "claims_claim_change" else reverse(f"admin:{page}")
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


ODD_NUMBERS = ("²", "-1", "1" * 31, "9" * 5000)


@pytest.mark.parametrize("odd", ODD_NUMBERS)
def test_odd_numbers_in_addresses_and_forms_are_no_error_of_ours(client, odd):
    sign_in(client, "editor")
    made = desk.claim()
    bench = reverse("admin:claims_workbench", args=[desk.article().pk])
    for address, name in (
        (made.get_absolute_url(), "restore"), (made.get_absolute_url(), "rows"), (bench, "part"), (bench, "adjust"),
        (reverse("admin:claims_similar"), "besides"), (reverse("admin:claims_claim_add"), "claimant"),
        (reverse("admin:claims_claim_add"), "topics"), (reverse(CLAIMS), "queue"), (reverse(CLAIMS), "band"),
    ):  # fmt: skip
        assert client.get(address, {name: odd}).status_code in {200, 302}, (address, name)
    data = form_of(client, made)
    forms = (
        "12" if odd.isascii() and odd.isdigit() and len(odd) < 100 else odd
    )  # Django makes up to 2,000: half a minute
    for changes in (
        {"claimant": odd}, {"topics": [odd]}, {"assigned_to": odd, "seen_version": "0"}, {"seen_version": odd},
        {"evidence-TOTAL_FORMS": forms}, {"evidence-INITIAL_FORMS": odd},
    ):  # fmt: skip
        assert client.post(made.get_absolute_url(), {**data, **changes}).status_code in {200, 302}, changes
    fields = {"stance": "asserts", "mark": "1", "exact": "ten ships", "claimant": odd, "claim": odd, "start": odd}
    assert client.post(bench, fields).status_code == 400
    assert client.post(reverse("admin:claims_assign"), {"claim": odd, "to": odd}).status_code == 404


def test_the_same_words_twice_in_one_form_are_refused_at_their_row(client):
    sign_in(client, "editor")
    made, article = desk.claim(), desk.article()
    desk.appear(made, article, "ten ships")
    data = {
        **form_of(client, made), "summary": "Typed for long.", "appearances-TOTAL_FORMS": 2,
        "appearances-1-article": article.pk, "appearances-1-exact": "ten ships", "appearances-1-stance": "asserts",
    }  # fmt: skip
    page = client.post(made.get_absolute_url(), data).content.decode()
    assert "in another row already" in page
    assert "Typed for long." in page
    assert Appearance.objects.count() == 1


def test_the_history_stands_when_what_it_names_is_gone(client):
    sign_in(client, "administrator")
    made, other = desk.claim(), desk.claim()
    relate(client, made, other)
    client.post(reverse("admin:claims_claim_delete", args=[other.pk]), {"post": "yes"})
    assert not Claim.objects.filter(pk=other.pk).exists()
    page = client.get(reverse("admin:claims_claim_history", args=[made.pk]))
    assert "deleted since" in page.content.decode()
