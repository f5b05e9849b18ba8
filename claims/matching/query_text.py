"""A text that is asked about, made ready: its telling words, its numbers, whether it denies. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from claims.text import stems
from claims.text.aliases import in_full, short_names

MAX_CHARACTERS = 5_000  # of a text that are read: a statement, a post, a paragraph
MAX_SUMMARY = 400  # characters of a claim's summary that count
MAX_TAGS = 5  # that are cut into words
_SHORTEST = 4  # letters of a word that one is cut into: the index knows no shorter ones by themselves
MAX_WORDS = 60  # different words that are looked for, the first
_ADDRESS = re.compile(r"(?:https?:|www\.|pic\.twitter\.com/)\S*")
_TAG = re.compile(r"[@#](\w+)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_|(?<=[A-Za-z])(?=\d)")
#: Who posted it and when, as a post quoted from Twitter ends: "— Jane Doe (@jane) May 3, 2020".
_SIGNATURE = re.compile(r"\s+[—–-]{1,2}\s+[^—–]{1,60}\(@\w+\)[^—–]{0,40}$")
#: Words that say nothing of what a post is about, besides those that a search does without.
_IDLE = stems.STOP_WORDS | frozenset(
    """
    i you he she we they my your his her our me him them us do does did not no if so but will would can could
    should what who when where why how about there been being had than then just also into over out up more all
    one any some only other after before new now get got says said say like via amp rt am don t s re ve ll m
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class QueryText:
    """A text to be matched."""

    text: str
    languages: tuple[str, ...] = ("en",)  # whose words it may be in

    @cached_property
    def plain(self) -> str:
        """The text without addresses."""
        return " ".join(_ADDRESS.sub(" ", self.text[:MAX_CHARACTERS].replace("\0", " ")).split())

    @cached_property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """The telling words, folded, each with the forms it may have in the index."""
        text = _TAG.sub(lambda tag: f"{tag[1]} {_HUMP.sub(' ', tag[1])}", self.plain)
        found: dict[str, tuple[str, ...]] = {}
        seen: set[tuple[str, ...]] = set()
        shorter = short_names(text)
        for raw in stems.WORD.findall(text):
            folded = stems.fold(raw)
            names = [raw, *shorter.get(raw.casefold(), ())]
            forms = tuple(
                dict.fromkeys(
                    form for code in self.languages for name in names for form in stems.indexed(name, code).split()
                )
            )
            if folded in _IDLE or not forms or forms in seen:
                continue
            seen.add(forms)
            found[folded] = forms
            if len(found) == MAX_WORDS:
                break
        return found

    @cached_property
    def words_of(self) -> dict[str, list[str]]:
        """Which words each form is of."""
        found: dict[str, list[str]] = {}
        for word, forms in self.terms.items():
            for form in forms:
                found.setdefault(form, []).append(word)
        return found

    def weight(self, rarity: dict[str, float]) -> float:
        """Return how much all the words weigh together."""
        return sum(max(rarity[form] for form in forms) for forms in self.terms.values()) or 1.0


def joined_tags(text: str) -> list[str]:
    """Return the #tags and @names of a text in small letters that may be several words written as one."""
    tags = (tag[1] for tag in _TAG.finditer(text[:MAX_CHARACTERS]))
    return [tag for tag in dict.fromkeys(tags) if re.fullmatch("[a-z]{8,40}", tag)][:MAX_TAGS]


def cuts(tag: str) -> list[tuple[str, str]]:
    """Return the ways to cut a tag into two words, the evenest first."""
    places = range(_SHORTEST, len(tag) - _SHORTEST + 1)
    return [(tag[:place], tag[place:]) for place in sorted(places, key=lambda place: abs(2 * place - len(tag)))]


def embedding_text(text: str) -> str:
    """Return a text as it is embedded: without quotation marks, so that the same words are the same text."""
    return " ".join(re.sub(r"[\"“”„«»'‘’`]", "", text).split())


def without_trimmings(text: str) -> str:
    """Return a text without addresses and without the signature of a post."""
    return _SIGNATURE.sub("", _ADDRESS.sub(" ", text[:MAX_CHARACTERS].replace("\0", " ")).rstrip())


def folded_text(text: str) -> str:
    """Return a text as the multilingual model reads it: short names in full, no address, signature or case."""
    plain = _HUMP.sub(" ", _TAG.sub(r" \1", in_full(without_trimmings(text))))
    return embedding_text(" ".join(plain.split())).casefold().rstrip(" .!。।")
