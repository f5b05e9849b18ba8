"""The desk's forms as a browser would send them back."""

from django.urls import reverse

from tests import desk

CHANGE = "admin:claims_claim_change"


def form_of(client, made):
    """A claim's change form as a browser would send it back."""
    return form_of_object(client, reverse(CHANGE, args=[made.pk]))


def form_of_object(client, address):
    """A change form's fields as a browser would send them back."""
    page = client.get(address)
    assert page.status_code == 200
    data = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    if proposal := page.context.get("proposal"):
        data["proposal"] = proposal.seal
    return data


def post(client, made, data, **changes):
    return client.post(reverse(CHANGE, args=[made.pk]), {**data, **changes})


def take_step(client, made, name, data=None, **given):
    """Press the button of a step on a claim's form, and confirm it on the page it leads to; return the last answer."""
    answer = post(client, made, form_of(client, made) if data is None else data, _step=name)
    if "/step/" not in getattr(answer, "url", ""):
        return answer
    return confirm_step(client, made, name, **given)


def confirm_step(client, made, name, **given):
    """Send the page of a step as it is shown, with the words given."""
    address = reverse("admin:claims_step", args=[made.pk, name])
    page = client.get(address)
    if page.status_code != 200:
        return page
    proposal = page.context["proposal"]
    shown = {"version": page.context["claim"].version, "proposal": proposal.seal if proposal else ""}
    return client.post(address, {**shown, **given})


def sign_in(client, role):
    user = desk.person(role)
    client.force_login(user)
    return user
