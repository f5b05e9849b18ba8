"""No text that somebody pastes holds a worker: what rules look at grows no faster than the text."""

import pytest

from claims.text import anchors
from claims.text.check_worthiness import check_worthiness
from claims.text.sentences import attribution, sentences

MEGABYTE = 1_000_000
#: Each took minutes, or never ended.
RUNS = ["A’-", "-A", "“", "said that ", "He said according to the minister ", "A B ", "Mr. ", "(", "라고 "]


def run(words):
    return (words * (MEGABYTE // len(words) + 1))[:MEGABYTE]


@pytest.mark.parametrize("words", RUNS)
def test_a_megabyte_without_end_is_cut_into_sentences_and_judged(words):
    text = anchors.normalise(run(words))
    found = list(sentences(text))
    assert sum(len(sentence.text) for sentence in found) > 0.9 * len(text.replace(" ", ""))
    assert max(len(sentence.text) for sentence in found) <= 5_000
    assert check_worthiness(text).points <= 5
    assert isinstance(attribution(text, MEGABYTE // 2, MEGABYTE // 2 + 10), str)


def test_a_megabyte_of_blanks_is_taken_as_it_comes():
    text = f"a{' ' * MEGABYTE}b"
    assert anchors.normalise(text) == text
    assert anchors.normalise(f"a{' ' * MEGABYTE}\n b \t\n\n\n\nc") == "a\n b\n\nc"


def test_a_hedge_is_looked_for_near_the_span_only():
    text = f"Reportedly {'so ' * 2_000}it rained, {'and ' * 2_000}it was said."
    start = text.index("it rained")
    assert attribution(text, start, start + 9) == ""
    assert attribution("Reportedly it rained.", 11, 20) == "Reportedly"


def test_a_quote_of_many_pages_that_was_reworded_is_gone_and_a_short_one_is_found():
    text = anchors.normalise(" ".join(f"Word {number}." for number in range(20_000)))
    long = anchors.select(text, 100, 18_100)
    assert anchors.reanchor(text.replace("Word", "Wort"), long) is None
    short = anchors.select("It rained for nine days in May.", 0, 31)
    assert anchors.reanchor("In short: it rained for ten days in May.", short)
