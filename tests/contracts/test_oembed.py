"""A claim on somebody else's page, asked for by a consumer that nobody here wrote."""

import json
from urllib.parse import urlsplit

import html5lib
import micawber
import pytest

from tests import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def consumer(client):
    """micawber's provider, with our site in the network's place."""

    class Provider(micawber.Provider):
        def fetch(self, url):
            parts = urlsplit(url)
            answer = client.get(f"{parts.path}?{parts.query}")
            if answer.status_code != 200:
                raise micawber.exceptions.ProviderHTTPException(url, answer.status_code)
            return answer.content.decode()

    return Provider("http://testserver/oembed")


def test_a_claims_address_becomes_a_card(client, consumer):
    publication = desk.published(statement='Ten <b> "ships" came.')
    answer = consumer.request(f"http://testserver/claims/{publication.slug}/", maxwidth=300)
    assert (answer["type"], answer["version"], answer["width"]) == ("rich", "1.0", 300)
    frame = html5lib.parseFragment(answer["html"], namespaceHTMLElements=False)[0]
    assert frame.get("title") == f"False: {publication.statement}"
    card = client.get(urlsplit(frame.get("src")).path)
    assert card.status_code == 200
    assert b"False" in card.content


@pytest.mark.parametrize(
    "address",
    ["", "http://testserver/claims/no-such-claim/", "http://elsewhere.example/claims/{}/", "/claims/{}/",
     "http://testserver/claims/{}/v/2/", "http://testserver/", "ftp://testserver/claims/{}/", "http://[", "http://testserver/admin/"],
)  # fmt: skip
def test_only_claims_of_ours_are_embedded(consumer, address):
    publication = desk.published()
    with pytest.raises(micawber.ProviderException):
        consumer.request(address.format(publication.slug))


def test_a_page_elsewhere_can_read_why_there_is_no_card(client):
    answer = client.get("/oembed", {"url": "http://elsewhere.example/"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (404, "*")
    assert answer["Content-Type"] == "text/plain" and b"published claim" in answer.content


def test_a_host_is_the_same_in_capitals(client):
    publication = desk.published()
    assert client.get("/oembed", {"url": f"http://TestServer/claims/{publication.slug}/v/1/"}).status_code == 200


def test_a_working_claim_is_not_embedded(client, consumer):
    draft = desk.claim()
    with pytest.raises(micawber.ProviderException):
        consumer.request(f"http://testserver/claims/{draft.slug}/")
    assert client.get(f"/claims/{draft.slug}/card/").status_code == 404


def test_the_claims_page_says_where_its_card_is(client):
    publication = desk.published()
    page = html5lib.parse(client.get(publication.get_absolute_url()).content.decode(), namespaceHTMLElements=False)
    (link,) = (item for item in page.iter("link") if item.get("type") == "application/json+oembed")
    parts = urlsplit(link.get("href"))
    assert client.get(f"{parts.path}?{parts.query}").json()["title"] == f"False: {publication.statement}"


def test_only_the_card_may_stand_in_another_page_and_it_runs_nothing(client):
    publication = desk.published()
    card = client.get(f"/claims/{publication.slug}/card/")
    assert "frame-ancestors *" in card.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in card.headers
    assert b"<script" not in card.content
    page = client.get(publication.get_absolute_url())
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_a_card_follows_corrections_and_retractions(client):
    first = desk.published(verdict="false")
    second = desk.republished(first, verdict="true")
    assert b"True" in client.get(f"/claims/{first.slug}/card/").content
    desk.retracted(second.claim, "All wrong.")
    card = client.get(f"/claims/{first.slug}/card/").content
    assert b"Retracted" in card
    assert b"True" not in card


def test_other_formats_of_oembed_are_not_implemented(client):
    publication = desk.published()
    asked = {"url": f"http://testserver/claims/{publication.slug}/", "format": "xml"}
    assert client.get("/oembed", asked).status_code == 501


def test_any_page_may_ask_for_a_card(client):
    publication = desk.published()
    answer = client.get("/oembed", {"url": f"http://testserver/claims/{publication.slug}/v/1/"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content)["author_name"] == publication.reviewer.name


def test_the_code_to_embed_survives_quotation_marks_in_the_statement(client):
    statement = 'He said "ten ships" came, <b>and</b> left.'
    publication = desk.published(statement=statement)
    page = html5lib.parse(client.get(publication.get_absolute_url()).content.decode(), namespaceHTMLElements=False)
    (code,) = ["".join(found.itertext()) for found in page.iter("pre") if "<iframe" in "".join(found.itertext())]
    frame = html5lib.parseFragment(code, namespaceHTMLElements=False).find("iframe")
    assert frame.get("title") == f"False: {statement}"
    assert frame.get("src") == f"http://testserver/claims/{publication.slug}/card/"


@pytest.mark.parametrize("path", ["/claims/{slug}", "/claims/{slug}/v/1/", "/ko/claims/{slug}/", "/ru/claims/{slug}"])
def test_every_address_that_a_reader_may_paste_becomes_a_card_in_its_language(client, path):
    publication = desk.published()
    url = f"http://testserver{path.format(slug=publication.slug)}"
    answer = client.get("/oembed", {"url": url}).json()
    frame = html5lib.parseFragment(answer["html"], namespaceHTMLElements=False).find("iframe")
    prefix = path.partition("claims")[0]
    assert frame.get("src") == f"http://testserver{prefix}claims/{publication.slug}/card/"
    assert frame.get("width") == "100%"
    assert client.get(urlsplit(frame.get("src")).path).status_code == 200


def test_a_card_takes_the_colours_of_its_host_and_nothing_else(client):
    address = f"{desk.published().get_absolute_url()}card/"
    page = html5lib.parse(
        client.get(address, {"background": "fff4e6", "text": "222"}).content.decode(), namespaceHTMLElements=False
    )
    (style,) = (item.get("href") for item in page.iter("link") if "card.css" in item.get("href", ""))
    rules = client.get(style)
    assert rules["Content-Type"].startswith("text/css")
    assert rules.content.decode() == ":root { --card: #fff4e6; --ink: #222; }\n"
    for odd in ({"theme": "pink"}, {"background": "red;}"}, {"text": "12345"}, {"link": ""}):
        assert client.get(address, odd).status_code == 400
        assert b"red" not in client.get("/card.css", odd).content


def test_no_answer_about_a_card_forbids_to_frame_it(client):
    address = f"{desk.published().get_absolute_url()}card/"
    card = client.get(address)
    assert "frame-ancestors *" in card["Content-Security-Policy"] and "X-Frame-Options" not in card
    again = client.get(address, headers={"if-none-match": card["ETag"]})
    assert again.status_code == 304  # and a browser keeps what it was told, but for what is told anew
    assert "Content-Security-Policy" not in again and "X-Frame-Options" not in again
