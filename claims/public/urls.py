"""Readers' pages, each in every language; what machines fetch is in data_urls.py."""

from django.urls import path

from claims.public import embedding, subjects, views
from claims.public.checking import check
from claims.public.feeds import FORMATS, CorrectionFeed, VerdictFeed
from claims.public.suggesting import suggest, suggestion

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("claims/", views.claim_list, name="claims"),
    *(path(f"claims/feed.{name}", VerdictFeed(name), name=f"feed_{name}") for name in FORMATS),
    path("claims/<slug:slug>/", views.claim, name="claim"),
    path("claims/<slug:slug>/v/<int:number>/", views.version, name="version"),
    path("claims/<slug:slug>/card/", embedding.card, name="card"),
    path("in-progress/", views.in_progress, name="in_progress"),
    path("articles/", views.article_list, name="articles"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("sources/<slug:slug>/", subjects.source, name="source"),
    path("topics/", subjects.topic_list, name="topics"),
    path("topics/<slug:slug>/", subjects.topic, name="topic"),
    path("topics/<slug:slug>/timeline/", subjects.timeline, name="timeline"),
    path("corrections/", views.corrections, name="corrections"),
    *(path(f"corrections/feed.{name}", CorrectionFeed(name), name=f"corrections_feed_{name}") for name in FORMATS),
    path("methodology/", views.methodology, name="methodology"),
    path("about/", views.page, {"name": "about"}, name="about"),
    path("contact/", views.page, {"name": "contact"}, name="contact"),
    path("check/", check, name="check"),
    path("suggest/", suggest, name="suggest"),
    path("suggest/<uuid:uid>/", suggestion, name="suggestion"),
]
