"""The suggested confidence: what the rule in confidence.py promises of any evidence."""

from hypothesis import assume, given
from hypothesis import strategies as st

from claims.evidence_rules import confidence
from claims.evidence_rules.confidence import Graded
from claims.vocabulary import Credibility, Reliability, Stance, Verdict

SIDED = st.sampled_from([Verdict.TRUE, Verdict.MOSTLY_TRUE, Verdict.MOSTLY_FALSE, Verdict.FALSE])
judged_reliability = st.sampled_from([letter for letter in Reliability if letter != "F"])
judged_credibility = st.sampled_from([number for number in Credibility if number != "6"])
items = st.builds(
    Graded,
    stance=st.sampled_from(Stance),
    reliability=st.sampled_from(Reliability),
    credibility=st.sampled_from(Credibility),
    origin=st.sampled_from(["", "a", "b", "c", "d"]),
)
evidence = st.lists(items, max_size=8)


def value(verdict, items):
    found = confidence.suggest(verdict, items).confidence
    return 50 if found is None else found


def backing(verdict):
    return Stance.SUPPORTS if verdict in {Verdict.TRUE, Verdict.MOSTLY_TRUE} else Stance.REFUTES


def opposing(verdict):
    return Stance.REFUTES if verdict in {Verdict.TRUE, Verdict.MOSTLY_TRUE} else Stance.SUPPORTS


@given(SIDED, evidence, judged_reliability, judged_credibility)
def test_more_independent_support_never_lowers_it(verdict, items, reliability, credibility):
    more = Graded(backing(verdict), reliability, credibility, "another origin")
    assert value(verdict, [*items, more]) >= value(verdict, items)


@given(SIDED, evidence, st.data())
def test_a_repeat_of_an_origin_already_counted_changes_nothing(verdict, items, data):
    counted = [item for item in items if item.strength]
    assume(counted)
    first = data.draw(st.sampled_from(counted))
    grade = data.draw(st.tuples(st.sampled_from(Reliability), st.sampled_from(Credibility)))
    repeat = Graded(first.stance, *grade, first.origin)
    assert value(verdict, [*items, repeat]) == value(verdict, items)


@given(SIDED, evidence, st.sampled_from(Stance), st.sampled_from(Reliability), st.sampled_from(Credibility))
def test_what_cannot_be_judged_adds_nothing(verdict, items, stance, reliability, credibility):
    for unjudged in (Graded(stance, "F", credibility, "new"), Graded(stance, reliability, "6", "new")):
        assert value(verdict, [*items, unjudged]) == value(verdict, items)


@given(SIDED, evidence, st.sampled_from(Reliability), st.sampled_from(Credibility))
def test_context_adds_nothing(verdict, items, reliability, credibility):
    assert value(verdict, [*items, Graded(Stance.CONTEXT, reliability, credibility, "new")]) == value(verdict, items)


@given(SIDED, evidence)
def test_contradiction_pulls_to_the_middle(verdict, items):
    """Together the two sides lie no further from 50 than the stronger of them alone."""
    for_it = [item for item in items if item.stance == backing(verdict)]
    against = [item for item in items if item.stance == opposing(verdict)]
    alone = max(abs(value(verdict, for_it) - 50), abs(value(verdict, against) - 50))
    assert abs(value(verdict, items) - 50) <= alone


@given(SIDED, evidence)
def test_it_is_a_confidence_and_the_opposite_verdict_mirrors_it(verdict, items):
    found = confidence.suggest(verdict, items).confidence
    assert found is None or 0 <= found <= 100
    mirrored = {"true": "false", "mostly_true": "mostly_false", "mostly_false": "mostly_true", "false": "true"}
    assert abs(value(verdict, items) + value(Verdict(mirrored[verdict]), items) - 100) <= 1


@given(evidence)
def test_verdicts_on_neither_side_get_no_suggestion_but_a_reason(items):
    for verdict in ("", "mixed", "misleading", "unproven", "outdated", "not_checkable"):
        found = confidence.suggest(verdict, items)
        assert found.confidence is None
        assert found.reasons


def test_three_outlets_that_quote_one_agency_count_once_and_it_says_so():
    outlets = [Graded("supports", "B", "2", "agency", name) for name in ("Post", "Times", "News")]
    found = confidence.suggest("true", outlets)
    assert found.confidence == confidence.suggest("true", outlets[:1]).confidence == 78
    words = " ".join(found.reasons)
    assert "1 independent source for the verdict: Post (B2)" in words
    assert "2 items repeat an origin already counted" in words


def test_items_without_a_named_origin_add_no_independent_support():
    """Two of them are worth what two of one origin are, and beside a named one they are worth nothing."""
    unnamed = [Graded("supports", "B", "2", name=name) for name in ("Post", "Times")]
    of_one = [Graded("supports", "B", "2", "agency", name) for name in ("Post", "Times")]
    assert confidence.suggest("true", unnamed).confidence == confidence.suggest("true", of_one).confidence == 78
    assert confidence.suggest("true", [*of_one, *unnamed]).confidence == 78
    assert "2 items without a named origin: no independent support." in confidence.suggest("true", unnamed).reasons


@given(SIDED, evidence, judged_reliability, judged_credibility)
def test_a_further_item_without_a_named_origin_changes_nothing(verdict, items, reliability, credibility):
    first = Graded(backing(verdict), "A", "1")
    more = Graded(backing(verdict), reliability, credibility)
    assert value(verdict, [first, *items, more]) == value(verdict, [first, *items])
