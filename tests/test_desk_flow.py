"""The desk day by day: queues, bulk acts, previews, histories, suggestions, and nothing typed is lost."""

import json
from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Appearance, Claim, ClaimRelation, Evidence, Publication, Suggestion, Topic
from claims.workflow import suggestions
from tests import desk
from tests.test_admin import form_of, form_of_object, post, sign_in

pytestmark = pytest.mark.django_db
CLAIMS = "admin:claims_claim_changelist"


def sections(client):
    return {section.name: section for section in client.get(reverse("admin:index")).context["sections"]}


# The front page


def test_the_front_page_says_what_needs_doing_and_each_count_is_a_link_to_its_list(client):
    approver = sign_in(client, "approver")
    desk.claim(statement="Mine.", assigned_to=approver)
    desk.claim(statement="Nobody's.")
    desk.awaiting(desk.with_evidence(desk.claim(statement="Theirs to approve.", assigned_to=desk.person("editor"))))
    desk.awaiting(
        desk.with_evidence(desk.claim(statement="My own review.", assigned_to=desk.person("editor"))), editor=approver
    )
    late = desk.published(statement="Late.").claim
    Claim.objects.filter(pk=late.pk).update(due_on=date(2020, 1, 1))
    desk.republished(desk.published(statement="Corrected."), verdict="true")
    Suggestion.objects.create(text="Look at this.")
    shown = {name: [str(row) for row in section.rows] for name, section in sections(client).items()}
    assert shown["mine"] == ["Mine."]
    assert shown["to_approve"] == ["Theirs to approve."]
    assert shown["unassigned"] == ["Nobody's."]
    assert shown["overdue"] == ["Late."]
    assert shown["suggestions"] == ["Look at this."]
    assert [words.split(" (")[0] for words in shown["corrected"]] == ["Corrected."]
    for section in sections(client).values():
        listed = client.get(section.address)
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == section.count, section.name


def test_who_does_not_approve_has_no_approval_queue_and_who_has_no_role_is_told(client):
    sign_in(client, "editor")
    assert "to_approve" not in sections(client)
    user = sign_in(client, "editor")
    user.groups.clear()
    assert b"Your account has no role yet" in client.get(reverse("admin:index")).content


def test_a_claim_is_assigned_in_one_step(client):
    editor = sign_in(client, "editor")
    made = desk.claim()
    answer = client.post(reverse("admin:claims_assign"), {"claim": made.pk, "to": editor.pk}, follow=True)
    assert "is assigned to" in answer.content.decode()
    made.refresh_from_db()
    assert (made.assigned_to, made.version) == (editor, 2)
    assert "Assigned to" in made.history.first().history_change_reason
    assert client.get(reverse("admin:claims_assign")).status_code == 405
    assert client.post(reverse("admin:claims_assign"), {"claim": "x", "to": "9" * 40}).status_code == 404


# Bulk acts


def run(client, action, claims, **fields):
    data = {"action": action, "_selected_action": [made.pk for made in claims], "to": "", "topic": "", **fields}
    return client.post(reverse(CLAIMS), data, follow=True).content.decode()


def test_claims_are_assigned_in_bulk_whatever_their_state(client):
    editor = sign_in(client, "editor")
    made = [desk.claim(), desk.published().claim]
    page = run(client, "assign_to", made)
    assert "2 claims assigned" in page
    assert {claim.assigned_to for claim in Claim.objects.all()} == {editor}
    other = desk.person("editor")
    run(client, "assign_to", made, to=other.pk)
    assert {claim.assigned_to for claim in Claim.objects.all()} == {other}


def test_claims_are_tagged_in_bulk_but_not_those_that_are_locked(client):
    sign_in(client, "editor")
    topic = desk.topic("coal")
    draft, locked = desk.claim(), desk.published().claim
    page = run(client, "file_under", [draft, locked], topic=topic.pk)
    assert "1 claim filed under Coal" in page
    assert "reopen it for re-check" in page
    assert list(topic.claims.all()) == [draft]
    assert Claim.objects.get(pk=draft.pk).version == 2
    assert "Choose a topic" in run(client, "file_under", [draft])


def test_who_may_only_look_gets_no_bulk_act(client):
    from django.contrib.auth.models import Permission

    user = desk.person("contributor")
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="view_claim"))
    client.force_login(user)
    made = desk.claim()
    run(client, "assign_to", [made])
    made.refresh_from_db()
    assert made.assigned_to is None


# Duplicates and relations


def test_a_likely_duplicate_is_warned_of_while_typing_and_on_save(client):
    sign_in(client, "editor")
    twin = desk.claim(statement="North Korea shipped rockets to Wagner in 2022.")
    desk.claim(statement="Coal prices fell in spring.")
    asked = {"statement": "In 2022 North Korea shipped rockets to the Wagner group"}
    found = client.get(reverse("admin:claims_similar"), asked).json()["claims"]
    assert [row["statement"] for row in found] == [twin.statement]
    made = desk.claim(statement="Something else.")
    page = client.post(
        made.get_absolute_url(), {**form_of(client, made), **asked, "_continue": "1"}, follow=True
    ).content.decode()
    assert "There may be such a claim already" in page
    assert twin.statement in page


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
    assert "Claims that relate to this one" in page
    assert "First.</a> <strong>narrows</strong>" in page


def test_repeats_run_in_no_circle(client):
    sign_in(client, "editor")
    first, second, third = desk.claim(), desk.claim(), desk.claim()
    relate(client, second, first)
    relate(client, third, second)
    assert "repeats this one already" in relate(client, first, third)
    assert ClaimRelation.objects.count() == 2
    relate(client, first, third, "updates")
    assert ClaimRelation.objects.count() == 3


# Evidence


def test_the_form_shows_evidence_by_origin_and_a_suggested_confidence_it_never_fills_in(client):
    sign_in(client, "editor")
    agency = desk.source("agency")
    made = desk.claim(verdict="true", confidence=None)
    for title in ("Post", "Times"):
        desk.with_evidence(made, title=title, stance="supports", origin=agency)
    page = client.get(made.get_absolute_url())
    panels = page.context["panels"]
    assert [(row.name, [len(cell) for cell in row.cells]) for row in panels.origins] == [("Agency", [2, 0, 0])]
    assert panels.suggestion.confidence == 78
    assert "1 item repeats an origin already counted" in page.content.decode()
    post(client, made, form_of(client, made))
    made.refresh_from_db()
    assert made.confidence is None


def test_evidence_traces_to_the_first_item_and_never_in_a_circle(client):
    from django.core.exceptions import ValidationError

    made = desk.claim()
    report, copy = (Evidence.objects.create(claim=made, title=title, stance="supports") for title in ("A", "B"))
    copy.origin_evidence = report
    copy.full_clean()
    copy.save()
    report.origin_evidence = copy
    with pytest.raises(ValidationError, match="trace to each other"):
        report.full_clean()


def test_several_rows_can_be_asked_for_at_once(client):
    sign_in(client, "editor")
    made = desk.claim()
    answer = client.post(made.get_absolute_url(), {**form_of(client, made), "summary": "Kept.", "_rows": "5"})
    assert "rows=5" in answer.url
    page = client.get(answer.url)
    counts = {formset.formset.prefix: len(formset.formset.forms) for formset in page.context["inline_admin_formsets"]}
    assert counts == {"appearances": 1, "evidence": 5, "relations_from": 1}
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


# Preview and difference


def test_the_preview_is_the_page_that_is_then_published(client):
    from django.test import Client

    approver = sign_in(client, "approver")
    claim = desk.awaiting(desk.with_evidence(desk.claim(statement="Ten ships came.")))
    workflow.second_opinions.read_review(claim, by=approver)
    before = client.get(reverse("admin:claims_preview", args=[claim.pk])).content.decode()
    assert not Publication.objects.exists()
    workflow.approve(claim, by=approver)
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
    workflow.recheck(publication.claim, by=desk.person("editor"), reason="New log.")
    Claim.objects.filter(pk=publication.claim.pk).update(verdict="true", summary="Ten did come.")
    sign_in(client, "editor")
    claim = publication.claim
    page = client.get(reverse("admin:claims_difference", args=[claim.pk])).content.decode()
    for words in ("<del>False</del>", "<ins>True</ins>", "<ins>Ten did come.</ins>", "published as: correction"):
        assert words in page
    assert "Statement" not in page.partition("<tbody>")[2]
    preview = reverse("admin:claims_preview", args=[claim.pk])
    assert "Your public note will stand here" in client.get(preview).content.decode()
    typed = client.post(preview, {"kind": "correction", "reason": "We misread the log."}).content.decode()
    assert "We misread the log." in typed
    tombstone = client.post(preview, {"kind": "retraction", "reason": "All of it was wrong."}).content.decode()
    assert "All of it was wrong." in tombstone
    assert "Ten did come." not in tombstone
    assert Publication.objects.count() == 1


def test_a_claim_without_verdict_has_no_preview_and_says_so(client):
    sign_in(client, "editor")
    claim = desk.claim(verdict="")
    page = client.get(reverse("admin:claims_preview", args=[claim.pk]), follow=True).content.decode()
    assert "choose a verdict" in page


# History


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


# Suggestions


def test_a_suggestion_becomes_a_claim_or_is_declined_with_an_answer_and_is_never_lost(client):
    sign_in(client, "editor")
    wanted = Suggestion.objects.create(text="Please check: ten ships came.")
    address = reverse("admin:claims_suggestion_change", args=[wanted.pk])
    data = form_of_object(client, address)
    client.post(address, {**data, "_decide": "accept", "new_statement": "Ten ships came."})
    wanted.refresh_from_db()
    assert (wanted.state, wanted.claim.statement, wanted.claim.status) == ("accepted", "Ten ships came.", "draft")

    spam = Suggestion.objects.create(text="Buy this.")
    address = reverse("admin:claims_suggestion_change", args=[spam.pk])
    data = form_of_object(client, address)
    page = client.post(address, {**data, "_decide": "decline"}, follow=True).content.decode()
    assert "Write an answer" in page
    client.post(address, {**form_of_object(client, address), "answer": "Not a claim.", "_decide": "decline"})
    spam.refresh_from_db()
    assert (spam.state, spam.answer) == ("declined", "Not a claim.")
    client.post(address, {**form_of_object(client, address), "_decide": "reopen"})
    spam.refresh_from_db()
    assert spam.state == "new"
    assert client.post(reverse("admin:claims_suggestion_delete", args=[spam.pk]), {"post": "yes"}).status_code == 403
    assert spam.history.count() == 6


def test_a_suggestion_goes_into_the_claim_it_is_about_and_is_decided_once():
    editor, made = desk.person("editor"), desk.claim()
    asked = Suggestion.objects.create(text="Wrong.", claim=made)
    assert suggestions.accept(asked, by=editor).claim == made
    with pytest.raises(workflow.WrongStateError, match="accepted already"):
        suggestions.decline(asked, by=editor, answer="No.")
    with pytest.raises(workflow.NotPermittedError):
        suggestions.reopen(asked, by=desk.person("contributor"))


def test_what_a_reader_wrote_is_not_rewritten(client):
    sign_in(client, "editor")
    asked = Suggestion.objects.create(text="As written.", contact="me@example.org")
    address = reverse("admin:claims_suggestion_change", args=[asked.pk])
    client.post(address, {**form_of_object(client, address), "text": "Changed.", "state": "accepted", "answer": "a"})
    asked.refresh_from_db()
    assert (asked.text, asked.state, asked.answer) == ("As written.", "new", "a")


# Nothing typed is lost


class Fields(HTMLParser):
    """The fields of the form that sends kept text again."""

    def __init__(self, page):
        super().__init__()
        self.address, self.values, self.name = "", [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and attrs.get("id") != "logout-form":
            self.address = attrs.get("action", "")
        if tag == "textarea":
            self.name = attrs["name"]
            self.values.append((self.name, ""))

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.name = None

    def handle_data(self, data):
        if self.name:
            name, value = self.values[-1]
            self.values[-1] = (name, value + data)

    @property
    def data(self):
        return {name: value.removeprefix("\n") for name, value in self.values}


def test_text_typed_over_the_end_of_a_session_survives_signing_in_again(client):
    editor = desk.person("editor", "typist")
    client.force_login(editor)
    made = desk.claim()
    data = {**form_of(client, made), "summary": 'Typed for an hour.\n"Quoted" <b>&amp; 한국 😀'}
    client.logout()
    page = client.post(made.get_absolute_url(), data)
    assert page.status_code == 403
    assert "Nothing is lost" in page.content.decode()
    kept = page.context["kept"]
    wrong = client.post(
        f"/admin/login/?next={made.get_absolute_url()}", {"username": "typist", "password": "x", "kept": kept}
    )
    assert wrong.context["kept"] == kept
    again = client.post(
        f"/admin/login/?next={made.get_absolute_url()}",
        {"username": "typist", "password": "typist-password", "kept": kept},
    )
    fields = Fields(again.content.decode())
    assert fields.address == made.get_absolute_url()
    client.post(fields.address, fields.data)
    made.refresh_from_db()
    assert made.summary == 'Typed for an hour.\n"Quoted" <b>&amp; 한국 😀'


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/x"])
def test_kept_text_goes_nowhere_else(client, address):
    desk.person("editor", "typist")
    again = client.post(
        f"/admin/login/?next={address}",
        {"username": "typist", "password": "typist-password", "kept": json.dumps([["summary", "x"]])},
    )
    assert "elsewhere" not in Fields(again.content.decode()).address


def test_a_form_whose_token_is_out_of_date_can_be_sent_again_but_not_from_elsewhere():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.person("editor"))
    made = desk.claim()
    data = {"summary": "Typed for an hour, before signing in again elsewhere.", "csrfmiddlewaretoken": "x" * 64}
    ours = client.post(made.get_absolute_url(), data, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 403
    assert "Typed for an hour" in Fields(ours.content.decode()).data["summary"]
    theirs = client.post(made.get_absolute_url(), data, headers={"Sec-Fetch-Site": "cross-site"})
    assert theirs.status_code == 403
    assert b"Typed for an hour" not in theirs.content


def test_a_double_click_on_publish_publishes_once_and_says_so(client):
    claim = desk.awaiting()
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(claim, by=approver)
    data = form_of(client, claim)
    post(client, claim, data, _step="approve")
    page = client.post(claim.get_absolute_url(), {**data, "_step": "approve"}, follow=True).content.decode()
    assert "done already" in page
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("model", ["article", "source", "topic", "suggestion"])
def test_two_people_on_one_form_see_both_versions(client, model):
    made = {
        "article": desk.article, "source": desk.source, "topic": desk.topic,
        "suggestion": lambda: Suggestion.objects.create(text="Look."),
    }[model]()  # fmt: skip
    field = {"article": "authors", "source": "description", "topic": "name", "suggestion": "answer"}[model]
    sign_in(client, "editor")
    address = reverse(f"admin:claims_{model}_change", args=[made.pk])
    opened = form_of_object(client, address)
    client.post(address, {**form_of_object(client, address), field: "The first text."})
    sign_in(client, "editor")
    page = client.post(address, {**opened, field: "The second text."}).content.decode()
    assert "The first text." in page
    assert "The second text." in page
    assert getattr(type(made).objects.get(pk=made.pk), field) == "The first text."


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
    assert slugs[0] == "ten-ships-came"
    assert slugs[1].startswith("ten-ships-came-")
    assert slugs[2].startswith("claim-")
    assert Topic.objects.count() == Appearance.objects.count() == 0


@pytest.mark.parametrize(
    ("page", "most"), [("index", 17), ("claims_claim_changelist", 20), ("claims_claim_change", 27)]
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


ODD_NUMBERS = ("x", "²", "-1", "1" * 31, "9" * 5000)


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


def test_a_suggestion_with_a_character_no_database_stores_is_refused(client):
    sign_in(client, "editor")
    asked = Suggestion.objects.create(text="Look.")
    address = reverse("admin:claims_suggestion_change", args=[asked.pk])
    data = {**form_of_object(client, address), "_decide": "accept", "new_statement": "a\0b"}
    assert "Null characters" in client.post(address, data, follow=True).content.decode()
    assert not Claim.objects.exists()


@pytest.mark.parametrize("kept", ["[" * 100_000, '[["a","\\ud800"]]', "x", "[1]", '{"a": 1}'])
def test_what_was_kept_may_be_anything(client, kept):
    desk.person("editor", "typist")
    data = {"username": "typist", "password": "typist-password", "kept": kept}
    assert client.post("/admin/login/?next=/admin/", data).status_code in {200, 400}


def test_passwords_are_not_kept(client):
    person = desk.person("editor")
    address = reverse("admin:auth_user_password_change", args=[person.pk])
    page = client.post(address, {"password1": "s3cret-word", "password2": "s3cret-word"})
    assert b"s3cret-word" not in page.content


def test_text_is_kept_when_the_role_was_taken_away_and_when_signing_in_is_blocked(client):
    user = sign_in(client, "editor")
    made = desk.claim()
    data = {**form_of(client, made), "summary": "Typed for an hour."}
    user.is_staff = False
    user.save()
    kept = client.post(made.get_absolute_url(), data).context["kept"]
    assert "Typed for an hour." in kept
    client.logout()
    for _ in range(11):
        answer = client.post("/admin/login/", {"username": user.username, "password": "wrong", "kept": kept})
    assert answer.status_code == 429
    assert "Typed for an hour." in answer.content.decode()
