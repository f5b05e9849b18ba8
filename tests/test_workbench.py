"""The article's workbench: words become claims, and whatever is sent, nothing is lost or doubled."""

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Appearance, Article, Claim, DismissedSentence
from claims.text import anchors
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]
TEXT = (
    "A ministry said that ten ships came in May 2023. Nobody saw them.\n\n"
    "Reportedly, coal was on board of nine ships. 😀 김정은은 세 척의 배를 보았다. Ten ships left."
)


@pytest.fixture
def article(db):
    return desk.article(text=TEXT)


def bench(article):
    return reverse("admin:claims_workbench", args=[article.pk])


def send(client, article, button="mark", **fields):
    return client.post(bench(article), {"stance": "asserts", button: "1", **fields})


def test_selected_words_become_a_draft_with_its_quote_and_hedge(client, article):
    editor = sign_in(client, "editor")
    start = TEXT.index("coal was on board")
    answer = send(client, article, exact="coal was on board", start=start, statement="Coal was shipped.")
    assert answer.status_code == 302
    made = Claim.objects.get()
    mark = made.appearances.get()
    assert (made.statement, made.status, made.assigned_to, made.slug) == (
        "Coal was shipped.", "draft", editor, "coal-was-shipped",
    )  # fmt: skip
    assert TEXT[mark.start : mark.end] == mark.exact == "coal was on board"
    assert (mark.paragraph, mark.attribution) == (2, "Reportedly")
    assert TEXT.endswith(mark.suffix) or mark.suffix in TEXT


def test_without_a_script_the_quote_is_pasted(client, article):
    sign_in(client, "contributor")
    send(client, article, exact="  that ten ships came\r\nin May 2023  ")
    assert Appearance.objects.get().exact == "that ten ships came in May 2023"
    assert Claim.objects.get().statement == "that ten ships came\nin May 2023"


def test_a_selection_may_cross_sentences_and_paragraphs(client, article):
    sign_in(client, "editor")
    start = TEXT.index("Nobody")
    quote = TEXT[start : TEXT.index("Reportedly") + 10]
    send(client, article, exact=quote.replace("\n", "\r\n"), start=start, statement="Two things.")
    assert Appearance.objects.get().exact == quote


def test_positions_count_code_points(client, article):
    sign_in(client, "editor")
    send(client, article, exact="김정은은", statement="Kim.")
    assert Appearance.objects.get().start == TEXT.index("김정은은")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"exact": "twelve ships"}, "does not stand in the article"),
        ({"exact": ""}, "Select words in the text"),
        ({"exact": "   "}, "Select words in the text"),
        ({"exact": "ships"}, "stand in the text 3 times"),
    ],
)
def test_what_cannot_be_marked_is_said_and_the_form_keeps_its_text(client, article, fields, words):
    sign_in(client, "editor")
    answer = send(client, article, statement="Typed for long.", attribution="so they say", **fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "Typed for long." in page
    assert "so they say" in page
    assert not Claim.objects.exists()


def test_of_several_places_the_editor_chooses_one(client, article):
    sign_in(client, "editor")
    page = send(client, article, exact="ships", statement="Ships left.").content.decode()
    places = anchors.occurrences(TEXT, "ships")
    assert all(f'name="start" value="{place}"' in page for place in places)
    client.post(
        bench(article),
        {"stance": "asserts", "mark": "1", "exact": "ships", "statement": "Ships left.", "start": ["", places[2]]},
    )
    assert Appearance.objects.get().start == places[2]


def test_sending_the_same_twice_makes_one_claim(client, article):
    """A double click, browser back after save, and two people on one sentence come to the same."""
    sign_in(client, "editor")
    send(client, article, exact="ten ships", statement="Ten ships.")
    sign_in(client, "editor")
    answer = send(client, article, exact="ten ships", statement="Ten ships came.")
    assert "marked already: “Ten ships.”" in answer.content.decode()
    assert Claim.objects.count() == 1
    send(client, article, button="again", exact="ten ships", statement="Ten ships came.")
    assert Claim.objects.count() == 2


def test_a_selection_is_attached_to_a_claim_that_is_here(client, article):
    sign_in(client, "editor")
    made = desk.claim()
    send(client, article, button="attach", exact="ten ships", claim=made.pk)
    assert made.appearances.get().exact == "ten ships"
    assert b"marked already" in send(client, article, button="attach", exact="ten ships", claim=made.pk).content
    assert b"Choose the existing claim" in send(client, article, button="attach", exact="coal").content
    send(client, article, button="attach", exact="coal was", **{"claim-typed": made.slug})  # without a script
    assert made.appearances.count() == 2


def test_a_locked_claim_takes_no_further_words(client, article):
    sign_in(client, "editor")
    made = desk.awaiting()
    assert (
        b"awaiting approval. To edit it"
        in send(client, article, button="attach", exact="coal was", claim=made.pk).content
    )
    assert not made.appearances.exists()


def test_the_words_of_a_mark_are_adjusted(client, article):
    sign_in(client, "editor")
    made = desk.claim()
    mark = desk.appear(made, article, "ten ships")
    page = client.get(bench(article), {"adjust": mark.pk}).content.decode()
    assert "Adjust the quote" in page
    send(client, article, button="save", adjust=mark.pk, exact="ten ships came in May", attribution="said")
    mark.refresh_from_db()
    made.refresh_from_db()
    assert (mark.exact, mark.attribution, made.version) == ("ten ships came in May", "said", 2)
    assert TEXT[mark.start : mark.end] == mark.exact


def test_whom_the_text_says_it_of_is_set_where_one_captures_and_kept_when_the_words_move(client, article):
    sign_in(client, "editor")
    ministry, navy = desk.source("ministry"), desk.source("navy")
    send(client, article, exact="ten ships came in May 2023", reported=ministry.pk)
    mark = Appearance.objects.get()
    assert mark.reported == ministry
    page = client.get(bench(article), {"adjust": mark.pk}).content.decode()
    assert f'<option value="{ministry.pk}" selected>' in page
    send(client, article, button="save", adjust=mark.pk, exact="ten ships", reported=ministry.pk)
    mark.refresh_from_db()
    assert (mark.exact, mark.reported) == ("ten ships", ministry)
    send(client, article, button="attach", exact="coal was on board", claim=mark.claim_id, reported=navy.pk)
    assert Appearance.objects.latest("pk").reported == navy


def test_new_words_are_taken_where_a_quote_changed(client, article):
    sign_in(client, "editor")
    mark = desk.appear(desk.claim(), article, "ten ships")
    mark.reported = desk.source("ministry")
    mark.save()
    article.text = TEXT.replace("ten ships", "twelve ships")
    article.save()
    workflow.articles.reanchor(article, by=desk.person("editor"))
    client.post(bench(article), {"stance": "asserts", "take": mark.pk})
    mark.refresh_from_db()
    assert (mark.exact, mark.anchor_state, mark.reported) == ("twelve ships", "same", desk.source("ministry"))


def proposed(client, article):
    """The sentences proposed in the workbench, each beside its passage."""
    return [found for passage in client.get(bench(article)).context["passages"] for found in passage.candidates]


def test_sentences_worth_checking_are_accepted_or_dismissed_with_one_button(client, article):
    sign_in(client, "editor")
    spans = [candidate.span for candidate in proposed(client, article)]
    assert len(spans) == 2
    known = {"stance": "asserts", "text_sha256": article.text_sha256}
    client.post(bench(article), {**known, "accept": spans[0]})
    assert Claim.objects.get().statement == "A ministry said that ten ships came in May 2023."
    assert Appearance.objects.get().stance == "reports"
    client.post(bench(article), {**known, "dismiss": spans[1]})
    assert proposed(client, article) == []
    assert DismissedSentence.objects.get().sentence == "Reportedly, coal was on board of nine ships."
    client.post(bench(article), {"stance": "asserts", "undo": "1"})
    assert [found.span for found in proposed(client, article)] == [spans[1]]


def test_a_sentence_that_is_checked_already_is_attached_in_one_act(client):
    published = desk.published(statement="Ten ships came to the harbour in May 2023.")
    article = desk.article(text="The ministry said that ten ships came to the harbour in May 2023.")
    sign_in(client, "editor")
    (found,) = proposed(client, article)
    assert (found.match.claim, found.match.found.is_likely_the_same) == (published.claim, True)
    known = {"stance": "asserts", "text_sha256": article.text_sha256}
    for odd in ("0", "999999", "x", ""):
        answer = client.post(bench(article), {**known, "attach_to": f"{found.span}:{odd}"})
        assert answer.status_code == 400 and b"Choose the existing claim" in answer.content
    client.post(bench(article), {**known, "attach_to": f"{found.span}:{published.claim.pk}"})
    assert published.claim.appearances.get().exact == article.text
    assert Claim.objects.count() == 1


def test_what_stands_around_an_article_on_its_page_is_not_proposed(client):
    sign_in(client, "editor")
    furniture = (
        "Thursday, January 30, 2025\nHomeRussiaTen ships", "30 January 2025", "RELATED ARTICLES", "Leave a Reply",
        "Your email address will not be published.", "© 2025 The Paper. All rights reserved.",
        "Share this article on Facebook with 3 friends.", "Photo: A crane in the port of Rason, May 2023, by R. Ivanov",
        "Read more: Ten ships came in May 2023", "4 min read", "Most Popular in May 2023",
        "Written: 2025-01-30 19:12:05Updated: 2025-01-31 09:15:01", "Issued on: 30/01/2025 – 16:18",
        "Screenshot of the post, taken on January 30, 2025.",
    )  # fmt: skip
    said = [
        "The ministry said that ten ships came to Rason in May 2023.",
        "Screenshots from the video show 12 soldiers boarding a ship at Rason on 8 October 2024.",
        "Published 2023: the report says that 300 people died in Rason.",
    ]
    article = desk.article(text="\n\n".join([*furniture[:4], *said, *furniture[4:]]))
    assert [found.sentence.text for found in proposed(client, article)] == said


def test_a_sentence_of_a_text_replaced_meanwhile_is_not_accepted(client, article):
    sign_in(client, "editor")
    old, span = article.text_sha256, proposed(client, article)[0].span
    article.text = f"Wholly new words stand here. {TEXT}"
    article.save()
    for button in ("accept", "dismiss"):
        answer = client.post(bench(article), {"stance": "asserts", "text_sha256": old, button: span})
        assert b"The text was replaced meanwhile" in answer.content
    assert not Claim.objects.exists()
    assert not DismissedSentence.objects.exists()


def test_adjusting_a_mark_that_was_removed_meanwhile_makes_no_new_claim(client, article):
    sign_in(client, "editor")
    answer = send(client, article, button="save", adjust="99", exact="Nobody saw them")
    assert b"removed meanwhile" in answer.content
    assert not Claim.objects.exists()


def test_the_hedge_is_that_of_the_place_the_words_were_found_at(client):
    sign_in(client, "editor")
    article = desk.article(text="Ten ships came. Reportedly, ten ships came. Later ten ships came in June.")
    send(client, article, exact="ten ships came", start=0, before="Later ", after=" in June", statement="x")
    assert Appearance.objects.get().attribution == ""


def test_a_quote_of_one_letter_in_a_long_text_is_found_at_once():
    text = "e" * 300_000
    assert anchors.locate(text, "e", prefix="e" * 32, start=5).start >= 5


def test_one_endless_paragraph_is_cut_into_parts_that_lose_nothing(client):
    sign_in(client, "editor")
    article = desk.article(text=("ten ships came in May 2023, " * 12_000) + "x" * 70_000)
    page = client.get(bench(article))
    assert len(page.content) < 400_000
    found = ""
    for part in range(1, page.context["part_count"] + 1):
        for passage in client.get(bench(article), {"part": part}).context["passages"]:
            found += "".join(stretch.text for stretch in passage.stretches)
    assert found == article.text


@pytest.mark.parametrize("span", ["", "x", "5", "9:3", "0:99999", "-1:4", "²:³", f"{'9' * 5000}:{'9' * 5000}"])
def test_a_forged_span_is_refused(client, article, span):
    sign_in(client, "editor")
    data = {"stance": "asserts", "accept": span, "text_sha256": article.text_sha256}
    assert client.post(bench(article), data).status_code == 400
    assert not Claim.objects.exists()


def test_overlapping_and_right_to_left_marks_leave_the_text_whole(client):
    sign_in(client, "editor")
    article = desk.article(text="وصلت عشر سفن إلى الميناء. abcdef <b>x</b>")
    for quote in ("abcd", "cdef", "bcde", "عشر سفن"):
        desk.appear(desk.claim(), article, quote)
    page = client.get(bench(article))
    (passage,) = page.context["passages"]
    assert "".join(stretch.text for stretch in passage.stretches) == article.text
    assert b"<b>x</b>" not in page.content
    assert [number for number, _ in passage.marks] == [1, 2, 3, 4]


def test_a_long_article_is_shown_in_parts(client):
    sign_in(client, "editor")
    text = "\n\n".join(f"Paragraph {number} of a very long article. " * 20 for number in range(2_700))
    article = desk.article(text=text)
    assert len(article.text) > 2_000_000
    last = article.text.rindex("Paragraph 2699")
    desk.appear(desk.claim(), article, article.text[last : last + 14], start=last)
    page = client.get(bench(article))
    assert len(page.content) < 400_000
    assert page.context["mark_count"] == 0
    final = client.get(bench(article), {"part": page.context["part_count"]})
    assert [mark.start for passage in final.context["passages"] for _, mark in passage.marks] == [last]
    assert client.get(bench(article), {"part": "99999999"}).status_code == 200


def test_five_hundred_claims_on_one_article_take_as_many_queries_as_one(client, article, django_assert_max_num_queries):
    sign_in(client, "editor")
    claims = Claim.objects.bulk_create(Claim(slug=f"c-{number}", statement=f"Claim {number}") for number in range(500))
    Appearance.objects.bulk_create(
        Appearance(claim=made, article=article, exact=TEXT[number % 40 : number % 40 + 9], start=number % 40,
                   end=number % 40 + 9, paragraph=1)
        for number, made in enumerate(claims)
    )  # fmt: skip
    client.get(bench(article))  # the first page of a session keeps that it began
    with django_assert_max_num_queries(14):
        page = client.get(bench(article))
    assert page.context["mark_count"] == 500
    assert sum(len(passage.marks) for passage in page.context["passages"]) == 500


def test_an_article_without_text_says_what_to_do(client):
    sign_in(client, "editor")
    assert b"has no text yet" in client.get(bench(desk.article(text=""))).content


def test_a_pasted_article_leads_to_its_workbench(client):
    sign_in(client, "contributor")
    data = {"title": "New", "slug": "new", "language": "en", "rights": "digest", "text": TEXT, "_save": "1"}
    answer = client.post(reverse("admin:claims_article_add"), data)
    assert answer.url == bench(Article.objects.get())


def test_marking_needs_the_permission(client, article):
    user = desk.person("contributor")
    user.groups.clear()
    client.force_login(user)
    assert client.get(bench(article)).status_code == 403
    with pytest.raises(workflow.NotPermittedError):
        workflow.annotate.mark_new(article, workflow.annotate.SelectedQuote("ten ships"), by=user, statement="x")


def test_the_hedge_around_a_selection_is_proposed(client, article):
    sign_in(client, "editor")
    address = reverse("admin:claims_hedge", args=[article.pk])
    start = TEXT.index("coal was")
    assert client.get(address, {"start": start, "end": start + 8}).json() == {"attribution": "Reportedly"}
    for start, end in (("", ""), ("x", "1"), ("5", "3"), ("0", "9" * 30), ("-1", "2")):
        assert client.get(address, {"start": start, "end": end}).status_code == 404
