"""Who may do what on the desk: role × address × state, role × step × state, role × edit × state.

The tables below are the promise, written by hand; every address of the admin and every step of the
workflow is generated from the code and must have its place in them.
"""

import hashlib

import pytest
from django.apps import apps
from django.contrib import admin
from django.http import HttpResponse
from django.urls import reverse
from django.urls.resolvers import URLPattern, URLResolver

from claims import workflow
from claims.models import (
    AccountChange,
    Alias,
    Batch,
    Card,
    Claim,
    Page,
    Proposal,
    RatingWords,
    SecondOpinion,
    Suggestion,
    Withholding,
)
from tests import desk
from tests.permission_tables import (
    APPROVERS,
    CONTENT,
    DESK,
    FRAME,
    MODELS,
    NONE,
    OF_A_CLAIM,
    OURS,
    ROLES,
    STATES,
    STEPS,
    roles_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def form_data(made):
    """A claim's form as a browser would send it, its rows untouched."""
    names = ("statement", "slug", "language", "made_on_precision", "verdict", "confidence", "confidence_scale",
             "summary", "rationale")  # fmt: skip
    rows = {
        f"{prefix}-{count}_FORMS": 0
        for prefix in ("appearances", "evidence", "reply_requests", "relations_from")
        for count in ("TOTAL", "INITIAL")
    }
    return {**{name: getattr(made, name) for name in names}, "claimant": made.claimant_id,
            "made_on": made.made_on.isoformat(), "seen_version": made.version, **rows}  # fmt: skip


def user_of(role):
    if role == "stranger":
        return None
    user = desk.person("contributor" if role in {"reader", "nobody"} else role)
    if role in {"reader", "nobody"}:
        user.groups.clear()
        user.is_staff = role == "nobody"
        user.save()
    return user


def sign_in(client, role):
    client.logout()
    user = user_of(role)
    if user:
        client.force_login(user)
    return user


def claim_in(state):
    made = desk.with_evidence(desk.claim())
    desk.appear(made, desk.article(), "ten ships")
    editor = desk.person("editor")
    if state in {"published", "rechecked", "retracted"}:
        desk.published(made)
    for step, by, states in (
        ("start_review", editor, {"in_review", "awaiting_approval"}),
        ("submit", editor, {"awaiting_approval"}),
        ("recheck", editor, {"rechecked"}),
        ("drop", editor, {"dropped"}),
    ):
        if state in states:
            workflow.take(step, made, by=by, reason="A reason.")
    if state == "retracted":
        desk.retracted(made, "It did not hold.")
    Claim.objects.filter(pk=made.pk).update(assigned_to=None)
    made.refresh_from_db()
    return made


def addresses():
    """Yield every name of the admin's addresses."""

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield pattern.name

    return sorted({name for name in walk(admin.site.get_urls()) if name not in FRAME and name})


ADDRESSES = addresses()
NOT_BLIND = {"claims_merge", "claims_split", "claims_translate"}  # pages that show what colleagues said, or the review


def split(name):
    """Return (model, page) of one of the admin's own addresses."""
    _, model, page = name.split("_")
    return model, page


def allowed(name, method, state):
    """Who may: by the tables, or None where the method does not exist."""
    if name in NOT_BLIND and state == "awaiting_approval":
        return DESK - APPROVERS  # who are to judge it blind
    if name in OURS:
        return OURS[name][method == "POST"]
    model, page = split(name)
    look, add, change, delete = MODELS[model]
    if page == "delete" and model == "claim" and state != "draft":
        return NONE
    if page == "change" and method == "POST":
        return change
    return {"changelist": look, "add": add, "change": look, "history": look, "delete": delete}[page]


def objects_of(made):
    """One object of each model, by name."""
    published = made.publications.first() or desk.published()
    opinion = SecondOpinion.objects.create(
        claim=made, by=desk.person("approver"), submitted_at=made.created, verdict="true", editor_verdict="true"
    )
    return {
        "claim": made,
        "evidence": made.evidence.get(),
        "appearance": made.appearances.get(),
        "article": made.appearances.get().article,
        "source": desk.source(),
        "topic": desk.topic(),
        "page": Page.objects.create(name="about", text="Who we are."),
        "ratingwords": RatingWords.objects.create(words="Kind of true", verdict="mixed"),
        "alias": Alias.objects.create(name="North Korea", alias="DPRK"),
        "suggestion": Suggestion.objects.create(text="Look."),
        "secondopinion": opinion,
        "proposal": published.claim.proposals.first(),
        "user": desk.person("editor"),
        "group": desk.person("editor").groups.get(),
        "publication": published,
        "card": Card.objects.first(),
        "part": Proposal.objects.filter(claim=None).first(),
        "accountchange": AccountChange.objects.create(
            user=desk.person("editor"), kind="role", by=desk.person("administrator")
        ),
        "batch": Batch.objects.create(file="theirs.csv", sha256="0" * 64, is_into_empty=False),
        "withholding": Withholding.objects.create(claim=published.claim, withheld_by=desk.person("approver")),
    }


#: our own addresses → the object that each is of
OF_ANOTHER = {
    "claims_workbench": "article", "claims_article_merge": "article", "claims_hedge": "article",
    "claims_redact": "publication", "claims_decide": "part",
    "person": "user", "claims_link": "user", "claims_factor": "user",
    "claims_confirm": "accountchange", "claims_batch": "batch",
}  # fmt: skip


def cells(state):
    """Yield (name, address) of every page there is an object for."""
    objects = objects_of(claim_in(state))
    for name in ADDRESSES:
        if state != STATES[0] and not name.startswith(("claims_claim_", *OF_A_CLAIM)):
            continue  # the same whatever the claim's state
        if name in OF_A_CLAIM:
            more = {"claims_step": ["drop"], "claims_translate": ["ko"]}.get(name, [])
            yield name, reverse(f"admin:{name}", args=[objects["claim"].pk, *more])
        elif name in OF_ANOTHER:
            yield name, reverse(f"admin:{name}", args=[objects[OF_ANOTHER[name]].pk])
        elif name in OURS or name.endswith(("_changelist", "_add")):
            yield name, reverse(f"admin:{name}")
        elif (found := objects.get(split(name)[0])) is not None:
            yield name, reverse(f"admin:{name}", args=[found.pk])


@pytest.fixture
def refused_without_a_frame(monkeypatch):
    """Hundreds of refusals, whose page has tests of its own, are told by their status alone."""
    monkeypatch.setattr("claims.desk.requests.render", lambda *args, **options: HttpResponse(status=options["status"]))


def wrong(answer, role, may):
    """Return what is wrong with an answer, or ""."""
    status = answer.status_code
    if role in {"stranger", "reader"}:
        is_right = (status == 302 and "/admin/login/" in answer["Location"]) or status == 403
    elif may is None:
        is_right = status == 405
    elif role in may:
        is_right = status in {200, 302, 400, 404}  # 400, 404: an empty form names no object
    else:
        is_right = status in {403, 405}
    return "" if is_right else f"{status}"


def test_every_address_and_step_has_its_place_in_the_tables():
    for name in ADDRESSES:
        assert name in OURS or split(name)[0] in MODELS, name
    assert set(STEPS) == set(workflow.STEPS)


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_each_role_opens_its_pages_and_no_others_and_looking_changes_nothing(
    client, state, record_property, refused_without_a_frame
):
    pages, faults = list(cells(state)), []
    for role in roles_in(state):
        sign_in(client, role)
        before = everything()
        for name, address in pages:
            if fault := wrong(client.get(address), role, allowed(name, "GET", state)):
                faults.append((role, state, name, "GET", fault))
        assert everything() == before, role
    assert faults == []
    record_property("cells", len(pages) * len(roles_in(state)))


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_each_role_posts_to_its_pages_and_no_others(client, state, record_property, refused_without_a_frame):
    pages = [page for page in cells(state) if not page[0].endswith(("_changelist", "_history"))]
    pages.sort(key=lambda page: page[0].endswith("_delete"))  # and administrators, who may, come last
    faults = []
    for role in roles_in(state):
        sign_in(client, role)
        for name, address in pages:
            if fault := wrong(client.post(address, {"x": "y"}), role, allowed(name, "POST", state)):
                faults.append((role, state, name, "POST", fault))
    assert faults == []
    record_property("cells", len(pages) * len(roles_in(state)))


def everything():
    """A fingerprint of all that is stored, but for sessions."""
    found = hashlib.sha256()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in {"sessions", "usersessions"}:
            for row in model._default_manager.order_by("pk").values_list():
                found.update(repr((model.__name__, row)).encode())
    return found.hexdigest()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES[2:])  # the others reach no page: see the tables of addresses
def test_each_role_takes_its_steps_and_no_others(client, role, state, record_property):
    faults, made = [], None
    user = user_of(role)
    for name, (starts, ends, roles) in STEPS.items():
        if made is None:
            made = claim_in(state)
            if user:
                client.force_login(user)
            data = form_data(made)
        status = made.status
        if workflow.second_opinions.is_blind(user, made):
            workflow.second_opinions.read_review(made, by=user)
        proposal = workflow.proposals.waiting(made)
        given = {"reason": "A reason.", "public_note": "A note.", "proposal": proposal.seal if proposal else ""}
        if workflow.STEPS[name].tells:
            client.post(reverse("admin:claims_step", args=[made.pk, name]), {**given, "version": made.version})
        client.post(made.get_absolute_url(), {**data, **given, "_step": name})
        made.refresh_from_db()
        data["seen_version"] = made.version
        expected = ends if state in starts and role in roles else status
        if made.status != expected:
            faults.append((role, state, name, made.status))
        if made.status != status:
            made = None
    assert faults == []
    record_property("cells", len(STEPS))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES[2:])  # the others reach no page: see the tables of addresses
def test_each_role_edits_what_it_may_and_nothing_else(client, role, state, record_property):
    """By the form as shown, by a forged form, in bulk, and from the workbench."""
    made = claim_in(state)
    topic = desk.topic("forged")
    article = desk.article()
    sign_in(client, role)
    may = role in CONTENT.get(state, NONE)
    forged = {**form_data(made), "statement": "Forged.", "summary": "Forged."}
    client.post(made.get_absolute_url(), forged)
    made.refresh_from_db()
    faults = [] if (made.summary == "Forged.") == may else ["form"]
    bulk = {"action": "file_under", "_selected_action": [made.pk], "to": "", "topic": topic.pk}
    client.post(reverse("admin:claims_claim_changelist"), bulk)
    may_add = may or (state == "published" and role in DESK)  # readers see it with an approved addition
    faults += [] if topic.claims.filter(pk=made.pk).exists() == may_add else ["tag"]
    bench = reverse("admin:claims_workbench", args=[article.pk])
    client.post(bench, {"stance": "asserts", "attach": "1", "exact": "Nobody saw", "claim": made.pk})
    faults += [] if made.appearances.filter(exact="Nobody saw").exists() == may_add else ["attach"]
    mark = made.appearances.get(exact="ten ships")
    client.post(bench, {"stance": "asserts", "save": "1", "adjust": mark.pk, "exact": "ten ships came"})
    mark.refresh_from_db()
    faults += [] if (mark.exact == "ten ships came") == may else ["adjust"]
    bulk = {"action": "assign_to", "_selected_action": [made.pk], "to": "", "topic": ""}
    client.post(reverse("admin:claims_claim_changelist"), bulk)
    faults += [] if (Claim.objects.get(pk=made.pk).assigned_to is not None) == (role in DESK) else ["assign"]
    assert faults == []
    record_property("cells", 5)


@pytest.mark.parametrize("state", STATES)
def test_only_approvers_give_second_opinions_and_only_on_a_submission(client, state, record_property):
    made = claim_in(state)
    for role in ROLES:
        user = sign_in(client, role)
        client.post(reverse("admin:claims_opinion", args=[made.pk]), {"verdict": "true"})
        may = role in APPROVERS and state == "awaiting_approval"
        assert SecondOpinion.objects.filter(by=user).exists() == may, role
    record_property("cells", len(ROLES))


def test_an_administrator_makes_no_superuser_and_touches_none(client):
    boss = desk.person("editor", "boss")
    boss.is_superuser = True
    boss.save()
    other = desk.person("editor", "other")
    sign_in(client, "administrator")
    address = reverse("admin:auth_user_change", args=[other.pk])
    data = {"username": "other", "is_active": "on", "is_staff": "on", "first_name": "Kim"}
    client.post(address, {**data, "is_superuser": "on", "user_permissions": [1]})
    other.refresh_from_db()
    assert (other.first_name, other.is_superuser, other.user_permissions.count()) == ("Kim", False, 0)
    for name in ("auth_user_change", "claims_link"):
        assert client.post(reverse(f"admin:{name}", args=[boss.pk]), {"x": "y"}).status_code == 403
