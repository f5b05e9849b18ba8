"""Cohen's kappa, against worked examples and its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.evidence_rules.agreement import agreement

verdicts = st.sampled_from(["true", "false", "mixed"])
counted = st.dictionaries(st.tuples(verdicts, verdicts), st.integers(1, 50), max_size=9)


def test_a_worked_example():
    """Fifty items: both yes 20, both no 15; observed 0.7, by chance 0.5, so kappa 0.4."""
    found = agreement({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert (found.n, found.observed, round(found.kappa, 6)) == (50, 0.7, 0.4)


def test_it_is_undefined_without_items_and_where_all_verdicts_are_one():
    assert (agreement({}).n, agreement({}).kappa) == (0, None)
    assert agreement({("true", "true"): 9}).kappa is None


@given(counted)
def test_it_lies_between_minus_one_and_one_and_is_one_only_for_agreement_throughout(pairs):
    found = agreement(pairs)
    if found.kappa is None:
        return
    assert -1 - 1e-9 <= found.kappa <= 1 + 1e-9
    assert (found.kappa == pytest.approx(1)) == (found.observed == 1)


@given(counted)
def test_it_does_not_matter_who_is_first(pairs):
    turned = {(second, first): number for (first, second), number in pairs.items()}
    assert agreement(turned).kappa == pytest.approx(agreement(pairs).kappa)
