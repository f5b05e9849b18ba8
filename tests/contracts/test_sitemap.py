"""The sitemap, read by a sitemap parser."""

import pytest
from usp.objects.sitemap import IndexXMLSitemap
from usp.tree import sitemap_from_str

from tests import desk

pytestmark = pytest.mark.django_db


def test_the_sitemap_names_every_public_page_and_nothing_else(client):
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, desk.article(), "ten ships")
    publication = desk.published(draft)
    desk.appear(desk.with_evidence(desk.claim(slug="a-secret")), desk.article("private"), "Nobody saw")
    index = sitemap_from_str(client.get("/sitemap.xml").content.decode())
    assert isinstance(index, IndexXMLSitemap)
    found = []
    for part in index.sub_sitemaps:
        pages = sitemap_from_str(client.get(part.url).content.decode())
        found += [page.url.removeprefix("http://testserver") for page in pages.all_pages()]
    fixed = ["/", "/claims/", "/articles/", "/topics/", "/corrections/", "/methodology/", "/data/"]
    fixed += ["/about/", "/contact/"]
    assert found == [*fixed, publication.get_absolute_url(), "/articles/an-article/", "/sources/ministry/"]
    assert all(client.get(address).status_code == 200 for address in found)
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
