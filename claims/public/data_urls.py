"""What machines fetch: one address each, whatever the language of the page that names it."""

from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import path

from claims.public import data, embedding
from claims.public.sitemaps import SITEMAPS, robots

app_name = "data"
urlpatterns = [
    path("export/<str:name>", data.export, name="export"),
    path("claims/<slug:slug>/v/<int:number>/record.json", data.record_json, name="record"),
    path("claims/<slug:slug>/v/<int:number>/cite.json", data.csl, name="csl"),
    path("record.schema.json", data.record_schema, name="schema"),
    path("oembed", embedding.oembed, name="oembed"),
    path("opensearch.xml", data.opensearch, name="opensearch"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS, "sitemap_url_name": "data:sitemap"}, "sitemap_index"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, "sitemap"),
]
