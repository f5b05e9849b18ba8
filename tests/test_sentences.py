"""Sentences worth checking, and how a text hedges: by simple rules that give their reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.text import anchors, sentences
from claims.text.check_worthiness import WORTH_CHECKING, check_worthiness

texts = st.text(alphabet="ab. \n?!😀한국عر\u0301é0", max_size=120).map(anchors.normalise)


@given(texts)
def test_every_sentence_stands_where_it_says(text):
    end = 0
    for sentence in sentences.sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= end
        end = sentence.end


@given(texts)
def test_no_letter_is_lost_between_sentences(text):
    kept = "".join(sentence.text for sentence in sentences.sentences(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_an_abbreviation_ends_no_sentence():
    found = [sentence.text for sentence in sentences.sentences("Dr. Kim met the U.S. envoy. He left.")]
    assert found == ["Dr. Kim met the U.S. envoy.", "He left."]


def test_a_line_ends_a_sentence_where_lines_are_too_long_to_be_wrapped():
    long = (
        "The head of the port said on Thursday that ten ships had come from Rason in May 2023,"
        " and that nobody had seen them on their way, or at least that nobody had wanted to have seen them there."
    )
    heading, stamp = "Ten ships came in May", "An agency | Updated: 23-12-2022 01:34"
    found = [sentence.text for sentence in sentences.sentences(f"{heading}\n{stamp}\n{long}")]
    assert found == [heading, stamp, long]
    assert [check_worthiness(text).points >= WORTH_CHECKING for text in found] == [False, False, True]
    wrapped = "The head of the port said\nthat ten ships had come\nin May 2023."
    assert [sentence.text for sentence in sentences.sentences(wrapped)] == [wrapped]
    with_address = wrapped.replace("\nin May", f"\nhttps://port.example/{'log-' * 40}\nin May")
    assert len(list(sentences.sentences(with_address))) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The port received ten ships from Rason in May 2023.",
        "Officials said that Moscow released nine million dollars in February.",
        "Seoul reported that two factories were built near Pyongyang.",
    ],
)
def test_what_can_be_looked_up_is_proposed(sentence):
    worth = check_worthiness(sentence)
    assert worth.points >= WORTH_CHECKING
    assert worth.reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "We should perhaps think about this more.",
        "What might happen next?",
        "Read more.",
        "It would seem that peace could come.",
    ],
)
def test_opinions_questions_and_scraps_are_not(sentence):
    assert check_worthiness(sentence).points < WORTH_CHECKING


@given(texts)
def test_points_are_the_sum_of_their_reasons(text):
    worth = check_worthiness(text)
    assert worth.points == sum(int(reason.rpartition("(")[2].rstrip(")")) for reason in worth.reasons)


@pytest.mark.parametrize(
    ("text", "words", "hedge"),
    [
        ("Reportedly, ten ships came. Coal was shipped.", "ten ships came", "Reportedly"),
        ("Ten ships came, according to the harbour office.", "Ten ships came", "according to the harbour office"),
        ("The harbour office said that ten ships came.", "ten ships came", "The harbour office said that"),
        ("Minister Kang said that ten ships came.", "ten ships came", "Minister Kang said that"),
        ("The ministry has been accused of hiding it.", "hiding it", "has been accused of"),
        ("Ten ships came. Reportedly, coal was shipped.", "Ten ships came", ""),
        ("Nothing hedges here.", "Nothing", ""),
    ],
)
def test_the_hedge_is_found_in_the_same_sentence_only(text, words, hedge):
    start = text.index(words)
    assert sentences.attribution(text, start, start + len(words)) == hedge
