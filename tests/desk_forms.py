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


def sign_in(client, role):
    user = desk.person(role)
    client.force_login(user)
    return user
