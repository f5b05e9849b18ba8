import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.scales import CONFIDENCE_BANDS, LIKELIHOOD_BANDS, confidence_band
from claims.vocabulary import VERDICT_RATING, Status, Verdict, admiralty_grade


@given(st.sampled_from(sorted(CONFIDENCE_BANDS)), st.integers(0, 100))
def test_every_confidence_has_one_word_on_every_scale(scale, confidence):
    bands = [band for band in CONFIDENCE_BANDS[scale] if band.low <= confidence <= band.high]
    assert [confidence_band(confidence, scale)] == bands


@given(st.sampled_from(sorted(CONFIDENCE_BANDS)), st.data())
def test_a_word_is_written_as_a_value_that_reads_back_as_the_word(scale, data):
    band = data.draw(st.sampled_from(CONFIDENCE_BANDS[scale]))
    assert confidence_band(band.value, scale) == band


@pytest.mark.parametrize("confidence", [-1, 101])
def test_confidence_outside_the_scale_is_refused(confidence):
    with pytest.raises(ValueError, match="0 to 100"):
        confidence_band(confidence)


def test_stix_words_of_the_dni_scale_are_not_icd_203s():
    assert confidence_band(40, "dni").word == "roughly even chance"
    assert next(words for words, low, high in LIKELIHOOD_BANDS if low < 40 < high) == "unlikely"


def test_only_verdicts_between_false_and_true_carry_a_number():
    assert [VERDICT_RATING[verdict] for verdict in ("false", "mostly_false", "mixed", "mostly_true", "true")] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert set(Verdict) - set(VERDICT_RATING) == {"misleading", "unproven", "outdated", "not_checkable"}


def test_status_and_verdict_share_no_word():
    assert not set(Status.values) & set(Verdict.values)


def test_the_two_admiralty_axes_are_written_together():
    assert admiralty_grade("B", "2") == "B2"
