"""Readers' pages, each in every language; what machines fetch is in download_urls.py."""

from django.urls import path

from claims.public import articles, claims, data, embed, home, pages, picture, sources_topics
from claims.public.check import check
from claims.public.feeds import FORMATS, ClaimFeed, CorrectionFeed, VerdictFeed
from claims.public.suggest import suggest, suggestion

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("claims/", claims.claim_list, name="claims"),
    *(path(f"claims/feed.{name}", VerdictFeed(name), name=f"feed_{name}") for name in FORMATS),
    path("claims/<slug:slug>/", claims.claim, name="claim"),
    *(path(f"claims/<slug:slug>/feed.{name}", ClaimFeed(name), name=f"claim_feed_{name}") for name in FORMATS),
    path("claims/<slug:slug>/v/<int:number>/", claims.version, name="version"),
    path("claims/<slug:slug>/v/<int:number>/picture.png", picture.of_version, name="picture"),
    path("picture.png", picture.of_site, name="site_picture"),
    path("claims/<slug:slug>/card/", embed.card, name="card"),
    path("in-progress/", claims.in_progress, name="in_progress"),
    path("articles/", articles.article_list, name="articles"),
    path("articles/<slug:slug>/", articles.article, name="article"),
    path("sources/<slug:slug>/", sources_topics.source, name="source"),
    path("topics/", sources_topics.topic_list, name="topics"),
    path("topics/<slug:slug>/", sources_topics.topic, name="topic"),
    path("topics/<slug:slug>/timeline/", sources_topics.timeline, name="timeline"),
    path("corrections/", pages.corrections, name="corrections"),
    *(path(f"corrections/feed.{name}", CorrectionFeed(name), name=f"corrections_feed_{name}") for name in FORMATS),
    path("methodology/", pages.methodology, name="methodology"),
    path("about/", pages.page, {"name": "about"}, name="about"),
    path("contact/", pages.page, {"name": "contact"}, name="contact"),
    path("data/", data.data, name="data"),
    path("api/", data.api, name="api"),
    path("check/", check, name="check"),
    path("suggest/", suggest, name="suggest"),
    path("suggest/<uuid:uid>/", suggestion, name="suggestion"),
]
