"""Text as the words that are indexed and looked for, the same on every database. Pure.

Words are folded (case, accents), stemmed by the Snowball algorithm of their language where there is
one, and Chinese and Japanese, which do not separate words, are cut into overlapping pairs of signs.
Korean is found from the beginning of a word, so that its particles do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import Stemmer

ALGORITHMS = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian",
    "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_SCRIPTS = {"ar": "arabic", "el": "greek", "hi": "devanagari", "ru": "cyrillic"}  # the others are Latin
#: Whose words those of another script than the text's language are taken for.
_FALLBACK = {**{script: language for language, script in _SCRIPTS.items()}, "latin": "en"}
_BLOCKS = [
    ("latin", re.compile(r"[a-z\u00c0-\u024f]")),
    ("cyrillic", re.compile(r"[\u0400-\u052f]")),
    ("greek", re.compile(r"[\u0370-\u03ff]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("devanagari", re.compile(r"[\u0900-\u097f]")),
]
MAX_WORD = 60  # characters; what is longer is cut
#: Signs that are written with a letter (accents, vowel signs) and signs nobody sees, such as a soft hyphen.
_INVISIBLE = frozenset("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_MARKS = "".join(sign for sign in map(chr, range(0x300, 0xFFFF)) if unicodedata.category(sign) in {"Mn", "Mc"})
_WITH_A_LETTER = f"[{_MARKS}{''.join(_INVISIBLE)}]"
WORD = re.compile(rf"[^\W_]+(?:{_WITH_A_LETTER}+[^\W_]*)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
#: Words that a search does without, unless it has no others.
STOP_WORDS = frozenset(
    """
    a an and are as at be by for from has have in is it its of on or that the their this to was were which with
    и в на не что с по к а из у за от о как это для el la los las de del que en y un una por con para le les des
    et un une du dans est pour que qui der die das und den dem ein eine ist zu mit von im
    """.split()  # noqa: SIM905
)
#: Words with which a question is asked, which no claim need have.
QUESTION_WORDS = frozenset(
    """
    did do does is was were has have had will would can could should be been who whom what when where why whether how
    true really actually correct there any it
    правда верно ли действительно разве кто что где когда почему ли была был было были
    verdad cierto quién qué cuándo dónde cómo es fue ha wahr stimmt dass hat haben wurde wer was wann wo warum
    vrai est-ce
    """.split()  # noqa: SIM905
)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return a word without case, accents and signs nobody sees. Vowel signs stay: they tell words apart."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in decomposed if not unicodedata.combining(sign) and sign not in _INVISIBLE)
    return unicodedata.normalize("NFC", "".join(kept))


def indexed(text: str, language: str) -> str:
    """Return what is put into the index for a text: its words, one space between them."""
    language = language.partition("-")[0].lower()
    return " ".join(_indexed_word(raw, language) for raw in WORD.findall(text))


@lru_cache(maxsize=200_000)
def _indexed_word(raw: str, language: str) -> str:
    return " ".join(_parts(raw, _language_of(raw, language)))


def _language_of(raw: str, language: str) -> str:
    return language if _may_be(raw, language) else _FALLBACK.get(_script(raw), "")


def forms(text: str, languages: Iterable[str] = ALGORITHMS) -> list[tuple[str, ...]]:
    """Return how words that follow each other may stand in the index: as one or another of some languages has them."""
    raws = [raw[:MAX_WORD] for raw in WORD.findall(text)]
    among = {*_FALLBACK.values(), *(code.partition("-")[0].lower() for code in languages)}
    languages = [""] + [code for code in ALGORITHMS if code in among and any(_may_be(raw, code) for raw in raws)]
    found = (tuple(part for raw in raws for part in _parts(raw, code, is_asked=True)) for code in languages)
    return list(dict.fromkeys(found))


def name_key(name: str) -> str:
    """Return a name as names are compared: its words without case, accents and, in Cyrillic, endings."""
    return " ".join(stem(raw, "ru" if _script(raw) == "cyrillic" else "") for raw in WORD.findall(name))


def forms_in(text: str, language: str) -> list[tuple[str, ...]]:
    """Return how words that follow each other stand in the index of a language, and as they are written."""
    language = language.partition("-")[0].lower()
    raws = [raw[:MAX_WORD] for raw in WORD.findall(text)]
    as_written = tuple(part for raw in raws for part in _parts(raw, "", is_asked=True))
    as_indexed = tuple(part for raw in raws for part in _parts(raw, _language_of(raw, language), is_asked=True))
    return list(dict.fromkeys([as_written, as_indexed]))


def unspaced(text: str) -> list[str]:
    """Return the runs of Chinese and Japanese signs in a text."""
    return _UNSPACED.findall(text)


def is_open(text: str) -> bool:
    """Whether a word may go on in the index: Korean by its particles, a lone sign of Chinese or Japanese."""
    return bool(_HANGUL.search(text[-1:])) or (len(text) == 1 and bool(_UNSPACED.fullmatch(text)))


def _may_be(raw: str, language: str) -> bool:
    return _script(raw) == _SCRIPTS.get(language, "latin")


def _script(raw: str) -> str:
    lower = raw.lower()
    return next((name for name, block in _BLOCKS if block.search(lower)), "")


def _parts(raw: str, language: str, *, is_asked: bool = False) -> Iterator[str]:
    """Yield the words that one stands for in the index; an accent without its letter is none."""
    return filter(None, _cut(raw[:MAX_WORD], language, is_asked=is_asked))


def _cut(raw: str, language: str, *, is_asked: bool) -> Iterator[str]:
    if not _UNSPACED.search(raw):
        yield stem(raw, language)
        return
    place = 0
    for run in _UNSPACED.finditer(raw):
        if run.start() > place:
            yield stem(raw[place : run.start()], language)
        signs = fold(run.group())
        yield from ("".join(pair) for pair in pairwise(signs))
        if len(signs) == 1 or not is_asked:
            yield signs[-1:]  # so that a lone sign is found at the end of a run, too
        place = run.end()
    if place < len(raw):
        yield stem(raw[place:], language)


def stem(word: str, language: str) -> str:
    """Return a word as it is indexed in a language; folded only, where the language has no algorithm.

    A vowel sign becomes letters: the databases part words at it.
    """
    algorithm = ALGORITHMS.get(language)
    lower = unicodedata.normalize("NFC", word.casefold())
    folded = fold(_stemmer(algorithm).stemWord(lower) if algorithm and _may_be(word, language) else lower)
    if folded.isalnum():
        return folded
    return "".join(sign if sign.isalnum() else f"x{ord(sign):x}x" for sign in folded)


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)
