"""“Already checked?” on the readers' page, in the API and on the desk."""

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Claim, Match, Publication, Suggestion
from claims.vocabulary import SuggestionState
from tests import desk
from tests.statements import COAL, ROCKETS

pytestmark = pytest.mark.database("sqlite")


class TestTheReadersPage:
    def test_each_sentence_has_its_claims_and_what_is_not_found_can_be_suggested(self, client, published):
        text = f"{ROCKETS} {'It was a long and very cold winter on the coast for everybody there. ' * 5}"
        page = client.post(reverse("public:check"), {"text": text})
        body = page.content.decode()
        assert page.status_code == 200
        assert ROCKETS in body
        assert reverse("public:suggest") + "?text=It%20was" in body
        assert "no-store" in page["Cache-Control"]

    def test_a_claim_that_says_the_opposite_is_not_called_the_same(self, client, published):
        denied = ROCKETS.replace("supplied", "never supplied")
        page = client.post(reverse("public:check"), {"text": denied}).content.decode()
        assert page.index("On the same subject, but it says something different") < page.index(ROCKETS)
        assert "Very likely the same claim" not in page
        assert "0 of 1 passages" in page and "Ask us to check it" in page

    def test_numbers_are_not_told_in_pieces(self, client, published):
        page = client.post(
            reverse("public:check"), {"text": "Coal worth 90,000 dollars was shipped from Rason in 2023."}
        )
        words = page.content.decode().partition("Words in common:")[2].partition("</p>")[0]
        assert "2023" in words and "90" not in words and "000" not in words

    @pytest.mark.parametrize("text", ["", "   ", "https://example.org/news", "x" * 20_001])
    def test_what_cannot_be_looked_up_is_answered_with_the_remedy(self, client, db, text):
        page = client.post(reverse("public:check"), {"text": text})
        assert page.status_code == 400
        assert 'role="alert"' in page.content.decode()

    def test_a_post_carries_no_authority_and_keeps_nothing(self, client, published, django_assert_max_num_queries):
        with django_assert_max_num_queries(25):
            page = client.post(reverse("public:check"), {"text": ROCKETS})
        assert not page.cookies
        assert not Match.objects.exists()
        assert not Suggestion.objects.exists()

    def test_what_was_pasted_is_in_the_form_that_suggests_it(self, client, db):
        page = client.get(reverse("public:suggest"), {"text": "Is <b>this</b> so?"})
        assert "Is &lt;b&gt;this&lt;/b&gt; so?" in page.content.decode()

    def test_very_many_passages_are_cut_and_it_is_said(self, client, db, monkeypatch):
        monkeypatch.setattr("claims.matching.turn.SECONDS", 600.0)
        text = " ".join(f"Ship number {number} left the harbour." for number in range(60))
        assert (
            "20 more passages were not checked" in client.post(reverse("public:check"), {"text": text}).content.decode()
        )

    def test_too_many_from_one_address_are_asked_to_wait(self, client, db, monkeypatch):
        monkeypatch.setattr("claims.public.check.PER_ADDRESS", 0)
        assert client.post(reverse("public:check"), {"text": ROCKETS}).status_code == 429


class TestTheApi:
    def test_matches_have_their_reasons_and_addresses(self, client, published):
        answer = client.get("/api/v1/match", {"text": ROCKETS}).json()
        best = answer["matches"][0]
        assert best["statement"] == ROCKETS
        assert best["url"].endswith(Publication.objects.get(statement=ROCKETS).get_absolute_url())
        assert best["tier"] == "very_likely"
        assert client.get(best["url"]).status_code == 200

    @pytest.mark.parametrize(
        "query", [{}, {"text": " "}, {"text": "a\0"}, {"text": "a" * 5001}, {"text": "a", "limit": "21"}]
    )
    def test_a_bad_question_is_refused_by_name(self, client, db, query):
        answer = client.get("/api/v1/match", query)
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) <= {"text", "limit"}

    def test_claims_search_answers_a_whole_post(self, client, published):
        post = "So the ministry has been supplying rockets to that Wagner group, friends, since the end of 2022!"
        found = client.get("/api/v1alpha1/claims:search", {"query": post}).json()
        assert [item["text"] for item in found["claims"]] == [ROCKETS]


class TestTheDesk:
    def test_an_editor_confirms_or_rejects_and_nothing_else_changes(self, client, published):
        editor = desk.person("editor")
        client.force_login(editor)
        before = list(Claim.objects.order_by("pk").values())
        slug = Publication.objects.get(statement=ROCKETS).slug
        for button, decision in (("confirm", "confirmed"), ("reject", "rejected")):
            assert client.post(reverse("admin:claims_check"), {"text": ROCKETS, button: slug}).status_code == 200
            match = Match.objects.get()
            assert (match.decision, match.decided_by, match.claim.statement) == (decision, editor, ROCKETS)
        assert list(Claim.objects.order_by("pk").values()) == before

    def test_a_contributor_looks_but_does_not_decide(self, client, published):
        client.force_login(desk.person("contributor"))
        slug = Publication.objects.get(statement=ROCKETS).slug
        page = client.post(reverse("admin:claims_check"), {"text": ROCKETS, "confirm": slug})
        assert page.status_code == 403
        assert not Match.objects.exists()
        assert ROCKETS in page.content.decode()

    def test_a_claim_that_is_not_among_the_finds_cannot_be_decided_on(self, client, published):
        client.force_login(desk.person("editor"))
        slug = Publication.objects.get(statement=COAL).slug
        assert client.post(reverse("admin:claims_check"), {"text": ROCKETS, "confirm": slug}).status_code == 409
        assert not Match.objects.exists()

    def test_the_desk_is_told_too_where_a_claim_says_something_else(self, client, published):
        client.force_login(desk.person("editor"))
        page = client.post(reverse("admin:claims_check"), {"text": ROCKETS.replace("supplied", "never supplied")})
        assert "On the same subject" in page.content.decode() and "Very likely</strong>" not in page.content.decode()
        assert 'rel="icon" href="data:image/svg+xml' in page.content.decode()

    def test_the_inbox_shows_what_may_answer_a_suggestion(self, client, published):
        client.force_login(desk.person("editor"))
        made = workflow.suggestions.suggest(text=ROCKETS)
        assert made.state == SuggestionState.NEW
        page = client.get(reverse("admin:claims_suggestion_change", args=[made.pk])).content.decode()
        assert f"{reverse('admin:claims_check')}?suggestion={made.pk}" in page
        assert ROCKETS in client.get(reverse("admin:claims_check"), {"suggestion": made.pk}).content.decode()

    def test_who_types_a_claim_sees_the_published_ones_that_say_it(self, client, published):
        client.force_login(desk.person("contributor"))
        typed = "By late 2022 rockets had been supplied to Wagner's group by the ministry"
        rows = client.get(reverse("admin:claims_similar"), {"statement": typed}).json()["claims"]
        assert [row["statement"] for row in rows] == [ROCKETS]

    def test_the_workbench_marks_sentences_that_are_checked_already(self, client, published):
        client.force_login(desk.person("editor"))
        article = desk.article(text=f"{ROCKETS}\n\nIn 2021 Anna Kim bought 12 ships in Busan.")
        page = client.get(reverse("admin:claims_workbench", args=[article.pk])).content.decode()
        assert page.count("Already checked?") == 1
