"""Found in anyone's words: questions, other languages, and what nobody has checked, asked of the demo."""

import pytest
from django.core.management import call_command

from claims import matching, search
from claims.matching import embeddings
from claims.matching.nearest import nearest
from claims.models import Publication, PublicationVector
from claims.vocabulary import MatchTier
from tests import desk
from tests.asked import IN_OTHER_LANGUAGES, QUESTIONS, UNCHECKED
from tests.statements import publish
from tests.test_backups import FIXTURE

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


@pytest.fixture(params=["with the extra", "by default"])
def demo(request, db, monkeypatch):
    if request.param == "by default":
        monkeypatch.setattr("claims.matching.embeddings.english", lambda: None)
    call_command("import", str(FIXTURE), verbosity=0)


def first_three(client, query):
    """The addresses of the first three claims on the page that a search leads to."""
    answer = client.get("/api/v1/claims", {"q": query}).json()
    return [row["url"].split("/")[-2] for row in answer["results"] + answer["nearest"]][:3]


@pytest.mark.slow
def test_on_the_demo_questions_and_other_languages_are_answered_and_nothing_unchecked_is_very_likely(client, demo):
    missed = [text for text, slug in QUESTIONS if slug not in first_three(client, text)]
    assert len(missed) <= len(QUESTIONS) // 10, missed
    missed = [text for _, text, slug in IN_OTHER_LANGUAGES if slug not in first_three(client, text)]
    assert len(missed) <= len(IN_OTHER_LANGUAGES) // 10, missed
    tiers = {text: {found.tier for found in matching.match(text).found} for _, text in UNCHECKED}
    assert [text for text, shown in tiers.items() if MatchTier.VERY_LIKELY in shown] == []


@pytest.fixture
def two(db):
    publish("Ten ships came to the harbour of Rason.")
    publish("A hospital in Kursk was rebuilt by foreign workers.")


class TestOnTheList:
    def test_the_nearest_stand_under_their_own_heading(self, client, two):
        page = client.get("/claims/", {"q": "ten vessels arrived in the port of Rason"}).content.decode()
        assert "No claim has all these words. The nearest:" in page
        assert "Ten ships came to the harbour of Rason." in page
        assert "No published claims match." not in page

    def test_what_is_found_by_its_words_is_not_shown_twice(self, client, two):
        page = client.get("/claims/", {"q": "ships harbour"}).content.decode()
        assert page.count('class="card-title"') == 1 and "Nearest" not in page

    @pytest.mark.parametrize(
        "query",
        [
            {"q": "zebras waddle across the ice"}, {"q": '"ten vessels arrived" in Rason'}, {"q": "vessels"},
            {"q": "ten vessels arrived in Rason", "verdict": "false"}, {"q": ""}, {"q": "😀 😀"}, {"q": "ab " * 130},
            {"q": "\0 ten"}, {"q": "სამი გემი მოვიდა რასონში"},
        ],
    )  # fmt: skip
    def test_nothing_is_near_to_what_is_about_something_else_or_asked_for_exactly(self, client, two, query):
        answer = client.get("/claims/", query)
        assert "The nearest:" not in answer.content.decode()

    def test_feeds_exports_and_counts_never_have_them(self, client, two):
        asked = {"q": "ten vessels arrived in the port of Rason"}
        assert b"Ten ships" not in client.get("/claims/feed.atom", asked).content
        assert b"Ten ships" not in b"".join(client.get("/export/jsonl", asked).streaming_content)
        answer = client.get("/api/v1/claims", asked).json()
        assert (answer["count"], answer["results"], len(answer["nearest"])) == (0, [], 1)

    def test_googles_search_has_them_only_where_nothing_has_the_words(self, client, two):
        at = "/v1alpha1/claims:search"
        found = client.get(f"/api{at}", {"query": "ten vessels arrived in the port of Rason"})
        if found.status_code == 404:
            found = client.get(at, {"query": "ten vessels arrived in the port of Rason"})
        assert [row["text"] for row in found.json()["claims"]] == ["Ten ships came to the harbour of Rason."]

    def test_a_claim_withheld_is_near_to_nothing(self, client, two):
        from claims import workflow

        claim = Publication.objects.get(statement__startswith="Ten ships").claim
        workflow.withholding.withhold(claim, by=desk.person("approver"), reason="An address in it.")
        assert "Ten ships" not in client.get("/claims/", {"q": "ten vessels arrived in Rason"}).content.decode()

    def test_without_vectors_or_models_a_list_is_a_list(self, client, two, without_model):
        assert client.get("/claims/", {"q": "ten vessels arrived in Rason"}).status_code == 200

    def test_while_another_text_is_matched_a_list_does_without(self, two):
        with matching.turn.taken():
            assert nearest("ten vessels arrived in the port of Rason", besides=set()) == []


class TestAPostOfSeveralClaims:
    POSTS = (
        "I read that ten ships came to the harbour of Rason. Lovely weather today. Foreign workers rebuilt a hospital!",
        "라선 항구에 배 열 척이 왔다고 한다. 오늘은 날씨가 참 좋다. 외국인 노동자들이 쿠르스크의 병원을 다시 지었다.",
        "В порт Расона пришли десять кораблей. Сегодня прекрасная погода. Больницу в Курске восстановили иностранцы.",
    )

    @pytest.mark.parametrize("post", POSTS)
    def test_each_is_answered_beside_its_sentence_and_none_twice(self, client, two, post):
        page = client.post("/check/", {"text": post}).content.decode()
        for publication in Publication.objects.all():
            assert page.count(f"{publication.statement}</a></h3>") == 1
        assert "2 of 3 passages have an answer here" in page
        unanswered = page.partition("Not found here")[2]
        assert any(words in unanswered for words in ("weather", "날씨", "погода"))
        assert "Similarity" not in page and "cosine" not in page


class TestQuestions:
    @pytest.mark.parametrize(
        ("asked", "terms"),
        [
            ("did ten ships come?", ["ten", "ships", "come"]),
            ("is it true that ten ships came", ["ten", "ships", "came"]),
            ("правда ли что корабли пришли", ["корабли", "пришли"]),
            ("WHO vaccine report", ["WHO", "vaccine", "report"]),
            ("true north", ["north"]),
            ("the will of the people", ["will", "people"]),
            ("did?", ["did"]),
        ],
    )
    def test_the_words_a_question_is_asked_with_do_not_narrow(self, asked, terms):
        assert [term.text for term in search.parse(asked)] == terms


def test_a_search_makes_no_vectors_and_stands_by_those_there_are(two, client):
    PublicationVector.objects.all().delete()
    assert client.get("/claims/", {"q": "ten vessels arrived in the port of Rason"}).status_code == 200
    assert not PublicationVector.objects.exists()


def test_vectors_of_a_former_list_of_aliases_are_made_anew(two, capsys):
    PublicationVector.objects.filter(model=embeddings.Multilingual.NAME).update(model="use-multilingual-v3-0db566fd-0")
    call_command("reindex", vectors=True)
    assert "vectors were made." in capsys.readouterr().out
    assert len(nearest("ten vessels arrived in the port of Rason", besides=set())) == 1
