"""What machines fetch: one address each, whatever the language of the page that names it."""

from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import path

from claims.public import data, downloads, embed
from claims.public.sitemaps import SITEMAPS, robots, security

app_name = "data"
urlpatterns = [
    path("export/<str:name>", downloads.export, name="export"),
    path("claims/<slug:slug>/v/<int:number>/record.json", downloads.record_json, name="record"),
    path("claims/<slug:slug>/v/<int:number>/cite.json", downloads.csl, name="csl"),
    path("articles/<slug:slug>/text.txt", downloads.article_text, name="text"),
    path("record.schema.json", downloads.record_schema, name="schema"),
    path("oembed", embed.oembed, name="oembed"),
    path("datapackage.json", data.package, name="package"),
    path("changes.jsonl", downloads.changes_jsonl, name="changes"),
    path("card.css", embed.colours, name="card_colours"),
    path("opensearch.xml", downloads.opensearch, name="opensearch"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security, name="security"),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS, "sitemap_url_name": "data:sitemap"}, "sitemap_index"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, "sitemap"),
]
