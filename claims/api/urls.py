from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from claims.api import views
from claims.api.google import ClaimSearch

app_name = "api"
urlpatterns = [
    path("v1/claims", views.ClaimList.as_view(), name="claims"),
    path("v1/claims/<slug:slug>", views.ClaimDetail.as_view(), name="claim"),
    path("v1/claims/<slug:slug>/versions", views.VersionList.as_view(), name="versions"),
    path("v1/articles", views.ArticleList.as_view(), name="articles"),
    path("v1/articles/<slug:slug>", views.ArticleDetail.as_view(), name="article"),
    path("v1/sources", views.SourceList.as_view(), name="sources"),
    path("v1/sources/<slug:slug>", views.SourceDetail.as_view(), name="source"),
    path("v1/topics", views.TopicList.as_view(), name="topics"),
    path("v1/topics/<slug:slug>", views.TopicDetail.as_view(), name="topic"),
    path("v1/corrections", views.CorrectionList.as_view(), name="corrections"),
    path("v1/changes", views.ChangeList.as_view(), name="changes"),
    path("v1/match", views.MatchView.as_view(), name="match"),
    path("v1/openapi.json", SpectacularJSONAPIView.as_view(), name="schema"),
    path("v1alpha1/claims:search", ClaimSearch.as_view(), name="claims_search"),
    re_path(r"[\s\S]", views.Nothing.as_view()),
]
