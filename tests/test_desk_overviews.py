"""The desk's menu by task, the calendar of re-checks, a page for each person, and how one is met at the door."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from claims.desk import menu
from claims.models import Claim
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_every_table_has_its_place_in_the_menu():
    named = {name for _, pages in menu.TASKS for _, name in pages}
    for model in admin.site._registry:
        assert f"{model._meta.app_label}_{model._meta.model_name}_changelist" in named


@pytest.mark.parametrize("role", ["contributor", "editor", "approver", "administrator"])
def test_the_menu_offers_what_the_role_may_open_and_nothing_else(client, role):
    sign_in(client, role)
    tasks = client.get(reverse("admin:index")).context["tasks"]
    for task in tasks:
        for page in task.pages:
            if page.label != "Export all":
                assert client.get(page.address).status_code == 200, (task.label, page.label)
    labels = {page.label for task in tasks for page in task.pages}
    assert ("Import" in labels) == (role == "administrator")
    assert ("Accounts" in labels) == (role == "administrator")


def test_the_page_one_is_on_is_marked(client):
    sign_in(client, "editor")
    tasks = client.get(reverse("admin:claims_topic_changelist")).context["tasks"]
    assert [task.label for task in tasks if task.is_here] == ["Sources and topics"]
    assert [page.label for task in tasks for page in task.pages if page.is_here] == ["Topics"]


class TestCalendar:
    def test_re_checks_stand_in_their_week(self, client):
        sign_in(client, "editor")
        monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
        later = desk.claim(statement="Due later.", due_on=monday + timedelta(days=13))
        desk.claim(statement="Due long after.", due_on=monday + timedelta(weeks=9))
        weeks = client.get(reverse("admin:calendar")).context["weeks"]
        assert [[str(row) for row in week.rows] for week in weeks] == [[], [str(later)], [], [], [], []]
        assert client.get(weeks[1].address).context["cl"].result_count == weeks[1].count == 1

    def test_one_turns_the_leaves_and_any_date_is_taken(self, client):
        sign_in(client, "editor")
        desk.claim(statement="Due in March.", due_on=date(2031, 3, 5))
        page = client.get(reverse("admin:calendar"), {"from": "2031-03-01"})
        assert "Due in March." in page.content.decode()
        for odd in ("", "soon", "9999-12-31", "0001-01-01", "\0"):
            assert client.get(reverse("admin:calendar"), {"from": odd}).status_code == 200, odd

    def test_what_is_overdue_is_told_on_every_leaf(self, client):
        sign_in(client, "editor")
        desk.claim(due_on=date(2020, 1, 1))
        assert "overdue" in client.get(reverse("admin:calendar"), {"from": "2031-03-01"}).content.decode()


class TestPerson:
    def test_what_somebody_has_in_hand_waits_for_wrote_and_approved(self, client):
        editor, approver = desk.person("editor", "eva"), desk.person("approver", "otto")
        draft = desk.claim(statement="In Eva's hands.")
        Claim.objects.filter(pk=draft.pk).update(assigned_to=editor)
        desk.published(desk.with_evidence(desk.claim(statement="By the two.")), approver=approver)
        sign_in(client, "editor")
        sections = {s.name: [str(row) for row in s.rows] for s in self.page(client, editor).context["sections"]}
        assert sections["in_hand"] == ["In Eva's hands."]
        assert sections["waiting"] == []
        Claim.objects.filter(statement="By the two.").update(assigned_to=editor, submitted_by=editor)
        addresses = {s.name: s.address for s in self.page(client, editor).context["sections"]}
        listed = [client.get(addresses[name]).context["cl"].result_count for name in ("in_hand", "waiting")]
        assert listed == [1, 0]  # a count leads to the list it counts
        approved = {s.name: s for s in self.page(client, approver).context["sections"]}["approved"]
        assert [row.statement for row in approved.rows] == ["By the two."]
        assert client.get(approved.address).context["cl"].result_count == 1

    def test_a_review_to_be_judged_blind_is_blind_here_too(self, client):
        editor = desk.person("editor", "eva")
        desk.awaiting(desk.with_evidence(desk.claim(verdict="mostly_false")), editor=editor)
        sign_in(client, "approver")
        assert "mostly false" not in self.page(client, editor).content.decode().lower()

    def test_people_are_listed_and_strangers_are_none(self, client):
        editor = desk.person("editor", "eva")
        left = desk.person("editor", "lars")
        left.is_active = False
        left.save()
        sign_in(client, "contributor")
        page = client.get(reverse("admin:people")).content.decode()
        assert "eva" in page and "lars" not in page
        assert self.page(client, editor).status_code == 200
        assert self.page(client, left).status_code == 404

    def page(self, client, person):
        return client.get(reverse("admin:person", args=[person.pk]))


class TestAtTheDoor:
    def test_an_account_without_access_is_told_so_once_its_password_was_right(self, client):
        reader = desk.person("contributor", "rita")
        reader.groups.clear()
        reader.is_staff = False
        reader.set_password("harbour-pilot-7")
        reader.save()
        door = reverse("admin:login")
        told = client.post(door, {"username": "rita", "password": "harbour-pilot-7"}).content.decode()
        assert "Your account has no access to the desk." in told
        told = client.post(door, {"username": "rita", "password": "wrong"}).content.decode()
        assert "Wrong username or password" in told and "no access" not in told

    def test_one_is_signed_out_in_our_words(self, client):
        sign_in(client, "editor")
        page = client.post(reverse("admin:logout")).content.decode()
        assert "You are signed out" in page and "quality time" not in page

    def test_a_page_one_may_not_open_says_so_in_our_look(self, client):
        sign_in(client, "contributor")
        answer = client.get(reverse("admin:claims_import"))
        assert answer.status_code == 403
        assert "You may not do this" in answer.content.decode()
        assert 'id="user-tools"' in answer.content.decode()

    @pytest.mark.parametrize("name", ["mfa_index", "usersessions_list", "admin:password_change"])
    def test_ones_own_account_stands_in_the_frame_of_the_desk(self, client, name):
        sign_in(client, "contributor")
        page = client.get(reverse(name)).content.decode()
        assert 'class="tasks"' in page and reverse("admin:inbox") in page


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("30 Jan 2025", "2025-01-30"), ("30 January 2025", "2025-01-30"), ("6.12.2018", "2018-12-06"),
        ("6 Dez 2018", "2018-12-06"), ("30/01/2025", "2025-01-30"), ("2025-01-30", "2025-01-30"),
        ("2025년 1월 30일", "2025-01-30"), ("30 января 2025", "2025-01-30"), ("", None), ("someday", "error"),
    ],
)  # fmt: skip
def test_a_day_is_taken_as_people_write_it(typed, read):
    from django.core.exceptions import ValidationError

    from claims.desk.widgets import DateAsWritten

    try:
        day = DateAsWritten(required=False).clean(typed)
    except ValidationError as error:
        assert read == "error" and "30 Jan 2025" in str(error)
    else:
        assert (day and day.isoformat()) == read


def test_a_day_stands_in_its_box_so_that_nobody_takes_the_month_for_the_day(client):
    sign_in(client, "editor")
    page = client.get(desk.claim(made_on=date(2024, 11, 12)).get_absolute_url()).content.decode()
    assert 'name="made_on" value="2024-11-12"' in page
