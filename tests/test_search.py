"""One search contract, kept by SQLite FTS5 and by PostgreSQL."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import search
from claims.models import Publication
from claims.search import index
from tests import desk

pytestmark = pytest.mark.django_db


def found(text):
    """Return the statements of what stands that a query finds."""
    result = search.find(text)
    standing = search.Selection.standing()
    chosen = standing.found_by(result) if result else standing
    return sorted(p.statement for p in Publication.objects.at_places(chosen.sequences))


@pytest.fixture
def six(db):
    desk.published(statement="Rockets reached Wagner.", summary="Denied by both.", rationale="A log.")
    desk.published(statement="Oil tankers left the port.", summary="Seen from orbit.", rationale="*Imagery* of ships.")
    desk.published(statement="평양에서 조약이 서명되었다.", summary="Да, подписан.", rationale="Photos.", language="ko")
    desk.published(
        statement="Ракеты доставлены в Курск.", summary="Нет доказательств.", rationale="Ёлка.", language="ru"
    )
    desk.published(statement="中国人民银行发布公告。", summary="東京タワー。", rationale="-", language="zh")
    desk.published(
        statement="Los cañones llegaron a São Paulo.", summary="No.", rationale="Crème brûlée", language="es"
    )


COUNTS = [
    ("rocket", 1),
    ("rockets", 1),
    ("WAGNER rockets", 1),
    ("rockets tankers", 0),
    ('"oil tankers"', 1),
    ('"tankers oil"', 0),
    ("port -tankers", 0),
    ("left -wagner", 1),
    ('left -"oil tankers"', 0),
    ("imagery", 1),
    ("ministry", 6),
    ("", 6),
    ("-wagner", 0),
    ("!!!", 6),
    # a beginning, and only where one is asked for
    ("tank*", 1),
    ("tank", 0),
    ("rockets*", 1),
    # stop words do not count beside others, and are words where they stand alone
    ("the rockets of Wagner", 1),
    ("the", 1),
    ('"left the port"', 1),
    # other languages: their own stems, no accents, no spaces, particles
    ("조약", 1),
    ("평양", 1),
    ("подписан", 1),
    ("ракета", 1),
    ("РАКЕТ", 1),
    ("елка", 1),
    ("中国", 1),
    ("人民银行", 1),
    ("银民", 0),
    ("行", 1),
    ("タワー", 1),
    ("canon", 1),
    ("sao paulo", 1),
    ("creme", 1),
]


def test_words_phrases_beginnings_and_exclusions(six, subtests):
    for query, count in COUNTS:
        with subtests.test(query=query):
            assert len(found(query)) == count


MENDED = [
    ("rokcets", "rockets"),
    ("Wagnar", "wagner"),
    ("tankres port", "tankers port"),
    ("ракети", ""),  # the stem is known
    ("курсск", "курск"),
    ("zzzzzz", ""),
    ("oli", ""),  # too short to guess
    ('"rokcets"', ""),  # a phrase is meant as it is
]


def test_a_mistyped_word_is_mended_where_nothing_has_it(six, subtests):
    for query, mended in MENDED:
        with subtests.test(query=query):
            assert search.find(query).corrected_query == mended
            assert bool(found(query)) == bool(mended or query == "ракети")


def test_what_has_the_words_in_its_statement_comes_first(client):
    published = []
    for statement, summary in [
        ("Rockets flew.", "-"),
        ("Ships left.", "Rockets and rockets."),
        ("Rockets landed.", "-"),
    ]:
        published.append(desk.published(statement=statement, summary=summary))
    page = client.get("/claims/?q=rockets").content.decode()
    assert page.index("landed") < page.index("flew") < page.index("Ships")
    newest = client.get("/claims/?q=rockets&sort=newest").content.decode()
    assert newest.index("landed") < newest.index("Ships") < newest.index("flew")
    following = client.get(f"/claims/?q=rockets&before={published[0].sequence}").content.decode()
    assert "Ships" in following and "flew" not in following


def test_the_words_are_marked_and_shown_where_they_stand(client, six):
    page = client.get("/claims/?q=image*+tanker").content.decode()
    assert "Oil <mark>tankers</mark> left the port." in page
    assert "*<mark>Imagery</mark>* of ships." in page
    assert "<mark>平양</mark>" not in client.get("/claims/?q=평양").content.decode()
    assert "<mark>평양에서</mark>" in client.get("/claims/?q=평양").content.decode()
    assert "<mark>人民银行</mark>" in client.get("/claims/?q=人民银行").content.decode()


def test_a_mended_search_says_so(client, six):
    page = client.get("/claims/", {"q": "rokcets"}).content.decode()
    assert "No results for “rokcets”. Showing results for “rockets”." in page
    assert "<mark>Rockets</mark> reached" in page


def test_marks_are_never_markup(client):
    desk.published(statement="A <b>rocket</b> & <mark>more</mark>.", summary="<script>rocket</script>")
    page = client.get("/claims/?q=rocket").content.decode()
    assert "A &lt;b&gt;<mark>rocket</mark>&lt;/b&gt; &amp; &lt;mark&gt;more&lt;/mark&gt;." in page
    assert "&lt;script&gt;<mark>rocket</mark>&lt;/script&gt;" in page


def test_a_search_with_very_many_matches_looks_at_the_newest(client, monkeypatch):
    monkeypatch.setattr("claims.search.index.LIMIT", 2)
    for number in range(4):
        desk.published(statement=f"Ships {number}.")
    page = client.get("/claims/?q=ships").content.decode()
    assert "Ships</mark> 3." in page and "Ships</mark> 1." not in page
    assert "and more" in page and "counted among the 2 newest matches" in page


def test_only_what_stands_is_found():
    publication = desk.published(summary="Zebras.")
    desk.republished(publication, step="submit", summary="Okapis.")
    desk.with_evidence(desk.claim(summary="Giraffes."))
    assert (len(found("zebras")), len(found("okapis")), len(found("giraffes"))) == (0, 1, 0)
    desk.retracted(publication.claim, "Wrong.")
    assert not found("okapis")


def test_words_of_drafts_mend_nothing():
    desk.with_evidence(desk.claim(statement="Giraffes were seen."))
    desk.published(statement="Ships left.")
    assert search.find("giraffse").corrected_query == ""


def test_an_index_that_is_missing_is_made_with_what_is_published(six):
    index.remove(connection)
    index.ensure(connection)
    assert len(found("rockets")) == 1


def test_reindex_makes_the_index_anew(request, monkeypatch):
    monkeypatch.setattr("claims.search.index.BATCH", 4)
    with monkeypatch.context() as without:
        without.setattr(search, "add", lambda documents, connection: None)
        request.getfixturevalue("six")
    assert not found("rockets")
    call_command("reindex", stdout=(out := StringIO()), stderr=StringIO())
    assert out.getvalue() == "6 publications are in the index.\n"
    assert len(found("rockets")) == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text(alphabet="\"'-*:&|!()<> \\abNOTARD\0%", max_size=30))
def test_whatever_is_typed_is_a_query(db, text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["d虚\u0301", "虚\u0301虚", "a\u3099", "a\u3099b"])
def test_an_accent_without_its_letter_is_no_word(db, text):
    assert found(text) == []
    publication = desk.published(statement=f"Ten ships came, {text} says.")
    assert found(text) == [publication.statement]


def test_counts_are_exact_up_to_the_limit(monkeypatch):
    for _ in range(3):
        desk.published()
    assert search.bounded_count(Publication.objects.all()) == (3, False)
    monkeypatch.setattr("claims.search.pages.COUNT_LIMIT", 2)
    assert search.bounded_count(Publication.objects.all()) == (2, True)


def test_a_word_is_looked_for_in_the_forms_of_languages_that_something_is_published_in(db):
    """Else “Putin” finds what was put somewhere: a Turkish ending was cut off an English name."""
    desk.published(statement="They put the gold away.")
    desk.published(statement="Putin came to Pyongyang.")
    assert found("Putin") == ["Putin came to Pyongyang."]
    desk.published(statement="Putin geldi.", language="tr")
    assert {"Putin came to Pyongyang.", "Putin geldi."} <= set(found("Putin"))
