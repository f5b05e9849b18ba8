"""Countries that a text names, and short names in full: what two texts must have in common to be the same claim."""

import pytest

from claims.matching.query_text import QueryText, folded_text
from claims.text.aliases import in_full
from claims.text.countries import countries_in


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("The DPRK sent soldiers", {"KP"}), ("North Korean soldiers in Russia", {"KP", "RU"}),
        ("South Korea and Japan", {"KR", "JP"}), ("Moscow, Pyongyang and Beijing", {"RU", "KP", "CN"}),
        ("US troops", {"US"}), ("they told us in US courts", {"US"}), ("they told us", set()),
        ("the U.S. navy", {"US"}), ("The UAE banned it; the PRC did not.", {"AE", "CN"}), ("UK and USSR", {"GB", "SU"}),
        ("Chadwick met Jordan in Georgia", set()), ("Nothing of the kind", set()), ("", set()),
        ("the Soviet Union in 1961", {"SU"}), ("IRAN", {"IR"}),
        ("İran and UKRAİNE, ıran", {"IR", "UA"}), ("Côte d’Ivoire", {"CI"}),
    ],
)  # fmt: skip
def test_countries_are_known_by_their_names_people_and_capitals(text, codes):
    assert countries_in(text) == codes


def test_short_names_are_written_in_full_where_they_stand_in_capitals():
    assert (
        in_full("The DPRK and the UN, not who or dprk.") == "The North Korea and the United Nations, not who or dprk."
    )
    assert in_full("КНДР и ООН") == "Северная Корея и Организация Объединённых Наций"


def test_the_same_claim_by_either_name_is_the_same_text_to_the_model():
    one = folded_text("DPRK troops are in Kursk! https://t.co/x — Jane Doe (@jane) May 3, 2024")
    assert one == folded_text("North Korea troops are in Kursk")


def test_a_full_name_counts_for_its_short_one_among_the_words():
    terms = QueryText("Did North Korea send troops?", ("en",)).terms
    assert "dprk" in terms["north"] and "dprk" in terms["korea"] and "dprk" not in terms["troops"]
    assert "dprk" not in {form for forms in QueryText("the north of Korea").terms.values() for form in forms}
