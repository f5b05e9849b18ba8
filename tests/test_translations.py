"""A review in other languages: translated by the desk, approved as an addition, shown to those who read them."""

import json
from types import SimpleNamespace
from uuid import uuid4

import feedparser
import pytest
from django.core.management import call_command
from django.urls import reverse
from pydantic import ValidationError as RecordError

from claims import workflow
from claims.desk.translations import states_of
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures, working_rows
from claims.interchange.imports.foreign_keys import ForeignKeys
from claims.models import Claim, Publication, Translation
from claims.models.translations import words_sha256
from claims.record import parse
from claims.record.content_rules import cautions
from claims.record.headline import languages_of, review_in
from tests import desk
from tests.desk_forms import form_of, post, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]
KOREAN = {"language": "ko", "summary": "배는 열 척이 아니라 두 척이었다.", "rationale": "항만 기록은 두 척을 센다 [1]."}


def shown(**fields):
    return desk.published(desk.with_evidence(desk.claim(**fields))).claim


def translate(claim, *, by=None, over="", **words):
    of = words_sha256(workflow.additions.to_translate(claim))
    return workflow.additions.translate(
        claim, by=by or desk.person("contributor"), of=of, over=over, **{**KOREAN, **words}
    )


def signed(claim):
    proposal = workflow.additions.propose(claim, by=desk.person("editor"))
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    return Publication.objects.current().get(claim_id=claim.uid)


def translated(**words):
    claim = shown()
    translate(claim, **words)
    return signed(claim)


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.getvalue().decode()


def in_korean(publication):
    return f"/ko/claims/{publication.slug}/"


class TestATranslation:
    @pytest.mark.database("sqlite", "postgresql")
    def test_is_an_addition_that_leaves_every_byte_of_the_original(self):
        claim = shown()
        before = Publication.objects.get().record
        translate(claim)
        publication = signed(claim)
        assert (publication.kind, publication.number) == ("addition", 2)
        assert publication.record["translations"] == [KOREAN]
        grown = {"number", "kind", "note", "published_at", "reviewed", "translations"}
        assert {k: v for k, v in publication.record.items() if k not in grown} == {
            k: v for k, v in before.items() if k not in grown
        }
        call_command("verify", verbosity=0)

    def test_is_seen_by_nobody_before_a_second_person_approves_it(self, client):
        claim = shown()
        translate(claim)
        publication = Publication.objects.get()
        workflow.additions.propose(claim, by=desk.person("editor"))
        for address in (in_korean(publication), "/ko/claims/", "/ko/claims/feed.atom", "/export/jsonl"):
            assert KOREAN["summary"] not in page(client, address)

    def test_goes_along_with_the_review_of_a_claim_in_work(self):
        draft = desk.with_evidence(desk.claim())
        translate(draft)
        assert desk.published(draft).record["translations"] == [KOREAN]

    def test_of_words_that_were_changed_is_shown_to_nobody(self):
        publication = translated()
        corrected = desk.republished(
            publication, note="We had miscounted.", verdict="true", summary="There were ten after all."
        )
        assert "translations" not in corrected.record
        assert "earlier words" in states_of(corrected.claim, desk.person("editor"))[0].state
        claim = Claim.objects.get()
        kept = claim.translations.get()
        over = words_sha256(kept)
        translate(claim, over=over, summary="결국 열 척이었다.", rationale="")
        assert signed(claim).record["translations"][0]["summary"] == "결국 열 척이었다."

    def test_stays_with_an_update_that_leaves_the_words(self):
        updated = desk.republished(translated(), step="submit", confidence=60)
        assert (updated.kind, updated.record["translations"]) == ("update", [KOREAN])

    def test_stays_where_a_form_only_changes_how_lines_end(self, client):
        claim = shown(rationale="The log counts two [1].\n\nNot ten.")
        translate(claim)
        signed(claim)
        claim = workflow.take("recheck", claim, by=desk.person("editor"), reason="A year on.")
        sign_in(client, "editor")
        sent = {k: v.replace("\n", "\r\n") if isinstance(v, str) else v for k, v in form_of(client, claim).items()}
        assert post(client, claim, sent, confidence="55").status_code == 302
        desk.approve(workflow.take("submit", Claim.objects.get(), by=desk.person("editor")))
        assert Publication.objects.current().get().record["translations"] == [KOREAN]

    @pytest.mark.parametrize(
        "languages",
        [("../../evil",), ('"><script>',), ("",), ("ko", "KO"), ()],
        ids=["path", "html", "none", "twice", "empty"],
    )
    def test_is_into_one_language_that_has_a_name(self, languages):
        with pytest.raises(RecordError):
            parse({**translated().record, "translations": [{**KOREAN, "language": code} for code in languages]})

    def test_into_the_language_of_reviews_takes_the_place_of_nothing(self):
        record = {**translated().record, "translations": [{**KOREAN, "language": "en-gb"}]}
        assert review_in(record, "en-gb").summary == record["summary"]
        assert languages_of(record) == ["en-gb"]

    def test_is_read_by_whoever_approves_a_first_review(self, client):
        draft = desk.with_evidence(desk.claim())
        translate(draft)
        made = desk.awaiting(draft)
        workflow.second_opinions.read_review(made, by=sign_in(client, "approver"))
        shown_there = page(client, reverse("admin:claims_step", args=[made.pk, "approve"]))
        assert KOREAN["summary"] in shown_there and KOREAN["rationale"] in shown_there

    def test_is_gone_with_what_is_retracted(self):
        claim = translated().claim
        assert "translations" not in desk.retracted(claim, "We asked the wrong port.").record
        assert states_of(Claim.objects.get(), desk.person("editor")) == []  # it takes none

    def test_that_readers_see_is_changed_only_with_the_claim_reopened(self):
        publication = translated()
        with pytest.raises(workflow.WrongStateError, match="reopen"):
            translate(publication.claim, over=words_sha256(SimpleNamespace(**KOREAN)))

    def test_of_a_review_that_changed_meanwhile_is_refused_and_loses_nothing(self):
        draft = desk.with_evidence(desk.claim())
        with pytest.raises(workflow.StaleClaimError, match="changed while you translated"):
            workflow.additions.translate(draft, by=desk.person("editor"), of="0" * 64, over="", **KOREAN)

    def test_is_not_written_over_that_of_somebody_else(self):
        draft = desk.with_evidence(desk.claim())
        translate(draft)
        with pytest.raises(workflow.StaleClaimError, match="Somebody else"):
            translate(draft, summary="다른 말.")

    def test_without_words_is_taken_out(self):
        draft = desk.with_evidence(desk.claim())
        translate(draft)
        over = words_sha256(SimpleNamespace(**KOREAN))
        assert translate(draft, over=over, summary="", rationale="") is None
        assert not Translation.objects.exists()

    def test_is_taken_out_before_it_is_proposed(self):
        claim = shown()
        made = translate(claim)
        workflow.additions.take_out(claim, by=desk.person("editor"), what="translations", key=made.pk)
        assert not Translation.objects.exists()


class TestReaders:
    def test_read_it_in_their_language_with_the_way_to_the_others(self, client):
        publication = translated()
        korean, russian, ours = (page(client, f"{at}/claims/{publication.slug}/") for at in ("/ko", "/ru", ""))
        assert f'<p class="summary" lang="ko" dir="auto">{KOREAN["summary"]}</p>' in korean
        assert '항만 기록은 두 척을 센다 <a href="#evidence-1">[1]</a>' in korean
        assert 'hreflang="en-gb" lang="en-gb">English</a>' in korean
        assert f'<p class="summary" lang="en-gb" dir="auto">{publication.record["summary"]}</p>' in russian
        assert f'dir="auto">{KOREAN["summary"]}' not in russian + ours
        assert 'hreflang="ko" lang="ko">한국어</a>' in ours

    def test_see_the_original_rationale_where_only_the_summary_is_translated(self, client):
        publication = translated(rationale="")
        korean = page(client, in_korean(publication))
        assert f'<p class="summary" lang="ko" dir="auto">{KOREAN["summary"]}</p>' in korean
        assert '<div class="prose" lang="en-gb" dir="auto"><p>The harbour log lists' in korean

    def test_find_it_in_lists_cards_and_by_its_words(self, client):
        publication = translated()
        line = f'lang="ko" dir="auto">{KOREAN["summary"]}'
        assert line in page(client, "/ko/claims/") and line not in page(client, "/claims/")
        assert line in page(client, f"/ko/claims/{publication.slug}/card/")
        assert "<mark>항만</mark>" in page(client, "/ko/claims/?q=항만")

    def test_read_it_in_feeds(self, client):
        translated()
        atom = feedparser.parse(client.get("/ko/claims/feed.atom").content)
        assert atom.entries[0].summary == KOREAN["summary"]
        assert atom.entries[0].summary_detail.language == "ko"
        item = client.get("/ko/claims/feed.json").json()["items"][0]
        assert (item["language"], item["content_text"]) == ("ko", KOREAN["summary"])
        assert client.get("/claims/feed.json").json()["items"][0]["language"] == "en-gb"

    def test_and_search_engines_are_told_in_which_language_it_is(self, client):
        publication = translated()

        def review(address):
            text = page(client, address)
            start = text.index('<script type="application/ld+json">') + 35
            return json.loads(text[start : text.index("</script>", start)])

        korean, ours = review(in_korean(publication)), review(f"/claims/{publication.slug}/")
        assert (korean["inLanguage"], korean["reviewRating"]["ratingExplanation"]) == ("ko", KOREAN["summary"])
        assert korean["url"].endswith(in_korean(publication)) and korean["reviewRating"]["alternateName"] != "False"
        assert ours["inLanguage"] == "en-gb" and ours["workTranslation"][0]["inLanguage"] == "ko"
        assert ours["workTranslation"][0]["url"] == korean["url"]


class TestTheDesk:
    def test_translates_beside_the_original_and_proposes_it(self, client):
        claim = shown()
        sign_in(client, "editor")
        address = reverse("admin:claims_translate", args=[claim.pk, "ko"])
        form = client.get(address)
        assert claim.summary in form.content.decode()
        sent = {**KOREAN, "of": form.context["form"]["of"].value(), "over": ""}
        answer = client.post(address, sent, follow=True)
        assert KOREAN["summary"] in answer.content.decode()
        assert answer.redirect_chain[0][0] == reverse("admin:claims_addition", args=[claim.pk])
        client.post(reverse("admin:claims_addition", args=[claim.pk]), {"propose": "1"})
        proposal = workflow.additions.waiting(claim)
        assert KOREAN["rationale"] in page(client, proposal.get_absolute_url())

    def test_keeps_what_was_typed_where_it_is_refused(self, client):
        claim = shown()
        sign_in(client, "editor")
        answer = client.post(reverse("admin:claims_translate", args=[claim.pk, "ru"]), {**KOREAN, "of": "0" * 64})
        assert answer.status_code == 400 and KOREAN["rationale"] in answer.content.decode()

    def test_saves_once_it_has_looked_at_what_changed_meanwhile(self, client):
        draft = desk.with_evidence(desk.claim())
        sign_in(client, "editor")
        address = reverse("admin:claims_translate", args=[draft.pk, "ko"])
        translate(draft, summary="그들의 말.")
        refused = client.post(address, {**KOREAN, "of": words_sha256(draft), "over": ""})
        assert refused.status_code == 400 and "그들의 말." in refused.content.decode()
        seen = {name: refused.context["form"][name].value() for name in ("of", "over")}
        assert client.post(address, {**KOREAN, **seen}).status_code == 302
        assert draft.translations.get().summary == KOREAN["summary"]

    def test_opens_a_translation_that_came_in_another_language(self, client):
        draft = desk.with_evidence(desk.claim())
        Translation.objects.create(claim=draft, of_sha256=words_sha256(draft), **{**KOREAN, "language": "zh-hant"})
        sign_in(client, "editor")
        address = reverse("admin:claims_translate", args=[draft.pk, "zh-hant"])
        assert address in page(client, draft.get_absolute_url())
        assert KOREAN["summary"] in page(client, address)

    def test_has_no_page_for_a_language_that_the_site_does_not_have(self, client):
        sign_in(client, "editor")
        assert client.get(reverse("admin:claims_translate", args=[shown().pk, "xx"])).status_code == 404

    def test_shows_no_review_to_whoever_is_to_judge_it_blind(self, client):
        made = desk.awaiting(desk.with_evidence(desk.claim()))
        sign_in(client, "approver")
        assert client.get(reverse("admin:claims_translate", args=[made.pk, "ko"])).status_code == 403

    def test_is_warned_of_a_translation_that_cites_other_evidence(self):
        draft = desk.with_evidence(desk.claim(rationale="The port's log counts two [1]."))
        translate(draft, rationale="항만 기록은 두 척을 센다.")
        found = [item for item in cautions(parse(desk.published(draft).record)) if item.rule == "translation"]
        assert [item.words for item in found] == ["the translation (ko) cites nothing, the rationale [1]"]


def test_it_goes_out_in_a_fixture_and_comes_back():
    translated()
    text = "".join(fixture.write(exports.all_objects()))
    assert "claims.translation" in text
    report = fixtures.bring_in(fixture.read(text.encode()), desk.importer())
    assert report.same == text.count('"model": ') and not any(report.added.values())


def test_a_claim_that_comes_by_its_record_has_its_translation_on_the_desk():
    record = translated().record
    document = parse({**record, "uid": str(uuid4()), "slug": "another"})
    keys = ForeignKeys()
    keys.learn([document])
    working_rows.write_claims([document], keys)
    kept = Claim.objects.get(slug="another").translations.get()
    assert (kept.language, kept.summary) == ("ko", KOREAN["summary"])
    assert kept.of_sha256 == words_sha256(document)
