"""“Already checked?”: which published claims answer a text, what is said of it, and what people decide."""

import hashlib
import io
import json

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import matching, workflow
from claims.matching import embeddings, quality, query_text, vectors
from claims.models import Publication
from claims.text.languages import language_of
from claims.vocabulary import MatchTier
from tests import desk
from tests.statements import COAL, HOSPITAL, ROCKETS, publish, with_model

pytestmark = pytest.mark.database("sqlite")


def statements(matched):
    return [found.publication.statement for found in matched.found]


def columns():
    from claims import search

    return search.latest_snapshot()


class TestWhatAnswersAText:
    @pytest.mark.parametrize("method", ["lexical", pytest.param("fused", marks=with_model)])
    def test_the_claim_itself_is_very_likely(self, published, method):
        found = matching.match(ROCKETS, method=method).found
        assert found[0].publication.statement == ROCKETS
        assert found[0].tier == MatchTier.VERY_LIKELY

    def test_other_word_forms_case_tags_and_an_address_do_not_hide_it(self, published, without_model):
        post = "BREAKING: #WagnerGroup was SUPPLYING our rocket, the ministries say https://t.co/abc by @SomeBody"
        assert statements(matching.match(post))[:1] == [ROCKETS]

    @with_model
    def test_a_paraphrase_without_common_words_is_found_by_meaning(self, published):
        ranked = matching.rank("A clinic was reconstructed by labourers from abroad.", "en", columns(), method="fused")
        assert ranked[0].similarity > 0.5
        assert Publication.objects.get(sequence=ranked[0].sequence).statement == HOSPITAL

    @pytest.mark.parametrize("method", ["lexical", pytest.param("fused", marks=with_model)])
    def test_a_text_about_something_else_finds_nothing(self, published, method):
        assert not matching.match("Penguins waddle across the ice towards the sea.", method=method).found

    def test_every_find_says_why(self, published, without_model):
        best = matching.match("Coal was shipped from Rason").best
        assert best.shared == ["coal", "shipped", "rason"]
        assert 0.9 < best.overlap <= 1
        assert best.similarity is None

    def test_of_claims_in_the_same_words_the_first_published_leads(self, db):
        publish("Rason ships ‘coal’ by rail.")
        publish("Rason ships “coal” by rail.")
        found = statements(matching.match("Rason ships coal by rail"))
        assert found[0] == "Rason ships ‘coal’ by rail."

    def test_nothing_published_answers_nothing(self, db):
        assert matching.match(ROCKETS).found == []

    def test_drafts_retractions_and_superseded_versions_never_answer(self, published):
        desk.claim(statement="Balloons carried leaflets over Kaesong.")
        desk.retracted(published[0].claim, "It did not hold.")
        assert ROCKETS not in statements(matching.match(ROCKETS))
        assert not matching.match("Balloons carried leaflets over Kaesong.").found


class TestWhatDiffers:
    @pytest.mark.parametrize(
        ("asked", "claim", "differs"),
        [
            ("The ministry did not supply rockets", ROCKETS, ["negation"]),
            ("The ministry didn’t supply rockets", ROCKETS, ["negation"]),
            ("The ministry supplied no rockets", "The ministry supplied no rockets.", []),
            ("Coal worth 40 million dollars was shipped in 2023", COAL, ["numbers"]),
            ("Coal from Rason was shipped in 2023", COAL, []),
            ("Coal from Rason was shipped in 2021", COAL, ["numbers"]),
            ("Coal from Rason was shipped", COAL, []),
            ("Coal worth ninety million dollars was shipped from Rason", COAL, []),
            ("It is false that coal was shipped from Rason in 2023", COAL, ["negation"]),
            ("It is not false that coal was shipped from Rason in 2023", COAL, []),
            ("Nobody denies that coal was shipped from Rason in 2023", COAL, []),
            ("I never liked them. Coal was shipped from Rason in 2023! Don’t you agree?", COAL, []),
            ("Coal worth 90 million dollars was shipped — Jane Doe (@jane) May 3, 2024", COAL, []),
            ("One of seven states voted against it", "One of five states voted against it.", ["numbers"]),
            ("One hundred thousand soldiers were sent", "Thousands of soldiers were sent.", ["numbers"]),
            ("Twenty one thousand soldiers were sent", "Thousands of soldiers were sent.", []),
            ("Ten ships came on 16 November 2024", "Ten ships came on 6 November 2024.", ["numbers"]),
            ("Nobody likes it there, and no one came", "Ten ships came in May.", []),
            ("", COAL, []),
            ("12", "13", []),
        ],
    )
    def test_a_negation_or_another_number_is_flagged(self, asked, claim, differs):
        assert matching.differences(asked, claim) == differs

    @settings(max_examples=80)
    @given(asked=st.text(max_size=120), claim=st.text(max_size=120))
    def test_any_two_texts_are_compared(self, asked, claim):
        assert set(matching.differences(asked, claim)) <= {"negation", "numbers"}

    def test_a_negated_claim_still_matches(self, published):
        best = matching.match("The ministry never supplied rockets to the Wagner group by the end of 2022.").best
        assert best.publication.statement == ROCKETS
        assert best.mismatches == ["negation"]


class TestAnyTextIsTaken:
    @pytest.mark.parametrize(
        "text", ["", " ", "x", "https://example.org/a?b=c", "\0\x01\x02", "!!! ??", "a" * 1_000_000, "word " * 200_000]
    )
    def test_empty_tiny_huge_and_binary_texts_find_nothing_and_break_nothing(self, published, text):
        assert matching.match(text).found == []

    def test_only_so_many_words_of_a_text_are_looked_for(self):
        assert len(query_text.QueryText(" ".join(f"word{n}" for n in range(1000))).terms) == query_text.MAX_WORDS

    def test_a_language_that_no_model_knows_is_matched_by_words_and_it_is_said(self, db):
        publish("Міністерство передало ракети групі Вагнер.", language="uk")
        matched = matching.match("Міністерство передало ракети групі Вагнер")
        assert statements(matched) == ["Міністерство передало ракети групі Вагнер."]
        assert (matched.method, matched.note) == ("lexical", "other_language")

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("북한 군인이 러시아에 갔다", "ko"), ("Ракеты доставлены в Курск", "ru"),
            ("Ракети доставлені в Київ", "uk"),
            ("東京タワーは高い", "ja"), ("中国人民银行发布公告", "zh"), ("وصلت عشر سفن إلى الميناء", "ar"),
            ("Los cañones llegaron a la ciudad según el ministerio", "es"), ("Die Schiffe sind nicht da", "de"),
            ("Les bateaux ne sont pas dans le port", "fr"), ("Ten ships came to the port", "en"),
            ("Kim Jong Un", "en"), ("სამი გემი მოვიდა", ""), ("12 !?", "en"), ("", "en"),
        ],
    )  # fmt: skip
    def test_a_language_is_told_by_its_letters_and_its_commonest_words(self, text, language):
        assert language_of(text) == language


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_whatever_is_asked_likelihoods_are_shares_in_order(published, text):
    found = [item.likelihood for item in matching.match(text, method="lexical", limit=20).found]
    assert found == sorted(found, reverse=True)
    assert all(0 <= likelihood <= 1 for likelihood in found)


class TestWithoutTheModels:
    def test_words_alone_answer_and_it_is_said(self, published, without_model):
        matched = matching.match(ROCKETS)
        assert (matched.method, matched.note) == ("lexical", "no_model")
        assert statements(matched) == [ROCKETS]

    @pytest.mark.parametrize(
        ("model", "load", "file"),
        [
            (embeddings.English, embeddings.english, ("apps.py", hashlib.sha256(b"other").hexdigest())),
            (embeddings.Multilingual, embeddings.multilingual, hashlib.sha256(b"other").hexdigest()),
        ],
    )
    def test_a_file_that_is_not_the_one_we_know_is_not_used(self, monkeypatch, model, load, file):
        monkeypatch.setattr(model, "FILES", {"claims": file})
        load.cache_clear()
        try:
            assert load() is None
        finally:
            load.cache_clear()

    def test_vectors_cannot_be_made_and_it_is_said(self, db, without_model):
        with pytest.raises(CommandError, match="No sentence model can be used"):
            call_command("reindex", vectors=True)


class TestImports:
    def test_a_trial_says_what_is_very_likely_published_already(self, published, tmp_path, capsys):
        (tmp_path / "theirs.csv").write_text(
            f"claim,url,rating,publisher\n{ROCKETS},https://checkers.example/1,False,Checkers\n"
            "Penguins waddle across the ice.,https://checkers.example/2,False,Checkers\n"
        )
        call_command("import", str(tmp_path / "theirs.csv"), dry_run=True)
        said = "".join(capsys.readouterr())
        assert said.count("very likely published here already") == 1
        assert Publication.objects.get(statement=ROCKETS).slug in said
        assert Publication.objects.count() == 3


class TestHowWellItDoes:
    def test_precision_by_tier(self, published):
        editor = desk.person("editor")
        best = matching.match(ROCKETS).best
        workflow.match_decisions.decide(ROCKETS, best, "confirmed", by=editor)
        workflow.match_decisions.decide(f"{ROCKETS} Really?", best, "rejected", by=editor)
        assert [(tier.decided, tier.percent) for tier in quality.by_tier()] == [(0, None), (2, 50)]

    def test_a_threshold_is_proposed_from_enough_decisions(self):
        good, bad = [(0.9 - n / 1000, True) for n in range(30)], [(0.5 - n / 1000, False) for n in range(30)]
        assert quality.lowest(good + bad, 1.0) == 0.871
        assert quality.lowest(good + bad, 0.5) == 0.471
        assert quality.lowest(good[:10], 0.5) is None
        assert quality.lowest(bad, 0.5) is None

    def test_the_same_text_with_other_blanks_is_the_same_text(self):
        assert matching.text_sha256("a  b\n") == matching.text_sha256(" a b")


class TestBatches:
    def test_json_lines_in_and_out_and_bad_lines_are_named(self, published, tmp_path, capsys):
        file = tmp_path / "texts.jsonl"
        file.write_bytes(
            json.dumps({"id": "a", "text": ROCKETS}).encode() + b'\n"Penguins waddle"\n\nnonsense\n{"id": 1}\n\xff\n'
        )
        with pytest.raises(CommandError, match="3 lines could not be read"):
            call_command("match", str(file))
        out, err = capsys.readouterr()
        rows = [json.loads(line) for line in out.splitlines()]
        assert [(row["id"], len(row["matches"])) for row in rows] == [("a", 1), (2, 0)]
        assert all(f"Line {number}:" in err for number in (4, 5, 6))

    def test_standard_input_and_a_missing_file(self, published, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(ROCKETS).encode())))
        call_command("match", "-", limit=1)
        assert json.loads(capsys.readouterr().out)["matches"][0]["statement"] == ROCKETS
        with pytest.raises(CommandError, match=r"nowhere\.jsonl: No such file"):
            call_command("match", "nowhere.jsonl")

    def test_the_report(self, published, capsys):
        call_command("match", report=True)
        assert "MATCH_VERY_LIKELY is 0.8" in capsys.readouterr().out


def test_an_import_makes_the_newest_vectors_and_names_what_makes_the_others(db, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(vectors, "NEWEST", 2)
    path = desk.records_file(tmp_path / "r.jsonl", *(f"{number} ships came to the port." for number in range(3)))
    call_command("import", str(path))
    assert "reindex --vectors" in capsys.readouterr().err
    for model in embeddings.models():
        assert vectors.missing(model).get() == Publication.objects.in_chain_order().first()


def test_an_import_told_to_make_no_vectors_makes_none(db, tmp_path):
    call_command("import", str(desk.records_file(tmp_path / "r.jsonl", "Ten ships came to the port.")), no_vectors=True)
    assert [vectors.missing(model).count() for model in embeddings.models()] == [1] * len(embeddings.models())


def test_a_failing_model_fails_no_import(db, tmp_path, failing_model, caplog, capsys):
    call_command("import", str(desk.records_file(tmp_path / "r.jsonl", "Ten ships came to the port.")))
    assert Publication.objects.count() == 1
    assert "no memory left" in caplog.text
    assert "reindex --vectors" in capsys.readouterr().err


def test_of_a_text_that_is_one_claim_word_for_word_no_other_is_very_likely(db):
    publish("Kim Jong Un visited Russia in September 2023.")
    publish("Kim Jong Un's visit to Russia in September 2023 returned a visit that Putin had paid in September 2023.")
    found = matching.match("“Kim Jong Un visited Russia in September 2023”").found
    assert found[0].publication.statement == "Kim Jong Un visited Russia in September 2023."
    assert [match.tier for match in found if match.tier == "very_likely"] == ["very_likely"]


def test_what_is_very_likely_stands_first(published):
    tiers = [match.tier for match in matching.match(ROCKETS, limit=20).found]
    assert tiers == sorted(tiers, key=lambda tier: tier != "very_likely")
