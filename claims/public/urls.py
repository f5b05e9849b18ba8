from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.generic import RedirectView

from claims.public import views
from claims.public.feeds import CorrectionFeed, VerdictFeed
from claims.public.sitemaps import SITEMAPS, robots
from claims.public.suggesting import suggest, suggestion

app_name = "public"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="public:claims"), name="home"),
    path("claims/", views.claim_list, name="claims"),
    path("in-progress/", views.in_progress, name="in_progress"),
    path("claims/feed.atom", VerdictFeed(), name="feed"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections/feed.atom", CorrectionFeed(), name="corrections_feed"),
    path("methodology/", views.methodology, name="methodology"),
    path("suggest/", suggest, name="suggest"),
    path("suggest/<uuid:uid>/", suggestion, name="suggestion"),
    path("claims/<slug:slug>/", views.claim, name="claim"),
    path("claims/<slug:slug>/v/<int:number>/", views.version, name="version"),
    path("claims/<slug:slug>/v/<int:number>/record.json", views.record_json, name="record"),
    path("claims/<slug:slug>/v/<int:number>/cite.json", views.csl, name="csl"),
    path("articles/", views.article_list, name="articles"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("topics/", views.topic_list, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS, "sitemap_url_name": "public:sitemap"}, "sitemap_index"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, "sitemap"),
    path("record.schema.json", views.record_schema, name="schema"),
]
