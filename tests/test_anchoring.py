import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.text import anchors

texts = st.text(alphabet="ab \n.😀한국عر\u0301é", min_size=1, max_size=80).map(anchors.normalise).filter(bool)


@st.composite
def text_and_span(draw):
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(text_and_span())
def test_a_selected_span_is_found_again_where_it_was(case):
    text, start, end = case
    chosen = anchors.select(text, start, end)
    assert chosen.exact == text[start:end]
    found = anchors.locate(text, chosen.exact, prefix=chosen.prefix, suffix=chosen.suffix, start=chosen.start)
    assert text[found.start : found.end] == chosen.exact


@given(text_and_span())
def test_a_quote_survives_words_put_before_it(case):
    text, start, end = case
    chosen = anchors.select(text, start, end)
    longer = anchors.normalise("Once, long ago, 한국. " + text)
    found = anchors.locate(longer, chosen.exact, prefix=chosen.prefix, suffix=chosen.suffix, start=chosen.start)
    assert longer[found.start : found.end] == chosen.exact


@given(texts, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=5))
def test_segments_put_together_are_the_text(text, spans):
    assert "".join(segment.text for segment in anchors.segments(text, spans)) == text


@given(texts)
def test_paragraphs_stand_where_they_say(text):
    for start, paragraph in anchors.paragraphs(text):
        assert text[start : start + len(paragraph)] == paragraph
        assert "\n\n" not in paragraph


@given(texts)
def test_normalising_twice_changes_nothing(text):
    assert anchors.normalise(text) == text


def test_positions_count_code_points_not_utf_16_units():
    found = anchors.locate("😀😀 김정은 met", "김정은")
    assert (found.start, found.end) == (3, 6)


def test_of_several_places_the_surroundings_decide():
    text = "Ten ships left. Ten ships came. Ten ships sank."
    assert anchors.locate(text, "Ten ships", prefix="left. ", suffix=" came").start == 16
    assert anchors.locate(text, "Ten ships", start=30).start == 32
    assert anchors.locate(text, "Ten ships").start == 0


@pytest.mark.parametrize("quote", ["", "eleven ships"])
def test_a_quote_that_is_not_there_is_an_error(quote):
    with pytest.raises(anchors.QuoteNotFoundError):
        anchors.locate("Ten ships.", quote)


def test_overlapping_marks_share_the_text_between_them():
    cut = [(s.text, s.marks) for s in anchors.segments("abcdef", [(0, 4), (2, 6)])]
    assert cut == [("ab", (0,)), ("cd", (0, 1)), ("ef", (1,))]


def test_paragraphs_are_numbered_from_one():
    assert [anchors.paragraph_number("a\n\nb\n\nc", position) for position in (0, 3, 6)] == [1, 2, 3]


def test_a_pasted_quote_is_found_whatever_its_blanks():
    found = anchors.locate("Ten  ships\ncame in\n\nMay.", "Ten ships came in May")
    assert found.exact == "Ten  ships\ncame in\n\nMay"


@given(text_and_span(), st.text(alphabet="xyz 😀", max_size=10))
def test_a_quote_that_still_stands_is_found_word_for_word_in_a_newer_text(case, added):
    text, start, end = case
    known = anchors.select(text, start, end)
    newer = anchors.normalise(f"New lead {added}.\n\n{text}")
    assert anchors.reanchor(newer, known).exact == known.exact


def known(text, quote):
    start = text.index(quote)
    return anchors.select(text, start, start + len(quote))


OLD = "The ministry said on Monday that ten ships came to the port in May. Nobody saw them."


@pytest.mark.parametrize(
    ("newer", "now"),
    [
        (OLD.replace("ten ships came", "twelve ships came"), "twelve ships came"),  # between its surroundings
        ("Update: a port official told us ten ships came to port that May.", "ten ships came"),  # word for word
        ("On Tuesday the ministry said the ten ship came by night.", "ten ship came"),  # the passage most like it
        ("Something else entirely stands here now, about grain and coal.", None),
        ("", None),
    ],
)
def test_a_changed_quote_is_pointed_at_what_stands_in_its_place_and_a_gone_one_is_gone(newer, now):
    found = anchors.reanchor(newer, known(OLD, "ten ships came"))
    assert (found.exact if found else None) == now


@pytest.mark.parametrize("script", ["😀🚢 열 척의 배", "عشر سفن وصلت", "cafe\u0301 na\u0308ive"])
def test_a_quote_in_any_script_is_found_again(script):
    text = anchors.normalise(f"Erst 😀 dies. {script} — und das.")
    quote = anchors.normalise(script)
    found = anchors.reanchor(f"한국 {text}", known(text, quote))
    assert found.exact == quote
    assert found.start == text.index(quote) + 3


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        ("He said “we won’t pay” today.", "\"we won't pay\""), ("He said \"we won't pay\" today.", "“we won’t pay”"),
        ("It goes on … for long.", "goes on ... for"), ("It goes on ... for long.", "goes on … for"),
        ("The ﬁrst oﬃce ﬂoor.", "first office floor"), ("The first office floor.", "ﬁrst oﬃce ﬂoor"),
        ("In 2014–2015 it fell.", "2014-2015 it"), ("co\u00adoperation was agreed", "cooperation was"),
        ("cooperation was agreed", "co\u00adoperation\u200b was"), ("«Нет» — сказал он", '"Нет" - сказал'),
    ],
)  # fmt: skip
def test_a_pasted_quote_is_found_however_its_signs_are_written(text, pasted):
    found = anchors.locate(text, pasted)
    assert text[found.start : found.end] == found.exact
    assert found.exact.strip()


def test_other_words_are_still_not_found():
    for text, pasted in (("we will pay", "we won't pay"), ("a-b", "ab"), ("off", "of f")):
        with pytest.raises(anchors.QuoteNotFoundError):
            anchors.locate(text, pasted)
